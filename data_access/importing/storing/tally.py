"""What an import counted: the report that is kept with its batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

MISTAKEN_FROM = 20  # rejected rows before an import may be called the wrong file
MISTAKEN_SHARE = 0.5


@dataclass
class Tally:
    """Always rows = stored + duplicates + rejected. Banner, total and footnote rows are `skipped` and no rows."""

    rows: int = 0
    stored: int = 0
    duplicates: int = 0
    updated: int = 0  # duplicates that brought a correction
    known: int = 0  # duplicates of what earlier batches stored
    rejected: Counter[str] = field(default_factory=Counter)  # by reason
    skipped: int = 0
    cases: int = 0  # what the rows stand for where the source counts them in a column
    labels: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)  # (kind, label, code)
    dropped: set[str] = field(default_factory=set)  # columns about persons
    located: Counter[str] = field(default_factory=Counter)
    columns: dict[str, None] = field(default_factory=dict)  # of the files, in their order
    first: int | None = None
    last: int | None = None

    @property
    def refused(self) -> int:
        return self.rejected.total()

    @property
    def mistaken(self) -> bool:
        """Whether so much was rejected that this must be the wrong file or profile."""
        return self.refused >= MISTAKEN_FROM and self.refused > MISTAKEN_SHARE * self.rows

    def saw(self, first: int, last: int) -> None:
        """Widen the span of time by the earliest and latest instant of some rows."""
        self.first = first if self.first is None else min(first, self.first)
        self.last = last if self.last is None else max(last, self.last)

    def counts(self) -> dict[str, int]:
        """The columns of the batch's row."""
        return {
            "rows": self.rows,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "updated": self.updated,
            "rejected": self.refused,
        }

    def report(self, zone: str) -> dict[str, Any]:
        return {
            "reasons": dict(self.rejected.most_common()),
            "skipped": self.skipped,
            "cases": self.cases,
            "known": self.known,
            "dropped": sorted(self.dropped),
            "located": dict(self.located),
            "columns": list(self.columns),
            "first": _day(self.first, zone),
            "last": _day(self.last, zone),
        }


def _day(instant: int | None, zone: str) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant, ZoneInfo(zone)).date().isoformat()
