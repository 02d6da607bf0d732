"""What the index reads from the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, func, select

from data_access.schema import areas, batches, incidents, sources

CHUNK = 200_000
FIELDS = ("id", "source_id", "occurred_from", "occurred_to", "precision", "type", "vehicle", "item", "origin")
PLACES = ("location", "lon", "lat")
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
    synthetic = not any(not row.synthetic for row in rows) and bool(rows)
    shown = [row for row in rows if row.synthetic == synthetic]
    return [row[0] for row in shown], {row[1]: row[2] for row in shown}, synthetic


def newest_import(connection: Connection, shown: Sequence[int]) -> int | None:
    """When the newest of the shown batches finished."""
    newest: int | None = connection.scalar(select(func.max(batches.c.finished_at)).where(batches.c.id.in_(shown)))
    return newest


def rows(connection: Connection, sources_shown: Sequence[int], only: Sequence[int] | None) -> Iterator[pd.DataFrame]:
    """The incidents of some sources in chunks, or only those last written by some batches."""
    codes = {row.id: row.code for row in connection.execute(select(areas.c.id, areas.c.code))}
    query = select(*(incidents.c[name] for name in FIELDS + PLACES), incidents.c.precinct_id)
    query = query.where(incidents.c.source_id.in_(sources_shown))
    if only is not None:
        query = query.where(incidents.c.batch_id.in_(only))
    result = connection.execution_options(stream_results=True, max_row_buffer=CHUNK).execute(query)
    for part in result.partitions(CHUNK):
        frame = pd.DataFrame(part, columns=[*FIELDS, *PLACES, "precinct_id"])
        frame["precinct"] = [codes.get(number, "") for number in frame.pop("precinct_id")]
        yield frame


def count(connection: Connection, sources_shown: Sequence[int]) -> int:
    return connection.scalar(select(func.count()).where(incidents.c.source_id.in_(sources_shown))) or 0


def territory(connection: Connection, sources_shown: Sequence[int]) -> Box | None:
    """West, south, east, north: the drawn precincts that hold incidents, or where nearly all points lie."""
    shown = incidents.c.source_id.in_(sources_shown)
    holding = select(incidents.c.precinct_id).where(shown, incidents.c.location == "point").distinct()
    drawn = connection.scalars(
        select(areas.c.geometry).where(areas.c.id.in_(holding), areas.c.geometry.is_not(None))
    ).all()
    if drawn:
        west, south, east, north = shapely.total_bounds(shapely.from_wkb(drawn))
        return float(west), float(south), float(east), float(north)
    points = connection.execute(
        select(incidents.c.lon, incidents.c.lat).where(shown, incidents.c.location == "point")
    ).all()
    if not points:
        return None
    table = np.array(points, dtype=np.float64)
    # One stray point a hundred kilometres off must not shrink the city to a dot.
    low, high = np.quantile(table, [0.001, 0.999], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
