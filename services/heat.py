"""The heat image: classes on the grid for one side of a comparison, with breaks that all sides share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics import surface
from analytics.grid import Grid
from data_access.index.match import match
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.errors import NotFound
from domain.exploration import Legend
from domain.filter import Filter, Ground
from domain.people import Actor, Permission, require
from services.ground import ground_of, scope_of

SIDES = ("now", "before", "change")
Surface = NDArray[np.float64]


@dataclass(frozen=True)
class Surfaces:
    """Densities of the window and of the one it is compared with, and the breaks they share."""

    now: Surface
    before: Surface | None
    breaks: tuple[float, ...]

    def legend(self, asked: Filter, grid: Grid) -> Legend:
        return Legend(surface.per_unit(self.breaks, asked.window.days), surface.bandwidth(grid))


def surfaces(grid: Grid, now: NDArray[np.int64], before: NDArray[np.int64] | None) -> Surfaces:
    """From tallies by cell, as `Match.by_cell` gives them."""
    smoothed = [
        surface.smooth(tally[: grid.cells].reshape(grid.rows, grid.columns), grid)
        for tally in (now, before)
        if tally is not None
    ]
    breaks = surface.class_breaks(smoothed, grid)
    return Surfaces(smoothed[0], smoothed[1] if before is not None else None, breaks)


def answer(snapshot: Snapshot, asked: Filter, ground: Ground) -> Surfaces:
    """The surfaces of a question that is already narrowed to what its reader may see."""
    now = match(snapshot, asked, ground).by_cell()
    before = match(snapshot, asked, ground, asked.other).by_cell() if asked.other else None
    return surfaces(snapshot.grid, now, before)


def heat(store: Store, actor: Actor, asked: Filter, side: str, snapshot: str, scope: str) -> NDArray[np.uint8]:
    """Class numbers on the grid, shape (rows, columns): 0 is nothing; see `analytics.surface` for the others.

    Raises NotFound for another snapshot or scope than the actor's own: such an address is out of date.
    """
    require(actor, Permission.EXPLORE)
    current = store.snapshot()
    if snapshot != current.name or scope != scope_of(actor) or side not in SIDES:
        raise NotFound("heat.outdated")
    ground = ground_of(store, current)
    found = answer(current, asked.clip(actor, ground), ground)
    if side == "now":
        return surface.classify(found.now, found.breaks)
    if found.before is None:
        raise NotFound("heat.no_comparison")
    if side == "before":
        return surface.classify(found.before, found.breaks)
    return surface.change_classes(found.now, found.before, current.grid)
