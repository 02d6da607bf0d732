"""Reads any file of incidents into chunks of text, as its layout says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from data_access.importing.chunk import REASON_COLUMN, Chunk, Layout
from data_access.importing.reading.archives import Part, Tell, parts
from data_access.importing.reading.packing import Rows, packed
from data_access.importing.reading.readers_csv import read_csv
from data_access.importing.reading.readers_json import read_json
from data_access.importing.reading.readers_tables import read_excel, read_parquet, read_rda
from domain.errors import Invalid

ROWS: dict[str, Callable[[Part, Layout], Iterator[Rows]]] = {"csv": read_csv, "json": read_json, "excel": read_excel}
CHUNKS: dict[str, Callable[[Part, Layout], Iterator[Chunk]]] = {"parquet": read_parquet, "rda": read_rda}

# Rejects of a file that is no text are handed out in this layout.
REJECTS = Layout(kind="csv")


def read(path: Path, layout: Layout, tell: Tell | None = None) -> Iterator[Chunk]:
    """Chunks of a file or of every member of an archive, in order; `tell` hears of bytes read from disk.

    Streams: memory holds one chunk, or one member of JSON or R data. Raises Invalid, naming file and line.
    """
    if layout.kind != "csv" and _holds_rejects(path):
        layout = replace(REJECTS, required=layout.required)
    found = parts(path, layout.kind, tell)
    if layout.kind in ROWS:
        yield from packed(rows for part in found for rows in ROWS[layout.kind](part, layout))
    else:
        for part in found:
            yield from CHUNKS[layout.kind](part, layout)


# What only says that a file is written in another way than this layout's.
MISFITS = ("columns", "delimiter", "kind", "nothing_inside", "records", "binary", "encoding", "workbook")


def read_any(path: Path, layouts: Sequence[Layout], tell: Tell | None = None) -> tuple[Layout, Iterator[Chunk]]:
    """The first layout that fits a file, with the chunks it reads; raises what the nearest one misses."""
    problems: list[Invalid] = []
    for layout in layouts:
        chunks = read(path, layout, tell)
        try:
            first = next(chunks, None)
        except Invalid as problem:
            if problem.code.removeprefix("import.") not in MISFITS:
                raise
            problems.append(problem)
            continue
        return layout, chunks if first is None else chain([first], chunks)
    raise min(problems, key=lambda problem: len(str(problem.details.get("missing", " " * 1000))))


def _holds_rejects(path: Path) -> bool:
    """Whether this is a file of rejects that was handed out, fixed and brought back."""
    try:
        with path.open("rb") as file:
            head = file.readline(1 << 16) if path.is_file() else b""
    except OSError:
        return False  # `parts` says what is wrong with it
    return REASON_COLUMN.encode() in head
