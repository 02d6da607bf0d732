"""A backtest as plain JSON: every measure of every model, pooled and by week; `docs/forecast.md` explains the keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from analytics.forecast import bootstrap, metrics
from analytics.forecast.bootstrap import Interval
from analytics.forecast.ceiling import Ceiling
from analytics.forecast.metrics import Hits, Score
from domain.forecast.models import COVERAGES, MAIN, REFERENCE, Model
from services.forecast.backtest import Backtest
from services.forecast.board import missing

FORMAT = "atalaya backtest 2"
METHOD = {
    "keys": "docs/forecast.md",
    "measures": "docs/methods/forecast-measures.md",
    "intervals": "percentile bootstrap over weeks, two models on the same drawn weeks",
    "level": metrics.LEVEL,
    "draws": bootstrap.DRAWS,
}

Plain = dict[str, Any]


def document(backtests: list[Plain], refused: dict[str, str], made: date) -> Plain:
    """What the file holds; `refused` says why a target could not be tested."""
    return {
        "format": FORMAT,
        "made": made.isoformat(),
        "method": METHOD,
        "main": str(MAIN),
        "reference": str(REFERENCE),
        "backtests": backtests,
        "refused": refused,
    }


def plain(found: Backtest) -> Plain:
    """One target's backtest."""
    asked = found.wanted
    return {
        "target": found.target.code,
        "cell_metres": found.target.cell,
        "epsg": found.epsg,
        "snapshot": found.snapshot,
        "asked": asdict(asked) | {"until": asked.until and asked.until.isoformat()},
        "weeks": _days(found.mondays),
        "missing_weeks": _days(missing(found.mondays)),
        "weeks_learned": found.learned,
        "cells": found.cells,
        "km2": found.km2,
        "without": found.without,
        "ceiling": _ceilings(found),
        "models": {str(model): _model(found, model) for model in found.weekly},
    }


def _days(mondays: Iterable[date]) -> list[str]:
    return [monday.isoformat() for monday in mondays]


def _ceilings(found: Backtest) -> Plain:
    weekly = zip(found.mondays, found.ceilings, strict=True)
    return {
        "pooled": {"at": _reachable(found.ceiling)},
        "weekly": [{"week": monday.isoformat(), "at": _reachable(week)} for monday, week in weekly],
    }


def _reachable(ceilings: Iterable[Ceiling]) -> Plain:
    """The most to be expected at each coverage, were the main model's rates true."""
    return {
        str(one.coverage): {
            "hit_rate": one.hit_rate,
            "pei": one.pei,
            "hits": one.hits,
            "events": one.events,
            "best": one.best,
        }
        for one in ceilings
    }


def _model(found: Backtest, model: Model) -> Plain:
    weekly = zip(found.mondays, found.weekly[model], found.weekly[REFERENCE], strict=True)
    return {
        "seconds_fit": [round(seconds, 3) for seconds in found.fits[model]],
        "seconds_forecast": round(found.forecasts[model], 4),
        "pooled": _pooled(found, model),
        "weekly": [{"week": monday.isoformat()} | measured(score, other) for monday, score, other in weekly],
    }


def _pooled(found: Backtest, model: Model) -> Plain:
    pooled = found.pooled
    over = found.skill(model, Model.EWMA)
    told = measured(pooled[model], pooled[REFERENCE])
    for coverage in COVERAGES:
        told["at"][str(coverage)] |= {
            "hit_rate_interval": _interval(found.hit_rate(model, coverage)),
            "hit_ratio": _interval(found.hit_ratio(model, coverage)),
        }
    return told | {
        "skill_interval": _interval(found.skill(model)),
        "skill_over_ewma": over and over.value,
        "skill_over_ewma_interval": _interval(over),
        "calibration": [_calibrated(row) for row in metrics.calibration(pooled[model].bins)],
        "curve": pooled[model].shares(),
    }


def measured(score: Score, reference: Score) -> Plain:
    """Every figure of a score, of one week or of several."""
    return {
        "events": score.events,
        "outside": score.outside,
        "predicted": score.predicted,
        "predicted_over_observed": score.level,
        "deviance": score.deviance,
        "skill": score.skill(reference),
        "at": {str(hits.coverage): _at(hits) for hits in score.at},
    }


def _at(hits: Hits) -> Plain:
    same = ("hits", "best", "hit_rate", "pai", "pei", "rri", "efficiency")
    return {
        "flagged_cell_weeks": hits.flagged,
        "flagged_km2_weeks": hits.km2,
        "predicted_inside": hits.predicted,
        **{name: getattr(hits, name) for name in same},
    }


def _calibrated(row: metrics.Calibrated) -> Plain:
    return {
        "bin_from": row.bin_from,
        "bin_to": row.bin_to,
        "cell_weeks": row.cells,
        "predicted_mean": row.predicted,
        "observed_mean": row.observed,
        "observed_low": row.low,
        "observed_high": row.high,
        "fits": row.fits,
    }


def _interval(found: Interval | None) -> dict[str, float] | None:
    return None if found is None else asdict(found)
