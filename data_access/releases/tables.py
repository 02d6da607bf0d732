"""The lattice filled: every table with its margins, rounded, and what an earlier release has already said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from data_access.releases.counting import FAMILIES, SENSITIVE, TABLE, TYPES, Counts
from data_access.releases.ground import Ground
from domain.release.lattice import ALL, BANDS, BASE, UNKNOWN, Table

Integers = NDArray[np.int64]
Codes = tuple[str, ...]
Keyed = Mapping[Codes, int]  # a table's numbers by the codes that name them


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Numbers of a table that are left out together: the parts of one total, or that total; `EVERY` of a period."""

    table: str
    period: str
    of: str  # a family, precinct or zone
    total: bool = False


EVERY = "*"
Dropped = Collection[Group]


def group(table: str, codes: Codes) -> Group:
    """What a number is left out with: who leaves one part of a total out must not tell the others."""
    if table == "month_type":
        return Group(table, codes[0], codes[1].partition(".")[0], codes[1] == ALL)
    return Group(table, codes[0], codes[1], codes[-1] == ALL)


@dataclass(frozen=True)
class Filled:
    """One table: the codes along each axis, periods first, the true `counts` and the `told` numbers in their shape.

    A cell that is not published has -1 in `told`.
    """

    table: Table
    axes: tuple[Codes, ...]
    counts: Integers
    told: Integers

    def keyed(self) -> dict[Codes, int]:
        """The published numbers by the codes that name them."""
        told = zip(product(*self.axes), self.told.ravel().tolist(), strict=True)
        return {codes: value for codes, value in told if value >= 0}

    def rows(self) -> Iterator[tuple[str | int, ...]]:
        return ((*codes, value) for codes, value in self.keyed().items())


def filled(counts: Counts, ground: Ground, before: Mapping[str, Keyed], dropped: Dropped = ()) -> dict[str, Filled]:
    """Every table by name. `before` holds what an earlier release told and this one repeats: of its periods nothing is
    told that it left out. `dropped` groups are left out."""
    settled = {codes[0] for told in before.values() for codes in told}
    zones = np.zeros((len(counts.years), len(ground.published) + 1, len(FAMILIES)), dtype=np.int64)
    np.add.at(zones.swapaxes(0, 1), ground.zone_of, counts.places.swapaxes(0, 1))
    months, years, precincts = counts.months, counts.years, tuple(area.code for area in ground.precincts)
    codes = tuple(zone.code for zone in ground.published)
    made = {
        "month_type": ((months, (*TYPES, ALL)), _with_margins(counts.types, 1)),
        "precinct_month_family": (
            (months, (*precincts, UNKNOWN, ALL), (*FAMILIES, ALL)),
            _with_margins(counts.precincts, 1, 2),
        ),
        "zone_year_family": ((years, (*codes, UNKNOWN), (*FAMILIES, ALL)), _with_margins(zones, 2)),
        "year_family_band": ((years, (*FAMILIES, ALL), (*BANDS, ALL)), _with_margins(counts.bands, 1, 2)),
        "sensitive_year": ((years, SENSITIVE), counts.sensitive),
    }
    return {
        name: Filled(TABLE[name], axes, truth, _told(name, axes, truth, before.get(name, {}), settled, dropped))
        for name, (axes, truth) in made.items()
    }


def _with_margins(counts: Integers, *axes: int) -> Integers:
    for axis in axes:
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def rounded(counts: Integers) -> Integers:
    """`domain.release.lattice.rounded` for many."""
    return BASE * ((2 * counts + BASE) // (2 * BASE))


def _told(
    name: str, axes: tuple[Codes, ...], truth: Integers, before: Keyed, settled: Collection[str], dropped: Dropped
) -> Integers:
    told = rounded(truth)
    flat = told.reshape(-1)
    left_out = {one for one in dropped if one.table == name}
    if settled or left_out:
        for place, codes in enumerate(product(*axes)):
            whole = Group(name, codes[0], EVERY)
            gone = group(name, codes) in left_out or whole in left_out
            flat[place] = -1 if gone else before.get(codes, -1) if codes[0] in settled else flat[place]
    return told


def recalled(like: Mapping[str, Filled], told: Mapping[str, Keyed], zones: Codes) -> dict[str, Filled]:
    """Tables of the same counts as an earlier release told them, on zones of its own."""
    made = {}
    for name, filled in like.items():
        axes = (filled.axes[0], (*zones, UNKNOWN), filled.axes[2]) if name == "zone_year_family" else filled.axes
        numbers = [told[name].get(codes, -1) for codes in product(*axes)]
        made[name] = Filled(filled.table, axes, filled.counts, np.array(numbers).reshape([len(axis) for axis in axes]))
    return made
