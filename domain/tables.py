"""Tables that people deliver: what each holds, and what may be wrong in a row.

A table is taken whole or not at all; a correction is a later row, and the earlier one is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    REGISTRATIONS = "registrations"
    POPULATIONS = "populations"
    GOALS = "goals"
    SURVEY = "survey"


class Counting(StrEnum):
    """How a table of registrations counts: all until that day, or the new ones since the row before."""

    CUMULATIVE = "cumulative"
    INCREMENT = "increment"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row, or with `line` 0 in the table as a whole; `tables.problems.<reason>` says it."""

    line: int  # as a text editor or spreadsheet counts
    reason: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a table is to be taken.

    `counting` is of registrations. `only_known`, of populations, leaves out rows of areas that nobody knows. `source`
    stands where the table names none; the file's name where both are empty.
    """

    kind: Kind
    counting: Counting = Counting.CUMULATIVE
    only_known: bool = False
    source: str = ""


class Status(StrEnum):
    STORED = "stored"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A table that was handed in, and what became of it. `stored` and `known` count facts."""

    id: int
    kind: Kind
    status: Status
    file: str
    actor: str
    at: int
    rows: int
    stored: int
    known: int
    problems: tuple[Problem, ...]  # the first thousand
