"""Walking forward: nobody looks ahead, refits come when they should, and who raises stops it."""

from __future__ import annotations

from typing import Self

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from analytics.forecast.baselines import MeanOfWeeks
from analytics.forecast.models import MODELS
from analytics.forecast.panel import Floats, Panel
from analytics.forecast.walk import walk
from domain.errors import Invalid
from domain.forecast.models import Model
from tests.panels import city, overwritten, silent

WHOLE = city(side=6, weeks=60)


class Watched(BaseEstimator):  # type: ignore[misc]
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.fits: list[int] = []
        self.shown: list[int] = []

    def fit(self, panel: Panel) -> Self:
        self.fits.append(panel.weeks)
        return self

    def predict(self, panel: Panel) -> Floats:
        self.shown.append(panel.weeks)
        return np.zeros(panel.lattice.cells)


def test_each_week_is_forecast_from_the_weeks_before_it_alone() -> None:
    watched = Watched()
    made = walk(WHOLE, {Model.LAST_WEEK: watched}, weeks=10, refit=4)
    assert made.weeks.tolist() == watched.shown == list(range(50, 60))
    assert watched.fits == [50, 54, 58]
    assert made.rates[Model.LAST_WEEK].shape == (10, 36)


def test_unknown_weeks_are_not_forecast() -> None:
    made = walk(silent(WHOLE, [53, 54, 59]), {Model.WEEKS_4: MeanOfWeeks(4)}, weeks=6)
    assert made.weeks.tolist() == [51, 52, 55, 56, 57, 58]


@pytest.mark.parametrize("model", [Model.WEEKS_52, Model.KDE, Model.EWMA, Model.BOOSTED])
def test_changing_a_week_changes_no_forecast_up_to_it(model: Model) -> None:
    first, second = (
        walk(whole, {model: MODELS[model](0)}, weeks=8, refit=4).rates[model]
        for whole in (WHOLE, overwritten(WHOLE, [55]))
    )
    same = [before.tobytes() == after.tobytes() for before, after in zip(first, second, strict=True)]
    assert same == [True] * 4 + [False] * 4  # weeks 52 to 55, then 56 to 59


def test_progress_hears_of_every_forecast() -> None:
    heard: list[tuple[int, int]] = []
    walk(WHOLE, {Model.LAST_WEEK: Watched(), Model.KDE: Watched()}, weeks=3, progress=lambda *told: heard.append(told))
    assert heard == [(done, 6) for done in range(1, 7)]


def test_who_hears_of_progress_can_stop_it() -> None:
    watched = Watched()

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        walk(WHOLE, {Model.LAST_WEEK: watched}, weeks=10, progress=stop)
    assert len(watched.shown) == 2


def test_too_little_history_before_the_first_week_is_refused() -> None:
    with pytest.raises(Invalid, match=r"forecast\.too_little_history"):
        walk(WHOLE, {Model.BOOSTED: MODELS[Model.BOOSTED](0)}, weeks=40)
