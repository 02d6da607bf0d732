"""Incidents as the columns of the index: what rows of the record become before they are put in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analytics.grid import Grid
from data_access.index.snapshot import COLUMNS, HOURS, MISSING, OUTSIDE, WHENS, WITHHELD
from domain.filter import ORIGINS

EPOCH = date(1970, 1, 1)
PAIRS = "uint16"

Numbers = NDArray[np.int64]
Times = tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint16]]


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
    minute: NDArray[np.uint16]
    item: NDArray[np.uint8]
    origin: NDArray[np.uint8]
    precinct: NDArray[np.uint16]
    id: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: list[Columns]) -> Columns:
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))

    def only(self, kept: NDArray[np.bool_]) -> Columns:
        return Columns(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


def encode(table: pa.Table, zones: Mapping[int, str], grid: Grid, words: Vocabulary) -> Columns:
    """The columns of incidents read from the record.

    `table` is what `record.rows` yields; `zones` names each source's clock. Raises OverflowError for more codes
    than a column can number.
    """
    day, when, minute = times(table, zones)
    cell, fine = _positions(table, grid)
    return Columns(
        pair=_narrow(_pairs(table, words.pairs), words.pairs, PAIRS),
        day=day,
        cell=cell,
        fine=fine,
        when=when,
        minute=minute,
        item=_narrow(_numbered(table["item"], words.items), words.items, COLUMNS["item"]),
        origin=_is(table["origin"], ORIGINS[1]).astype(np.uint8),
        precinct=_narrow(_numbered(table["precinct"], words.precincts), words.precincts, COLUMNS["precinct"]),
        id=_numbers(table["id"]),
    )


def _numbers(column: pa.ChunkedArray) -> Numbers:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Numbers]:
    """The different codes of a column, and for each row the place of its own among them."""
    coded = column.combine_chunks()
    return coded.dictionary.to_pylist(), np.asarray(coded.indices.to_numpy(), dtype=np.int64)


def _is(column: pa.ChunkedArray, *wanted: str) -> NDArray[np.bool_]:
    codes, places = _codes(column)
    return np.array([code in wanted for code in codes], dtype=bool)[places]


def _numbered(column: pa.ChunkedArray, known: dict[str, int]) -> Numbers:
    codes, places = _codes(column)
    used = np.bincount(places, minlength=len(codes)).tolist()
    numbers = [known.setdefault(code, len(known)) if n else 0 for code, n in zip(codes, used, strict=True)]
    return np.array(numbers, dtype=np.int64)[places]


def _pairs(table: pa.Table, known: dict[tuple[str, str], int]) -> Numbers:
    (kinds, kind), (vehicles, vehicle) = _codes(table["type"]), _codes(table["vehicle"])
    both = kind * len(vehicles) + vehicle
    numbers = np.zeros(len(kinds) * len(vehicles), dtype=np.int64)
    for place in np.flatnonzero(np.bincount(both, minlength=len(numbers))).tolist():
        pair = kinds[place // len(vehicles)], vehicles[place % len(vehicles)]
        numbers[place] = known.setdefault(pair, len(known))
    return np.asarray(numbers[both])


def _narrow(numbers: Numbers, known: Mapping[Any, int], kind: str) -> NDArray[Any]:
    if len(known) > np.iinfo(kind).max + 1:
        raise OverflowError(f"{len(known)} different codes are more than the index can number")
    narrowed: NDArray[Any] = numbers.astype(kind)
    return narrowed


def times(table: pa.Table, zones: Mapping[int, str]) -> Times:
    """Local day, weekday x hour, and minute. An hour is known only where the whole window lies inside it."""
    start = _numbers(table["occurred_from"])
    end = _numbers(pc.coalesce(table["occurred_to"], table["occurred_from"]))
    first, last = np.empty(len(start), np.int64), np.empty(len(start), np.int64)
    source = table["source_id"].to_numpy()
    for number in np.unique(source).tolist():
        mine = source == number
        first[mine], last[mine] = _wall(start[mine], zones[number]), _wall(end[mine], zones[number])
    day, weekday = first // 86_400, (first // 86_400 + 3) % 7  # 1 January 1970 was a Thursday
    hour_known = _is(table["precision"], "minute", "hour") & (first // 3600 == last // 3600)
    weekday_known = ~_is(table["precision"], "month") & (day == last // 86_400)
    hour = np.where(hour_known, first % 86_400 // 3600, HOURS - 1)
    when = np.where(weekday_known, weekday * HOURS + hour, WHENS - 1)
    return day.astype(np.int32), when.astype(np.uint8), (first % 86_400 // 60).astype(np.uint16)


def _wall(seconds: Numbers, zone: str) -> Numbers:
    """What the clocks of a zone show, as seconds since 1970 began there."""
    local = pd.DatetimeIndex(pd.to_datetime(seconds, unit="s", utc=True)).tz_convert(zone).tz_localize(None)
    return np.asarray(local.as_unit("s").asi8)


def _positions(table: pa.Table, grid: Grid) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    point = _is(table["location"], "point")
    cell = np.full(len(point), grid.cells + MISSING, dtype=np.uint32)
    cell[_is(table["location"], "withheld")] = grid.cells + WITHHELD
    cell[_is(table["location"], "outside")] = grid.cells + OUTSIDE
    fine = np.zeros(len(point), dtype=np.uint32)
    lon, lat = (table[name].to_numpy()[point].astype(np.float64) for name in ("lon", "lat"))
    cells, fines, inside = grid.place(lon, lat)
    cell[point] = np.where(inside, cells, grid.cells + OUTSIDE)
    fine[point] = fines
    return cell, fine
