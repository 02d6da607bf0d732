"""What public pages show of a release: small values, and what is derived from rounded numbers alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import cos, floor, log10, radians, sqrt
from typing import Any

from domain.release.lattice import SLACK

CLASSES = 7
USUAL = 1.96  # standard deviations that two counts of the same thing lie apart by chance, 19 times in 20
KILOMETRES = 111.32  # of a degree of latitude

Ring = Sequence[Sequence[float]]
Row = Mapping[str, Any]


class Change(StrEnum):
    MORE = "more"
    LESS = "less"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Edition:
    """A release as its pages name it. Texts are by language."""

    number: int
    name: str  # of its files
    issued: str  # ISO day
    sha256: str
    synthetic: bool
    city: str
    zone: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    sources: Sequence[str]
    months: Sequence[str]
    years: Sequence[str]
    files: Sequence[Row] = ()  # path, bytes, sha256, media
    changes: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A rounded count and the one to compare it with; None where nothing is published."""

    period: str
    now: int | None
    earlier: str
    before: int | None

    @property
    def change(self) -> Change | None:
        """Whether the difference is more than chance and rounding explain, as between two Poisson counts."""
        if self.now is None or self.before is None:
            return None
        room = USUAL * sqrt(self.now + self.before) + 2 * SLACK
        if abs(self.now - self.before) <= room:
            return Change.SIMILAR
        return Change.MORE if self.now > self.before else Change.LESS


@dataclass(frozen=True, slots=True)
class Front:
    """The few figures that matter: the last published month and year of all incidents, and each family in one of
    them, all families last."""

    figures: Sequence[Pair]
    families: Sequence[tuple[str, Pair]]


@dataclass(frozen=True, slots=True)
class Choices:
    """The closed lists that a question about incidents is put together from."""

    years: Sequence[str]  # zones are told of by year
    months: Sequence[str]  # precincts by month
    families: Sequence[str]
    precincts: Mapping[str, str]  # names by code


@dataclass(frozen=True, slots=True)
class Area:
    """A published area; `count` is None where its period is not published."""

    code: str
    name: str
    precinct: str
    count: int | None
    outline: Mapping[str, Any] | None  # a GeoJSON geometry

    @property
    def density(self) -> float | None:
        """Incidents per km2, from the rounded count."""
        if self.count is None or self.outline is None:
            return None
        return self.count / max(square_kilometres(self.outline), 0.01)


@dataclass(frozen=True, slots=True)
class Plan:
    """A map: areas in the order of their counts, and the precincts around them."""

    period: str
    family: str
    areas: Sequence[Area]
    around: Sequence[Area]
    elsewhere: int | None  # incidents whose place the source does not tell

    @property
    def edges(self) -> tuple[float, ...]:
        return edges(area.density for area in self.areas if area.density is not None)


@dataclass(frozen=True, slots=True)
class Series:
    """Rounded counts month by month, by time of day and by year."""

    precinct: str
    family: str
    months: Sequence[tuple[str, int | None]]
    bands: Sequence[tuple[str, Mapping[str, int]]] = field(default=())  # year, then count by band
    sensitive: Sequence[tuple[str, Mapping[str, int]]] = field(default=())  # year, then count by family


def edges(values: Iterable[float]) -> tuple[float, ...]:
    """Lower edges of at most `CLASSES` classes with about as many values each, to two figures; nought is in none.

    >>> edges([0, 1, 2, 3, 4, 5, 6, 7, 80])
    (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    """
    some = sorted(value for value in values if value > 0)
    wanted = min(CLASSES, len(some))
    found = {_two_figures(some[place * len(some) // wanted]) for place in range(wanted)}
    return tuple(sorted(found))


def _two_figures(value: float) -> float:
    """Rounded down, so that a class holds the value that it was made from."""
    unit = 10.0 ** (floor(log10(value)) - 1)
    return float(f"{floor(round(value / unit, 6)) * unit:.2g}")


def level(value: float | None, classes: Sequence[float]) -> int | None:
    """The class of a value from 1 on, 0 for under the first; None where there is no value."""
    return None if value is None else bisect_right(classes, value)


def rings(geometry: Mapping[str, Any]) -> list[Ring]:
    """Every ring of a GeoJSON polygon or several."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for part in parts for ring in part]


def square_kilometres(geometry: Mapping[str, Any]) -> float:
    """The area of a GeoJSON polygon, on the plane that touches the Earth at it.

    >>> round(square_kilometres({"type": "Polygon", "coordinates": [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]]]}))
    124
    """
    whole = 0.0
    for part in [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]:
        outer, *holes = map(_ring_area, part)
        whole += outer - sum(holes)
    return whole


def _ring_area(ring: Ring) -> float:
    flat = cos(radians(ring[0][1])) * KILOMETRES**2
    lon, lat = ring[0][0], ring[0][1]
    turns = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum((a[0] - lon) * (b[1] - lat) - (b[0] - lon) * (a[1] - lat) for a, b in turns)) / 2 * flat
