"""Rejected rows as a file: laid out as their source, so that they can be mended and loaded again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from data_access.importing.chunk import LINE_COLUMN, REASON_COLUMN, Layout
from data_access.schema import rejects
from domain.batches import Batch
from domain.cells import guarded

AT_ONCE = 5000
Say = Callable[[str, dict[str, Any]], str]


def page(connection: Connection, batch: int, offset: int = 0, limit: int = 50) -> tuple[list[dict[str, Any]], int]:
    """Some rejects of a batch in the order of its files, and how many are kept in all."""
    mine = rejects.c.batch_id == batch
    total = connection.scalar(select(func.count()).select_from(rejects).where(mine)) or 0
    query = select(rejects).where(mine).order_by(rejects.c.id).offset(offset).limit(limit)
    return [_reject(row) for row in connection.execute(query).mappings()], total


def _reject(row: Any) -> dict[str, Any]:
    return {**row, "detail": json.loads(row["detail"]), "raw": json.loads(row["raw"])}


def as_csv(connection: Connection, batch: Batch, say: Say) -> Iterator[bytes]:
    """The file in pieces. Columns about persons are there and empty. `say` tells a reason with its details.

    Sources that are no text are written as CSV with commas and a header; the readers take it for all of them.
    """
    layout = _layout(batch)
    columns = layout.names if layout.header is None else tuple(batch.report["columns"])
    buffer = io.StringIO()
    write = csv.writer(buffer, delimiter=layout.delimiter, lineterminator="\r\n").writerow
    if layout.header is not None:
        write([*map(guarded, columns), REASON_COLUMN, LINE_COLUMN])
    last = 0
    while found := _after(connection, batch.id, last):
        for row in found:
            write(_line(row, columns, layout, say))
        last = found[-1]["id"]
        yield _encoded(buffer, layout)
    yield _encoded(buffer, layout)


def _after(connection: Connection, batch: int, last: int) -> list[dict[str, Any]]:
    query = select(rejects).where(rejects.c.batch_id == batch, rejects.c.id > last).order_by(rejects.c.id)
    return [_reject(row) for row in connection.execute(query.limit(AT_ONCE)).mappings()]


def _layout(batch: Batch) -> Layout:
    told: dict[str, Any] = dict(batch.report["layout"])
    if told["kind"] != "csv":
        return Layout()
    lists = {"names": tuple(told["names"]), "required": tuple(told["required"])}
    return Layout(**(told | lists))


def _line(row: dict[str, Any], columns: Sequence[str], layout: Layout, say: Say) -> list[str]:
    told, where = say(row["reason"], row["detail"]), f"{row['file']}:{row['line']}"
    marks = [told, where] if layout.header is not None else [f"{REASON_COLUMN}: {told}", f"{LINE_COLUMN}: {where}"]
    return [*(guarded(row["raw"].get(name, "")) for name in columns), *map(guarded, marks)]


def _encoded(buffer: io.StringIO, layout: Layout) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode(layout.encoding, "replace")
