"""Why the model expects more, or less, of a cell than of the city's usual one.

The mixture under the model adds its terms, so its logarithm is shared out among groups of terms exactly and without
residue by the logarithmic mean (the Aumann-Shapley value along the straight line from the usual cell; Ang 2005). What
regression and trees change about the mixture is told as a reason of its own. Reasons are what the forecast is made
of, not causes.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from analytics.forecast.boosted import Boosted
from analytics.forecast.features import TERMS, terms
from analytics.forecast.panel import Floats, Panel

LATELY = 13  # weeks; memories up to here are of late
HERE = 0.6  # cells; reaches up to here are of the cell itself


class Reason(StrEnum):
    LATELY = "lately"  # in this cell, in the last months
    LONG = "long"  # in this cell, year in, year out
    NEARBY = "nearby"  # in the cells around
    SEASON = "season"  # here and around, at this time of other years
    OTHERS = "others"  # other types reported here and around
    PATTERN = "pattern"  # how these come together


def _reason(source: str, memory: float, reach: float) -> Reason:
    if source != "target":
        return Reason(source)
    if reach > HERE:
        return Reason.NEARBY
    return Reason.LATELY if memory <= LATELY else Reason.LONG


GROUPS = tuple(_reason(*term) for term in TERMS)


def reasons(model: Boosted, panel: Panel) -> Floats:
    """Strengths of shape (reasons, cells), in the order of `Reason`.

    Those of a cell add up to the logarithm of its rate over the city's mean rate; above 0 raises, below 0 lowers.
    """
    values = terms(panel)
    excess = model.opinions_.mixture[:-1, None] * (values - 1.0)
    mixed = 1 + excess.sum(axis=0)
    scale = np.ones_like(mixed)
    apart = np.abs(mixed - 1) > 1e-9
    scale[apart] = np.log(mixed[apart]) / (mixed[apart] - 1)
    parts = {reason: excess[[group == reason for group in GROUPS]].sum(axis=0) * scale for reason in Reason}
    share = model.share(values)
    parts[Reason.PATTERN] = np.log(share * len(share)) - np.log(mixed)
    return np.array([parts[reason] for reason in Reason])
