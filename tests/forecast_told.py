"""Made-up records of forecasts, as services tell them to the pages: a square of cells, two precincts, ten weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from analytics.forecast import bootstrap, drift, metrics
from analytics.forecast.allocation import allocate
from analytics.forecast.areas import Area
from analytics.forecast.content import Content
from analytics.forecast.panel import Lattice
from analytics.forecast.told import Coming, Past, Ratio, Scored, Tracking
from domain.forecast.models import COVERAGES, MAIN, REFERENCE, Model
from domain.forecast.sealed import Sealed, Standing, Target

SIDE = 20
CELLS = SIDE * SIDE
MONDAY = date(2026, 11, 23)
STREET = Target.of(["robbery.street"])
NAMES = {"a": "Alta", "b": "Baja"}
LED = Standing(MAIN, off=False, demoted=False, log=())


def lattice() -> Lattice:
    row, column = np.divmod(np.arange(CELLS, dtype=np.int32), SIDE)
    return Lattice(32719, 250, (1380 + column).astype(np.int32), (25190 + row).astype(np.int32))


def rates(seed: int = 3) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(seed).gamma(0.3, 0.4, CELLS).astype(np.float32)


def content(week: date = MONDAY, **more: Any) -> Content:
    """Three models; the left half of the square is one precinct, the right half the other."""
    main = rates()
    told: dict[str, Any] = {
        "week": week,
        "lattice": lattice(),
        "models": (Model.WEEKS_52, Model.EWMA, MAIN),
        "rates": np.array([rates(4) * 0.5 + main * 0.5, main * 0.9, main], np.float32),
        "low": np.zeros(CELLS, np.float32),
        "high": np.ceil(main * 2).astype(np.float32),
        "reasons": ("lately", "nearby"),
        "strength": np.array([np.log(main + 1e-3), np.full(CELLS, 0.01)], np.float32),
        "areas": ("a", "b"),
        "area": (np.arange(CELLS, dtype=np.int32) % SIDE >= SIDE // 2).astype(np.int32),
        "facts": {"leader": "boosted", "weeks": {"first": "2024-01-01", "last": str(week - timedelta(days=14))}},
    }
    return Content(**told | more)


def sealed(number: int = 1, week: date = MONDAY, early: int = 172_800, **more: Any) -> Sealed:
    """Sealed so many seconds before its week."""
    begins = int((week - date(1970, 1, 1)).days) * 86_400
    told: dict[str, Any] = {"snapshot": "s", "version": "1", "seed": 0, "parameters": {}, "sha256": "f" * 64}
    told |= {"previous": "", "seal": f"{number:064x}", "actor": "ana@ciudad.cl", "synthetic": False}
    return Sealed(number, STREET, week, begins, begins - early, **told | more)


def coming(standing: Standing = LED, **more: Any) -> Coming:
    held = content()
    known = [Area("a", CELLS // 2, 100), Area("b", CELLS // 2, 900)]
    plan = allocate(held.of(standing.leader), held.area, known, places=12, seed=1)
    return replace(Coming(sealed(), held, standing, plan, (), None, metrics.depth(held.of(standing.leader))), **more)


def scored(week: date, seed: int, number: int = 1) -> Scored:
    held = content(week)
    came = np.random.default_rng(seed).poisson(held.of(MAIN))
    scores = {model: metrics.score(held.of(model), came, km2=held.lattice.km2, outside=1) for model in held.models}
    return Scored(sealed(number, week), sealed(number, week).begins_at + 700_000, "s", int(came.sum()) + 1, scores, 0)


def tracking(weeks: int = 10, standing: Standing = LED, missing: tuple[date, ...] = ()) -> Tracking:
    mondays = [MONDAY - timedelta(days=7 * back) for back in range(weeks + len(missing), 0, -1)]
    held = [scored(week, seed, seed + 1) for seed, week in enumerate(mondays) if week not in missing]
    models = held[0].scores if held else {}
    by_model = {model: [week.scores[model] for week in held] for model in models}
    pooled = {model: metrics.pooled(scores) for model, scores in by_model.items()}
    return Tracking(
        target=STREET,
        weeks=tuple(held),
        missing=missing,
        pooled=pooled,
        hit_rate={model: {at: bootstrap.hit_rate(by_model[model], at) for at in COVERAGES} for model in models},
        skill={model: bootstrap.skill(by_model[model], by_model[REFERENCE]) for model in models},
        hit_ratio=(Ratio(MAIN, REFERENCE, 1.08, 1.05, 1.11), Ratio(Model.EWMA, REFERENCE, 0.9, 0.8, 1.05)),
        ceiling={0.05: 0.5, 0.1: 0.6},
        curve={model: tuple(score.shares()) for model, score in pooled.items()},
        drift=drift.Drift(drift.level([100.0] * 12, [101.0] * 12), {"areas": drift.shift([5, 5], [4, 6])}),
        standing=standing,
    )


def past(seed: int = 8, **more: Any) -> Past:
    week = MONDAY - timedelta(days=7)
    held = content(week)
    came = np.random.default_rng(seed).poisson(held.of(MAIN)).astype(np.int64)
    order = metrics.depth(held.of(MAIN))
    return replace(Past(sealed(9, week), held, came, 2, scored(week, seed), None, order), **more)
