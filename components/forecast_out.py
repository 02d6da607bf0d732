"""The scoreboard as tables for other programs: every model over all weeks with its intervals, and every week of it."""

from __future__ import annotations

from collections.abc import Iterator

from analytics.forecast.bootstrap import Interval
from analytics.forecast.metrics import Score
from analytics.forecast.told import Tracking
from components.forecast_parts import SHORT, Frame
from components.tables_out import Cell
from domain.forecast.models import COVERAGES, REFERENCE

RATES = tuple(f"hit_rate_{coverage * 100:g}" for coverage in COVERAGES)
FIGURES = ("pai_5", "pei_5", "rri_5", "per_km2_5", "skill", "predicted", "observed", "outside")
COLUMNS = ("week", "target", "cell_metres", "model", "events", *RATES, *FIGURES, "scored", "seal", "synthetic")
AT = 0.05
SURE = tuple(name for rate in RATES for name in (rate, f"{rate}_low", f"{rate}_high"))
SKILL = ("skill", "skill_low", "skill_high")
POOLED = ("pai_5", "pei_5", "rri_5", "per_km2_5", "predicted", "observed", "outside")
BOARD = ("target", "cell_metres", "model", "first", "last", "weeks", "events", *SURE, *SKILL, *POOLED, "synthetic")
CEILING = "ceiling"  # in the place of a model: its rates are known, whose are the main one's


def lines(found: Tracking, frame: Frame) -> Iterator[tuple[Cell, ...]]:
    """One row for each model and week, under `COLUMNS`; what cannot be said is empty."""
    for week in found.weeks:
        for model, score in week.scores.items():
            figures = _figures(score, week.scores.get(REFERENCE))
            sealed = week.sealed
            head = (sealed.week.isoformat(), found.target.code, found.target.cell, str(model), week.events)
            yield (*head, *figures, frame.when(week.scored_at), sealed.seal[:SHORT], int(sealed.synthetic))


def board(found: Tracking) -> Iterator[tuple[Cell, ...]]:
    """One row for each model over the weeks that all share, and one for the ceiling, under `BOARD`."""
    first, last = (found.weeks[at].sealed.week.isoformat() for at in (0, -1))
    invented = int(any(week.sealed.synthetic for week in found.weeks))
    for model, score in found.pooled.items():
        sure = [end for coverage in COVERAGES for end in _ends(found.hit_rate[model][coverage])]
        at = score.hits(AT)
        rest = (at.pai, at.pei, at.rri, at.efficiency, score.predicted)
        head = (found.target.code, found.target.cell, str(model), first, last, score.weeks, score.events)
        seen = (score.events - score.outside, score.outside, invented)
        yield (*head, *sure, *_ends(found.skill[model]), *map(_rounded, rest), *seen)
    reached = [end for coverage in COVERAGES for end in (_rounded(found.ceiling.get(coverage)), None, None)]
    head = (found.target.code, found.target.cell, CEILING, first, last)
    yield (*head, None, None, *reached, *[None] * (len(SKILL) + len(POOLED)), invented)


def _ends(found: Interval | None) -> tuple[Cell, Cell, Cell]:
    """A figure and the ends of its interval."""
    return (None, None, None) if found is None else (*map(_rounded, (found.value, found.low, found.high)),)


def _rounded(value: float | None) -> Cell:
    return None if value is None else round(value, 4)


def _figures(score: Score, reference: Score | None) -> list[Cell]:
    at = score.hits(AT)
    skill = None if reference is None else score.skill(reference)
    rates = [score.hits(coverage).hit_rate for coverage in COVERAGES]
    figures = (*rates, at.pai, at.pei, at.rri, at.efficiency, skill, score.predicted)
    return [*map(_rounded, figures), score.events - score.outside, score.outside]
