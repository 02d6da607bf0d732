"""The test of two counts: its error rate computed from Poisson sums, its published bases, its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.comparison import EXACT_UP_TO, LEVEL, compare, e_test, z_score

counts = st.integers(0, 2000)


def by_definition(now: int, before: int) -> float:
    """The e-test as its authors write it: every pair of counts at least as far apart, under the pooled mean."""
    mean = (now + before) / 2
    seen = (now - before) ** 2 * 1.0 / (now + before)
    span = np.arange(math.ceil(mean + 12 * math.sqrt(mean) + 12))
    a, b = span[:, None], span[None, :]
    as_far = (a - b) ** 2 >= seen * (a + b) - 1e-9
    as_far[0, 0] = False
    weight = stats.poisson.pmf(span, mean)
    return float(weight @ as_far @ weight)


@pytest.mark.parametrize("total", [1, 2, 3, 5, 8, 13, 21, 40, 77, 120, 200])
def test_the_p_value_is_the_sum_its_definition_asks_for(total: int) -> None:
    for now in range(0, total + 1, max(1, total // 20)):
        before = total - now
        expected = 1.0 if now == before else min(1.0, by_definition(now, before))
        assert e_test(now, before) == pytest.approx(expected, abs=1e-9)


def false_alarms(mean: float) -> float:
    """How often two counts of one mean are called different."""
    span = range(math.ceil(mean + 7 * math.sqrt(mean) + 7))
    weight = stats.poisson.pmf(np.array(span), mean)
    beyond = np.array([[compare(now, before).beyond for before in span] for now in span])
    return float(weight @ beyond @ weight)


@pytest.mark.parametrize("mean", [1, 2, 3, 5, 8, 12, 20, 30, 50])
def test_equal_means_are_called_different_in_at_most_about_one_case_of_twenty(mean: float) -> None:
    found = false_alarms(mean)
    assert found <= 0.055
    assert found >= 0.035 or mean < 2  # and it is not so careful that it finds nothing


def test_the_popular_z_that_takes_the_past_as_known_would_alarm_three_times_as_often() -> None:
    span = np.arange(160)
    weight = stats.poisson.pmf(span, 80)
    popular = np.abs(math.sqrt(2) * z_score(span[:, None], span[None, :])) > 1.96
    assert weight @ popular @ weight > 3 * LEVEL
    assert weight @ (np.abs(z_score(span[:, None], span[None, :])) > 1.96) @ weight < 0.06


@given(counts, counts)
def test_it_does_not_matter_which_side_is_called_now(now: int, before: int) -> None:
    assert compare(now, before).p == pytest.approx(compare(before, now).p, abs=1e-12)
    assert z_score(now, before) == pytest.approx(-z_score(before, now))


@given(counts, counts)
def test_a_comparison_always_carries_both_counts_beside_the_percent(now: int, before: int) -> None:
    found = compare(now, before)
    assert (found.now, found.before) == (now, before)
    assert 0 <= found.p <= 1
    assert found.beyond == (found.p < LEVEL)
    assert (found.percent is None) == (before == 0)
    if found.percent is not None:
        assert now == pytest.approx(before * (1 + found.percent / 100))


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_further_apart_the_less_likely(total: int, step: int) -> None:
    near, far = sorted({min(step, total), total})[0], total
    assert e_test(total + far, total - far) <= e_test(total + near, total - near) + 1e-12


@pytest.mark.parametrize("total", [EXACT_UP_TO - 1, EXACT_UP_TO, EXACT_UP_TO + 1])
def test_the_two_tests_agree_where_one_takes_over_from_the_other(total: int) -> None:
    for now in range(total + 1):
        before = total - now
        limit = 2 * stats.norm.sf(abs(float(z_score(now, before))))
        assert e_test(now, before) == pytest.approx(limit, abs=0.003)
        if 0.03 < limit < 0.07:
            assert e_test(now, before) == pytest.approx(limit, abs=0.001)


@pytest.mark.parametrize(("drop", "base"), [(0.22, 141), (0.29, 78)])
def test_a_drop_counts_only_from_the_published_base_on(drop: float, base: int) -> None:
    assert z_score((1 - drop) * base, base) < -1.96
    assert z_score((1 - drop) * (base - 1), base - 1) > -1.96
    assert compare(round((1 - drop) * base), base).beyond


@pytest.mark.parametrize(
    ("now", "before", "percent", "beyond"),
    [
        (0, 0, None, False),
        (0, 3, -100, False),
        (3, 0, None, False),
        (4, 0, None, True),
        (6, 0, None, True),
        (2, 1, 100, False),
        (9, 3, 200, False),
        (12, 3, 300, True),
        (110, 141, -21.99, True),
        (78, 100, -22, False),
        (10_000, 10_000, 0, False),
        (10_300, 10_000, 3, True),
        (1_000_000, 1_000_500, -0.05, False),
    ],
)
def test_some_counts_and_what_is_said_of_them(now: int, before: int, percent: float | None, beyond: bool) -> None:
    found = compare(now, before)
    assert found.beyond is beyond
    assert found.percent == (None if percent is None else pytest.approx(percent, abs=0.005))


def test_a_great_many_take_no_room() -> None:
    assert compare(10**9, 10**9 + 200_000).beyond
    assert e_test(10**6, 10**6 + 5_000) == pytest.approx(float(2 * stats.norm.sf(5_000 / math.sqrt(2e6))), rel=0.05)
