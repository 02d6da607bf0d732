"""Does a forecast that sends patrols run away with what the patrols find? A simulation of the loop.

Lum and Isaac, "To predict and serve?", Significance 13 (2016); Ensign et al., "Runaway feedback loops in predictive
policing", 2018. Zones of nearly the same crime; every day patrols go where most was recorded so far. Crimes that
patrols discover are recorded only where a patrol is; crimes that victims report are recorded wherever they happen.
"""

from __future__ import annotations

import numpy as np

from analytics.forecast.metrics import Floats, Integers

ZONES, PATROLS, DAYS = 10, 3, 1500
MEAN = 1.0  # crimes a day in a zone
SPREAD = 0.1  # of the zones' means: the least busy has .9 times the mean


def learned(discovered: float, reported: float, seed: int) -> tuple[Floats, Floats]:
    """The zones' true shares of crime, and those learned from what was recorded, both of shape (zones,).

    `discovered` is the chance that a crime where a patrol is gets recorded by it, `reported` the chance that a victim
    reports one, wherever it is. Raises ValueError where either is no chance.
    """
    if not (0 <= discovered <= 1 and 0 <= reported <= 1):
        raise ValueError("chances lie between 0 and 1")
    random = np.random.default_rng(seed)
    means = MEAN * random.uniform(1 - SPREAD, 1 + SPREAD, ZONES)
    seen = np.ones(ZONES)
    for _ in range(DAYS):
        crimes = random.poisson(means)
        told = random.binomial(crimes, reported)
        there = np.argsort(-seen, kind="stable")[:PATROLS]
        told[there] += _found(crimes - told, there, discovered, random)
        seen += told
    return means / means.sum(), seen / seen.sum()


def distance(one: Floats, other: Floats) -> float:
    """Total variation: the share that would have to move to make one the other.

    >>> distance(np.array([0.5, 0.5]), np.array([0.75, 0.25]))
    0.25
    """
    return float(np.abs(one - other).sum() / 2)


def _found(untold: Integers, there: Integers, discovered: float, random: np.random.Generator) -> Integers:
    return random.binomial(untold[there], discovered)
