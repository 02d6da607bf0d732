"""What two lists of the same events, linked, say of how many there are at least."""

from __future__ import annotations

from dataclasses import dataclass

from domain.periods import Window


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A lower bound with its interval of 95 %."""

    total: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bound:
    """Formal and informal reports of crimes with a place and an hour, linked; None where that bounds nothing."""

    window: Window
    formal: int
    informal: int
    linked: int
    chance: float  # links that would come by chance
    metres: float
    hours: float
    least: int  # links that an estimate needs
    estimate: AtLeast | None

    @property
    def known(self) -> int:
        """Events on one list or on both."""
        return self.formal + self.informal - self.linked

    @property
    def mostly_chance(self) -> bool:
        return self.linked >= self.least and self.estimate is None
