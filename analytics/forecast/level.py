"""How many events the coming week holds in all."""

from __future__ import annotations

import numpy as np

from analytics.forecast.history import latest
from analytics.forecast.panel import Panel

LATELY = 26  # known weeks that say how many events are usual
REMEMBERED = 100  # events
SHORTEST, LONGEST = 2.0, 8.0  # weeks


def level(panel: Panel) -> float:
    """An exponentially weighted mean of the weekly totals over the known weeks.

    Its half-life is as many weeks as bring a hundred events, but two weeks at least and eight at most: short, so that
    a rise or fall of the city does not leave the forecasts too low or too high for months.
    """
    totals = panel.counts.sum(axis=1, dtype=np.int64)
    usual = max(float(totals[latest(panel, LATELY)].mean()), 1.0)
    half_life = min(max(REMEMBERED / usual, SHORTEST), LONGEST)
    weights = 0.5 ** (np.arange(panel.weeks, 0, -1) / half_life) * panel.known
    return float(weights @ totals / weights.sum())
