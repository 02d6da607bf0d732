"""Maps. The only room that knows dash-leaflet; `assets/map.js` holds what runs in the browser.

Without a base map the ground is plain: outlines, names, graticule and scale remain.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dash_leaflet as dl
from dash import html

from components.heat_image import palette
from components.icons import icon
from domain.exploration import Legend
from locales import Words

Bounds = tuple[float, float, float, float]  # west, south, east, north

# A heat image's address is built in the browser, which alone knows the colour scheme; until then it is clear.
CLEAR = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # degrees between the lines of the graticule


@dataclass(frozen=True, slots=True)
class Under:
    """What lies under the heat: the same for both maps of a comparison."""

    bounds: Bounds
    outlines: dict[str, Any]  # GeoJSON FeatureCollection with name and code
    tiles: str = ""
    attribution: str = ""

    @property
    def view(self) -> Bounds:
        """Where to look first: what this reader's precincts cover of the heat's ground."""
        shapes = [feature["geometry"]["coordinates"] for feature in self.outlines["features"]]
        points = [point for shape in shapes for point in _points(shape)]
        if not points:
            return self.bounds
        lons, lats = zip(*points, strict=True)
        west, south, east, north = self.bounds
        inner = (max(west, min(lons)), max(south, min(lats)), min(east, max(lons)), min(north, max(lats)))
        return inner if inner[0] < inner[2] and inner[1] < inner[3] else self.bounds


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    """The corners in a GeoJSON geometry's coordinates, however deep."""
    if isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _points(part)


def heat_map(name: str, under: Under, label: str) -> html.Div:
    """A map with its heat image; ids are `<name>`, `<name>-heat` and `<name>-draw`. The drawn area and the mark of a
    clicked place are drawn in the browser."""
    west, south, east, north = under.view
    layers: list[Any] = [
        dl.Pane([*_base(under), _outlines(under.outlines)], name="land", style={"zIndex": 250}),
        dl.ImageOverlay(id=f"{name}-heat", url=CLEAR, bounds=_corners(under.bounds), className="heat-image"),
        dl.FeatureGroup([_draw(name)]),
        dl.ScaleControl(imperial=False, position="bottomright"),
    ]
    told = html.Div(id=f"{name}-caption", className="map-caption")
    known = {"aria-label": label, "data-corners": f"{south},{west},{north},{east}"}
    return html.Div([_leaflet(name, layers, under), told], className="map-frame", role="group", **known)


def cell_map(
    name: str, under: Under, images: Mapping[str, str], shown: str, places: dict[str, Any], label: str
) -> html.Div:
    """A map of a forecast's cells; ids are `name` and `<name>-cells`.

    `images` are addresses by what they show; `assets/forecast.js` adds the colour scheme and draws the one that is
    `shown`. `places` is GeoJSON, each feature with its `number`.
    """
    west, south, east, north = under.view
    numbered = dl.GeoJSON(
        data=places,
        style={"variable": "atalaya.forecast.place"},
        onEachFeature={"variable": "atalaya.forecast.numbered"},
    )
    layers: list[Any] = [
        dl.Pane([*_base(under), _outlines(under.outlines)], name="land", style={"zIndex": 250}),
        dl.ImageOverlay(id=f"{name}-cells", url=CLEAR, bounds=_corners(under.bounds), className="cell-image"),
        numbered,
        dl.ScaleControl(imperial=False, position="bottomright"),
    ]
    known = {"aria-label": label, "data-corners": f"{south},{west},{north},{east}"}
    known |= {"data-images": json.dumps(dict(images)), "data-shown": shown, "data-layer": f"{name}-cells"}
    return html.Div([_leaflet(name, layers, under)], className="map-frame", role="group", **known)


def _leaflet(name: str, layers: list[Any], under: Under) -> dl.MapContainer:
    return dl.MapContainer(
        layers,
        id=name,
        bounds=_corners(under.view),
        className="map tiled" if under.tiles else "map",
        zoomControl=True,
        attributionControl=bool(under.attribution),
        zoomSnap=0.25,
        trackViewport=False,
        trackResize=False,  # `map.js` watches the frame instead
        minZoom=7,
        maxZoom=18,
    )


