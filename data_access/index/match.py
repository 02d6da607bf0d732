"""Matching a filter on a snapshot: runs of rows, masks over them, and the tallies everything is drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from analytics.grid import mercator
from data_access.index.snapshot import HOURS, WHENS, Array, Snapshot, merged
from domain.filter import ORIGINS, Filter, Ground
from domain.periods import Window

CHUNK = 1 << 17  # rows tallied at once: the cast to machine integers then stays in the processor's cache

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Circle:
    """All points within `radius` metres of a point in degrees."""

    lon: float
    lat: float
    radius: float


Region = Circle | tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Selection:
    """A filter in the numbers of one snapshot. None means that a column is not asked about."""

    pairs: NDArray[np.int64]
    start: int  # first day
    end: int  # the day after the last
    whens: Bools | None = None
    items: Bools | None = None
    precincts: Bools | None = None
    origins: Bools | None = None
    area: Region | None = None  # drawn in the filter
    also: Region | None = None  # a clicked place, inside it

    @classmethod
    def of(cls, asked: Filter, snapshot: Snapshot, ground: Ground) -> Selection:
        """The selection that a filter makes on a snapshot."""
        types = asked.wanted_types(ground)
        chosen = [
            number
            for number, (kind, vehicle) in enumerate(snapshot.pairs)
            if kind in types and (asked.vehicles is None or vehicle in asked.vehicles)
        ]
        return cls(
            pairs=np.array(chosen, dtype=np.int64),
            start=snapshot.day(asked.window.start),
            end=snapshot.day(asked.window.end + timedelta(days=1)),
            whens=_whens(asked),
            items=_chosen(asked.items, snapshot.items),
            precincts=_chosen(asked.precincts, snapshot.precincts),
            origins=_chosen(asked.origins, ORIGINS),
            area=asked.area,
        )

    def during(self, start: int, end: int) -> Selection:
        return replace(self, start=max(self.start, start), end=min(self.end, end))


def _chosen(codes: frozenset[str] | None, known: Iterable[str]) -> Bools | None:
    return None if codes is None else np.array([code in codes for code in known], dtype=bool)


def _whens(asked: Filter) -> Bools | None:
    if asked.hours is None and asked.weekdays is None:
        return None
    table = np.zeros((7, HOURS), dtype=bool)
    days = [day - 1 for day in (asked.weekdays if asked.weekdays is not None else range(1, 8))]
    hours = list(asked.hours) if asked.hours is not None else list(range(HOURS))
    table[np.ix_(days, hours)] = True
    # An incident on an unknown weekday can still not be said to have happened in the hours asked for.
    return np.append(table.ravel(), False)


class Match:
    """The rows of a snapshot that a selection asks for, in the snapshot's order."""

    def __init__(self, snapshot: Snapshot, selection: Selection) -> None:
        self.snapshot, self.selection = snapshot, selection
        off = snapshot.off[selection.pairs]
        self._starts, self._ends = off[:, selection.start], off[:, max(selection.start, selection.end)]
        self._runs = list(merged(self._starts, self._ends))
        self._offsets = off

    def _gather(self, column: str) -> Array:
        values = self.snapshot.column(column)
        pieces = [values[start:end] for start, end in self._runs]
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces) if pieces else values[:0]

    @cached_property
    def _mask(self) -> Bools | None:
        """Which rows of the runs match, or None where all do."""
        asked = self.selection
        tables = {"when": asked.whens, "item": asked.items, "precinct": asked.precincts, "origin": asked.origins}
        mask: Bools | None = None
        for column, table in tables.items():
            if table is not None:
                kept = table[self._gather(column)]
                mask = kept if mask is None else mask & kept
        for region in (asked.area, asked.also):
            if region is not None:
                mask = self._within(region, np.ones(self._span, dtype=bool) if mask is None else mask)
        return mask

    def _within(self, region: Region, mask: Bools) -> Bools:
        """Narrow a mask to a region: whole cells first, exact points only for what is left."""
        cells = self._gather("cell")
        near = cells_near(self.snapshot, region)
        kept = np.flatnonzero(near[cells] & mask)
        x, y = self.snapshot.grid.points(self._gather("fine")[kept])
        result = np.zeros(len(mask), dtype=bool)
        result[kept[inside(x, y, region)]] = True
        return result

    @property
    def _span(self) -> int:
        return int(sum(end - start for start, end in self._runs))

    @cached_property
    def total(self) -> int:
        return self._span if self._mask is None else int(np.count_nonzero(self._mask))

    def values(self, column: str) -> Array:
        """One column of the matching rows."""
        gathered = self._gather(column)
        return gathered if self._mask is None else gathered[self._mask]

    def tally(self, column: str, size: int) -> NDArray[np.int64]:
        """How many matching rows hold each value below `size`, shape (size,)."""
        values = self.values(column)
        counts = np.zeros(size, dtype=np.int64)
        for at in range(0, len(values), CHUNK):
            counts += np.bincount(values[at : at + CHUNK], minlength=size)
        return counts

    def table(self, edges: NDArray[np.int64]) -> NDArray[np.int64]:
        """Matching rows by pair and period, shape (pairs, len(edges) - 1); edges are day numbers, rising."""
        held = np.clip(edges, self.selection.start, max(self.selection.start, self.selection.end))
        offsets = self._offsets[:, held].astype(np.int64)
        if self._mask is not None:
            lengths = (self._ends - self._starts).astype(np.int64)
            before = np.cumsum(lengths) - lengths
            running = np.concatenate([[0], np.cumsum(self._mask)])
            offsets = running[offsets - self._starts[:, None].astype(np.int64) + before[:, None]]
        return np.diff(offsets, axis=1)

    def by_pair(self) -> NDArray[np.int64]:
        """Matching rows of each of the selection's pairs."""
        return self.table(np.array([self.selection.start, max(self.selection.start, self.selection.end)]))[:, 0]

    def per_day(self) -> NDArray[np.int64]:
        """Matching rows by pair and day of the selection, in the order of the rows."""
        return self.table(np.arange(self.selection.start, max(self.selection.start, self.selection.end) + 1))

    def by_cell(self) -> NDArray[np.int64]:
        """Matching rows by grid cell, and in the last three places those off the map."""
        return self.tally("cell", self.snapshot.grid.cells + 3)

    def by_when(self) -> NDArray[np.int64]:
        return self.tally("when", WHENS)


