"""The published tables as an attacker sees them: sums of unknown counts, a system for each year.

The unknowns are not single incidents but the numbers of four tables: month by type, month by precinct by family, place
by family, and family by part of the day. Any such tables, in whole numbers, that agree on what they share (month by
family, precinct by family, family) can be filled with incidents that give all of them, since what is shared separates
them (the tables form a decomposable model; Dobra & Fienberg 2000). So the worlds of this small system are exactly
those of the large one. Sensitive incidents are in no sum with others, and each of their numbers stands alone: it
leaves every count that rounds to it, which is always enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.disclosure import System, Verdict, Worlds, audit, small
from data_access.releases.counting import FAMILIES, FAMILY, Counts
from data_access.releases.ground import Ground
from data_access.releases.tables import Filled
from domain.errors import Invalid
from domain.release.lattice import ALL, SLACK, Time

Integers = NDArray[np.int64]
Reach = Callable[[int], list[Integers]]
Tell = Callable[[int], None]

PARTNERS = 2  # the largest families, which have the most to exchange with each other


@dataclass(frozen=True, slots=True)
class Outside:
    """A number that is known from elsewhere and exact: of a month or a year, a precinct or all, a family or all."""

    period: str
    precinct: str
    family: str
    count: int


@dataclass(frozen=True, slots=True)
class Open:
    """A published number that leaves too few possibilities: what names it, and the range that can be proved."""

    table: str
    codes: tuple[str, ...]
    least: int
    greatest: int


@dataclass(frozen=True)
class Found:
    """What the audit of a release found."""

    numbers: int
    small: int
    asked: int
    open: tuple[Open, ...]


@dataclass(frozen=True)
class Earlier:
    """An earlier release that tells of the same incidents with zones of its own."""

    tables: Mapping[str, Filled]
    ground: Ground


def audited(
    counts: Counts,
    ground: Ground,
    tables: Mapping[str, Filled],
    earlier: Earlier | None = None,
    outside: Sequence[Outside] = (),
    tell: Tell = lambda years: None,
    worlds: dict[str, Worlds] | None = None,
) -> Found:
    """Audit every year of a release, together with what an earlier one and others tell of it.

    `tell` hears between programs how many years are done, and may raise to stop. `worlds` keeps those found for each
    year, so that an audit after zones were joined need not find them again.
    """
    held = {} if worlds is None else worlds
    found = Found(0, 0, 0, ())
    for done, year in enumerate(sorted({month[:4] for month in counts.months})):
        block = _Block(counts, ground, year)
        names = block.publish(tables, ground)
        published = np.arange(len(names))
        if earlier:
            block.publish(earlier.tables, earlier.ground)
        for known in outside:
            block.know(known)
        system = block.system()
        cells = small(system, published)
        verdict = audit(system, cells, block.rooms(), partial(tell, done), held.setdefault(year, []))
        found = Found(
            found.numbers + len(names),
            found.small + len(verdict.cells),
            found.asked + verdict.asked,
            (*found.open, *_opened(names, verdict)),
        )
    return found


def _opened(names: Sequence[tuple[str, tuple[str, ...]]], verdict: Verdict) -> Iterator[Open]:
    for place in np.flatnonzero(verdict.failing).tolist():
        table, codes = names[int(verdict.cells[place])]
        yield Open(table, codes, int(verdict.least[place]), int(verdict.greatest[place]))


class _Block:
    """The unknowns of one year and the sums that are told of them."""

    def __init__(self, counts: Counts, ground: Ground, year: str) -> None:
        self.counts, self.ground, self.year = counts, ground, year
        self.months = counts.of_year(year)
        self.whole = year in counts.years
        arrays = {"type": counts.types[self.months], "precinct": counts.precincts[self.months]}
        if self.whole:
            place = counts.years.index(year)
            arrays |= {"place": counts.places[place], "band": counts.bands[place]}
        starts = np.cumsum([0, *(array.size for array in arrays.values())])
        self.at: dict[str, Integers] = {
            name: np.arange(start, start + array.size).reshape(array.shape)
            for start, (name, array) in zip(starts.tolist(), arrays.items(), strict=False)
        }
        self.truth = np.concatenate([array.ravel() for array in arrays.values()]).astype(np.int64)
        self._sums = _Sums(len(self.truth))

    def rooms(self) -> list[Integers]:
        """Where the audit looks: what can be otherwise while the rest stays, from the smallest such rooms on."""
        families = [self._family(family) for family in range(len(FAMILIES))]
        heavy = np.argsort([-self.truth[room].sum() for room in families], kind="stable")[:PARTNERS].tolist()
        pairs = [(one, other) for one in range(len(families)) for other in heavy if one != other]
        rooms = [*self.at["type"], *self._precincts(), *families]
        rooms += [np.union1d(families[one], families[other]) for one, other in pairs]
        rooms.append(np.concatenate([at.ravel() for name, at in self.at.items() if name != "place"]))
        if self.whole:
            rooms += [np.union1d(room, self.at["place"][:, family]) for family, room in enumerate(families)]
        return [np.sort(room) for room in rooms]

    def _family(self, family: int) -> Integers:
        """One family's unknowns but for its places."""
        parts = [self.at["type"][:, family == FAMILY], self.at["precinct"][:, :, family]]
        parts += [self.at["band"][family]] if self.whole else []
        return np.concatenate([part.ravel() for part in parts])

    def _precincts(self) -> list[Integers]:
        """The places of each precinct: an incident moved between two of them changes no number but theirs."""
        if not self.whole:
            return []
        precinct_of = self.ground.precinct_of
        return [self.at["place"][precinct_of == precinct].ravel() for precinct in np.unique(precinct_of)]

    def publish(self, tables: Mapping[str, Filled], ground: Ground) -> list[tuple[str, tuple[str, ...]]]:
        """Add the numbers of a release; what names each, in the order of the sums."""
        each, everything = _each, _everything
        names = self._table(tables["month_type"], "type", each, everything)
        names += self._table(tables["precinct_month_family"], "precinct", each, everything, everything)
        if self.whole:
            names += self._table(tables["zone_year_family"], "place", lambda n: [ground.zone_of], everything)
            names += self._table(tables["year_family_band"], "band", everything, everything)
        return names

    def _table(self, filled: Filled, unknowns: str, *reach: Reach) -> list[tuple[str, tuple[str, ...]]]:
        """Add the numbers of one table; `reach` says for each axis which of its rows an unknown is part of."""
        at = self.at[unknowns]
        monthly = filled.table.time is Time.MONTH
        periods = self.months if monthly else self._place()
        axes: tuple[Sequence[str], ...] = (filled.axes[0][periods], *filled.axes[1:])
        told = filled.told[periods].reshape(-1)
        if not monthly:
            at, reach = at[None], (_each, *reach)
        shape = tuple(map(len, axes))
        ways = product(*(way(many) for way, many in zip(reach, at.shape, strict=True)))
        rows = [np.ravel_multi_index(np.ix_(*way), shape).ravel() for way in ways]
        self._sums.add(np.concatenate(rows), np.tile(at.ravel(), len(rows)), told)
        names = zip(product(*axes), told.tolist(), strict=True)
        return [(filled.table.name, codes) for codes, value in names if value >= 0]

    def _place(self) -> slice:
        place = self.counts.years.index(self.year)
        return slice(place, place + 1)

    def know(self, known: Outside) -> None:
        """Add an exact number that others tell, where it speaks of this year."""
        if known.period[:4] != self.year:
            return
        at = self.at["precinct"]
        months = [n for n, month in enumerate(self.counts.months[self.months]) if month.startswith(known.period)]
        codes = [area.code for area in self.ground.precincts]
        if known.precinct not in (ALL, *codes) or known.family not in (ALL, *FAMILIES):
            raise Invalid("release.outside_code", precinct=known.precinct, family=known.family)
        precincts = range(at.shape[1]) if known.precinct == ALL else [codes.index(known.precinct)]
        families = range(at.shape[2]) if known.family == ALL else [FAMILIES.index(known.family)]
        mine = at[np.ix_(months, list(precincts), list(families))].ravel()
        self._sums.exact(mine, known.count)

    def system(self) -> System:
        """All sums, with those that make the four tables speak of the same incidents."""
        shared = self._sums.same
        of_type, of_precinct = self.at["type"], self.at["precinct"]
        for month, family in np.ndindex(len(of_precinct), len(FAMILIES)):
            shared(of_type[month, family == FAMILY], of_precinct[month, :, family])
        if self.whole:
            precinct_of, of_place, of_band = self.ground.precinct_of, self.at["place"], self.at["band"]
            for precinct, family in np.ndindex(len(self.ground.precincts) + 1, len(FAMILIES)):
                shared(of_precinct[:, precinct, family], of_place[precinct_of == precinct, family])
            for family in range(len(FAMILIES)):
                shared(of_precinct[:, :, family].ravel(), of_band[family])
        return self._sums.system(self.truth)


