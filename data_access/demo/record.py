"""The demo city in the record: put in, found, taken out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, delete, exists, func, insert, select, update

from config.place import Place
from data_access.demo import city, deliveries, drawing
from data_access.forecast import rows as forecasts
from data_access.importing.storing.writing import insert_all
from data_access.schema import batches, incidents, revisions, sources

SOURCE = "demo"
SEED, ROWS, YEARS = 2026, 250_000, 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which demo city: the same values give the same one, bit by bit. `until` is its last day."""

    until: date
    seed: int = SEED
    rows: int = ROWS
    years: int = YEARS


def is_loaded(connection: Connection) -> bool:
    """Whether the demo city is in the record."""
    return _any(connection, synthetic=True)


def is_real(connection: Connection) -> bool:
    """Whether real incidents are in the record."""
    return _any(connection, synthetic=False)


def _any(connection: Connection, synthetic: bool) -> bool:
    loaded = select(batches.c.id).join(sources).where(batches.c.status == "loaded", batches.c.stored > 0)
    return bool(connection.scalar(select(exists(loaded.where(sources.c.synthetic == synthetic)))))


def load(connection: Connection, place: Place, wanted: Wanted, actor: str, now: int) -> int:
    """Put the demo city in the place of the one there is; returns the number of its incidents.

    What it tells of adoption goes with the one there was; `deliveries.load` brings it.
    """
    source = _source(connection, place.zone)
    _take_out(connection, source, now)
    precincts = drawing.precincts(connection, place)
    frame = city.incidents(place, wanted.until, wanted.years, wanted.rows, wanted.seed)
    batch = _batch(connection, source, wanted, len(frame), actor, now)
    insert_all(connection, incidents, _rows(frame, source, batch, precincts))
    return len(frame)


def remove(connection: Connection, now: int) -> int:
    """Take the demo city out; returns the number of its incidents. An area that something real refers to stays."""
    source = connection.scalar(select(sources.c.id).where(sources.c.name == SOURCE, sources.c.synthetic))
    if source is None:
        return 0
    removed = _take_out(connection, source, now)
    drawing.erase(connection)
    return removed


def wanted(connection: Connection) -> Wanted | None:
    """Which demo city is in the record, if any."""
    query = select(batches.c.report).join(sources).where(sources.c.name == SOURCE, batches.c.status == "loaded")
    report = connection.scalar(query)
    if report is None:
        return None
    told = json.loads(report)
    return Wanted(**told | {"until": date.fromisoformat(told["until"])})


def _source(connection: Connection, zone: str) -> int:
    found: int | None = connection.scalar(select(sources.c.id).where(sources.c.name == SOURCE))
    if found is not None:
        return found
    made = connection.execute(insert(sources).values(name=SOURCE, zone=zone, synthetic=True)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _take_out(connection: Connection, source: int, now: int) -> int:
    """The batches stay as undone, so that no number of a batch is ever used twice."""
    mine = incidents.c.source_id == source
    count = connection.scalar(select(func.count()).select_from(incidents).where(mine)) or 0
    of_source = select(batches.c.id).where(batches.c.source_id == source)
    connection.execute(delete(revisions).where(revisions.c.batch_id.in_(of_source)))
    connection.execute(delete(incidents).where(mine))
    deliveries.withdraw(connection)
    forecasts.remove_demo(connection)
    known = batches.c.source_id == source, batches.c.status == "loaded"
    connection.execute(update(batches).where(*known).values(status="undone", finished_at=now))
    return count


def _batch(connection: Connection, source: int, wanted: Wanted, rows: int, actor: str, now: int) -> int:
    report: dict[str, Any] = {**asdict(wanted), "until": wanted.until.isoformat()}
    row = {"source_id": source, "status": "loaded", "files": "[]", "actor": actor, "started_at": now}
    row |= {"finished_at": now, "rows": rows, "stored": rows, "report": json.dumps(report)}
    made = connection.execute(insert(batches).values(row)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _rows(frame: pd.DataFrame, source: int, batch: int, precincts: Mapping[str, int]) -> pa.Table:
    ids = frame.pop("commune").map(precincts).astype("Int64")
    frame = frame.assign(precinct_id=ids, source_id=source, batch_id=batch)
    return pa.Table.from_pandas(frame, preserve_index=False)
