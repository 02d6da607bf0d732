"""Rows as readers find them, packed into chunks of even size."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_access.importing.chunk import (
    CHUNK_ROWS,
    FILE_COLUMN,
    FOLDER_COLUMN,
    LINE_COLUMN,
    REASON_COLUMN,
    Chunk,
    Flaw,
    Layout,
)
from data_access.importing.reading.archives import Part
from data_access.importing.understanding.texts import plain
from domain.errors import Invalid

OWN = (REASON_COLUMN, LINE_COLUMN)
MAX_COLUMNS = 1000
NUL = Flaw("nul")


@dataclass
class Rows:
    """Some rows of one part; every row is as long as `columns`."""

    part: Part
    columns: tuple[str, ...]
    values: list[Sequence[object]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    flaws: dict[int, Flaw] = field(default_factory=dict)

    def add(self, line: int, row: Sequence[object], flaw: Flaw | None = None) -> None:
        """Keep a row; one that is too short or too long is kept with that flaw."""
        width = len(self.columns)
        if len(row) != width:
            flaw = flaw or Flaw("fields", {"found": len(row), "expected": width})
            row = [*row, *[None] * width][:width]
        if flaw:
            self.flaws[len(self.values)] = flaw
        self.values.append(row)
        self.lines.append(line)


def column_names(raw: Sequence[object]) -> tuple[str, ...]:
    """Names as layouts tell them: trimmed, single spaces, composed accents; blank and repeated ones get a number.

    >>> column_names(["FECHA  HECHO ", "", "a", "a"])
    ('FECHA HECHO', 'column_2', 'a', 'a_2')
    """
    names: dict[str, None] = {}
    for number, name in enumerate(raw, 1):
        text = " ".join(unicodedata.normalize("NFC", str(name if name is not None else "")).split())
        text, again = text or f"column_{number}", 2
        base = text
        while text in names:
            text, again = f"{base}_{again}", again + 1
        names[text] = None
    return tuple(names)


def check_columns(columns: Sequence[str], layout: Layout, file: str) -> None:
    """Refuse a file that lacks a column, telling which ones are missing and which are there."""
    if len(columns) > MAX_COLUMNS:
        raise Invalid("import.too_wide", file=file, found=len(columns), limit=MAX_COLUMNS)
    there = set(map(plain, columns))
    missing = [name for name in layout.required if plain(name) not in there]
    if missing:
        shown = [name for name in columns if name not in OWN]
        raise Invalid("import.columns", file=file, missing=", ".join(missing), found=", ".join(shown)[:600])


def packed(batches: Iterator[Rows]) -> Iterator[Chunk]:
    """Join small batches with the same columns, of whatever members, into chunks of about CHUNK_ROWS rows."""
    held: list[Rows] = []
    count = 0
    for rows in batches:
        if held and (held[0].columns != rows.columns or count + len(rows.values) > CHUNK_ROWS):
            yield _joined(held)
            held, count = [], 0
        if rows.values:
            held.append(rows)
            count += len(rows.values)
    if held:
        yield _joined(held)


def _joined(held: list[Rows]) -> Chunk:
    lengths = [len(rows.values) for rows in held]
    values = [row for rows in held for row in rows.values]
    starts = np.cumsum([0, *lengths])
    flaws = {
        int(start) + at: flaw for start, rows in zip(starts, held, strict=False) for at, flaw in rows.flaws.items()
    }
    columns = dict(zip(held[0].columns, (text_array(column) for column in zip(*values, strict=True)), strict=True))
    if held[0].part.file and FILE_COLUMN not in columns:
        columns[FOLDER_COLUMN] = _repeated([rows.part.folder for rows in held], lengths)
        columns[FILE_COLUMN] = _repeated([rows.part.file for rows in held], lengths)
    files = np.repeat(np.array([rows.part.name for rows in held], dtype=object), lengths)
    lines = np.fromiter((line for rows in held for line in rows.lines), np.int64, len(values))
    return make_chunk(files, lines, columns, flaws)


def make_chunk(
    files: np.ndarray, lines: np.ndarray, columns: Mapping[str, pa.Array], flaws: Mapping[int, Flaw]
) -> Chunk:
    """A chunk of text columns, without the columns that a file of rejects adds; a NUL is a flaw of its row."""
    flaws = dict(flaws)
    series = {}
    for name, column in columns.items():
        if name in OWN:
            continue
        has_nul = pc.fill_null(pc.match_substring(column, "\0"), False)
        if pc.any(has_nul).as_py():
            flaws |= {int(at): NUL for at in np.flatnonzero(has_nul.to_numpy(zero_copy_only=False))}
            column = pc.replace_substring(column, "\0", "\ufffd")
        filled = pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
        series[name] = pd.array(filled, dtype="str")
    return Chunk(files=files, lines=lines, frame=pd.DataFrame(series), flaws=flaws)


def text_array(values: Sequence[object]) -> pa.Array:
    """The values as text; what is no text already, as JSON would have it, is the exception and written out."""
    try:
        return pa.array(values, pa.large_string())
    except (pa.ArrowException, UnicodeEncodeError):
        return pa.array(list(map(_text, values)), pa.large_string())


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair, from an escape in JSON


def _repeated(names: list[str], lengths: list[int]) -> pa.Array:
    return pa.array(np.repeat(np.array(names, dtype=object), lengths), pa.large_string())
