"""Shares from a sample survey: by hand, against the textbook and another program, and how often they hold."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.survey import Sample, Share, share, wilson

STRATA = np.repeat([1, 1, 1, 2, 2, 2, 2, 3, 3], 4)
CLUSTERS = np.repeat(np.arange(9), 4)
WEIGHTS = np.array([10, 12, 10, 11] * 9, float) * np.repeat([1, 1, 1, 2, 2, 2, 2, 0.5, 0.5], 4)
YES = (np.arange(36) * 7 % 11 < 5).astype(float)
THIRDS = np.arange(36) % 3 == 0


def estimated(yes: np.ndarray, sample: Sample, inside: np.ndarray | None = None) -> Share:
    found = share(sample, yes, inside)
    assert found is not None
    return found


def test_a_small_example_comes_out_as_by_hand() -> None:
    # Two strata of two units that use the same names. Yes weighs 2 + 3 of 2 + 2 + 3 + 3.
    sample = Sample.of([2, 2, 3, 3], ["a", "a", "b", "b"], [1, 2, 1, 2])
    found = estimated(np.array([1.0, 0, 1, 0]), sample)
    assert found.share == pytest.approx(0.5)
    # Totals of the units: 2 (1 - .5)/10 = .1, -.1, .15, -.15; variance 2 (.01 + .01) + 2 (.0225 + .0225) = .13.
    assert found.error == pytest.approx(math.sqrt(0.13))
    assert (found.answers, found.degrees) == (4, 2)
    reach = stats.t.ppf(0.975, 2) * math.sqrt(0.13) / 0.25
    assert found.low == pytest.approx(1 / (1 + math.exp(reach)))
    assert found.high == pytest.approx(1 / (1 + math.exp(-reach)))


def test_it_is_what_another_program_says() -> None:
    # TaylorEstimator of samplics 0.6.1 on the same rows, all and in a domain.
    sample = Sample.of(WEIGHTS, STRATA, CLUSTERS)
    everybody = Share(0.4583333333333333, 0.05332979808456206, 0.333437713375867, 0.5886940670201157, 36, 6)
    domain = Share(0.47802197802197804, 0.21490987186745586, 0.10015506127517845, 0.8828360542353162, 12, 6)
    for found, known in ((estimated(YES, sample), everybody), (estimated(YES, sample, THIRDS), domain)):
        assert found.share == pytest.approx(known.share, rel=1e-12)
        assert found.error == pytest.approx(known.error, rel=1e-12)
        assert (found.low, found.high) == pytest.approx((known.low, known.high), rel=1e-10)
        assert (found.answers, found.degrees) == (known.answers, known.degrees)


@given(st.integers(2, 60), st.data())
def test_a_simple_random_sample_is_the_textbook_one(asked: int, data: st.DataObject) -> None:
    said = data.draw(st.integers(1, asked - 1))
    yes = np.array([1.0] * said + [0.0] * (asked - said))
    found = estimated(yes, Sample.of(np.full(asked, 3.0), np.ones(asked), np.arange(asked)))
    part = said / asked
    assert found.error == pytest.approx(math.sqrt(part * (1 - part) / (asked - 1)))
    assert found.degrees == asked - 1


@given(st.floats(1e-3, 1e6), st.permutations(range(36)))
def test_neither_the_scale_of_weights_nor_the_order_of_rows_matters(scale: float, order: list[int]) -> None:
    plain = estimated(YES, Sample.of(WEIGHTS, STRATA, CLUSTERS), THIRDS)
    mixed = Sample.of(WEIGHTS[order] * scale, STRATA[order], CLUSTERS[order])
    found = estimated(YES[order], mixed, THIRDS[order])
    assert (found.share, found.error, found.low, found.high) == pytest.approx(
        (plain.share, plain.error, plain.low, plain.high)
    )


@given(st.lists(st.booleans(), min_size=36, max_size=36))
def test_no_is_the_mirror_of_yes(answers: list[bool]) -> None:
    sample, yes = Sample.of(WEIGHTS, STRATA, CLUSTERS), np.array(answers, dtype=float)
    said, denied = estimated(yes, sample), estimated(1 - yes, sample)
    assert said.share + denied.share == pytest.approx(1)
    assert said.error == pytest.approx(denied.error)
    assert said.low is not None
    assert denied.high is not None
    assert said.low + denied.high == pytest.approx(1)
    assert 0 <= said.low <= said.share + 1e-12


def test_clusters_of_people_who_say_the_same_widen_the_interval() -> None:
    alike = np.repeat([1.0, 0, 1, 0, 1, 0, 1, 0, 1], 4)
    ones = np.ones(36)
    clustered = estimated(alike, Sample.of(ones, ones, CLUSTERS))
    single = estimated(alike, Sample.of(ones, ones, np.arange(36)))
    assert clustered.error > 1.9 * single.error
    assert clustered.share == single.share


def test_no_answer_counts_like_lying_outside_the_domain() -> None:
    sample = Sample.of(WEIGHTS, STRATA, CLUSTERS)
    assert share(sample, np.where(THIRDS, YES, np.nan)) == share(sample, YES, THIRDS)


def test_a_domain_is_not_a_smaller_survey() -> None:
    sample = Sample.of(WEIGHTS, STRATA, CLUSTERS)
    few = CLUSTERS < 2  # two units of the three in their stratum
    within = estimated(YES, sample, few)
    alone = estimated(YES[few], Sample.of(WEIGHTS[few], STRATA[few], CLUSTERS[few]))
    assert within.share == pytest.approx(alone.share)
    # Both sum the squares about a mean of zero: as 3 units of 2 degrees, and as 2 of 1.
    assert within.error**2 / alone.error**2 == pytest.approx((3 / 2) / (2 / 1))


def test_a_lonely_unit_adds_to_the_variance_and_never_to_the_degrees() -> None:
    strata = np.where(CLUSTERS == 0, 9, STRATA)
    found = estimated(YES, Sample.of(WEIGHTS, strata, CLUSTERS))
    assert found.degrees == 9 - 4
    linear = np.bincount(CLUSTERS, WEIGHTS * (YES - found.share)) / WEIGHTS.sum()
    groups = linear[1:3], linear[3:7], linear[7:9]
    expected = linear[0] ** 2 + sum(len(held) * float(np.var(held, ddof=1)) for held in groups)
    assert found.error**2 == pytest.approx(expected)


def test_a_single_unit_has_no_interval() -> None:
    found = estimated(np.array([1.0, 0, 1]), Sample.of([1, 1, 1], [1, 1, 1], [1, 1, 1]))
    assert (found.low, found.high, found.degrees) == (None, None, 0)


def test_nobody_who_answered_gives_no_share() -> None:
    sample = Sample.of(WEIGHTS, STRATA, CLUSTERS)
    assert share(sample, np.full(36, np.nan)) is None
    assert share(sample, YES, np.zeros(36, dtype=bool)) is None
    assert share(replace(sample, weights=np.zeros(36)), YES) is None


def test_where_all_said_yes_others_may_still_say_no() -> None:
    found = estimated(np.ones(36), Sample.of(WEIGHTS, STRATA, CLUSTERS))
    assert (found.share, found.low, found.high) == (1, pytest.approx(wilson(36, 36)[0]), 1)
    assert found.low is not None
    assert 0.85 < found.low < 0.95


# Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
@pytest.mark.parametrize(
    ("yes", "asked", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_score_interval_is_the_published_one(yes: int, asked: int, low: float, high: float) -> None:
    assert wilson(yes, asked) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("yes", "asked"), [(0, 0), (3, 2), (-1, 5)])
def test_a_share_of_nobody_is_refused(yes: int, asked: int) -> None:
    with pytest.raises(ValueError, match="needs answers"):
        wilson(yes, asked)


def test_intervals_hold_as_often_as_they_say() -> None:
    # 400 samples of 12 strata with 4 clusters of 8 people, whose clusters differ (share .35, intra-class .1).
    random = np.random.default_rng(2024)
    clusters = np.repeat(np.arange(48), 8)
    weights = np.repeat(random.uniform(0.5, 2, 12), 32)
    sample = Sample.of(weights, np.repeat(np.arange(12), 32), clusters)
    held = 0
    for _ in range(400):
        rates = random.beta(0.35 * 9, 0.65 * 9, 48)
        found = estimated((random.random(384) < rates[clusters]).astype(float), sample)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.35 <= found.high
    assert 0.92 <= held / 400 <= 0.98
