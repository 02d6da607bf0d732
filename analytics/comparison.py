"""Is a count really different from another? Both sides are counts, so both vary.

Small counts use the conditional-free e-test of Krishnamoorthy and Thomson, "A more powerful test for comparing
two Poisson means", Journal of Statistical Planning and Inference 119 (2004) 23-35; large ones its normal limit
z = sqrt(2) (sqrt(a) - sqrt(b)). Windows must be of equal length.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from domain.exploration import Change

LEVEL = 0.05  # two-sided; |z| > 1.96
EXACT_UP_TO = 300  # counts in all; beyond, the two tests agree to within .001


def z_score(now: NDArray[np.float64] | float, before: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The variance-stabilised difference of two Poisson counts; about standard normal if nothing changed.

    >>> round(float(z_score(110, 141)), 2)
    -1.96
    """
    return np.asarray(math.sqrt(2) * (np.sqrt(now) - np.sqrt(before)), dtype=np.float64)


def e_test(now: int, before: int) -> float:
    """The two-sided p-value that two Poisson counts over equal exposures have one mean.

    >>> round(e_test(6, 0), 4)
    0.0096
    """
    if now == before:
        return 1.0
    mean = (now + before) / 2
    reach = math.ceil(mean + 12 * math.sqrt(mean) + 12)
    counts = np.arange(reach + 1)
    weight = stats.poisson.pmf(counts, mean)
    a, b = counts[:, None], counts[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(a + b > 0, np.abs(a - b) / np.sqrt(np.maximum(a + b, 1)), 0.0)
    seen = abs(now - before) / math.sqrt(now + before)
    return float(min(1.0, (weight[:, None] * weight[None, :])[statistic >= seen - 1e-12].sum()))


def compare(now: int, before: int) -> Change:
    """Counts, percent and whether the change is beyond usual variation at the 5 % level.

    >>> compare(6, 0).percent is None
    True
    """
    p = e_test(now, before) if now + before <= EXACT_UP_TO else float(2 * stats.norm.sf(abs(z_score(now, before))))
    percent = None if before == 0 else 100.0 * (now - before) / before
    return Change(now=now, before=before, percent=percent, p=p, beyond=p < LEVEL)
