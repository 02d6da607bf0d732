"""One precinct close by: its weeks, its gaps, its neighbourhoods and how evenly they are covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from dash import html

from components.adoption_answer import arrival, number, ordered, pace, share, slowing
from components.adoption_spread import HUNDRED
from components.markup import Html, select
from components.plots import HEIGHT, grid_lines, picture, round_up, svg
from domain.adoption import RANKED_FROM, Adoption, Detail, Standing, Week
from domain.periods import Window
from locales import Words


def close(found: Detail | None, words: Words) -> list[Any]:
    """Weeks and gaps on one side, neighbourhoods on the other; None where no precinct is open to the reader."""
    if found is None:
        return [html.P(words.text("adoption.close.none"), className="quiet-text")]
    return [
        html.Div(
            [
                html.Div([_facts(found, words), _weeks(found, words), *_unequal(found, words)]),
                html.Div(_cover(found, words)),
            ],
            className="close-split",
        ),
    ]


def chooser(found: Adoption, chosen: str, words: Words) -> Html | None:
    """The precincts that may be looked at, the reader's own first."""
    codes = [row.precinct for row in ordered(found) if row.precinct in found.outlooks]
    if not codes:
        return None
    options = [(code, words.term("precinct", code)) for code in codes]
    return select(options, words.text("adoption.close.choose"), chosen, id="adoption-precinct", data_asks="precinct")


def _facts(found: Detail, words: Words) -> html.Div:
    """The precinct's figures in one line each, and what is missing in its history."""
    row = found.standing
    monthly, interval = pace(found.outlook.pace, words)
    day, between = arrival(found.outlook.arrival, words)
    facts = {
        "registered": (number(row.registered, words), ""),
        "compliance": (share(row.compliance, words), ""),
        "pace": (monthly, interval),
        "needed": ("–" if found.outlook.needed is None else words.number(found.outlook.needed), ""),
        "arrival": (day, between),
    }
    told = [
        html.Div([html.Dt(words.text(f"adoption.table.{name}")), html.Dd([value, *_quiet(quiet)])])
        for name, (value, quiet) in facts.items()
    ]
    return html.Div(
        [
            html.H3(words.term("precinct", row.precinct), className="precinct-title"),
            html.Dl(told, className="close-facts"),
            html.P(" ".join(_history(found, words)), className="quiet-text"),
        ]
    )


def _quiet(text: str) -> list[html.Span]:
    return [html.Span(text, className="quiet-text")] if text else []


def _history(found: Detail, words: Words) -> list[str]:
    row = found.standing
    if row.observed is None:
        return [words.text("adoption.close.not_observed")]
    told = [words.text("adoption.close.observed", day=words.day(row.observed))]
    if row.launched is not None:
        told.insert(0, words.text("adoption.close.launched", day=words.day(row.launched)))
    if found.gaps:
        told.append(words.text("adoption.close.gaps", months=words.listed(found.gaps)))
    else:
        told.append(words.text("adoption.close.no_gaps"))
    fell = slowing(found.outlook.pace, words)
    return [*told, fell] if fell else told


# --- weeks -----------------------------------------------------------------------------------------------------


def _weeks(found: Detail, words: Words) -> html.Div:
    """New registrations from zero; weeks without data hatched, the unfinished one pale."""
    weeks, row = found.weeks, found.standing
    title = html.H3(words.text("adoption.close.weeks"))
    if not weeks or row.observed is None:
        return html.Div(title)
    whole = [week.start + timedelta(days=6) <= row.observed for week in weeks]
    top = max((week.added or 0 for week in weeks), default=0)
    scale = round_up(top)
    plot = html.Div(
        [
            *grid_lines(scale, words),
            *_missing(weeks),
            picture("bars", _bars([w if full else None for w, full in zip(weeks, whole, strict=True)], scale)),
            picture("bars hatched", _bars([None if full else w for w, full in zip(weeks, whole, strict=True)], scale)),
            html.Div(
                [html.Div(**{"data-told": _told(week, words)}) for week in weeks],
                className="hovers",
                **{"aria-hidden": "true"},
            ),
        ],
        className="plot",
        role="img",
        **{"aria-label": words.text("adoption.close.weeks_picture", count=len(weeks), most=top)},
    )
    ends = [html.Span(words.day(weeks[0].start)), html.Span(words.day(weeks[-1].start + timedelta(days=6)))]
    axis = html.Div(ends, className="axis", **{"aria-hidden": "true"})
    return html.Div([title, plot, axis, _key(weeks, all(whole), words), _table(weeks, words)], className="series")


def _bars(weeks: Sequence[Week | None], scale: int) -> str:
    drawn = "".join(
        f"M{10 * i + 1} {HEIGHT}V{HEIGHT - HEIGHT * max(week.added, 0) / scale:.1f}h8V{HEIGHT}z"
        for i, week in enumerate(weeks)
        if week is not None and week.added
    )
    return svg(10 * len(weeks), f'<path d="{drawn}"/>')


def _missing(weeks: Sequence[Week]) -> list[html.Div]:
    return [
        html.Div(className="gap", style={"left": f"{100 * i / len(weeks):.2f}%", "width": f"{100 / len(weeks):.2f}%"})
        for i, week in enumerate(weeks)
        if week.added is None
    ]


