"""Is a count really different from another? Both sides are counts, so both vary.

Small counts use the conditional-free e-test of Krishnamoorthy and Thomson, "A more powerful test for comparing
two Poisson means", Journal of Statistical Planning and Inference 119 (2004) 23-35; large ones its normal limit
z = sqrt(2) (sqrt(a) - sqrt(b)). Windows must be of equal length.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from domain.exploration import Change

LEVEL = 0.05  # two-sided; |z| > 1.96
EXACT_UP_TO = 200  # counts in all; beyond, the two tests agree to within .003, and to within .001 near the level


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
    total, squared = now + before, (now - before) ** 2
    mean = total / 2
    reach = 8 * math.sqrt(mean) + 8
    low = np.arange(max(0, math.floor(mean - reach)), math.ceil(mean + reach))
    # The smallest difference k from `low` with k^2 / (2 low + k) >= squared / total, as far apart as what was seen.
    k = np.ceil((squared + np.sqrt(squared**2 + 8.0 * low * squared * total)) / (2.0 * total) - 1e-9)
    chance = np.exp(special.xlogy(low, mean) - special.gammaln(low + 1) - mean)
    return float(min(1.0, 2 * np.sum(chance * special.pdtrc(low + k - 1, mean))))


def compare(now: int, before: int) -> Change:
    """Counts, percent and whether the change is beyond usual variation at the 5 % level.

    >>> compare(6, 0).percent is None
    True
    """
    p = e_test(now, before) if now + before <= EXACT_UP_TO else float(2 * special.ndtr(-abs(z_score(now, before))))
    percent = None if before == 0 else 100.0 * (now - before) / before
    return Change(now=now, before=before, percent=percent, p=p, beyond=p < LEVEL)