def _corners(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = bounds
    return [[south, west], [north, east]]


def _base(under: Under) -> list[Any]:
    if under.tiles:
        return [dl.TileLayer(url=under.tiles, attribution=under.attribution, className="tiles")]
    return [
        dl.GeoJSON(
            data=graticule(under.view),
            interactive=False,
            style={"variable": "atalaya.map.graticule"},
            onEachFeature={"variable": "atalaya.map.degrees"},
        )
    ]


def _outlines(outlines: dict[str, Any]) -> dl.GeoJSON:
    return dl.GeoJSON(
        data=outlines,
        interactive=False,
        style={"variable": "atalaya.map.precinct"},
        onEachFeature={"variable": "atalaya.map.named"},
    )


def _draw(name: str) -> dl.EditControl:
    """Brings Leaflet's drawing along; `tools` has the buttons, in the reader's language."""
    return dl.EditControl(id=f"{name}-draw", draw=False, edit=False, disableDefaultEventHandlers=True)


def tools(words: Words) -> html.Div:
    """The buttons over the map that draw an area; the list of precincts is the way without a pointer."""
    buttons = [
        html.Button(
            icon(shape, 18),
            title=words.text(f"heat.draw.{shape}"),
            className="tool",
            **{"data-draw": shape, "aria-label": words.text(f"heat.draw.{shape}"), "aria-pressed": "false"},
            **{"data-sentences": json.dumps(_sentences(shape, words))},
        )
        for shape in ("polygon", "rectangle")
    ]
    clear = html.Button(
        icon("clear", 18),
        title=words.text("heat.draw.clear"),
        className="tool",
        **{"data-key": "area", "data-do": "clear", "aria-label": words.text("heat.draw.clear")},
    )
    return html.Div(
        [*buttons, clear], className="map-tools", role="group", **{"aria-label": words.text("heat.draw.title")}
    )


def _sentences(shape: str, words: Words) -> dict[str, str]:
    steps = ("start", "next", "end", "crossing") if shape == "polygon" else ("start", "end")
    return {step: words.text(f"heat.draw.{shape}_steps.{step}") for step in steps}


def graticule(bounds: Bounds) -> dict[str, Any]:
    """Lines of latitude and longitude, about four across the view, as GeoJSON.

    >>> [line["properties"]["degrees"] for line in graticule((0.0, 0.0, 0.9, 0.4))["features"]][:3]
    ['0.2° E', '0.4° E', '0.6° E']
    """
    west, south, east, north = bounds
    step = next((step for step in STEPS if max(east - west, north - south) / step <= 5), STEPS[-1])
    room = max(east - west, north - south)
    lines = [_line([[x, south - room], [x, north + room]], x, "EW") for x in _between(west, east, step)]
    lines += [_line([[west - room, y], [east + room, y]], y, "NS") for y in _between(south, north, step)]
    return {"type": "FeatureCollection", "features": lines}


def _between(low: float, high: float, step: float) -> list[float]:
    return [round(i * step, 4) for i in range(math.floor(low / step) + 1, math.ceil(high / step))]


def _line(points: list[list[float]], degrees: float, sides: str) -> dict[str, Any]:
    side = sides[0] if degrees >= 0 else sides[1]
    return {
        "type": "Feature",
        "properties": {"degrees": f"{abs(degrees):g}° {side}", "along": "x" if sides == "EW" else "y"},
        "geometry": {"type": "LineString", "coordinates": points},
    }


def legend(classes: Legend, words: Words) -> html.Div:
    """The classes in real units; it stands outside the map, so that it never covers data."""
    edges = [words.number(edge, _decimals(edge)) for edge in classes.breaks]
    steps = [
        html.Div([swatch, html.Span(edge)], className="step")
        for swatch, edge in zip(_swatches("now"), edges, strict=True)
    ]
    return html.Div(
        [
            html.Div(words.text("heat.legend.unit"), className="legend-title"),
            html.Div(steps, className="steps"),
            html.Div(words.text("heat.legend.bandwidth", metres=round(classes.bandwidth)), className="quiet-text"),
        ],
        className="legend legend-heat",
    )


def change_legend(words: Words) -> html.Div:
    """How the map of change reads: orange rises, blue falls, clear is within usual variation."""
    swatches = _swatches("change")
    rise, fall = swatches[:3], swatches[3:]
    usual = html.Span(className="swatch usual")
    ends = [html.Span(words.text(f"heat.legend.{end}")) for end in ("fall", "usual", "rise")]
    return html.Div(
        [
            html.Div(words.text("heat.legend.change"), className="legend-title"),
            html.Div([*reversed(fall), usual, *rise], className="steps"),
            html.Div(ends, className="ends"),
        ],
        className="legend legend-change",
    )


def _swatches(side: str) -> list[html.Span]:
    """The classes' colours as the map shows them, on light and on dark ground."""
    (light, opacities), (dark, _) = palette(side, "light"), palette(side, "dark")
    return [
        html.Span(className="swatch", style={"--light": a, "--dark": b, "--opacity": opacity})
        for a, b, opacity in zip(light, dark, opacities, strict=True)
    ]


def _decimals(edge: float) -> int:
    return 0 if edge >= 10 else 1 if edge >= 1 else 2
