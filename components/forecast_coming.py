"""The coming week put together: the sentence, the state of the forecast, the map with its places, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc, html

from analytics.forecast.told import Coming, Tracking
from components import forecast_places as places
from components.forecast_board import caught
from components.forecast_image import doubt_breaks
from components.forecast_parts import (
    Frame,
    address,
    choice,
    elsewhere,
    export,
    head,
    leading,
    model,
    name,
    notice,
    percent,
    sealed_line,
    section,
    week,
)
from components.heat_image import palette
from components.maps import Under, cell_map
from components.markup import markup
from domain.forecast.models import COVERAGES
from domain.forecast.sealed import Target
from locales import Words

SHOWN = ("risk", "doubt")
RESPONSES = ("lighting", "space", "cameras", "services", "neighbours", "presence")
NOT_FOR = ("persons", "stops", "certainty", "officers", "proof")
UNDER_WAY = 1  # week between the last that is whole and the coming one


@dataclass(frozen=True)
class Shown:
    """Everything that the page draws, and how its reader sees it."""

    found: Coming
    tracked: Tracking | None
    targets: Sequence[Target]
    under: Under
    images: Mapping[str, str]  # addresses of the map's pictures, by what they show
    shown: str
    place: int
    happened: str  # where incidents are looked at; empty for who may not
    begun: bool  # the week is no longer to come
    over: bool  # the week has ended
    asked: date | None = None  # the week that the address names


def page(shown: Shown, frame: Frame) -> html.Div:
    words, found = frame.words, shown.found
    target = found.sealed.target
    csv = address_of(f"{address('coming')}/places.csv", found)
    known = places.numbered(found)
    label = words.text("forecast.coming.map", name=name(target, words))
    drawn = cell_map("forecast-map", shown.under, shown.images, shown.shown, places.features(known, words), label)
    return html.Div(
        [
            head("coming", target, words, export(csv, words)),
            html.P(id="forecast-sentence", className="sentence"),
            html.Div(id="forecast-state", className="map-notices"),
            html.Div(
                [
                    html.Div(
                        [html.Div(drawn, className="maps one forecast-maps"), html.Div(id="forecast-legend")],
                        className="map-column",
                    ),
                    html.Div(id="forecast-places"),
                ],
                className="forecast-split",
            ),
            html.Div(id="forecast-below", className="forecast-below"),
            dcc.Store(id="forecast-drawn", data=parts(shown, known, frame)),
        ],
        id="forecast-page",
        className="forecast-page",
        **{"data-link": address("coming", target, week=found.sealed.week)},
    )


def address_of(path: str, found: Coming) -> str:
    """An address of this very forecast."""
    query = address("coming", found.sealed.target, week=found.sealed.week).partition("?")[2]
    return f"{path}?{query}"


def parts(shown: Shown, known: Sequence[places.Numbered], frame: Frame) -> dict[str, str]:
    """The HTML of each part by its id."""
    words, found = frame.words, shown.found
    turned = elsewhere(shown.asked, found.sealed.week, words) + state(found, frame)
    if shown.over:
        turned += _over(found, words)
    elif shown.begun:
        turned.append(notice("info", words.text("forecast.coming.under_way")))
    drawn = {
        "forecast-target": choice("coming", shown.targets, found.sealed.target, words),
        "forecast-sentence": sentence(found, shown.tracked, words),
        "forecast-state": turned,
        "forecast-legend": _legends(shown, words),
        "forecast-places": _beside(shown, known, words),
        "forecast-below": [
            places.as_table(known, found, words),
            html.Div([_respond(words), _not_for(words)], className="forecast-pair"),
        ],
    }
    return {id: markup(part) for id, part in drawn.items()}


# --- in words ---------------------------------------------------------------------------------------------------


def sentence(found: Coming, tracked: Tracking | None, words: Words) -> list[Any]:
    """What is expected in which week, who says so, and whether they were any good."""
    rates = found.content.of(found.standing.leader)
    what = words.text(
        "forecast.coming.expected",
        name=name(found.sealed.target, words),
        week=week(found.sealed.week, words),
        incidents=round(float(rates.sum())),
        cells=len(rates),
        metres=found.sealed.target.cell,
    )
    who = words.text("forecast.coming.who", leader=model(found.standing.leader, words))
    return [html.Strong(what), " ", who, " ", _good(tracked, words)]


def _good(tracked: Tracking | None, words: Words) -> str:
    if tracked is None or not tracked.weeks:
        return words.text("forecast.coming.not_scored")
    return words.text("forecast.coming.scored", count=len(tracked.weeks)) + " " + caught(tracked, words)


def state(found: Coming, frame: Frame) -> list[html.P]:
    """What must be known before the map is read."""
    words, sealed = frame.words, found.sealed
    told = [notice("warning" if sealed.late else "lock", sealed_line(sealed, frame))]
    if found.superseded:
        there = html.A(words.text("forecast.seal.see"), href=address("runs", sealed.target), **{"data-go": "yes"})
        said = words.text("forecast.seal.superseded", count=len(found.superseded))
        told.append(notice("info", said, " ", there))
    told += leading(found.standing, words)
    if found.content.has_main and not found.standing.main_leads:
        told.append(notice("info", words.text("forecast.coming.of_main")))
    if not found.content.has_main:
        told.append(notice("info", words.text("forecast.coming.only_baselines")))
    told += _behind(found, words)
    if found.mine is not None:
        told.append(notice("info", words.text("forecast.coming.own")))
    if sealed.synthetic:
        told.append(notice("warning", words.text("forecast.synthetic")))
    return told


def _over(found: Coming, words: Words) -> list[html.P]:
    """A week that has ended is looked at beside what came."""
    there = address("tracking", found.sealed.target, week=found.sealed.week) + "#forecast-past"
    link = html.A(words.text("forecast.coming.see_past"), href=there, **{"data-go": "yes"})
    return [notice("warning", words.text("forecast.coming.over"), " ", link)]


def _behind(found: Coming, words: Words) -> list[html.P]:
    """The weeks between the last that was learned from and the one that is forecast."""
    last = learned_to(found.content.facts)
    if last is None:
        return []
    between = (found.sealed.week - last).days // 7 - 1
    if between <= UNDER_WAY:
        return [notice("info", words.text("forecast.coming.learned", last=week(last, words)))]
    return [notice("warning", words.text("forecast.coming.behind", last=week(last, words), count=between))]


def learned_to(facts: Mapping[str, Any]) -> date | None:
    """The Monday of the last week that a forecast learned from."""
    told = facts.get("weeks", {}).get("last")
    return date.fromisoformat(told) if told else None


# --- the legend -------------------------------------------------------------------------------------------------


def _legends(shown: Shown, words: Words) -> html.Div:
    buttons = [
        html.Button(
            words.text(f"forecast.legend.{kind}"),
            className="preset",
            **{"data-do": "forecast-show", "data-value": kind},
            **{"aria-pressed": "true" if kind == shown.shown else "false"},
        )
        for kind in SHOWN
    ]
    content = shown.found.content
    edges = [words.number(edge, 2) for edge in doubt_breaks(content.low, content.high)]
    classes = [percent(coverage, words) for coverage in reversed(COVERAGES)]
    return html.Div(
        [
            html.Div(buttons, className="presets", role="group", **{"aria-label": words.text("forecast.legend.title")}),
            legend("risk", classes, shown.shown != "risk", words),
            legend("doubt", edges, shown.shown != "doubt", words),
            _marks(words),
        ],
        className="forecast-legends",
    )


def legend(kind: str, told: Sequence[str], hidden: bool, words: Words) -> html.Div:
    """The classes of one picture, outside the map; a class is told by its text, never by colour alone."""
    (light, opacities), (dark, _) = palette(kind, "light"), palette(kind, "dark")
    steps = [
        html.Div(
            [html.Span(className="swatch", style={"--light": a, "--dark": b, "--opacity": opacity}), html.Span(text)],
            className="step",
        )
        for a, b, opacity, text in zip(light, dark, opacities, told, strict=False)
    ]
    title = html.Div(words.text(f"forecast.legend.{kind}_told"), className="legend-title")
    return html.Div(
        [title, html.Div(steps, className="steps")], className="legend", hidden=hidden, **{"data-legend": kind}
    )


def _marks(words: Words) -> html.Div:
    return html.Div(
        [
            html.Span([html.I("1", className=f"place-number {why}"), words.text(f"forecast.places.why.{why}")])
            for why in ("risk", "exploration")
        ],
        className="key quiet-text",
    )


def _beside(shown: Shown, known: Sequence[places.Numbered], words: Words) -> html.Section:
    return section(
        "forecast-list",
        words.text("forecast.places.title"),
        html.P(words.text("forecast.places.told"), className="quiet-text"),
        *places.listed(known, shown.found, shown.place, shown.happened, words),
    )


# --- what to do, and what not -----------------------------------------------------------------------------------


def _respond(words: Words) -> html.Section:
    """What helps at a place, by what lasts longest: patrols come last."""
    items = [
        html.Li([html.B(words.text(f"forecast.respond.{one}")), " ", words.text(f"forecast.respond.{one}_told")])
        for one in RESPONSES
    ]
    told = html.P(words.text("forecast.respond.told"), className="quiet-text")
    return section("forecast-respond", words.text("forecast.respond.title"), told, html.Ol(items, className="advice"))


def _not_for(words: Words) -> html.Section:
    items = [html.Li(words.text(f"forecast.not_for.{one}")) for one in NOT_FOR]
    return section("forecast-not-for", words.text("forecast.not_for.title"), html.Ul(items, className="advice"))
