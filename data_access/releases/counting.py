"""The true counts behind a release, from one pass over the record. They leave this room rounded, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data_access.areas import Assigner
from data_access.index import record
from data_access.index.columns import times
from data_access.index.snapshot import HOURS, WHENS
from data_access.releases.ground import Ground
from data_access.schema import incidents
from domain.release.lattice import BAND_HOURS, BANDS, TABLES
from domain.taxonomy import taxonomy

Integers = NDArray[np.int64]

TYPES = tuple(sorted(taxonomy().types.keys() - taxonomy().sensitive))
FAMILIES = tuple(sorted({code.partition(".")[0] for code in TYPES}))
SENSITIVE = tuple(sorted({code.partition(".")[0] for code in taxonomy().sensitive}))
FAMILY = np.array([FAMILIES.index(code.partition(".")[0]) for code in TYPES])  # of each type
CODES = (*TYPES, *(f"{family}." for family in SENSITIVE))  # how rows are numbered while they are read
TABLE = {table.name: table for table in TABLES}
MONTH = "datetime64[M]"
LIVELY = 0.2  # of a usual month's incidents: where a series begins and ends
MISSED_DAYS = 7  # that a month at an end of the series may lack

FIELDS = pa.schema(
    {name: record.FIELDS.field(name).type for name in ("source_id", "occurred_from", "occurred_to", "precision")}
    | {"type": record.CODE, "lon": pa.float64(), "lat": pa.float64(), "precinct_id": pa.int32(), "zone_id": pa.int32()}
)


@dataclass(frozen=True)
class Counts:
    """Incidents by the atoms of the lattice.

    `months` are whole calendar months without a gap; `years` those whose twelve are all among them. `types` has shape
    (months, types), `precincts` (months, precincts + 1, families), `places` (years, places, families), `bands` (years,
    families, bands) and `sensitive` (years, families that are sensitive); the last precinct and place are "unknown".
    """

    months: tuple[str, ...]
    years: tuple[str, ...]
    types: Integers
    precincts: Integers
    places: Integers
    bands: Integers
    sensitive: Integers

    def of_year(self, year: str) -> slice:
        """Where a year's months are."""
        mine = [place for place, month in enumerate(self.months) if month.startswith(year)]
        return slice(mine[0], mine[-1] + 1)


