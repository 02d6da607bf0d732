"""Precincts over time: the share of the target at each month's end, by the calendar or since each one's launch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import html

from components.adoption_answer import share
from components.icons import icon
from components.markup import Html, select
from components.plots import HEIGHT, apart, grid_lines, line, round_up, svg
from domain.adoption import Curve
from domain.adoption_question import ALIGNMENTS, LINES, Question
from locales import Words

COLOURS, DASHES = 8, 3  # what the style sheet holds; a precinct keeps its own
ROOM = 8.0  # between the names at the end of lines, in shares of the height
TICKS = 6
HOVERED = 120  # months; beyond, they are too narrow for a pointer


@dataclass(frozen=True, slots=True)
class Line:
    """One precinct's shares by column of the picture; None is missing, columns outside its history too."""

    precinct: str
    kind: str  # names its colour and dash
    shares: tuple[float | None, ...]
    span: range  # the columns of its history

    @property
    def gaps(self) -> list[int]:
        """Columns without data between the first with data and the last."""
        held = [i for i in self.span if self.shares[i] is not None]
        return [i for i in self.span if held and held[0] < i < held[-1] and self.shares[i] is None]

    @property
    def last(self) -> float | None:
        return next((value for value in reversed(self.shares) if value is not None), None)


def kinds(codes: Collection[str]) -> dict[str, str]:
    """The colour of each precinct, the same whichever are compared."""
    return {code: f"line-{i % COLOURS + 1} dash-{i // COLOURS % DASHES}" for i, code in enumerate(sorted(codes))}


def compare(curves: Sequence[Curve], names: Mapping[str, str], question: Question, words: Words) -> list[Any]:
    """The choice, the picture and its table. `names`: every precinct that may be added, by code."""
    usable = [curve for curve in curves if curve.target and (curve.launched or question.align == "calendar")]
    lines, columns = lay(usable, kinds(names), question.align)
    left_out = [words.term("precinct", curve.precinct) for curve in curves if curve not in usable]
    told = [words.text("adoption.compare.unaligned", names=words.listed(left_out))] if left_out else []
    told += _holes(lines, words) + _unfinished(curves, words)
    heads = _heads(curves, columns, question.align, words)
    drawn = [_plot(lines, heads, words), _table(lines, heads, question.align, words)] if columns else []
    return [
        html.Div(
            [
                html.H2(words.text("adoption.compare.title"), id="adoption-compare-title"),
                _alignment(question, words),
            ],
            className="section-head",
        ),
        html.P(words.text("adoption.compare.told"), className="quiet-text"),
        _choice([curve.precinct for curve in curves], names, words),
        *drawn,
        html.P(" ".join(told), className="quiet-text"),
    ]


def lay(curves: Sequence[Curve], kind: Mapping[str, str], align: str) -> tuple[list[Line], range]:
    """Every curve on the picture's columns: months of the calendar, or months since its own launch."""
    if not curves:
        return [], range(0)
    starts = [0 if align == "calendar" else _before(curve) for curve in curves]
    length = max(len(curve.days) - start for curve, start in zip(curves, starts, strict=True))
    columns = range(max(length, 0))
    lines = []
    for curve, start in zip(curves, starts, strict=True):
        shares = [None if value is None or not curve.target else value / curve.target for value in curve.registered]
        held = shares[start:] + [None] * (length - len(shares) + start)
        lines.append(Line(curve.precinct, kind[curve.precinct], tuple(held), range(len(shares) - start)))
    return lines, columns


def _before(curve: Curve) -> int:
    """How many of a curve's months ended before its launch."""
    return sum(day < curve.launched for day in curve.days) if curve.launched else 0


def _heads(curves: Sequence[Curve], columns: range, align: str, words: Words) -> list[str]:
    """What each column is called."""
    if align == "launch":
        return [words.number(i) for i in columns]
    days = max((curve.days for curve in curves), key=len, default=())
    return [words.day(days[i], "MMM y") for i in columns]


def _holes(lines: Sequence[Line], words: Words) -> list[str]:
    named = [words.term("precinct", held.precinct) for held in lines if held.gaps]
    return [words.text("adoption.compare.missing", names=words.listed(named))] if named else []


