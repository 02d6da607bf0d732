"""The main model: where the coming week's events fall, and how many there will be, estimated apart.

Where: a mixture of the terms of `features`, weights fitted by expectation maximisation; a Poisson regression on their
logarithms and gradient-boosted Poisson trees (Friedman 2001) correct it, each with the mixture as its exposure, and
are averaged. Training weeks are held to their own totals, so that a rise of the whole city teaches nothing about
places. How many: `level`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from analytics.forecast.features import Terms, terms
from analytics.forecast.history import check, latest
from analytics.forecast.level import level
from analytics.forecast.panel import Floats, Panel

NEEDED = 26  # known weeks
PAST = 13  # known weeks that a training week needs before it
ZEROS = 150_000  # empty cell-weeks kept, of the million or more that there are
ROUNDS = 200
LEAST = 0.05  # of the city's mean: what a logarithm is taken of at the least


@dataclass(frozen=True)
class Sample:
    """Cell-weeks to learn from: terms (rows, terms), counts, the city's events a cell in that week, and weights."""

    terms: Terms
    counts: Floats
    usual: Floats
    weights: Floats


class Boosted(BaseEstimator):  # type: ignore[misc]
    """Expected events of every cell in the week after the panel's last.

    `weeks` is how many known weeks before the refit are learned from. `fit` raises Invalid for fewer than 26 known
    weeks, one cell or no events. Deterministic for a seed: one thread, no clock.
    """

    def __init__(self, weeks: int = 104, trees: int = 150, seed: int = 0) -> None:
        self.weeks = weeks
        self.trees = trees
        self.seed = seed

    def fit(self, panel: Panel) -> Self:
        check(panel, NEEDED)
        with threadpool_limits(1):
            sample = draw(panel, self.weeks, np.random.default_rng(self.seed))
            self.mixture_ = mixture(sample)
            exposure = sample.usual * _mixed(self.mixture_, sample.terms.T)
            aim, weights = sample.counts / exposure, exposure * sample.weights
            self.regression_ = _regression().fit(sample.terms, aim, poissonregressor__sample_weight=weights)
            self.trees_ = self._forest().fit(sample.terms, aim, sample_weight=weights)
        return self

    def predict(self, panel: Panel) -> Floats:
        with threadpool_limits(1):
            return level(panel) * self.share(terms(panel))

    def share(self, values: Terms) -> Floats:
        """Each cell's share of the events to come, from terms of shape (terms, cells)."""
        rows = values.T
        corrections = self.regression_.predict(rows) * self.trees_.predict(rows)
        share = _mixed(self.mixture_, values) * np.sqrt(corrections)
        return np.asarray(share / share.sum())

    def _forest(self) -> HistGradientBoostingRegressor:
        return HistGradientBoostingRegressor(
            loss="poisson",
            learning_rate=0.05,
            max_iter=self.trees,
            max_leaf_nodes=16,
            min_samples_leaf=200,
            l2_regularization=50.0,
            early_stopping=False,
            random_state=self.seed,
        )


def draw(panel: Panel, weeks: int, rng: np.random.Generator) -> Sample:
    """Every cell-week with events and some of the empty ones, likelier where it is busy, weighted by the inverse."""
    chosen = latest(panel, weeks + PAST)[PAST:][-weeks:]
    parts = [_week(panel, int(week), ZEROS / len(chosen), rng) for week in chosen if panel.counts[week].any()]
    return Sample(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _week(panel: Panel, week: int, zeros: float, rng: np.random.Generator) -> tuple[Terms, Floats, Floats, Floats]:
    values, counts = terms(panel.until(week)), panel.counts[week].astype(np.float64)
    chance = np.minimum(1.0, zeros / len(counts) * (0.5 + 0.5 * values.mean(axis=0, dtype=np.float64)))
    kept = (counts > 0) | (rng.random(len(counts)) < chance)
    weights = np.where(counts > 0, 1.0, 1.0 / chance)[kept]
    return values[:, kept].T, counts[kept], np.full(len(weights), counts.mean()), weights


def mixture(sample: Sample) -> Floats:
    """Weights of the terms and, last, of an even spread, summing to 1: those that make the events likeliest."""
    held = sample.counts > 0
    counts, parts = sample.counts[held], sample.terms[held].T.astype(np.float64)
    parts = np.concatenate([parts, np.ones((1, len(counts)))])
    weights = np.full(len(parts), 1 / len(parts))
    for _ in range(ROUNDS):
        weights *= parts @ (counts / (weights @ parts)) / counts.sum()
    return weights


def _mixed(weights: Floats, values: Terms) -> Floats:
    return np.asarray(weights[:-1] @ values + weights[-1])


def _regression() -> Pipeline:
    logarithms = FunctionTransformer(_logarithms)
    return make_pipeline(logarithms, StandardScaler(), PoissonRegressor(alpha=1e-4, solver="newton-cholesky"))


def _logarithms(values: Terms) -> NDArray[np.float64]:
    return np.log(values.astype(np.float64) + LEAST)
