"""The recommended places of a forecast: numbered, with what is expected, how sure that is, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from dash import html

from analytics.forecast.allocation import Place, Plan
from analytics.forecast.content import Content
from analytics.forecast.told import Coming
from components.forecast_image import corners
from components.forecast_parts import SHORT, decimal, interval, notice, rate, row, section, table
from components.icons import icon
from components.tables_out import Cell
from domain.forecast.models import REFERENCE
from domain.forecast.sealed import Target
from locales import Words

REASONS = 3  # told of a place
STRONG = 0.05  # of a reason, in logarithms: under it nothing is said
COLUMNS = (
    *("number", "why", "precinct", "precinct_name", "lon", "lat", "expected", "low", "high", "weeks_52", "rank"),
    *("reasons", "week", "target", "cell_metres", "seal", "sealed", "synthetic"),
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A place with its number, its outline in degrees, and its figures."""

    number: int
    place: Place
    ring: list[tuple[float, float]]
    low: float
    high: float
    usual: float  # the 52-week mean

    @property
    def middle(self) -> tuple[float, float]:
        lons, lats = zip(*self.ring[:4], strict=True)
        return sum(lons) / 4, sum(lats) / 4


def numbered(found: Coming) -> list[Numbered]:
    """The places that the reader may see, in the plan's order."""
    places = found.plan.places
    rings = corners(found.content.lattice, [place.cell for place in places])
    pairs = enumerate(zip(places, rings, strict=True), start=1)
    return [_numbered(number, place, ring, found.content) for number, (place, ring) in pairs]


def _numbered(number: int, place: Place, ring: list[tuple[float, float]], content: Content) -> Numbered:
    usual = float(content.of(REFERENCE)[place.cell]) if REFERENCE in content.models else math.nan
    return Numbered(number, place, ring, float(content.low[place.cell]), float(content.high[place.cell]), usual)


