"""Drift is found when the world moves, seldom when it does not, and never for lack of events alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.forecast.drift import STEP, Drift, Word, level, shift

counts = st.lists(st.integers(0, 300), min_size=2, max_size=12)


def slow_sum(predicted: list[float], observed: list[float], step: float, spread: float) -> float:
    """The largest sum of gains over any last weeks, none of them included: what a cumulative sum comes to."""
    gains = [(y * math.log(step) - mu * (step - 1)) / spread for mu, y in zip(predicted, observed, strict=True)]
    return max(0.0, *(math.fsum(gains[at:]) for at in range(len(gains))))


def test_a_level_worked_by_hand() -> None:
    found = level([10.0, 10.0], [12, 13])
    # up: 12 ln 1.15 - 1.5 = .1771, then + 13 ln 1.15 - 1.5 = .3169 more; down stays at nothing
    assert found.more == pytest.approx(25 * math.log(1.15) - 3.0)
    assert found.fewer == 0
    assert found.ratio == pytest.approx(0.8)
    assert (found.word, found.dispersion, found.weeks) == (Word.OK, 1.0, 2)


@given(st.lists(st.tuples(st.floats(1, 500), st.integers(0, 600)), min_size=1, max_size=40))
def test_the_sums_are_those_of_the_definition(weeks: list[tuple[float, int]]) -> None:
    predicted, observed = [week[0] for week in weeks], [float(week[1]) for week in weeks]
    found = level(predicted, observed)
    assert found.more == pytest.approx(slow_sum(predicted, observed, STEP, found.dispersion), abs=1e-6)
    assert found.fewer == pytest.approx(slow_sum(predicted, observed, 1 / STEP, found.dispersion), abs=1e-6)
    assert found.dispersion >= 1


@pytest.mark.parametrize("factor", [1.3, 0.7])
@pytest.mark.parametrize("mean", [60, 200, 1000])
def test_a_level_that_moves_by_a_third_is_found_within_eight_weeks(mean: int, factor: float) -> None:
    random = np.random.default_rng(mean)
    found = 0
    for _ in range(50):
        observed = np.concatenate([random.poisson(mean, 44), random.poisson(mean * factor, 8)])
        found += level(np.full(52, mean), observed).word is Word.ALARM
    assert found >= 45


@pytest.mark.parametrize("mean", [5, 60, 200, 1000])
def test_a_level_that_stays_alarms_at_most_once_in_74_weeks(mean: int) -> None:
    random = np.random.default_rng(mean)
    runs, weeks, begun = 60, 80, 0
    for _ in range(runs):
        observed = random.poisson(mean, weeks)
        words = [level(np.full(at, mean), observed[:at]).word is Word.ALARM for at in range(1, weeks + 1)]
        begun += sum(now and not before for before, now in zip([False, *words], words, strict=False))
    assert begun <= runs * weeks / 74


def test_bursts_widen_what_is_usual() -> None:
    random = np.random.default_rng(6)
    bursty = random.negative_binomial(10, 10 / 210, 52)  # mean 200, variance twenty-one times as much
    found = level(np.full(52, 200), bursty)
    assert found.dispersion > 10
    assert found.word is not Word.ALARM


def test_between_ok_and_alarm_there_is_a_warning() -> None:
    words = [str(level([100.0] * weeks, [115] * weeks).word) for weeks in range(1, 8)]
    assert words == ["ok", "ok", "watch", "watch", "alarm", "alarm", "alarm"]  # 1.0726 a week


def test_a_recent_ratio_needs_recent_events() -> None:
    assert level([0.5] * 8, [0] * 8).ratio is None
    found = level([10.0] * 20, [10] * 12 + [5] * 8)
    assert (found.ratio, found.weeks) == (2.0, 8)


@pytest.mark.parametrize(
    ("predicted", "observed"),
    [([], []), ([1.0], [1, 2]), ([0.0], [1]), ([math.nan], [1]), ([1.0], [-1]), ([[1.0]], [[1]])],
)
def test_weeks_that_cannot_be_are_refused(predicted: list[Any], observed: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"week|value"):
        level(predicted, observed)


def test_an_index_worked_by_hand() -> None:
    found = shift([599.5, 399.5], [299.5, 699.5])  # .6, .4 and .3, .7 once the spare halves are in
    assert found.index == pytest.approx(-0.3 * math.log(0.5) + 0.3 * math.log(1.75))
    assert found.word is Word.ALARM
    assert found.chance < 1e-12


@pytest.mark.parametrize(
    ("learned", "recent", "word"),
    [
        ([5000, 5000], [500, 500], Word.OK),
        ([5000, 5000], [340, 660], Word.WATCH),
        ([5000, 5000], [250, 750], Word.ALARM),
        ([5000, 5000], [3, 9], Word.OK),  # as far, and nothing that chance would not do
        ([5000, 5000, 0], [500, 500, 400], Word.ALARM),  # what was never seen
    ],
)
def test_how_far_shares_have_moved(learned: list[int], recent: list[int], word: Word) -> None:
    assert shift(learned, recent).word is word


@given(counts, st.randoms(use_true_random=False))
def test_an_index_is_zero_for_the_same_shares_and_never_below(learned: list[int], random: Any) -> None:
    recent = random.sample(learned, len(learned))
    if sum(learned):
        assert shift(learned, learned).index == pytest.approx(0)
        assert shift(learned, recent).index >= -1e-12
        assert shift(learned, recent).index == pytest.approx(shift(recent, learned).index)
        assert 0 <= shift(learned, recent).chance <= 1


def test_shares_that_stay_seldom_look_as_if_they_moved_however_many_groups_there_are() -> None:
    random = np.random.default_rng(9)
    for groups, events in ((5, 100), (60, 200), (200, 700)):
        share = random.dirichlet(np.full(groups, 5.0))
        moved = [shift(random.multinomial(20_000, share), random.multinomial(events, share)) for _ in range(300)]
        assert sum(found.word is not Word.OK for found in moved) <= 12  # of 300


@pytest.mark.parametrize(
    ("learned", "recent"),
    [([1, 2], [1, 2, 3]), ([5], [5]), ([0, 0], [1, 1]), ([1, 1], [0, 0]), ([1, -1], [1, 1]), ([1, math.nan], [1, 1])],
)
def test_groups_that_cannot_be_compared_are_refused(learned: list[Any], recent: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"groups|value"):
        shift(learned, recent)


def test_the_worst_word_is_the_one_that_is_told() -> None:
    fine, moved = level([100.0], [100]), shift([5000, 5000], [340, 660])
    assert Drift(fine, {}).word is Word.OK
    assert Drift(fine, {"areas": moved}).word is Word.WATCH
    assert Drift(level([100.0] * 9, [150] * 9), {"areas": moved}).word is Word.ALARM
