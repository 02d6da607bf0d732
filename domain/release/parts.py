"""What a release is made of: tables with their columns described, each one file that pages and downloads share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import Invalid
from domain.release.lattice import BASE

Cell = str | int | float | None
Told = Mapping[str, str]  # the same sentence in each language


class Kind(StrEnum):
    """What a column holds. Counts of people or events are multiples of the base, and nothing else is accepted."""

    COUNT = "count"
    CODE = "code"
    TEXT = "text"
    NUMBER = "number"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind
    told: Told


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a release; its name is the file's. Raises Invalid for a count that is not rounded."""

    name: str
    title: Told
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    notes: Told = field(default_factory=dict)

    def __post_init__(self) -> None:
        counts = [place for place, column in enumerate(self.columns) if column.kind is Kind.COUNT]
        for row in self.rows:
            if any(not isinstance(row[place], int | None) or (row[place] or 0) % BASE for place in counts):
                raise Invalid("release.not_rounded", part=self.name)
