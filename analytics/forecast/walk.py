"""Walking forward: every past week forecast from what was known before it began."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.models import Estimator
from analytics.forecast.panel import Floats, Panel
from domain.forecast.models import Model

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Walk:
    """`weeks` are the numbers of the weeks forecast, shape (n,); `rates` each model's, shape (n, cells)."""

    weeks: NDArray[np.intp]
    rates: Mapping[Model, Floats]


def silent(done: int, of: int) -> None:
    """Tells nobody."""


def walk(
    panel: Panel,
    models: Mapping[Model, Estimator],
    weeks: int = 52,
    refit: int = 26,
    progress: Progress = silent,
) -> Walk:
    """Forecasts of the last known weeks of a panel by every model, refitted every `refit` weeks.

    A model's forecast of a week comes from `panel.until(week)`, and so do its fits. `progress` hears how many of how
    many forecasts are done; what it raises ends the walk. Raises Invalid as the models do.
    """
    chosen = np.flatnonzero(panel.known)[-weeks:]
    rates: dict[Model, list[Floats]] = {model: [] for model in models}
    done, of = 0, len(chosen) * len(models)
    for turn, week in enumerate(chosen):
        before = panel.until(int(week))
        for model, estimator in models.items():
            if turn % refit == 0:
                estimator.fit(before)
            rates[model].append(estimator.predict(before))
            done += 1
            progress(done, of)
    return Walk(chosen, {model: np.array(made) for model, made in rates.items()})
