"""What a survey says, and when its numbers are too small to be said.

A dark figure is yearly and comes from a victimisation survey; the number of reports in an app is no measure of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.periods import Window


class Topic(StrEnum):
    REPORTED = "reported"  # the share of what happened that was reported; the item is a crime type or family
    VICTIM = "victim"  # the share that suffered it within the year; the item is a crime type or family
    FEELING = "feeling"  # the share that answers so; the item is a question, such as unsafe_night
    INCIVILITY = "incivility"  # the share that sees it often; the item is a disorder


class Unit(StrEnum):
    """Of what an estimate is a share."""

    HOUSEHOLD = "household"
    PERSON = "person"
    EVENT = "event"


class Design(StrEnum):
    PROBABILITY = "probability"  # a random sample: the interval speaks for everybody
    GATHERED = "gathered"  # whoever was met and answered: it speaks for them alone


class Worth(StrEnum):
    """How far an estimate may be used."""

    SOUND = "sound"
    WEAK = "weak"  # shown with a warning
    NONE = "none"  # not estimable: not shown as a figure


class Why(StrEnum):
    """What keeps an estimate from being sound."""

    UNTOLD = "untold"  # whoever made the survey gives no share
    TINY = "tiny"  # hardly anybody answered
    FEW = "few"  # few answered
    BARE = "bare"  # answers or interval are not told
    WIDE = "wide"  # the interval is wide


ANSWERS_AT_LEAST = 60  # INE Chile 2020, standard for the quality of estimates in household surveys
ANSWERS_FOR_ANYTHING = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """One share with its interval. A None share was asked and could not be estimated by whoever made the survey."""

    survey: str
    year: int
    topic: Topic
    item: str
    precinct: str  # code of the area; empty: everybody whom `place` names
    place: str
    unit: Unit
    share: float | None
    low: float | None
    high: float | None
    level: float  # of the interval, .95 for 95 %
    answers: int | None
    design: Design

    @property
    def why(self) -> Why | None:
        """What keeps the estimate from being sound; None where nothing does.

        The rule is INE Chile's (2020): at least 60 answers, and a standard error of at most p^(2/3) / 9 for the
        smaller side p of the share; weak beyond it or with 30 to 59 answers; nothing below 30.
        """
        if self.share is None:
            return Why.UNTOLD
        if self.answers is not None and self.answers < ANSWERS_AT_LEAST:
            return Why.TINY if self.answers < ANSWERS_FOR_ANYTHING else Why.FEW
        if self.answers is None or self.error is None:
            return Why.BARE
        return None if self.error <= min(self.share, 1 - self.share) ** (2 / 3) / 9 else Why.WIDE

    @property
    def worth(self) -> Worth:
        """By answers and, where the interval allows, by the standard error."""
        if self.why is None:
            return Worth.SOUND
        return Worth.NONE if self.why in (Why.UNTOLD, Why.TINY) else Worth.WEAK

    @property
    def error(self) -> float | None:
        """The standard error that the interval implies, as if it were one of 95 %: near enough for a warning."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2 / 1.96

    @property
    def turned(self) -> Estimate:
        """The share of all others: of who reported, who did not. The interval turns round with it."""
        share, low, high = (None if side is None else 1 - side for side in (self.share, self.high, self.low))
        return replace(self, share=share, low=low, high=high)


def beyond(now: Estimate, before: Estimate) -> bool:
    """Whether two independent estimates differ by more than 95 % of chance would."""
    if now.share is None or before.share is None or now.error is None or before.error is None:
        return False
    return abs(now.share - before.share) > 1.96 * math.hypot(now.error, before.error)


# Families that are no crime against somebody who could be asked: nobody misses a dark figure of them, and they count
# in no rate of crime.
NO_CRIME = frozenset({"traffic", "disorder", "other"})
ANY = "any"  # the item that stands for all crimes the survey asks about


@dataclass(frozen=True, slots=True)
class DarkGoal:
    """Bring the dark figure from a baseline to a share; days are None where nobody said them."""

    share: float
    baseline: float | None
    starts: date | None
    due: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Series:
    """What one survey says of one thing in one unit, a year a point; what is counted otherwise is another series."""

    survey: str
    item: str
    unit: Unit
    points: tuple[Estimate, ...]  # by year; a year without a point was not asked

    @property
    def last(self) -> Estimate:
        return self.points[-1]

    @property
    def estimable(self) -> bool:
        return any(point.worth is not Worth.NONE for point in self.points)


@dataclass(frozen=True, slots=True)
class Surrounding:
    """For whom a survey speaks: everybody in a place, or an area of the portal."""

    survey: str
    precinct: str  # code of the area; empty: `place` alone says it
    place: str

    @property
    def key(self) -> str:
        """What an address calls it by; two surveys may speak for one place."""
        return f"{self.survey}: {self.precinct or self.place}"


@dataclass(frozen=True, slots=True)
class DarkFigure:
    """The share that was not reported, by crime type and year, for one surrounding."""

    surrounding: Surrounding | None  # None: no survey asked who reported
    surroundings: tuple[Surrounding, ...]  # those that this reader may ask for
    series: tuple[Series, ...]  # all crimes first, then by answers; shares are dark
    goal: DarkGoal | None
    not_asked: tuple[str, ...]  # families and types that this survey says nothing of
    silent: tuple[tuple[str, int], ...]  # (survey, year) that ask, but nobody who reported
    synthetic: bool

    @property
    def headline(self) -> Series | None:
        """What the page says first: all crimes counted as events, else as the first unit there is."""
        held = [series for series in self.series if series.item == ANY and series.last.worth is not Worth.NONE]
        return min(held, key=lambda series: UNITS.index(series.unit), default=None)


UNITS = (Unit.EVENT, Unit.HOUSEHOLD, Unit.PERSON)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the record holds of an area for each 1,000 people who live there, within a window."""

    crime: float
    incivilities: float


class LeftOut(StrEnum):
    """Why nothing recorded stands beside what people feel."""

    CLOSED = "closed"  # this reader may not explore
    INVENTED = "invented"  # of survey and record one is the demo's and the other is not
    SHORT = "short"  # a year is not yet there
    NOWHERE = "nowhere"  # no area was asked


@dataclass(frozen=True, slots=True)
class Felt:
    """One area: what its neighbours feel and see, and what is recorded there. None: not asked, or not countable."""

    code: str
    name: str
    parent: str  # the name of a neighbourhood's precinct; empty for a precinct
    unsafe: Estimate
    incivilities: tuple[Estimate, ...]  # of the same survey, the most seen first
    recorded: Recorded | None


@dataclass(frozen=True, slots=True)
class Perception:
    """How people feel at night, by area: what a random sample says, and what those say who were met."""

    areas: tuple[Felt, ...]  # random samples, least safe first
    met: tuple[Felt, ...]  # gathered answers, which speak for those who gave them
    everybody: tuple[Estimate, ...]  # places that are no area of the portal, the one with most answers first
    hidden: int  # areas that are not this reader's
    window: Window | None  # of what is recorded
    left_out: LeftOut | None  # why nothing recorded is shown
    synthetic: bool
