"""Simple forecasts, against which every other is held.

Each is a scikit-learn estimator: `fit(panel)` learns, `predict(panel)` gives the expected count of every cell in the
week after the panel's last, shape (cells,). Unknown weeks are passed over. All keep the level of what they average.
`fit` and `predict` raise Invalid for one cell, no events or fewer than eight known weeks.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from analytics.forecast.history import check, latest, mean, same_weeks
from analytics.forecast.panel import Floats, Panel

BANDWIDTHS = (0.0, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)  # cells
TRIALS = 13  # weeks on which a bandwidth is judged
EVERY = 4  # weeks between two of them
LEAST = 1e-3  # the share spread evenly over the city before a log score is taken: no cell is impossible


class _Baseline(BaseEstimator):  # type: ignore[misc]
    """A forecast that needs no learning."""

    def fit(self, panel: Panel) -> Self:
        check(panel)
        return self


class MeanOfWeeks(_Baseline):
    """The mean of the last known weeks."""

    def __init__(self, weeks: int = 52) -> None:
        self.weeks = weeks

    def predict(self, panel: Panel) -> Floats:
        check(panel)
        return mean(panel.counts, latest(panel, self.weeks))


class LastWeek(MeanOfWeeks):
    """Next week as the last known one."""

    def __init__(self) -> None:
        super().__init__(1)


class SameWeeks(_Baseline):
    """The mean of the same weeks of the years before, give or take `around` weeks; without any, of all weeks."""

    def __init__(self, around: int = 2) -> None:
        self.around = around

    def predict(self, panel: Panel) -> Floats:
        check(panel)
        same = same_weeks(panel, self.around)
        return mean(panel.counts, same if same.size else np.flatnonzero(panel.known))


class Ewma(_Baseline):
    """An exponentially weighted mean over the known weeks; a week's weight halves every `half_life` weeks."""

    def __init__(self, half_life: float = 78.0) -> None:
        self.half_life = half_life

    def predict(self, panel: Panel) -> Floats:
        check(panel)
        weights = 0.5 ** (np.arange(panel.weeks, 0, -1) / self.half_life) * panel.known
        return np.asarray(weights @ panel.counts / weights.sum())


class Kde(_Baseline):
    """A Gaussian kernel over the last known weeks.

    The bandwidth, in cells, is the one whose past forecasts had the best log score (Silverman, 1986, section 3.4, with
    the weeks to come in the place of the point left out); a rule of thumb smooths away the corners that matter.
    """

    def __init__(self, weeks: int = 52) -> None:
        self.weeks = weeks

    def fit(self, panel: Panel) -> Self:
        super().fit(panel)
        scores = np.zeros(len(BANDWIDTHS))
        for week in _trials(panel):
            before = mean(panel.counts, latest(panel.until(int(week)), self.weeks))
            spread = panel.lattice.spread
            scores += [_log_score(panel.counts[week], spread.sharing(before, reach)) for reach in BANDWIDTHS]
        self.bandwidth_ = BANDWIDTHS[int(np.argmax(scores))]
        return self

    def predict(self, panel: Panel) -> Floats:
        check(panel)
        return panel.lattice.spread.sharing(mean(panel.counts, latest(panel, self.weeks)), self.bandwidth_)


def _trials(panel: Panel) -> NDArray[np.intp]:
    """Known weeks that stand for the coming one, each with some past of its own."""
    return np.flatnonzero(panel.known)[4:][::-EVERY][:TRIALS]


def _log_score(counts: NDArray[np.uint16], forecast: Floats) -> float:
    """The log likelihood of where the events were; what all bandwidths share is left out."""
    share = forecast / max(forecast.sum(), 1e-12) * (1 - LEAST) + LEAST / len(forecast)
    return float(counts @ np.log(share))
