"""How fast a precinct registers, and when it would reach its target.

The pace is that of the last quarter, as new registrations are bursts (a campaign, a weekend): increments are taken as
negative binomial (variance mu + alpha mu^2; Cameron and Trivedi, "Regression Analysis of Count Data", 2013, ch. 3)
and their sum is drawn anew. Least squares on the cumulative curve would give intervals that are far too narrow, as its
errors add up from day to day. tests/unit/test_pace.py measures how often the intervals here hold the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.adoption.history import Booleans, Floats, Increments, Integers

MONTH = 365.25 / 12  # days
WEEKS = 13  # of the pace: a quarter
DRAWS, SEED = 999, 2026
INTERVALS_AT_LEAST, DAYS_AT_LEAST = 3, 27  # for a pace
DATED_DAYS = 84  # for a date of arrival: twelve weeks, as one month supports a pace and no more
FAR = 50 * 365.25  # days; beyond, a precinct never arrives
LOW, HIGH = 0.05, 0.95
BEYOND = 1.96
STEEP = 20.0  # of a logarithm; what is beyond is never or at once


@dataclass(frozen=True, slots=True)
class Rates:
    """New registrations a day over the intervals given; arrays (areas,). NaN without exposure."""

    rate: Floats
    days: Floats  # of exposure
    intervals: Integers
    spread: Floats  # variance of the sum over its mean: 1 for Poisson, more for bursts

    def of(self, areas: Integers) -> Rates:
        return Rates(self.rate[areas], self.days[areas], self.intervals[areas], self.spread[areas])


def rates(found: Increments) -> Rates:
    """The rate, and how much more the sum varies than a Poisson count, by the moments of the increments.

    alpha = max(0, sum((y - mu)^2 n/(n - 1) - mu) / sum(mu^2)) with mu = rate x days.
    """
    known = found.days > 0
    days, total, n = found.days.sum(axis=1), found.added.sum(axis=1), known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = total / days
        mean = np.where(known, rate[:, None] * found.days, 0.0)
        square = ((found.added - mean) ** 2).sum(axis=1) * n / np.maximum(n - 1, 1)
        alpha = np.maximum(square - total, 0) / (mean**2).sum(axis=1)
        spread = 1 + alpha * (mean**2).sum(axis=1) / total
    return Rates(rate, days, n, np.where(total > 0, spread, 1.0))


def drawn(found: Rates, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Rates as they might as well be, a parametric bootstrap on the log scale; shape (draws, areas).

    The logarithm of the sum has about the variance spread / sum, and since the spread comes from few increments its
    draws are Student's with n - 1 degrees of freedom: sums of bursts are skewed, and an interval around the sum itself
    ends too early. No new registrations at all count as half of one.
    """
    total = np.maximum(found.rate * found.days, 0.5)
    step = _student(np.maximum(found.intervals - 1, 1), draws, seed) * np.sqrt(found.spread / total)
    return np.asarray(total / found.days * np.exp(np.clip(step, -STEEP, STEEP)), dtype=np.float64)


def _student(freedom: Integers, draws: int, seed: int) -> Floats:
    """Draws of Student's t, a column for each of `freedom`: an area alone has the same as among others."""
    each, at = np.unique(freedom, return_inverse=True)
    columns = [np.random.default_rng(seed).standard_t(held, draws) for held in each]
    return np.stack(columns, axis=1)[:, at] if columns else np.empty((draws, 0))


def slowing(now: Rates, before: Rates) -> Booleans:
    """Whether the pace fell by more than usual variation (|z| > 1.96, both sides with their own spread)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(now.rate * now.spread / now.days + before.rate * before.spread / before.days)
        fell = (before.rate - now.rate) / error > BEYOND
    return np.asarray(fell & (before.intervals >= INTERVALS_AT_LEAST), dtype=np.bool_)


def enough(found: Rates) -> Booleans:
    """Whether there is enough history for a pace."""
    return np.asarray((found.intervals >= INTERVALS_AT_LEAST) & (found.days >= DAYS_AT_LEAST), dtype=np.bool_)


def days_left(missing: Floats, found: Rates, sample: Floats, seed: int = SEED) -> tuple[Floats, Floats, Floats]:
    """Days until `missing` more are registered: at the pace seen, early (5 %) and late (95 %); infinite for never.

    The pace is uncertain (`sample`, from `drawn`), and so is what it will bring: the sum still to come varies as the
    past did.
    """
    rng = np.random.default_rng(seed + 1)
    noise = rng.standard_normal((len(sample), 1)) * np.sqrt(missing * found.spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.maximum(missing + noise, 1.0) / sample
        middle = missing / found.rate
    early, late = np.quantile(times, [LOW, HIGH], axis=0, method="nearest")
    return middle, early, late
