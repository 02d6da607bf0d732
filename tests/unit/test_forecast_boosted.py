"""The main model: no leak, no chance, no nonsense from gaps, and no worse than the simple where there is nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats
from sklearn.base import clone

from analytics.forecast.baselines import Ewma, MeanOfWeeks, SameWeeks
from analytics.forecast.boosted import Boosted, Opinions, draw, likeliest
from analytics.forecast.features import TERMS, terms
from analytics.forecast.intervals import around, dispersion, interval
from analytics.forecast.level import level
from analytics.forecast.metrics import deviance
from analytics.forecast.panel import Lattice, Panel
from analytics.forecast.reasons import Reason, reasons
from domain.errors import Invalid
from tests.panels import city, overwritten, panel, silent, square

WHOLE = city()


@pytest.fixture(scope="module")
def fitted() -> Boosted:
    return Boosted().fit(WHOLE)


def test_it_says_the_same_again_byte_for_byte(fitted: Boosted) -> None:
    again = clone(fitted).fit(city())
    assert again.predict(WHOLE).tobytes() == fitted.predict(WHOLE).tobytes()
    assert clone(fitted).get_params() == fitted.get_params()
    other = Boosted(seed=1).get_params()
    assert other["seed"] == 1


def test_its_rates_are_possible_everywhere_and_come_to_the_level(fitted: Boosted) -> None:
    made = fitted.predict(WHOLE)
    assert made.shape == (WHOLE.lattice.cells,)
    assert made.dtype == np.float64
    assert (made > 0).all()
    assert made.sum() == pytest.approx(level(WHOLE))


def test_what_comes_later_changes_nothing(fitted: Boosted) -> None:
    longer = city(weeks=70)
    changed = overwritten(longer, range(60, 70))
    first, second = (Boosted().fit(whole.until(60)).predict(whole.until(60)) for whole in (longer, changed))
    assert first.tobytes() == second.tobytes()


def test_what_an_unknown_week_seems_to_hold_changes_nothing() -> None:
    gone = [2, 17, 30, 31, 32, 58, 59]
    whole = silent(WHOLE, gone)
    first, second = (Boosted().fit(one).predict(one) for one in (whole, overwritten(whole, gone)))
    assert first.tobytes() == second.tobytes()
    assert first.sum() == pytest.approx(40, rel=0.35)  # a week of `city`, and not four fifths of it


def test_it_refuses_what_it_cannot_learn_from() -> None:
    with pytest.raises(Invalid) as short:
        Boosted().fit(silent(WHOLE, range(35)))
    assert (short.value.code, short.value.details) == ("forecast.too_little_history", {"needed": 26, "known": 25})
    with pytest.raises(Invalid, match=r"forecast\.one_cell"):
        Boosted().fit(panel(square(1), np.ones((60, 1))))
    with pytest.raises(Invalid, match=r"forecast\.no_events"):
        Boosted().fit(panel(square(3), np.zeros((60, 9))))


@pytest.mark.parametrize("eventful", [0, 1, 3, 7])
def test_too_few_weeks_of_events_to_weigh_opinions_are_refused_as_that(eventful: int) -> None:
    counts = np.zeros((60, 25))
    counts[5] = 1  # before the first training week
    counts[20 : 20 + eventful, 3] = 1
    with pytest.raises(Invalid) as few:
        Boosted().fit(panel(square(5), counts))
    assert (few.value.code, few.value.details) == ("forecast.too_few_events", {"needed": 8, "eventful": eventful})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_a_crime_of_twenty_cases_a_year_it_says_little_worse_than_the_year_before(seed: int) -> None:
    whole = city(side=30, weeks=260, per_week=20 / 52, seed=seed)
    models = {Boosted(): 0.0, MeanOfWeeks(52): 0.0}
    for model in models:
        model.fit(whole.until(208))
        models[model] = sum(
            deviance(model.predict(whole.until(week)), whole.counts[week]) for week in range(208, 260, 2)
        )
    mine, simple = models.values()
    assert mine < 1.05 * simple


@pytest.mark.parametrize(
    "whole",
    [
        city(weeks=26),
        city(side=2, weeks=26, per_week=1.0),
        city(side=7, weeks=120, per_week=0.2),
        silent(city(weeks=80), range(20, 70)),
        panel(square(5), np.eye(60, 25, -34)),
    ],
    ids=["half a year", "four cells", "an event in five weeks", "a gap of a year", "nothing for long"],
)
def test_little_is_enough_for_finite_rates(whole: Panel) -> None:
    made = Boosted().fit(whole).predict(whole)
    assert np.isfinite(made).all()
    assert (made >= 0).all()
    assert made.sum() == pytest.approx(level(whole))


def test_where_only_chance_is_at_work_it_does_not_lose_to_the_simple() -> None:
    """Rates that never change: the longest mean is the best there is, and trees could only imagine things."""
    whole = city(side=12, weeks=100, per_week=60, seed=3)
    models = {model: [] for model in (Boosted(), MeanOfWeeks(52), Ewma())}
    for week in range(88, 100):
        for model, lost in models.items():
            if week == 88:
                model.fit(whole.until(week))
            lost.append(deviance(model.predict(whole.until(week)), whole.counts[week]))
    mine, *others = (sum(lost) for lost in models.values())
    assert mine < 1.01 * min(others)


def test_it_sees_a_hot_spot_that_moves() -> None:
    """Every week the events lie one column further: what was hot is not, and the other types run a week ahead."""
    rng = np.random.default_rng(4)
    column = np.arange(144) % 12
    where = np.array([np.exp(-0.5 * ((column - week / 8) / 0.7) ** 2) + 0.02 for week in range(93)])
    counts = rng.poisson(60 * where / where.sum(axis=1, keepdims=True))
    whole = panel(square(12), counts)
    mine, simple = (
        deviance(model.fit(whole.until(92)).predict(whole.until(92)), whole.counts[92]) for model in (Boosted(), Ewma())
    )
    assert mine < 0.6 * simple


def test_a_rise_of_the_whole_city_is_followed_within_weeks() -> None:
    rng = np.random.default_rng(2)
    pace = np.where(np.arange(60) < 54, 200, 400)
    whole = panel(square(5), rng.poisson(pace[:, None] / 25, (60, 25)))
    assert level(whole) > 340
    few = panel(square(5), rng.poisson(2 / 25, (200, 25)))
    assert level(few) == pytest.approx(2, abs=1)  # two a week: chance is not taken for a rise


def test_terms_say_where_and_not_how_much() -> None:
    values = terms(WHOLE)
    assert values.shape == (len(TERMS), WHOLE.lattice.cells)
    assert values.mean(axis=1) == pytest.approx(1, abs=1e-5)
    double = replace(WHOLE, counts=WHOLE.counts * 2, context=WHOLE.context * 3)
    assert terms(double) == pytest.approx(values, rel=1e-5)
    bare = terms(panel(square(3), np.eye(30, 9)))
    for row in (TERMS.index(("others", 8, 0)), TERMS.index(("season", 52, 0))):
        assert (bare[row] == 1).all()  # no other types, no year: nothing to tell


def test_a_term_is_the_weighted_mean_it_says() -> None:
    row = TERMS.index(("target", 13, 0))
    expected = Ewma(half_life=13).fit(WHOLE).predict(WHOLE)
    assert terms(WHOLE)[row] == pytest.approx(expected / expected.mean(), rel=1e-4)


def test_the_term_of_the_season_is_the_mean_of_the_same_weeks() -> None:
    row = TERMS.index(("season", 52, 0))
    expected = SameWeeks().fit(WHOLE).predict(WHOLE)
    assert terms(WHOLE)[row] == pytest.approx(expected / expected.mean(), rel=1e-4)


def test_it_foresees_what_comes_back_every_year_and_says_that_it_is_the_season() -> None:
    """A fair of four weeks, every year: in the months between, its cell is like any other."""
    rng = np.random.default_rng(7)
    rates = np.full((4 * 52 + 1, 144), 0.1)
    of_year = np.round(np.arange(len(rates)) % (365.25 / 7))
    rates[of_year < 4, 60] = 12.0
    whole = panel(square(12), rng.poisson(rates))
    before = whole.until(209)  # the next week is the fair's first
    model = Boosted().fit(before)
    assert model.predict(before)[60] > 1.8 * Ewma().fit(before).predict(before)[60]
    told = dict(zip(Reason, reasons(model, before)[:, 60], strict=True))
    assert told[Reason.SEASON] == max(told.values())


@given(st.integers(0, 10_000), st.sampled_from([0.6, 2.0, 8.0]))
@settings(max_examples=15, deadline=None)
def test_neighbours_are_averaged_within_the_city_alone(seed: int, reach: float) -> None:
    rng = np.random.default_rng(seed)
    held = rng.random(81) < 0.5
    held[[0, 80]] = True
    lattice = square(9)
    far = np.where(np.arange(81) == 80, 5000, 0)[held]  # one cell far off, as a stray point makes it
    ragged = Lattice(lattice.epsg, lattice.size, lattice.x[held] + far.astype(np.int32), lattice.y[held])
    values = rng.random(held.sum()).astype(np.float32)
    apart = (ragged.x[:, None] - ragged.x) ** 2 + (ragged.y[:, None] - ragged.y) ** 2
    near = np.exp(-0.5 * apart / reach**2)
    assert ragged.spread.mean(values, reach) == pytest.approx(near @ values / near.sum(axis=1), rel=1e-4)


@pytest.mark.parametrize("step", [0, 3], ids=["a square", "a long valley"])
@pytest.mark.parametrize("reach", [0.35, 2.0, 8.0])
def test_neighbours_weigh_the_same_whatever_the_shape_of_the_city(step: int, reach: float) -> None:
    rng = np.random.default_rng(2)
    y, x = (part.astype(np.int32) for part in np.divmod(rng.choice(900, 600, replace=False), 30))
    valley = np.arange(600, dtype=np.int32) * step  # row after row further to the east: a box of 1,800 by 1,800
    x, y = (x % 3 + valley, valley) if step else (x, y)
    lattice = Lattice(32719, 250, x, y)
    values = rng.random((3, 600))
    near = np.exp(-0.5 * ((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2) / reach**2)
    assert lattice.spread.mean(values, reach) == pytest.approx(values @ near / near.sum(axis=1), rel=1e-12)
    assert lattice.spread.sharing(values, reach) == pytest.approx(values / near.sum(axis=1) @ near, rel=1e-12)


def test_the_sample_stands_for_every_cell_week() -> None:
    whole = city(side=40, weeks=60, per_week=20)
    sample = draw(whole, 40, np.random.default_rng(0))
    assert sample.counts.sum() == whole.counts[20:].sum()
    assert len(np.unique(sample.week)) == 40
    assert sample.weights.sum() == pytest.approx(40 * 1600, rel=0.05)


def test_a_mixture_is_taken_apart_again() -> None:
    rng = np.random.default_rng(0)
    parts = rng.gamma(0.5, size=(3, 4000))
    parts /= parts.sum(axis=1, keepdims=True)
    counts = rng.poisson(20_000 * np.array([0.7, 0.3, 0.0]) @ parts)
    found = likeliest(parts[:, counts > 0], counts[counts > 0])
    assert found == pytest.approx([0.7, 0.3, 0.0], abs=0.03)
    assert found.sum() == pytest.approx(1)


def test_reasons_add_up_to_the_forecast(fitted: Boosted) -> None:
    made = fitted.predict(WHOLE)
    found = reasons(fitted, WHOLE)
    assert found.shape == (len(Reason), WHOLE.lattice.cells)
    assert found.sum(axis=0) == pytest.approx(np.log(made / made.mean()))
    hottest = int(np.argmax(made))
    assert found[list(Reason).index(Reason.LONG), hottest] > 0


def test_opinions_are_intensities_about_the_city_mean(fitted: Boosted) -> None:
    assert isinstance(fitted.opinions_, Opinions)
    found = fitted.opinions_(terms(WHOLE))
    assert found.shape == (5, WHOLE.lattice.cells)
    assert found[:2].mean(axis=1) == pytest.approx(1, abs=1e-4)
    assert found[2:].mean(axis=1) == pytest.approx(1, abs=0.25)
    assert fitted.weights_.sum() == pytest.approx(1)


@pytest.mark.parametrize("scatter", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("rate", [0.02, 0.7, 4.0, 60.0])
def test_an_interval_leaves_at_most_a_tenth_on_each_side(rate: float, scatter: float) -> None:
    low, high = interval(np.array([rate]), scatter)
    drawn = np.random.default_rng(1)
    means = rate if scatter == 0 else drawn.gamma(1 / scatter, scatter * rate, 40_000)
    counts = drawn.poisson(means, 40_000)
    assert np.mean(counts < low[0]) <= 0.105
    assert np.mean(counts > high[0]) <= 0.105
    if scatter == 0:
        assert (low[0], high[0]) == stats.poisson.interval(0.8, rate)


def test_the_scatter_is_found_by_its_moments() -> None:
    rng = np.random.default_rng(3)
    rates = rng.gamma(2.0, 2.0, (8, 500))
    assert dispersion(rng.poisson(rates), rates) < 0.02
    assert dispersion(rng.poisson(rates * rng.gamma(2.0, 0.5, rates.shape)), rates) == pytest.approx(0.5, abs=0.1)


def test_intervals_hold_the_counts_that_follow(fitted: Boosted) -> None:
    longer = city(weeks=61)
    low, high = around(fitted, WHOLE, fitted.predict(WHOLE))
    assert np.mean((longer.counts[60] >= low) & (longer.counts[60] <= high)) >= 0.8


def test_a_reach_is_the_filters(fitted: Boosted) -> None:
    one = np.zeros((21, 21), dtype=np.float32)
    one[10, 10] = 1
    mine = square(21).spread.mean(one.ravel(), 1.0).reshape(21, 21)
    assert mine[5:16, 5:16] == pytest.approx(ndimage.gaussian_filter(one, 1.0, truncate=7)[5:16, 5:16], abs=1e-5)
