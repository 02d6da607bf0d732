"""Columns of text, read by their distinct values: what a million rows repeat is understood once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

BLANK = frozenset({"", "-", "--", "na", "n/a", "nan", "nat", "null", "none", "#n/a"})  # say that nothing is known


def tidy(text: str) -> str:
    """Trimmed, with single spaces inside.

    >>> tidy("  FECHA   HECHO ")
    'FECHA HECHO'
    """
    return " ".join(text.split())


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Upper case without accents: the form in which labels and names are compared.

    >>> plain("Autobús  foráneo")
    'AUTOBUS FORANEO'
    """
    letters = unicodedata.normalize("NFKD", text)
    return tidy("".join(letter for letter in letters if not unicodedata.combining(letter)).upper())


@dataclass(frozen=True, slots=True)
class Texts:
    """Row i says `values[codes[i]]`; a code of -1 says nothing. Values are tidy and differ from one another."""

    codes: npt.NDArray[np.int64]
    values: list[str]

    @classmethod
    def of(cls, column: pd.Series[str]) -> Texts:
        codes, found = pd.factorize(column)
        return cls._merged(np.asarray(codes, np.int64), [tidy(str(text)) for text in found])

    @classmethod
    def nothing(cls, rows: int) -> Texts:
        return cls(np.full(rows, -1, np.int64), [])

    @classmethod
    def literal(cls, text: str, rows: int) -> Texts:
        return cls(np.zeros(rows, np.int64), [text])

    @classmethod
    def _merged(cls, codes: npt.NDArray[np.int64], texts: Iterable[str]) -> Texts:
        """Gives texts that are equal one code, and blank ones -1."""
        known: dict[str, int] = {}
        moved = [-1 if text.lower() in BLANK else known.setdefault(text, len(known)) for text in texts]
        return cls(np.array([*moved, -1], np.int64)[codes], list(known))

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        return self.codes >= 0

    def each(self, read: Callable[[str], Any], blank: Any, dtype: Any = object) -> npt.NDArray[Any]:
        """What `read` makes of each row's text; `blank` where it says nothing."""
        table = np.empty(len(self.values) + 1, dtype)
        table[:] = [*map(read, self.values), blank]
        return np.asarray(table[self.codes])

    def only(self, rows: npt.NDArray[np.bool_]) -> Texts:
        """The same column, saying nothing outside the given rows."""
        return Texts(np.where(rows, self.codes, -1), self.values)

    def at(self, row: int) -> str:
        code = self.codes[row]
        return self.values[code] if code >= 0 else ""

    def matches(self, pattern: re.Pattern[str]) -> npt.NDArray[np.bool_]:
        return self.each(lambda text: bool(pattern.search(text)), False, np.bool_)

    def digest(self) -> npt.NDArray[np.uint64]:
        """A stable number for each row's text, whatever its case and accents."""
        return self.each(lambda text: digest(plain(text)), 0, np.uint64)


def joined(parts: Sequence[Texts], between: Sequence[str], anchors: Sequence[bool]) -> Texts:
    """Columns side by side as one, with the given texts between them; a part that says nothing is left out.

    Where no part marked as an anchor says anything, neither does the whole.
    """
    if len(parts) == 1:
        return parts[0]
    key = np.zeros(len(parts[0].codes), np.int64)
    for part in parts:
        key = np.unique(key * (len(part.values) + 1) + part.codes + 1, return_inverse=True)[1].ravel()
    _, first, codes = np.unique(key, return_index=True, return_inverse=True)
    whole = [_row(parts, ["", *between], anchors, int(row)) for row in first]
    return Texts._merged(np.asarray(codes, np.int64).ravel(), whole)


def _row(parts: Sequence[Texts], before: Sequence[str], anchors: Sequence[bool], row: int) -> str:
    said = [(sep, part.at(row)) for sep, part in zip(before, parts, strict=True) if part.at(row)]
    if not any(part.at(row) for part, anchor in zip(parts, anchors, strict=True) if anchor):
        return ""
    return tidy("".join([said[0][1], *(sep + text for sep, text in said[1:])]))


def digest(text: str) -> int:
    """64 bits of BLAKE2b: the same on every machine and in every version."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def mixed(columns: Sequence[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    """One number per row from several, order counting: the finaliser of SplitMix64 (Steele et al. 2014) chained."""
    key = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        key = key * np.uint64(0x9E3779B97F4A7C15) + column
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(31)
    return key
