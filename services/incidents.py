"""Exploring incidents: the numbers, a place, the rows. One filter, one index, one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.comparison import compare
from data_access.index.match import Circle, Match, Selection, match, week_edges
from data_access.index.snapshot import HOURS, Snapshot
from data_access.store import Store
from domain.errors import Invalid
from domain.exploration import Exploration, Place, Places, Rank, Week
from domain.filter import Filter, Ground
from domain.people import Actor, Permission, require
from domain.periods import Window
from services.ground import ground_of, scope_of
from services.heat import Surfaces, surfaces

MAX_RADIUS = 5_000.0  # metres
Counts = Mapping[str, int]


def clipped(store: Store, actor: Actor, asked: Filter) -> tuple[Snapshot, Ground, Filter]:
    """The current snapshot, its ground, and the question narrowed to what the actor may see."""
    require(actor, Permission.EXPLORE)
    snapshot = store.snapshot()
    ground = ground_of(store, snapshot)
    return snapshot, ground, asked.clip(actor, ground)


def explore(store: Store, actor: Actor, asked: Filter) -> Exploration:
    """Everything the heat map page says about a question, all of it from the same rows."""
    return answer(*clipped(store, actor, asked), scope=scope_of(actor))[0]


def answer(snapshot: Snapshot, ground: Ground, asked: Filter, scope: str) -> tuple[Exploration, Surfaces]:
    """The exploration of a question already narrowed to what its reader may see, and its surfaces."""
    now = match(snapshot, asked, ground)
    before = match(snapshot, asked, ground, asked.other) if asked.other else None
    cells = now.by_cell()
    drawn = surfaces(snapshot.grid, cells, before.by_cell() if before else None)
    whens = now.by_when()
    matrix = whens[:-1].reshape(7, HOURS)
    told = Exploration(
        filter=asked,
        snapshot=snapshot.name,
        scope=scope,
        other=asked.other,
        total=now.total,
        places=_places(now.total, cells[-3:]),
        change=compare(now.total, before.total) if before else None,
        by_type=_ranks(_by_pair(now, 0), _by_pair(before, 0) if before else None),
        by_vehicle=_ranks(_by_pair(now, 1), _by_pair(before, 1) if before else None),
        by_item=_ranks(_by_code(now, "item"), _by_code(before, "item") if before else None),
        by_precinct=_ranks(_by_code(now, "precinct"), _by_code(before, "precinct") if before else None),
        matrix=tuple(tuple(row[:-1]) for row in matrix.tolist()),
        hour_unknown=int(matrix[:, -1].sum() + whens[-1]),
        series=_weeks(now, before, asked.window, asked.other),
        legend=drawn.legend(asked, snapshot.grid),
        sensitive_left_out=not asked.wanted_types(ground) & ground.taxonomy.sensitive,
    )
    return told, drawn


def around(lon: float, lat: float, radius: float) -> Circle:
    """All that lies within `radius` metres of a point in degrees; raises Invalid off the earth or over 5 km."""
    if not (-180 <= lon <= 180 and -85 <= lat <= 85 and 0 < radius <= MAX_RADIUS):
        raise Invalid("place.unreadable")
    return Circle(lon, lat, radius)


def place(store: Store, actor: Actor, asked: Filter, lon: float, lat: float, radius: float) -> Place:
    """What happened within `radius` metres of a point in degrees; raises Invalid off the earth or over 5 km."""
    snapshot, ground, asked = clipped(store, actor, asked)
    found = Match(snapshot, replace(Selection.of(asked, snapshot, ground), also=around(lon, lat, radius)))
    whens = found.by_when()
    hours = whens[:-1].reshape(7, HOURS).sum(axis=0)
    return Place(
        lon=lon,
        lat=lat,
        radius=radius,
        total=found.total,
        by_type=_ranks(_by_pair(found, 0), None),
        by_vehicle=_ranks(_by_pair(found, 1), None),
        by_hour=tuple(hours[:-1].tolist()),
        hour_unknown=int(hours[-1] + whens[-1]),
    )


def _places(total: int, off_map: NDArray[np.int64]) -> Places:
    missing, withheld, outside = off_map.tolist()
    return Places(total - missing - withheld - outside, missing, withheld, outside)


def _by_pair(found: Match, part: int) -> Counts:
    """Counts by type (part 0) or by vehicle (part 1)."""
    counts: dict[str, int] = {}
    for pair, count in zip(found.selection.pairs.tolist(), found.by_pair().tolist(), strict=True):
        code = found.snapshot.pairs[pair][part]
        counts[code] = counts.get(code, 0) + count
    return counts


def _by_code(found: Match, column: str) -> Counts:
    codes = found.snapshot.items if column == "item" else found.snapshot.precincts
    return dict(zip(codes, found.tally(column, len(codes)).tolist(), strict=True))


def _ranks(now: Counts, before: Counts | None) -> tuple[Rank, ...]:
    """Lines with something to tell, the largest first, ties by code."""
    codes = {code for code in {*now, *(before or {})} if now.get(code) or (before or {}).get(code)}
    ranks = [
        Rank(code, now.get(code, 0), None if before is None else compare(now.get(code, 0), before.get(code, 0)))
        for code in codes
    ]
    return tuple(sorted(ranks, key=lambda rank: (-rank.count, rank.code)))


def _weeks(now: Match, before: Match | None, window: Window, other: Window | None) -> tuple[Week, ...]:
    """The weekly series of the window, and beside each week the same stretch of the compared window."""
    edges = week_edges(window)
    counts = _periods(now, edges)
    befores: Sequence[int | None] = [None] * len(counts)
    if before is not None and other is not None:
        befores = _periods(before, [other.start + (edge - window.start) for edge in edges])
    weeks = zip(pairwise(edges), counts, befores, strict=True)
    return tuple(Week(start, (end - start).days, count, then) for (start, end), count, then in weeks)


def _periods(found: Match, edges: list[date]) -> list[int]:
    numbers = np.array([found.snapshot.day(edge) for edge in edges], dtype=np.int64)
    return [int(count) for count in found.table(numbers).sum(axis=0)]
