"""What can be worked out from published numbers taken together: the audit of rounded tables.

An attacker knows sums of counts that they do not know, each within bounds. A *world* is a table of whole counts, none
negative, that agrees with all the sums; the truth is one of them. A number can be worked out as far as all worlds
agree on it. The audit asks of every published number from 1 to 4 that the worlds leave it at least `WIDTH` values,
and zero among them where it is 1 or 2 (Fellegi 1972 and Fischetti & Salazar 2005 audit suppressed tables alike).

The unknowns are looked at room by room, a room being some of them. Two things are true of every room. A world that
differs from the truth inside it alone is a world: what it shows is possible. And what the sums that lie wholly inside
it rule out is ruled out, whatever else is known. So small programs settle nearly everything: first worlds in which
many numbers of a room differ at once, then, for the numbers left, one value at a time in each room that knows them.
All unknowns together are the last room, where what is not found is not there. Nothing rests on the solver's word that
something is possible: every world is checked in whole numbers against every sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

SMALL = 4  # the greatest count that is small
RARE = 2  # the greatest count of which not even its existence may be certain
WIDTH = 3  # values that must remain possible
PATIENCE = 2  # programs without a new proof before a room is left
SEED = 1972
INFEASIBLE = 2  # as the solver says it

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Check = Callable[[], None]  # called between programs; may raise to stop
Worlds = list[tuple[Integers, Integers]]  # the unknowns that differ from the truth, and by how much


class Unsolved(Exception):
    """The solver gave no proof either way; nothing may be published on that."""


@dataclass(frozen=True)
class System:
    """What an attacker knows. `truth` has shape (unknowns,); `sums` is sparse, (sums, unknowns), of whole numbers;
    `low` and `high`, (sums,), are what is known of each sum. A sum that the truth does not keep to says nothing
    about it, and is left out: so may old numbers of a record that was corrected be."""

    truth: Integers
    sums: sparse.csr_array
    low: Integers
    high: Integers

    @cached_property
    def now(self) -> Integers:
        """The true value of every sum."""
        return self.values(self.truth)

    @cached_property
    def columns(self) -> sparse.csc_array:
        return sparse.csc_array(self.sums)

    @cached_property
    def sizes(self) -> Integers:
        """How many unknowns each sum has."""
        return np.asarray(np.diff(self.sums.indptr), dtype=np.int64)

    def values(self, world: Integers) -> Integers:
        return np.asarray(self.sums @ world, dtype=np.int64)

    def holds(self, world: Integers) -> bool:
        values = self.values(world)
        return bool((world >= 0).all() and (values >= self.low).all() and (values <= self.high).all())

    def true(self) -> System:
        """Without the sums that the truth does not keep to; those become sums of which nothing is known."""
        broken = (self.now < self.low) | (self.now > self.high)
        far = np.iinfo(np.int64).max // 4
        return System(self.truth, self.sums, np.where(broken, -far, self.low), np.where(broken, far, self.high))


@dataclass(frozen=True)
class Verdict:
    """What worlds leave open of each audited sum, all of shape (cells,).

    For a cell that fails every value that could have helped was proved impossible. For the others the range shows
    enough and may be wider still.
    """

    cells: Integers
    counts: Integers
    least: Integers
    greatest: Integers
    asked: int  # how many were asked one by one

    @property
    def failing(self) -> Mask:
        return _open(self.counts, self.least, self.greatest)


def small(system: System, published: Integers) -> Integers:
    """Which of the published sums must be audited."""
    values = system.now[published]
    return published[(values >= 1) & (values <= SMALL)]


def audit(
    system: System,
    cells: Integers,
    rooms: Sequence[Integers] = (),
    check: Check = lambda: None,
    worlds: Worlds | None = None,
) -> Verdict:
    """Judge the sums `cells` of a system. `rooms` are numbers of unknowns, the rooms that settle most first.

    `worlds`, found for a system of the same unknowns, are tried first, and those found here are added. The verdict
    depends neither on rooms nor on worlds, only the time that it takes. Raises Unsolved.
    """
    known = system.true()
    counts = known.now[cells]
    seen = _Seen(known, cells, counts.copy(), counts.copy())
    for inside, steps in [] if worlds is None else worlds:
        seen.add(inside, steps)
    seen.kept = [] if worlds is None else worlds
    rng = np.random.default_rng(SEED)
    opened = [_Room(known, np.asarray(room), whole=False) for room in rooms]
    for room in opened:
        _look(seen, room, rng, check)
    left = np.flatnonzero(seen.open())
    whole = _Room(known, np.arange(len(known.truth)), whole=True)
    for cell in left.tolist():
        if seen.open()[cell]:  # a world that settled another may have settled this one
            _ask(seen, cell, [room for room in opened if room.knows(int(cells[cell]))] + [whole], check)
    return Verdict(cells, counts, seen.least, seen.greatest, len(left))


def _open(counts: Integers, least: Integers, greatest: Integers) -> Mask:
    return (greatest - least + 1 < WIDTH) | ((counts <= RARE) & (least > 0))


@dataclass
class _Seen:
    """The least and greatest value of each cell in the worlds seen so far."""

    system: System
    cells: Integers
    least: Integers
    greatest: Integers

    def __post_init__(self) -> None:
        self.counts = self.least.copy()
        self.kept: Worlds = []
        self.place = np.full(len(self.system.low), -1)  # of each sum among the cells
        self.place[self.cells] = np.arange(len(self.cells))

    def open(self) -> Mask:
        return _open(self.counts, self.least, self.greatest)

    def reached(self, cell: int, step: int) -> bool:
        """Whether a world was seen in which a cell differs from the truth by `step` or more."""
        wanted = self.counts[cell] + step
        return bool(self.least[cell] <= wanted <= self.greatest[cell])

    def add(self, inside: Integers, steps: Floats | Integers) -> None:
        """Take note of the world that differs from the truth so far; what is none shows nothing."""
        whole = np.rint(steps).astype(np.int64)
        world = self.system.truth.copy()
        world[inside] += whole
        if self.system.holds(world):
            values = self.system.values(world)
            np.minimum(self.least, values[self.cells], out=self.least)
            np.maximum(self.greatest, values[self.cells], out=self.greatest)
            self.kept.append((inside[whole != 0], whole[whole != 0]))


class _Room:
    """Some unknowns, and the sums that they are part of; in the `whole` these are all."""

    def __init__(self, system: System, inside: Integers, whole: bool) -> None:
        self.system, self.inside, self.whole = system, inside, whole

    @cached_property
    def rows(self) -> Integers:
        """The sums that the room is part of."""
        return np.unique(self.system.columns[:, self.inside].indices)

    @cached_property
    def kept(self) -> sparse.csr_array:
        """Those sums without what lies outside."""
        return sparse.csr_array(self.system.columns[:, self.inside])[self.rows]

    @cached_property
    def wholly(self) -> Mask:
        """Which of them have nothing outside."""
        return np.asarray(np.diff(self.kept.indptr) == self.system.sizes[self.rows])

    def knows(self, row: int) -> bool:
        place = np.searchsorted(self.rows, row)
        return bool(place < len(self.rows) and self.rows[place] == row)

    @cached_property
    def bounds(self) -> tuple[Integers, Integers]:
        """By how much each of the sums may differ from the truth."""
        return (self.system.low - self.system.now)[self.rows], (self.system.high - self.system.now)[self.rows]

    def least(self, aim: Floats) -> Floats | None:
        """Steps from the truth to where `aim`, a weight for each of the sums, is least; None where none was found."""
        found = milp(
            self.kept.T @ aim,
            bounds=Bounds(-self.system.truth[self.inside], np.inf),
            constraints=LinearConstraint(self.kept, *self.bounds),
        )
        return None if found.x is None else np.asarray(found.x)

    def nearest(self, row: int, step: int, integral: bool) -> OptimizeResult:
        """The fewest changes inside by which a sum comes to differ from its true value by `step` or more."""
        both = sparse.csr_array(sparse.hstack([self.kept, -self.kept]))
        truth = self.system.truth[self.inside]
        return milp(
            np.ones(2 * len(truth)),
            integrality=np.full(2 * len(truth), int(integral)),
            bounds=Bounds(0, np.concatenate([np.full(len(truth), np.inf), truth])),
            constraints=LinearConstraint(both, *self._beyond(row, step)),
        )

    def rules_out(self, row: int, step: int) -> bool:
        """Whether the sums that lie wholly inside leave no room for such a step."""
        if not self.wholly[np.searchsorted(self.rows, row)]:
            return False
        low, high = self._beyond(row, step)
        found = milp(
            np.zeros(len(self.inside)),
            bounds=Bounds(-self.system.truth[self.inside], np.inf),
            constraints=LinearConstraint(self.kept[self.wholly], low[self.wholly], high[self.wholly]),
        )
        return bool(found.status == INFEASIBLE)

    def _beyond(self, row: int, step: int) -> tuple[Integers, Integers]:
        """The bounds, with that of one sum moved beyond the truth."""
        low, high = (bound.copy() for bound in self.bounds)
        one = (low, high)[step < 0]
        place = np.searchsorted(self.rows, row)
        one[place] = max(one[place], step) if step > 0 else min(one[place], step)
        return low, high


def _look(seen: _Seen, room: _Room, rng: Generator, check: Check) -> None:
    """Look for worlds in a room in which many open cells differ at once, until they settle no more of them."""
    place = seen.place[room.rows]
    mine = place[place >= 0]
    idle, left = 0, int(seen.open()[mine].sum())
    while left and idle < PATIENCE:
        check()
        aim = np.zeros(len(place))
        aim[place >= 0] = _push(seen, mine, rng)
        steps = room.least(aim)
        if steps is not None:
            seen.add(room.inside, steps)
        before, left = left, int(seen.open()[mine].sum())
        idle = 0 if left < before else idle + 1


def _push(seen: _Seen, cells: Integers, rng: Generator) -> Floats:
    """What to make least: open cells that must still be seen lower, less those that must be seen higher."""
    counts, least = seen.counts[cells], seen.least[cells]
    lower = np.where(counts <= RARE, least > 0, rng.random(len(cells)) < 0.2)
    weights = np.where(lower, 1.0, -1.0) * rng.uniform(0.5, 1.5, len(cells))
    return np.where(seen.open()[cells], weights, 0.0)


def _ask(seen: _Seen, cell: int, rooms: Sequence[_Room], check: Check) -> None:
    """Settle one cell: try how far it can be from the truth, until it is far enough or cannot be."""
    count = int(seen.counts[cell])
    for step in (-count, RARE - count) if count <= RARE else (2, 1, -1, -2):
        if not seen.open()[cell]:
            return
        there = seen.reached(cell, step) or _reach(seen, cell, step, rooms, check)
        if not there and count <= RARE:
            return


def _reach(seen: _Seen, cell: int, step: int, rooms: Sequence[_Room], check: Check) -> bool:
    """Look for a world in which a cell differs by `step` or more; False where there is none. Raises Unsolved."""
    row, system = int(seen.cells[cell]), seen.system
    if not system.low[row] <= seen.counts[cell] + step <= system.high[row]:
        return False
    for room in rooms:
        for integral in (False, True) if room.whole else (False,):
            check()
            found = room.nearest(row, step, integral)
            if found.status == INFEASIBLE and room.whole:
                return False
            if found.x is not None:
                seen.add(room.inside, np.subtract(*found.x.reshape(2, -1)))
            if seen.reached(cell, step):
                return True
        if not room.whole and room.rules_out(row, step):
            return False
    raise Unsolved(f"no proof for sum {row}")
