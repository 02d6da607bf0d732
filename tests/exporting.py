"""A small made-up city for the tests of what leaves the portal: two precincts, and incidents that one asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from sqlalchemy import insert

from data_access.schema import areas, batches, incidents, sources
from data_access.store import Store

ZONE = "America/Santiago"
WEST, EAST = "west", "east"
POINTS = {WEST: (-70.65, -33.45), EAST: (-70.55, -33.45)}


def at(text: str) -> int:
    """Seconds of a time on the city's clock."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def incident(day: str = "2026-11-10 12:00", precinct: str | None = WEST, **changes: Any) -> dict[str, Any]:
    """A street robbery at noon in the west, but for what is changed; `precinct` None has no point either."""
    lon, lat = POINTS[precinct] if precinct else (None, None)
    row = {
        "occurred_from": at(day),
        "precision": "minute",
        "type": "robbery.street",
        "vehicle": "on_foot",
        "item": "phone",
        "weapon": "unknown",
        "label": "ROBO",
        "lon": lon,
        "lat": lat,
        "location": "point" if precinct else "missing",
        "precinct": precinct,
        "origin": "formal",
        "sensitive": False,
    }
    return row | changes


def fill(store: Store, rows: Sequence[dict[str, Any]], synthetic: bool = False) -> None:
    """Put a city with these incidents, and no others, into an empty record."""
    boxes = {WEST: shapely.box(-70.7, -33.5, -70.6, -33.4), EAST: shapely.box(-70.6, -33.5, -70.5, -33.4)}
    with store.engine.begin() as connection:
        for number, (code, box) in enumerate(boxes.items(), start=1):
            row = {"id": number, "code": code, "name": f"Ñuble {code}", "level": "precinct", "origin": "test"}
            connection.execute(insert(areas).values(**row, geometry=shapely.to_wkb(box)))
        connection.execute(insert(sources).values(id=1, name="test", zone=ZONE, synthetic=synthetic))
        told = {"files": "[]", "actor": "test", "started_at": 1, "finished_at": at("2026-11-21 04:10")}
        connection.execute(
            insert(batches).values(id=1, source_id=1, status="loaded", rows=len(rows), stored=len(rows), **told)
        )
        numbers = {WEST: 1, EAST: 2, None: None}
        kept = [
            {**row, "id": key, "key": key, "source_id": 1, "batch_id": 1, "precinct_id": numbers[row["precinct"]]}
            for key, row in enumerate(rows, start=1)
        ]
        for row in kept:
            del row["precinct"]
            connection.execute(insert(incidents).values(**row))
