"""What is said of a forecast: examples by hand, a slow implementation beside the fast one, ceilings, intervals."""

from __future__ import annotations

import doctest
import importlib
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import mean_poisson_deviance

from analytics.forecast import bootstrap, ceiling, metrics
from analytics.forecast.metrics import FLOOR, STEPS, Bin, Hits, Score, pooled, score

MEASURES = (
    *("metrics", "ceiling", "bootstrap", "areas", "exposure", "allocation", "drift", "quintiles", "feedback"),
    "panel",
)


@pytest.mark.parametrize("name", [*(f"analytics.forecast.{name}" for name in MEASURES), "domain.forecast.champion"])
def test_the_examples_in_the_docstrings_come_out_as_written(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


# By hand: ten cells of 250 m. Ranked: c0 .5, c1 .4, c2 .3, c3 .2, c4 .1, then five cells at .04.
RATES = np.array([0.5, 0.4, 0.3, 0.2, 0.1, 0.04, 0.04, 0.04, 0.04, 0.04])
COUNTS = np.array([1, 0, 2, 0, 0, 0, 0, 3, 0, 0])  # and two events outside every cell


def by_hand() -> Score:
    return score(RATES, COUNTS, km2=0.0625, outside=2, coverages=(0.1, 0.3, 1.0))


def test_a_week_worked_by_hand() -> None:
    week = by_hand()
    assert (week.events, week.outside, week.weeks) == (8, 2, 1)
    tenth, third, all_cells = week.at
    assert (tenth.flagged, tenth.hits, tenth.best) == (1, 1, 3)  # the hottest in truth had 3
    assert tenth.hit_rate == 1 / 8
    assert tenth.pai == pytest.approx((1 / 8) / (1 / 10))
    assert tenth.pei == pytest.approx(1 / 3)
    assert tenth.rri == pytest.approx(0.5)
    assert tenth.efficiency == pytest.approx(16.0)  # one event in a sixteenth of a km2
    assert (third.flagged, third.hits, third.best) == (3, 3, 6)
    assert third.hit_rate == 3 / 8
    assert third.rri == pytest.approx(1.2 / 3)
    assert third.efficiency == pytest.approx(3 / 0.1875)
    assert all_cells.hit_rate == 6 / 8  # the two outside are missed even when everything is flagged
    assert all_cells.pei == 1
    assert week.level == pytest.approx(1.7 / 6)


def test_the_deviance_of_that_week_by_hand() -> None:
    # 2 [ln(1/.5) + 2 ln(2/.3) + 3 ln(3/.04)] - 2 (6 - 1.7); the floor, .05 x .17, lies under every rate
    expected = 2 * (math.log(2) + 2 * math.log(2 / 0.3) + 3 * math.log(75)) - 2 * (6 - 1.7)
    assert by_hand().deviance == pytest.approx(expected)
    assert by_hand().deviance == pytest.approx(10 * mean_poisson_deviance(COUNTS, RATES))


def slow(rates: list[float], counts: list[int], lot: list[int], k: int) -> tuple[int, int, float]:
    """Hits, hits in hindsight and events predicted, cell by cell; `lot` says which of two equal cells comes first."""
    order = sorted(range(len(rates)), key=lambda cell: (-rates[cell], lot.index(cell)))
    flags = order[:k]
    return sum(counts[c] for c in flags), sum(sorted(counts, reverse=True)[:k]), math.fsum(rates[c] for c in flags)


def slow_deviance(rates: list[float], counts: list[int]) -> float:
    floor = max(FLOOR * math.fsum(rates) / len(rates), 1e-6)
    terms = []
    for y, rate in zip(counts, rates, strict=True):
        mu = max(rate, floor)
        terms.append(2 * ((y * math.log(y / mu) if y else 0.0) - (y - mu)))
    return math.fsum(terms)


coarse = st.sampled_from([0.0, 0.001, 0.01, 0.05, 0.1, 0.25, 1.0, 3.0])
weeks = st.integers(1, 60).flatmap(
    lambda cells: st.tuples(
        st.lists(coarse, min_size=cells, max_size=cells),
        st.lists(st.integers(0, 4), min_size=cells, max_size=cells),
        st.integers(0, 3),
        st.integers(0, 5),
    )
)


@given(weeks)
def test_the_fast_score_is_the_slow_one(week: tuple[list[float], list[int], int, int]) -> None:
    rates, counts, outside, seed = week
    found = score(np.array(rates), np.array(counts), km2=0.25, outside=outside, coverages=(0.05, 0.2, 0.5), seed=seed)
    lot = np.random.default_rng(seed).permutation(len(rates)).tolist()
    for hits in found.at:
        k = int(len(rates) * round(100 * hits.coverage) // 100)
        caught, best, predicted = slow(rates, counts, lot, k)
        assert (hits.flagged, hits.hits, hits.best, hits.cells) == (k, caught, best, len(rates))
        assert hits.events == sum(counts) + outside
        assert hits.km2 == pytest.approx(k / 4)
        assert hits.predicted == pytest.approx(predicted)
    assert found.deviance == pytest.approx(slow_deviance(rates, counts), abs=1e-9)
    assert found.curve[20] == found.hits(0.2).hits
    assert found.curve[STEPS] == sum(counts)


@given(weeks)
def test_no_forecast_catches_more_than_hindsight_and_every_rate_keeps_its_bounds(week: Any) -> None:
    rates, counts, outside, seed = week
    found = score(np.array(rates), np.array(counts), km2=0.25, outside=outside, seed=seed)
    assert list(found.curve) == sorted(found.curve)
    assert found.deviance >= -1e-9
    for hits in found.at:
        assert 0 <= hits.hits <= hits.best <= hits.events
        assert hits.hit_rate is None or 0 <= hits.hit_rate <= 1
        assert hits.pei is None or 0 <= hits.pei <= 1
    assert sum(row.cells for row in found.bins) == len(rates)
    assert sum(row.observed for row in found.bins) == sum(counts)
    assert sum(row.predicted for row in found.bins) == pytest.approx(sum(rates))


@given(weeks)
def test_a_score_survives_being_stored_as_json(week: Any) -> None:
    rates, counts, outside, seed = week
    found = score(np.array(rates), np.array(counts), km2=0.25, outside=outside, seed=seed)
    assert Score.read(json.loads(json.dumps(found.plain(), allow_nan=False))) == found


def test_equal_rates_are_flagged_in_one_random_order_that_the_seed_gives() -> None:
    flat = np.full(1000, 0.1)
    one, same, other = (metrics.ranking(flat, seed) for seed in (1, 1, 2))
    assert one.tolist() == same.tolist() != other.tolist()
    assert sorted(one.tolist()) == list(range(1000))
    assert abs(np.corrcoef(one, np.arange(1000))[0, 1]) < 0.1  # not the order in which the cells lie


def test_weeks_are_pooled_as_ratios_of_sums_not_as_means_of_ratios() -> None:
    busy = score(np.array([2.0, 1.0]), np.array([1, 9]), km2=1.0, coverages=(0.5,))
    quiet = score(np.array([2.0, 1.0]), np.array([1, 0]), km2=1.0, coverages=(0.5,))
    both = pooled([busy, quiet])
    assert both.weeks == 2
    assert both.hits(0.5).hit_rate == 2 / 11  # the mean of 1/10 and 1/1 would be .55
    assert both.hits(0.5).pei == 2 / 10
    assert both.hits(0.5).efficiency == 1.0
    assert both.skill(both) == 0
    assert both.shares() == [(step / 100, caught / 11) for step, caught in enumerate(both.curve)]


def test_what_does_not_belong_together_does_not_add_up() -> None:
    one = score(RATES, COUNTS, km2=1.0, coverages=(0.1,))
    with pytest.raises(ValueError, match="coverages"):
        one + score(RATES, COUNTS, km2=1.0, coverages=(0.2,))
    with pytest.raises(ValueError, match="argument"):
        one + by_hand()
    with pytest.raises(ValueError, match="same weeks"):
        one.skill(pooled([one, one]))
    with pytest.raises(ValueError, match="bins"):
        Bin(0.0, 1, 1.0, 1) + Bin(0.1, 1, 1.0, 1)
    with pytest.raises(ValueError, match="no week"):
        pooled([])
    with pytest.raises(KeyError):
        one.hits(0.05)


def test_a_week_in_which_nothing_happened_has_no_rates_and_still_a_deviance() -> None:
    week = score(np.array([0.5, 0.5]), np.array([0, 0]), km2=1.0, coverages=(0.5,))
    hits = week.hits(0.5)
    assert (hits.hit_rate, hits.pai, hits.pei, hits.rri, week.level) == (None, None, None, None, None)
    assert hits.efficiency == 0
    assert week.deviance == pytest.approx(2.0)
    assert week.shares() == []


def test_too_few_cells_for_a_coverage_flag_none() -> None:
    hits = score(np.array([1.0] * 50), np.array([1] * 50), km2=1.0, coverages=(0.01,)).at[0]
    assert (hits.flagged, hits.hits, hits.hit_rate, hits.pai, hits.efficiency) == (0, 0, 0, None, None)


def test_the_truth_has_the_best_deviance_and_a_map_of_last_weeks_zeros_does_not_break_it() -> None:
    random = np.random.default_rng(5)
    truth = random.gamma(0.3, 0.1, 5000)
    last, now = random.poisson(truth), random.poisson(truth)
    scores = [score(rates, now, km2=1.0) for rates in (truth, np.full(5000, truth.mean()), last.astype(float))]
    assert scores[0].deviance < scores[1].deviance < scores[2].deviance < math.inf
    skill = scores[0].skill(scores[1])
    assert skill is not None
    assert skill > 0.1


def test_no_forecast_at_all_is_punished_and_finite() -> None:
    silent = score(np.zeros(4), np.array([1, 0, 0, 0]), km2=1.0)
    assert silent.deviance == pytest.approx(2 * (math.log(1e6) - 1), rel=1e-5)


# Chi-square tables: 95 % limits of the mean of a Poisson count.
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (20, 12.217, 30.888), (100, 81.364, 121.627)],
)
def test_the_interval_of_a_count_is_that_of_the_published_table(count: int, low: float, high: float) -> None:
    assert metrics.count_interval(count) == pytest.approx((low, high), abs=2e-3)