def features(places: Sequence[Numbered], words: Words) -> dict[str, Any]:
    """The places as GeoJSON for the map."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"number": one.number, "why": str(one.place.why), "told": title(one, words)},
                "geometry": {"type": "Polygon", "coordinates": [one.ring]},
            }
            for one in places
        ],
    }


# --- in words ---------------------------------------------------------------------------------------------------


def title(one: Numbered, words: Words) -> str:
    area = words.term("precinct", one.place.area)
    return words.text("forecast.places.named", number=one.number, area=area)


def expected(one: Numbered, words: Words) -> str:
    parts = {"rate": rate(one.place.rate, words), "interval": interval(one.low, one.high, words)}
    return words.text("forecast.places.expected", **parts)


def reasons(place: Place, content: Content, words: Words) -> list[str]:
    """What raises, and what lowers, the risk of a cell most: the strongest first."""
    strengths = sorted(
        ((float(row[place.cell]), name) for name, row in zip(content.reasons, content.strength, strict=True)),
        key=lambda pair: -abs(pair[0]),
    )
    said = []
    for strength, name in strengths[:REASONS]:
        if abs(strength) >= STRONG:
            way = "up" if strength > 0 else "down"
            times = decimal(math.exp(strength), words, 1 if strength > 0 else 2)
            said.append(words.text(f"forecast.reasons.{name}.{way}", times=times))
    return said or [words.text("forecast.reasons.none")]


# --- the list beside the map ------------------------------------------------------------------------------------


def listed(places: Sequence[Numbered], found: Coming, chosen: int, here: str, words: Words) -> list[Any]:
    """Every place as a button that opens its reasons; `here` is the address of what happened, empty for who may not."""
    if not places:
        return [html.P(words.text("forecast.places.none"), className="quiet-text")]
    return [html.Ol([_item(one, found, one.number == chosen, here, words) for one in places], className="place-list")]


def _item(one: Numbered, found: Coming, open: bool, here: str, words: Words) -> html.Li:
    panel = f"forecast-place-{one.number}"
    act = {"data-do": "forecast-place", "data-value": str(one.number), "aria-controls": panel}
    button = html.Button(
        [
            html.Span(str(one.number), className=f"place-number {one.place.why}"),
            html.Span(words.term("precinct", one.place.area), className="place-name"),
            html.Span(rate(one.place.rate, words), className="bar-count"),
        ],
        className="place-button",
        **act,
        **{"aria-expanded": "true" if open else "false", "data-told": expected(one, words)},
    )
    told = html.Div(_told(one, found, here, words), id=panel, className="place-told", hidden=not open)
    return html.Li([button, told], **{"data-place": str(one.number)}, className="chosen" if open else "")


def _told(one: Numbered, found: Coming, here: str, words: Words) -> list[Any]:
    said = [html.Li(reason) for reason in reasons(one.place, found.content, words)]
    lon, lat = one.middle
    where = f"{decimal(abs(lat), words, 4)}° {'N' if lat >= 0 else 'S'}, {decimal(abs(lon), words, 4)}° "
    where += "E" if lon >= 0 else "O" if words.language == "es" else "W"
    parts = {"rank": one.place.rank, "cells": len(found.content.lattice.x)}
    return [
        html.P(expected(one, words)),
        html.P(words.text(f"forecast.places.chosen_for.{one.place.why}", **parts)),
        html.P(words.text("forecast.places.because"), className="card-label"),
        html.Ul(said),
        html.P(words.text("forecast.places.usual", rate=rate(one.usual, words)), className="quiet-text")
        if not math.isnan(one.usual)
        else None,
        html.P(
            words.text("forecast.places.where", where=where, metres=found.sealed.target.cell), className="quiet-text"
        ),
        *([_happened(one, found.sealed.target, here, words)] if here else []),
    ]


def _happened(one: Numbered, target: Target, here: str, words: Words) -> html.A:
    """The way to the incidents that were recorded there."""
    ring = ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in one.ring[:4])
    query = urlencode({"type": ",".join(target.codes), "area": ring}, safe=",;")
    return html.A([icon("map", 16), words.text("forecast.places.happened")], href=f"{here}?{query}", className="quiet")


# --- the table, and what the cap took ---------------------------------------------------------------------------


def as_table(places: Sequence[Numbered], found: Coming, words: Words) -> html.Section:
    name = words.text("forecast.places.table")
    columns = ("number", "place", "expected", "interval", "usual", "rank", "why", "reasons")
    heads = [words.text(f"forecast.places.columns.{column}") for column in columns]
    rows = [_line(one, found, words) for one in places]
    return section(
        "forecast-table",
        name,
        table(heads, rows, name, "worded places"),
        *capped(found.plan, words),
        kind="forecast-table",
    )


def _line(one: Numbered, found: Coming, words: Words) -> str:
    said = "; ".join(reasons(one.place, found.content, words))
    cells = [
        escape(words.term("precinct", one.place.area)),
        escape(rate(one.place.rate, words)),
        interval(one.low, one.high, words),
        "–" if math.isnan(one.usual) else escape(rate(one.usual, words)),
        words.number(one.place.rank),
        escape(words.text(f"forecast.places.why.{one.place.why}")),
        escape(said),
    ]
    return row(str(one.number), cells, data_place=str(one.number))


def capped(plan: Plan, words: Words) -> list[Any]:
    """What the cap took away, and fewer places than asked."""
    told = []
    if len(plan.places) < plan.asked:
        told.append(notice("info", words.text("forecast.places.fewer", count=len(plan.places), asked=plan.asked)))
    if not plan.capped:
        return [*told, html.P(words.text("forecast.places.not_capped"), className="quiet-text")]
    lines = [
        html.Li(
            words.text(
                "forecast.places.capped",
                area=words.term("precinct", one.area),
                most=one.most,
                count=len(one.cells),
                expected=rate(one.expected, words),
            )
        )
        for one in plan.capped
    ]
    basis = words.text(f"forecast.places.basis.{plan.basis}")
    return [*told, html.P(words.text("forecast.places.cap", basis=basis), className="quiet-text"), html.Ul(lines)]


# --- to be taken away -------------------------------------------------------------------------------------------


def lines(found: Coming, sealed_at: str, words: Words) -> Iterator[tuple[Cell, ...]]:
    """The places as rows under `COLUMNS`."""
    for one in numbered(found):
        lon, lat = one.middle
        yield (
            *(one.number, str(one.place.why), one.place.area, words.term("precinct", one.place.area)),
            *(round(lon, 6), round(lat, 6), round(one.place.rate, 4), round(one.low, 4), round(one.high, 4)),
            *(None if math.isnan(one.usual) else round(one.usual, 4), one.place.rank),
            "; ".join(reasons(one.place, found.content, words)),
            *(found.sealed.week.isoformat(), found.sealed.target.code, found.sealed.target.cell),
            *(found.sealed.seal[:SHORT], sealed_at, int(found.sealed.synthetic)),
        )
