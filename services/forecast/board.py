"""Scores put together: one week, and the board over many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import compress
from typing import Any

from analytics.forecast import bootstrap, ceiling, drift, metrics
from analytics.forecast.bootstrap import Interval
from analytics.forecast.ceiling import Ceiling
from analytics.forecast.drift import Drift
from analytics.forecast.metrics import Score
from analytics.forecast.panel import WEEK
from analytics.forecast.told import Ratio, Scored, Tracking
from data_access.forecast import rows
from data_access.forecast.counting import Inputs
from domain.forecast.models import COVERAGES, MAIN, REFERENCE, RIVALS, Model
from domain.forecast.sealed import Sealed, Standing, Target
from services.forecast.standing import read_scores

COVERAGE = 0.05  # at which models are compared
LEAST = 1e-9  # events predicted in a week that drift is asked about


def scored(sealed: Sealed, scores: Sequence[rows.Score]) -> Scored:
    """The newest score of a forecast, of all that it has, oldest first."""
    last = scores[-1]
    events = sum(count for _, count in last.observed) + last.outside
    return Scored(sealed, last.at, last.snapshot, events, read_scores(last), len(scores) - 1)


def board(
    target: Target,
    weeks: Sequence[Scored],
    ceilings: Mapping[int, Sequence[Mapping[str, Any]]],
    inputs: Inputs,
    standing: Standing,
) -> Tracking:
    """The board of scored weeks, oldest first, at least one; `ceilings` of each forecast's number."""
    by_model = together([week.scores for week in weeks])
    common = compress(weeks, comparable([week.scores for week in weeks]))
    most = ceiling.pooled(tuple(Ceiling(**one) for one in ceilings[week.sealed.id]) for week in common)
    sums = pooled(by_model)
    return Tracking(
        target=target,
        weeks=tuple(weeks),
        missing=tuple(missing([week.sealed.week for week in weeks])),
        pooled=sums,
        hit_rate={model: _hit_rates(scores) for model, scores in by_model.items()},
        skill={model: bootstrap.skill(scores, by_model[REFERENCE]) for model, scores in by_model.items()},
        hit_ratio=tuple(_ratios(by_model)),
        ceiling={one.coverage: one.hit_rate for one in most if one.hit_rate is not None},
        curve={model: tuple(score.shares()) for model, score in sums.items()},
        drift=_drift(by_model, inputs),
        standing=standing,
    )


def comparable(weeks: Sequence[Mapping[Model, Score]]) -> list[bool]:
    """Which weeks have a score of as many models as any, so that all models are pooled over the same weeks."""
    most = max((scores.keys() for scores in weeks), key=len, default=())
    return [scores.keys() == most for scores in weeks]


def together(weeks: Sequence[Mapping[Model, Score]]) -> dict[Model, list[Score]]:
    """Each model's scores of the weeks that are comparable; empty where there is no week."""
    same = list(compress(weeks, comparable(weeks)))
    return {model: [scores[model] for scores in same] for model in same[0]} if same else {}


def pooled(by_model: Mapping[Model, Sequence[Score]]) -> dict[Model, Score]:
    """Each model's scores added up."""
    return {model: metrics.pooled(scores) for model, scores in by_model.items()}


def missing(mondays: Sequence[date]) -> Iterable[date]:
    """The weeks between the first and the last of some, at least one and oldest first, that are not among them."""
    held, monday = set(mondays), mondays[0]
    while monday < mondays[-1]:
        if monday not in held:
            yield monday
        monday += WEEK


def _hit_rates(scores: Sequence[Score]) -> dict[float, Interval | None]:
    return {coverage: bootstrap.hit_rate(scores, coverage) for coverage in COVERAGES}


def _ratios(by_model: Mapping[Model, Sequence[Score]]) -> Iterable[Ratio]:
    """Every model against the reference, and the main one against its other rivals."""
    pairs = [(model, REFERENCE) for model in by_model if model is not REFERENCE]
    pairs += [(MAIN, rival) for rival in RIVALS if rival is not REFERENCE and MAIN in by_model]
    for model, against in pairs:
        found = bootstrap.hit_ratio(by_model[model], by_model[against], COVERAGE)
        if found is not None:
            yield Ratio(model, against, found.value, found.low, found.high)


def _drift(by_model: Mapping[Model, Sequence[Score]], inputs: Inputs) -> Drift:
    scores = by_model.get(MAIN) or by_model[Model.EWMA]
    predicted = [max(score.predicted, LEAST) for score in scores]
    level = drift.level(predicted, [score.events - score.outside for score in scores])
    shifts = {
        name: drift.shift(before, now)
        for name, (before, now) in inputs.items()
        if len(before) > 1 and any(before) and any(now)
    }
    return Drift(level, shifts)
