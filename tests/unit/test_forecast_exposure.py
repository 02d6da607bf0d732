"""Who bears a forecast: shares, ratios, streaks; what the public sees; and why discovered crime must stay out."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.forecast import feedback
from analytics.forecast.areas import Area, Basis, sizes
from analytics.forecast.exposure import STREAK, Warned, audit, flags_by_area, in_top, streaks
from analytics.forecast.quintiles import fifths, quintiles
from domain.errors import Illegal, Invalid
from domain.periods import Window


def areas(*residents: int | None, reported: tuple[float, ...] = ()) -> list[Area]:
    told = reported or (10.0,) * len(residents)
    return [Area(str(at), 10, people, told[at]) for at, people in enumerate(residents)]


def test_an_audit_worked_by_hand() -> None:
    # 20 flags: 12, 5 and 3. Reported 50, 30, 20 %; residents 25, 25, 50 %.
    found = audit(np.array([[7, 2, 1], [5, 3, 2]]), areas(100, 100, 200, reported=(50.0, 30.0, 20.0)))
    first, second, third = found.areas
    assert (first.flagged, first.weeks, first.share) == (12, 2, 0.6)
    assert first.reported_ratio == pytest.approx(1.2)
    assert first.size_ratio == pytest.approx(2.4)
    assert first.warned == (Warned.ALARM_SIZE,)
    assert second.size_ratio == pytest.approx(1.0)
    assert third.reported_ratio == pytest.approx(0.75)
    assert (first.longest, first.current, second.longest) == (2, 2, 0)
    # Least flagged per resident first: half of the people bear .15, three quarters .40, all 1.
    assert found.gini == pytest.approx(1 - (0.5 * 0.15 + 0.25 * (0.15 + 0.40) + 0.25 * (0.40 + 1.0)))
    assert (found.weeks, found.basis) == (2, Basis.POPULATION)
    assert found.alarms == (first,)


def test_flags_that_outrun_reported_crime_raise_an_alarm() -> None:
    found = audit(np.array([[5, 5]]), areas(100, 100, reported=(20.0, 80.0)))
    assert found.areas[0].reported_ratio == pytest.approx(2.5)
    assert found.areas[0].warned == (Warned.ALARM_REPORTED,)
    exactly_twice = audit(np.array([[4, 6]]), areas(100, 100, reported=(20.0, 80.0)))
    assert exactly_twice.alarms == ()


@pytest.mark.parametrize(("weeks", "reviewed"), [(STREAK, False), (STREAK + 1, True)])
def test_more_than_eight_weeks_running_among_the_most_exposed_ask_for_a_review(weeks: int, reviewed: bool) -> None:
    flags = np.ones((20, 12), dtype=np.int64)
    flags[4 : 4 + weeks, 3] = 2
    flags[4 : 4 + weeks, 5] = 2  # a tenth of twelve areas is two of them
    found = audit(flags, areas(*[100] * 12)).areas
    for at in (3, 5):
        assert (found[at].longest, found[at].current) == (weeks, 0)
        assert (Warned.REVIEW_STREAK in found[at].warned) == reviewed
    assert all(area.longest == 0 for at, area in enumerate(found) if at not in (3, 5))


def test_flags_where_nothing_was_reported_raise_the_alarm() -> None:
    """All flags and no report: nothing explains them less."""
    found = audit(np.array([[4, 0], [4, 0]]), areas(100, 100, reported=(0.0, 50.0))).areas
    assert (found[0].share, found[0].reported_ratio) == (1.0, None)
    assert found[0].warned == (Warned.ALARM_REPORTED,)
    assert found[1].warned == ()


def test_where_nobody_reported_anything_reports_raise_no_alarm() -> None:
    assert audit(np.array([[4, 4]]), areas(100, 100, reported=(0.0, 0.0))).alarms == ()


def test_an_area_without_residents_has_no_ratio_to_them_and_no_alarm() -> None:
    park = audit(np.array([[3, 1], [2, 1]]), areas(0, 100, reported=(30.0, 20.0))).areas[0]
    assert (park.size_ratio, park.warned) == (None, ())
    assert park.longest == 2  # but it is seen to be flagged


def test_where_nothing_is_flagged_there_is_nothing_to_bear() -> None:
    found = audit(np.zeros((3, 2), dtype=np.int64), areas(10, 20))
    assert found.gini is None
    assert [area.warned for area in found.areas] == [(), ()]
    assert found.areas[0].reported_ratio == 0


def test_cells_stand_in_where_the_residents_of_any_area_are_not_known() -> None:
    basis, size = sizes([Area("a", 4, 100), Area("b", 6)])
    assert (basis, size.tolist()) == (Basis.CELLS, [4.0, 6.0])
    assert sizes([Area("a", 4, 0), Area("b", 6, 0)])[0] is Basis.CELLS


def test_the_flags_of_a_week_are_counted_by_area() -> None:
    area = np.array([0, 0, 2, -1, 1])
    assert flags_by_area(area, np.array([0, 1, 2, 3]), areas=4).tolist() == [2, 0, 1, 0]
    assert flags_by_area(area, np.array([], dtype=np.int64), areas=4).tolist() == [0, 0, 0, 0]


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_streaks_are_the_runs_that_grouping_finds(top: list[bool]) -> None:
    runs = [(held, len(list(group))) for held, group in groupby(top)]
    longest = max((length for held, length in runs if held), default=0)
    assert streaks(np.array(top)) == (longest, runs[-1][1] if top[-1] else 0)


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=6), st.integers(1, 5))
def test_an_audit_does_not_depend_on_the_unit_or_on_who_is_told_first(flags: list[list[int]], factor: int) -> None:
    counts = np.array(flags)
    told = areas(100, 200, 700, reported=(5.0, 20.0, 25.0))
    found = audit(counts, told)
    turned = audit(counts[:, ::-1] * factor, told[::-1])
    for one, other in zip(found.areas, turned.areas[::-1], strict=True):
        assert (one.warned, one.longest, one.current) == (other.warned, other.longest, other.current)
        assert one.share == pytest.approx(other.share)
    assert sum(area.share for area in found.areas) == pytest.approx(1 if counts.any() else 0)
    assert found.gini == pytest.approx(turned.gini) if found.gini is not None else turned.gini is None


@given(st.lists(st.integers(0, 5), min_size=1, max_size=25))
def test_the_top_tenth_holds_those_that_fewer_than_a_tenth_exceed(flags: list[int]) -> None:
    top = in_top(np.array([flags]), np.ones(len(flags)))[0].tolist()
    places = math.ceil(len(flags) / 10)
    assert top == [sum(other > own for other in flags) < places and own > min(flags) for own in flags]


@pytest.mark.parametrize(
    "flags",
    [np.zeros((0, 2), dtype=int), np.ones((2, 3), dtype=int), np.ones(2, dtype=int), -np.ones((1, 2), dtype=int)],
)
def test_flags_that_do_not_fit_are_refused(flags: Any) -> None:
    with pytest.raises(ValueError, match="flags"):
        audit(flags, areas(1, 2))
    with pytest.raises(ValueError, match="flags"):
        audit(np.array([[1.0, math.nan]]), areas(1, 2))


# What the public sees

MARCH = Window(date(2024, 3, 1), date(2024, 3, 31))
LATER = date(2024, 6, 1)
ZONE = np.array([0, 0, 1, 2, 3, 4, -1])
KM2 = np.array([2.0, 1.0, 1.0, 1.0, 1.0])
WEEKLY = np.array([3.0, 3.0, 1.0, 2.0, 4.0, 5.0, 100.0])  # per km2: 3, 1, 2, 4, 5; the last cell is in no zone


def test_zones_are_ranked_by_their_mean_rate_per_km2() -> None:
    forecasts = {date(2024, 3, 4): WEEKLY * 1.5, date(2024, 3, 11): WEEKLY * 0.5}
    found = quintiles(forecasts, ZONE, KM2, MARCH, LATER)
    assert found.fifth == (3, 1, 2, 4, 5)
    assert found.weeks == 2
    assert found.period == MARCH


def test_only_weeks_that_lie_in_the_period_count() -> None:
    turned = WEEKLY[[5, 5, 4, 3, 2, 2, 6]] * 50
    outside = {date(2024, 2, 26): turned, date(2024, 3, 25): WEEKLY, date(2024, 4, 1): turned}
    assert quintiles(outside, ZONE, KM2, MARCH, LATER).fifth == (3, 1, 2, 4, 5)
    assert quintiles(outside, ZONE, KM2, MARCH, LATER).weeks == 1
    with pytest.raises(Invalid, match="nothing_in_period"):
        quintiles({date(2024, 2, 26): turned, date(2024, 4, 29): turned}, ZONE, KM2, MARCH, LATER)


def test_a_week_that_reaches_beyond_the_period_is_left_out() -> None:
    april = Window(date(2024, 4, 1), date(2024, 4, 30))  # ends on a Tuesday
    forecasts = {date(2024, 4, 22): WEEKLY, date(2024, 4, 29): WEEKLY[[5, 5, 4, 3, 2, 2, 6]] * 50}
    found = quintiles(forecasts, ZONE, KM2, april, LATER)
    assert (found.weeks, found.fifth) == (1, (3, 1, 2, 4, 5))


@pytest.mark.parametrize(
    ("today", "open_"),
    [(date(2024, 3, 4), True), (date(2024, 3, 31), True), (date(2024, 4, 29), True), (date(2024, 4, 30), False)],
)
def test_a_period_is_told_of_thirty_days_after_its_end_and_never_before(today: date, open_: bool) -> None:
    forecasts = {date(2024, 3, 4): WEEKLY}
    if open_:
        with pytest.raises(Illegal, match=r"period_open.*2024-04-30"):
            quintiles(forecasts, ZONE, KM2, MARCH, today)
    else:
        assert quintiles(forecasts, ZONE, KM2, MARCH, today).fifth == (3, 1, 2, 4, 5)


def test_next_weeks_forecast_cannot_be_had_by_asking_for_a_period_in_the_future() -> None:
    today = date(2024, 3, 1)
    with pytest.raises(Illegal):
        quintiles({date(2024, 3, 4): WEEKLY}, ZONE, KM2, Window(today, today + timedelta(days=30)), today)


@pytest.mark.parametrize(
    ("zone", "km2", "rates"),
    [
        (ZONE, KM2, WEEKLY[:-1]),
        (ZONE, KM2, -WEEKLY),
        (ZONE, KM2, WEEKLY * math.nan),
        (ZONE + 1, KM2, WEEKLY),
        (ZONE - 1, KM2, WEEKLY),
        (ZONE, KM2 * 0, WEEKLY),
    ],
)
def test_zones_and_rates_that_do_not_fit_are_refused(zone: Any, km2: Any, rates: Any) -> None:
    with pytest.raises(ValueError, match=r"rates|zone"):
        quintiles({date(2024, 3, 4): rates}, zone, km2, MARCH, LATER)


def test_fewer_zones_than_fifths_are_refused() -> None:
    with pytest.raises(Invalid, match="few_zones"):
        quintiles({date(2024, 3, 4): WEEKLY[:2]}, np.array([0, 1]), KM2[:2], MARCH, LATER)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]), min_size=5, max_size=40))
def test_fifths_follow_the_values_and_ties_share_one(values: list[float]) -> None:
    found = fifths(np.array(values))
    assert set(found) <= {1, 2, 3, 4, 5}
    for value, fifth in zip(values, found, strict=True):
        assert fifth == sum(other < value for other in values) * 5 // len(values) + 1
    assert fifths(np.array(values[::-1])) == found[::-1]


def test_distinct_values_fill_every_fifth_evenly() -> None:
    found = fifths(np.random.default_rng(1).permutation(100).astype(float))
    assert [found.count(fifth) for fifth in (1, 2, 3, 4, 5)] == [20] * 5


# The loop of forecast, patrol and record


def run_away(discovered: float, reported: float) -> float:
    return float(np.mean([feedback.distance(*feedback.learned(discovered, reported, seed)) for seed in range(4)]))


def test_what_patrols_discover_runs_away_and_what_victims_report_does_not() -> None:
    discovered, both, reported = run_away(1, 0), run_away(0.5, 0.5), run_away(0, 0.5)
    assert discovered > 0.6  # nearly all that is learned of seven zones of ten is wrong
    assert 0.05 < both < 0.2
    assert reported < 0.03


def test_the_loop_is_the_same_for_a_seed_and_takes_chances_alone() -> None:
    one, again = (np.stack(feedback.learned(0.3, 0.3, 7)) for _ in range(2))
    assert np.array_equal(one, again)
    for wrong in ((-0.1, 0.5), (0.5, 1.1), (math.nan, 0.5)):
        with pytest.raises(ValueError, match="chances"):
            feedback.learned(*wrong, seed=1)