def test_the_calibration_table_finds_what_was_promised_and_what_came() -> None:
    random = np.random.default_rng(11)
    truth = random.gamma(0.2, 0.1, 20_000)
    week = score(truth, random.poisson(truth), km2=1.0)
    honest = metrics.calibration(week.bins)
    assert all(row.low <= row.observed <= row.high for row in honest)
    assert sum(row.fits for row in honest) >= len(honest) - 1
    boastful = metrics.calibration(score(truth * 2, random.poisson(truth), km2=1.0).bins)
    assert sum(row.fits for row in boastful) < len(boastful) / 2


@pytest.mark.parametrize(
    ("rates", "counts"),
    [
        ([0.1, math.nan], [0, 1]),
        ([0.1, math.inf], [0, 1]),
        ([0.1, -0.1], [0, 1]),
        ([0.1, 0.2], [0, -1]),
        ([0.1, 0.2], [0.0, 1.0]),
        ([0.1, 0.2, 0.3], [0, 1]),
        ([[0.1, 0.2]], [[0, 1]]),
        ([], []),
    ],
)
def test_what_are_no_rates_or_no_counts_is_refused(rates: list[Any], counts: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"rates|counts"):
        score(np.array(rates), np.array(counts), km2=1.0)


@pytest.mark.parametrize("wrong", [{"outside": -1}, {"km2": 0.0}, {"km2": math.nan}, {"coverages": (1.5,)}])
def test_impossible_surroundings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"negative|share"):
        score(RATES, COUNTS, **({"km2": 1.0} | wrong))


