"""A delivered CSV, Excel, Parquet or JSON file as columns of text, found by their headers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.importing.chunk import Chunk, Flaw, Layout
from data_access.importing.reading.readers import read
from data_access.importing.reading.sniff import sniff
from data_access.importing.understanding.texts import Texts, plain
from domain.errors import Invalid
from domain.tables import Kind

LAYOUTS = Path(__file__).with_name("layouts.toml")
MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of table looks like: the headers of each field, and the fields that must be there."""

    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a delivered file. `columns` are the fields that it has, `headers` what it calls them."""

    lines: npt.NDArray[np.int64]
    columns: Mapping[str, Texts]
    headers: Mapping[str, str]
    found: tuple[str, ...]  # every header of the file
    flaws: Mapping[int, Flaw] = field(default_factory=dict)  # by position

    def only(self, rows: npt.NDArray[np.bool_]) -> Sheet:
        """These rows and no others."""
        columns = {name: Texts(texts.codes[rows], texts.values) for name, texts in self.columns.items()}
        position = np.cumsum(rows) - 1
        flaws = {int(position[at]): flaw for at, flaw in self.flaws.items() if rows[at]}
        return Sheet(self.lines[rows], columns, self.headers, self.found, flaws)


@cache
def _layouts() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    found: Mapping[str, Mapping[str, Mapping[str, list[str]]]] = tomllib.loads(LAYOUTS.read_text(encoding="utf-8"))
    return found


@cache
def form(kind: Kind) -> Form:
    """The layout of a kind of table."""
    told = _layouts()[kind]
    columns = {name: tuple(names) for name, names in told["columns"].items()}
    return Form(columns, tuple(told["required"]))


@cache
def vocabulary(name: str) -> Mapping[str, str]:
    """From what may be written in a column, compared as headers are, to its code."""
    told = _layouts()["values"][name]
    return {heading(said): code for code, names in told.items() for said in (code, *names)}


def heading(text: str) -> str:
    """How headers and fixed words are compared.

    >>> heading(" Población_total ")
    'POBLACION TOTAL'
    """
    return plain(text.replace("_", " "))


def sheet(path: Path, kind: Kind) -> Sheet:
    """The rows of a file. Raises Invalid for what is no table, or one of more than `MOST_ROWS` rows."""
    chunks: list[Chunk] = []
    rows = 0
    for chunk in read(path, layout(path)):
        rows += len(chunk.lines)
        if rows > MOST_ROWS:
            raise Invalid("tables.too_long", file=path.name, limit=MOST_ROWS)
        chunks.append(chunk)
    if not chunks:
        return Sheet(np.empty(0, np.int64), {}, {}, ())
    return _sheet(chunks, kind)


def headers(path: Path) -> tuple[str, ...]:
    """The headers of a file. Raises Invalid for what is no table."""
    first = next(read(path, layout(path)), None)
    return () if first is None else tuple(map(str, first.frame.columns))


def layout(path: Path) -> Layout:
    """How a delivered file is written: JSON, for programs, has its rows under "rows"."""
    return Layout(kind="json", records="rows") if path.suffix.lower() == ".json" else sniff(path)


def kinds_of(found: tuple[str, ...]) -> list[Kind]:
    """The kinds of table whose required columns these headers have, the best fit first."""
    fits = {kind: fields(found, kind) for kind in Kind}
    whole = [kind for kind in Kind if set(form(kind).required) <= set(fits[kind])]
    return sorted(whole, key=lambda kind: -len(fits[kind]))


def fields(there: tuple[str, ...], kind: Kind) -> dict[str, str]:
    """Which header holds which field."""
    known = {heading(header): header for header in reversed(there)}
    found = {}
    for name, aliases in form(kind).columns.items():
        said = next((known[heading(alias)] for alias in aliases if heading(alias) in known), None)
        if said is not None:
            found[name] = said
    return found


def _sheet(chunks: list[Chunk], kind: Kind) -> Sheet:
    frame = pd.concat([chunk.frame for chunk in chunks], ignore_index=True)
    flaws: dict[int, Flaw] = {}
    start = 0
    for chunk in chunks:
        flaws |= {start + at: flaw for at, flaw in chunk.flaws.items()}
        start += len(chunk.lines)
    there = tuple(map(str, frame.columns))
    used = fields(there, kind)
    columns = {name: Texts.of(frame[header]) for name, header in used.items()}
    return Sheet(np.concatenate([chunk.lines for chunk in chunks]), columns, used, there, flaws)
