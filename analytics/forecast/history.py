"""What a panel's past says at the least: which weeks are known, means over them, and when there is too little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.panel import Counts, Floats, Panel
from domain.errors import Invalid

ENOUGH = 8  # known weeks below which even a baseline says nothing
YEAR = 365.25 / 7  # weeks


def check(panel: Panel, needed: int = ENOUGH) -> None:
    """Raises Invalid where no forecast can be made: one cell, too few known weeks, or no events at all."""
    if panel.lattice.cells < 2:
        raise Invalid("forecast.one_cell")
    known = int(panel.known.sum())
    if known < needed:
        raise Invalid("forecast.too_little_history", needed=needed, known=known)
    if not panel.counts[panel.known].any():
        raise Invalid("forecast.no_events")


def latest(panel: Panel, weeks: int) -> NDArray[np.intp]:
    """The numbers of the last known weeks, at most so many, ascending."""
    return np.flatnonzero(panel.known)[-weeks:]


def same_weeks(panel: Panel, around: int) -> NDArray[np.intp]:
    """The numbers of the known weeks that lie whole years before the coming one, give or take `around` weeks."""
    known = np.flatnonzero(panel.known)
    since = panel.weeks - known
    years = np.rint(since / YEAR)
    return known[(years > 0) & (np.abs(since - np.rint(years * YEAR)) <= around)]


def mean(counts: Counts, weeks: NDArray[np.intp]) -> Floats:
    """Events a week and cell over some weeks, shape (cells,)."""
    return np.asarray(counts[weeks].mean(axis=0, dtype=np.float64))
