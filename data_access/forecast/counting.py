"""Counting what a forecast learns from: incidents of a snapshot by week and by square cell of a metric grid.

Only types that victims report say which weeks are known, and only types that somebody reports where the study area is:
what patrols find moves neither. A week is known where it lies whole in the data and `analytics.forecast.known` finds
nothing missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy import Connection, select

from analytics.forecast import known
from analytics.forecast.panel import WEEK, Bools, Counts, Lattice, Panel, Places
from analytics.grid import degrees
from data_access.areas import Assigner
from data_access.index.build import complete
from data_access.index.columns import EPOCH
from data_access.index.snapshot import OUTSIDE, WHENS, Snapshot
from data_access.schema import areas
from domain.errors import Invalid, NotFound
from domain.forecast.sealed import Target
from domain.taxonomy import taxonomy

MONDAY = EPOCH - timedelta(days=3)  # week 0 begins: 1 January 1970 was a Thursday
MOST_WEEKS = 520  # ten years are counted, no more: older habits tell nothing of next week
YEAR = 364  # days, by which the last whole one is told
MONTHS_ONLY = 0.5  # of a target's incidents without a day: they tell months, not weeks
ROW = 1 << 32  # between the keys of two rows of cells
NOWHERE = -1  # the key of what lies off the map

RECENT, LEARNED = 8, 104  # weeks whose inputs are compared

Numbers = NDArray[np.int64]
Degrees = NDArray[np.float64]
Inputs = dict[str, tuple[list[int], list[int]]]


def number_of(day: date) -> int:
    """The number of the week that a day lies in."""
    return (day - MONDAY).days // 7


def monday_of(week: int) -> date:
    return MONDAY + week * WEEK


@dataclass(frozen=True)
class Weeks:
    """Which weeks a source holds: `known`, shape (weeks,), from week number `first` on."""

    first: int
    known: Bools

    def holds(self, week: int) -> bool:
        return 0 <= week - self.first < len(self.known) and bool(self.known[week - self.first])

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers of the known weeks, ascending."""
        return np.flatnonzero(self.known) + self.first


@dataclass(frozen=True)
class Spots:
    """Incidents with a place, in no order that matters, each array of shape (incidents,).

    `key` says the cell or that it is off the map, `week` its number, `pair` and `precinct` are the snapshot's.
    """

    epsg: int
    size: int
    key: Numbers
    week: NDArray[np.int32]
    pair: NDArray[np.uint16]
    precinct: NDArray[np.uint16]


def weeks(snapshot: Snapshot, target: Target | None = None, until: date | None = None) -> Weeks:
    """The whole weeks that a snapshot spans, and which are known, of a target or of the city; only days before `until`.

    Neither what comes later nor what patrols find changes them.
    """
    daily = _daily(snapshot, taxonomy().victim_reported)[: snapshot.day(until or date.max)]
    held = np.flatnonzero(daily)
    if not len(held):
        return Weeks(number_of(snapshot.first), np.zeros(0, dtype=np.bool_))
    begins = snapshot.date_of(int(held[0]))
    year = daily[: held[-1] + 1][-YEAR:]
    ends = snapshot.date_of(int(held[-1]) + 1 - len(year) + complete(year) + 1)
    first, end = number_of(begins - timedelta(days=1)) + 1, number_of(ends)
    days = slice((monday_of(first) - snapshot.first).days, (monday_of(max(end, first)) - snapshot.first).days)
    found = known.whole(daily[days].reshape(-1, 7))
    if target is not None:
        found[found] = known.told(_daily(snapshot, target.types)[days].reshape(-1, 7)[found].sum(axis=1))
    return Weeks(first, found)


def _daily(snapshot: Snapshot, types: frozenset[str]) -> Numbers:
    """Incidents of some types a day, wherever they were, shape (days,)."""
    off = snapshot.off[_pairs(snapshot, types)].astype(np.int64)
    return np.asarray(np.diff(off, axis=1).sum(axis=0))


