"""Formal and informal reports of one event, linked: how many crimes there are at least."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analytics.grid import EARTH
from analytics.linking import LINKS_AT_LEAST, Reports, by_chance, chapman, link
from data_access.index.match import Match, match
from data_access.index.snapshot import HOURS, WHENS
from data_access.store import Store
from domain.filter import ORIGINS, Filter
from domain.linking import AtLeast, Bound
from domain.people import Actor, Permission, require
from domain.surveys import NO_CRIME
from domain.taxonomy import taxonomy
from services.ground import ground, scope_of
from services.incidents import clipped
from services.recorded import twelve_months

METRES, HOURS_APART = 150.0, 3.0
WEEK = 7 * 24.0  # hours; a shift by weeks keeps the rhythm of the week and makes it another event
SHIFTS = (-2 * WEEK, -WEEK, WEEK, 2 * WEEK)
CHANCE_AT_MOST = 0.25  # of the links


def bound(store: Store, actor: Actor) -> Bound:
    """What linking the last twelve whole months of crimes says; computed once for each index and scope.

    Raises Forbidden. Sensitive types are left out, and precincts that are not the reader's.
    """
    require(actor, Permission.EXPLORE)
    snapshot = store.snapshot()
    key = f"linked-{scope_of(actor)}"
    if key not in snapshot.memory:
        snapshot.memory[key] = _bound(store, actor)
    found: Bound = snapshot.memory[key]
    return found


def _bound(store: Store, actor: Actor) -> Bound:
    known = ground(store)
    crimes = frozenset(code for code in known.ordinary if taxonomy().types[code].family not in NO_CRIME)
    asked = Filter(twelve_months(known.last), types=crimes)
    formal, informal = (_reports(store, actor, replace(asked, origins=frozenset({origin}))) for origin in ORIGINS)
    linked = len(link(formal, informal, METRES, HOURS_APART))
    chance = by_chance(formal, informal, METRES, HOURS_APART, SHIFTS) if linked else 0.0
    first, second = len(formal.x), len(informal.x)
    estimate = None
    if linked >= LINKS_AT_LEAST and chance <= CHANCE_AT_MOST * linked:
        total = chapman(first, second, linked)
        estimate = AtLeast(total.total, total.low, total.high)
    return Bound(asked.window, first, second, linked, chance, METRES, HOURS_APART, LINKS_AT_LEAST, estimate)


def _reports(store: Store, actor: Actor, asked: Filter) -> Reports:
    """The reports of one origin that have a point and an hour, in true metres and hours."""
    snapshot, held, asked = clipped(store, actor, asked)
    found = match(snapshot, asked, held)
    when = found.values("when")
    kept = (found.values("cell") < snapshot.grid.cells) & (when % HOURS != HOURS - 1) & (when != WHENS - 1)
    x, y = snapshot.grid.points(found.values("fine")[kept])
    day, kind = _days_and_kinds(found)
    middle = snapshot.grid.south + snapshot.grid.rows * snapshot.grid.size / 2
    shrink = 1 / np.cosh(middle / EARTH)  # Web Mercator's metres are longer than true ones; one scale fits a city
    hours = 24.0 * day[kept] + found.values("minute")[kept] / 60
    return Reports(x * shrink, y * shrink, hours, kind[kept])


def _days_and_kinds(found: Match) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The day and the number of the type of each matching row."""
    counts = found.per_day()
    pairs = found.selection.pairs
    kinds = np.unique([found.snapshot.pairs[pair][0] for pair in pairs.tolist()] or [""], return_inverse=True)[1]
    days = np.arange(found.selection.start, found.selection.end)
    day = np.repeat(np.tile(days, len(pairs)), counts.ravel())
    return day, np.repeat(kinds[: len(pairs)], counts.sum(axis=1)).astype(np.int64)
