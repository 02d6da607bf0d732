"""The tracking page put together: was last week's forecast any good, and those before it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc, html

from analytics.forecast.told import Past, Tracking
from components import forecast_board as board
from components import forecast_lines as lines
from components import forecast_past as past_week
from components import forecast_trust as trust
from components.forecast_parts import Frame, address, choice, elsewhere, export, head, leading, notice
from components.maps import Under, cell_map
from components.markup import markup
from domain.forecast.sealed import Target


@dataclass(frozen=True)
class Shown:
    """Everything that the page draws; `past` is None where no week is over."""

    found: Tracking
    targets: Sequence[Target]
    past: Past | None
    coverage: float
    under: Under | None
    images: Mapping[str, str]
    asked: date | None = None  # the week that the address names


def page(shown: Shown, frame: Frame) -> html.Div:
    words, target = frame.words, shown.found.target
    csv = address("tracking", target).replace("/tracking", "/scores.csv", 1)
    return html.Div(
        [
            head("tracking", target, words, export(csv, words)),
            html.P(id="forecast-sentence", className="sentence"),
            html.Div(id="forecast-state", className="map-notices"),
            html.Div(id="forecast-board-place"),
            html.Div(id="forecast-pair", className="forecast-pair"),
            html.Div(id="forecast-weekly-place"),
            *_past(shown, frame),
            html.Div(id="forecast-below", className="forecast-pair"),
            dcc.Store(id="forecast-tracking-drawn", data=parts(shown, frame)),
        ],
        id="forecast-tracking",
        className="forecast-page",
        **{"data-link": address("tracking", target, week=shown.past.sealed.week if shown.past else None)},
    )


def _past(shown: Shown, frame: Frame) -> list[Any]:
    """The map stands in the page itself; what is said of it is filled in."""
    words = frame.words
    if shown.past is None or shown.under is None:
        return [past_week.titled(words, html.P(words.text("forecast.past.none"), className="quiet-text"))]
    label = words.text("forecast.past.map")
    none: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    drawn = cell_map("forecast-past-map", shown.under, shown.images, "caught", none, label)
    split = [
        html.Div(html.Div(drawn, className="maps one forecast-maps"), className="map-column"),
        html.Div(id="forecast-past-told"),
    ]
    chooser = html.Div(id="forecast-past-week", className="forecast-ways")
    below = html.Div(id="forecast-past-scores")
    return [past_week.titled(words, chooser, html.Div(split, className="forecast-split"), below)]


def parts(shown: Shown, frame: Frame) -> dict[str, str]:
    """The HTML of each part by its id."""
    words, found = frame.words, shown.found
    drawn: dict[str, Any] = {
        "forecast-target": choice("tracking", shown.targets, found.target, words),
        "forecast-sentence": board.sentence(found, words),
        "forecast-state": [*leading(found.standing, words), *trust.alarms(found, words), *_synthetic(shown, frame)],
        "forecast-board-place": board.board(found, words) if found.weeks else None,
        "forecast-pair": [board.ratios(found, words), lines.curve(found, words)] if found.weeks else None,
        "forecast-weekly-place": lines.weekly(found, words),
        "forecast-below": [
            trust.calibrated(found, words),
            html.Div([trust.drifted(found.drift, words), trust.log(found.standing.log, frame)], className="stacked"),
        ],
    }
    if shown.past is not None:
        mondays = [held.sealed.week for held in found.weeks]
        drawn["forecast-past-week"] = past_week.chooser(shown.past, mondays, shown.coverage, words)
        drawn["forecast-past-scores"] = past_week.scores(shown.past, frame)
        drawn["forecast-state"] += elsewhere(shown.asked, shown.past.sealed.week, words)
        drawn["forecast-past-told"] = past_week.drawn(shown.past, shown.coverage, frame)
    return {id: markup(part) for id, part in drawn.items()}


def _synthetic(shown: Shown, frame: Frame) -> list[html.P]:
    invented = any(held.sealed.synthetic for held in shown.found.weeks)
    return [notice("warning", frame.words.text("forecast.synthetic"))] if invented else []
