"""The estimators behind the names of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol, Self

from analytics.forecast.baselines import Ewma, Kde, LastWeek, MeanOfWeeks, SameWeeks
from analytics.forecast.boosted import Boosted
from analytics.forecast.panel import Floats, Panel
from domain.forecast.models import Model


class Estimator(Protocol):
    def fit(self, panel: Panel) -> Self: ...

    def predict(self, panel: Panel) -> Floats: ...


MODELS: Mapping[Model, Callable[[int], Estimator]] = MappingProxyType(
    {
        Model.LAST_WEEK: lambda seed: LastWeek(),
        Model.WEEKS_4: lambda seed: MeanOfWeeks(4),
        Model.WEEKS_52: lambda seed: MeanOfWeeks(52),
        Model.SAME_WEEKS: lambda seed: SameWeeks(),
        Model.KDE: lambda seed: Kde(),
        Model.EWMA: lambda seed: Ewma(),
        Model.BOOSTED: lambda seed: Boosted(seed=seed),
    }
)