@dataclass(frozen=True)
class _Rows:
    """One number for each incident: month and day since 1970, type, precinct, place, band; `dated` knows its day."""

    month: Integers
    day: Integers
    kind: Integers
    precinct: Integers
    place: Integers
    band: Integers
    dated: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> _Rows:
        return _Rows(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


def count(connection: Connection, ground: Ground, closed: date, since: str = "") -> Counts | None:
    """Count everything up to `closed`, the last day that may be told of; None where no month is whole.

    `since` is the month that an earlier release began with. No period and no other number depends on the sensitive
    incidents.
    """
    _, clocks, synthetic = record.live_batches(connection)
    assigner = Assigner(connection, invented=True) if synthetic else None
    parts = [_numbered(table, clocks, ground, assigner) for table in _read(connection, list(clocks))]
    if not parts:
        return None
    joined = (np.concatenate([getattr(part, name) for part in parts]) for name in _Rows.__dataclass_fields__)
    rows = _Rows(*joined)
    plain = rows.only(rows.kind < len(TYPES))
    span = _span(plain, closed, since)
    return _counted(plain, rows.only(rows.kind >= len(TYPES)), ground, *span) if span else None


def _read(connection: Connection, sources: list[int]) -> Iterator[pa.Table]:
    columns = [incidents.c[name] for name in FIELDS.names]
    return record.read(connection, select(*columns).where(incidents.c.source_id.in_(sources)), FIELDS)


def _numbered(table: pa.Table, clocks: dict[int, str], ground: Ground, assigner: Assigner | None) -> _Rows:
    day, when, _ = times(table, clocks)
    unknown_hour = (when % HOURS == HOURS - 1) | (when == WHENS - 1)
    zone = table["zone_id"].to_pandas() if assigner is None else _located(table, assigner)
    precinct, place = ground.place(table["precinct_id"].to_pandas(), zone)
    return _Rows(
        month=day.astype("datetime64[D]").astype(MONTH).astype(np.int64),
        day=day.astype(np.int64),
        kind=_kinds(table["type"]),
        precinct=precinct,
        place=place,
        band=np.where(unknown_hour, len(BANDS) - 1, when % HOURS // BAND_HOURS).astype(np.int64),
        dated=when != WHENS - 1,
    )


def _located(table: pa.Table, assigner: Assigner) -> pd.Series:
    """The zones that points lie in; the demo's incidents are not said to lie in its invented ones."""
    lon, lat = (np.asarray(table[name].to_numpy(), dtype=np.float64) for name in ("lon", "lat"))
    known = np.isfinite(lon) & np.isfinite(lat)
    zone = np.full(len(lon), None, dtype=object)
    zone[known] = assigner.locate(lon[known], lat[known])[1]
    return pd.Series(zone)


def _kinds(column: pa.ChunkedArray) -> Integers:
    coded = column.combine_chunks()
    sensitive = taxonomy().sensitive
    codes = [f"{code.partition('.')[0]}." if code in sensitive else code for code in coded.dictionary.to_pylist()]
    numbers = np.array([CODES.index(code) for code in codes], dtype=np.int64)
    return np.asarray(numbers[coded.indices.to_numpy()])


def _span(rows: _Rows, closed: date, since: str) -> tuple[int, int] | None:
    """The first and last month of the series, since 1970: where its usual volume begins and ends, in whole months."""
    before = int(np.datetime64(closed, "D").astype(MONTH).astype(int))
    if not (np.datetime64(closed, "D") + 1).astype(MONTH).astype(int) > before:
        before -= 1  # the month of the last day has not ended
    in_time = (rows.month >= 0) & (rows.month <= before)
    if not in_time.any():
        return None
    volume = np.bincount(rows.month[in_time])
    days = np.unique(rows.day[in_time & rows.dated])
    told = np.bincount(days.astype("datetime64[D]").astype(MONTH).astype(np.int64), minlength=len(volume))
    whole = (volume >= LIVELY * _usual(volume, volume)) & (told >= _usual(told, volume) - MISSED_DAYS)
    months = np.flatnonzero(whole)
    if not len(months):
        return None
    first = int(np.datetime64(since, "M").astype(int)) if since else int(months[0])
    return first, int(months[-1])


def _usual(values: Integers, weights: Integers) -> int:
    """The value of the month that the middle incident lies in: months with a few strays do not count for much."""
    order = np.argsort(values, kind="stable")
    return int(values[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])


def _counted(plain: _Rows, hidden: _Rows, ground: Ground, first: int, last: int) -> Counts:
    months = tuple(np.arange(first, last + 1).astype(MONTH).astype(str).tolist())
    years = tuple(sorted({m[:4] for m in months if f"{m[:4]}-01" in months and f"{m[:4]}-12" in months}))
    start = int(years[0]) if years else 0
    plain = plain.only((plain.month >= first) & (plain.month <= last))
    month, family = plain.month - first, FAMILY[plain.kind]
    yearly = plain.only(_within(plain, start, len(years)))
    year, kin = yearly.month // 12 + 1970 - start, FAMILY[yearly.kind]
    hidden = hidden.only(_within(hidden, start, len(years)))
    span, sizes = len(months), len(FAMILIES)
    return Counts(
        months,
        years,
        types=_tally((span, len(TYPES)), month, plain.kind),
        precincts=_tally((span, len(ground.precincts) + 1, sizes), month, plain.precinct, family),
        places=_tally((len(years), len(ground.places), sizes), year, yearly.place, kin),
        bands=_tally((len(years), sizes, len(BANDS)), year, kin, yearly.band),
        sensitive=_tally((len(years), len(SENSITIVE)), hidden.month // 12 + 1970 - start, hidden.kind - len(TYPES)),
    )


def _within(rows: _Rows, start: int, years: int) -> NDArray[np.bool_]:
    year = rows.month // 12 + 1970
    return (year >= start) & (year < start + years)


def _tally(shape: tuple[int, ...], *keys: Integers) -> Integers:
    places = np.ravel_multi_index(keys, shape) if len(keys[0]) and 0 not in shape else np.empty(0, np.int64)
    return np.bincount(places, minlength=int(np.prod(shape))).reshape(shape)
