"""Understood rows on disk between reading and storing, so that the record is locked only while it is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data_access.importing.chunk import CHUNK_ROWS

TEXT = pa.large_string()
SCHEMA = pa.schema(
    [
        ("key", pa.int64()),
        ("external_id", TEXT),
        ("occurred_from", pa.int64()),
        ("occurred_to", pa.int64()),
        ("precision", TEXT),
        ("reported_at", pa.int64()),
        ("type", TEXT),
        ("vehicle", TEXT),
        ("item", TEXT),
        ("weapon", TEXT),
        ("label", TEXT),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("location", TEXT),
        ("place", TEXT),
        ("precinct", TEXT),
        ("origin", TEXT),
        ("sensitive", pa.bool_()),
    ]
)
WIDTHS = {"external_id": 80, "label": 200, "place": 200}  # what the record holds
WHOLE = ("occurred_from", "occurred_to", "reported_at")


class Spool:
    """A folder that holds the rows and rejects of one import."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pieces = 0
        self._rejects = (folder / "rejects.jsonl").open("w", encoding="utf-8")

    def add(self, rows: pd.DataFrame) -> None:
        """Keep one chunk of rows that have a key and the columns of SCHEMA."""
        if len(rows):
            pq.write_table(as_table(rows), self._piece(self._pieces), compression="zstd", compression_level=1)
            self._pieces += 1

    def add_rejects(self, rejects: Iterable[Mapping[str, object]]) -> None:
        for reject in rejects:
            self._rejects.write(json.dumps(reject, ensure_ascii=True) + "\n")

    def chunks(self) -> Iterator[pa.Table]:
        for number in range(self._pieces):
            yield pq.read_table(self._piece(number))

    def rejects(self, limit: int | None = None) -> Iterator[list[dict[str, Any]]]:
        """Rejects in batches, in the order they were found; at most `limit`."""
        self._rejects.flush()
        batch: list[dict[str, Any]] = []
        with (self._folder / "rejects.jsonl").open(encoding="utf-8") as file:
            for number, line in enumerate(file):
                if limit is not None and number >= limit:
                    break
                batch.append(json.loads(line))
                if len(batch) >= CHUNK_ROWS:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _piece(self, number: int) -> Path:
        return self._folder / f"{number}.parquet"

    def close(self) -> None:
        self._rejects.close()


@contextmanager
def spool(home: Path, source: int) -> Iterator[Spool]:
    """A spool for one import of a source, gone afterwards; what a killed import left there goes too."""
    folder = home / "spool" / str(source)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    opened = Spool(folder)
    try:
        yield opened
    finally:
        opened.close()
        shutil.rmtree(folder, ignore_errors=True)


def as_table(rows: pd.DataFrame) -> pa.Table:
    """The rows with the record's types and widths."""
    columns = {}
    for field in SCHEMA:
        values = rows[field.name]
        if field.name in WHOLE:
            values = pd.to_numeric(values).astype("Int64")
        elif field.name in WIDTHS:
            values = values.str.slice(0, WIDTHS[field.name])
        columns[field.name] = pa.array(values, field.type, from_pandas=True)
    return pa.table(columns, schema=SCHEMA)