def epsg_of(snapshot: Snapshot) -> int:
    """The UTM zone that holds the middle of the city's map."""
    west, south, east, north = snapshot.grid.bounds
    zone = int(((west + east) / 2 + 180) // 6) % 60 + 1
    return (32600 if south + north >= 0 else 32700) + zone


def spots(
    snapshot: Snapshot,
    until: date,
    size: int,
    epsg: int | None = None,
    types: frozenset[str] | None = None,
    since: date = date.min,
) -> Spots:
    """The incidents with a place, on the map or off it, from one day to before another, in cells of `size` metres.

    Without `types` every type that somebody reports; `epsg` is the city's own unless told.
    """
    epsg = epsg or epsg_of(snapshot)
    pairs = _pairs(snapshot, types or taxonomy().reported)
    rows, day, pair = _rows(snapshot, pairs, snapshot.day(since), snapshot.day(until))
    cell = snapshot.column("cell")[rows]
    placed = (cell < snapshot.grid.cells) | (cell == snapshot.grid.cells + OUTSIDE)
    rows, day, pair = rows[placed], day[placed], pair[placed]
    week = (day + (snapshot.first - MONDAY).days) // 7
    key = np.full(len(rows), NOWHERE, dtype=np.int64)
    inside = cell[placed] < snapshot.grid.cells
    key[inside] = _keys(snapshot, snapshot.column("fine")[rows[inside]], epsg, size)
    return Spots(epsg, size, key, week.astype(np.int32), pair, snapshot.column("precinct")[rows])


def _pairs(snapshot: Snapshot, types: frozenset[str]) -> list[int]:
    return [number for number, (kind, _) in enumerate(snapshot.pairs) if kind in types]


def _rows(snapshot: Snapshot, pairs: list[int], start: int, end: int) -> tuple[Numbers, Numbers, NDArray[np.uint16]]:
    """The rows of some pairs from one day to before another, and the number of day and pair of each."""
    off = snapshot.off[pairs, start : max(start, end) + 1].astype(np.int64)
    lengths = np.diff(off, axis=1)
    each = lengths.sum(axis=1)
    pair = np.repeat(np.array(pairs, dtype=np.uint16), each)
    day = start + np.repeat(np.tile(np.arange(lengths.shape[1]), len(pairs)), lengths.ravel())
    rows = np.arange(len(day)) + np.repeat(off[:, 0] - (np.cumsum(each) - each), each)
    return rows, day, pair


def _keys(snapshot: Snapshot, fine: NDArray[np.uint32], epsg: int, size: int) -> Numbers:
    """The key of the cell of each position. Positions repeat, so that each is projected once."""
    different, back = np.unique(fine, return_inverse=True)
    lon, lat = degrees(*snapshot.grid.points(different))
    east, north = _projection(4326, epsg).transform(lon, lat)
    column, row = (np.floor(np.asarray(part) / size).astype(np.int64) for part in (east, north))
    return np.asarray((row * ROW + column)[back])


def _projection(source: int, target: int) -> Any:
    return Transformer.from_crs(source, target, always_xy=True)


def lattice_of(found: Spots, before: date) -> Lattice:
    """The cells that held any incident before a day."""
    keys = np.unique(found.key[(found.week < number_of(before)) & (found.key != NOWHERE)])
    row, column = np.divmod(keys, ROW)
    return Lattice(found.epsg, found.size, column.astype(np.int32), row.astype(np.int32))


def middles(lattice: Lattice) -> tuple[Degrees, Degrees]:
    """Longitude and latitude of every cell's middle, shape (cells,)."""
    east, north = ((part.astype(np.float64) + 0.5) * lattice.size for part in (lattice.x, lattice.y))
    lon, lat = _projection(lattice.epsg, 4326).transform(east, north)
    return np.asarray(lon), np.asarray(lat)


def panel(snapshot: Snapshot, found: Spots, target: Target, until: date, study: date | None = None) -> Panel:
    """The weeks before the Monday `until`, in the cells that held any incident before `study` or, without it, `until`.

    Raises Invalid as `check` does and where no week is known; OverflowError for more incidents in a cell and week than
    the panel can hold.
    """
    check(snapshot, target)
    held = weeks(snapshot, target, until)
    if not len(held.numbers):
        raise Invalid("forecast.too_little_history", needed=1, known=0)
    end = number_of(until)
    first = max(int(held.numbers[0]), end - MOST_WEEKS)
    lattice = lattice_of(found, study or until)
    of_target, others = _split(snapshot, target)
    counts, outside = _table(found, of_target[found.pair], lattice, first, end)
    context, _ = _table(found, others[found.pair], lattice, first, end)
    kept = np.array([held.holds(week) for week in range(first, end)], dtype=np.bool_)
    return Panel(lattice, monday_of(first), counts, context, kept, outside)


def _split(snapshot: Snapshot, target: Target) -> tuple[Bools, Bools]:
    """Which pairs are the target's, and which are other types that victims report."""
    others = taxonomy().victim_reported - target.types
    kinds = [kind for kind, _ in snapshot.pairs]
    chosen = (np.array([kind in wanted for kind in kinds], dtype=np.bool_) for wanted in (target.types, others))
    one, other = chosen
    return one, other


def _table(found: Spots, chosen: Bools, lattice: Lattice, first: int, end: int) -> tuple[Counts, Numbers]:
    """Incidents by week and cell, and by week those in no cell."""
    during = chosen & (found.week >= first) & (found.week < end)
    week = found.week[during].astype(np.int64) - first
    place = places(lattice, found.key[during])
    inside = place >= 0
    flat = np.bincount(week[inside] * lattice.cells + place[inside], minlength=(end - first) * lattice.cells)
    if flat.size and flat.max() > np.iinfo(np.uint16).max:
        raise OverflowError(f"{flat.max()} incidents in a cell and week are more than a panel can hold")
    outside = np.bincount(week[~inside], minlength=end - first)
    return flat.astype(np.uint16).reshape(end - first, lattice.cells), outside.astype(np.int64)


def places(lattice: Lattice, keys: Numbers) -> Numbers:
    """The place of each key among a lattice's cells, or -1."""
    known = lattice.y.astype(np.int64) * ROW + lattice.x
    if not len(known):
        return np.full(len(keys), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, place, -1)


def observed(snapshot: Snapshot, found: Spots, target: Target, lattice: Lattice, week: int) -> tuple[Numbers, int]:
    """What a week brought: the target's incidents in each cell of a lattice, and those in none."""
    of_target, _ = _split(snapshot, target)
    place = places(lattice, found.key[(found.week == week) & of_target[found.pair]])
    counts = np.bincount(place[place >= 0], minlength=lattice.cells).astype(np.int64)
    return counts, int(np.count_nonzero(place < 0))


def came(snapshot: Snapshot, target: Target, lattice: Lattice, week: date) -> tuple[Numbers, int]:
    """What a week that is over brought, as the record holds it now. Raises NotFound for one that is not known."""
    number = number_of(week)
    if not weeks(snapshot, target).holds(number):
        raise NotFound("forecast.week_unknown", week=week.isoformat())
    found = spots(snapshot, week + WEEK, lattice.size, lattice.epsg, target.types, week)
    return observed(snapshot, found, target, lattice, number)


def inputs(snapshot: Snapshot, target: Target, last: date) -> Inputs:
    """Incidents by precinct (the target's) and by type (all that a forecast learns from), the known weeks of two years
    beside the eight up to the one that begins on `last`."""
    held = weeks(snapshot, target).numbers
    recent = held[held <= number_of(last)][-RECENT:]
    learned = held[held < recent[0]][-LEARNED:] if len(recent) else recent
    if not len(learned):
        return {}
    ends = [(monday_of(int(part[0])), monday_of(int(part[-1]) + 1)) for part in (learned, recent)]
    areas_then, areas_now = (by_precinct(snapshot, target, *part) for part in ends)
    types_then, types_now = (_by_type(snapshot, *part) for part in ends)
    return {
        "areas": ([areas_then[code] for code in areas_then], [areas_now[code] for code in areas_then]),
        "types": ([types_then[code] for code in types_then], [types_now[code] for code in types_then]),
    }


def by_precinct(snapshot: Snapshot, target: Target, since: date, until: date) -> dict[str, int]:
    """The target's incidents in each precinct from one day to before another."""
    rows, _, _ = _rows(snapshot, _pairs(snapshot, target.types), snapshot.day(since), snapshot.day(until))
    counts = np.bincount(snapshot.column("precinct")[rows], minlength=len(snapshot.precincts))
    return dict(list(zip(snapshot.precincts, counts.tolist(), strict=True))[1:])


def _by_type(snapshot: Snapshot, since: date, until: date) -> dict[str, int]:
    """Incidents of each type that victims report; types without any before are told too."""
    start, end = snapshot.day(since), snapshot.day(until)
    counts: dict[str, int] = {}
    for number in _pairs(snapshot, taxonomy().victim_reported):
        kind = snapshot.pairs[number][0]
        counts[kind] = counts.get(kind, 0) + int(snapshot.off[number, end]) - int(snapshot.off[number, start])
    return counts


def check(snapshot: Snapshot, target: Target) -> None:
    """Raises Invalid for what cannot be counted by week and cell: nothing there, no place, months alone."""
    if not snapshot.rows:
        raise Invalid("forecast.no_incidents")
    rows, day, _ = _rows(snapshot, _pairs(snapshot, target.types), 0, snapshot.days)
    if not len(rows):
        held = sorted({kind for kind, _ in snapshot.pairs} & taxonomy().victim_reported)
        raise Invalid("forecast.none_of_type", type=target.code, held=", ".join(held) or "-")
    if not (snapshot.column("cell")[rows] < snapshot.grid.cells).any():
        raise Invalid("forecast.no_places", type=target.code)
    if _vague(snapshot, rows, day) > MONTHS_ONLY:
        raise Invalid("forecast.months_only")


def _vague(snapshot: Snapshot, rows: Numbers, day: Numbers) -> float:
    """The share of incidents that a source puts on the first day of their month for want of a day."""
    dates = np.datetime64(snapshot.first, "D") + day
    unknown = snapshot.column("when")[rows] == WHENS - 1
    return float((unknown & (dates == dates.astype("datetime64[M]"))).mean())


def precincts(
    connection: Connection, snapshot: Snapshot, found: Spots, lattice: Lattice
) -> tuple[tuple[str, ...], Places]:
    """The precinct of each cell: the one that holds its middle or, where none is drawn there, that of most incidents.

    Codes in order, and for each cell the place of its own among them, or -1.
    """
    lon, lat = middles(lattice)
    ids, _ = Assigner(connection).locate(lon, lat)
    codes = {row.id: row.code for row in connection.execute(select(areas.c.id, areas.c.code))}
    usual = _most_frequent(snapshot, found, lattice)
    of_cell = [usual[n] if id is None else codes[id] for n, id in enumerate(ids.tolist())]
    listed = tuple(sorted({code for code in of_cell if code}))
    rank = {code: number for number, code in enumerate(listed)}
    return listed, np.array([rank.get(code, -1) for code in of_cell], dtype=np.int32)


def _most_frequent(snapshot: Snapshot, found: Spots, lattice: Lattice) -> list[str]:
    """The precinct that most incidents of each cell name; of two equally frequent the first by code."""
    place = places(lattice, found.key)
    named = (place >= 0) & (found.precinct > 0)
    size = len(snapshot.precincts)
    pairs, counts = np.unique(place[named] * size + found.precinct[named], return_counts=True)
    best = np.lexsort((-(pairs % size), counts))  # the last of a cell wins
    usual = np.zeros(lattice.cells, dtype=np.int64)
    usual[pairs[best] // size] = pairs[best] % size
    return [snapshot.precincts[number] for number in usual.tolist()]
