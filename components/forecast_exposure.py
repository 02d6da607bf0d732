"""Who is flagged how often: each precinct's share of the flags against its reported crime and its residents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dash import dcc, html

from analytics.forecast.allocation import CAP, Plan, Why
from analytics.forecast.exposure import RATIO, STREAK, Audit, Exposed, Warned
from analytics.forecast.told import Exposure
from components.forecast_parts import (
    Frame,
    address,
    choice,
    decimal,
    export,
    head,
    name,
    notice,
    percent,
    quiet,
    row,
    section,
    share,
    table,
)
from components.markup import Html, markup
from components.tables_out import Cell
from domain.forecast.sealed import Target
from locales import Words

NUMBERS = (
    "flagged",
    "weeks",
    "share",
    "reported_share",
    "size_share",
    "reported_ratio",
    "size_ratio",
    "longest",
    "current",
)
CAME = ("km2", "quiet_km2", "hits", "events", "hit_rate")
COLUMNS = ("precinct", "precinct_name", *NUMBERS, "warned", "scored_weeks", *CAME)
SHOWN = ("area", "picture", "share", "reported", "size", "ratio_reported", "ratio_size", "weeks", "streak", "warned")


@dataclass(frozen=True)
class Shown:
    """Everything that the page draws; `plan` is the coming week's, None where there is none."""

    told: Exposure
    target: Target
    targets: Sequence[Target]
    plan: Plan | None
    synthetic: bool

    @property
    def found(self) -> Audit:
        return self.told.audit


def page(shown: Shown, frame: Frame) -> html.Div:
    words = frame.words
    csv = address("exposure", shown.target).replace("/exposure", "/exposure.csv", 1)
    return html.Div(
        [
            head("exposure", shown.target, words, export(csv, words)),
            html.P(id="forecast-sentence", className="sentence"),
            html.Div(id="forecast-state", className="map-notices"),
            html.Div(id="forecast-below", className="forecast-below"),
            dcc.Store(id="forecast-exposure-drawn", data=parts(shown, frame)),
        ],
        id="forecast-exposure",
        className="forecast-page",
        **{"data-link": address("exposure", shown.target)},
    )


def parts(shown: Shown, frame: Frame) -> dict[str, str]:
    """The HTML of each part by its id."""
    words, found = frame.words, shown.found
    below = [_areas(found, words), _came(shown.told, words), _guards(shown, words), _advice(found, words)]
    drawn = {
        "forecast-target": choice("exposure", shown.targets, shown.target, words),
        "forecast-sentence": sentence(shown, words),
        "forecast-state": _state(shown, words),
        "forecast-below": below,
    }
    return {id: markup(part) for id, part in drawn.items()}


def sentence(shown: Shown, words: Words) -> list[Any]:
    """How evenly areas are flagged, and which of them stand out."""
    found = shown.found
    told = words.text("forecast.exposure.weeks", count=found.weeks, name=name(shown.target, words))
    if found.gini is None:
        return [html.Strong(told), " ", words.text("forecast.exposure.nothing")]
    even = words.text("forecast.exposure.gini", gini=decimal(found.gini, words))
    named = words.listed(words.term("precinct", area.code) for area in found.alarms)
    kind = "alarms" if found.alarms else "no_alarms"
    said = words.text(f"forecast.exposure.{kind}", **({"areas": named} if found.alarms else {}))
    return [html.Strong(told), " ", even, " ", said]


def _state(shown: Shown, words: Words) -> list[html.P]:
    told = [notice("info", words.text(f"forecast.exposure.basis.{shown.found.basis}"))]
    told.append(notice("info", words.text("forecast.exposure.not_presence")))
    if shown.synthetic:
        told.append(notice("warning", words.text("forecast.synthetic")))
    return told


# --- the areas --------------------------------------------------------------------------------------------------


def _areas(found: Audit, words: Words) -> html.Section:
    title = words.text("forecast.exposure.areas")
    if not found.areas:
        return section("forecast-areas", title, html.P(words.text("forecast.exposure.none_own")))
    order = sorted(found.areas, key=lambda area: (not area.warned, -area.share))
    most = max(max(area.share, area.reported_share, area.size_share) for area in order)
    heads = [words.text(f"forecast.exposure.columns.{column}") for column in SHOWN]
    rows = [_row(area, found, most, words) for area in order]
    return section(
        "forecast-areas",
        title,
        _key(words),
        table(heads, rows, title, "exposure worded"),
    )


