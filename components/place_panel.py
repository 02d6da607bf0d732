"""What happened around a clicked point."""

from __future__ import annotations

from typing import Any

from dash import html

from components.icons import icon
from domain.exploration import Place, Rank
from locales import Words

LINES = 6


def place_panel(found: Place, words: Words, *, rows: bool) -> html.Div:
    """The panel of one place: counts by type, vehicle and hour, and the way to its incidents for who may see `rows`.

    `data-do=leave-place` closes it.
    """
    known = {"aria-label": words.text("ui.close"), "data-do": "leave-place"}
    head = html.Div(
        [html.H2(words.text("heat.place.title")), html.Button(icon("close", 18), className="quiet", **known)],
        className="sheet-head",
    )
    where = f"{_degrees(found.lat, 'north', 'south', words)}, {_degrees(found.lon, 'east', 'west', words)}"
    about = words.text("heat.place.around", metres=round(found.radius), where=where)
    parts: list[Any] = [
        head,
        html.Div(
            [
                html.Span(words.number(found.total), className="big"),
                words.text("heat.incidents_word", count=found.total),
            ],
            className="total-line",
        ),
        html.P(about, className="quiet-text"),
    ]
    if found.total:
        parts += [_to_rows(words)] if rows else []
        parts += [_list("type", found.by_type, words), _list("vehicle", found.by_vehicle, words), *_hours(found, words)]
    return html.Div(
        parts, className="card place-panel", role="region", **{"aria-label": words.text("heat.place.title")}
    )


def _to_rows(words: Words) -> html.Button:
    return html.Button(
        [icon("table", 16), words.text("heat.place.rows")], className="quiet", **{"data-do": "list-place"}
    )


def _degrees(value: float, above: str, below: str, words: Words) -> str:
    return words.text(f"heat.place.{above if value >= 0 else below}", degrees=words.number(abs(value), 4))


def _list(kind: str, ranks: tuple[Rank, ...], words: Words) -> html.Div:
    lines = [
        html.Li([html.Span(words.term(kind, rank.code)), html.Span(words.number(rank.count), className="bar-count")])
        for rank in ranks[:LINES]
    ]
    return html.Div([html.H3(words.text(f"heat.by.{kind}")), html.Ol(lines, className="plain-list")])


def _hours(found: Place, words: Words) -> list[Any]:
    unknown = words.text("heat.hour_unknown", count=found.hour_unknown) if found.hour_unknown else ""
    return [html.H3(words.text("heat.place.hours")), *_hour_bars(found, words), html.P(unknown, className="quiet-text")]


def _hour_bars(found: Place, words: Words) -> list[Any]:
    top = max(found.by_hour)
    if not top:
        return []
    bars = [
        html.Span(style={"height": f"{100 * count / top:.0f}%"}, **{"data-told": f"{hour:02d} h: {count}"})
        for hour, count in enumerate(found.by_hour)
    ]
    busiest = max(range(24), key=lambda hour: found.by_hour[hour])
    label = words.text("heat.place.hours_told", hour=f"{busiest:02d}", count=found.by_hour[busiest])
    ends = [html.Span(f"{hour:02d}") for hour in (0, 6, 12, 18, 23)]
    return [
        html.Div(bars, className="hour-bars", role="img", **{"aria-label": label}),
        html.Div(ends, className="axis", **{"aria-hidden": "true"}),
    ]