def _each(size: int) -> list[Integers]:
    return [np.arange(size)]


def _everything(size: int) -> list[Integers]:
    """Each by itself, and the margin behind the last."""
    return [np.arange(size), np.full(size, size)]


class _Sums:
    """Sums of unknowns as they are told one after the other."""

    def __init__(self, unknowns: int) -> None:
        self.unknowns, self.size = unknowns, 0
        self.entries = list[tuple[Integers, Integers, Integers]]()  # rows, columns, signs
        self.bounds = list[tuple[Integers, Integers]]()

    def add(self, rows: Integers, columns: Integers, told: Integers) -> None:
        """Rounded numbers; those that are -1 are not told."""
        number = np.cumsum(told >= 0) - 1 + self.size
        kept = told[rows] >= 0
        self.entries.append((number[rows[kept]], columns[kept], np.ones(int(kept.sum()), dtype=np.int64)))
        known = told[told >= 0]
        self._bound(np.maximum(known - SLACK, 0), known + SLACK)

    def exact(self, columns: Integers, count: int) -> None:
        self._one(columns, np.ones(len(columns), dtype=np.int64), count)

    def same(self, some: Integers, others: Integers) -> None:
        """That two sets of unknowns add up to the same."""
        signs = np.concatenate([np.ones(len(some), dtype=np.int64), -np.ones(len(others), dtype=np.int64)])
        self._one(np.concatenate([some, others]), signs, 0)

    def _one(self, columns: Integers, signs: Integers, count: int) -> None:
        self.entries.append((np.full(len(columns), self.size), columns, signs))
        self._bound(np.array([count]), np.array([count]))

    def _bound(self, low: Integers, high: Integers) -> None:
        self.bounds.append((low, high))
        self.size += len(low)

    def system(self, truth: Integers) -> System:
        rows, columns, signs = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        low, high = (np.concatenate(parts) for parts in zip(*self.bounds, strict=True))
        sums = sparse.csr_array((signs, (rows, columns)), shape=(self.size, self.unknowns))
        return System(truth, sums, low, high)
