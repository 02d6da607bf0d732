"""Two lists of reports of the same events: which reports belong together, and how many events there may be at least.

The estimate is Chapman's (1951) with Seber's variance (The Estimation of Animal Abundance, 1982, section 3.2) and the
interval of Chao (Biometrics 43, 1987), which takes the number that neither list holds as log-normal. It assumes that
each event reaches one list as easily whether or not the other has it. Events that are told at all tend to be told
twice; then the estimate is too low, and it is read as a lower bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.spatial import KDTree

Floats = NDArray[np.float64]
LINKS_AT_LEAST = 7  # with fewer the estimate is biased (Robson and Regier 1964)
APART = 10.0  # more than any two reports that may be linked are apart, in units of the limits


@dataclass(frozen=True, slots=True)
class Reports:
    """One list, all of shape (reports,): metres east and north, hours, and a number for the type."""

    x: Floats
    y: Floats
    hours: Floats
    kind: NDArray[np.int64]

    def later(self, hours: float) -> Reports:
        """The same reports at another time."""
        return Reports(self.x, self.y, self.hours + hours, self.kind)


@dataclass(frozen=True, slots=True)
class Total:
    """How many events there are, those on neither list included."""

    total: float
    error: float
    low: float
    high: float


def link(first: Reports, second: Reports, metres: float, hours: float) -> NDArray[np.int64]:
    """Pairs of places in the two lists, shape (links, 2), each report at most once and the nearest pairs first.

    Linked are reports of one type within `metres` and `hours`. Near is measured in shares of both limits together.
    """
    if not len(first.x) or not len(second.x):
        return np.empty((0, 2), np.int64)
    near = _tree(first, metres, hours).sparse_distance_matrix(
        _tree(second, metres, hours), 1.0, p=np.inf, output_type="ndarray"
    )
    i, j = near["i"].astype(np.int64), near["j"].astype(np.int64)
    away = np.hypot(first.x[i] - second.x[j], first.y[i] - second.y[j]) / metres
    late = np.abs(first.hours[i] - second.hours[j]) / hours
    allowed = away <= 1
    i, j, far = i[allowed], j[allowed], np.hypot(away, late)[allowed]
    taken_first, taken_second = np.zeros(len(first.x), bool), np.zeros(len(second.x), bool)
    pairs = []
    for at in np.lexsort((j, i, far)).tolist():
        if not taken_first[i[at]] and not taken_second[j[at]]:
            taken_first[i[at]] = taken_second[j[at]] = True
            pairs.append((i[at], j[at]))
    return np.array(pairs, np.int64).reshape(-1, 2)


def _tree(reports: Reports, metres: float, hours: float) -> KDTree:
    scaled = (reports.x / metres, reports.y / metres, reports.hours / hours, reports.kind * APART)
    return KDTree(np.column_stack(scaled))


def by_chance(first: Reports, second: Reports, metres: float, hours: float, shifts: tuple[float, ...]) -> float:
    """How many links would come by chance: the mean over shifts of one list to where nothing can be the same event."""
    return float(np.mean([len(link(first, second.later(shift), metres, hours)) for shift in shifts]))


def chapman(first: int, second: int, both: int, level: float = 0.95) -> Total:
    """How many events two lists of these lengths point to, of which `both` are on both.

    >>> round(chapman(87, 14, 7).total), round(chapman(87, 14, 7).error, 2)
    (164, 35.82)
    """
    if not 0 <= both <= min(first, second):
        raise ValueError("a list cannot hold more than it has")
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    known = first + second - both
    unseen = total - known
    if unseen <= 0:
        return Total(total, math.sqrt(variance), known, known)
    z = float(special.ndtri((1 + level) / 2))
    spread = math.exp(z * math.sqrt(math.log(1 + variance / unseen**2)))
    return Total(total, math.sqrt(variance), known + unseen / spread, known + unseen * spread)
