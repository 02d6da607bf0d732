"""How far a cell's count may lie from its forecast: central intervals of a negative binomial.

Counts scatter more than Poisson: variance = mu + mu^2 * dispersion, the dispersion by moments over past weeks
(Cameron and Trivedi 2013, section 3.3); 0 is Poisson. One dispersion serves all cells: one cell alone tells too little.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.forecast.history import latest
from analytics.forecast.models import Estimator
from analytics.forecast.panel import Floats, Panel

SHARE = 0.8
LOOKED_AT = 8  # weeks


def around(estimator: Estimator, panel: Panel, rates: Floats) -> tuple[Floats, Floats]:
    """The central 80 % interval of each cell's count, (low, high), each of shape (cells,).

    The scatter is that of the fitted estimator's forecasts of the last known weeks, from which it may have learned.
    """
    weeks = latest(panel, LOOKED_AT + 1)[1:]
    made = np.array([estimator.predict(panel.until(int(week))) for week in weeks])
    return interval(rates, dispersion(panel.counts[weeks], made))


def dispersion(counts: NDArray[np.uint16], rates: Floats) -> float:
    """By how much the variance exceeds a Poisson's, per squared mean; counts and rates of the same shape."""
    squares = float((rates**2).sum())
    excess = float(((counts - rates) ** 2 - rates).sum())
    return max(0.0, excess / squares) if squares else 0.0


def interval(rates: Floats, scatter: float, share: float = SHARE) -> tuple[Floats, Floats]:
    """Whole numbers that leave at most (1 - share) / 2 of the counts below and as much above, shape of `rates`."""
    tails = ((1 - share) / 2, (1 + share) / 2)
    if scatter < 1e-9:
        low, high = (stats.poisson.ppf(tail, rates) for tail in tails)
    else:
        low, high = (stats.nbinom.ppf(tail, 1 / scatter, 1 / (1 + scatter * rates)) for tail in tails)
    return np.maximum(low, 0), np.maximum(high, 0)
