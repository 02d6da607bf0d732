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
Dropped = Collection[tuple[str, str]]  # table and period


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
    """Every table by name. `before` holds what an earlier release told and this one repeats; `dropped` periods are
    left out."""
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
        name: Filled(TABLE[name], axes, truth, _told(name, axes, truth, before.get(name, {}), dropped))
        for name, (axes, truth) in made.items()
    }


def _with_margins(counts: Integers, *axes: int) -> Integers:
    for axis in axes:
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def rounded(counts: Integers) -> Integers:
    """`domain.release.lattice.rounded` for many."""
    return BASE * ((2 * counts + BASE) // (2 * BASE))


def _told(name: str, axes: tuple[Codes, ...], truth: Integers, before: Keyed, dropped: Dropped) -> Integers:
    told = rounded(truth)
    if before:
        flat = told.reshape(-1)
        for place, codes in enumerate(product(*axes)):
            flat[place] = before.get(codes, flat[place])
    for place, period in enumerate(axes[0]):
        if (name, period) in dropped:
            told[place] = -1
    return told
