"""What a survey says, and when its numbers are too small to be said.

A dark figure is yearly and comes from a victimisation survey; the number of reports in an app is no measure of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    def worth(self) -> Worth:
        """By answers and, where the interval allows, by the standard error.

        The rule is INE Chile's (2020): at least 60 answers, and a standard error of at most p^(2/3) / 9 for the
        smaller side p of the share; weak beyond it or with 30 to 59 answers; nothing below 30.
        """
        if self.share is None or (self.answers is not None and self.answers < ANSWERS_FOR_ANYTHING):
            return Worth.NONE
        if self.answers is None or self.answers < ANSWERS_AT_LEAST or self.low is None or self.high is None:
            return Worth.WEAK
        error = (self.high - self.low) / 2 / 1.96  # of a 95 % interval; others are near enough for a warning
        side = min(self.share, 1 - self.share)
        return Worth.SOUND if error <= side ** (2 / 3) / 9 else Worth.WEAK
