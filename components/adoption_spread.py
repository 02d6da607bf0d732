"""Depth against breadth: how many are connected, and how active they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import median
from typing import Any

from dash import html

from components.adoption_answer import PER, ordered
from components.markup import Html
from components.plots import line, nice
from domain.adoption import Adoption, Standing
from locales import Words

HUNDRED = 100  # people
WIDTH, TALL, LETTER, LINE = 480, 260, 6.4, 14  # pixels, about: to keep names apart
MARK = 5
NAMED = 40  # marks whose names are tried


@dataclass(frozen=True, slots=True)
class Mark:
    row: Standing
    x: float  # registered per 100 people
    y: float  # reports per 1,000 registered


def spread(found: Adoption, words: Words) -> list[Any]:
    """The scatter with medians and quadrants, and its table."""
    marks = [
        Mark(row, HUNDRED * row.breadth, PER * row.depth)
        for row in ordered(found)
        if row.breadth is not None and row.depth is not None
    ]
    title = html.H2(words.text("adoption.spread.title"), id="adoption-spread-title")
    if not marks:
        return [title, html.P(words.text("adoption.spread.none"), className="quiet-text")]
    return [
        title,
        html.P(words.text("adoption.spread.told"), className="quiet-text"),
        _plot(marks, found, words),
        _table(marks, words),
    ]


def _plot(marks: Sequence[Mark], found: Adoption, words: Words) -> html.Div:
    right, top = nice(max(mark.x for mark in marks)), nice(max(mark.y for mark in marks))
    middle_x, middle_y = median(mark.x for mark in marks), median(mark.y for mark in marks)
    labelled = labels([(mark.x / right, mark.y / top, words.term("precinct", mark.row.precinct)) for mark in marks])
    plot = html.Div(
        [
            *(line(value, top, words.number(value, _decimals(value))) for value in (top, top / 2)),
            html.Div(className="median across", style={"bottom": f"{100 * middle_y / top:.2f}%"}),
            html.Div(className="median up", style={"left": f"{100 * middle_x / right:.2f}%"}),
            *_quadrants(words),
            *(_mark(mark, right, top, side, found, words) for mark, side in zip(marks, labelled, strict=True)),
        ],
        className="plot spread-plot",
        role="img",
        **{"aria-label": words.text("adoption.spread.picture", count=len(marks))},
    )
    ends = [html.Span(words.number(value, _decimals(value))) for value in (0, right / 2, right)]
    return html.Div(
        [
            html.Div(words.text("adoption.spread.depth"), className="axis-title", **{"aria-hidden": "true"}),
            plot,
            html.Div(ends, className="axis", **{"aria-hidden": "true"}),
            html.Div(words.text("adoption.spread.breadth"), className="axis-title below", **{"aria-hidden": "true"}),
        ],
        className="spread-frame",
    )


def _decimals(value: float) -> int:
    return 0 if value == int(value) else 1 if value * 10 == int(value * 10) else 2


def _quadrants(words: Words) -> list[html.Span]:
    return [
        html.Span(words.text(f"adoption.spread.{name}"), className=f"quadrant {name.replace('_', ' ')}")
        for name in ("narrow_deep", "wide_deep", "narrow_shallow", "wide_shallow")
    ]


def _mark(mark: Mark, right: float, top: float, side: str, found: Adoption, words: Words) -> Html:
    name = words.term("precinct", mark.row.precinct)
    told = words.text("adoption.spread.mark", name=name, breadth=words.number(mark.x, 1), depth=words.number(mark.y, 1))
    kinds = ["mark", *(["own"] if mark.row.precinct in found.own else []), *(["few"] if mark.row.rank is None else [])]
    place = f"left:{100 * mark.x / right:.2f}%;bottom:{100 * mark.y / top:.2f}%"
    label = f'<span class="mark-name {side}">{escape(name)}</span>' if side else ""
    return Html(f'<span class="{" ".join(kinds)}" style="{place}" data-told="{escape(told)}">{label}</span>')


Box = tuple[float, float, float, float]


def labels(points: Sequence[tuple[float, float, str]]) -> list[str]:
    """On which sides of its mark each name has room: right, left, above, below, two of them, or "" for none.

    `points`: (x, y, name) with x and y from 0 to 1; the first names have the first choice.
    """
    marks = [_around(x * WIDTH, y * TALL, MARK, MARK) for x, y, _ in points]
    taken: list[Box] = []
    sides = []
    for i, (x, y, name) in enumerate(points):
        if i >= NAMED:
            sides.append("")
            continue
        others = taken + marks[:i] + marks[i + 1 :]
        side, box = next(
            ((side, box) for side, box in _choices(x * WIDTH, y * TALL, name) if _free(box, others)), ("", None)
        )
        sides.append(side)
        if box is not None:
            taken.append(box)
    return sides


def _around(x: float, y: float, across: float, up: float) -> Box:
    return x - across, y - up, x + across, y + up


def _choices(x: float, y: float, name: str) -> list[tuple[str, Box]]:
    wide = LETTER * len(name)
    aside = wide / 2 + 2 * MARK
    return [
        ("right", _around(x + aside, y, wide / 2, LINE / 2)),
        ("left", _around(x - aside, y, wide / 2, LINE / 2)),
        ("above", _around(x, y + LINE, wide / 2, LINE / 2)),
        ("below", _around(x, y - LINE, wide / 2, LINE / 2)),
        ("right above", _around(x + wide / 2, y + LINE, wide / 2, LINE / 2)),
        ("left above", _around(x - wide / 2, y + LINE, wide / 2, LINE / 2)),
        ("right below", _around(x + wide / 2, y - LINE, wide / 2, LINE / 2)),
        ("left below", _around(x - wide / 2, y - LINE, wide / 2, LINE / 2)),
    ]


def _free(box: Box, others: Sequence[Box]) -> bool:
    inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= TALL + LINE
    return inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in others
    )


def _table(marks: Sequence[Mark], words: Words) -> html.Details:
    heads = [words.text(f"adoption.{key}") for key in ("table.precinct", "spread.breadth", "spread.depth")]
    rows = Html(
        "".join(
            f'<tr><th scope="row">{escape(words.term("precinct", mark.row.precinct))}</th>'
            f"<td>{words.number(mark.x, 1)}</td><td>{words.number(mark.y, 1)}</td></tr>"
            for mark in marks
        )
    )
    table = html.Table(
        [html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])), html.Tbody(rows)],
        className="table wrapping",
    )
    return html.Details(
        [html.Summary(words.text("heat.as_table"), className="quiet small"), table],
        id="adoption-spread-table",
        className="rest",
    )
