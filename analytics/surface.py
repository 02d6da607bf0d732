"""From counts on the grid to a density surface, its classes, and the surface of change.

Kernel density with a Gaussian kernel whose bandwidth is stated in metres (Silverman, Density Estimation, 1986);
classes by quantiles of the cells that hold something, so that one extreme cell does not bleach the rest.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from analytics.comparison import z_score
from analytics.grid import Grid

BANDWIDTH = 250.0  # metres; never under one and a half cells
UNIT_DAYS = 28  # densities are incidents per km2 per 28 days
QUANTILES = (0.2, 0.5, 0.7, 0.83, 0.92, 0.97, 0.992)
CHANGE_STEPS = (1.96, 2.58, 3.29)  # |z| for p < .05, .01 and .001

Floats = NDArray[np.float64]


def bandwidth(grid: Grid) -> float:
    """Metres of the kernel's standard deviation on this grid."""
    return max(BANDWIDTH, 1.5 * grid.size * float(grid.scale().mean()))


def smooth(counts: NDArray[np.int64], grid: Grid) -> Floats:
    """Expected counts per true km2, shape (rows, columns), from counts per cell of the same shape."""
    scale = grid.scale()
    sigma = bandwidth(grid) / (grid.size * float(scale.mean()))
    spread = ndimage.gaussian_filter(counts.astype(np.float32), sigma, mode="constant", truncate=3.0)
    area = (grid.size * scale / 1000.0) ** 2
    return np.asarray(spread / area[:, None], dtype=np.float64)


def single(grid: Grid) -> float:
    """The peak, per km2, that one lone incident makes: the smallest density that means anything."""
    return 1.0 / (2 * math.pi * (bandwidth(grid) / 1000.0) ** 2)


def class_breaks(surfaces: list[Floats], grid: Grid) -> tuple[float, ...]:
    """Lower edges of the classes, in the surfaces' unit, rising strictly; one set for all compared surfaces.

    Class k, from 0, needs at least k + 1/2 times the peak of a lone incident, so that a few scattered incidents
    never look like a hot spot.
    """
    lone = single(grid)
    something = np.concatenate([surface[surface >= lone / 2] for surface in surfaces] or [np.empty(0)])
    quantiles = np.quantile(something, QUANTILES) if something.size else np.zeros(len(QUANTILES))
    edges: list[float] = []
    for k, quantile in enumerate(quantiles):
        edges.append(max(float(quantile), (k + 0.5) * lone, 1.15 * edges[-1] if edges else 0.0))
    return tuple(edges)


def classify(surface: Floats, breaks: tuple[float, ...]) -> NDArray[np.uint8]:
    """Class numbers: 0 for nothing, 1 for the first class and so on."""
    return np.searchsorted(np.asarray(breaks), surface.ravel(), side="right").astype(np.uint8).reshape(surface.shape)


def per_unit(breaks: tuple[float, ...], days: int) -> tuple[float, ...]:
    """Breaks of a window of some days as incidents per km2 per 28 days, to two significant figures."""
    return tuple(float(f"{edge * UNIT_DAYS / days:.2g}") for edge in breaks)


def change_classes(now: Floats, before: Floats, grid: Grid) -> NDArray[np.uint8]:
    """Classes of change: 0 within usual variation, 1 to 3 for a rise, 4 to 6 for a fall, by strength.

    A Gaussian kernel averages like a disc of 4 pi sigma^2, so density times that area acts as a Poisson count.
    Where there is little the square root is too quick, and a lone incident's own peak counts double: with one
    incident more on each side, no two incidents make a change and noise stays under the level everywhere.
    """
    disc = 4 * math.pi * (bandwidth(grid) / 1000.0) ** 2
    z = z_score(now * disc + 1, before * disc + 1)
    strength = np.searchsorted(np.asarray(CHANGE_STEPS), np.abs(z).ravel(), side="left").reshape(z.shape)
    return np.where((z < 0) & (strength > 0), strength + 3, strength).astype(np.uint8)
