"""Made-up incidents: as the index reads them, as rows of a record, and as a plain table that answers any question
slowly, row by row, without anything that the index does."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from sqlalchemy import Connection, insert, update

from analytics.grid import Grid, mercator
from data_access.index import build, refresh
from data_access.index.columns import Vocabulary, encode
from data_access.index.record import FIELDS
from data_access.index.snapshot import Snapshot
from data_access.schema import areas, batches, incidents, sources
from data_access.store import Store
from domain.filter import Filter, Ground
from domain.people import Actor, Role
from domain.taxonomy import taxonomy

ZONES = {1: "America/Santiago", 2: "Asia/Kathmandu"}
BOX = (-70.70, -33.50, -70.60, -33.40)
GRID = Grid.around(*BOX)
TYPES = ("robbery.street", "robbery.home", "theft.shop", "sexual.rape", "family.violence", "other.unclassified")
VEHICLES = ("foot", "motorcycle", "unknown")
ITEMS = ("phone", "cash", "none", "unknown")
PRECINCTS = ("centro", "norte", "sur")
Row = dict[str, Any]


def seconds(text: str, zone: str = ZONES[1]) -> int:
    """The instant that a clock of the zone shows."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def row(number: int = 1, at: str | int = "2026-03-10 12:30", **changes: Any) -> Row:
    """A street robbery in the middle of the city, but for what is changed."""
    usual = {
        "id": number,
        "source_id": 1,
        "occurred_from": seconds(at) if isinstance(at, str) else at,
        "occurred_to": None,
        "precision": "minute",
        "type": "robbery.street",
        "vehicle": "foot",
        "item": "phone",
        "origin": "formal",
        "location": "point",
        "lon": -70.65,
        "lat": -33.45,
        "precinct": "centro",
    }
    made = usual | changes
    return made if made["location"] == "point" else made | {"lon": None, "lat": None}


def random_rows(rng: np.random.Generator, count: int, first: str = "2025-12-20", days: int = 60) -> list[Row]:
    """Incidents of all sorts: two clocks, the hour when they change, windows over midnight, points off the map."""
    start = seconds(first)
    made = []
    for number in rng.permutation(count) + 1:
        at = int(start + rng.integers(0, days * 86_400))
        length = rng.choice([-1, 0, 1_200, 3_600, 30_000, 200_000])
        made.append(
            row(
                int(number),
                at,
                source_id=int(rng.integers(1, 3)),
                occurred_to=None if length < 0 else at + int(length),
                precision=str(rng.choice(["minute", "hour", "day", "month"], p=[0.7, 0.1, 0.1, 0.1])),
                type=str(rng.choice(TYPES)),
                vehicle=str(rng.choice(VEHICLES)),
                item=str(rng.choice(ITEMS)),
                origin=str(rng.choice(["formal", "informal"])),
                location=str(rng.choice(["point", "missing", "withheld", "outside"], p=[0.85, 0.05, 0.05, 0.05])),
                lon=float(rng.uniform(-70.71, -70.59)),
                lat=float(rng.uniform(-33.51, -33.39)),
                precinct=str(rng.choice([*PRECINCTS, ""])),
            )
        )
    return made


def table(rows: Sequence[Row]) -> pa.Table:
    """What `record.rows` would yield."""
    kinds = {name: kind for name, kind in zip(FIELDS.names, FIELDS.types, strict=True) if name != "precinct_id"}
    kinds["precinct"] = FIELDS.field("type").type
    return pa.table({name: pa.array([one[name] for one in rows], kind) for name, kind in kinds.items()})


