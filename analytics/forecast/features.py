"""What the model looks at: how busy each cell and its surroundings were, over short and long memories.

A term is an exponentially weighted mean over the weeks before, of the target or of the other victim-reported types,
in the cell or averaged over its neighbours with a Gaussian weight. Each is divided by the city's mean, so that terms
say where, and leave how much to the level. That risk decays with distance and time is of Bowers, Johnson and Pease
(2004); here no one scale is chosen, and the model weighs many side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.panel import Lattice, Panel

HISTORY = 416  # weeks; what lies further back weighs nothing

Terms = NDArray[np.float32]


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
TERMS = tuple((source, *term) for source, scales in (("target", TARGET), ("others", OTHERS)) for term in scales.terms)


def terms(panel: Panel) -> Terms:
    """The terms of every cell for the week after the panel's last, shape (terms, cells), in the order of `TERMS`.

    Each row has mean 1, but for rows of a source without events, which are 1 throughout.
    """
    parts = [
        _averages(counts, panel.known, panel.lattice, scales)
        for counts, scales in ((panel.counts, TARGET), (panel.context, OTHERS))
    ]
    values = np.concatenate(parts)
    means = values.mean(axis=1, keepdims=True)
    return np.asarray(np.where(means > 0, values / np.where(means > 0, means, 1), 1), dtype=np.float32)


def _averages(counts: NDArray[np.uint16], known: NDArray[np.bool_], lattice: Lattice, scales: Scales) -> Terms:
    """Means by memory and reach, shape (terms, cells)."""
    ages = np.arange(len(known), 0, -1)[-HISTORY:]
    weights = 0.5 ** (ages / np.array(scales.memories)[:, None]) * known[-HISTORY:]
    means = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32) @ counts[-HISTORY:].astype(np.float32)
    return np.concatenate([lattice.spread.mean(means, reach) for reach in scales.reaches])
