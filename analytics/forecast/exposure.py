"""Exposure audit: how often each area is flagged, against the crime it reports and the people who live in it.

Lum and Isaac, "To predict and serve?", Significance 13 (2016) 14-19; Sankin et al., "Crime prediction software
promised to be free of biases. New data shows it perpetuates them", The Markup (2021). Gini coefficient: Gastwirth,
Review of Economics and Statistics 54 (1972) 306-316. An area is exposed when its cells are flagged, week after week:
the audit reads sealed forecasts, not where anybody went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

import numpy as np
from numpy.typing import NDArray

from analytics.adoption.coverage import gini, lorenz
from analytics.forecast.areas import Area, Basis, shares, sizes
from analytics.forecast.metrics import Floats

RATIO = 2.0  # above: alarm
STREAK = 8  # weeks running in the top tenth; more: review
TOP = 0.10  # of the areas


class Warned(StrEnum):
    ALARM_REPORTED = "alarm_reported"  # flagged more than twice as often as its share of reported crime explains
    ALARM_SIZE = "alarm_size"  # more than twice its share of the residents, or of the cells
    REVIEW_STREAK = "review_streak"  # among the most exposed for more than eight weeks running


@dataclass(frozen=True, slots=True)
class Exposed:
    """One area. Ratios are its share of the flags over its share of reported crime, and over its share of the size
    (residents or cells); None where that share is zero. Flags where others reported crime and this area none raise the
    alarm; flags where nobody lives do not. Streaks are weeks running in the top tenth."""

    code: str
    flagged: int  # cell-weeks
    weeks: int  # in which any of its cells was flagged
    share: float
    reported_share: float
    size_share: float
    reported_ratio: float | None
    size_ratio: float | None
    longest: int
    current: int  # the streak that the newest week belongs to
    warned: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """Every area in the order given. `gini` is 0 where flags follow size exactly and near 1 where few bear them all;
    None where nothing was flagged."""

    weeks: int
    basis: Basis
    gini: float | None
    areas: tuple[Exposed, ...]

    @property
    def alarms(self) -> tuple[Exposed, ...]:
        return tuple(area for area in self.areas if area.warned)


def audit(flags: NDArray[np.integer], areas: Sequence[Area]) -> Audit:
    """How exposed each area was; `flags`, shape (weeks, areas), counts its flagged cells in each week, oldest first.

    Raises Invalid for areas without a share, ValueError for flags that do not fit them or are negative.

    >>> found = audit(np.array([[3, 1], [3, 1]]), [Area("a", 10, 500, 40), Area("b", 10, 1500, 60)])
    >>> a = found.areas[0]
    >>> a.share, a.reported_ratio, a.size_ratio, [str(code) for code in a.warned]
    (0.75, 1.875, 3.0, ['alarm_size'])
    >>> found.gini
    0.5
    """
    counts = np.asarray(flags)
    basis, size = sizes(areas)
    if counts.ndim != 2 or counts.shape[1] != len(areas) or not len(counts):
        raise ValueError(f"flags of shape {counts.shape} are not those of {len(areas)} areas in at least one week")
    if not np.issubdtype(counts.dtype, np.integer) or counts.min() < 0:
        raise ValueError("flags are whole numbers, none of them negative")
    total = counts.sum(axis=0).astype(np.float64)
    top = in_top(counts, size)
    reported = shares(np.array([area.reported for area in areas], dtype=np.float64))
    unexplained = (reported == 0) & (total > 0) & bool(reported.any())
    rows = zip(areas, counts.T, shares(total), reported, shares(size), top.T, unexplained, strict=True)
    return Audit(len(counts), basis, _gini(total, size), tuple(_exposed(*row) for row in rows))


def in_top(flags: NDArray[np.integer], size: Floats) -> NDArray[np.bool_]:
    """Which areas were in the week's top tenth by flags per size, shape (weeks, areas).

    At least one area is, with its ties; none is where all are alike or nothing was flagged.

    >>> in_top(np.array([[4, 2, 0], [1, 2, 0]]), np.array([4.0, 1.0, 1.0])).tolist()
    [[False, True, False], [False, True, False]]
    """
    per = np.divide(flags, size, out=np.where(flags > 0, np.inf, 0.0), where=size > 0)
    places = ceil(TOP * size.size)
    least = np.sort(per, axis=1)[:, -places][:, None]
    return np.asarray((per >= least) & (per > per.min(axis=1, keepdims=True)), dtype=np.bool_)


def streaks(top: NDArray[np.bool_]) -> tuple[int, int]:
    """The longest run of weeks, and the one that the last week belongs to; `top` of shape (weeks,).

    >>> streaks(np.array([True, True, True, False, True]))
    (3, 1)
    """
    longest = run = 0
    for held in top.tolist():
        run = run + 1 if held else 0
        longest = max(longest, run)
    return longest, run


def flags_by_area(area: NDArray[np.integer], chosen: NDArray[np.integer], areas: int) -> NDArray[np.int64]:
    """One week's flagged cells by area, shape (areas,): `area`, shape (cells,), is each cell's, -1 where it has none.

    >>> flags_by_area(np.array([0, 1, 1, -1]), np.array([1, 2, 3]), areas=2).tolist()
    [0, 2]
    """
    held = np.asarray(area)[chosen]
    return np.bincount(held[held >= 0], minlength=areas)


def _exposed(
    area: Area,
    flags: NDArray[np.integer],
    share: float,
    reported: float,
    size: float,
    top: NDArray[np.bool_],
    unexplained: bool,
) -> Exposed:
    longest, current = streaks(top)
    by_reported, by_size = (float(share / of) if of else None for of in (reported, size))
    warned = {
        Warned.ALARM_REPORTED: unexplained or (by_reported or 0) > RATIO,
        Warned.ALARM_SIZE: (by_size or 0) > RATIO,
        Warned.REVIEW_STREAK: longest > STREAK,
    }
    return Exposed(
        area.code,
        int(flags.sum()),
        int(np.count_nonzero(flags)),
        float(share),
        float(reported),
        float(size),
        by_reported,
        by_size,
        longest,
        current,
        tuple(code for code, so in warned.items() if so),
    )


def _gini(flags: Floats, size: Floats) -> float | None:
    held = size > 0
    if not flags[held].sum():
        return None
    return gini(*lorenz(size[held], flags[held]))
