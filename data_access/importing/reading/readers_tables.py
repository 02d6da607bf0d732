"""Excel workbooks, Parquet files and R data frames."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import math
import warnings
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any, cast
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_access.importing.chunk import CHUNK_ROWS, Chunk, Flaw, Layout
from data_access.importing.reading.archives import BLOCK, BROKEN, Budget, Part, Unpacked
from data_access.importing.reading.packing import MAX_COLUMNS, Rows, check_columns, column_names, make_chunk, text_array
from domain.errors import Invalid

MAX_RDA = 512 << 20  # bytes, unpacked
BAD_WORKBOOK = (BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, EOFError, OSError, zlib.error)
FORMULA = Flaw("formula")


def read_excel(part: Part, layout: Layout) -> Iterator[Rows]:
    """Batches of rows of one sheet. A row with a formula is refused: its value depends on who opens the file."""
    rows: Rows | None = None
    for number, cells in _sheet_rows(part, layout):
        if number < (layout.header or 0):
            continue
        if len(cells) > MAX_COLUMNS:
            raise Invalid("import.too_wide", file=part.name, found=len(cells), limit=MAX_COLUMNS)
        values = [_cell_text(cell) for cell in cells]
        if rows is None:
            columns = column_names(_trimmed(values)) if layout.header else layout.names
            check_columns(columns, layout, part.name)
            rows = Rows(part, columns)
            if layout.header:
                continue
        if any(values):
            width = max(len(_trimmed(values)), len(rows.columns))
            padded = (values + [""] * width)[:width]
            rows.add(number, padded, FORMULA if any(cell.data_type == "f" for cell in cells) else None)
        if len(rows.values) >= CHUNK_ROWS:
            yield rows
            rows = Rows(part, rows.columns)
    if rows is None:
        raise Invalid("import.empty", file=part.name)
    yield rows


def _sheet_rows(part: Part, layout: Layout) -> Iterator[tuple[int, tuple[Any, ...]]]:
    import openpyxl  # type: ignore[import-untyped]

    try:
        with warnings.catch_warnings(action="ignore"):  # about styles and extensions, nothing about values
            book = openpyxl.load_workbook(part.seekable(), read_only=True, keep_links=False)
            sheet = book[layout.sheet] if layout.sheet else book.worksheets[0]
            sheet.reset_dimensions()
            yield from enumerate(sheet.iter_rows(), 1)
    except (*BAD_WORKBOOK, IndexError) as problem:
        if layout.sheet and isinstance(problem, KeyError) and layout.sheet in str(problem):
            raise Invalid("import.sheet", file=part.name, sheet=layout.sheet) from problem
        raise Invalid("import.workbook", file=part.name) from problem


def _trimmed(values: list[str]) -> list[str]:
    """Without the blank cells at the end."""
    last = max((at for at, value in enumerate(values, 1) if value), default=0)
    return values[:last]


def _cell_text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, datetime):
        has_time = "h" in str(cell.number_format).lower() or value.time() != time(0)
        return value.strftime("%Y-%m-%d %H:%M:%S") if has_time else value.strftime("%Y-%m-%d")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    return "" if value is None else str(value)


def number_text(value: float) -> str:
    """A number as people write it: no exponent and no ".0" for whole numbers that a float holds exactly."""
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)


def read_parquet(part: Part, layout: Layout) -> Iterator[Chunk]:
    """Chunks of a Parquet file; instants are written YYYY-MM-DD HH:MM:SS, with Z where the column has a zone."""
    row = 0
    try:
        file = pq.ParquetFile(part.seekable())
        columns = column_names(file.schema_arrow.names)
        check_columns(columns, layout, part.name)
        for batch in file.iter_batches(batch_size=CHUNK_ROWS):
            texts = dict(zip(columns, (_arrow_text(column) for column in batch.columns), strict=True))
            known = {name: column for name, column in texts.items() if column is not None}
            yield _table_chunk(part, row, batch.num_rows, known)
            row += batch.num_rows
    except (pa.ArrowException, OSError) as problem:
        raise Invalid("import.damaged", file=part.name) from problem


def _arrow_text(column: Any) -> Any:
    """The column as text, or None for lists, records and bytes, which no field of an incident is."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _arrow_text(column.dictionary_decode())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    if pa.types.is_timestamp(kind):
        column = pc.floor_temporal(column, unit="second").cast(pa.timestamp("s", tz=kind.tz))
    elif pa.types.is_floating(kind):
        return text_array([None if value is None else number_text(value) for value in column.to_pylist()])
    return column.cast(pa.large_string())


def _table_chunk(part: Part, start: int, count: int, columns: dict[str, Any]) -> Chunk:
    files = np.full(count, part.name, dtype=object)
    return make_chunk(files, np.arange(start + 1, start + count + 1), columns, {})


def read_rda(part: Part, layout: Layout) -> Iterator[Chunk]:
    """Chunks of the first data frame in an R data file."""
    frame = _first_frame(_r_bytes(part), part)
    columns = column_names([str(name) for name in frame.columns])
    check_columns(columns, layout, part.name)
    for start in range(0, len(frame), CHUNK_ROWS):
        piece = frame.iloc[start : start + CHUNK_ROWS]
        texts = {name: text_array([_r_text(v) for v in piece.iloc[:, at]]) for at, name in enumerate(columns)}
        yield _table_chunk(part, start, len(piece), texts)


def _r_bytes(part: Part) -> bytes:
    stream = part.stream
    head = stream.peek(6)[:6]
    openers = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
    opener = openers.get(head[:2])
    if opener is not None:
        inner = cast(IO[bytes], cast(Any, opener)(stream))
        stream = io.BufferedReader(Unpacked(inner, part.name, Budget(part.name, MAX_RDA)), BLOCK)
    data = stream.read(MAX_RDA + 1)
    if len(data) > MAX_RDA:
        raise Invalid("import.large_member", file=part.name, megabytes=MAX_RDA >> 20)
    return data


def _first_frame(data: bytes, part: Part) -> pd.DataFrame:
    import rdata

    try:
        with warnings.catch_warnings(action="ignore"):  # about classes it reads as plain data frames
            found = rdata.conversion.convert(rdata.parser.parse_data(data))
    except (*BROKEN, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as problem:
        raise Invalid("import.damaged", file=part.name) from problem
    frames = [found] if isinstance(found, pd.DataFrame) else list(getattr(found, "values", list)())
    for frame in frames:
        if isinstance(frame, pd.DataFrame):
            return frame
    raise Invalid("import.no_frame", file=part.name)


def _r_text(value: Any) -> str | None:
    if value is None or pd.isna(value):
        return None
    return number_text(float(value)) if isinstance(value, (float, np.floating)) else str(value)
