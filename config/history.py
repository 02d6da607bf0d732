"""Tables of requests from before there was a desk: how to read each, one data file in `config/histories/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.errors import NotFound
from domain.footage.states import Resolution

FOLDER = Path(__file__).parent / "histories"


@dataclass(frozen=True, slots=True)
class Profile:
    """How to read one city's table; `columns` names those of the item, the offence code and the outcome."""

    name: str
    zone: str
    language: str
    kind: str
    tracks: tuple[str, ...]
    year: int
    months: str  # the letters that item numbers begin with, January's first
    columns: Mapping[str, str]
    outcomes: Mapping[str, Resolution]
    sensitive: frozenset[str]  # offence codes
    sensitive_ending: str

    def month(self, item: str) -> int:
        """The month that an item's number tells, if it is of the table's year; 0 where it does not."""
        return self.months.find(item[0].upper()) + 1 if item.endswith(f"-{self.year % 100}") else 0

    def delicate(self, code: str) -> bool:
        """Whether an offence code is of sexual or family violence, however it is spaced."""
        plain = "".join(code.upper().split())
        return plain in self.sensitive or plain.endswith(self.sensitive_ending)


def profiles() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def profile(name: str) -> Profile:
    """The profile of a file's name. Raises NotFound."""
    if name not in profiles():
        raise NotFound("history.profile", profile=name, known=", ".join(profiles()))
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Profile(
        name=name,
        tracks=tuple(table["tracks"]),
        outcomes={text: Resolution(code) for text, code in table["outcomes"].items()},
        sensitive=frozenset(table["sensitive"]["codes"]),
        sensitive_ending=table["sensitive"]["ending"],
        **{field: table[field] for field in ("zone", "language", "kind", "year", "months", "columns")},
    )
