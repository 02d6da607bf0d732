"""The runs of the importer as the record keeps them: opened, closed, listed, undone."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from data_access.importing.storing.tally import Tally
from data_access.importing.storing.writing import insert_all, restore
from data_access.schema import batches, incidents, labels, rejects, revisions, sources
from domain.batches import Batch
from domain.errors import Invalid, NotFound

LABEL_WIDTH = 200


@contextmanager
def alone(home: Path, source: str) -> Iterator[None]:
    """One import or undo of a source at a time; raises Invalid while there is another."""
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"import-{source.encode().hex()[:200]}").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Invalid("import.busy", source=source) from problem
        yield


def source_id(connection: Connection, name: str, zone: str) -> int:
    """The source of this name, made when it is new; its times are always written in one zone."""
    found = connection.execute(select(sources).where(sources.c.name == name)).first()
    if found is None:
        row = {"name": name, "zone": zone, "synthetic": False}
        return int(connection.execute(insert(sources).values(row)).inserted_primary_key[0])  # type: ignore[index]
    if found.synthetic or found.zone != zone:
        code = "import.demo_source" if found.synthetic else "import.zone"
        raise Invalid(code, source=name, zone=zone, known=found.zone)
    return int(found.id)


def running(connection: Connection) -> list[tuple[int, str]]:
    """The sources with a batch that is under way, or was when its process was killed."""
    query = select(sources.c.id, sources.c.name).join(batches).where(batches.c.status == "running").distinct()
    return [(row.id, row.name) for row in connection.execute(query)]


def bury(connection: Connection, source: int, at: int) -> None:
    """Close the batches of a source that are still running; only for who holds the source alone: they were killed."""
    dead = batches.c.source_id == source, batches.c.status == "running"
    failure = json.dumps({"failure": {"code": "import.interrupted", "details": {}}})
    connection.execute(update(batches).where(*dead).values(status="failed", finished_at=at, report=failure))


def begin(connection: Connection, source: int, files: list[dict[str, Any]], actor: str, at: int) -> int:
    """Open a batch, for who holds the source alone."""
    bury(connection, source, at)
    row = {"source_id": source, "status": "running", "files": json.dumps(files, ensure_ascii=False)}
    result = connection.execute(insert(batches).values(row | {"actor": actor[:255], "started_at": at}))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def finish(connection: Connection, batch: int, status: str, tally: Tally, report: dict[str, Any], at: int) -> None:
    values = {"status": status, "finished_at": at, "report": json.dumps(report, ensure_ascii=False), **tally.counts()}
    connection.execute(update(batches).where(batches.c.id == batch).values(values))


def save_labels(connection: Connection, batch: int, tally: Tally) -> None:
    """Keep how every label was read, with its count."""
    short: dict[tuple[str, str, str | None], int] = {}
    for (kind, label, code), count in tally.labels.items():
        key = kind, label[:LABEL_WIDTH], code
        short[key] = short.get(key, 0) + count
    rows = [
        {"batch_id": batch, "kind": kind, "label": label, "code": code, "rows": n}
        for (kind, label, code), n in short.items()
    ]
    if rows:
        connection.execute(insert(labels), rows)


def save_rejects(connection: Connection, batch: int, found: Iterator[list[dict[str, Any]]]) -> None:
    for some in found:
        insert_all(connection, rejects, pa.Table.from_pylist([{"batch_id": batch, **reject} for reject in some]))


# --- reading ---------------------------------------------------------------------------------------------------

_BATCHES = select(batches, sources.c.name.label("source"), sources.c.zone).join(sources)


def _batch(row: Row[Any]) -> Batch:
    plain = row._asdict()
    plain["files"], plain["report"] = json.loads(plain["files"]), json.loads(plain["report"])
    return Batch(**{name: plain[name] for name in Batch.__slots__})


def get(connection: Connection, batch: int) -> Batch:
    """The batch with this number; raises NotFound."""
    row = connection.execute(_BATCHES.where(batches.c.id == batch)).first()
    if row is None:
        raise NotFound("import.no_batch", batch=str(batch))
    return _batch(row)


def listing(connection: Connection, offset: int = 0, limit: int = 50) -> tuple[list[Batch], int]:
    """A page of batches, newest first, and how many there are. The demo's own are left out."""
    real = ~sources.c.synthetic
    total = connection.scalar(select(func.count()).select_from(batches.join(sources)).where(real)) or 0
    query = _BATCHES.where(real).order_by(batches.c.id.desc()).offset(offset).limit(limit)
    return [_batch(row) for row in connection.execute(query)], total


def unmapped(connection: Connection, batch: int) -> list[tuple[str, str, int]]:
    """The labels that no rule knows, the most frequent first: kind, label, rows."""
    query = select(labels.c.kind, labels.c.label, labels.c.rows)
    query = query.where(labels.c.batch_id == batch, labels.c.code.is_(None))
    return [tuple(row) for row in connection.execute(query.order_by(labels.c.rows.desc(), labels.c.label))]


# --- undoing ---------------------------------------------------------------------------------------------------


def later_users(connection: Connection, batch: Batch) -> list[int]:
    """Later batches of the same source that found rows known: what they also held hangs on the earlier ones."""
    query = select(batches.c.id, batches.c.report).join(sources)
    later = query.where(sources.c.name == batch.source, batches.c.id > batch.id, batches.c.status == "loaded")
    return [row.id for row in connection.execute(later.order_by(batches.c.id)) if json.loads(row.report).get("known")]


def undo(connection: Connection, batch: int, at: int) -> Batch:
    """Take out what a batch stored and put back what it corrected, all or nothing. Raises NotFound or Invalid."""
    found = get(connection, batch)
    if found.status != "loaded":
        raise Invalid("import.not_loaded", batch=str(batch), status=found.status)
    later = later_users(connection, found)
    if later:
        raise Invalid("import.undo_later", batch=str(batch), later=", ".join(map(str, reversed(later))))
    # The oldest revision of each incident is what it said before this batch.
    oldest = select(func.min(revisions.c.id)).where(revisions.c.batch_id == batch).group_by(revisions.c.incident_id)
    former = connection.execute(select(revisions.c.incident_id, revisions.c.before).where(revisions.c.id.in_(oldest)))
    restore(connection, {row.incident_id: json.loads(row.before) for row in former})
    connection.execute(delete(incidents).where(incidents.c.batch_id == batch))
    connection.execute(delete(revisions).where(revisions.c.batch_id == batch))
    connection.execute(update(batches).where(batches.c.id == batch).values(status="undone", finished_at=at))
    return found
