"""Shares from a sample survey, with intervals that know how the sample was drawn.

The share is a weighted mean and its variance the linearised one of a ratio, taking the first-stage units as drawn with
replacement within strata: Särndal, Swensson and Wretman, Model Assisted Survey Sampling (1992), sections 5.6 and 5.7;
Lumley, Analysis of complex survey samples, Journal of Statistical Software 9 (2004). The interval is a t interval of
the log-odds, `svyciprop(method = "xlogit")` of R's survey package, with as many degrees of freedom as units less
strata, counted where somebody answered.

A stratum with a single unit tells nothing of its own spread. It counts by its distance from the mean of all units,
which is conservative where strata differ (`survey.lonely.psu = "adjust"`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share; the interval is None where too few units answered to say how far off it may be."""

    share: float
    error: float  # standard error
    low: float | None
    high: float | None
    answers: int
    degrees: int  # of freedom


@dataclass(frozen=True, slots=True)
class Sample:
    """How each row came into the sample; shapes (rows,), and (units,) for the stratum of each first-stage unit."""

    weights: Floats
    unit: NDArray[np.int64]  # number of the first-stage unit of each row
    stratum: NDArray[np.int64]  # number of the stratum of each unit

    @classmethod
    def of(cls, weights: ArrayLike, strata: ArrayLike, clusters: ArrayLike) -> Sample:
        """From columns of equal length. Clusters count within their stratum: two strata may use the same names."""
        _, stratum = np.unique(np.asarray(strata), return_inverse=True)
        _, cluster = np.unique(np.asarray(clusters), return_inverse=True)
        pairs, unit = np.unique(np.stack([stratum, cluster]), axis=1, return_inverse=True)
        return cls(np.asarray(weights, dtype=np.float64), unit.ravel(), pairs[0])


def share(sample: Sample, yes: Floats, inside: NDArray[np.bool_] | None = None, level: float = LEVEL) -> Share | None:
    """The share that says yes: 1 yes, 0 no, NaN no answer. None where nobody with a weight answered.

    `inside` picks a domain. Rows outside it weigh nothing and their units stay in the design, so that the chance in
    how many of the sample fell into the domain is part of the interval.
    """
    counted = ~np.isnan(yes) & (sample.weights > 0)
    if inside is not None:
        counted &= inside
    weights = np.where(counted, sample.weights, 0.0)
    total = float(weights.sum())
    if total == 0:
        return None
    answer = np.where(counted, yes, 0.0)
    found = float(weights @ answer) / total
    linear = weights * (answer - found) / total
    error = math.sqrt(_variance(np.bincount(sample.unit, linear, len(sample.stratum)), sample.stratum))
    units = np.unique(sample.unit[counted])
    degrees = len(units) - len(np.unique(sample.stratum[units]))
    answers = int(counted.sum())
    low, high = _interval(found, error, answers, degrees, level)
    return Share(found, error, low, high, answers, degrees)


def _variance(totals: NDArray[Any], stratum: NDArray[np.int64]) -> float:
    """Of a sum, from the totals of first-stage units drawn with replacement within strata."""
    units = np.bincount(stratum)
    means = np.bincount(stratum, totals) / units
    means[units == 1] = totals.mean()
    squares = np.bincount(stratum, (totals - means[stratum]) ** 2)
    return float(np.sum(squares * units / np.maximum(units - 1, 1)))


def _interval(
    found: float, error: float, answers: int, degrees: int, level: float
) -> tuple[float | None, float | None]:
    if degrees < 1:
        return None, None
    if found <= 0 or found >= 1:  # all said the same: the sample shows no spread, and yet others may differ
        return wilson(round(found) * answers, answers, level)
    reach = float(special.stdtrit(degrees, (1 + level) / 2)) * error / (found * (1 - found))
    odds = math.log(found / (1 - found))
    return _expit(odds - reach), _expit(odds + reach)


def _expit(odds: float) -> float:
    """The share of a log-odds, for any odds however long."""
    return (1 + math.tanh(odds / 2)) / 2


def wilson(yes: int, asked: int, level: float = LEVEL) -> tuple[float, float]:
    """The score interval of a share among independent answers (Wilson 1927; Brown, Cai and DasGupta 2001).

    Raises ValueError where nobody was asked.
    """
    if not 0 <= yes <= asked or asked == 0:
        raise ValueError("a share needs answers")
    z = float(special.ndtri((1 + level) / 2))
    part, middle = yes / asked, (yes + z**2 / 2) / (asked + z**2)
    reach = z * math.sqrt(part * (1 - part) / asked + z**2 / (4 * asked**2)) / (1 + z**2 / asked)
    return max(0.0, middle - reach) if yes else 0.0, min(1.0, middle + reach) if yes < asked else 1.0