def match(snapshot: Snapshot, asked: Filter, ground: Ground, window: Window | None = None) -> Match:
    """The rows a filter asks for, in its own window or in another."""
    return Match(snapshot, Selection.of(asked if window is None else asked.during(window), snapshot, ground))


def week_edges(window: Window) -> list[date]:
    """The Mondays inside a window, with its two ends."""
    first = window.start + timedelta(days=7 - window.start.weekday())
    last = window.end + timedelta(days=1)
    mondays = [first + timedelta(days=7 * n) for n in range(max(0, (last - first).days) // 7 + 1)]
    return [window.start, *(day for day in mondays if day < last), last]


def cells_near(snapshot: Snapshot, region: Region) -> Bools:
    """Which cell numbers may hold a point of a region; those off the map never do."""
    grid = snapshot.grid
    x, y = grid.centres()
    reach = grid.size * 0.75
    shape = shapely.buffer(_shape(region), reach, quad_segs=4)
    near = np.zeros(grid.cells + 3, dtype=bool)
    near[: grid.cells] = shapely.contains_xy(shape, x.ravel(), y.ravel())
    return near


def inside(x: NDArray[np.float64], y: NDArray[np.float64], region: Region) -> Bools:
    """Which Mercator points lie in a region."""
    return np.asarray(shapely.contains_xy(_shape(region), x, y), dtype=bool)


def _shape(region: Region) -> shapely.Geometry:
    if isinstance(region, Circle):
        x, y = mercator(np.array([region.lon]), np.array([region.lat]))
        stretch = 1 / np.cos(np.radians(region.lat))
        return shapely.buffer(shapely.Point(x[0], y[0]), region.radius * stretch, quad_segs=32)
    if len(region) < 3:
        return shapely.Polygon()
    corners = np.array(region)
    x, y = mercator(corners[:, 0], corners[:, 1])
    drawn = shapely.Polygon(np.column_stack([x, y]))
    return shapely.make_valid(drawn, method="structure", keep_collapsed=False)
