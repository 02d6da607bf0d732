"""What leaves the portal, and what is said beside it whatever its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.exploration import Exploration


@dataclass(frozen=True, slots=True)
class Export:
    """An answer with what a reader elsewhere must know of it."""

    found: Exploration
    precincts: Mapping[str, str]  # names by code
    data_to: date  # the last complete day
    loaded_at: int | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Note:
    """The same in sentences of one language."""

    place: str
    question: str
    answer: str
    data: str
    mapped: str
    caveats: tuple[str, ...]
    query: str  # asks the same again
    synthetic: str = ""  # says so, where the data are

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for line in (self.synthetic, self.answer, self.data, self.mapped, *self.caveats) if line)


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A named outline on a map, in shares of the map's width from the left and of its height from the top."""

    name: str
    rings: tuple[Ring, ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapFrame:
    """What lies under and over the heat of a picture, north at the top."""

    aspect: float  # width by height
    kilometres: float  # across, at the middle
    precincts: tuple[Outline, ...]
    area: Ring = ()  # drawn in the filter
