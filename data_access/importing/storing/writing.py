"""Rows into the record: what is new is inserted in bulk, what is known is counted or corrected.

All of it on one connection, inside the import's transaction.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Table, bindparam, func, insert, select, update

from data_access.areas import Assigner
from data_access.schema import incidents, revisions

STATED = (  # what a source states of an incident: a change in one of these is a correction
    "occurred_from",
    "occurred_to",
    "precision",
    "reported_at",
    "type",
    "vehicle",
    "item",
    "weapon",
    "label",
    "lon",
    "lat",
    "location",
    "place",
    "origin",
    "sensitive",
)
AREAS = ("precinct_id", "zone_id")
KEPT = [column.name for column in incidents.columns if column.name not in ("id", "source_id", "key")]


@dataclass(frozen=True)
class Outcome:
    """What became of a chunk; `known` are duplicates of what earlier batches stored."""

    stored: int
    duplicates: int
    updated: int
    known: int


@dataclass(frozen=True)
class Writer:
    """Writes the chunks of one batch."""

    connection: Connection
    source_id: int
    batch_id: int
    areas: Assigner

    def write(self, chunk: pa.Table) -> Outcome:
        """Store a chunk with the columns of `spool.SCHEMA`."""
        total = chunk.num_rows
        chunk = _first_of_each_key(chunk)
        keys = chunk["key"].to_pylist()
        by_id = chunk["external_id"].is_valid()  # a row that its source names may bring a correction
        known = self._known(keys, whole=pc.any(by_id).as_py())
        is_known = pa.array([key in known for key in keys], pa.bool_())
        fresh = chunk.filter(pc.invert(is_known))
        insert_all(self.connection, incidents, self._placed(fresh))
        updated = self._correct(chunk.filter(pc.and_(is_known, by_id)), known)
        earlier = sum(1 for row in known.values() if row["batch_id"] != self.batch_id)
        return Outcome(fresh.num_rows, total - fresh.num_rows, updated, earlier)

    def _known(self, keys: list[int], whole: bool) -> dict[int, Mapping[str, Any]]:
        """The rows of the record under these keys."""
        columns = incidents.columns if whole else (incidents.c.key, incidents.c.batch_id)
        query = select(*columns).where(incidents.c.source_id == self.source_id, _among(self.connection, keys))
        return {row["key"]: dict(row) for row in self.connection.execute(query).mappings()}

    def _placed(self, chunk: pa.Table) -> pa.Table:
        """The chunk with its areas and the batch's own columns, as the record holds it."""
        lon, lat = chunk["lon"].to_numpy(), chunk["lat"].to_numpy()
        precinct, zone = self.areas.assign(lon, lat, chunk["precinct"].to_pylist())
        same = {"source_id": self.source_id, "batch_id": self.batch_id}
        columns = {
            **{name: chunk[name] for name in chunk.column_names if name != "precinct"},
            **{name: pa.array(np.full(chunk.num_rows, value), pa.int64()) for name, value in same.items()},
            "precinct_id": pa.array(precinct.tolist(), pa.int64()),
            "zone_id": pa.array(zone.tolist(), pa.int64()),
        }
        return pa.table(columns)

    def _correct(self, chunk: pa.Table, known: Mapping[int, Mapping[str, Any]]) -> int:
        """Bring known rows to what the source says now, keeping what they said before."""
        if not chunk.num_rows:
            return 0
        told = self._placed(chunk).to_pylist()
        changed = [(known[row["key"]], row) for row in told if _differs(known[row["key"]], row)]
        if changed:
            self.connection.execute(insert(revisions), [self._revision(before) for before, _ in changed])
            self.connection.execute(_UPDATE, [_by_id(before["id"], after) for before, after in changed])
        return len(changed)

    def _revision(self, before: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: before[name] for name in KEPT}
        return {"batch_id": self.batch_id, "incident_id": before["id"], "before": json.dumps(kept)}


_UPDATE = (
    update(incidents).where(incidents.c.id == bindparam("_id")).values({name: bindparam(f"_{name}") for name in KEPT})
)


def _by_id(key: int, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"_id": key, **{f"_{name}": row[name] for name in KEPT}}


def restore(connection: Connection, former: Mapping[int, Mapping[str, Any]]) -> None:
    """Bring rows, by their number, back to what they said before a correction."""
    if former:
        connection.execute(_UPDATE, [_by_id(key, kept) for key, kept in former.items()])


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    if any(before[name] != after[name] for name in STATED):
        return True
    # Where there is no point the source itself names the precinct.
    return bool(after["location"] != "point" and before["precinct_id"] != after["precinct_id"])


def _first_of_each_key(chunk: pa.Table) -> pa.Table:
    _, first = np.unique(chunk["key"].to_numpy(), return_index=True)
    return chunk if len(first) == chunk.num_rows else chunk.take(pa.array(np.sort(first)))


def _among(connection: Connection, keys: Sequence[int]) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":  # which takes few bound values, but any length of JSON
        given = func.json_each(json.dumps(keys)).table_valued("value")
        return incidents.c.key.in_(select(given.c.value))
    return incidents.c.key == func.any(bindparam(None, list(keys), type_=ARRAY(BigInteger)))


# --- in bulk ---------------------------------------------------------------------------------------------------


def insert_all(connection: Connection, table: Table, rows: pa.Table) -> None:
    """Insert rows by the fastest way of the driver: COPY in PostgreSQL, prepared many times over in SQLite."""
    if not rows.num_rows:
        return
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in rows.column_names)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * rows.num_columns)
        driver.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', _tuples(rows))  # noqa: S608
        return
    with driver.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT csv)') as copy:
        copy.write(_csv(rows))


def _tuples(rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in rows.columns), strict=True)


def _csv(rows: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pa_csv.write_csv(rows, buffer, pa_csv.WriteOptions(include_header=False))
    return buffer.getvalue()
