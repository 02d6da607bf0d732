"""When it happens: the hours of the week and the weeks of the window. Each picture has its table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from dash import html

from components.heat_image import RAMPS
from components.plots import HEIGHT, grid_lines, picture, round_up, svg
from domain.exploration import Exploration, Week
from domain.periods import Window
from locales import Words

LONG = 120  # weeks; beyond, bars touch and the table goes by month


def matrix(found: Exploration, words: Words) -> html.Section:
    """Weekday by hour as one table whose cells take the map's ramp."""
    top = max((count for row in found.matrix for count in row), default=0)
    hours = [
        html.Th(f"{hour:02d}" if hour % 3 == 0 else html.Span(f"{hour:02d}", className="visually-hidden"), scope="col")
        for hour in range(24)
    ]
    rows = [
        html.Tr(
            [
                html.Th(words.weekday(day, "abbreviated"), scope="row"),
                *[
                    _cell(count, top, f"{words.weekday(day)}, {hour:02d}-{hour + 1:02d} h", words)
                    for hour, count in enumerate(counts)
                ],
            ]
        )
        for day, counts in enumerate(found.matrix, start=1)
    ]
    table = html.Table(
        [
            html.Caption(words.text("heat.matrix"), className="visually-hidden"),
            html.Thead(html.Tr([html.Td(), *hours])),
            html.Tbody(rows),
        ],
        className="matrix",
    )
    unknown = words.text("heat.hour_unknown", count=found.hour_unknown) if found.hour_unknown else ""
    return html.Section(
        [html.H2(words.text("heat.matrix"), id="matrix-title"), table, html.P(unknown, className="quiet-text")],
        className="card",
        **{"aria-labelledby": "matrix-title"},
    )


def _cell(count: int, top: int, when: str, words: Words) -> html.Td:
    told = f"{when}: {words.text('heat.incidents', count=count)}"
    value = html.Span(words.number(count), className="visually-hidden")
    return html.Td(value, className=f"heat-{_level(count, top)}", **{"data-told": told})


def _level(count: int, top: int) -> int:
    """The class of a cell, 0 for none and then by equal steps up to the fullest."""
    return 0 if not count else max(1, -(-count * len(RAMPS["light"]) // top))


def series(found: Exploration, words: Words) -> html.Section:
    """Weeks as bars from zero; incomplete ones hatched, the compared window as thin marks."""
    weeks = found.series
    top = max((max(week.count, week.before or 0) for week in weeks), default=0)
    scale = round_up(top)
    plot = html.Div(
        [
            *grid_lines(scale, words),
            picture("bars", _bars([week if week.days == 7 else None for week in weeks], scale)),
            picture("bars hatched", _bars([week if week.days < 7 else None for week in weeks], scale)),
            picture("before", _marks(weeks, scale)),
            html.Div(_hovers(weeks, words), className="hovers", **{"aria-hidden": "true"}),
        ],
        className="plot",
        role="img",
        **{"aria-label": words.text("heat.series_told", count=len(weeks), most=top)},
    )
    return html.Section(
        [
            html.H2(words.text("heat.series"), id="series-title"),
            plot,
            html.Div(_ends(weeks, words), className="axis", **{"aria-hidden": "true"}),
            _key(found, words),
            _table(weeks, words),
        ],
        className="card series",
        **{"aria-labelledby": "series-title"},
    )


def _bars(weeks: Sequence[Week | None], scale: int) -> str:
    gap = 0 if len(weeks) > LONG else 1
    drawn = "".join(
        f"M{10 * i + gap} {HEIGHT}V{HEIGHT - HEIGHT * week.count / scale:.1f}h{10 - 2 * gap}V{HEIGHT}z"
        for i, week in enumerate(weeks)
        if week is not None and week.count
    )
    return svg(10 * len(weeks), f'<path d="{drawn}"/>')


def _marks(weeks: Sequence[Week], scale: int) -> str:
    drawn = "".join(
        f"M{10 * i} {HEIGHT - HEIGHT * week.before / scale:.1f}h10"
        for i, week in enumerate(weeks)
        if week.before is not None
    )
    stroke = 'fill="none" stroke="#000" stroke-width="2" vector-effect="non-scaling-stroke"'
    return svg(10 * len(weeks), f'<path d="{drawn}" {stroke}/>')


def _hovers(weeks: Sequence[Week], words: Words) -> list[html.Div]:
    return [] if len(weeks) > LONG else [html.Div(**{"data-told": _told(week, words)}) for week in weeks]


def _told(week: Week, words: Words) -> str:
    window = Window(week.start, week.start + timedelta(days=week.days - 1))
    said = f"{words.window(window)}: {words.text('heat.incidents', count=week.count)}"
    if week.before is not None:
        said += f" ({words.text('heat.earlier', count=week.before)})"
    return said if week.days == 7 else f"{said}. {words.text('heat.incomplete')}"


def _ends(weeks: Sequence[Week], words: Words) -> list[html.Span]:
    if not weeks:
        return []
    last = weeks[-1]
    return [html.Span(words.day(weeks[0].start)), html.Span(words.day(last.start + timedelta(days=last.days - 1)))]


def _key(found: Exploration, words: Words) -> html.Div:
    """What the marks mean, only those in use."""
    keys = []
    if any(week.days < 7 for week in found.series):
        keys.append(html.Span([html.I(className="swatch hatched"), words.text("heat.incomplete_key")]))
    if found.other is not None:
        keys.append(html.Span([html.I(className="swatch mark"), words.window(found.other)]))
    return html.Div(keys, className="key quiet-text")


def _table(weeks: Sequence[Week], words: Words) -> html.Details:
    """The same numbers to read; long windows by month, each week in the month of its first day."""
    compared = any(week.before is not None for week in weeks)
    heads = [
        "heat.week" if len(weeks) <= LONG else "heat.month",
        "heat.count",
        *(["heat.count_before"] if compared else []),
    ]
    rows = [
        html.Tr([html.Th(cells[0], scope="row"), *map(html.Td, cells[1:])]) for cells in _lines(weeks, compared, words)
    ]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(words.text(head), scope="col") for head in heads])), html.Tbody(rows)],
        className="table",
    )
    return html.Details(
        [html.Summary(words.text("heat.as_table"), className="quiet small"), table], id="series-table", className="rest"
    )


def _lines(weeks: Sequence[Week], compared: bool, words: Words) -> list[list[Any]]:
    groups: list[tuple[str, list[Week]]]
    if len(weeks) <= LONG:
        groups = [(words.window(Window(w.start, w.start + timedelta(days=w.days - 1))), [w]) for w in weeks]
    else:
        months = groupby(weeks, key=lambda week: (week.start.year, week.start.month))
        groups = [(f"{year}-{month:02d}", list(held)) for (year, month), held in months]
    return [
        [
            name,
            words.number(sum(w.count for w in held)),
            *([words.number(sum(w.before or 0 for w in held))] if compared else []),
        ]
        for name, held in groups
    ]
