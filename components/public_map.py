"""Maps of the public pages: SVG drawn on the server from the outlines of the release, in the staff map's colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any

from dash import html

from components import public_parts as parts
from components.markup import Html, attribute, markup
from domain.release.shown import Area, Plan, Ring, edges, level, rings
from locales import Words

WIDTH = 600
PICK = 14  # units of the picture for a button on it
FINEST = 1  # units of the picture; a corner nearer than this to the last is left out
LETTER, LARGE = 8, 12.5  # units of the picture for a letter of a name, and for one that a telephone can show
NAMED = 40  # areas; with more, their names would cover each other
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where places lie in the picture: equirectangular, true at its middle."""

    west: float
    north: float
    scale: float  # units of the picture for a degree of longitude
    flat: float  # cosine of the middle's latitude
    height: float

    @classmethod
    def around(cls, areas: Iterable[Area]) -> Frame | None:
        points = [point for area in areas if area.outline for ring in rings(area.outline) for point in ring]
        if not points:
            return None
        lons, lats = [point[0] for point in points], [point[1] for point in points]
        flat = cos(radians((min(lats) + max(lats)) / 2))
        wide, tall = max(max(lons) - min(lons), 1e-6), max(max(lats) - min(lats), 1e-6)
        scale = min(WIDTH / wide, WIDTH * flat / tall)
        left = (WIDTH / scale - wide) / 2
        return cls(min(lons) - left, max(lats), scale, flat, tall * scale / flat)

    def at(self, lon: float, lat: float) -> Point:
        return (lon - self.west) * self.scale, (self.north - lat) * self.scale / self.flat


def choropleth(plan: Plan, words: Words) -> list[Any]:
    """The areas in the classes of their density, with their legend; what is not published is hatched."""
    frame = Frame.around([*plan.around, *plan.areas])
    if frame is None:
        return [html.P(words.text("public.zones.no_outlines"), className="note")]
    densities = [area.density for area in plan.areas]
    classes = edges(density for density in densities if density is not None)
    levels = [level(density, classes) for density in densities]
    drawn = "".join(_area(area, number, frame, words) for area, number in zip(plan.areas, levels, strict=True))
    lines = "".join(f'<path class="edge" d="{outline(area, frame)}"/>' for area in plan.around if area.outline)
    label = words.text("public.zones.map")
    svg = picture(frame, HATCH + drawn + lines + _names(plan.around, frame), label)
    return [html.Figure([svg, legend(classes, 0 in levels, plan.period, words)])]


HATCH = (
    '<defs><pattern id="none" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0V8"/></pattern></defs>'
)


def picture(frame: Frame, inside: str, label: str, role: str = "img", field: str = "") -> Html:
    """The map; its role is "group" where something in it leads on or can be chosen. Where scripts run, a press on it
    writes the coordinates of the place into a field of the page."""
    box = f"-3 -3 {WIDTH + 6} {frame.height + 6:.0f}"
    known = f"{frame.west:.6f} {frame.north:.6f} {frame.scale:.3f} {frame.flat:.6f}"
    told = f"{attribute('data-field', field)}{attribute('data-frame', known)}" if field else ""
    return Html(f'<svg class="map" viewBox="{box}" role="{role}"{attribute("aria-label", label)}{told}>{inside}</svg>')


def _area(area: Area, number: int | None, frame: Frame, words: Words) -> str:
    if area.outline is None:
        return ""
    told = markup(words.text("public.zones.told", name=area.name, count=parts.about(area.count, words)))
    kind = "none" if number is None else f"c{number}"
    return f'<path class="{kind}" d="{outline(area, frame)}"><title>{told}</title></path>'


def outline(area: Area, frame: Frame) -> str:
    """The path of an area, in steps from corner to corner."""
    return "".join(_ring(ring, frame) for ring in rings(area.outline)) if area.outline else ""


def _ring(ring: Ring, frame: Frame) -> str:
    corners = [(round(x), round(y)) for x, y in (frame.at(lon, lat) for lon, lat, *_ in ring)]
    kept = [corners[0]]
    for corner in corners[1:]:
        if abs(corner[0] - kept[-1][0]) + abs(corner[1] - kept[-1][1]) > FINEST:
            kept.append(corner)
    if len(kept) < 3:
        return ""
    steps = (f"{x - px} {y - py}" for (px, py), (x, y) in pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}z"


