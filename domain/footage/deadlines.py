"""Deadlines of a request: business and calendar days from receipt, which is day 0.

Every length comes from the jurisdiction's profile, which the municipality's lawyer signs off.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

TARGET_BEFORE = 5  # business days before the legal date that the desk works towards


class Track(StrEnum):
    """What law a request rests on; it may rest on two, and then the stricter date counts."""

    SUBJECT = "subject"  # access to one's own data
    INFORMATION = "information"  # public information
    AUTHORITY = "authority"
    PRESERVE = "preserve"  # keep it, decide later


class Days(StrEnum):
    BUSINESS = "business"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Term:
    """How long, in which days, and by how much it may be extended once."""

    days: int
    kind: Days
    extension: int = 0

    def due(self, received: date, holidays: Collection[date], extended: bool = False) -> date:
        """The last day on which the term is kept; a calendar date is never rolled forward."""
        length = self.days + (self.extension if extended else 0)
        if self.kind is Days.CALENDAR:
            return received + timedelta(days=length)
        return add_business_days(received, length, holidays)


def is_business_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def add_business_days(start: date, days: int, holidays: Collection[date]) -> date:
    """The business day so many after `start`, or before it where `days` is negative; `start` itself is day 0.

    >>> add_business_days(date(2026, 12, 4), 2, {date(2026, 12, 8)})
    datetime.date(2026, 12, 9)
    """
    day, left, step = start, abs(days), timedelta(days=1 if days >= 0 else -1)
    while left:
        day += step
        left -= is_business_day(day, holidays)
    return day


def on_or_before(day: date, holidays: Collection[date]) -> date:
    """The last business day not after a date: what the desk must aim at where the law counts calendar days."""
    while not is_business_day(day, holidays):
        day -= timedelta(days=1)
    return day
