"""The main model: where the coming week's events fall, and how many there will be, estimated apart.

Where: five opinions. The long memory of the cell itself; a mixture of all terms of `features`, its weights fitted by
expectation maximisation; a Poisson regression on their logarithms; gradient-boosted Poisson trees (Friedman 2001);
the geometric mean of these two. Regression and trees correct the mixture, which is their exposure. Training weeks are
held to their own totals, so that a rise of the whole city teaches nothing about places. How much each opinion counts
is what would have foreseen the last weeks best when fitted to the weeks before them (stacking: Breiman 1996), so that
where the trees find nothing, the simple opinions stand. How many: `level`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from analytics.forecast.features import TERMS, Terms
from analytics.forecast.features import terms as terms_of
from analytics.forecast.history import check, latest
from analytics.forecast.level import level
from analytics.forecast.panel import Floats, Panel
from domain.errors import Invalid

NEEDED = 26  # known weeks
EVENTFUL = 8  # training weeks with events: enough to weigh opinions on a quarter of them
PAST = 13  # known weeks that a training week needs before it
HELD = 13  # of the training weeks, those on which opinions are weighed; never more than a quarter
ZEROS = 150_000  # empty cell-weeks kept, of the million or more that there are
ROUNDS = 200  # of expectation maximisation
LEAST = 0.05  # of the city's mean: what a logarithm is taken of at the least
RESTRAINT = 200.0  # events that would have to speak for a slope before it is believed
A_LEAF = 5_000  # events for each leaf of a tree
FEWEST, MOST = 8, 24  # leaves
ITSELF = TERMS.index(("target", 104, 0))
EVEN = 0.001  # spread evenly under the cell's own memory: nowhere is impossible


@dataclass(frozen=True)
class Sample:
    """Cell-weeks to learn from: the week, terms (rows, terms), counts, the city's events a cell then, and weights."""

    week: NDArray[np.intp]
    terms: Terms
    counts: Floats
    usual: Floats
    weights: Floats

    def only(self, rows: NDArray[np.bool_]) -> Sample:
        return Sample(self.week[rows], self.terms[rows], self.counts[rows], self.usual[rows], self.weights[rows])


class Boosted(BaseEstimator):  # type: ignore[misc]
    """Expected events of every cell in the week after the panel's last.

    `weeks` is how many known weeks before the refit are learned from. `fit` raises Invalid for fewer than 26 known
    weeks, one cell, no events, or fewer than eight weeks of events among those learned from. Deterministic for a seed:
    one thread, no clock.
    """

    def __init__(self, weeks: int = 104, trees: int = 60, seed: int = 0) -> None:
        self.weeks = weeks
        self.trees = trees
        self.seed = seed

    def fit(self, panel: Panel) -> Self:
        check(panel, NEEDED)
        with threadpool_limits(1):
            sample = draw(panel, self.weeks, np.random.default_rng(self.seed))
            late = sample.week > _last_before(sample.week)
            before = Opinions.of(sample.only(~late), self.trees, self.seed)
            self.weights_ = weighed(before, sample.only(late))
            self.opinions_ = Opinions.of(sample, self.trees, self.seed)
        return self

    def predict(self, panel: Panel) -> Floats:
        check(panel)
        with threadpool_limits(1):
            return level(panel) * self.share(terms_of(panel))

    def share(self, values: Terms) -> Floats:
        """Each cell's share of the events to come, shape (cells,), from terms of shape (terms, cells)."""
        opinions = self.opinions_(values)
        return np.asarray(self.weights_ @ (opinions / opinions.sum(axis=1, keepdims=True)))


@dataclass(frozen=True)
class Opinions:
    """The fitted opinions of where events fall. `mixture` weighs the terms and, last, an even spread."""

    mixture: Floats
    regression: Pipeline
    trees: Pipeline

    @classmethod
    def of(cls, sample: Sample, trees: int, seed: int) -> Opinions:
        weights = mixture(sample)
        exposure = sample.usual * mixed(weights, sample.terms.T)
        aim, trust = sample.counts / exposure, exposure * sample.weights
        regression = _regression(sample).fit(sample.terms, aim, poissonregressor__sample_weight=trust)
        forest = _trees(sample, trees, seed).fit(sample.terms, aim, histgradientboostingregressor__sample_weight=trust)
        return cls(weights, regression, forest)

    def __call__(self, values: Terms) -> Floats:
        """Intensities against the city's mean, shape (opinions, cells), from terms of shape (terms, cells)."""
        rows, base = values.T, mixed(self.mixture, values)
        itself = values[ITSELF] * (1 - EVEN) + EVEN
        straight, branched = base * self.regression.predict(rows), base * self.trees.predict(rows)
        return np.array([itself, base, straight, branched, np.sqrt(straight * branched)])


