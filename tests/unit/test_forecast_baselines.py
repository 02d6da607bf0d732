"""Baselines: each is what it says, forgets no event, and takes silence for silence."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from sklearn.base import clone

from analytics.forecast.baselines import BANDWIDTHS, Ewma, Kde, LastWeek, MeanOfWeeks, SameWeeks
from analytics.forecast.models import MODELS, Estimator
from analytics.forecast.panel import Lattice, Panel
from domain.errors import Invalid
from domain.forecast.models import BASELINES, Model
from tests.panels import city, overwritten, panel, silent, square

TWO = square(2)
EVERY = [MODELS[model](0) for model in BASELINES]
NAMES = [str(model) for model in BASELINES]
each = pytest.mark.parametrize("estimator", EVERY, ids=NAMES)


def forecast(estimator: Estimator, whole: Panel) -> np.ndarray:
    return estimator.fit(whole).predict(whole)


def rising(weeks: int) -> Panel:
    """Week number w has w events in the first cell and one in the last."""
    counts = np.zeros((weeks, 4), dtype=int)
    counts[:, 0], counts[:, 3] = np.arange(weeks), 1
    return panel(TWO, counts)


def test_every_model_has_an_estimator() -> None:
    assert set(MODELS) == set(Model)


def test_means_by_hand() -> None:
    assert forecast(LastWeek(), rising(60)).tolist() == [59, 0, 0, 1]
    assert forecast(MeanOfWeeks(4), rising(60)).tolist() == [57.5, 0, 0, 1]
    assert forecast(MeanOfWeeks(52), rising(60)).tolist() == [33.5, 0, 0, 1]
    assert forecast(MeanOfWeeks(52), rising(20)).tolist() == [9.5, 0, 0, 1]  # what there is


def test_the_same_weeks_are_those_of_the_years_before() -> None:
    one = forecast(SameWeeks(), rising(100))  # the coming week is number 100; a year before, number 48
    assert one[0] == np.mean([46, 47, 48, 49, 50])
    two = forecast(SameWeeks(around=0), rising(120))  # 120 - 52 and 120 - 104
    assert two[0] == np.mean([68, 16])
    assert forecast(SameWeeks(), rising(40))[0] == np.mean(range(40))  # no year before


@given(st.integers(1, 20))
@settings(deadline=None)
def test_the_same_weeks_stay_in_their_season_for_twenty_years(years: int) -> None:
    monday = date(2000, 1, 3)
    ago = round(years * 365.25 / 7)
    then = monday - timedelta(weeks=ago)
    assert abs((then.replace(year=2000) - monday).days) % 360 <= 6


def test_the_weighted_mean_halves_a_weeks_weight_every_half_life() -> None:
    counts = np.zeros((20, 4), dtype=int)
    counts[19, 0] = counts[9, 1] = 8
    made = forecast(Ewma(half_life=10), panel(TWO, counts))
    assert made[0] / made[1] == pytest.approx(2)
    assert forecast(Ewma(), panel(TWO, np.full((20, 4), 3))) == pytest.approx(3)


@each
def test_the_whole_city_gets_what_its_weeks_held_on_average(estimator: Estimator) -> None:
    steady = panel(square(6), np.tile(np.random.default_rng(1).integers(0, 4, 36), (60, 1)))
    made = forecast(estimator, steady)
    assert made.sum() == pytest.approx(steady.counts[0].sum())
    assert (made >= 0).all()
    assert made.dtype == np.float64


@each
def test_an_unknown_week_is_no_week_without_events(estimator: Estimator) -> None:
    gone = [3, 20, 21, 22, 57, 58, 59]
    whole = silent(city(side=6), gone)
    assert forecast(estimator, whole).sum() == pytest.approx(40, rel=0.35)  # a week of `city`
    assert forecast(estimator, whole).tolist() == forecast(estimator, overwritten(whole, gone)).tolist()


@each
def test_the_order_of_cells_makes_no_difference(estimator: Estimator) -> None:
    whole = city(side=6)
    turned = mirrored(whole)
    assert forecast(estimator, turned)[::-1] == pytest.approx(forecast(estimator, whole), rel=1e-9)


def mirrored(whole: Panel) -> Panel:
    """The city turned by half a circle: every cell changes places with its opposite."""
    return panel(whole.lattice, whole.counts[:, ::-1], whole.context[:, ::-1])


@each
def test_too_little_is_refused(estimator: Estimator) -> None:
    with pytest.raises(Invalid) as short:
        clone(estimator).fit(silent(city(weeks=12), range(5)))
    assert (short.value.code, short.value.details) == ("forecast.too_little_history", {"needed": 8, "known": 7})
    with pytest.raises(Invalid) as single:
        clone(estimator).fit(panel(square(1), np.ones((30, 1))))
    assert single.value.code == "forecast.one_cell"
    with pytest.raises(Invalid) as quiet:
        clone(estimator).fit(panel(TWO, np.zeros((30, 4))))
    assert quiet.value.code == "forecast.no_events"
    clone(estimator).fit(silent(city(weeks=12), range(4)))  # eight are enough


@each
def test_a_clone_says_the_same(estimator: Estimator) -> None:
    whole = city(side=6)
    assert clone(estimator).get_params() == estimator.get_params()
    assert forecast(clone(estimator), whole).tolist() == forecast(estimator, whole).tolist()


@pytest.mark.parametrize("planted", [0.0, 1.0, 2.8])
def test_the_bandwidth_that_scattered_the_events_is_found(planted: float) -> None:
    rng = np.random.default_rng(7)
    lattice = square(24)
    corners = np.zeros((24, 24))
    corners[tuple(rng.integers(3, 21, (2, 12)))] = 1.0
    risk = ndimage.gaussian_filter(corners, planted).ravel()
    # Each week's events scatter anew about a risk that is itself scattered: of one year little is needed to see it.
    counts = rng.poisson(150 * risk / risk.sum(), (110, 576))
    found = Kde(weeks=8).fit(panel(lattice, counts)).bandwidth_
    assert found in BANDWIDTHS
    if planted == 0:
        assert found == 0
    else:
        assert planted / 2 <= found <= planted * 1.5


@given(st.integers(0, 10_000), st.sampled_from([0.35, 1.0, 4.0]))
@settings(max_examples=20, deadline=None)
def test_blurring_loses_nothing_over_the_edge_of_the_city(seed: int, sigma: float) -> None:
    rng = np.random.default_rng(seed)
    held = rng.random(100) < 0.6
    held[:2] = True
    whole = square(10)
    ragged = Lattice(whole.epsg, whole.size, whole.x[held], whole.y[held])
    values = rng.random(held.sum())
    assert ragged.spread.sharing(values, sigma).sum() == pytest.approx(values.sum())


def test_blurring_is_a_gaussian_filter_away_from_the_edge() -> None:
    lattice = square(21)
    one = np.zeros(441)
    one[220] = 1.0
    mine = lattice.spread.sharing(one, 1.5).reshape(21, 21)
    theirs = ndimage.gaussian_filter(one.reshape(21, 21), 1.5, truncate=7)
    assert mine[5:16, 5:16] == pytest.approx(theirs[5:16, 5:16], rel=1e-4, abs=1e-9)
