"""When a share may be said, when two differ, and how one is turned round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.surveys import Design, Estimate, Topic, Unit, Why, Worth, beyond

PLAIN = Estimate(
    *("ENUSC", 2024, Topic.REPORTED, "any", "", "Chile", Unit.EVENT, 0.4, 0.37, 0.43, 0.95, 900), Design.PROBABILITY
)


@pytest.mark.parametrize(
    ("changes", "why", "worth"),
    [
        ({}, None, Worth.SOUND),
        ({"share": None, "low": None, "high": None}, Why.UNTOLD, Worth.NONE),
        ({"answers": 29}, Why.TINY, Worth.NONE),
        ({"answers": 30}, Why.FEW, Worth.WEAK),
        ({"answers": 59}, Why.FEW, Worth.WEAK),
        ({"answers": 60}, None, Worth.SOUND),
        ({"answers": None}, Why.BARE, Worth.WEAK),
        ({"low": None, "high": None}, Why.BARE, Worth.WEAK),
        ({"low": 0.28, "high": 0.52}, Why.WIDE, Worth.WEAK),
        # p^(2/3) / 9 of 0.4 is 0.0603: a 95 % interval of 0.118 to either side is the widest that is sound.
        ({"low": 0.283, "high": 0.517}, None, Worth.SOUND),
        ({"share": 0.96, "low": 0.93, "high": 0.98}, None, Worth.SOUND),
        ({"share": 0.99, "low": 0.96, "high": 1.0}, Why.WIDE, Worth.WEAK),
    ],
)
def test_an_estimate_is_worth_what_the_standard_says(
    changes: dict[str, float | None], why: Why | None, worth: Worth
) -> None:
    estimate = replace(PLAIN, **changes)  # type: ignore[arg-type]
    if changes == {"low": 0.28, "high": 0.52}:
        assert estimate.error == pytest.approx(0.0612, abs=1e-4)
    assert (estimate.why, estimate.worth) == (why, worth)


def test_the_dark_share_is_what_is_left_and_its_interval_turns_round() -> None:
    dark = PLAIN.turned
    assert (dark.share, dark.low, dark.high) == pytest.approx((0.6, 0.57, 0.63))
    assert dark.worth is PLAIN.worth
    assert dark.turned.share == pytest.approx(0.4)
    nothing = replace(PLAIN, share=None, low=None, high=None).turned
    assert (nothing.share, nothing.low, nothing.high) == (None, None, None)


@pytest.mark.parametrize(("share", "differs"), [(0.43, False), (0.44, False), (0.45, True), (0.35, True)])
def test_two_years_differ_only_beyond_chance(share: float, differs: bool) -> None:
    # Standard errors of .0153 each: 1.96 times their root sum of squares is .0424.
    other = replace(PLAIN, share=share, low=share - 0.03, high=share + 0.03)
    assert beyond(PLAIN, other) is differs
    assert not beyond(PLAIN, replace(other, low=None, high=None))
    assert not beyond(replace(PLAIN, share=None), other)
