"""The territory by compliance, as one drawing: it prints, follows the colours of the page and needs no network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dash import html

from components.adoption_answer import share, unranked
from components.markup import Html
from domain.adoption import Adoption, Standing
from locales import Words

BREAKS = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)  # of the target; the same every month, so that maps can be compared
WIDTH = 1000  # units of the drawing
NAMED = 60  # more precincts are too small for names
WIDE, TALL = 1.9, 0.6  # width by height
LETTER = 0.023  # of the map's width

Ring = Sequence[Sequence[float]]


def level(compliance: float | None) -> int:
    """The class of a compliance, from 1; 0 where there is none.

    >>> level(None), level(0.0), level(0.217), level(1.0), level(1.4)
    (0, 1, 3, 7, 7)
    """
    return 0 if compliance is None else sum(compliance >= edge for edge in BREAKS)


@dataclass(frozen=True, slots=True)
class Frame:
    """The territory's box in degrees and the drawing's height."""

    west: float
    north: float
    scale: float  # units for a degree of longitude
    flat: float  # a degree of longitude for one of latitude
    height: float
    left: float

    @classmethod
    def of(cls, shapes: list[list[Ring]]) -> Frame:
        """Equirectangular at the middle latitude, which is true enough for one city."""
        points = [point for rings in shapes for ring in rings for point in ring]
        lons, lats = [point[0] for point in points], [point[1] for point in points]
        flat = math.cos(math.radians((min(lats) + max(lats)) / 2))
        across, down = max((max(lons) - min(lons)) * flat, 1e-6), max(max(lats) - min(lats), 1e-6)
        ratio = min(max(across / down, TALL), WIDE)
        unit = WIDTH / max(across, down * ratio)
        left = (WIDTH - across * unit) / 2
        return cls(min(lons), max(lats), unit * flat, flat, down * unit, left)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return self.left + (lon - self.west) * self.scale, (self.north - lat) * self.scale / self.flat

    def holds(self, lon: float, lat: float) -> bool:
        x, y = self.at(lon, lat)
        return 0 <= x <= WIDTH and 0 <= y <= self.height


def drawing(found: Adoption, outlines: Mapping[str, Any], chosen: str, words: Words) -> list[Any]:
    """The outlines with their names; a click chooses a precinct whose details are open."""
    features = outlines["features"]
    if not features:
        return [html.P(words.text("adoption.map.none"), className="quiet-text")]
    shapes = [list(_rings(feature["geometry"])) for feature in features]
    rows = {row.precinct: row for row in found.rows}
    followed = [held for feature, held in zip(features, shapes, strict=True) if feature["properties"]["code"] in rows]
    frame = Frame.of(followed or shapes)
    inside = [
        (feature["properties"], rings)
        for feature, rings in zip(features, shapes, strict=True)
        if feature["properties"]["code"] in rows or frame.holds(*feature["properties"]["label"])
    ]
    paths = "".join(_path(known, rings, frame, rows, found, chosen, words) for known, rings in inside)
    label = escape(words.text("adoption.map.title"))
    drawn = (
        f'<svg viewBox="-4 -4 {WIDTH + 8} {frame.height + 8:.0f}" role="img" aria-label="{label}">'
        '<defs><pattern id="no-data" width="22" height="22" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M0 0V22" class="hatch"/></pattern></defs>'
        f"{paths}</svg>"
    )
    names = _names(inside, frame) if len(inside) <= NAMED else []
    return [html.Div([Html(drawn), *names], className="territory"), legend(words)]


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for part in parts:
        yield from part


def _path(
    known: Mapping[str, Any],
    rings: list[Ring],
    frame: Frame,
    rows: Mapping[str, Standing],
    found: Adoption,
    chosen: str,
    words: Words,
) -> str:
    code = known["code"]
    row = rows.get(code)
    compliance = row.compliance if row else None
    drawn = "".join(
        "M" + "L".join("{:.0f} {:.0f}".format(*frame.at(lon, lat)) for lon, lat in ring) + "Z" for ring in rings
    )
    kinds = [f"heat-{level(compliance)}" if compliance is not None else "no-data"] + ["chosen"] * (code == chosen)
    act = f' data-do="adoption" data-key="precinct" data-value="{escape(code)}"' if code in found.outlooks else ""
    told = escape(_told(known["name"], row, words))
    return f'<path d="{drawn}" class="{" ".join(kinds)}" data-precinct="{escape(code)}" data-told="{told}"{act}/>'


def _told(name: str, row: Standing | None, words: Words) -> str:
    if row is None or row.compliance is None:
        why = words.text("adoption.no_data") if row is None else unranked(row, words)
        return f"{name}: {why}"
    told = words.text("adoption.map.told", name=name, compliance=share(row.compliance, words))
    return ", ".join(filter(None, (told, unranked(row, words))))


def _names(inside: list[tuple[Mapping[str, Any], list[Ring]]], frame: Frame) -> list[html.Span]:
    """Names at the middle of those precincts that are wide enough; hidden from readers of the table."""
    drawn = []
    for known, rings in inside:
        name = known["name"]
        lons = [point[0] for ring in rings for point in ring]
        longest = max(map(len, name.split()))
        if (max(lons) - min(lons)) * frame.scale < longest * LETTER * WIDTH:
            continue
        x, y = frame.at(*known["label"])
        place = {"left": f"{(x + 4) / (WIDTH + 8) * 100:.1f}%", "top": f"{(y + 4) / (frame.height + 8) * 100:.1f}%"}
        drawn.append(html.Span(name, className="territory-name", style=place, **{"aria-hidden": "true"}))
    return drawn


def legend(words: Words) -> html.Div:
    """The classes in percent of the goal, and what is hatched."""
    steps = [
        html.Div([html.Span(className=f"swatch heat-{i}"), html.Span(words.percent(edge))], className="step")
        for i, edge in enumerate(BREAKS, start=1)
    ]
    none = html.Div([html.Span(className="swatch none"), html.Span(words.text("adoption.no_data"))], className="step")
    return html.Div(
        [
            html.Div(words.text("adoption.map.legend"), className="legend-title"),
            html.Div([*steps, none], className="steps"),
        ],
        className="legend",
    )
