"""The vocabulary of crime types, vehicles and items: versioned data in `config/taxonomy/`, read once.

A type belongs to a family; a code such as "robbery" names a family and stands for all its types.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "config" / "taxonomy"
UNCLASSIFIED = "other.unclassified"
SENSITIVE_UNCLASSIFIED = "sexual.unclassified"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary, named in every language of the portal."""

    code: str
    names: Mapping[str, str]
    family: str = ""
    sensitive: bool = False
    incivility: bool = False
    victim_reported: bool = False  # known because who was harmed told it
    reported: bool = False  # known because somebody else told it, not because a patrol was there

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names["es"]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    version: str
    families: Mapping[str, Term]
    types: Mapping[str, Term]
    vehicles: Mapping[str, Term]
    items: Mapping[str, Term]
    weapons: Mapping[str, Term]

    def expand(self, code: str) -> frozenset[str]:
        """The types that a type or family code stands for; empty when the code is unknown."""
        if code in self.types:
            return frozenset({code})
        return frozenset(t.code for t in self.types.values() if t.family == code)

    @property
    def sensitive(self) -> frozenset[str]:
        return frozenset(t.code for t in self.types.values() if t.sensitive)

    @property
    def victim_reported(self) -> frozenset[str]:
        """What a forecast may learn from: its map shows where people are harmed, not where patrols look."""
        return frozenset(t.code for t in self.types.values() if t.victim_reported)

    @property
    def reported(self) -> frozenset[str]:
        """What says where in a city anything is reported at all: neither what patrols find nor what is sensitive."""
        told = frozenset(t.code for t in self.types.values() if t.victim_reported or t.reported)
        return told - self.sensitive


def _terms(rows: list[dict[str, object]]) -> dict[str, Term]:
    return {
        str(row["code"]): Term(
            code=str(row["code"]),
            names={"es": str(row["es"]), "en": str(row["en"])},
            family=str(row["code"]).partition(".")[0],
            sensitive=bool(row.get("sensitive", False)),
            incivility=bool(row.get("incivility", False)),
            victim_reported=bool(row.get("victim_reported", False)),
            reported=bool(row.get("reported", False)),
        )
        for row in rows
    }


@cache
def taxonomy(folder: Path = FOLDER) -> Taxonomy:
    """The vocabulary of this installation."""
    tables = tomllib.loads((folder / "taxonomy.toml").read_text(encoding="utf-8"))
    return Taxonomy(
        version=tables["version"],
        families=_terms(tables["family"]),
        types=_terms(tables["type"]),
        vehicles=_terms(tables["vehicle"]),
        items=_terms(tables["item"]),
        weapons=_terms(tables["weapon"]),
    )
