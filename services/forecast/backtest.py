"""Walking forward over the record: what every model would have said of past weeks, and how good that was.

Nothing is sealed: a forecast made after its week is none. The study area is what was known before the first test week.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import process_time
from typing import Any, Self

import numpy as np
from threadpoolctl import threadpool_limits

from analytics.forecast import bootstrap, ceiling, metrics
from analytics.forecast.boosted import NEEDED, Boosted
from analytics.forecast.bootstrap import Interval
from analytics.forecast.ceiling import Ceiling
from analytics.forecast.metrics import Score
from analytics.forecast.models import MODELS, Estimator
from analytics.forecast.panel import Floats, Panel
from analytics.forecast.walk import Walk, silent, walk
from data_access.forecast import counting
from data_access.store import Store
from domain.errors import Invalid
from domain.forecast.models import BASELINES, MAIN, REFERENCE, Model
from domain.forecast.sealed import Target
from domain.people import Actor, Permission, require
from services.forecast.making import SEED

MOST_WEEKS = 260

By = dict[Model, tuple[Score, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`weeks` are tested, the models fitted again every `refit` weeks on `train` weeks; `until` is the last day."""

    weeks: int = 52
    refit: int = 26
    train: int = 104
    until: date | None = None

    def check(self) -> None:
        """Raises Invalid for what makes no sense."""
        ranges = {
            "weeks": (self.weeks, 1, MOST_WEEKS),
            "refit": (self.refit, 1, MOST_WEEKS),
            "train": (self.train, NEEDED, 520),
        }
        for name, (value, least, most) in ranges.items():
            if not least <= value <= most:
                raise Invalid(f"forecast.backtest_{name}", least=least, most=most)


@dataclass
class Timed:
    """An estimator, and how long each of its fits and forecasts took, in seconds of a core."""

    inner: Estimator
    fits: list[float] = field(default_factory=list)
    forecasts: list[float] = field(default_factory=list)

    def fit(self, panel: Panel) -> Self:
        start = process_time()
        self.inner.fit(panel)
        self.fits.append(process_time() - start)
        return self

    def predict(self, panel: Panel) -> Floats:
        start = process_time()
        made = self.inner.predict(panel)
        self.forecasts.append(process_time() - start)
        return made


@dataclass(frozen=True)
class Backtest:
    """What came of it: each model's score of every test week, oldest first, and the ceilings of the main model or,
    without it, of the exponentially weighted mean; `without` says why it is not among them."""

    target: Target
    wanted: Wanted
    snapshot: str
    mondays: tuple[date, ...]
    learned: int  # known weeks before the first test week
    epsg: int
    cells: int
    km2: float  # of all cells
    weekly: By
    ceilings: tuple[tuple[Ceiling, ...], ...]
    fits: Mapping[Model, tuple[float, ...]]
    forecasts: Mapping[Model, float]
    without: str

    @property
    def pooled(self) -> dict[Model, Score]:
        return {model: metrics.pooled(scores) for model, scores in self.weekly.items()}

    @property
    def ceiling(self) -> tuple[Ceiling, ...]:
        return ceiling.pooled(self.ceilings)

    def skill(self, model: Model, over: Model = REFERENCE) -> Interval | None:
        return bootstrap.skill(self.weekly[model], self.weekly[over])

    def hit_rate(self, model: Model, coverage: float) -> Interval | None:
        return bootstrap.hit_rate(self.weekly[model], coverage)

    def hit_ratio(self, model: Model, coverage: float) -> Interval | None:
        """Of the hit rate over the 52-week mean's."""
        return bootstrap.hit_ratio(self.weekly[model], self.weekly[REFERENCE], coverage)


def run(
    store: Store,
    actor: Actor,
    target: Target,
    wanted: Wanted,
    progress: Callable[[int, int], None] = silent,
) -> Backtest:
    """Walk forward over a target's last weeks; fewer than asked for where the history is short.

    Raises Forbidden; Invalid for what may not be forecast or cannot be asked, or where there is too little history.
    """
    require(actor, Permission.FORECAST_RUN)
    wanted.check()
    snapshot = store.snapshot()
    counting.check(snapshot, target)
    end = wanted.until and counting.monday_of(counting.number_of(wanted.until + timedelta(days=1)))
    known = counting.weeks(snapshot, target, end).numbers
    tests = min(wanted.weeks, len(known) - NEEDED)
    if tests < 1:
        raise Invalid("forecast.too_little_history", needed=NEEDED + 1, known=len(known))
    first, end = (counting.monday_of(int(week)) for week in (known[-tests], known[-1] + 1))
    panel = counting.panel(snapshot, counting.spots(snapshot, end, target.cell), target, end, first)
    with threadpool_limits(1):
        walked, timed, without = _walk(panel, wanted, tests, progress)
    km2 = panel.lattice.km2
    weekly = {model: tuple(_scores(panel, walked.weeks, rates, km2)) for model, rates in walked.rates.items()}
    return Backtest(
        target=target,
        wanted=wanted,
        snapshot=snapshot.name,
        mondays=tuple(panel.monday(int(week)) for week in walked.weeks),
        learned=int(panel.known[: walked.weeks[0]].sum()),
        epsg=panel.lattice.epsg,
        cells=panel.lattice.cells,
        km2=km2 * panel.lattice.cells,
        weekly=weekly,
        ceilings=tuple(ceiling.ceiling(rates) for rates in walked.rates[Model.EWMA if without else MAIN]),
        fits={model: tuple(one.fits) for model, one in timed.items()},
        forecasts={model: float(np.mean(one.forecasts)) for model, one in timed.items()},
        without=without,
    )


def _walk(
    panel: Panel, wanted: Wanted, tests: int, progress: Callable[[int, int], None]
) -> tuple[Walk, dict[Model, Timed], str]:
    """The walk of every model; of the baselines alone where the main one finds too few events at any refit, and why."""
    timed = {model: Timed(_estimator(model, wanted.train)) for model in MODELS}
    try:
        return walk(panel, timed, tests, wanted.refit, progress), timed, ""
    except Invalid as problem:
        if problem.code != "forecast.too_few_events":
            raise
    simple = {model: Timed(_estimator(model, wanted.train)) for model in BASELINES}
    return walk(panel, simple, tests, wanted.refit, progress), simple, "too_few_events"


def _estimator(model: Model, train: int) -> Estimator:
    return Boosted(weeks=train, seed=SEED) if model is MAIN else MODELS[model](SEED)


def _scores(panel: Panel, weeks: Sequence[int] | Any, rates: Floats, km2: float) -> list[Score]:
    return [
        metrics.score(made, panel.counts[week], km2=km2, outside=int(panel.outside[week]))
        for week, made in zip(weeks, rates, strict=True)
    ]
