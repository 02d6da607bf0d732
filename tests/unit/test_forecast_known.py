"""Which weeks a source holds: missing is not zero, and what is really zero or really few is not missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.forecast.known import Numbers, told, whole


def days(a_day: object, weeks: int = 104, seed: int = 1) -> Numbers:
    """Incidents by chance about a number a day, one for all weeks or one for each."""
    means = np.broadcast_to(np.asarray(a_day, dtype=np.float64).reshape(-1, 1), (weeks, 7))
    return np.asarray(np.random.default_rng(seed).poisson(means))


def unknown(known: np.ndarray) -> list[int]:
    return [int(week) for week in np.flatnonzero(~known)]


def test_days_missing_inside_a_week_make_it_unknown() -> None:
    made = days(100)
    made[60, 1:6] = 0
    made[70, 3] = 2  # not silent, and impossible
    assert unknown(whole(made)) == [60, 70]


@pytest.mark.parametrize(("a_day", "lost"), [(12, [60]), (3, [])])
def test_a_silent_day_tells_something_only_where_ten_are_usual(a_day: float, lost: list[int]) -> None:
    made = days(a_day)
    made[60, 3] = 0
    assert unknown(whole(made)) == lost


def test_quiet_days_and_a_source_that_rests_on_sundays_are_no_gaps() -> None:
    made = days(100)
    made[51, 2], made[52, 2] = 30, 25  # Christmas and New Year's Day
    made[:, 6] = 0
    assert whole(made).all()


@pytest.mark.parametrize("a_day", [100.0, 1.0])
def test_weeks_of_silence_are_unknown(a_day: float) -> None:
    made = days(a_day)
    made[40:45] = 0
    assert unknown(whole(made)) == [40, 41, 42, 43, 44]


@pytest.mark.parametrize("a_week", [0.4, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(5))
def test_in_a_small_city_weeks_without_an_incident_are_zero(a_week: float, seed: int) -> None:
    assert whole(days(a_week / 7, 520, seed)).all()


def test_in_a_small_city_a_silence_too_long_for_chance_is_unknown() -> None:
    made = days(3 / 7, 300)
    made[100:130] = 0
    lost = unknown(whole(made))
    assert set(range(100, 130)) <= set(lost) <= set(range(95, 135))  # zeros beside the gap belong to it


def test_growth_leaves_what_was_known_known() -> None:
    assert whole(days(np.where(np.arange(300) < 100, 10, 100), 300)).all()


@pytest.mark.parametrize(("after", "lost"), [(30, 0), (15, 30), (5, 30)])
def test_after_a_fall_weeks_are_known_again_within_half_a_year(after: float, lost: int) -> None:
    known = whole(days(np.where(np.arange(520) < 300, 100, after), 520))
    assert known[:300].all()
    assert known[300 + lost :].all()


@given(st.integers(0, 1000), st.integers(60, 180), st.sampled_from([0.0, 0.01, 0.3, 3.0, 20.0]))
@settings(max_examples=12, deadline=None)
def test_what_comes_later_makes_no_week_known_or_unknown(seed: int, week: int, factor: float) -> None:
    one = days(5, 200, seed)
    two = one.copy()
    two[week:] = days(5 * factor, 200, seed + 1)[week:]
    assert whole(one)[:week].tolist() == whole(two)[:week].tolist()


def test_strays_before_the_history_and_after_it_are_none() -> None:
    made = days(np.where((np.arange(400) >= 200) & (np.arange(400) < 350), 100, 0.1), 400)
    known = whole(made)
    assert known[200:350].all()
    assert not known[:200].any()
    assert not known[350:].any()


def test_bulk_dates_are_no_usual_week() -> None:
    made = days(20, 200)
    made[[3, 50, 150], 0] = 100_000
    assert whole(made).all()


@pytest.mark.parametrize(
    ("present", "kept"),
    [((270, 520), (270, 520)), ((0, 400), (0, 400)), ((0, 520), (0, 520))],
    ids=["begun later", "ended", "always"],
)
def test_before_the_first_and_after_the_last_week_of_a_crime_nothing_is_told_of_it(
    present: tuple[int, int], kept: tuple[int, int]
) -> None:
    weeks = np.arange(520)
    held = (weeks >= present[0]) & (weeks < present[1])
    known = told(days(np.where(held, 8, 0), 520).sum(axis=1))
    assert np.flatnonzero(known).tolist() == list(range(*kept))


def test_a_crime_that_is_silent_for_a_season_is_unknown_and_a_rare_one_is_not() -> None:
    made = days(2, 260).sum(axis=1)
    made[150:163] = 0
    assert unknown(told(made)) == list(range(150, 163))
    assert told(days(20 / 365, 520, 3).sum(axis=1)).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_crime_that_dies_out_is_forecast_on(seed: int) -> None:
    pace = np.where(np.arange(520) < 200, 3, 3 * 0.5 ** ((np.arange(520) - 200) / 13))  # halved every quarter
    made = days(pace, 520, seed).sum(axis=1)
    assert made[-150:].sum() == 0
    assert told(made).all()


def test_nothing_is_known_of_nothing() -> None:
    assert whole(np.zeros((0, 7), dtype=np.int64)).tolist() == []
    assert told(np.zeros(30, dtype=np.int64)).all()
