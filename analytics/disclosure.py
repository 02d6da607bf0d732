"""What can be worked out from published numbers taken together: the audit of rounded tables.

An attacker knows sums of counts that they do not know, each within bounds. A *world* is a table of whole counts, none
negative, that agrees with all the sums; the truth is one of them. A number can be worked out as far as all worlds
agree on it. The audit asks of every published number from 1 to 4 that the worlds leave it at least `WIDTH` values,
and zero among them where it is 1 or 2 (Fellegi 1972 and Fischetti & Salazar 2005 audit suppressed tables alike).

Proof is mostly cheap. To show that a number is safe, worlds are enough: whatever else is possible only widens its
range. So the audit first looks for worlds in which many numbers differ at once, changing one part of the unknowns
and leaving the others as they are in truth, by linear programs whose corner happens to be whole; every world is
checked in whole numbers against every sum. What no such world has settled is asked one number and one value at a time,
of all unknowns together: the fewest changes to the truth that give it that value, or the proof that there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

SMALL = 4  # the greatest count that is small
RARE = 2  # the greatest count of which not even its existence may be certain
WIDTH = 3  # values that must remain possible
PARTNERS = 2  # other parts that each is let exchange with, one after the other
NEAR = 3  # heaviest parts that one number is let exchange with
PATIENCE = 4  # rounds without a new proof before numbers are asked one by one
SEED = 1972
INFEASIBLE = 2  # as the solver says it

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Check = Callable[[], None]  # called between programs; may raise to stop


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

    def values(self, world: Integers) -> Integers:
        return np.asarray(self.sums @ world, dtype=np.int64)

    def holds(self, world: Integers) -> bool:
        values = self.values(world)
        return bool((world >= 0).all() and (values >= self.low).all() and (values <= self.high).all())

    def true(self) -> System:
        """Without the sums that the truth does not keep to; those become sums of which nothing is known."""
        values = self.values(self.truth)
        broken = (values < self.low) | (values > self.high)
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
    values = system.values(system.truth)[published]
    return published[(values >= 1) & (values <= SMALL)]


def audit(system: System, cells: Integers, parts: Integers, check: Check = lambda: None) -> Verdict:
    """Judge the sums `cells` of a system. `parts` (unknowns,) numbers the pieces that worlds are looked for in.

    Raises Unsolved.
    """
    known = system.true()
    counts = known.values(known.truth)[cells]
    seen = _Seen(known, cells, counts.copy(), counts.copy())
    rng = np.random.default_rng(SEED)
    touching = abs(known.sums[cells])
    for partners in range(PARTNERS + 1):
        for part, others in _gathered(known, parts, partners):
            mine = np.asarray(touching[:, parts == part].sum(axis=1)).ravel() > 0
            _look(seen, np.isin(parts, [part, *others]), mine, rng, check)
    left = np.flatnonzero(seen.open())
    ways = _Ways(known, parts)
    for cell in left.tolist():
        check()
        if seen.open()[cell]:  # a world that settled another may have settled this one
            _ask(seen, cell, ways)
    return Verdict(cells, counts, seen.least, seen.greatest, len(left))


def _gathered(system: System, parts: Integers, partners: int) -> Iterator[tuple[int, list[int]]]:
    """Each part, with the one whose turn it is of the others that count most: these have the most to exchange."""
    weight = np.bincount(parts, weights=system.truth)
    heavy = np.argsort(-weight, kind="stable").tolist()
    for part in np.unique(parts).tolist():
        others = [other for other in heavy if other != part]
        yield part, others[max(0, partners - 1) : partners]


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

    def open(self) -> Mask:
        return _open(self.counts, self.least, self.greatest)

    def add(self, world: Integers) -> None:
        values = self.system.values(world)[self.cells]
        np.minimum(self.least, values, out=self.least)
        np.maximum(self.greatest, values, out=self.greatest)


def _look(seen: _Seen, inside: Mask, mine: Mask, rng: Generator, check: Check) -> None:
    """Look for worlds that change only the unknowns `inside`, until they settle no more of the cells `mine`."""
    program = None
    idle = 0
    for weights in _pushes(seen, mine, rng):
        left = int(seen.open()[mine].sum())
        if not left or idle > PATIENCE:
            return
        check()
        program = program or _Program(seen.system, inside)
        aim = np.asarray(seen.system.sums[seen.cells].T @ weights)
        world = program.least(aim)
        if world is not None:
            seen.add(world)
        idle = 0 if int(seen.open()[mine].sum()) < left else idle + 1


def _pushes(seen: _Seen, mine: Mask, rng: Generator) -> Iterator[Floats]:
    """What to minimise: all open cells, their negative, then some of each at random."""
    yield np.where(seen.open() & mine, 1.0, 0.0)
    yield np.where(seen.open() & mine, -1.0, 0.0)
    while True:
        down = (seen.counts <= RARE) & (seen.least > 0)
        sign = np.where(rng.random(len(mine)) < np.where(down, 0.7, 0.5), 1.0, -1.0)
        yield np.where(seen.open() & mine, sign * rng.uniform(0.5, 1.5, len(mine)), 0.0)


def _ask(seen: _Seen, cell: int, ways: _Ways) -> None:
    """Settle one cell: try the values that would be enough, each by the world nearest to the truth."""
    count = int(seen.counts[cell])
    for value in (0, 1, 2) if count <= RARE else (count + 2, count + 1, count - 1, count - 2):
        if not seen.open()[cell]:
            return
        if seen.least[cell] <= value <= seen.greatest[cell]:
            continue
        worlds = (steps.to(int(seen.cells[cell]), value) for steps in ways.of(int(seen.cells[cell])))
        world = next((one for one in worlds if one is not None), None)
        if world is not None:
            seen.add(world)


class _Program:
    """Worlds that differ from the truth in some unknowns alone."""

    def __init__(self, system: System, inside: Mask) -> None:
        self.system, self.inside = system, inside
        kept = system.sums[:, inside]
        rest = system.values(np.where(inside, 0, system.truth))
        rows = np.flatnonzero(np.diff(kept.indptr))
        self.constraint = LinearConstraint(
            kept[rows].astype(np.float64), system.low[rows] - rest[rows], system.high[rows] - rest[rows]
        )
        self.size = int(inside.sum())

    def least(self, aim: Floats) -> Integers | None:
        """A world that makes `aim` least, or None where none in whole numbers was found."""
        for whole in (0, 1):
            found = milp(
                aim[self.inside],
                integrality=np.full(self.size, whole),
                bounds=Bounds(0, np.inf),
                constraints=self.constraint,
            )
            if found.x is None:
                return None
            world = self.system.truth.copy()
            world[self.inside] = np.rint(found.x).astype(np.int64)
            if self.system.holds(world):
                return world
        return None


class _Ways:
    """Where a world is looked for: among the parts of a number and the heaviest others first, then among all."""

    def __init__(self, system: System, parts: Integers) -> None:
        self.system, self.parts = system, parts
        self.heavy = np.argsort(-np.bincount(parts, weights=system.truth), kind="stable")[:NEAR]
        self.known: dict[tuple[int, ...], _Steps] = {}

    def of(self, row: int) -> Iterator[_Steps]:
        every = tuple(np.unique(self.parts).tolist())
        own = np.unique(self.parts[self.system.sums[[row]].indices])
        for chosen in dict.fromkeys((tuple(np.union1d(own, self.heavy).tolist()), every)):
            if chosen not in self.known:
                self.known[chosen] = _Steps(self.system, np.isin(self.parts, chosen), exact=chosen == every)
            yield self.known[chosen]


class _Steps:
    """Ways from the truth to worlds that differ in some unknowns: what is added to each and what is taken from it.

    Among all unknowns, `exact`, what is not found is not there.
    """

    def __init__(self, system: System, inside: Mask, exact: bool) -> None:
        self.system, self.inside, self.exact = system, inside, exact
        kept = system.sums[:, inside]
        rows = np.flatnonzero(np.diff(kept.indptr))
        self.now = system.values(system.truth)
        self.all = sparse.hstack([kept, -kept], format="csr").astype(np.float64)
        low, high = (system.low - self.now)[rows], (system.high - self.now)[rows]
        self.constraint = LinearConstraint(self.all[rows], low, high)
        truth = system.truth[inside]
        self.bounds = Bounds(0, np.concatenate([np.full(len(truth), np.inf), truth]))

    def to(self, row: int, value: int) -> Integers | None:
        """The world nearest to the truth in which a sum has this value, or None where there is none.

        The fewest changes are mostly whole by themselves; where they are not, whole ones are asked for. Raises
        Unsolved.
        """
        wanted = LinearConstraint(self.all[[row]], value - self.now[row], value - self.now[row])
        for whole in (0, 1) if self.exact else (0,):
            found = milp(
                np.ones(self.all.shape[1]),
                integrality=np.full(self.all.shape[1], whole),
                bounds=self.bounds,
                constraints=[self.constraint, wanted],
            )
            if found.status == INFEASIBLE:
                return None
            if found.x is not None:
                more, less = np.rint(found.x).astype(np.int64).reshape(2, -1)
                world = self.system.truth.copy()
                world[self.inside] += more - less
                if self.system.holds(world) and self.system.values(world)[row] == value:
                    return np.asarray(world)
        if self.exact:
            raise Unsolved(f"no proof for sum {row}")
        return None
