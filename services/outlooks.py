"""Where precincts are going: the methods' arrays put into the terms of the domain, for all precincts at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from analytics.adoption import pace as methods
from analytics.adoption.history import WEEK, Floats, History, weekly
from analytics.adoption.pace import MONTH, WEEKS, Rates
from domain.adoption import Arrival, Coming, Outlook, Pace, Standing

Days = tuple[float, float, float]  # until the target: at the pace seen, early, late
Going = tuple[Pace | None, Days | None]  # no days where there is too little history for a date


def outlooks(history: History, ids: Sequence[int], rows: Sequence[Standing], day: date) -> dict[str, Outlook]:
    """The outlook of each precinct by its code; `ids` are the areas of `rows`, whose history ends on `day`."""
    places = [history.places.get(id) for id in ids]
    held = [n for n, place in enumerate(places) if place is not None]
    going = _going(history, [places[n] or 0 for n in held], [rows[n].missing or 0 for n in held]) if held else []
    found: dict[int, Going] = dict(zip(held, going, strict=True))
    return {row.precinct: _outlook(row, day, *found.get(n, (None, None))) for n, row in enumerate(rows)}


def _going(history: History, places: Sequence[int], missing: Sequence[int]) -> list[Going]:
    increments = weekly(history.addresses[places], history.seen[places], 2 * WEEKS)
    now, before = methods.rates(increments.part(WEEKS, 2 * WEEKS)), methods.rates(increments.part(0, WEEKS))
    enough = np.flatnonzero(methods.enough(now))
    told = _told(now.of(enough), before.of(enough), np.array(missing, np.float64)[enough])
    found: list[Going] = [(None, None)] * len(places)
    for n, going in zip(enough.tolist(), told, strict=True):
        found[n] = going
    return found


def _told(now: Rates, before: Rates, missing: Floats) -> list[Going]:
    """For precincts with enough history for a pace."""
    sample = methods.drawn(now)
    low, high = np.quantile(sample, [methods.LOW, methods.HIGH], axis=0) * MONTH
    slower, earlier = methods.slowing(now, before), methods.enough(before)
    middle, early, late = methods.days_left(missing, now, sample)
    found: list[Going] = []
    for n in range(len(missing)):
        former = float(before.rate[n] * MONTH) if earlier[n] else None
        length = round(float(now.days[n]) / WEEK)
        pace = Pace(float(now.rate[n] * MONTH), float(low[n]), float(high[n]), length, former, bool(slower[n]))
        dated = now.days[n] >= methods.DATED_DAYS
        found.append((pace, (float(middle[n]), float(early[n]), float(late[n])) if dated else None))
    return found


def _outlook(row: Standing, day: date, pace: Pace | None, days: Days | None) -> Outlook:
    return Outlook(pace, _needed(row, day), _arrival(row, day, pace, days))


def _needed(row: Standing, day: date) -> float | None:
    due = row.goal.due if row.goal else None
    if row.missing is None or due is None or due <= day:
        return None
    return row.missing / (due - day).days * MONTH


def _arrival(row: Standing, day: date, pace: Pace | None, days: Days | None) -> Arrival:
    if row.missing is None:
        return Arrival(Coming.UNKNOWN)
    if row.missing == 0:
        return Arrival(Coming.REACHED)
    if pace is None or days is None:
        return Arrival(Coming.SHORT)
    middle, early, late = days
    if not middle <= methods.FAR:
        return Arrival(Coming.STILL)
    endless = pace.slowing or not late <= methods.FAR
    return Arrival(Coming.DATED, _after(day, middle), _after(day, early), None if endless else _after(day, late))


def _after(day: date, days: float) -> date:
    return day + timedelta(days=math.ceil(days))
