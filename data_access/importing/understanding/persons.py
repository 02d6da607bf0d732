"""Which columns are about persons. They are taken away before anything else looks at a row."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path

from data_access.importing.understanding.texts import plain

FILE = Path(__file__).parent / "persons.toml"
NAMES = frozenset({"name", "names", "nombre", "nombres"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {key: frozenset(words) for key, words in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}


@lru_cache(maxsize=4096)
def about_person(column: str) -> bool:
    """Whether a column's name says that it is about a person.

    >>> [about_person(name) for name in ("VictimAge", "*AGRUPA EDAD PERSONA", "LSOA name", "MOVIL AGRESOR")]
    [True, True, False, False]
    """
    spaced = _HUMP.sub(" ", column)
    words = re.findall(r"[a-z0-9]+", plain(spaced).lower())
    told, lists = set(words), _lists()
    if told & lists["things"]:
        told -= NAMES
    if told & lists["words"] or " ".join(words) in lists["whole"]:
        return True
    if any(f" {phrase} " in f" {' '.join(words)} " for phrase in lists["phrases"]):
        return True
    return bool(told & lists["roles"]) and not told & lists["unless"]


def persons(columns: Iterable[str], keep: Collection[str] = ()) -> list[str]:
    """The columns about persons, without those that a profile declares with a purpose."""
    kept = set(map(plain, keep))
    return [column for column in columns if about_person(column) and plain(column) not in kept]