def _row(area: Exposed, found: Audit, most: float, words: Words) -> str:
    ratios = [
        f'<span class="{"beyond" if alarm in area.warned else ""}">{decimal(ratio, words)}</span>'
        for ratio, alarm in (
            (area.reported_ratio, Warned.ALARM_REPORTED),
            (area.size_ratio, Warned.ALARM_SIZE),
        )
    ]
    streak = words.text("forecast.exposure.streak", longest=area.longest, current=area.current)
    warned = "<br>".join(escape(words.text(f"forecast.exposure.warned.{code}")) for code in area.warned) or "–"
    cells = [
        _bar(area, most),
        *(share(value, words) for value in (area.share, area.reported_share, area.size_share)),
        *ratios,
        escape(words.text("forecast.exposure.of_weeks", weeks=area.weeks, all=found.weeks)),
        escape(streak),
        warned,
    ]
    return row(escape(words.term("precinct", area.code)), cells, "warned" if area.warned else "")


def _bar(area: Exposed, most: float) -> Html:
    """The share of the flags as a bar, the shares of reports and of residents as marks on it."""

    def at(value: float) -> str:
        return f"{100 * value / most if most else 0:.1f}%"

    return Html(
        f'<span class="exposure-track" aria-hidden="true"><span class="bar-fill" style="width:{at(area.share)}"></span>'
        f'<span class="exposure-reported" style="left:{at(area.reported_share)}"></span>'
        f'<span class="exposure-size" style="left:{at(area.size_share)}"></span></span>'
    )


def _key(words: Words) -> html.Div:
    kinds = ("share", "reported", "size")
    drawn = [
        html.Span([html.I(className=f"swatch exposure-key-{kind}"), words.text(f"forecast.exposure.key.{kind}")])
        for kind in kinds
    ]
    return html.Div(drawn, className="key quiet-text")


def _came(told: Exposure, words: Words) -> html.Section:
    """What came of the flags of each precinct: whom they could have helped, and where they were false alarms."""
    title = words.text("forecast.exposure.came.title")
    held = [(area.code, told.benefit[area.code]) for area in told.audit.areas if area.code in told.benefit]
    if not held:
        return section("forecast-came", title, html.P(words.text("forecast.tracking.none_scored")))
    heads = [words.text("forecast.exposure.columns.area")]
    heads += [words.text(f"forecast.exposure.came.{column}") for column in ("events", "caught", "flagged", "quiet")]
    order = sorted(held, key=lambda pair: -pair[1].events)
    rows = [
        row(
            escape(words.term("precinct", code)),
            [
                words.number(one.events),
                f"{share(one.hit_rate, words)}{quiet(words.number(one.hits))}",
                decimal(one.km2 / told.scored, words),
                share(one.quiet_share, words),
            ],
        )
        for code, one in order
    ]
    said = html.P(words.text("forecast.exposure.came.told", count=told.scored), className="quiet-text")
    return section("forecast-came", title, said, table(heads, rows, title))


# --- what holds it in bounds, and what to do --------------------------------------------------------------------


def _guards(shown: Shown, words: Words) -> html.Section:
    """The cap and the places drawn at random, as they stand in the coming week."""
    told = [html.P(words.text("forecast.exposure.guards.told", cap=CAP, streak=STREAK))]
    plan = shown.plan
    if plan is not None and plan.places:
        drawn = sum(place.why is Why.EXPLORATION for place in plan.places)
        parts = {"count": drawn, "places": len(plan.places), "share": percent(drawn / len(plan.places), words)}
        told.append(html.P(words.text("forecast.exposure.guards.drawn", **parts)))
        taken = sum(len(one.cells) for one in plan.capped)
        told.append(html.P(words.text("forecast.exposure.guards.capped", count=taken)))
    return section("forecast-guards", words.text("forecast.exposure.guards.title"), *told)


def _advice(found: Audit, words: Words) -> html.Section:
    """What to do about each kind of alarm; those that rang are marked."""
    rang = {code for area in found.areas for code in area.warned}
    items = [
        html.Li(
            [
                html.B(words.text(f"forecast.exposure.warned.{code}")),
                " ",
                *([html.Span(words.text("forecast.exposure.rang"), className="in-use"), " "] if code in rang else []),
                words.text(f"forecast.exposure.advice.{code}", ratio=RATIO, streak=STREAK),
            ]
        )
        for code in Warned
    ]
    runs = html.A(words.text("forecast.runs.nav"), href=address("runs"), **{"data-go": "yes"})
    review = html.P([words.text("forecast.exposure.advice.review"), " ", runs])
    return section(
        "forecast-advice", words.text("forecast.exposure.advice.title"), html.Ul(items, className="advice"), review
    )


def lines(told: Exposure, words: Words) -> list[tuple[Cell, ...]]:
    """The areas as rows under `COLUMNS`; what came is of the scored weeks among those audited."""
    return [
        (
            *(area.code, words.term("precinct", area.code)),
            *(_rounded(getattr(area, column)) for column in NUMBERS),
            " ".join(area.warned),
            told.scored,
            *(_rounded(getattr(told.benefit.get(area.code), column, None)) for column in CAME),
        )
        for area in told.audit.areas
    ]


def _rounded(value: Any) -> Cell:
    return round(value, 4) if isinstance(value, float) else value  # type: ignore[no-any-return]
