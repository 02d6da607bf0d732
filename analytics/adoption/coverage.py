"""How evenly the neighbourhoods of a precinct are covered."""

from __future__ import annotations

import numpy as np

from analytics.adoption.history import Floats


def lorenz(people: Floats, addresses: Floats) -> tuple[Floats, Floats]:
    """Cumulative shares of people and of addresses, the least covered neighbourhood first; both begin with 0.

    Gastwirth, "The Estimation of the Lorenz Curve and Gini Index", Review of Economics and Statistics 54 (1972).
    """
    order = np.argsort(addresses / people, kind="stable")
    x, y = np.cumsum(people[order]), np.cumsum(addresses[order])
    return np.concatenate([[0.0], x / x[-1]]), np.concatenate([[0.0], y / y[-1]])


def gini(x: Floats, y: Floats) -> float:
    """Twice the area between the diagonal and a Lorenz curve: 0 where all are covered alike.

    >>> gini(np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.25, 1.0]))
    0.25
    """
    return float(1 - np.sum(np.diff(x) * (y[1:] + y[:-1])))
