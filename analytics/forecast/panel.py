"""What a forecast learns from: counts by week and by square cell of a metric grid.

A week that the source does not hold is unknown, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.spread import Spread

WEEK = timedelta(days=7)

Counts = NDArray[np.uint16]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.int32]


@dataclass(frozen=True)
class Lattice:
    """Square cells of `size` metres in the projection `epsg`, corners at multiples of the size.

    `x` and `y`, shape (cells,), number a cell's column and row from the projection's origin: its lower left corner
    lies at (x * size, y * size). Cells are ordered by row, then column, and each is there once.
    """

    epsg: int
    size: int
    x: Places
    y: Places

    @property
    def cells(self) -> int:
        return len(self.x)

    @property
    def km2(self) -> float:
        """The area of one cell."""
        return (self.size / 1000) ** 2

    @cached_property
    def box(self) -> tuple[int, int]:
        """Rows and columns of the smallest rectangle that holds every cell."""
        return int(np.ptp(self.y)) + 1, int(np.ptp(self.x)) + 1

    @cached_property
    def flat(self) -> NDArray[np.int64]:
        """The place of each cell in that rectangle, row by row, shape (cells,)."""
        return np.asarray((self.y - self.y.min()).astype(np.int64) * self.box[1] + (self.x - self.x.min()))

    @cached_property
    def spread(self) -> Spread:
        return Spread(self.x, self.y)


@dataclass(frozen=True)
class Panel:
    """Weekly counts, Monday to Sunday.

    `counts` is the target and `context` every other victim-reported type, both of shape (weeks, cells); `known`, shape
    (weeks,), says which weeks the source holds; `outside`, shape (weeks,), counts the target's events that lie in no
    cell of the lattice: nobody can foresee them, and they count as missed.
    """

    lattice: Lattice
    first: date
    counts: Counts
    context: Counts
    known: Bools
    outside: NDArray[np.int64]

    @property
    def weeks(self) -> int:
        return len(self.counts)

    @property
    def next(self) -> date:
        """The Monday after the last week: what is forecast from this panel."""
        return self.monday(self.weeks)

    def monday(self, week: int) -> date:
        return self.first + week * WEEK

    def until(self, week: int) -> Panel:
        """What was known before week number `week` began."""
        cut = slice(0, week)
        return replace(
            self,
            counts=self.counts[cut],
            context=self.context[cut],
            known=self.known[cut],
            outside=self.outside[cut],
        )
