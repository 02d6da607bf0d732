"""When each row of a chunk happened, and how exactly that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_access.importing.understanding.columns import Columns
from data_access.importing.understanding.dates import (
    DAY,
    DAY_ONLY,
    HOUR,
    MONTH,
    Ints,
    Mask,
    Moments,
    read_moment,
    to_local,
    to_utc,
)

EARLIEST = (read_moment("1980-01-01") or (0,))[0]  # days since 1970; before it lie defaults, not facts


@dataclass(frozen=True, slots=True)
class Times:
    """Instants in UTC seconds. A row without `ended` is an instant, or a day or month where the precision says so."""

    field: str  # the one that says when it happened, or when the window opened
    present: Mask
    ok: Mask
    occurred: Ints
    ended: Ints
    has_end: Mask
    precision: Ints
    reported: Ints
    has_reported: Mask
    stamps: tuple[Ints, Ints]  # what is written, before any rule: part of the content's identity


def read_times(columns: Columns, zone: str, withheld: Mask) -> Times:
    """The times of all rows. `withheld` rows tell the day at most."""
    name = next(field for field in ("datetime", "parts", "date", "start") if columns.has(field))
    when, last = _moments(columns, name, zone), _moments(columns, "end", zone)
    windows = last.ok.copy()
    if columns.has("start"):
        when = when.instead(windows, _moments(columns, "start", zone))
    utc = when.instants(zone)
    local = np.where(when.has_offset, to_local(utc, zone), when.written)
    until = np.where(last.precision < HOUR, last.written + DAY - 1, 0)
    ended = np.where(last.precision < HOUR, to_utc(until, zone), last.instants(zone))
    windows &= ended != utc
    precision = _precision(columns, when, local, withheld)
    same_hour = (to_local(ended * windows, zone) // 3600 == local // 3600) & (precision >= HOUR)
    occurred = np.where(windows | (precision >= HOUR), utc, to_utc(_floored(local, precision), zone))
    reported = _moments(columns, "reported", zone)
    return Times(
        field=name,
        present=columns[name].present,
        ok=when.ok & (local // DAY >= EARLIEST),
        occurred=occurred,
        ended=ended,
        has_end=windows,
        precision=np.where(windows, np.where(same_hour, HOUR, np.minimum(precision, DAY_ONLY)), precision),
        reported=reported.instants(zone),
        has_reported=reported.ok & (reported.day >= EARLIEST),
        stamps=(when.stamp, last.stamp * windows),
    )


def _moments(columns: Columns, name: str, zone: str) -> Moments:
    clock = columns.shape.clock
    found = Moments.of(columns[name], clock.order)
    if name == "date":
        return found.at_clock(columns["time"]) if columns.has("time") else found.without_clock()
    return found.believing(columns.column(clock.witness), zone) if clock.witness else found


def _precision(columns: Columns, when: Moments, local: Ints, withheld: Mask) -> Ints:
    clock = columns.shape.clock
    if clock.month_only:
        return np.full(len(local), MONTH, np.int64)
    unknown = withheld | np.isin(local % DAY, np.array(sorted(clock.unknown), np.int64))
    return np.where(unknown, np.minimum(when.precision, DAY_ONLY), when.precision)


def _floored(local: Ints, precision: Ints) -> Ints:
    """The first second of the day or of the month."""
    day: npt.NDArray[np.datetime64] = (local // DAY).astype("datetime64[D]")
    month = day.astype("datetime64[M]").astype("datetime64[D]")
    return np.where(precision == MONTH, month.astype(np.int64), local // DAY) * DAY
