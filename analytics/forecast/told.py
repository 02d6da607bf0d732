"""What services tell pages of forecasts: records that components draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.allocation import Plan
from analytics.forecast.benefit import Benefit
from analytics.forecast.bootstrap import Interval
from analytics.forecast.content import Content
from analytics.forecast.drift import Drift
from analytics.forecast.exposure import Audit
from analytics.forecast.metrics import Score
from domain.forecast.models import Model
from domain.forecast.sealed import Sealed, Standing, Target


@dataclass(frozen=True)
class Coming:
    """The newest forecast of a target, or that of a week asked for, clipped to the reader's precincts.

    `superseded` are forecasts of the same week that were replaced before it began, newest first; `mine`, shape
    (cells,), says which cells the reader may see, None meaning all. `depth`, shape (cells,), is the least share of the
    city that holds each cell: of the whole city, whatever the reader sees of it.
    """

    sealed: Sealed
    content: Content
    standing: Standing
    plan: Plan
    superseded: tuple[Sealed, ...]
    mine: NDArray[np.bool_] | None
    depth: NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """One past week: every model's score, by what the record held at `scored_at`; `earlier` counts scores before."""

    sealed: Sealed
    scored_at: int
    snapshot: str
    events: int
    scores: dict[Model, Score]
    earlier: int


@dataclass(frozen=True)
class Past:
    """A past week's forecast beside what came: `observed`, shape (cells,). `before` are its scores from when fewer
    reports had arrived, oldest first; `mine` and `depth` are as in `Coming`."""

    sealed: Sealed
    content: Content
    observed: NDArray[np.int64]
    outside: int
    scored: Scored | None
    mine: NDArray[np.bool_] | None
    depth: NDArray[np.float64]
    before: tuple[Scored, ...] = ()


@dataclass(frozen=True)
class Exposure:
    """How often each precinct was flagged, and what came of it in the `scored` weeks among those audited, by code."""

    audit: Audit
    scored: int
    benefit: Mapping[str, Benefit]


@dataclass(frozen=True)
class Ratio:
    """A figure of one model over another's on the same weeks, with its paired bootstrap interval."""

    model: Model
    against: Model
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Tracking:
    """How good the forecasts of a target were, oldest week first. Weeks without a forecast on time, or that the source
    does not hold, are not among them; `missing` names them."""

    target: Target
    weeks: tuple[Scored, ...]
    missing: tuple[date, ...]
    pooled: dict[Model, Score]
    hit_rate: dict[Model, dict[float, Interval | None]]  # by coverage; None where nothing happened
    skill: dict[Model, Interval | None]  # over the 52-week mean
    hit_ratio: tuple[Ratio, ...]  # hit rate at 5 %: all against the 52-week mean, the main one against the EWMA too
    ceiling: dict[float, float]  # coverage -> the hit rate that the main model's own rates would give
    curve: dict[Model, tuple[tuple[float, float], ...]]  # share of the area -> share of incidents
    drift: Drift
    standing: Standing