def _told(week: Week, words: Words) -> str:
    window = words.window(Window(week.start, week.start + timedelta(days=6)))
    if week.added is None:
        return f"{window}: {words.text('adoption.close.week_none')}"
    return words.text("adoption.close.week_told", window=window, count=week.added)


def _key(weeks: Sequence[Week], whole: bool, words: Words) -> html.Div:
    keys = []
    if not whole:
        keys.append(html.Span([html.I(className="swatch hatched"), words.text("adoption.close.week_incomplete")]))
    if any(week.added is None for week in weeks):
        keys.append(html.Span([html.I(className="swatch gap-key"), words.text("adoption.close.week_none")]))
    return html.Div(keys, className="key quiet-text")


def _table(weeks: Sequence[Week], words: Words) -> html.Details:
    heads = [words.text(f"adoption.close.{name}") for name in ("week", "added")]
    rows = [
        html.Tr([html.Th(words.day(week.start), scope="row"), html.Td(number(week.added, words))]) for week in weeks
    ]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])), html.Tbody(rows)], className="table"
    )
    summary = html.Summary(words.text("heat.as_table"), className="quiet small")
    return html.Details([summary, table], id="adoption-weeks-table", className="rest")


# --- neighbourhoods --------------------------------------------------------------------------------------------


def _cover(found: Detail, words: Words) -> list[Any]:
    title = html.H3(words.text("adoption.close.neighbourhoods"))
    if not found.neighbourhoods:
        return [title, html.P(words.text("adoption.close.no_neighbourhoods"), className="quiet-text")]
    return [title, _parts(found, words)]


def _parts(found: Detail, words: Words) -> html.Div:
    best = max((part.breadth or 0 for part in found.neighbourhoods), default=0)
    names = ("neighbourhood", "coverage", "people")
    heads = [words.text(f"adoption.close.{name}") for name in names]
    heads.insert(2, words.text("adoption.table.registered"))
    rows = [_part(part, found, best, words) for part in found.neighbourhoods]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])), html.Tbody(rows)],
        className="table wrapping",
    )
    known = {"role": "group", "aria-label": words.text("adoption.close.neighbourhoods"), "tabIndex": "0"}
    return html.Div(table, className="scrolling parts", **known)


def _part(part: Standing, found: Detail, best: float, words: Words) -> html.Tr:
    few = part.registered is not None and part.registered < RANKED_FROM
    breadth = part.breadth
    name = found.names.get(part.precinct, part.precinct)
    quiet = words.text("adoption.few", count=RANKED_FROM) if few else ""
    bar = [] if breadth is None or not best else [_bar(breadth / best)]
    covered = "–" if breadth is None else words.number(HUNDRED * breadth, 1)
    people = part.population.people if part.population else None
    return html.Tr(
        [
            html.Th([name, *_quiet(quiet)], scope="row"),
            html.Td([html.B(covered), *bar]),
            html.Td(number(part.registered, words)),
            html.Td(number(people, words, 0, "adoption.no_population")),
        ],
        className="unranked" if few or part.registered is None else "",
    )


def _bar(width: float) -> html.Span:
    fill = html.Span(style={"width": f"{100 * width:.1f}%"})
    return html.Span(fill, className="goal-bar", **{"aria-hidden": "true"})


def _unequal(found: Detail, words: Words) -> list[html.Div]:
    """How evenly neighbourhoods are covered, in words and as a curve; nothing where it is not known."""
    if not found.lorenz:
        return []
    people = half_lives_with(found.lorenz)
    said = [words.text("adoption.close.half", share=words.percent(people))]
    if found.gini is not None:
        said.append(words.text("adoption.close.gini", gini=words.number(found.gini, 2)))
    told = html.Div([html.H3(words.text("adoption.close.unequal")), *map(html.P, said)], className="unequal-told")
    return [html.Div([told, _lorenz(found.lorenz, words)], className="unequal")]


def half_lives_with(curve: Sequence[tuple[float, float]]) -> float:
    """Which share of the people lives where the better covered half of the addresses is.

    >>> half_lives_with([(0.0, 0.0), (0.5, 0.2), (1.0, 1.0)])
    0.3125
    """
    for (x, y), (further, higher) in pairwise(curve):
        if higher >= 0.5 > y:
            return 1 - (x + (further - x) * (0.5 - y) / (higher - y))
    return 0.5


def _lorenz(curve: Sequence[tuple[float, float]], words: Words) -> html.Div:
    path = "L".join(f"{100 * x:.1f} {100 - 100 * y:.1f}" for x, y in curve)
    x, y = min(curve, key=lambda point: abs(point[0] - 0.5))
    label = words.text("adoption.close.lorenz", share=words.percent(x), part=words.percent(y))
    drawn = (
        '<svg viewBox="0 0 100 100" aria-hidden="true"><path class="even" d="M0 100L100 0"/>'
        f'<path class="between" d="M0 100L{path}L100 0Z"/><path class="curve" d="M{path}"/></svg>'
    )
    return html.Div(
        [
            html.Span(words.text("adoption.close.lorenz_y"), className="axis-title", **{"aria-hidden": "true"}),
            html.Div(Html(drawn), className="lorenz", role="img", **{"aria-label": label, "data-told": label}),
            html.Span(words.text("adoption.close.lorenz_x"), className="axis-title below", **{"aria-hidden": "true"}),
        ],
        className="lorenz-frame",
    )