def _names(areas: Sequence[Area], frame: Frame) -> str:
    """Names in the middle of the precincts that are wide enough for them."""
    if len(areas) > NAMED:
        return ""
    return "".join(_name(area, frame) for area in areas if area.outline)


def _name(area: Area, frame: Frame) -> str:
    corners = [frame.at(lon, lat) for ring in rings(area.outline or {}) for lon, lat, *_ in ring]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    room = (max(xs) - min(xs)) / len(area.name)
    if room < LETTER:
        return ""
    kind = ' class="wide"' if room >= LARGE else ""
    return f'<text{kind} x="{(min(xs) + max(xs)) / 2:.0f}" y="{(min(ys) + max(ys)) / 2:.0f}">{markup(area.name)}</text>'


def legend(classes: Sequence[float], none: bool, period: str, words: Words) -> html.Figcaption:
    """The classes in incidents per km2, worked out from the rounded counts; `none`: some areas are under the first."""
    unit = words.text("public.zones.unit_month" if "-" in period else "public.zones.unit_year")
    steps = [(0, words.text("public.zones.hardly", count=words.text("public.zero")))] if none else []
    steps += [(number, _edge(edge, words)) for number, edge in enumerate(classes, start=1)]
    swatches = "".join(
        f'<li><svg width="18" height="18" aria-hidden="true"><path class="c{number}" d="M0 0h18v18H0z"/></svg>'
        f"{markup(told)}</li>"
        for number, told in steps
    )
    return html.Figcaption([html.Span(unit), Html(f'<ul class="legend">{swatches}</ul>')])


def _edge(edge: float, words: Words) -> str:
    return words.text("public.zones.from", edge=words.number(edge, 0 if edge >= 10 else 1 if edge >= 1 else 2))


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the map: its code and what it is called."""

    code: str
    lon: float
    lat: float
    name: str


def dots(around: Sequence[Area], places: Sequence[Dot], address: str, label: str) -> Html | None:
    """Points over the outlines of the precincts, each a link to an address that ends with its code."""

    def link(dot: Dot, x: float, y: float) -> str:
        known = f"{attribute('href', address + dot.code)}{attribute('aria-label', dot.name)}"
        circle = f'<circle class="dot" cx="{x:.0f}" cy="{y:.0f}" r="4"/>'
        return f"<a{known}><title>{markup(dot.name)}</title>{circle}</a>"

    return _placed(around, places, link, label)


def picks(around: Sequence[Area], places: Sequence[Dot], name: str, chosen: str, label: str) -> Html | None:
    """The same, each a button of the field `name`: it works without scripts, and the arrow keys go from one to the
    next."""

    def button(dot: Dot, x: float, y: float) -> str:
        called = f"{attribute('title', dot.name)}{attribute('aria-label', dot.name)}"
        known = f"{attribute('name', name)}{attribute('value', dot.code)}{called}"
        place = f'x="{x - PICK / 2:.0f}" y="{y - PICK / 2:.0f}" width="{PICK}" height="{PICK}"'
        checked = " checked" if dot.code == chosen else ""
        return f'<foreignObject {place}><input type="radio"{known}{checked}></foreignObject>'

    return _placed(around, places, button, label)


def pressed(words: Words) -> html.Span:
    """What a press on the map does; said where scripts run."""
    return html.Span(words.text("public.cameras.map_click"), hidden=True, **{"data-map": "1"})


def _placed(
    around: Sequence[Area], places: Sequence[Dot], draw: Callable[[Dot, float, float], str], label: str
) -> Html | None:
    frame = Frame.around(around)
    if frame is None or not places:
        return None
    land = "".join(f'<path class="land" d="{outline(area, frame)}"/>' for area in around if area.outline)
    points = "".join(
        draw(dot, x, y)
        for dot, (x, y) in ((dot, frame.at(dot.lon, dot.lat)) for dot in places)
        if -3 <= x <= WIDTH + 3 and -3 <= y <= frame.height + 3
    )
    return picture(frame, land + _names(around, frame) + points, label, "group", "point")
