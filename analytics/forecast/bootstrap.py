"""How sure a figure over weeks is: percentile bootstrap intervals of ratios of sums.

Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13. Whole weeks are drawn, so that whatever
ties the cells of a week together stays tied; two models are compared on the same drawn weeks (paired), so that an
eventful week counts for both. Weeks are taken as exchangeable: where good and bad weeks come in runs, the intervals
are somewhat too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from analytics.forecast.metrics import LEVEL, SEED, Floats, Score

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over all weeks, and the interval that holds `LEVEL` of its bootstrap values."""

    value: float
    low: float
    high: float

    def complement(self) -> Interval:
        """Of 1 minus the figure.

        >>> Interval(0.75, 0.5, 1.0).complement()
        Interval(value=0.25, low=0.0, high=0.5)
        """
        return Interval(1 - self.value, 1 - self.high, 1 - self.low)


def ratio(
    top: ArrayLike, bottom: ArrayLike, *, draws: int = DRAWS, level: float = LEVEL, seed: int = SEED
) -> Interval | None:
    """sum(top) / sum(bottom) over weeks, both of shape (weeks,), with its interval.

    The hit rate is the ratio of hits to events; the hit rate of one model over another's on the same weeks is the
    ratio of their hits. None where the lower sum is zero, or is so in more than a twentieth of the draws. Raises
    ValueError for shapes that differ, no week, or values that are negative or not finite.

    >>> ratio([3, 1, 2], [4, 2, 2]).value
    0.75
    >>> ratio([2, 4], [1, 2])
    Interval(value=2.0, low=2.0, high=2.0)
    >>> ratio([1, 2], [0, 0]) is None
    True
    """
    a, b = _weekly(top), _weekly(bottom)
    if a.shape != b.shape:
        raise ValueError(f"{a.size} weeks over {b.size} weeks")
    drawn = _drawn(a.size, draws, seed)
    over, under = drawn @ a, drawn @ b
    there = under > 0
    if not b.sum() or np.mean(there) < level:
        return None
    tail = (1 - level) / 2
    low, high = np.quantile(over[there] / under[there], [tail, 1 - tail])
    return Interval(float(a.sum() / b.sum()), float(low), float(high))


def hit_rate(weekly: Sequence[Score], coverage: float, *, draws: int = DRAWS, seed: int = SEED) -> Interval | None:
    """A model's hit rate at a coverage, over weeks; None where nothing happened."""
    found = [week.hits(coverage) for week in weekly]
    return ratio([hits.hits for hits in found], [hits.events for hits in found], draws=draws, seed=seed)


def hit_ratio(
    weekly: Sequence[Score], against: Sequence[Score], coverage: float, *, draws: int = DRAWS, seed: int = SEED
) -> Interval | None:
    """A model's hit rate over another's, week by week the same weeks: 1 is no better."""
    _same(weekly, against)
    mine, theirs = ([week.hits(coverage).hits for week in weeks] for weeks in (weekly, against))
    return ratio(mine, theirs, draws=draws, seed=seed)


def skill(
    weekly: Sequence[Score], reference: Sequence[Score], *, draws: int = DRAWS, seed: int = SEED
) -> Interval | None:
    """A model's Poisson deviance skill 1 - D / D_ref over weeks: 0 is no better."""
    _same(weekly, reference)
    mine, theirs = ([week.deviance for week in weeks] for weeks in (weekly, reference))
    share = ratio(mine, theirs, draws=draws, seed=seed)
    return share and share.complement()


def _weekly(values: ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not found.size:
        raise ValueError("one value for each of at least one week")
    if not np.isfinite(found).all() or found.min() < 0:
        raise ValueError("values are finite numbers, none of them negative")
    return found


@lru_cache(maxsize=2)  # a board asks for dozens of intervals over the same weeks
def _drawn(weeks: int, draws: int, seed: int) -> Floats:
    """How often each week was drawn, shape (draws, weeks): every row is as many weeks as there are, with repeats."""
    random = np.random.default_rng(seed)
    drawn = random.multinomial(weeks, np.full(weeks, 1 / weeks), size=draws).astype(np.float64)
    drawn.setflags(write=False)
    return drawn


def _same(weekly: Sequence[Score], other: Sequence[Score]) -> None:
    if [week.events for week in weekly] != [week.events for week in other]:
        raise ValueError("two models are compared on the same weeks")
