"""Who leads: the main model, unless the best of the simple baselines has been as good two months running.

A rule for switching a model off belongs to its design (Ensign et al., "Runaway feedback loops in predictive policing",
2018; the model cards of Mitchell et al., 2019, ask for the baselines beside it). Figures are the Poisson deviances of
scored weeks: the main model's skill over a baseline, 1 - D / D_baseline, is above zero where its own is lower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from math import isfinite

from domain.forecast.models import BASELINES, MAIN, Model

LEAST_WEEKS = 3  # scored, for a month to count
RUNNING = 2  # months that decide, one way or the other


class Action(StrEnum):
    DEMOTED = "demoted"
    RESTORED = "restored"


class Reason(StrEnum):
    UNPROVEN = "unproven"  # no month counts yet
    BETTER = "better"  # than every baseline, in the newest month that counts
    ONE_MONTH = "one_month"  # no better in the newest month: another one and it is demoted
    BETTER_AGAIN = "better_again"  # two months running: restored
    NO_BETTER_THAN_LAST_WEEK = "no_better_than_last_week"  # the best baseline of a month that decided, and its like
    NO_BETTER_THAN_WEEKS_4 = "no_better_than_weeks_4"
    NO_BETTER_THAN_WEEKS_52 = "no_better_than_weeks_52"
    NO_BETTER_THAN_SAME_WEEKS = "no_better_than_same_weeks"
    NO_BETTER_THAN_KDE = "no_better_than_kde"
    NO_BETTER_THAN_EWMA = "no_better_than_ewma"


@dataclass(frozen=True, slots=True)
class Week:
    """A scored week: its Monday, and the deviance of each model that was scored."""

    monday: date
    deviance: Mapping[Model, float]


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks whose Monday lies in a month: how many were scored, and their deviances, added up."""

    month: date  # its first day
    weeks: int
    whole: bool  # every week of it is over
    deviance: Mapping[Model, float]

    @property
    def counts(self) -> bool:
        return self.whole and self.weeks >= LEAST_WEEKS

    @property
    def best(self) -> Model:
        """The best baseline."""
        return _best([self])

    @property
    def better(self) -> bool:
        """Whether the main model was better than every baseline; a tie is no better."""
        return self.deviance[MAIN] < self.deviance[self.best]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a month decided, and why."""

    month: date
    action: Action
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who leads after the newest month that counts, why, and every decision on the way, oldest first."""

    leader: Model
    demoted: bool
    reasons: tuple[Reason, ...]
    decisions: tuple[Decision, ...]


def months(weeks: Iterable[Week], today: date) -> tuple[Month, ...]:
    """Scored weeks by calendar month, oldest first; a week belongs to the month of its Monday.

    Weeks in which any model was not scored compare nothing and are left out. A month is whole when its last week ended
    before `today`. Raises ValueError for a day that is no Monday, one told twice, or a deviance that is not finite.

    >>> same = dict.fromkeys(Model, 9.5)
    >>> found = months([Week(date(2024, 9, 30), same), Week(date(2024, 10, 7), same)], date(2024, 10, 14))
    >>> [(str(month.month), month.weeks, month.whole) for month in found]
    [('2024-09-01', 1, True), ('2024-10-01', 1, False)]
    """
    ordered = sorted((week for week in weeks if _comparable(week)), key=lambda week: week.monday)
    mondays = [week.monday for week in ordered]
    if any(monday.weekday() for monday in mondays) or len(set(mondays)) < len(mondays):
        raise ValueError("a week is told once, by its Monday")
    if not all(isfinite(week.deviance[model]) for week in ordered for model in Model):
        raise ValueError("a deviance is a finite number")
    found = []
    for first, group in groupby(ordered, key=lambda week: week.monday.replace(day=1)):
        held = list(group)
        sums = {model: sum(week.deviance[model] for week in held) for model in Model}
        found.append(Month(first, len(held), _over(first) <= today, sums))
    return tuple(found)


def judge(held: Iterable[Month]) -> Verdict:
    """Who leads after months given oldest first. Months that do not count are passed over.

    The main model leads until it was no better than the best baseline in each of two months running, whichever that was
    in each, and again after two months running in which it was better than all. Meanwhile the best baseline of the
    newest two months leads.

    >>> good = dict.fromkeys(Model, 10.0) | {Model.EWMA: 9.5, Model.BOOSTED: 9.0}
    >>> bad = good | {Model.BOOSTED: 9.6}
    >>> told = [Month(date(2024, at + 1, 1), 4, True, sums) for at, sums in enumerate([good, bad, bad])]
    >>> found = judge(told)
    >>> found.leader, found.demoted, [str(reason) for reason in found.reasons]
    (<Model.EWMA: 'ewma'>, True, ['no_better_than_ewma'])
    >>> judge(told[:2]).leader
    <Model.BOOSTED: 'boosted'>
    """
    counted = [month for month in held if month.counts]
    demoted, decisions = False, []
    for at in range(RUNNING, len(counted) + 1):
        last = counted[at - RUNNING : at]
        if all(month.better is demoted for month in last):
            demoted = not demoted
            action = Action.DEMOTED if demoted else Action.RESTORED
            decisions.append(Decision(last[-1].month, action, _why(last, demoted)))
    last = counted[-RUNNING:]
    leader = _best(last) if demoted else MAIN
    return Verdict(leader, demoted, _now(counted, demoted, decisions), tuple(decisions))


def _comparable(week: Week) -> bool:
    return week.deviance.keys() >= set(Model)


def _over(first: date) -> date:
    """The day on which the last week of a month is over: a Monday."""
    following = (first + timedelta(days=31)).replace(day=1)
    return following + timedelta(days=-following.weekday() % 7)


def _why(last: list[Month], demoted: bool) -> tuple[Reason, ...]:
    if not demoted:
        return (Reason.BETTER_AGAIN,)
    return tuple(dict.fromkeys(Reason(f"no_better_than_{month.best}") for month in last))


def _now(counted: list[Month], demoted: bool, decisions: list[Decision]) -> tuple[Reason, ...]:
    """Why it stands as it does: the decision that demoted it, or what the newest month says."""
    if not counted:
        return (Reason.UNPROVEN,)
    if demoted:
        return decisions[-1].reasons
    return (Reason.BETTER,) if counted[-1].better else (Reason.ONE_MONTH,)


def _best(held: list[Month]) -> Model:
    """The baseline with the least deviance over some months."""
    return min(BASELINES, key=lambda model: sum(month.deviance[model] for month in held))
