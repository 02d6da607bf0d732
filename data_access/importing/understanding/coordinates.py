"""Where it happened: numbers as people write them, any coordinate system, and what is no place at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from data_access.importing.understanding.texts import Texts
from domain.errors import Invalid

WGS84 = "EPSG:4326"
WORLD = (-180.0, -90.0, 180.0, 90.0)
LOCATIONS = ("point", "missing", "withheld", "outside")
POINT, MISSING, WITHHELD, OUTSIDE = range(4)
ENOUGH = 20  # points that must all lie outside before the whole file is doubted
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$", re.I)

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Bounds = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True, slots=True)
class System:
    """How a source writes its points, and the bounds of the place they belong to, in degrees."""

    crs: str = WGS84
    bounds: Bounds = WORLD
    decimal: str = "."
    near: Bounds | None = None  # where no bounds are given: roughly where the points should be


@dataclass(frozen=True, slots=True)
class Located:
    x: Floats  # as written; NaN where blank or not a number
    y: Floats
    lon: Floats  # NaN unless the location is a point
    lat: Floats
    location: npt.NDArray[np.int64]  # index into LOCATIONS
    unreadable: Mask


def number(text: str, decimal: str = ".") -> float:
    """The number of a text, NaN where it is none.

    >>> number("-75,5698", ","), number("-75,5698")
    (-75.5698, nan)
    """
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".") if "," in text else text
    return float(text) if _NUMBER.match(text) else np.nan


def locate(x: Texts, y: Texts, system: System, withheld: Mask) -> Located:
    """Read, project and judge points."""
    xs, ys = (column.each(lambda text: number(text, system.decimal), np.nan, np.float64) for column in (x, y))
    unreadable = ~withheld & ((np.isnan(xs) & x.present) | (np.isnan(ys) & y.present))
    missing = np.isnan(xs) | np.isnan(ys) | ((xs == 0) & (ys == 0))
    usable = ~missing & ~withheld
    lon, lat = project(np.where(usable, xs, np.nan), np.where(usable, ys, np.nan), system.crs)
    inside = within(lon, lat, system.bounds)
    location = np.select([withheld, missing, inside], [WITHHELD, MISSING, POINT], OUTSIDE)
    return Located(xs, ys, np.where(inside, lon, np.nan), np.where(inside, lat, np.nan), location, unreadable)


def doubt(located: Located, system: System, columns: str) -> None:
    """Tell a file whose columns are exchanged, or which speaks of another place, from one with a few strays.

    Raises Invalid, naming the columns.
    """
    inside = located.location == POINT
    told = inside | (located.location == OUTSIDE)
    home = system.near or system.bounds
    strays = told & ~within(located.lon, located.lat, home)
    points = int(np.count_nonzero(told))
    if 2 * np.count_nonzero(strays) <= points:
        return
    x, y = located.x[strays], located.y[strays]
    exchanged = np.count_nonzero(within(*project(y, x, system.crs), home))
    if 2 * exchanged > points:
        raise Invalid("import.coordinates_swapped", columns=columns, rows=int(exchanged))
    if points >= ENOUGH and not inside.any():
        raise Invalid("import.coordinates_elsewhere", columns=columns, rows=points, first=f"{x[0]:g} {y[0]:g}")


def project(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Longitude and latitude of points in any coordinate system."""
    if crs == WGS84:
        return x, y
    lon, lat = transformer(crs).transform(x, y)
    return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


@lru_cache(maxsize=16)
def transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def within(lon: Floats, lat: Floats, bounds: Bounds) -> Mask:
    west, south, east, north = bounds
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