def snapshot(folder: Path, rows: Sequence[Row], grid: Grid = GRID) -> Snapshot:
    """A snapshot of these rows, written under a folder that held none."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = Vocabulary.empty()
    facts = {"batches": [1], "synthetic": False, "loaded_at": 1}
    return build.write(folder, encode(table(rows), ZONES, grid, words), words, grid, facts)


def ground(found: Snapshot) -> Ground:
    return Ground(taxonomy(), found.first, found.complete_to, {code: code.title() for code in found.precincts if code})


# --- the slow way -----------------------------------------------------------------------------------------------


def _clock(instant: int, zone: str) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def plain(rows: Sequence[Row], zones: Mapping[int, str] = ZONES, grid: Grid = GRID) -> pd.DataFrame:
    """The rows with what a question can be about: `weekday` 1 to 7 and `hour`, 0 and -1 where they are unknown, and
    `where`, which is point, missing, withheld or outside."""
    made = []
    west, south, east, north = grid.bounds
    for one in rows:
        zone = zones[one["source_id"]]
        start = _clock(one["occurred_from"], zone)
        end = start if one["occurred_to"] is None else _clock(one["occurred_to"], zone)
        weekday = one["precision"] != "month" and start.date() == end.date()
        hour = weekday and one["precision"] in ("minute", "hour") and start.hour == end.hour
        on_map = one["location"] == "point" and west <= one["lon"] < east and south <= one["lat"] < north
        told = {
            "day": start.date(),
            "minute": start.hour * 60 + start.minute,
            "weekday": start.isoweekday() if weekday else 0,
            "hour": start.hour if hour else -1,
            "where": "point" if on_map else "outside" if one["location"] == "point" else one["location"],
        }
        made.append(one | told)
    return pd.DataFrame(made, columns=[*row(), "day", "minute", "weekday", "hour", "where"])


def matching(frame: pd.DataFrame, asked: Filter, held: Ground) -> pd.Series:
    """Which rows a filter asks for, leaving its area aside."""
    mask = (frame["day"] >= asked.window.start) & (frame["day"] <= asked.window.end)
    mask &= frame["type"].isin(asked.wanted_types(held))
    columns = {
        "vehicle": asked.vehicles,
        "item": asked.items,
        "hour": asked.hours,
        "weekday": asked.weekdays,
        "precinct": asked.precincts,
        "origin": asked.origins,
    }
    for column, codes in columns.items():
        if codes is not None:
            mask &= frame[column].isin(codes)
    if asked.hours is not None:
        mask &= frame["weekday"] > 0
    return mask


def distance(frame: pd.DataFrame, shape: shapely.Geometry) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Mercator metres from each point to a shape in those metres; infinite where there is no point."""
    lon, lat = frame["lon"].to_numpy(float, na_value=np.nan), frame["lat"].to_numpy(float, na_value=np.nan)
    known = ~np.isnan(lon)
    found = np.full(len(frame), np.inf)
    found[known] = shapely.distance(shape, shapely.points(*mercator(lon[known], lat[known])))
    return found


# --- in the record ----------------------------------------------------------------------------------------------


def make_ground(connection: Connection, synthetic: Sequence[int] = ()) -> None:
    """Two sources with clocks of their own, and three precincts without outlines."""
    for number, zone in ZONES.items():
        known = {"id": number, "name": f"source {number}", "zone": zone, "synthetic": number in synthetic}
        connection.execute(insert(sources).values(known))
    for number, code in enumerate(PRECINCTS, start=1):
        known = {"id": number, "code": code, "name": code.title(), "level": "precinct", "origin": "test"}
        connection.execute(insert(areas).values(known))


def store_batch(connection: Connection, number: int, rows: Sequence[Row], source: int = 1, **more: Any) -> None:
    """A finished import of these rows."""
    told = {"source_id": source, "status": "loaded", "files": "[]", "actor": "test", "started_at": number}
    told |= {"finished_at": 1_000 + number, "rows": len(rows), "stored": len(rows)}
    connection.execute(insert(batches).values(told | {"id": number} | more))
    if rows:
        connection.execute(insert(incidents), [_kept(one, number) for one in rows])


def _kept(one: Row, batch: int) -> Row:
    numbers = {code: number for number, code in enumerate(PRECINCTS, start=1)}
    kept = {name: value for name, value in one.items() if name != "precinct"}
    told = {"key": one["id"], "batch_id": batch, "weapon": "unknown", "label": "LABEL"}
    sensitive = one["type"] in taxonomy().sensitive
    return kept | told | {"precinct_id": numbers.get(one["precinct"]), "sensitive": sensitive}


def day(text: str) -> date:
    return date.fromisoformat(text)


def settle(store: Store, rows: Sequence[Row]) -> Snapshot:
    """Fill an empty record with these incidents, one import for each source, and three precincts side by side."""
    west, south, east, north = BOX
    width = (east - west) / 3
    with store.engine.begin() as connection:
        make_ground(connection)
        for number, code in enumerate(PRECINCTS):
            strip = shapely.box(west + number * width, south, west + (number + 1) * width, north)
            drawn = shapely.to_wkb(shapely.buffer(strip, 0.02, join_style="mitre"))
            connection.execute(update(areas).where(areas.c.code == code).values(geometry=drawn))
        for source in ZONES:
            store_batch(connection, source, [one for one in rows if one["source_id"] == source], source)
    return refresh(store)


def person(*roles: Role, own: Sequence[str] = ()) -> Actor:
    return Actor(7, "ana@ciudad.cl", frozenset(roles), frozenset(own))
