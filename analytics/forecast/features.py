"""What the model looks at: how busy each cell and its surroundings were, over short and long memories.

A term is an exponentially weighted mean over the weeks before, of the target or of the other victim-reported types,
or a mean over the same weeks of other years, in the cell or averaged over its neighbours with a Gaussian weight. Each
is divided by the city's mean, so that terms say where, and leave how much to the level. That risk decays with distance
and time is of Bowers, Johnson and Pease (2004); here no one scale is chosen, and the model weighs many side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.history import same_weeks
from analytics.forecast.panel import Panel
from analytics.forecast.spread import Spread

HISTORY = 416  # weeks; what lies further back weighs nothing
AROUND = 2  # weeks about the same one of another year
A_YEAR = 52.0  # the memory by which such terms go

Terms = NDArray[np.float32]
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scales:
    """`memories` are half-lives in weeks, `reaches` standard deviations in cells; 0 is the cell alone."""

    memories: tuple[float, ...]
    reaches: tuple[float, ...]

    @property
    def terms(self) -> Iterator[tuple[float, float]]:
        return ((memory, reach) for reach in self.reaches for memory in self.memories)


TARGET = Scales((4, 13, 39, 104, 400), (0, 0.6, 1, 2, 4, 8))
OTHERS = Scales((8, 39, 156), (0, 1, 2, 4))
SEASON = Scales((A_YEAR,), (0, 2))
SOURCES = {"target": TARGET, "others": OTHERS, "season": SEASON}
TERMS = tuple((source, *term) for source, scales in SOURCES.items() for term in scales.terms)


def terms(panel: Panel) -> Terms:
    """The terms of every cell for the week after the panel's last, shape (terms, cells), in the order of `TERMS`.

    Each row has mean 1; one of a source without events, or of the season before there was a year, is 1 throughout.
    """
    spread = panel.lattice.spread
    parts = [
        _averages(panel.counts, _fading(panel.known, TARGET), TARGET, spread),
        _averages(panel.context, _fading(panel.known, OTHERS), OTHERS, spread),
        _averages(panel.counts, _same_season(panel), SEASON, spread),
    ]
    values = np.concatenate(parts)
    means = values.mean(axis=1, keepdims=True)
    return np.asarray(np.where(means > 0, values / np.where(means > 0, means, 1), 1), dtype=np.float32)


def _fading(known: NDArray[np.bool_], scales: Scales) -> Weights:
    """A weight for each memory and week, shape (memories, weeks)."""
    return np.asarray(0.5 ** (np.arange(len(known), 0, -1) / np.array(scales.memories)[:, None]) * known)


def _same_season(panel: Panel) -> Weights:
    """A weight for each week, shape (1, weeks): 1 for the same weeks of other years."""
    weights = np.zeros((1, panel.weeks))
    weights[0, same_weeks(panel, AROUND)] = 1
    return weights


def _averages(counts: NDArray[np.uint16], weights: Weights, scales: Scales, spread: Spread) -> Terms:
    """Means by memory and reach, shape (terms, cells)."""
    recent = weights[:, -HISTORY:]
    shares = recent / np.maximum(recent.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    means = shares.astype(np.float32) @ counts[-HISTORY:].astype(np.float32)
    return np.concatenate([spread.mean(means, reach) for reach in scales.reaches])
