"""The weekly review of who looked at who asks: one view in twenty, drawn by a lot that nobody can know beforehand.

The lot is the week's name and the chain's last hash of that week, so that whoever looks does not know whether it will
be asked about, and whoever reviews cannot choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

SHARE = 20  # one view in so many, and one of every week that has any


class Verdict(StrEnum):
    IN_ORDER = "in_order"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Week:
    """A week by the city's clock, from Monday; `start` and `end` are instants, the end not in it."""

    name: str  # 2026-W47
    first: date
    start: int
    end: int

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class View:
    """Somebody looked at who asks, or at their photograph; `id` and `hash` are the event's."""

    id: int
    at: int
    actor: str
    folio: str
    what: str  # identity or photo
    purpose: str
    hash: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody found about a view."""

    view: int
    at: int
    actor: str
    verdict: Verdict
    note: str


@dataclass(frozen=True, slots=True)
class Review:
    """A week that is over: how many views it had, those that were drawn, and what was found about them so far."""

    week: Week
    views: int
    drawn: tuple[View, ...]
    marks: tuple[Mark, ...]

    def of(self, view: View) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.view == view.id)

    @property
    def open(self) -> int:
        """How many drawn views nobody has marked."""
        return sum(not self.of(view) for view in self.drawn)


def draw(views: Sequence[View], week: str, head: str) -> tuple[View, ...]:
    """One view in twenty of a week, in the order of time; the same ones however often it is asked."""

    def lot(view: View) -> str:
        return sha256(f"{week} {head} {view.hash}".encode()).hexdigest()

    return tuple(sorted(sorted(views, key=lot)[: -(-len(views) // SHARE)], key=_when))


def _when(view: View) -> tuple[int, int]:
    return view.at, view.id


def week(day: date, zone: ZoneInfo) -> Week:
    """The week that holds a day.

    >>> week(date(2027, 1, 2), ZoneInfo("America/Santiago")).name
    '2026-W53'
    """
    year, number, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    start, end = (int(datetime.combine(one, datetime.min.time(), zone).timestamp()) for one in _around(first))
    return Week(f"{year}-W{number:02}", first, start, end)


def _around(first: date) -> Iterable[date]:
    return first, first + timedelta(days=7)


def named(name: str, zone: ZoneInfo) -> Week | None:
    """The week of a name; None for what is none."""
    try:
        return week(datetime.strptime(f"{name}-1", "%G-W%V-%u").date(), zone)
    except (ValueError, OverflowError):
        return None
