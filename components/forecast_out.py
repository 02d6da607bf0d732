"""The scoreboard as a table for other programs: every scored week of every model."""

from __future__ import annotations

from collections.abc import Iterator

from analytics.forecast.metrics import Score
from analytics.forecast.told import Tracking
from components.forecast_parts import SHORT, Frame
from components.tables_out import Cell
from domain.forecast.models import COVERAGES, REFERENCE

RATES = tuple(f"hit_rate_{coverage * 100:g}" for coverage in COVERAGES)
FIGURES = ("pai_5", "pei_5", "rri_5", "per_km2_5", "skill", "predicted", "observed", "outside")
COLUMNS = ("week", "target", "cell_metres", "model", "events", *RATES, *FIGURES, "scored", "seal", "synthetic")
AT = 0.05


def lines(found: Tracking, frame: Frame) -> Iterator[tuple[Cell, ...]]:
    """One row for each model and week, under `COLUMNS`; what cannot be said is empty."""
    for week in found.weeks:
        for model, score in week.scores.items():
            figures = _figures(score, week.scores.get(REFERENCE))
            sealed = week.sealed
            head = (sealed.week.isoformat(), found.target.code, found.target.cell, str(model), week.events)
            yield (*head, *figures, frame.when(week.scored_at), sealed.seal[:SHORT], int(sealed.synthetic))


def _figures(score: Score, reference: Score | None) -> list[Cell]:
    at = score.hits(AT)
    skill = None if reference is None else score.skill(reference)
    rates = [score.hits(coverage).hit_rate for coverage in COVERAGES]
    figures = (*rates, at.pai, at.pei, at.rri, at.efficiency, skill, score.predicted)
    return [None if one is None else round(one, 4) for one in figures] + [score.events - score.outside, score.outside]
