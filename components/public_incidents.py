"""The public pages about incidents: the map of zones and the lines over time, each with its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components import public_chart, public_map
from components import public_parts as parts
from domain.release.lattice import ALL
from domain.release.shown import Area, Choices, Edition, Plan, Series
from locales import Words

YEARS = 5  # that a table has room for
OPEN, MANY = 25, 100  # areas that a table shows at once where there are very many


def zones(plan: Plan, choices: Choices, edition: Edition, words: Words) -> list[Any]:
    """The map of a period and family, and the table of the same numbers."""
    when, what = words.period(plan.period), parts.family(plan.family, words)
    monthly = "-" in plan.period
    return [
        *parts.head("zones", words),
        parts.asking([_periods(plan, choices, words), _family_field(plan.family, choices, words)], words),
        html.H2(f"{what}, {when}"),
        html.Div(
            [
                html.Div(
                    [
                        *public_map.choropleth(plan, words),
                        html.P(
                            words.text("public.zones.monthly" if monthly else "public.zones.yearly"), className="quiet"
                        ),
                    ]
                ),
                html.Div(_areas(plan, choices.precincts, words)),
            ],
            className="beside",
        ),
        parts.basis(edition, words),
    ]


def _periods(plan: Plan, choices: Choices, words: Words) -> Any:
    groups = [
        (words.text("public.zones.by_year"), [(year, year) for year in choices.years]),
        (words.text("public.zones.by_month"), [(month, words.period(month)) for month in choices.months]),
    ]
    return parts.chooser("period", words.text("public.heads.period"), groups, plan.period)


def _family_field(chosen: str, choices: Choices, words: Words) -> Any:
    options = [(code, parts.family(code, words)) for code in choices.families]
    return parts.chooser("family", words.text("public.heads.family"), [("", options)], chosen)


def _areas(plan: Plan, precincts: Mapping[str, str], words: Words) -> list[Any]:
    """The table of the same numbers; of very many zones the first, and the rest folded."""
    head = words.text("public.heads.precinct" if "-" in plan.period else "public.heads.zone")
    heads = [(head, False), (words.text("public.heads.count"), True)]
    lines = [(_named(area, precincts), parts.count(area.count, words)) for area in plan.areas]
    nowhere = (words.text("public.zones.elsewhere"), parts.count(plan.elsewhere, words))
    caption = words.text(
        "public.zones.table", family=parts.family(plan.family, words), period=words.period(plan.period)
    )
    if len(lines) <= MANY:
        return [parts.table(caption, heads, [*lines, nowhere])]
    rest = parts.table(words.text("public.zones.others"), heads, [*lines[OPEN:], nowhere])
    return [parts.table(caption, heads, lines[:OPEN]), parts.opened(words.text("public.zones.others"), rest)]


def _named(area: Area, precincts: Mapping[str, str]) -> list[Any]:
    """A zone with the precinct that it lies in, where that says more."""
    around = precincts.get(area.precinct, area.precinct)
    return [area.name, html.Small(around, className="said") if around and around != area.name else None]


def trends(series: Series, choices: Choices, edition: Edition, words: Words) -> list[Any]:
    """The line month by month with its table; for the whole city the hours of the day and what is told by year."""
    where = choices.precincts.get(series.precinct, edition.city)
    what = parts.family(series.family, words)
    label = words.text("public.trends.chart", family=what, place=where)
    return [
        *parts.head("trends", words),
        parts.asking([_precincts(series, choices, words), _family_field(series.family, choices, words)], words),
        html.H2(f"{what}, {where}"),
        html.Figure([public_chart.line(series.months, label, words), html.Figcaption(words.text("public.missing"))]),
        parts.opened(words.text("public.trends.as_table"), _months(series, label, words)),
        *_bands(series, words),
        *_sensitive(series, words),
        parts.basis(edition, words),
    ]


def _precincts(series: Series, choices: Choices, words: Words) -> Any:
    options = [(ALL, words.text("public.whole")), *choices.precincts.items()]
    return parts.chooser("precinct", words.text("public.heads.precinct"), [("", options)], series.precinct)


def _months(series: Series, caption: str, words: Words) -> Any:
    heads = [(words.text("public.heads.month"), False), (words.text("public.heads.count"), True)]
    lines = [(parts.upper(words.period(month)), parts.count(count, words)) for month, count in series.months[::-1]]
    return parts.table(caption, heads, lines)


def _bands(series: Series, words: Words) -> list[Any]:
    if not series.bands:
        return []
    rows = [(code, parts.band(code, words)) for code in series.bands[0][1]]
    table = _yearly(words.text("public.trends.bands_table"), words.text("public.heads.band"), series.bands, rows, words)
    return [html.H2(words.text("public.trends.bands")), table]


def _sensitive(series: Series, words: Words) -> list[Any]:
    if not series.sensitive:
        return []
    rows = [(code, parts.family(code, words)) for code in series.sensitive[0][1]]
    caption, head = words.text("public.trends.sensitive_table"), words.text("public.heads.family")
    table = _yearly(caption, head, series.sensitive, rows, words)
    return [html.H2(words.text("public.trends.sensitive")), html.P(words.text("public.trends.sensitive_told")), table]


def _yearly(
    caption: str,
    head: str,
    years: Sequence[tuple[str, Mapping[str, int]]],
    rows: Sequence[tuple[str, str]],
    words: Words,
) -> Any:
    """A column for each of the last years, the newest first; `rows` are codes with their names."""
    shown = years[:YEARS]
    heads = [(head, False), *((year, True) for year, _ in shown)]
    lines = [(name, *(parts.count(held.get(code), words) for _, held in shown)) for code, name in rows]
    return parts.table(caption, heads, lines)
