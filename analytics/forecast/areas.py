"""Areas that places lie in, and the shares that exposure and caps are measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

import numpy as np

from analytics.forecast.metrics import Floats
from domain.errors import Invalid


class Basis(StrEnum):
    POPULATION = "population"
    CELLS = "cells"  # where the residents of some area are not known


@dataclass(frozen=True, slots=True)
class Area:
    """A precinct or zone: its cells, its residents where they are known, and its crime reported in some window."""

    code: str
    cells: int
    residents: int | None = None
    reported: float = 0.0


def sizes(areas: Sequence[Area]) -> tuple[Basis, Floats]:
    """Each area's residents, shape (areas,), or its cells where any area's residents are unknown.

    One basis for all: a share needs one total. Raises Invalid where there is no area, one is told twice, or a figure
    is negative or not finite.

    >>> basis, found = sizes([Area("a", cells=3, residents=100), Area("b", cells=1)])
    >>> str(basis), found.tolist()
    ('cells', [3.0, 1.0])
    """
    codes = [area.code for area in areas]
    if not codes or len(set(codes)) < len(codes):
        raise Invalid("forecast.areas")
    for area in areas:
        if min(area.cells, area.residents or 0, area.reported) < 0 or not isfinite(area.reported):
            raise Invalid("forecast.area_figures", area=area.code)
    residents = [area.residents for area in areas if area.residents is not None]
    if len(residents) == len(areas) and any(residents):
        return Basis.POPULATION, np.array(residents, dtype=np.float64)
    return Basis.CELLS, np.array([area.cells for area in areas], dtype=np.float64)


def shares(values: Floats) -> Floats:
    """Values, shape (areas,), as shares of their sum; zeros where that is zero.

    >>> shares(np.array([1.0, 3.0])).tolist()
    [0.25, 0.75]
    """
    total = values.sum()
    return np.asarray(values / total if total else np.zeros_like(values), dtype=np.float64)
