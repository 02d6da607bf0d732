"""Pace and arrival: worked cases, and how often the 90 % intervals hold the truth."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.adoption import coverage, pace
from analytics.adoption.history import History, Increments, levels, month_ends, weekly

CITIES = 600


def weeks(mean: float, alpha: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Negative binomial new registrations of some weeks in many cities."""
    heat = np.full((CITIES, count), mean)
    if alpha:
        heat = rng.gamma(1 / alpha, alpha * mean, (CITIES, count))
    return rng.poisson(heat).astype(np.float64)


@pytest.mark.parametrize("mean", [2, 20, 200])
@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.5])
def test_nine_in_ten_intervals_hold_the_pace_and_the_day_of_arrival(mean: float, alpha: float) -> None:
    rng = np.random.default_rng(7)
    seen = weeks(mean, alpha, pace.WEEKS, rng)
    found = pace.rates(Increments(seen, np.full(seen.shape, 7.0)))
    sample = pace.drawn(found, 499)
    low, high = np.quantile(sample, [pace.LOW, pace.HIGH], axis=0)
    assert 0.85 <= np.mean((low <= mean / 7) & (mean / 7 <= high)) <= 0.97
    wanted = 52.0 * mean
    came = 7 * (1 + (weeks(mean, alpha, 400, rng).cumsum(axis=1) >= wanted).argmax(axis=1))
    _, early, late = pace.days_left(np.full(CITIES, wanted), found, sample)
    assert 0.85 <= np.mean((early - 7 <= came) & (came <= late + 7)) <= 1.0


def test_least_squares_on_the_cumulative_curve_would_hold_it_in_three_of_ten() -> None:
    seen = weeks(20, 0.1, pace.WEEKS, np.random.default_rng(7))
    curve = np.concatenate([np.zeros((CITIES, 1)), seen.cumsum(axis=1)], axis=1)
    time = np.arange(pace.WEEKS + 1) - pace.WEEKS / 2
    slope = curve @ time / (time @ time)
    rest = curve - curve.mean(axis=1, keepdims=True) - slope[:, None] * time
    error = np.sqrt((rest**2).sum(axis=1) / (len(time) - 2) / (time @ time))
    assert 0.2 < np.mean(abs(slope - 20) < 1.78 * error) < 0.4  # Student's t with 12 degrees of freedom


def test_a_month_holds_the_pace_as_often() -> None:
    seen = weeks(30, 0.3, 4, np.random.default_rng(8))
    sample = pace.drawn(pace.rates(Increments(seen, np.full(seen.shape, 7.0))), 499)
    low, high = np.quantile(sample, [pace.LOW, pace.HIGH], axis=0)
    assert 0.85 <= np.mean((low <= 30 / 7) & (high >= 30 / 7)) <= 0.97


def test_a_fall_to_half_is_seen_and_steadiness_seldom_taken_for_one() -> None:
    rng = np.random.default_rng(9)
    days = np.full((CITIES, pace.WEEKS), 7.0)
    before = pace.rates(Increments(weeks(40, 0.05, pace.WEEKS, rng), days))
    same = pace.rates(Increments(weeks(40, 0.05, pace.WEEKS, rng), days))
    half = pace.rates(Increments(weeks(20, 0.05, pace.WEEKS, rng), days))
    assert np.mean(pace.slowing(same, before)) < 0.05
    assert np.mean(pace.slowing(half, before)) > 0.95


def test_the_spread_is_one_for_even_counts_and_more_for_bursts() -> None:
    even = pace.rates(Increments(np.full((1, 13), 10.0), np.full((1, 13), 7.0)))
    burst = pace.rates(Increments(np.array([[0.0] * 12 + [130.0]]), np.full((1, 13), 7.0)))
    assert even.spread.tolist() == [1.0]
    assert burst.spread[0] > 50
    assert even.rate.tolist() == burst.rate.tolist() == [pytest.approx(10 / 7)]


def test_monthly_tables_give_monthly_increments() -> None:
    level = np.array([[10] * 31 + [16] * 28 + [25]], np.int64)
    seen = np.zeros((1, 60), np.bool_)
    seen[0, [0, 31, 59]] = True
    found = weekly(level, seen, 8)
    assert found.added.sum() == 15
    assert sorted(found.days[0].tolist())[-2:] == [28.0, 31.0]
    assert np.count_nonzero(found.days) == 2


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1, max_size=60))
def test_totals_and_increments_tell_one_story(counts: list[int | None]) -> None:
    told = np.array([[-1 if count is None else count for count in counts]], np.int64)
    running = np.where(told >= 0, np.cumsum(np.maximum(told, 0), axis=1), -1)
    by_increment, seen = levels(told, np.zeros(told.shape, np.bool_))
    by_total, seen_too = levels(running, np.ones(told.shape, np.bool_))
    assert by_increment.tolist() == by_total.tolist()
    assert seen.tolist() == seen_too.tolist() == (told >= 0).tolist()


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 1000)), min_size=2, max_size=12))
def test_coverage_lies_between_alike_and_all_in_one_place(parts: list[tuple[int, int]]) -> None:
    people, addresses = np.array(parts, float).T
    if not addresses.any():
        return
    x, y = coverage.lorenz(people, addresses)
    assert (np.diff(x) >= 0).all()
    assert (y <= x + 1e-9).all()
    assert -1e-9 <= coverage.gini(x, y) < 1
    same = coverage.lorenz(people, people)
    assert coverage.gini(*same) == pytest.approx(0, abs=1e-9)


def test_spans_and_gaps_of_a_history() -> None:
    seen = np.zeros((2, 100), np.bool_)
    seen[0, [2, 90]] = True
    found = History((5, 9), date(2026, 1, 1), np.zeros((2, 100), np.int64), seen, np.zeros((2, 100), np.int64))
    assert found.spans() == [(date(2026, 1, 3), date(2026, 4, 1)), (None, None)]
    assert found.gaps(0) == ("2026-02", "2026-03")
    assert found.gaps(1) == ()
    assert found.until(date(2026, 1, 31)).last == date(2026, 1, 31)


def test_months_end_where_they_end() -> None:
    assert list(month_ends(date(2024, 2, 10), date(2024, 2, 10))) == [date(2024, 2, 10)]
    assert list(month_ends(date(2023, 12, 31), date(2024, 2, 29))) == [
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
    ]


def test_a_precinct_alone_has_the_interval_that_it_has_among_others() -> None:
    found = pace.Rates(*map(np.array, ([2.0, 5.0, 0.3], [91.0, 91.0, 35.0], [13, 13, 5], [3.0, 1.0, 2.0])))
    alone = found.of(np.array([2]))
    together, single = pace.drawn(found), pace.drawn(alone)
    assert (together[:, 2] == single[:, 0]).all()
    missing = np.array([100.0, 200.0, 50.0])
    for among, by_itself in zip(
        pace.days_left(missing, found, together), pace.days_left(missing[2:], alone, single), strict=True
    ):
        assert among[2] == by_itself[0]
