"""What is asked of the adoption page: its address, as the filter is that of the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

LINES = 8  # precincts that one picture compares
ALIGNMENTS = ("calendar", "launch")


@dataclass(frozen=True, slots=True)
class Question:
    """A day (None: the last with data), the precinct looked at, those compared, and by which clock.

    >>> Question.from_query({"day": "2026-11-20", "compare": "b,a,b", "align": "moon"}).to_query()
    {'day': '2026-11-20', 'compare': 'b,a'}
    """

    day: date | None = None
    precinct: str = ""
    compare: tuple[str, ...] = ()
    align: str = "calendar"

    @classmethod
    def from_query(cls, query: object) -> Question:
        """Read an address; what makes no sense is left out, and nothing makes it fail."""
        given = query if isinstance(query, Mapping) else {}
        codes = dict.fromkeys(code for code in _text(given, "compare").split(",") if code)
        align = _text(given, "align")
        return cls(
            day=_day(_text(given, "day")),
            precinct=_text(given, "precinct"),
            compare=tuple(codes)[:LINES],
            align=align if align in ALIGNMENTS else ALIGNMENTS[0],
        )

    def to_query(self) -> dict[str, str]:
        told = {
            "day": self.day.isoformat() if self.day else "",
            "precinct": self.precinct,
            "compare": ",".join(self.compare),
            "align": "" if self.align == ALIGNMENTS[0] else self.align,
        }
        return {key: value for key, value in told.items() if value}

    def among(self, rows: Iterable[str], open_to: Iterable[str]) -> Question:
        """The question with precincts that there are. `rows`: all, the reader's own first; `open_to`: those whose
        details the reader may see. Without a choice the first are taken."""
        known, opened = list(rows), set(open_to)
        first = next((code for code in known if code in opened), "")
        chosen = tuple(code for code in self.compare if code in set(known))
        return replace(
            self,
            precinct=self.precinct if self.precinct in opened else first,
            compare=chosen or tuple(known[:LINES]),
        )


def _text(given: Mapping[str, object], key: str) -> str:
    value = given.get(key)
    return value if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-20") else None
    except ValueError:
        return None
