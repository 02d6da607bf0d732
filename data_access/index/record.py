"""What the index reads from the record."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import shapely
from sqlalchemy import ColumnElement, Connection, Select, func, select

from data_access.schema import areas, batches, incidents, sources

CHUNK = 50_000  # rows
BLOCK = 16 << 20  # bytes of text, about as many rows
CODE = pa.dictionary(pa.int32(), pa.string())
FIELDS = pa.schema(
    {
        "id": pa.int64(),
        "source_id": pa.int32(),
        "occurred_from": pa.int64(),
        "occurred_to": pa.int64(),
        "precision": CODE,
        "type": CODE,
        "vehicle": CODE,
        "item": CODE,
        "origin": CODE,
        "location": CODE,
        "lon": pa.float64(),
        "lat": pa.float64(),
        "precinct_id": pa.int32(),
    }
)
SAMPLE = 50_000  # points that say where a city lies
MOST = 0.99  # of the points must lie around the drawn precincts for these to be the map
Box = tuple[float, float, float, float]


def live_batches(connection: Connection) -> tuple[list[int], dict[int, str], bool]:
    """The batches to show, the clock of each source, and whether they are synthetic.

    Real and synthetic incidents are never counted together: one real batch puts the demo aside.
    """
    rows = connection.execute(
        select(batches.c.id, sources.c.id, sources.c.zone, sources.c.synthetic)
        .join(sources, sources.c.id == batches.c.source_id)
        .where(batches.c.status == "loaded", batches.c.stored + batches.c.updated > 0)
        .order_by(batches.c.id)
    ).all()
    synthetic = bool(rows) and all(row.synthetic for row in rows)
    shown = [row for row in rows if row.synthetic == synthetic]
    return [row[0] for row in shown], {row[1]: row[2] for row in shown}, synthetic


def sources_of(connection: Connection, shown: Sequence[int]) -> list[tuple[str, str]]:
    """Name and clock of the sources behind some batches, in the order of their names."""
    query = select(sources.c.name, sources.c.zone).join(batches, batches.c.source_id == sources.c.id)
    rows = connection.execute(query.where(batches.c.id.in_(shown)).distinct().order_by(sources.c.name))
    return [(row.name, row.zone) for row in rows]


def newest_import(connection: Connection, shown: Sequence[int]) -> int | None:
    """When the newest of the shown batches finished."""
    newest: int | None = connection.scalar(select(func.max(batches.c.finished_at)).where(batches.c.id.in_(shown)))
    return newest


def rows(connection: Connection, sources_shown: Sequence[int], only: Sequence[int] | None) -> Iterator[pa.Table]:
    """The incidents of some sources in chunks, or only those last written by some batches.

    Each chunk has the columns of FIELDS, with `precinct` (a code, "" where none is known) for the precinct's id.
    """
    codes = {row.id: row.code for row in connection.execute(select(areas.c.id, areas.c.code))}
    query = select(*(incidents.c[name] for name in FIELDS.names)).where(_of(sources_shown))
    if only is not None:
        query = query.where(incidents.c.batch_id.in_(only))
    for table in read(connection, query, FIELDS):
        place = pc.index_in(table["precinct_id"], pa.array([None, *codes], pa.int32())).combine_chunks()
        precinct = pa.DictionaryArray.from_arrays(place, pa.array(["", *codes.values()]))
        yield table.drop_columns("precinct_id").append_column("precinct", precinct)


def _of(sources_shown: Sequence[int]) -> ColumnElement[bool]:
    # The sum keeps databases from walking the index on sources: a row at a time, in no order, for nearly all rows.
    return (incidents.c.source_id + 0).in_(sources_shown)


def read(connection: Connection, query: Select[Any], fields: pa.Schema) -> Iterator[pa.Table]:
    """The rows of a query in chunks, under the columns of `fields`."""
    how = _from_sqlite if connection.dialect.name == "sqlite" else _from_postgresql
    return how(connection, query, fields)


def _from_sqlite(connection: Connection, query: Select[Any], fields: pa.Schema) -> Iterator[pa.Table]:
    cursor = connection.connection.cursor()
    cursor.execute(_written(connection, query))
    while part := cursor.fetchmany(CHUNK):
        columns = zip(*part, strict=True)
        yield pa.table([pa.array(column, kind) for column, kind in zip(columns, fields.types, strict=True)], fields)


def _from_postgresql(connection: Connection, query: Select[Any], fields: pa.Schema) -> Iterator[pa.Table]:
    """Text by COPY, which PostgreSQL writes and Arrow reads far faster than rows can be fetched."""
    options = pa_csv.ConvertOptions(column_types=fields)
    names = pa_csv.ReadOptions(column_names=fields.names)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY ({_written(connection, query)}) TO STDOUT (FORMAT csv)") as copy:
        for block in _blocks(copy):
            yield pa_csv.read_csv(io.BytesIO(block), names, convert_options=options).unify_dictionaries()


def _blocks(lines: Iterable[Any]) -> Iterator[bytes]:
    """Whole lines joined to blocks; PostgreSQL sends one at a time."""
    held = bytearray()
    for line in lines:
        held += line
        if len(held) >= BLOCK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _written(connection: Connection, query: Select[Any]) -> str:
    return str(query.compile(connection, compile_kwargs={"literal_binds": True}))


def count(connection: Connection, sources_shown: Sequence[int]) -> int:
    return connection.scalar(select(func.count()).where(incidents.c.source_id.in_(sources_shown))) or 0


def territory(connection: Connection, sources_shown: Sequence[int]) -> Box | None:
    """West, south, east, north: the drawn precincts that hold incidents, or where nearly all points lie."""
    step = count(connection, sources_shown) // SAMPLE + 1
    located = _of(sources_shown), incidents.c.location == "point"
    sample = connection.execute(select(incidents.c.lon, incidents.c.lat).where(*located, incidents.c.id % step == 0))
    points = np.array([tuple(row) for row in sample], dtype=np.float64).reshape(-1, 2)
    drawn = _drawn(connection, select(incidents.c.precinct_id).where(*located).distinct())
    if drawn is not None and (not len(points) or np.mean(_inside(points, drawn)) >= MOST):
        return drawn
    if not len(points):
        return None
    # One stray point a hundred kilometres off must not shrink the city to a dot.
    (west, south), (east, north) = np.quantile(points, [0.001, 0.999], axis=0).tolist()
    return west, south, east, north


def _drawn(connection: Connection, holding: Select[Any]) -> Box | None:
    query = select(areas.c.geometry).where(areas.c.id.in_(holding), areas.c.geometry.is_not(None))
    shapes = connection.scalars(query).all()
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(shapes)).tolist()
    return west, south, east, north


def _inside(points: np.ndarray[Any, np.dtype[np.float64]], box: Box) -> np.ndarray[Any, np.dtype[np.bool_]]:
    west, south, east, north = box
    lon, lat = points[:, 0], points[:, 1]
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
