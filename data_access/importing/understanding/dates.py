"""When it happened: dates and times as people write them, and the clock of the place in which they did."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from data_access.importing.understanding.texts import Texts

DAY = 86_400
PRECISIONS = ("month", "day", "hour", "minute")
MONTH, DAY_ONLY, HOUR, MINUTE = range(4)
ORDERS = ("dmy", "mdy")  # how 03/04/2021 is meant; a year in front leaves no doubt

EPOCH = date(1970, 1, 1)
EXCEL = date(1899, 12, 30)  # day 0 of spreadsheets, after 1900-02-28
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"([2-7]\d{4})(\.\d+)?$")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}))?(?:[:.,]\d+)?\s*(?:([AP])\.?\s?M\.?)?(?![\d:])", re.I)
_BARE_CLOCK = re.compile(r"(\d{1,2})(\d{2})$")
_OFFSET = re.compile(r"(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2})?", re.I)

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Moment(NamedTuple):
    """A time as written. `clock` is in seconds since midnight; `offset` in seconds east of UTC, where one is given."""

    day: int  # since 1970
    clock: int
    precision: int
    offset: int | None


def read_moment(text: str, order: str = "dmy") -> Moment | None:
    """Understand a date with or without a time; None where there is no such day.

    >>> read_moment("2021-03-04T05:06:00Z")
    Moment(day=18690, clock=18360, precision=3, offset=0)
    >>> read_moment("30/02/2020") is None
    True
    """
    if serial := _SERIAL.match(text):
        clock = round(float(serial[2] or 0) * DAY) % DAY
        return Moment(int(serial[1]) + (EXCEL - EPOCH).days, clock, MINUTE if clock else DAY_ONLY, None)
    found = _YEAR_FIRST.match(text) or _YEAR_LAST.match(text) or _COMPACT.match(text)
    if found is None:
        return None
    day = _day(found, order)
    if day is None:
        return None
    clock, precision, rest = read_clock(text[found.end() :].lstrip("T ,"))
    if found.lastindex == 2:
        precision = MONTH
    return Moment(day, clock, precision, _offset(rest) if precision >= HOUR else None)


def _day(found: re.Match[str], order: str) -> int | None:
    if found.re is _YEAR_LAST:
        first, second, year = found.groups()
        day, month = (first, second) if order == "dmy" else (second, first)
    else:
        year, month, day = found.groups(default="1")
    if not 1900 <= int(year) <= 2200:  # room on both sides for every zone
        return None
    try:
        return (date(int(year), int(month), int(day)) - EPOCH).days
    except ValueError:
        return None


def read_clock(text: str) -> tuple[int, int, str]:
    """Seconds since midnight, the precision, and what follows; a time that no clock shows tells only the day.

    >>> read_clock("06:30:00:00"), read_clock("7:14:00 PM"), read_clock("205"), read_clock("25:00")
    ((23400, 3, ''), (69240, 3, ''), (7500, 3, ''), (0, 1, '25:00'))
    """
    bare = _BARE_CLOCK.match(text)
    found = bare or _CLOCK.match(text)
    if found is None:
        return 0, DAY_ONLY, text
    hour, minute, second = int(found[1]), int(found[2] or 0), 0 if bare else int(found[3] or 0)
    half = None if bare else found[4]
    if half is not None:
        hour = hour % 12 + (12 if half in "Pp" else 0) if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59 or second > 60:
        return 0, DAY_ONLY, text
    clock = hour * 3600 + minute * 60 + min(second, 59)
    return clock, MINUTE if found[2] else HOUR, text[found.end() :].strip()


def _offset(text: str) -> int | None:
    found = _OFFSET.match(text)
    if found is None:
        return None
    if found[1]:
        return 0
    return (int(found[3]) * 3600 + int(found[4] or 0) * 60) * (-1 if found[2] == "-" else 1)


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of times. Where `ok` is false the other arrays hold nothing of use."""

    ok: Mask
    day: Ints
    clock: Ints
    precision: Ints
    offset: Ints
    has_offset: Mask

    @property
    def written(self) -> Ints:
        """Seconds since 1970 as the writer's clock showed them."""
        return self.day * DAY + self.clock

    @classmethod
    def of(cls, texts: Texts, order: str) -> Moments:
        found = [read_moment(text, order) for text in texts.values]
        table = np.array(
            [(1, m.day, m.clock, m.precision, m.offset or 0, m.offset is not None) if m else (0,) * 6 for m in found]
            + [(0,) * 6],
            np.int64,
        )
        ok, day, clock, precision, offset, has_offset = table[texts.codes].T
        return cls(ok.astype(bool), day, clock, precision, offset, has_offset.astype(bool))

    def at_clock(self, times: Texts) -> Moments:
        """The same days at the times of another column; a day alone where that one says nothing."""
        clock, precision = np.array([read_clock(_bare_fraction(t))[:2] for t in times.values] + [(0, DAY_ONLY)]).T
        return Moments(
            self.ok,
            self.day,
            clock[times.codes],
            np.where(self.precision == MONTH, MONTH, precision[times.codes]),
            np.zeros_like(self.offset),
            np.zeros_like(self.has_offset),
        )

    def without_clock(self) -> Moments:
        day_only = np.minimum(self.precision, DAY_ONLY)
        zero = np.zeros_like(self.clock)
        return Moments(self.ok, self.day, zero, day_only, zero, np.zeros_like(self.has_offset))

    def instead(self, rows: Mask, other: Moments) -> Moments:
        """These moments, and in the given rows those of another column."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return Moments(*(np.where(rows, theirs, ours) for ours, theirs in pairs))

    @property
    def stamp(self) -> Ints:
        """Seconds since 1970, in UTC where an offset is written, else by the writer's clock."""
        return self.written - self.offset * self.has_offset

    def instants(self, zone: str) -> Ints:
        """Seconds since 1970 in UTC: by the offset where one is written, else by the clock of the zone."""
        local = np.where(self.has_offset, 0, self.written)
        return np.where(self.has_offset, self.stamp, to_utc(local, zone))

    def believing(self, witness: Texts, zone: str) -> Moments:
        """Drop the offsets that lie: where a column of local times agrees better with the time as it is written
        than with that time carried over to the clock of the zone."""
        shown = witness.each(lambda text: read_clock(text.zfill(4))[0], 0, np.int64)  # 5 is 00:05
        carried = to_local(np.where(self.has_offset, self.stamp, 0), zone)
        lies = witness.present & self.has_offset & (_apart(self.clock, shown) < _apart(carried, shown))
        return Moments(self.ok, self.day, self.clock, self.precision, self.offset * ~lies, self.has_offset & ~lies)


