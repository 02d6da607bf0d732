"""Gaussian neighbourhoods over the cells of a city."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import KDTree

REACHES = 8.5  # times the reach: what lies further weighs less than a double can tell from nothing
MOST_PAIRS = 2_000_000  # of neighbours that are kept
DENSE = 8  # multiplications of a full matrix in the time of one of a sparse one
QUICK = 100_000_000  # multiplications that take no time worth saving

Plane = NDArray[Any]  # of either float, kept
Kernel = Callable[[Plane], Plane]


class Spread:
    """Sums and means around every cell, over the cells of a lattice alone.

    Weights are Gaussian, of a standard deviation of `reach` cells; 0 is the cell alone. `values` have shape (...,
    cells), and so has what comes back. Cities are worked down and across, their empty rows and columns left out; where
    cells lie so far apart that most of such a plane is empty, pair by pair. Kernels are kept.
    """

    def __init__(self, x: NDArray[np.int32], y: NDArray[np.int32]) -> None:
        self._x, self._y = x, y
        self._rows, row = np.unique(y, return_inverse=True)
        self._columns, column = np.unique(x, return_inverse=True)
        self._flat = row * len(self._columns) + column
        self._kept: dict[tuple[float, str], tuple[Kernel, Plane]] = {}

    def mean(self, values: Plane, reach: float) -> Plane:
        if reach == 0:
            return values
        add, around = self._kernel(reach, values.dtype)
        return add(values) / around

    def sharing(self, values: Plane, reach: float) -> Plane:
        """What every cell gets where each gives its value to the cells around, in shares of one: totals stay."""
        if reach == 0:
            return values
        add, around = self._kernel(reach, values.dtype)
        return add(values / around)

    def _kernel(self, reach: float, kind: np.dtype[Any]) -> tuple[Kernel, Plane]:
        """What adds up around every cell, and each cell's sum of weights."""
        if (reach, kind.name) not in self._kept:
            add = self._by_pairs(reach, kind) or self._by_plane(reach, kind)
            self._kept[reach, kind.name] = add, add(np.ones(len(self._flat), dtype=kind))
        return self._kept[reach, kind.name]

    def _by_plane(self, reach: float, kind: np.dtype[Any]) -> Kernel:
        rows, columns = len(self._rows), len(self._columns)
        down, across = (
            _gaussian((places[:, None] - places) / reach).astype(kind) for places in (self._rows, self._columns)
        )

        def add(values: Plane) -> Plane:
            plane = np.zeros((*values.shape[:-1], rows * columns), dtype=kind)
            plane[..., self._flat] = values
            made = down @ plane.reshape(*values.shape[:-1], rows, columns) @ across
            return np.asarray(made.reshape(*values.shape[:-1], -1)[..., self._flat])

        return add

    def _by_pairs(self, reach: float, kind: np.dtype[Any]) -> Kernel | None:
        """None where a plane is the shorter way."""
        rows, columns = len(self._rows), len(self._columns)
        by_plane = rows * columns * (rows + columns)
        if by_plane < QUICK:
            return None
        tree = KDTree(np.column_stack([self._x, self._y]))
        if int(tree.count_neighbors(tree, REACHES * reach)) > min(MOST_PAIRS, by_plane // DENSE):
            return None
        found = tree.sparse_distance_matrix(tree, REACHES * reach, output_type="ndarray")
        weights = _gaussian(found["v"] / reach).astype(kind)
        table = csr_array((weights, (found["i"], found["j"])), shape=(len(self._flat), len(self._flat)))
        return lambda values: np.asarray((table @ values.T).T)


def _gaussian(apart: Plane) -> Plane:
    return np.asarray(np.exp(-0.5 * apart**2))
