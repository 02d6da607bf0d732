"""Adoption of the neighbours' reporting app: goals, what they ask of a precinct, and where it stands.

What is registered is an address, what a goal counts is people: the two are compared, never called the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import count

RANKED_FROM = 100  # registered addresses; fewer and a place among others says little


class Rounding(StrEnum):
    """How a share of a population becomes a whole number of people."""

    CEILING = "ceiling"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    FLOOR = "floor"


MODES = {
    Rounding.CEILING: ROUND_CEILING,
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.FLOOR: ROUND_FLOOR,
}


@dataclass(frozen=True, slots=True)
class Population:
    """What one source says of how many people live in a precinct, or, with no precinct, in all of them."""

    precinct: str  # code; empty: the whole territory
    people: int
    year: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Goal:
    """Connect a share of the people by a day. `population_source` says whose population counts; empty: the newest."""

    precinct: str  # code; empty: every precinct without a goal of its own
    share: Decimal
    rounding: Rounding
    starts: date | None
    due: date | None
    population_source: str
    source: str

    def target(self, people: int) -> int:
        """How many people the goal asks to be connected.

        >>> Goal("", Decimal("0.10"), Rounding.CEILING, None, None, "", "").target(107954)
        10796
        """
        return _target(self.share, people, self.rounding)


@lru_cache(maxsize=16_384)
def _target(share: Decimal, people: int, rounding: Rounding) -> int:
    return int((share * people).quantize(Decimal(1), MODES[rounding]))


@dataclass(frozen=True, slots=True)
class Pace:
    """New registered addresses in a month of 30.44 days: seen over the last weeks, with a 90 % interval."""

    monthly: float
    low: float
    high: float
    weeks: int  # with data
    before: float | None  # the pace of the equal time before; None where it was not observed
    slowing: bool  # beyond usual variation


class Coming(StrEnum):
    """What can be said of the day on which a precinct reaches its target."""

    REACHED = "reached"
    DATED = "dated"
    SHORT = "short"  # too little history: it supports a pace, not a date
    STILL = "still"  # no pace that would ever reach it
    UNKNOWN = "unknown"  # no target, or no data


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the target is reached if the last pace goes on; `latest` None where it may also never be."""

    coming: Coming
    day: date | None = None
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One precinct on one day. None is missing, never zero."""

    precinct: str
    registered: int | None  # addresses
    observed: date | None  # the last day with data
    launched: date | None
    reports: int | None
    population: Population | None
    goal: Goal | None
    rank: int | None  # by compliance; None below `RANKED_FROM`, without a target or without data

    @property
    def target(self) -> int | None:
        return None if self.goal is None or self.population is None else self.goal.target(self.population.people)

    @property
    def missing(self) -> int | None:
        """How many addresses are wanting; 0 once the target is reached."""
        return None if self.target is None or self.registered is None else max(self.target - self.registered, 0)

    @property
    def compliance(self) -> float | None:
        """Registered addresses as a share of the target."""
        return _share(self.registered, self.target)

    @property
    def breadth(self) -> float | None:
        """Registered addresses for each person who lives there."""
        return _share(self.registered, None if self.population is None else self.population.people)

    @property
    def depth(self) -> float | None:
        """Reports for each registered address."""
        return _share(self.reports, self.registered)


@dataclass(frozen=True, slots=True)
class Total:
    """The precincts with a target together. Sums are None where no precinct has the value."""

    precincts: int
    without_data: tuple[str, ...]  # precincts with a target and no registrations: in no sum but target and population
    registered: int | None
    population: int | None
    target: int | None
    missing: int | None
    reports: int | None

    @property
    def compliance(self) -> float | None:
        return _share(self.registered, self.target)

    @property
    def depth(self) -> float | None:
        return _share(self.reports, self.registered)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a precinct is going. `needed` is the monthly pace that would reach the target on the day it is due."""

    pace: Pace | None  # None: fewer than four weeks with data
    needed: float | None
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class Adoption:
    """Every precinct on one day, best compliance first; those without figures last.

    `outlooks` holds the precincts whose details the reader may see. `populations` is everything that was stated of
    these precincts and of the whole territory, whoever's population counts.
    """

    day: date
    first: date  # of the history
    last: date
    rows: tuple[Standing, ...]
    total: Total
    outlooks: Mapping[str, Outlook]
    own: frozenset[str]  # the precincts written on the reader's account, shown first
    populations: tuple[Population, ...]
    default_goal: Goal | None
    synthetic: bool
    names: Mapping[str, str]  # of the precincts, by code


@dataclass(frozen=True, slots=True)
class Curve:
    """Registered addresses at the ends of months, for one precinct. Months without data are None."""

    precinct: str
    launched: date | None
    days: tuple[date, ...]
    registered: tuple[int | None, ...]
    target: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """New registered addresses of a week from Monday to Sunday; None where it or the week before has no data."""

    start: date
    added: int | None


@dataclass(frozen=True, slots=True)
class Detail:
    """One precinct close by. `gini` is 0 where every neighbourhood is covered alike, towards 1 where one has all."""

    standing: Standing
    outlook: Outlook
    weeks: tuple[Week, ...]  # the last 52 at most
    gaps: tuple[str, ...]  # months (YYYY-MM) without any data between the first day and the last
    neighbourhoods: tuple[Standing, ...]  # least covered first
    names: Mapping[str, str]  # of the neighbourhoods, by code
    lorenz: tuple[tuple[float, float], ...]  # (share of people, share of addresses), least covered first
    gini: float | None


def chosen(stated: Sequence[Population], source: str, year: int) -> Population | None:
    """The newest statement up to a year of the source that counts, or of any source where none is named.

    A projection for a later year counts only where there is nothing else: of those, the first.
    """
    fitting = [population for population in stated if source in ("", population.source)]
    return min(fitting, key=lambda one: ((one.year or 0) > year, abs(year - (one.year or 0))), default=None)


def ranked(rows: Sequence[Standing]) -> list[Standing]:
    """Best compliance first, those without one last; numbered where there is enough to rank."""
    places = count(1)
    ordered = sorted(rows, key=lambda row: (row.compliance is None, -(row.compliance or 0), row.precinct))
    enough = [row.compliance is not None and (row.registered or 0) >= RANKED_FROM for row in ordered]
    return [replace(row, rank=next(places) if held else None) for row, held in zip(ordered, enough, strict=True)]


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def total(rows: Sequence[Standing]) -> Total:
    """The sums over the precincts with a target: the target is the sum of targets, not the target of the sum."""
    held = [row for row in rows if row.target is not None]
    return Total(
        precincts=len(held),
        without_data=tuple(row.precinct for row in held if row.registered is None),
        registered=_sum([row.registered for row in held]),
        population=_sum([row.population.people if row.population else None for row in held]),
        target=_sum([row.target for row in held]),
        missing=_sum([row.missing for row in held]),
        reports=_sum([row.reports for row in held]),
    )
