"""The key of an incident: a hash of what identifies it and of how often that came before in the same file.

Where a source has no id, two equal rows are two incidents: the first gets ordinal 0, the second 1, in every file
alike. So repeats are kept, and a file read again, or one that overlaps it, finds every one of its rows known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Integers = NDArray[np.int64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mixed(values: Hashes) -> Hashes:
    """A one-to-one scrambling of 64 bits (the finaliser of SplitMix64; Steele, Lea and Flood 2014).

    >>> hex(int(mixed(np.array([1], np.uint64))[0]))
    '0x5692161d100b05e5'
    """
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def keys(identity: Hashes, ordinal: Integers) -> Integers:
    """The signed 64-bit key of each row; two rows have one key only if identity and ordinal agree."""
    return mixed(identity + GOLDEN * ordinal.astype(np.uint64)).view(np.int64)


class Ordinals:
    """Counts, over the chunks of one handed-in file, how many equal rows came before in the same member."""

    def __init__(self) -> None:
        self._seen: Hashes = np.empty(0, np.uint64)
        self._counts: Integers = np.empty(0, np.int64)
        self._members: dict[str, int] = {}

    def of(self, identity: Hashes, files: NDArray[np.object_]) -> Integers:
        """The ordinal of each row: 0 for the first of its kind in its file."""
        if not len(identity):
            return np.empty(0, np.int64)
        mine = identity ^ mixed(self._numbers(files))
        order = np.argsort(mine, kind="stable")
        unique, start, counts = np.unique(mine[order], return_index=True, return_counts=True)
        within = np.arange(len(mine)) - np.repeat(start, counts)
        ordinal = np.empty(len(mine), np.int64)
        ordinal[order] = within + np.repeat(self._before(unique), counts)
        self._remember(unique, counts)
        return ordinal

    def _numbers(self, files: NDArray[np.object_]) -> Hashes:
        known = self._members
        return np.fromiter((known.setdefault(name, len(known)) for name in files), np.uint64, len(files))

    def _before(self, unique: Hashes) -> Integers:
        if not len(self._seen):
            return np.zeros(len(unique), np.int64)
        at = np.minimum(np.searchsorted(self._seen, unique), len(self._seen) - 1)
        found: Any = np.where(self._seen[at] == unique, self._counts[at], 0)
        return np.asarray(found, np.int64)

    def _remember(self, unique: Hashes, counts: NDArray[Any]) -> None:
        joined = np.concatenate([self._seen, unique])
        totals = np.concatenate([self._counts, counts])
        order = np.argsort(joined, kind="stable")
        joined, totals = joined[order], totals[order]
        first = np.flatnonzero(np.r_[True, joined[1:] != joined[:-1]])
        self._seen, self._counts = joined[first], np.add.reduceat(totals, first)
