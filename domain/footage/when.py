"""When something happened, as a resident tells it, and whether a recording of it may still exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST = 60  # minutes of one segment
STEP = 5  # minutes
EARLIEST = date(2000, 1, 1)
AMBER = 7  # days left from which the recording is kept at once


class Hour(StrEnum):
    """Which of two hours is meant in the night when clocks go back."""

    FIRST = "first"
    SECOND = "second"


class Wrong(Exception):
    """What is wrong with a segment: the part of it (day, from, to or hour) and a code."""

    def __init__(self, part: str, code: str) -> None:
        super().__init__(part, code)
        self.part, self.code = part, code


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time in whole seconds since 1970; `day` is the local day on which it begins."""

    day: date
    starts: int
    ends: int


def segment(day: str, starts: str, ends: str, hour: str, zone: ZoneInfo, now: int) -> Segment:
    """The stretch of a local day written as 2026-11-21, 23:40, 00:10; one over midnight ends on the next day.

    Raises Wrong, with code "twice" where the clock showed the time two times and `hour` does not say which is meant.
    """
    date_ = _day(day)
    first, last = _clock("from", starts), _clock("to", ends)
    if last == first:
        raise Wrong("to", "order")
    after = date_ + timedelta(days=1) if last < first else date_
    if after > date_ and _minutes(last) + 24 * 60 - _minutes(first) > LONGEST:
        raise Wrong("to", "order")
    begin = _instant(datetime.combine(date_, first), "from", hour, zone)
    end = _instant(datetime.combine(after, last), "to", hour, zone)
    if end > now:
        raise Wrong("to" if begin <= now else "day", "future")
    if end <= begin:
        raise Wrong("to", "order")
    if end - begin > LONGEST * 60:
        raise Wrong("to", "long")
    return Segment(date_, begin, end)


def days_left(day: date, today: date, retention: int) -> int:
    """How many days a recording of a day still lasts by rule; nought or less: probably gone."""
    return retention - (today - day).days


class Outlook(StrEnum):
    """Whether a recording may still exist."""

    KEPT = "kept"
    HURRY = "hurry"
    GONE = "gone"


def outlook(left: int) -> Outlook:
    """What so many days left mean.

    >>> [outlook(left).value for left in (8, 7, 1, 0)]
    ['kept', 'hurry', 'hurry', 'gone']
    """
    if left <= 0:
        return Outlook.GONE
    return Outlook.HURRY if left <= AMBER else Outlook.KEPT


def _day(written: str) -> date:
    if not written:
        raise Wrong("day", "empty")
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise Wrong("day", "shape") from None
    if not EARLIEST <= found < date.max:
        raise Wrong("day", "shape")
    return found


def _clock(part: str, written: str) -> time:
    if not written:
        raise Wrong(part, "empty")
    try:
        found = time.fromisoformat(written)
    except ValueError:
        raise Wrong(part, "shape") from None
    if found.tzinfo is not None:
        raise Wrong(part, "shape")
    if found.minute % STEP or found.second or found.microsecond:
        raise Wrong(part, "step")
    return found


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _instant(local: datetime, part: str, hour: str, zone: ZoneInfo) -> int:
    """A local time as an instant. A time that a clock jumped over is refused; one that it showed twice is asked for."""
    first, second = (int(local.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1))
    if first == second:
        return first
    if first > second:  # both sides of a jump forward: that time never was
        raise Wrong(part, "skipped")
    if hour not in tuple(Hour):
        raise Wrong("hour", "twice")
    return first if hour == Hour.FIRST else second