def _unfinished(curves: Sequence[Curve], words: Words) -> list[str]:
    """A month that has not ended is told."""
    last = max((curve.days[-1] for curve in curves if curve.days), default=None)
    if last is None or (last.toordinal() + 1 == date(last.year + last.month // 12, last.month % 12 + 1, 1).toordinal()):
        return []
    return [words.text("adoption.compare.partial", day=words.day(last))]


# --- the choice ------------------------------------------------------------------------------------------------


def _alignment(question: Question, words: Words) -> html.Div:
    buttons = [
        html.Button(
            words.text(f"adoption.compare.{align}"),
            className="preset",
            **{"data-do": "adoption", "data-key": "align", "data-value": align},
            **{"aria-pressed": "true" if question.align == align else "false"},
        )
        for align in ALIGNMENTS
    ]
    return html.Div(buttons, className="presets", role="group", **{"aria-label": words.text("adoption.compare.align")})


def _choice(codes: Sequence[str], names: Mapping[str, str], words: Words) -> html.Div:
    """The compared precincts as chips that can be removed, and the others to be added."""
    kind = kinds(names)
    chips = [_chip(code, kind.get(code, ""), words) for code in codes]
    rest = [(code, name) for code, name in names.items() if code not in codes]
    full = len(codes) >= LINES
    if full and rest:
        told = html.Span(words.text("adoption.compare.full", count=LINES), className="quiet-text")
        return html.Div([*chips, told], className="chosen-precincts", id="adoption-chosen", **_codes(codes))
    adder = [_select(rest, words)] if rest else []
    return html.Div([*chips, *adder], className="chosen-precincts", id="adoption-chosen", **_codes(codes))


def _codes(codes: Sequence[str]) -> dict[str, str]:
    return {"data-codes": ",".join(codes)}


def _chip(code: str, kind: str, words: Words) -> html.Button:
    name = words.term("precinct", code)
    act = {
        "data-do": "adoption-compare",
        "data-value": code,
        "aria-label": words.text("adoption.compare.remove", name=name),
    }
    return html.Button([html.I(className=f"dot {kind}"), html.Span(name), icon("close", 14)], className="chip", **act)


def _select(rest: Sequence[tuple[str, str]], words: Words) -> Html:
    title = words.text("adoption.compare.add")
    return select([("", title), *rest], title, id="adoption-add", data_adds="compare")


# --- the picture -----------------------------------------------------------------------------------------------


def _plot(lines: Sequence[Line], heads: Sequence[str], words: Words) -> html.Div:
    top = 100 * max((value for held in lines for value in held.shares if value is not None), default=0.0)
    scale = round_up(top)
    goal = [line(100, scale, words.text("adoption.compare.goal"))] if scale > 100 else []
    named = words.listed(words.term("precinct", held.precinct) for held in lines)
    plot = html.Div(
        [
            *grid_lines(scale, words, " %"),
            *goal,
            *_gaps(lines, len(heads)),
            Html(_drawn(lines, len(heads), scale)),
            html.Div(_hovers(lines, heads, words), className="hovers", **{"aria-hidden": "true"}),
            *_ends(lines, scale, words),
        ],
        className="plot lines-plot",
        role="img",
        **{"aria-label": words.text("adoption.compare.picture", names=named)},
    )
    return html.Div([plot, html.Div(_ticks(heads), className="ticks", **{"aria-hidden": "true"})], className="lines")


def _drawn(lines: Sequence[Line], count: int, scale: int) -> str:
    paths = "".join(f'<path d="{_path(held.shares, scale)}" class="{held.kind}"/>' for held in lines)
    return svg(10 * count, paths).replace("<svg ", '<svg class="drawn-lines" aria-hidden="true" ', 1)


def _path(shares: Sequence[float | None], scale: int) -> str:
    """A line that stops at what is missing; a point alone is a dot."""
    steps, pen_up = [], True
    for i, value in enumerate(shares):
        if value is None:
            pen_up = True
            continue
        steps.append(f"{'M' if pen_up else 'L'}{10 * i + 5} {HEIGHT - HEIGHT * 100 * value / scale:.1f}")
        pen_up = False
    return "".join(steps) + ("h.1" if steps else "")


def _gaps(lines: Sequence[Line], count: int) -> list[html.Div]:
    """Months in which at least one of the lines has no data, hatched."""
    missing = {i for held in lines for i in held.gaps}
    return [
        html.Div(className="gap", style={"left": f"{100 * i / count:.2f}%", "width": f"{100 / count:.2f}%"})
        for i in sorted(missing)
    ]


def _hovers(lines: Sequence[Line], heads: Sequence[str], words: Words) -> list[html.Div]:
    if len(heads) > HOVERED:
        return []
    return [html.Div(**{"data-told": _told(lines, i, head, words)}) for i, head in enumerate(heads)]


def _told(lines: Sequence[Line], column: int, head: str, words: Words) -> str:
    known = [
        f"{words.term('precinct', held.precinct)} {_value(held, column, words)}"
        for held in lines
        if column in held.span and (held.shares[column] is not None or column in held.gaps)
    ]
    return f"{head}: {', '.join(known)}"


def _value(held: Line, column: int, words: Words) -> str:
    value = held.shares[column] if column in held.span else None
    return words.text("adoption.no_data") if value is None and column in held.gaps else share(value, words)


def _ends(lines: Sequence[Line], scale: int, words: Words) -> list[html.Span]:
    """Each line's name and last value at the height where it ends, moved apart."""
    known = [(held, held.last) for held in lines if held.last is not None]
    heights = apart([100 * 100 * value / scale for _, value in known if value is not None], ROOM)
    return [
        html.Span(
            [
                html.I(className=f"dot {held.kind}"),
                html.Span(words.term("precinct", held.precinct), className="end-name"),
                html.B(share(value, words)),
            ],
            className="line-end",
            style={"bottom": f"{height:.1f}%"},
        )
        for (held, value), height in zip(known, heights, strict=True)
    ]


def _ticks(heads: Sequence[str]) -> list[html.Span]:
    step = max(1, -(-len(heads) // TICKS))
    return [
        html.Span(head, style={"left": f"{100 * (i + 0.5) / len(heads):.1f}%"})
        for i, head in enumerate(heads)
        if i % step == 0
    ]


def _table(lines: Sequence[Line], heads: Sequence[str], align: str, words: Words) -> html.Details:
    first = words.text("adoption.compare.month" if align == "calendar" else "adoption.compare.months")
    names = [html.Th(words.term("precinct", held.precinct), scope="col") for held in lines]
    rows = [
        html.Tr([html.Th(head, scope="row"), *(html.Td(_value(held, i, words)) for held in lines)])
        for i, head in enumerate(heads)
    ]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(first, scope="col"), *names])), html.Tbody(rows)], className="table"
    )
    known = {"role": "group", "aria-label": words.text("adoption.compare.title"), "tabIndex": "0"}
    return html.Details(
        [
            html.Summary(words.text("heat.as_table"), className="quiet small"),
            html.Div(table, className="scrolling", **known),
        ],
        id="adoption-compare-table",
        className="rest",
    )
