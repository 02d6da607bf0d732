"""The history of registrations as arrays: what is registered by area and day, and what came each week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

WEEK = 7  # days


@dataclass(frozen=True)
class History:
    """Registered addresses and reports in all, by area and day. -1 before the first fact, carried over days without.

    The arrays have the shape (areas, days) and begin on `first`; `seen` says on which days addresses were told.
    """

    ids: tuple[int, ...]  # of the areas
    first: date
    addresses: Integers
    seen: Booleans
    reports: Integers

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.addresses.shape[1] - 1)

    @cached_property
    def places(self) -> dict[int, int]:
        """The row of each area."""
        return {id: at for at, id in enumerate(self.ids)}

    def until(self, day: date) -> History:
        """What there is up to a day, that day included."""
        end = (day - self.first).days + 1
        return History(self.ids, self.first, self.addresses[:, :end], self.seen[:, :end], self.reports[:, :end])

    def spans(self) -> list[tuple[date | None, date | None]]:
        """The first and the last day with data of each area."""
        begun, ended = self.seen.argmax(axis=1), self.seen.shape[1] - 1 - self.seen[:, ::-1].argmax(axis=1)
        day = [self.first + timedelta(days=n) for n in range(self.seen.shape[1])]
        told = zip(begun.tolist(), ended.tolist(), strict=True)
        return [
            (day[start], day[end]) if self.seen[place, start] else (None, None)
            for place, (start, end) in enumerate(told)
        ]

    def gaps(self, place: int) -> tuple[str, ...]:
        """The months (YYYY-MM) of an area without any data between its first day and its last."""
        days = [self.first + timedelta(days=int(day)) for day in np.flatnonzero(self.seen[place])]
        if not days:
            return ()
        told = {day.strftime("%Y-%m") for day in days}
        months = (end.strftime("%Y-%m") for end in month_ends(days[0], days[-1]))
        return tuple(month for month in months if month not in told)


def month_ends(first: date, last: date) -> Iterator[date]:
    """The last day of every month that the days from one to another touch; the last of them may be unfinished.

    >>> [str(day) for day in month_ends(date(2026, 1, 20), date(2026, 3, 5))]
    ['2026-01-31', '2026-02-28', '2026-03-05']
    """
    start = first.replace(day=1)
    while start <= last:
        after = (start + timedelta(days=31)).replace(day=1)
        yield min(after - timedelta(days=1), last)
        start = after


def levels(value: Integers, cumulative: Booleans) -> tuple[Integers, Booleans]:
    """Registered in all at the end of each day, and whether the day has data, from facts of either way of counting.

    `value` (areas, days) is the newest fact of a day, -1 without one; `cumulative` says which are totals, the others
    being the new ones of their day. Levels are carried over days without data and are -1 before the first.

    >>> level, seen = levels(np.array([[-1, 5, -1, 2, 9]]), np.array([[False, True, False, False, True]]))
    >>> level.tolist(), seen.astype(int).tolist()
    ([[-1, 5, 5, 7, 9]], [[0, 1, 0, 1, 1]])
    """
    seen = value >= 0
    total = seen & cumulative
    added = np.cumsum(np.where(seen & ~cumulative, value, 0), axis=1)
    at = np.maximum.accumulate(np.where(total, np.arange(value.shape[1]), -1), axis=1)
    base = np.where(at >= 0, np.take_along_axis(np.where(total, value - added, 0), np.maximum(at, 0), axis=1), 0)
    begun = np.logical_or.accumulate(seen, axis=1)
    return np.where(begun, base + added, -1), seen


@dataclass(frozen=True, slots=True)
class Increments:
    """What was added between the last observations of successive weeks; both arrays (areas, weeks).

    `days` is how long each took: 7 in a daily history, some 30 in a monthly one, and 0 where a week has no data.
    """

    added: Floats
    days: Floats

    def part(self, start: int, end: int) -> Increments:
        return Increments(self.added[:, start:end], self.days[:, start:end])


def weekly(level: Integers, seen: Booleans, weeks: int) -> Increments:
    """The increments of the last `weeks` weeks of a history (areas, days), the last of which ends on its last day."""
    areas, length = level.shape
    wanted = (weeks + 1) * WEEK
    if length < wanted:
        shape = (areas, wanted - length)
        level = np.concatenate([np.full(shape, -1, level.dtype), level], axis=1)
        seen = np.concatenate([np.zeros(shape, np.bool_), seen], axis=1)
    start = level.shape[1] - wanted
    marked = np.where(seen[:, start:], np.arange(wanted), -1)
    last = marked.reshape(areas, weeks + 1, WEEK).max(axis=2)
    before = np.maximum.accumulate(last, axis=1)[:, :-1]
    now = last[:, 1:]
    known = (now >= 0) & (before >= 0)
    taken = level[:, start:]
    rise = np.take_along_axis(taken, np.maximum(now, 0), 1) - np.take_along_axis(taken, np.maximum(before, 0), 1)
    return Increments(np.where(known, rise, 0).astype(np.float64), np.where(known, now - before, 0).astype(np.float64))