def _apart(clock: Ints, other: Ints) -> Ints:
    """The way between two times of day, over midnight if that is shorter; seconds do not count."""
    way = np.abs(clock // 60 - other // 60) % 1440
    return np.asarray(np.minimum(way, 1440 - way))


def _bare_fraction(text: str) -> str:
    """A spreadsheet's time of day, a fraction of the day, as a clock shows it."""
    if not re.fullmatch(r"0?\.\d+", text):
        return text
    minutes = round(float(text) * 1440) % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


# --- clocks ----------------------------------------------------------------------------------------------------


def to_utc(local: Ints, zone: str) -> Ints:
    """Local seconds to UTC. A time that comes twice is the first of the two; one that is skipped is read as if
    the clock had not yet been moved (PEP 495, fold 0).

    >>> int(to_utc(np.array([1_457_836_020]), "America/New_York")[0])  # 2016-03-13 02:27, skipped
    1457854020
    """
    return np.asarray(local - _offsets(local, zone, _local_offset), np.int64)


def to_local(utc: Ints, zone: str) -> Ints:
    """UTC seconds to what the clock of the zone shows."""
    return np.asarray(utc + _offsets(utc, zone, _utc_offset), np.int64)


def _offsets(seconds: Ints, zone: str, offset: Callable[[int, str], int]) -> Ints:
    """Days without a clock change are computed once; the rows of other days one by one."""
    days, inverse = np.unique(seconds // DAY, return_inverse=True)
    edges = np.array([(offset(int(d) * DAY, zone), offset(int(d) * DAY + DAY, zone)) for d in days], np.int64)
    found = edges.reshape(-1, 2)[inverse.ravel()]
    result: Ints = found[:, 0].copy()
    for row in np.flatnonzero(found[:, 0] != found[:, 1]):
        result[row] = offset(int(seconds[row]), zone)
    return result


@lru_cache(maxsize=65536)
def _local_offset(seconds: int, zone: str) -> int:
    return _seconds(datetime(1970, 1, 1, tzinfo=ZoneInfo(zone)) + timedelta(seconds=seconds))


@lru_cache(maxsize=65536)
def _utc_offset(seconds: int, zone: str) -> int:
    return _seconds((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(ZoneInfo(zone)))


def _seconds(moment: datetime) -> int:
    return int((moment.utcoffset() or timedelta()).total_seconds())
