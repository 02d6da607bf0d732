"""How the reporting app spread in the demo city: registered addresses and reports, every day and then for certain.

The last day's figures are the programme's own. What led to them is drawn: negative binomial days (Poisson counts of
gamma rates) around a logistic rise with a weekly rhythm, given that they add up to what is known.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from data_access.demo.programme import Precinct, programme
from data_access.demo.sectors import Sector

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
FLOOR = 0.04  # of the fastest day's growth, as people register at all times


@dataclass(frozen=True, slots=True)
class Fact:
    """All of one measure in one area until a day; None is known to be missing."""

    area: str  # code
    day: date
    measure: str
    count: int | None


@dataclass(frozen=True, slots=True)
class History:
    """What was told first, and the corrections that were told after the months before them were closed."""

    told: tuple[Fact, ...]
    corrected: tuple[Fact, ...]


def history(until: date, seed: int, sectors: Sequence[Sector]) -> History:
    """The whole history up to a day. The same arguments give the same facts."""
    rng, told = np.random.default_rng([seed, 2]), list[Fact]()
    for code, precinct in programme().precincts.items():
        days = [until - timedelta(days=back) for back in range(precinct.launched, -1, -1)]
        inside = [sector for sector in sectors if sector.precinct == code]
        shares = _shares(inside, precinct.uneven, rng)
        addresses = _grown(precinct.addresses, days, precinct, rng)
        counts = {"addresses": addresses, "reports": _followed(precinct.reports, addresses, days, rng)}
        kept = _kept(days, rng)
        for measure, levels in counts.items():
            told += [Fact(code, days[at], measure, int(levels[at])) for at in kept]
            told += _inside(inside, shares, measure, levels, days, rng)
    lost = {sector.code for sector in sectors if sector.precinct == programme().lost.precinct}
    return _with_flaws(told, until, {programme().lost.precinct, *lost})


def launch(code: str, until: date) -> date:
    return until - timedelta(days=programme().precincts[code].launched)


# --- growth ----------------------------------------------------------------------------------------------------


def _grown(total: int, days: Sequence[date], precinct: Precinct, rng: Generator) -> Integers:
    """Addresses in all by day: a logistic rise that ends exactly on the total."""
    along = np.linspace(0, 1, len(days))
    rise = np.cosh(np.clip((along - precinct.middle) / precinct.width, -20, 20)) ** -2.0
    return _drawn(total, (rise + FLOOR) * _week(days), rng)


def _followed(total: int, addresses: Integers, days: Sequence[date], rng: Generator) -> Integers:
    """Reports in all by day: as many as there are neighbours to report."""
    return _drawn(total, (addresses + 1.0) * _week(days), rng)


def _week(days: Sequence[date]) -> Floats:
    return np.array(programme().course.week)[[day.weekday() for day in days]]


def _drawn(total: int, rates: Floats, rng: Generator) -> Integers:
    """Counts in all by day. Poisson counts of given rates, given their sum, are multinomial."""
    shape = programme().course.shape
    rough = rates * rng.gamma(shape, 1 / shape, len(rates))
    return np.cumsum(rng.multinomial(total, rough / rough.sum()), dtype=np.int64)


# --- neighbourhoods --------------------------------------------------------------------------------------------


def _shares(sectors: Sequence[Sector], uneven: float, rng: Generator) -> Floats:
    """Which part of a precinct's addresses lies in each neighbourhood, and last in none of them."""
    people = np.array([sector.population for sector in sectors], dtype=float)
    weights = people * np.exp(uneven * rng.normal(size=len(sectors)))
    unplaced = programme().course.unplaced
    return np.append(weights / weights.sum() * (1 - unplaced), unplaced)


def _inside(
    sectors: Sequence[Sector], shares: Floats, measure: str, counts: Integers, days: Sequence[date], rng: Generator
) -> list[Fact]:
    """The same in the neighbourhoods, at the ends of months and on the last day."""
    ends = [at for at, day in enumerate(days) if _ends_month(day) or at == len(days) - 1]
    added = np.diff(counts[ends], prepend=0)
    levels = np.cumsum([rng.multinomial(number, shares) for number in added], axis=0)
    return [
        Fact(sector.code, days[at], measure, int(levels[row, column]))
        for row, at in enumerate(ends)
        for column, sector in enumerate(sectors)
    ]


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


# --- what goes wrong -------------------------------------------------------------------------------------------


def _kept(days: Sequence[date], rng: Generator) -> list[int]:
    """The days that were delivered at all."""
    gone = rng.random(len(days)) < programme().course.absent
    return [at for at, day in enumerate(days) if not gone[at] or _ends_month(day) or at in (0, len(days) - 1)]


def _with_flaws(told: Sequence[Fact], until: date, losing: Collection[str]) -> History:
    """A month that is lost in one precinct; in another, days told as if nobody registered and put right later."""
    corrected = programme().corrected
    gone, last = _month(until, programme().lost.months), _month(until, corrected.months)[1]
    first, facts, right, before = last - timedelta(days=corrected.days - 1), list[Fact](), list[Fact](), 0
    for fact in told:
        count = fact.count
        if fact.area in losing and gone[0] <= fact.day <= gone[1]:
            count = None
        elif (fact.area, fact.measure) == (corrected.precinct, "addresses") and fact.day <= last:
            if fact.day < first:
                before = fact.count or 0
            else:
                right.append(fact)
                count = before
        facts.append(replace(fact, count=count))
    return History(tuple(facts), tuple(right))


def _month(until: date, back: int) -> tuple[date, date]:
    """The first and the last day of a month before the one of a day."""
    last = until.replace(day=1) - timedelta(days=1)
    for _ in range(back - 1):
        last = last.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
