"""Incidents as the columns of the index: what a row of the record becomes before it is put in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.grid import Grid
from data_access.index.snapshot import HOURS, MISSING, OUTSIDE, WHENS, WITHHELD
from domain.filter import ORIGINS

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Vocabulary:
    """Numbers for the codes a snapshot holds; it grows while rows are read."""

    pairs: dict[tuple[str, str], int]
    items: dict[str, int]
    precincts: dict[str, int]

    @classmethod
    def empty(cls) -> Vocabulary:
        return cls({}, {}, {"": 0})


@dataclass(frozen=True)
class Columns:
    """Rows in no particular order: one array for each column, all of one length."""

    pair: NDArray[np.uint16]
    day: NDArray[np.int32]  # since 1970, on the source's clock
    cell: NDArray[np.uint32]
    fine: NDArray[np.uint32]
    when: NDArray[np.uint8]
    item: NDArray[np.uint8]
    origin: NDArray[np.uint8]
    precinct: NDArray[np.uint16]
    id: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: list[Columns]) -> Columns:
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))

    def only(self, kept: NDArray[np.bool_]) -> Columns:
        return Columns(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


def encode(frame: pd.DataFrame, zones: Mapping[int, str], grid: Grid, words: Vocabulary) -> Columns:
    """The columns of incidents read from the record.

    `frame` has the columns id, source_id, occurred_from, occurred_to, precision, type, vehicle, item, origin,
    location, lon, lat and precinct (a code or ""); `zones` names each source's clock.
    """
    day, when = _times(frame, zones)
    cell, fine = _positions(frame, grid)
    return Columns(
        pair=_numbered(zip(frame["type"], frame["vehicle"], strict=True), words.pairs).astype(np.uint16),
        day=day,
        cell=cell,
        fine=fine,
        when=when,
        item=_numbered(frame["item"], words.items).astype(np.uint8),
        origin=(frame["origin"].to_numpy() == ORIGINS[1]).astype(np.uint8),
        precinct=_numbered(frame["precinct"], words.precincts).astype(np.uint16),
        id=frame["id"].to_numpy(np.int64),
    )


def _numbered(values: Iterable[object], known: dict) -> NDArray[np.int64]:  # type: ignore[type-arg]
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)


def _times(frame: pd.DataFrame, zones: Mapping[int, str]) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Local day, and weekday x hour. An hour is known only where the whole window lies inside it."""
    start = frame["occurred_from"].to_numpy(np.int64)
    end = frame["occurred_to"].to_numpy(np.float64)
    end = np.where(np.isnan(end), start, end).astype(np.int64)
    day, hour = np.empty(len(frame), np.int32), np.empty(len(frame), np.int64)
    last_day, last_hour = np.empty_like(day), np.empty_like(hour)
    source = frame["source_id"].to_numpy()
    for number in np.unique(source):
        mine = source == number
        day[mine], hour[mine] = _local(start[mine], zones[number])
        last_day[mine], last_hour[mine] = _local(end[mine], zones[number])
    precision = frame["precision"].to_numpy()
    known = np.isin(precision, ("minute", "hour")) & (day == last_day) & (hour == last_hour)
    weekday_known = (precision != "month") & (day == last_day)
    weekday = (day + 3) % 7  # 1 January 1970 was a Thursday
    when = np.where(weekday_known, weekday * HOURS + np.where(known, hour, HOURS - 1), WHENS - 1)
    return day, when.astype(np.uint8)


def _local(seconds: NDArray[np.int64], zone: str) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    local = pd.DatetimeIndex(pd.to_datetime(seconds, unit="s", utc=True)).tz_convert(zone).tz_localize(None)
    wall = local.as_unit("s").asi8
    return (wall // 86_400).astype(np.int32), (wall % 86_400) // 3600


def _positions(frame: pd.DataFrame, grid: Grid) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    location = frame["location"].to_numpy()
    point = location == "point"
    cell = np.full(len(frame), grid.cells + MISSING, dtype=np.uint32)
    cell[location == "withheld"] = grid.cells + WITHHELD
    cell[location == "outside"] = grid.cells + OUTSIDE
    fine = np.zeros(len(frame), dtype=np.uint32)
    located = frame.loc[point, ["lon", "lat"]].to_numpy(np.float64)
    cells, fines, inside = grid.place(located[:, 0], located[:, 1])
    cell[point] = np.where(inside, cells, grid.cells + OUTSIDE)
    fine[point] = fines
    return cell, fine
