"""Statistics of requests for footage by closed calendar quarter, as they are published.

Every count is rounded to base 5 before anything is computed from it, and so are the two counts that a share is made of.
Medians and percentiles are given where the rounded count says that there were thirty requests or more. Codes that
nobody used are there too, as noughts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from domain.footage.states import Resolution
from domain.periods import Quarter
from domain.release.lattice import BASE, SLACK, rounded

LEAST = 30  # requests for a median or a percentage
DELIVERED = (Resolution.FULL, Resolution.PARTIAL, Resolution.VIEWING)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as far as it is counted. Dates are local days; `due` is the last legal day."""

    kind: str
    channel: str
    received: date
    answered: date | None = None
    due: date | None = None
    resolution: str | None = None
    reason: str = ""  # why it is not held
    ground: str = ""  # why it is refused
    to_hold: int = 0  # stretches of recording that were to be kept
    held: int = 0  # those that somebody confirmed to be kept
    cost: int = 0  # charged, in whole units of the currency
    timed: bool = True  # whether its days are known and not only its quarter


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal and, where it is decided, how: upheld, partly or reversed."""

    made: date
    decided: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A hold, from the day on which it was placed until the day before it was released."""

    placed: date
    released: date | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """What requests may be, so that what nobody used is told as well."""

    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    reasons: tuple[str, ...]
    grounds: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One number of one quarter: a rounded count, or a value computed from rounded counts, or days."""

    quarter: str
    measure: str
    item: str
    count: int | None = None
    value: float | None = None


def quarters(first: date, today: date, closed_days: int) -> list[str]:
    """Every quarter from that of a day on which ended so many days ago at least."""
    found, quarter = [], Quarter.of(first)
    while quarter.has_closed(today, closed_days):
        found.append(str(quarter))
        quarter = quarter.next
    return found


def statistics(
    asked: Sequence[Asked], appeals: Sequence[Appeal], holds: Sequence[Kept], codes: Codes, wanted: Iterable[str]
) -> list[Line]:
    """The published numbers of some quarters."""
    lines: list[Line] = []
    by_received, by_answered = (
        _by_quarter(asked, lambda one: one.received),
        _by_quarter(asked, lambda one: one.answered),
    )
    for quarter in wanted:
        received, answered = by_received[quarter], by_answered[quarter]
        told = _Told(quarter)
        told.counts("received_by_kind", codes.kinds, (one.kind for one in received))
        told.counts("received_by_channel", codes.channels, (one.channel for one in received))
        told.counts("answered_by_resolution", tuple(Resolution), (one.resolution for one in answered))
        _times(told, [one for one in answered if one.timed])
        told.counts("not_held_by_reason", codes.reasons, (one.reason for one in answered if one.reason))
        told.counts("refused_by_ground", codes.grounds, (one.ground for one in answered if one.ground))
        told.share("partly_delivered", *_partly(answered))
        told.share("preserved", sum(one.held for one in received), sum(one.to_hold for one in received))
        _charged(told, [one.cost for one in answered if one.cost])
        _appeals(told, appeals, codes.outcomes)
        _standing(told, asked, holds)
        lines += told.lines
    return lines


def _by_quarter(asked: Sequence[Asked], day: Callable[[Asked], date | None]) -> defaultdict[str, list[Asked]]:
    """Requests by the quarter of one of their days, without those that have none."""
    found: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        if (told := day(one)) is not None:
            found[str(Quarter.of(told))].append(one)
    return found


class _Told:
    """The lines of one quarter."""

    def __init__(self, quarter: str) -> None:
        self.quarter, self.lines = quarter, list[Line]()

    def count(self, measure: str, item: str, number: int) -> int:
        shown = rounded(number)
        self.lines.append(Line(self.quarter, measure, item, shown))
        return shown

    def counts(self, measure: str, codes: Sequence[str], found: Iterable[str | None]) -> None:
        """One line for each code and one for all, which is rounded by itself."""
        tally = Counter(found)
        self.count(measure, "all", tally.total())
        for code in codes:
            self.count(measure, str(code), tally[code])

    def value(self, measure: str, item: str, value: float | None) -> None:
        self.lines.append(Line(self.quarter, measure, item, None, value))

    def share(self, measure: str, part: int, whole: int) -> None:
        """Both counts and, of enough, the percentage of the one in the other, as they are shown."""
        part, whole = self.count(measure, "part", part), self.count(measure, "whole", whole)
        percent = float(min(100, round(100 * part / whole))) if _enough(whole) else None
        self.value(measure, "percent", percent)


def _times(told: _Told, answered: Sequence[Asked]) -> None:
    days = [(one.answered - one.received).days for one in answered if one.answered is not None]
    enough = _enough(told.count("days", "requests", len(days)))
    kinds: tuple[tuple[str, Callable[[], float]], ...] = (
        ("median", lambda: float(np.median(days))),
        ("p90", lambda: float(np.percentile(days, 90))),
    )
    for name, compute in kinds:
        told.value("days", name, float(round(compute())) if enough else None)
    bound = [one for one in answered if one.due is not None and one.answered is not None]
    kept = sum(one.answered <= one.due for one in bound if one.answered is not None and one.due is not None)
    told.share("within_legal_time", kept, len(bound))


def _enough(shown: int) -> bool:
    """Whether a rounded count says that there were thirty at least; what is told then says no more than it did."""
    return shown >= LEAST + BASE - SLACK


def _charged(told: _Told, costs: Sequence[int]) -> None:
    """How many paid, and what they paid together, where they were enough to tell nobody's part."""
    enough = _enough(told.count("charged", "requests", len(costs)))
    told.value("charged", "amount", float(sum(costs)) if enough else None)


def _partly(answered: Sequence[Asked]) -> tuple[int, int]:
    delivered = [one for one in answered if one.resolution in DELIVERED]
    return sum(one.resolution == Resolution.PARTIAL for one in delivered), len(delivered)


def _appeals(told: _Told, appeals: Sequence[Appeal], outcomes: Sequence[str]) -> None:
    quarter = Quarter.parse(told.quarter)
    told.count("appeals", "made", sum(Quarter.of(one.made) == quarter for one in appeals))
    decided = (one.outcome for one in appeals if one.decided and Quarter.of(one.decided) == quarter)
    told.counts("appeals_decided", outcomes, decided)


def _standing(told: _Told, asked: Sequence[Asked], holds: Sequence[Kept]) -> None:
    """What stands on the last day of the quarter. The age of the oldest request is rounded as counts are."""
    last = Quarter.parse(told.quarter).window.end
    active = sum(one.placed <= last and (one.released is None or one.released > last) for one in holds)
    told.count("at_the_end", "holds", active)
    waiting = [one.received for one in asked if one.received <= last and (one.answered is None or one.answered > last)]
    shown = told.count("at_the_end", "open", len(waiting))
    told.value("at_the_end", "oldest_days", float(rounded((last - min(waiting)).days)) if shown else None)