# The ceiling


def test_the_ceiling_of_the_hit_rate_is_what_simulated_weeks_reach_on_average() -> None:
    random = np.random.default_rng(3)
    rates = random.gamma(0.2, 0.2, 400)
    found = ceiling.ceiling(rates, coverages=(0.05, 0.2), draws=400)
    drawn = random.poisson(rates, size=(4000, 400))
    order = metrics.ranking(rates)
    for one in found:
        k = int(400 * one.coverage)
        hits, best = drawn[:, order[:k]].sum(), np.sort(drawn, axis=1)[:, ::-1][:, :k].sum()
        assert one.hit_rate == pytest.approx(hits / drawn.sum(), rel=0.02)
        assert one.pei == pytest.approx(hits / best, rel=0.02)


def test_the_ceiling_of_two_cells_is_the_expected_greater_of_two_poisson_counts() -> None:
    one = ceiling.ceiling(np.array([3.0, 1.0]), coverages=(0.5,), draws=20_000)[0]
    span = np.arange(40)
    weight = np.outer(stats.poisson.pmf(span, 3.0), stats.poisson.pmf(span, 1.0))
    assert one.hit_rate == 0.75
    assert one.best == pytest.approx(float((weight * np.maximum.outer(span, span)).sum()), rel=0.01)


def test_ceilings_of_weeks_are_pooled_as_sums_and_the_seed_gives_the_same_ones() -> None:
    rates = np.array([1.0, 0.5, 0.2, 0.1])
    one, two = (ceiling.ceiling(rates * factor, coverages=(0.25, 0.5)) for factor in (1, 3))
    assert ceiling.ceiling(rates, coverages=(0.25, 0.5)) == one
    both = ceiling.pooled([one, two])
    assert both[0].events == pytest.approx(7.2)
    assert both[1].best == pytest.approx(one[1].best + two[1].best)
    assert ceiling.pooled([]) == ()
    with pytest.raises(ValueError, match="coverages"):
        one[0] + one[1]


