"""Small made-up cities as panels of weekly counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from analytics.forecast.panel import Lattice, Panel

FIRST = date(2024, 1, 1)  # a Monday


def square(side: int, size: int = 250) -> Lattice:
    """As many cells a side, somewhere south of the equator."""
    row, column = np.divmod(np.arange(side * side, dtype=np.int32), np.int32(side))
    return Lattice(32719, size, 1380 + column, 25190 + row)


def panel(lattice: Lattice, counts: np.ndarray, context: np.ndarray | None = None) -> Panel:
    """A panel of these counts, shape (weeks, cells), every week known and nothing outside."""
    weeks = len(counts)
    others = np.zeros_like(counts) if context is None else context
    return Panel(
        lattice,
        FIRST,
        counts.astype(np.uint16),
        others.astype(np.uint16),
        np.ones(weeks, dtype=bool),
        np.zeros(weeks, dtype=np.int64),
    )


def city(side: int = 10, weeks: int = 60, per_week: float = 40.0, seed: int = 0) -> Panel:
    """Events in few places of many, always the same; the other types, twice as many, where the target is and beyond."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(0.4, size=side * side)
    others = rates + rng.gamma(0.4, size=side * side)
    drawn = [
        rng.poisson(total * shares / shares.sum(), (weeks, side * side))
        for total, shares in ((per_week, rates), (2 * per_week, others))
    ]
    return panel(square(side), *drawn)


def silent(whole: Panel, weeks: Sequence[int]) -> Panel:
    """The panel as the source would tell it had it been silent in some weeks."""
    known, counts, context = whole.known.copy(), whole.counts.copy(), whole.context.copy()
    for week in weeks:
        known[week], counts[week], context[week] = False, 0, 0
    return replace(whole, known=known, counts=counts, context=context)


def overwritten(whole: Panel, weeks: Sequence[int], events: int = 60_000) -> Panel:
    """The panel with nonsense in the counts of some weeks, which stay as known as they were."""
    counts, context = whole.counts.copy(), whole.context.copy()
    counts[list(weeks)], context[list(weeks)] = events, events
    return replace(whole, counts=counts, context=context)
