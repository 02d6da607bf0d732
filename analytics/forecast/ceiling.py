"""The known-rate ceiling: how good a forecast could be if its own rates were the truth.

Counts vary by chance even where the rates are known to the last digit. What remains between a forecast and its
ceiling can be learned; what lies above the ceiling cannot. The argument is that of the noise ceiling of Schoppe et
al., "Measuring the performance of neural models", Frontiers in Computational Neuroscience 10 (2016), with Poisson
noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.metrics import SEED, Floats, checked, flagged, ranking
from domain.forecast.models import COVERAGES

DRAWS = 200


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What is expected at a coverage when the rates are true; over several weeks all but `coverage` are sums."""

    coverage: float
    hits: float  # in the flagged cells: exact
    events: float  # in all cells: exact
    best: float  # in as many cells chosen knowing the outcome: the mean of the simulated weeks

    @property
    def hit_rate(self) -> float | None:
        return self.hits / self.events if self.events else None

    @property
    def pei(self) -> float | None:
        return self.hits / self.best if self.best else None

    def __add__(self, other: Ceiling) -> Ceiling:
        if self.coverage != other.coverage:
            raise ValueError("ceilings at different coverages do not add up")
        return Ceiling(self.coverage, self.hits + other.hits, self.events + other.events, self.best + other.best)


def ceiling(
    rates: NDArray[np.floating], *, coverages: Sequence[float] = COVERAGES, draws: int = DRAWS, seed: int = SEED
) -> tuple[Ceiling, ...]:
    """The ceilings of one week's forecast, `rates` of shape (cells,), by coverage.

    The flags are fixed before the week, so the expected hits are the sum of the flagged rates, and, of however many
    events there are, each falls into them with the chance of their share: the hit rate's ceiling is exact. The
    hottest cells in hindsight depend on chance and are simulated `draws` times. Raises ValueError for rates that are
    negative or not finite.

    >>> one, = ceiling(np.array([3.0, 1.0]), coverages=(0.5,))
    >>> one.hit_rate
    0.75
    >>> 0.8 < one.pei < 1.0  # 3 / E[the greater of two counts]
    True
    """
    mu, _ = checked(rates, np.zeros(np.shape(rates), dtype=np.int64))
    expected = np.concatenate([[0.0], np.cumsum(mu[ranking(mu, seed)])])
    ks = [flagged(mu.size, coverage) for coverage in coverages]
    best = _best(mu, ks, draws, seed)
    return tuple(
        Ceiling(coverage, float(expected[k]), float(expected[-1]), float(hottest))
        for coverage, k, hottest in zip(coverages, ks, best, strict=True)
    )


def pooled(weekly: Iterable[tuple[Ceiling, ...]]) -> tuple[Ceiling, ...]:
    """The ceilings of several weeks by coverage: sums, as scores are pooled. Empty where there is no week."""
    by_coverage: dict[float, Ceiling] = {}
    for week in weekly:
        for found in week:
            before = by_coverage.get(found.coverage)
            by_coverage[found.coverage] = before + found if before else found
    return tuple(by_coverage.values())


def _best(mu: Floats, ks: list[int], draws: int, seed: int) -> Floats:
    """The events expected in the k hottest cells of a simulated week, for each k.

    A week of independent Poisson counts is a Poisson number of events, each in a cell with the chance of its share.
    """
    random = np.random.default_rng(seed)
    edges = np.cumsum(mu)
    drawn = random.poisson(edges[-1], draws)
    if not drawn.sum():
        return np.zeros(len(ks))
    sums = np.zeros((draws, len(ks)))
    for draw, events in enumerate(drawn):
        where = np.searchsorted(edges, random.random(events) * edges[-1], side="right")
        caught = np.cumsum(np.sort(np.bincount(where, minlength=mu.size))[::-1])
        sums[draw] = [caught[k - 1] if k else 0 for k in ks]
    # Per event drawn: the number of events varies more than what the hottest cells hold of them.
    return np.asarray(sums.sum(axis=0) / drawn.sum() * edges[-1], dtype=np.float64)
