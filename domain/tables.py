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
