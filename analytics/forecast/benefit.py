"""What came of the flags, area by area: whether those who bear them are also those whom they could have helped.

A flagged cell in which nothing came is a false alarm. Most are, as incidents are rare: what tells is whether one area
has many more of them than others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Benefit:
    """One area over scored weeks; km2 are summed over weeks."""

    km2: float  # flagged
    quiet_km2: float  # of it, where nothing came
    hits: int  # events in flagged cells
    events: int  # in all of the area's cells

    @property
    def hit_rate(self) -> float | None:
        """None where nothing happened."""
        return self.hits / self.events if self.events else None

    @property
    def quiet_share(self) -> float | None:
        """False alarms as a share of the flagged area; None where nothing was flagged."""
        return self.quiet_km2 / self.km2 if self.km2 else None

    def __add__(self, other: Benefit) -> Benefit:
        return Benefit(
            self.km2 + other.km2,
            self.quiet_km2 + other.quiet_km2,
            self.hits + other.hits,
            self.events + other.events,
        )


def benefit(
    codes: Sequence[str],
    area: NDArray[np.integer],
    chosen: NDArray[np.integer],
    counts: NDArray[np.integer],
    km2: float,
) -> dict[str, Benefit]:
    """One week's, by code. `area`, shape (cells,), is each cell's place in `codes`, -1 where it has none; `chosen` are
    the flagged cells, `counts`, shape (cells,), what came in each, `km2` the area of one.

    >>> found = benefit(["a", "b"], np.array([0, 0, 1]), np.array([0, 2]), np.array([3, 1, 0]), km2=0.25)
    >>> found["a"], found["b"].quiet_share
    (Benefit(km2=0.25, quiet_km2=0.0, hits=3, events=4), 1.0)
    """
    flagged = np.zeros(len(area), dtype=np.bool_)
    flagged[chosen] = True

    held = np.asarray(area) >= 0

    def sums(weights: NDArray[np.number]) -> list[int]:
        found: list[int] = np.bincount(area[held], weights[held], len(codes)).astype(int).tolist()
        return found

    columns = (sums(flagged * 1), sums(flagged * (counts == 0)), sums(flagged * counts), sums(counts))
    return {
        code: Benefit(km2 * cells, km2 * quiet, hits, events)
        for code, cells, quiet, hits, events in zip(codes, *columns, strict=True)
    }


def added(weeks: Iterable[Mapping[str, Benefit]]) -> dict[str, Benefit]:
    """Every area's weeks added up; an area that a week does not know has nothing in it."""
    found: dict[str, Benefit] = {}
    for week in weeks:
        for code, one in week.items():
            found[code] = found[code] + one if code in found else one
    return found