def test_a_forecast_of_nothing_has_no_ceiling() -> None:
    found = ceiling.ceiling(np.zeros(100), coverages=(0.05,))[0]
    assert (found.hit_rate, found.pei) == (None, None)


@given(st.lists(st.floats(0, 3), min_size=20, max_size=40))
def test_no_ceiling_is_above_one(rates: list[float]) -> None:
    for found in ceiling.ceiling(np.array(rates), coverages=(0.1, 0.5, 1.0), draws=40):
        assert found.hit_rate is None or 0 <= found.hit_rate <= 1 + 1e-9
        assert found.pei is None or found.pei >= 0
    assert found.hit_rate is None or found.hit_rate == pytest.approx(1)


# Intervals


def test_the_interval_of_a_ratio_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(8)
    held = 0
    for trial in range(300):
        events = random.poisson(60, 52)
        found = bootstrap.ratio(random.binomial(events, 0.3), events, draws=400, seed=trial)
        assert found is not None
        held += found.low <= 0.3 <= found.high
    assert 0.90 <= held / 300 <= 0.98


def test_pairing_makes_the_comparison_of_two_models_narrower_than_its_parts() -> None:
    random = np.random.default_rng(4)
    events = random.poisson(200, 52)
    ours = random.binomial(events, 0.32)
    theirs = ours - random.binomial(ours, 0.06)
    paired = bootstrap.ratio(ours, theirs)
    apart = bootstrap.ratio(ours, random.permutation(theirs))
    assert paired is not None
    assert apart is not None
    assert paired.low > 1.04
    assert paired.high - paired.low < 0.5 * (apart.high - apart.low)


def test_bootstrap_intervals_agree_with_a_loop_over_drawn_weeks() -> None:
    top, bottom = np.array([3.0, 5, 2, 8, 1, 4, 6]), np.array([9.0, 11, 8, 15, 7, 9, 12])
    random = np.random.default_rng(99)
    drawn = [random.integers(0, 7, 7) for _ in range(6000)]
    low, high = np.quantile([top[week].sum() / bottom[week].sum() for week in drawn], [0.025, 0.975])
    found = bootstrap.ratio(top, bottom, draws=6000)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)
    assert found.value == 29 / 71
    assert found == bootstrap.ratio(top, bottom, draws=6000)


def test_models_are_compared_on_the_same_weeks_alone() -> None:
    random = np.random.default_rng(2)
    truth = random.gamma(0.3, 0.3, 300)
    counts = [random.poisson(truth) for _ in range(20)]
    good = [score(truth, week, km2=1.0) for week in counts]
    flat = [score(np.full(300, truth.mean()), week, km2=1.0) for week in counts]
    skill, gain, rate = (
        bootstrap.skill(good, flat),
        bootstrap.hit_ratio(good, flat, 0.05),
        bootstrap.hit_rate(good, 0.05),
    )
    assert skill is not None
    assert gain is not None
    assert rate is not None
    assert skill.value == pytest.approx(pooled(good).skill(pooled(flat)))
    assert 0 < skill.low < skill.value < skill.high < 1
    assert gain.low > 1
    assert rate.value == pooled(good).hits(0.05).hit_rate
    with pytest.raises(ValueError, match="same weeks"):
        bootstrap.skill(good, flat[1:])


@pytest.mark.parametrize(
    ("top", "bottom"), [([1.0], [1.0, 2.0]), ([], []), ([math.nan], [1.0]), ([1.0], [-1.0]), ([[1.0]], [[1.0]])]
)
def test_weeks_that_are_no_weeks_are_refused(top: list[Any], bottom: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"week|values"):
        bootstrap.ratio(top, bottom)


def test_there_is_no_ratio_over_nothing() -> None:
    assert bootstrap.ratio([1, 2], [0, 0]) is None
    assert bootstrap.ratio([1, 2, 1], [0, 0, 1]) is None  # most draws would miss the only week that has any


def test_every_measure_of_a_flagged_set_is_read_from_sums() -> None:
    hits = Hits(0.05, flagged=10, cells=200, km2=2.5, hits=30, best=60, events=100, predicted=33.0)
    assert (hits.hit_rate, hits.pai, hits.pei, hits.rri, hits.efficiency) == (0.3, 6.0, 0.5, 1.1, 12.0)
