"""The fixed grid over a city's territory: Web Mercator, square cells, at most 400 a side.

Positions are quantised twice: to a grid cell for the heat image, and to 1/65536 of the territory's
longer side (under a metre for a city) for drawn areas and clicked places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH = 6_378_137.0  # metres, WGS 84 semi-major axis, as Web Mercator uses it
SIDE = 400
STEPS = 65_536

Floats = NDArray[np.float64]


def mercator(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Degrees to Web Mercator metres (EPSG:3857)."""
    x = np.radians(lon) * EARTH
    y = np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) * EARTH
    return x, y


def degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Web Mercator metres to degrees: the inverse of `mercator`."""
    lon = np.degrees(x / EARTH)
    lat = np.degrees(2 * np.arctan(np.exp(y / EARTH)) - np.pi / 2)
    return lon, lat


@dataclass(frozen=True, slots=True)
class Grid:
    """`west` and `south` in Mercator metres; `size` is a cell's side there; row 0 is the northernmost."""

    west: float
    south: float
    size: float
    columns: int
    rows: int

    @classmethod
    def around(cls, west: float, south: float, east: float, north: float) -> Grid:
        """The grid that covers a box of degrees with a margin of 2 %."""
        (x0, x1), (y0, y1) = mercator(np.array([west, east]), np.array([south, north]))
        margin = max(0.02 * max(x1 - x0, y1 - y0), 500.0)
        x0, x1, y0, y1 = x0 - margin, x1 + margin, y0 - margin, y1 + margin
        size = max(x1 - x0, y1 - y0) / SIDE
        columns, rows = max(1, math.ceil((x1 - x0) / size - 1e-9)), max(1, math.ceil((y1 - y0) / size - 1e-9))
        return cls(float(x0), float(y0), float(size), min(columns, SIDE), min(rows, SIDE))

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    @property
    def step(self) -> float:
        """Metres (Mercator) of the fine quantisation."""
        return SIDE * self.size / STEPS

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        x = np.array([self.west, self.west + self.columns * self.size])
        y = np.array([self.south, self.south + self.rows * self.size])
        lon, lat = degrees(x, y)
        return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])

    def scale(self) -> Floats:
        """True metres for a Mercator metre in each row, shape (rows,)."""
        y = self.south + (self.rows - np.arange(self.rows) - 0.5) * self.size
        return np.asarray(1.0 / np.cosh(y / EARTH), dtype=np.float64)

    def place(self, lon: Floats, lat: Floats) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.bool_]]:
        """Cell numbers, packed fine positions and a mask of the points inside, for degrees of shape (n,)."""
        x, y = mercator(lon, lat)
        u, v = (x - self.west) / self.step, (y - self.south) / self.step
        fine = SIDE * self.size / self.step
        inside = (u >= 0) & (v >= 0) & (u < fine * self.columns / SIDE) & (v < fine * self.rows / SIDE)
        u16 = np.where(inside, u, 0).astype(np.uint32)
        v16 = np.where(inside, v, 0).astype(np.uint32)
        column, row = self._column(u16), self.rows - 1 - self._row(v16)
        return (row * self.columns + column).astype(np.uint32), ((v16 << 16) | u16).astype(np.uint32), inside

    def _column(self, u16: NDArray[np.uint32]) -> NDArray[np.int64]:
        return np.minimum(u16.astype(np.int64) * SIDE // STEPS, self.columns - 1)

    def _row(self, v16: NDArray[np.uint32]) -> NDArray[np.int64]:
        return np.minimum(v16.astype(np.int64) * SIDE // STEPS, self.rows - 1)

    def points(self, fine: NDArray[np.uint32]) -> tuple[Floats, Floats]:
        """Packed fine positions back to Mercator metres, at the middle of their step."""
        u, v = (fine & 0xFFFF).astype(np.float64), (fine >> 16).astype(np.float64)
        return self.west + (u + 0.5) * self.step, self.south + (v + 0.5) * self.step

    def centres(self) -> tuple[Floats, Floats]:
        """Mercator metres of every cell's middle, each of shape (rows, columns)."""
        x = self.west + (np.arange(self.columns) + 0.5) * self.size
        y = self.south + (self.rows - np.arange(self.rows) - 0.5) * self.size
        return np.broadcast_to(x, (self.rows, self.columns)), np.broadcast_to(y[:, None], (self.rows, self.columns))
