"""What the public sees of past forecasts: which fifth of the zones each zone was in, over a period that is closed.

A quintile of a period long over tells how risk is spread and gives nobody, neither an offender nor a patrol, the place
of tomorrow. Quintiles of rates per km2: zones are unequal, so counts would only rank their areas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.metrics import Floats
from analytics.forecast.panel import WEEK
from domain.errors import Illegal, Invalid
from domain.periods import Window
from domain.release.lattice import CLOSED_DAYS

FIFTHS = 5


@dataclass(frozen=True, slots=True)
class Quintiles:
    """By zone, 1 (least risk) to 5, from the forecasts of `weeks` weeks of `period`."""

    period: Window
    weeks: int
    fifth: tuple[int, ...]


def quintiles(
    forecasts: Mapping[date, NDArray[np.floating]], zone: NDArray[np.integer], km2: Floats, period: Window, today: date
) -> Quintiles:
    """The fifth of each zone by its mean forecast rate per km2.

    `forecasts` gives each week's sealed rates, shape (cells,), by Monday, and `zone`, shape (cells,), the zone of each
    cell, -1 where it lies in none; `km2`, shape (zones,), are the zones' areas. Weeks that do not lie wholly in the
    period are left out. Raises Illegal for a period that is not closed, Invalid where there is no forecast in it or
    fewer zones than fifths, ValueError for arrays that do not fit or rates that are no rates.

    >>> month = Window(date(2024, 1, 1), date(2024, 1, 31))
    >>> rates = np.array([5.0, 1.0, 1.0, 2.0, 3.0, 4.0])
    >>> zone = np.array([0, 1, 1, 2, 3, 4])
    >>> quintiles({date(2024, 1, 8): rates}, zone, np.array([1.0, 2.0, 1.0, 1.0, 1.0]), month, date(2024, 3, 1)).fifth
    (5, 1, 2, 3, 4)
    """
    closed = period.end + timedelta(days=CLOSED_DAYS)
    if today < closed:
        raise Illegal("forecast.period_open", until=closed.isoformat())
    held = [rates for monday, rates in forecasts.items() if period.start <= monday and monday + WEEK <= _after(period)]
    if not held:
        raise Invalid("forecast.nothing_in_period", start=period.start.isoformat(), end=period.end.isoformat())
    if len(km2) < FIFTHS:
        raise Invalid("forecast.few_zones", least=FIFTHS)
    return Quintiles(period, len(held), fifths(_by_zone(held, zone, km2)))


def fifths(values: Floats) -> tuple[int, ...]:
    """Each value's fifth, 1 to 5; equal values are in one fifth, the lowest that any of them would be in.

    >>> fifths(np.array([10.0, 30.0, 20.0, 20.0, 50.0]))
    (1, 4, 2, 2, 5)
    """
    below = np.searchsorted(np.sort(values), values, side="left")
    return tuple((below * FIFTHS // len(values) + 1).tolist())


def _after(period: Window) -> date:
    return period.end + timedelta(days=1)


def _by_zone(held: list[NDArray[np.floating]], zone: NDArray[np.integer], km2: Floats) -> Floats:
    """The mean rate of each zone per km2, shape (zones,)."""
    where, area = np.asarray(zone), np.asarray(km2, dtype=np.float64)
    rates = np.stack(held).astype(np.float64)
    if rates.shape[1:] != where.shape or not np.isfinite(rates).all() or rates.min() < 0:
        raise ValueError("rates of the same cells, finite and not negative")
    if where.min() < -1 or where.max() >= area.size or not (area > 0).all():
        raise ValueError("a zone has an area above zero")
    inside = where >= 0
    return np.asarray(np.bincount(where[inside], rates.mean(axis=0)[inside], area.size) / area, dtype=np.float64)
