"""A forecast's cells as a picture for the map: where each pixel lies in the lattice, and the class of each cell.

Cells are squares of a metric projection and maps are in Web Mercator, where they stand a little askew: each pixel asks
which cell holds its middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from analytics.forecast.panel import Lattice
from analytics.grid import degrees
from domain.forecast.models import COVERAGES

MERCATOR = 3857
PIXELS, LONGEST = 6, 1400  # for a cell, and for the longer side
KNOTS = 33  # points a side at which the projection is worked out; between them it is straight within centimetres
NOWHERE = -1

QUIET_CELL, HIT, MISS = 1, 2, 3  # of the map of a past week: flagged and quiet, caught, missed
BREAKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)  # incidents a week
DOUBTS = 5  # classes of how far an interval reaches

Bounds = tuple[float, float, float, float]  # west, south, east, north
Classes = NDArray[np.uint8]


@dataclass(frozen=True)
class Laid:
    """A lattice under the pixels of a picture: `cell`, shape (rows, columns), numbers the cell of each or is -1."""

    bounds: Bounds
    cell: NDArray[np.int32]

    def paint(self, classes: Classes) -> Classes:
        """Classes of the cells, shape (cells,), as classes of the pixels; 0 outside every cell."""
        return np.append(classes, np.uint8(0))[self.cell]


def laid(lattice: Lattice) -> Laid:
    """Where every pixel lies."""
    return _laid(lattice.epsg, lattice.size, lattice.x.tobytes(), lattice.y.tobytes())


@lru_cache(maxsize=8)
def _laid(epsg: int, size: int, x: bytes, y: bytes) -> Laid:
    lattice = Lattice(epsg, size, np.frombuffer(x, np.int32), np.frombuffer(y, np.int32))
    box = [edge * size for edge in (lattice.x.min(), lattice.y.min(), lattice.x.max() + 1, lattice.y.max() + 1)]
    west, south, east, north = _to_mercator(epsg).transform_bounds(*map(float, box))
    pixel = max(max(east - west, north - south) / LONGEST, size / PIXELS)
    across, down = (max(1, round(side / pixel)) for side in (east - west, north - south))
    columns, rows = _metric(epsg, (west, south, east, north), across, down)
    lon, lat = degrees(np.array([west, east]), np.array([south, north]))
    bounds = float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])
    return Laid(bounds, _numbered(lattice, np.floor(columns / size), np.floor(rows / size)))


def _to_mercator(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, MERCATOR, always_xy=True)


def _metric(epsg: int, box: Bounds, across: int, down: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metric x and y of the middle of each pixel, each of shape (down, across), the northernmost row first."""
    west, south, east, north = box
    knots_x, knots_y = np.meshgrid(np.linspace(west, east, KNOTS), np.linspace(north, south, KNOTS))
    known = Transformer.from_crs(MERCATOR, epsg, always_xy=True).transform(knots_x, knots_y)
    x, y = (_between(np.asarray(values), across, down) for values in known)
    return x, y


def _between(knots: NDArray[np.float64], across: int, down: int) -> NDArray[np.float64]:
    """Values at the middles of pixels, straight between the knots."""
    for axis, count in ((0, down), (1, across)):
        at = (np.arange(count) + 0.5) / count * (KNOTS - 1)
        low = np.minimum(at.astype(np.int64), KNOTS - 2)
        part = (at - low).reshape((-1, 1) if axis == 0 else (1, -1))
        knots = np.take(knots, low, axis) * (1 - part) + np.take(knots, low + 1, axis) * part
    return knots


def _numbered(lattice: Lattice, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
    """The number of the cell at each column and row of the lattice."""
    rows, columns = lattice.box
    plane = np.full(rows * columns + 1, NOWHERE, dtype=np.int32)
    plane[lattice.flat] = np.arange(lattice.cells, dtype=np.int32)
    column, row = (x - lattice.x.min()).astype(np.int64), (y - lattice.y.min()).astype(np.int64)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    return plane[np.where(inside, row * columns + column, rows * columns)]


def corners(lattice: Lattice, cells: Sequence[int]) -> list[list[tuple[float, float]]]:
    """The outline of each of some cells in degrees, (lon, lat), closed."""
    if not len(cells):
        return []
    x, y = lattice.x[list(cells)][:, None], lattice.y[list(cells)][:, None]
    steps = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    to_degrees = Transformer.from_crs(lattice.epsg, 4326, always_xy=True)
    lon, lat = to_degrees.transform((x + steps[:, 0]) * lattice.size, (y + steps[:, 1]) * lattice.size)
    return [
        [(round(float(a), 6), round(float(b), 6)) for a, b in zip(*ring, strict=True)]
        for ring in zip(lon, lat, strict=True)
    ]


def ranked(depth: NDArray[np.float64]) -> Classes:
    """The hottest share of the area that holds each cell: 4 for 1 %, 3 for 5 %, 2 for 10 %, 1 for 20 %, 0 for none.

    The share is of the whole city (`metrics.depth`), whatever the reader sees of it.
    """
    return np.sum([depth <= coverage for coverage in COVERAGES], axis=0, dtype=np.uint8)


def doubt_breaks(low: NDArray[np.float32], high: NDArray[np.float32]) -> tuple[float, ...]:
    """Where the classes of doubt begin: the last `DOUBTS` round numbers that the widest interval passes."""
    widest = float((high - low).max(initial=0.0))
    return tuple(edge for edge in BREAKS if edge <= widest)[-DOUBTS:] or BREAKS[:1]


def doubt(low: NDArray[np.float32], high: NDArray[np.float32]) -> Classes:
    """How far the interval of each cell reaches, in the classes of `doubt_breaks`."""
    return np.searchsorted(doubt_breaks(low, high), high - low, side="right").astype(np.uint8)


def caught(depth: NDArray[np.float64], observed: NDArray[np.int64], coverage: float) -> Classes:
    """What came of the hottest cells: flagged and quiet, caught, or missed outside them."""
    hot, came = depth <= coverage, observed > 0
    return np.select([hot & came, came, hot], [HIT, MISS, QUIET_CELL], 0).astype(np.uint8)
