"""The register of agreements by which footage and data are shared with other bodies: one entry for each, told to
everybody. Chile's Act 21.719, article 22, has public bodies publish theirs every month.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.registers.fields import Entry, Field, Kind, Listed, Problem, Value, day, understood

LONG = 2_000  # letters

FIELDS = (
    Field("body", "agreement", required=True),
    Field("purpose", "agreement", Kind.BOTH, True, LONG),
    Field("shared", "agreement", Kind.BOTH, True, LONG),
    Field("legal_basis", "agreement", required=True, most=400),
    Field("starts", "agreement", Kind.DAY, True),
    Field("ends", "agreement", Kind.DAY),
    Field("document", "agreement", Kind.LINK, most=300),
)


class Agreement(Listed):
    """An agreement's entry."""

    __slots__ = ()

    def in_force(self, month: str) -> bool:
        """Whether it held on any day of a month, 2026-10."""
        starts, ends = str(self.entry["starts"]), str(self.entry["ends"] or "9999-12-31")
        return starts[:7] <= month <= ends[:7]


def check(given: Mapping[str, object]) -> tuple[dict[str, Value], list[Problem]]:
    """An agreement's entry, and everything that is wrong with it."""
    entry, problems = understood(FIELDS, given)
    return entry, problems + _rules(entry)


def _rules(entry: Entry) -> list[Problem]:
    starts, ends = day(entry["starts"]), day(entry["ends"])
    return [Problem("ends", "before_start")] if starts and ends and ends < starts else []
