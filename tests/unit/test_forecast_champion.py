"""Who leads: months that count, two in a row that demote, two that restore."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forecast.champion import Action, Month, Reason, Week, judge, months
from domain.forecast.models import BASELINES, MAIN, RIVALS, Model

WEEK = timedelta(days=7)
# Deviances of the main model, the 52-week mean and the EWMA in one week.
BETTER = (9.0, 10.0, 9.5)
BEHIND_EWMA = (9.7, 10.0, 9.5)
BEHIND_MEAN = (9.7, 9.6, 9.9)
BEHIND_BOTH = (11.0, 10.0, 9.5)
TIED = (9.5, 10.0, 9.5)


def sums_of(figures: tuple[float, ...]) -> dict[Model, float]:
    """The other baselines are worse than any of the three."""
    return dict.fromkeys(Model, 20.0) | dict(zip((MAIN, *RIVALS), figures, strict=True))


def told(*figures: tuple[float, ...], weeks: int = 4, whole: bool = True) -> list[Month]:
    sums = [sums_of(figure) for figure in figures]
    return [Month(date(2024 + at // 12, at % 12 + 1, 1), weeks, whole, found) for at, found in enumerate(sums)]


@pytest.mark.parametrize(
    ("history", "leader", "reasons"),
    [
        ([], MAIN, ("unproven",)),
        ([BETTER], MAIN, ("better",)),
        ([BEHIND_BOTH], MAIN, ("one_month",)),
        ([BEHIND_BOTH, BETTER], MAIN, ("better",)),
        ([BEHIND_BOTH, BETTER, BEHIND_BOTH], MAIN, ("one_month",)),
        ([BEHIND_EWMA] * 2, Model.EWMA, ("no_better_than_ewma",)),
        ([BEHIND_MEAN] * 2, Model.WEEKS_52, ("no_better_than_weeks_52",)),
        ([BEHIND_BOTH] * 2, Model.EWMA, ("no_better_than_ewma",)),
        ([BEHIND_MEAN, BEHIND_EWMA], Model.EWMA, ("no_better_than_weeks_52", "no_better_than_ewma")),
        ([TIED] * 2, Model.EWMA, ("no_better_than_ewma",)),  # no better is not better
        ([BETTER, BEHIND_EWMA, BEHIND_EWMA], Model.EWMA, ("no_better_than_ewma",)),
        ([BEHIND_EWMA, BEHIND_EWMA, BETTER], Model.EWMA, ("no_better_than_ewma",)),  # one month restores nothing
        ([BEHIND_EWMA, BEHIND_EWMA, BETTER, BEHIND_EWMA, BETTER], Model.EWMA, ("no_better_than_ewma",)),
        ([BEHIND_EWMA, BEHIND_EWMA, BETTER, BETTER], MAIN, ("better",)),
        ([BEHIND_EWMA, BEHIND_EWMA, BETTER, BETTER, BEHIND_BOTH], MAIN, ("one_month",)),
    ],
)
def test_who_leads_after_these_months(
    history: list[tuple[float, ...]], leader: Model, reasons: tuple[str, ...]
) -> None:
    found = judge(told(*history))
    assert (found.leader, tuple(map(str, found.reasons))) == (leader, reasons)
    assert found.demoted == (leader is not MAIN)


def test_every_decision_on_the_way_is_told_with_its_month_and_why() -> None:
    found = judge(told(BETTER, BEHIND_EWMA, BEHIND_EWMA, BETTER, BETTER, BETTER, BEHIND_MEAN, BEHIND_MEAN))
    assert [(decision.month, decision.action, decision.reasons) for decision in found.decisions] == [
        (date(2024, 3, 1), Action.DEMOTED, (Reason.NO_BETTER_THAN_EWMA,)),
        (date(2024, 5, 1), Action.RESTORED, (Reason.BETTER_AGAIN,)),
        (date(2024, 8, 1), Action.DEMOTED, (Reason.NO_BETTER_THAN_WEEKS_52,)),
    ]


def test_a_month_that_does_not_count_is_passed_over() -> None:
    first, second = told(BEHIND_EWMA, BEHIND_EWMA)
    thin = Month(date(2024, 2, 1), 2, True, told(BETTER)[0].deviance)
    running = Month(date(2024, 3, 1), 4, False, told(BETTER)[0].deviance)
    assert not thin.counts
    assert not running.counts
    assert judge([first, thin, second, running]).leader is Model.EWMA
    assert judge([first, thin]).leader is MAIN
    assert judge([thin, running]).reasons == (Reason.UNPROVEN,)
    assert Month(date(2024, 2, 1), 3, True, first.deviance).counts


def test_a_week_belongs_to_the_month_of_its_monday() -> None:
    sums = sums_of(BETTER)
    # 30 December 2024 is a Monday; its week has two days in 2024 and five in 2025.
    found = months([Week(date(2024, 12, 30) + at * WEEK, sums) for at in range(6)], date(2025, 2, 10))
    assert [(str(month.month)[:7], month.weeks) for month in found] == [("2024-12", 1), ("2025-01", 4), ("2025-02", 1)]
    assert [month.whole for month in found] == [True, True, False]
    assert found[1].deviance[MAIN] == pytest.approx(36.0)
    assert (found[1].better, found[1].best) == (True, Model.EWMA)


@pytest.mark.parametrize(
    ("month", "over"),
    [
        (date(2024, 4, 1), date(2024, 5, 6)),  # its last Monday is the 29th, whose week ends on 5 May
        (date(2024, 9, 1), date(2024, 10, 7)),
        (date(2025, 2, 1), date(2025, 3, 3)),
        (date(2024, 12, 1), date(2025, 1, 6)),
        (date(2024, 6, 1), date(2024, 7, 1)),  # July begins on a Monday
    ],
)
def test_a_month_is_whole_when_the_week_of_its_last_monday_is_over(month: date, over: date) -> None:
    sums = sums_of(BETTER)
    monday = month + timedelta(days=-month.weekday() % 7)
    assert not months([Week(monday, sums)], over - timedelta(days=1))[0].whole
    assert months([Week(monday, sums)], over)[0].whole


def test_weeks_without_the_main_model_or_a_rival_say_nothing() -> None:
    sums = sums_of(BETTER)
    without = {model: value for model, value in sums.items() if model is not MAIN}
    held = [Week(date(2024, 1, 1), sums), Week(date(2024, 1, 8), without), Week(date(2024, 1, 15), {MAIN: 1.0})]
    assert months(held, date(2024, 3, 1))[0].weeks == 1
    assert months([], date(2024, 3, 1)) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        [(date(2024, 1, 2), 1.0)],
        [(date(2024, 1, 1), 1.0), (date(2024, 1, 1), 1.0)],
        [(date(2024, 1, 1), math.nan)],
        [(date(2024, 1, 1), math.inf)],
    ],
)
def test_weeks_that_cannot_be_are_refused(wrong: list[tuple[date, float]]) -> None:
    held = [Week(monday, {MAIN: value, **dict.fromkeys(BASELINES, 1.0)}) for monday, value in wrong]
    with pytest.raises(ValueError, match=r"Monday|finite"):
        months(held, date(2024, 3, 1))


@pytest.mark.parametrize("best", BASELINES)
def test_the_best_of_all_baselines_demotes_whichever_it_is(best: Model) -> None:
    """The main model beats all but one, and not always the same one."""
    behind = Month(date(2024, 1, 1), 4, True, dict.fromkeys(Model, 10.0) | {MAIN: 9.0, best: 8.9})
    found = judge([behind, replace(behind, month=date(2024, 2, 1))])
    assert (found.leader, found.reasons) == (best, (Reason(f"no_better_than_{best}"),))
    other = Model.EWMA if best is Model.KDE else Model.KDE
    third = Month(date(2024, 2, 1), 4, True, dict.fromkeys(Model, 10.0) | {MAIN: 9.0, other: 8.0})
    assert judge([behind, third]).reasons == tuple(Reason(f"no_better_than_{one}") for one in (best, other))
    assert judge([behind, third]).leader is other


def slowly(better: list[bool]) -> list[bool]:
    """Whether it is demoted after each month, told as a walk."""
    demoted, walked = False, []
    for at, now in enumerate(better):
        if at and better[at - 1] == now == demoted:
            demoted = not demoted
        walked.append(demoted)
    return walked


@given(st.lists(st.booleans(), max_size=30))
def test_the_lead_changes_only_with_two_like_months_running(better: list[bool]) -> None:
    held = told(*[BETTER if so else BEHIND_BOTH for so in better])
    assert [judge(held[: at + 1]).demoted for at in range(len(held))] == slowly(better)


@given(st.lists(st.sampled_from([BETTER, BEHIND_EWMA, BEHIND_MEAN, BEHIND_BOTH, TIED]), max_size=20))
def test_what_was_decided_stays_decided_when_months_come_in(history: list[tuple[float, float, float]]) -> None:
    held = told(*history)
    whole = judge(held).decisions
    for at in range(len(held)):
        before = judge(held[:at]).decisions
        assert whole[: len(before)] == before
    actions = [decision.action for decision in whole]
    assert actions == [Action.DEMOTED, Action.RESTORED] * (len(actions) // 2) + [Action.DEMOTED] * (len(actions) % 2)