def draw(panel: Panel, weeks: int, rng: np.random.Generator) -> Sample:
    """Every cell-week with events and some of the empty ones, likelier where it is busy, weighted by the inverse.

    Raises Invalid for fewer than eight weeks with events: there is no telling then which opinion is right.
    """
    chosen = latest(panel, weeks + PAST)[PAST:][-weeks:]
    eventful = [int(week) for week in chosen if panel.counts[week].any()]
    if len(eventful) < EVENTFUL:
        raise Invalid("forecast.too_few_events", needed=EVENTFUL, eventful=len(eventful))
    parts = [_week(panel, week, ZEROS / len(eventful), rng) for week in eventful]
    return Sample(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _week(
    panel: Panel, week: int, zeros: float, rng: np.random.Generator
) -> tuple[NDArray[np.intp], Terms, Floats, Floats, Floats]:
    values, counts = terms_of(panel.until(week)), panel.counts[week].astype(np.float64)
    chance = np.minimum(1.0, zeros / len(counts) * (0.5 + 0.5 * values.mean(axis=0, dtype=np.float64)))
    kept = (counts > 0) | (rng.random(len(counts)) < chance)
    weights = np.where(counts > 0, 1.0, 1.0 / chance)[kept]
    rows = len(weights)
    return np.full(rows, week), values[:, kept].T, counts[kept], np.full(rows, counts.mean()), weights


def _last_before(week: NDArray[np.intp]) -> int:
    """The last training week that the first fit sees."""
    weeks = np.unique(week)
    return int(weeks[-1 - min(HELD, len(weeks) // 4)])


def mixture(sample: Sample) -> Floats:
    """Weights of the terms and, last, of an even spread, summing to 1: those that make the events likeliest."""
    held = sample.counts > 0
    parts = sample.terms[held].T.astype(np.float64)
    return likeliest(np.concatenate([parts, np.ones((1, parts.shape[1]))]), sample.counts[held])


def weighed(opinions: Opinions, sample: Sample) -> Floats:
    """Weights of the opinions, summing to 1, under which the sample's events are likeliest; shape (opinions,)."""
    _, week = np.unique(sample.week, return_inverse=True)
    found = opinions(sample.terms.T)
    totals = np.array([np.bincount(week, sample.weights * opinion) for opinion in found])
    held = sample.counts > 0
    return likeliest((found / totals[:, week])[:, held], sample.counts[held])


def likeliest(parts: Floats, counts: Floats) -> Floats:
    """Weights of a mixture of densities, `parts` (densities, events), by expectation maximisation from equal ones."""
    weights = np.full(len(parts), 1 / len(parts))
    for _ in range(ROUNDS if len(counts) else 0):
        weights *= parts @ (counts / (weights @ parts)) / counts.sum()
    return weights


def mixed(weights: Floats, values: Terms) -> Floats:
    """The mixture's intensity against the city's mean, shape (cells,), from terms of shape (terms, cells)."""
    return np.asarray(weights[:-1] @ values + weights[-1])


def _regression(sample: Sample) -> Pipeline:
    held = PoissonRegressor(alpha=RESTRAINT / sample.counts.sum(), solver="newton-cholesky")
    return make_pipeline(FunctionTransformer(_logarithms), StandardScaler(), held)


def _logarithms(values: Terms) -> NDArray[np.float64]:
    return np.log(values.astype(np.float64) + LEAST)


def _trees(sample: Sample, trees: int, seed: int) -> Pipeline:
    boosting = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.1,
        max_iter=trees,
        max_leaf_nodes=int(np.clip(sample.counts.sum() / A_LEAF, FEWEST, MOST)),
        min_samples_leaf=200,
        l2_regularization=50.0,
        early_stopping=False,
        random_state=seed,
    )
    return make_pipeline(Quantiles(), boosting)


class Quantiles(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Each column as the number of its step, with as many rows on every step.

    The trees would look for the same steps themselves, but for weighted rows they sort a column once for each.
    """

    def __init__(self, steps: int = 200) -> None:
        self.steps = steps

    def fit(self, rows: Terms, _aim: object = None) -> Self:
        inner = np.linspace(0, 1, self.steps + 1)[1:-1]
        self.edges_ = [np.unique(np.quantile(column, inner)) for column in rows.T]
        return self

    def transform(self, rows: Terms) -> Terms:
        steps = [np.searchsorted(edges, column) for edges, column in zip(self.edges_, rows.T, strict=True)]
        return np.column_stack(steps).astype(np.float32)
