"""Making a forecast: every model fitted to what was known, its rates, its interval and its reasons.

No clock is read and no chance used beyond the seed: the same inputs give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from analytics.forecast.boosted import Boosted
from analytics.forecast.content import Content, Rates
from analytics.forecast.features import TERMS
from analytics.forecast.history import ENOUGH
from analytics.forecast.intervals import LOOKED_AT, around, interval
from analytics.forecast.models import MODELS, Estimator
from analytics.forecast.panel import WEEK, Floats, Panel, Places
from analytics.forecast.reasons import Reason, reasons
from domain.errors import Invalid
from domain.forecast.models import BASELINES, MAIN, Model
from domain.forecast.sealed import Target
from domain.progress import Progress, silent

SEED = 0
TOO_LITTLE = ("too_little_history", "too_few_events")  # for the main model, not for the baselines
LIBRARIES = ("numpy", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Learned:
    """What a forecast learns from: the panel up to its week, and the precinct of each cell, by its place in `areas`."""

    panel: Panel
    areas: tuple[str, ...]
    area: Places

    def weeks(self) -> dict[str, Any]:
        """The weeks learned from, as a forecast tells them."""
        known = np.flatnonzero(self.panel.known)
        return {
            "first": self.panel.first.isoformat(),
            "last": self.panel.monday(int(known[-1])).isoformat(),
            "known": len(known),
            "missing": int(known[-1]) + 1 - len(known),
            "behind": behind(self.panel),
        }


def behind(panel: Panel) -> int:
    """The weeks between the last known one and the one that is forecast."""
    return panel.weeks - 1 - int(np.flatnonzero(panel.known)[-1])


@dataclass(frozen=True)
class Fitted:
    """Models that have learned up to the week `last`; `without` says why the main one is not among them."""

    models: Mapping[Model, Estimator]
    last: date
    without: str

    @property
    def names(self) -> tuple[Model, ...]:
        return tuple(self.models)


def fit(panel: Panel, off: bool = False, progress: Progress = silent, seed: int = SEED) -> Fitted:
    """Every model fitted, without the main one where that is off or there is too little for it to learn from.

    Raises Invalid where there is too little for the simplest model.
    """
    found: dict[Model, Estimator] = {}
    without = "off" if off else ""
    wanted = BASELINES if off else (*BASELINES, MAIN)
    for done, model in enumerate(wanted, start=1):
        progress(done, len(Model) + 2, str(model))
        try:
            found[model] = MODELS[model](seed).fit(panel)
        except Invalid as problem:
            without = problem.code.removeprefix("forecast.")
            if model is not MAIN or without not in TOO_LITTLE:
                raise
    return Fitted(found, panel.next - WEEK, without)


def content(
    learned: Learned, target: Target, snapshot: str, fitted: Fitted, leader: Model, seed: int = SEED
) -> Content:
    """What the fitted models say of the week after the panel's last; `leader` among them, or else its stand-in."""
    panel = learned.panel
    rates = {model: np.asarray(estimator.predict(panel)) for model, estimator in fitted.models.items()}
    leads = leader if leader in rates else Model.EWMA
    shown = MAIN if MAIN in rates else leads
    low, high = _interval(fitted.models[shown], panel, rates[shown])
    main = fitted.models.get(MAIN)
    strength = reasons(main, panel) if isinstance(main, Boosted) else np.zeros((0, panel.lattice.cells))
    return Content(
        week=panel.next,
        lattice=panel.lattice,
        models=fitted.names,
        rates=_narrow(np.array(list(rates.values()))),
        low=_narrow(low),
        high=_narrow(high),
        reasons=tuple(str(reason) for reason in Reason) if len(strength) else (),
        strength=_narrow(strength),
        areas=learned.areas,
        area=learned.area,
        facts=_facts(learned, target, snapshot, fitted, leads, seed),
    )


def _interval(estimator: Estimator, panel: Panel, rates: Floats) -> tuple[Floats, Floats]:
    """The interval by the scatter of past weeks; a Poisson count's where there are too few to tell that."""
    if panel.known.sum() <= ENOUGH + LOOKED_AT:
        return interval(rates, 0.0)
    return around(estimator, panel, rates)


def _narrow(values: np.ndarray[Any, np.dtype[np.float64]]) -> Rates:
    return values.astype(np.float32)


def _facts(learned: Learned, target: Target, snapshot: str, fitted: Fitted, leader: Model, seed: int) -> dict[str, Any]:
    return {
        "target": target.code,
        "cell": target.cell,
        "snapshot": snapshot,
        "version": version("atalaya"),
        "seed": seed,
        "parameters": {str(model): _parameters(one) for model, one in fitted.models.items()}
        | {"libraries": {name: version(name) for name in LIBRARIES}},
        "weeks": learned.weeks() | {"fitted": fitted.last.isoformat()},
        "leader": str(leader),
        "without": fitted.without,
        "features": [list(term) for term in TERMS] if MAIN in fitted.models else [],  # source, half-life, reach
        "cells": learned.panel.lattice.cells,
        "events": int(learned.panel.counts.sum()),
    }


def _parameters(estimator: Estimator) -> dict[str, Any]:
    """What an estimator was told, and the bandwidth that it found where it looks for one."""
    told: dict[str, Any] = estimator.get_params() if isinstance(estimator, BaseEstimator) else {}
    found = {"bandwidth": estimator.bandwidth_} if hasattr(estimator, "bandwidth_") else {}
    return told | found
