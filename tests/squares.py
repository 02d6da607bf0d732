"""Made-up areas: squares on a grid of hundredths of a degree, and files of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Connection, Engine, insert

from data_access.schema import areas, batches, incidents, sources

WEST, SOUTH, SIDE = -70.0, -33.0, 0.01


def square(column: float, row: float, side: float = 1) -> shapely.Polygon:
    """The square whose lower left corner is at this column and row of the grid."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + side * SIDE, south + side * SIDE)


def at(column: float, row: float) -> tuple[float, float]:
    """A point of the grid, as (lon, lat)."""
    return WEST + column * SIDE, SOUTH + row * SIDE


def draw(connection: Connection, code: str, shape: Any = None, level: str = "precinct", **more: Any) -> int:
    """Put an area in the record; returns its id."""
    row = {"code": code, "name": code, "level": level, "origin": "test", "synthetic": False, **more}
    row["geometry"] = None if shape is None else shapely.to_wkb(shape)
    return int(connection.execute(insert(areas).values(row)).inserted_primary_key[0])  # type: ignore[index]


def happen(engine: Engine, points: list[tuple[float, float] | None], synthetic: bool = False, **more: Any) -> list[int]:
    """Put incidents in the record, one for each point or None; returns their ids."""
    name = "demo" if synthetic else "test"
    with engine.begin() as connection:
        source = _made(connection, sources, name=name, zone="UTC", synthetic=synthetic)
        batch = {"files": "[]", "actor": "a", "started_at": 1, "rows": len(points), "stored": len(points)}
        batch_id = _made(connection, batches, source_id=source, status="loaded", **batch)
        return [
            _made(connection, incidents, **(_incident(number, point) | more), source_id=source, batch_id=batch_id)
            for number, point in enumerate(points)
        ]


def _made(connection: Connection, table: Any, **row: Any) -> int:
    return int(connection.execute(insert(table).values(row)).inserted_primary_key[0])  # type: ignore[index]


def _incident(number: int, point: tuple[float, float] | None) -> dict[str, Any]:
    lon, lat = point or (None, None)
    told = {"type": "robbery.street", "vehicle": "foot", "item": "phone", "weapon": "none", "label": "robo"}
    when = {"occurred_from": 1_790_000_000, "precision": "minute", "origin": "formal", "sensitive": False}
    return {"key": number, "lon": lon, "lat": lat, "location": "point" if point else "missing", **told, **when}


def geojson(path: Path, *rows: tuple[Any, dict[str, Any]], crs: str | None = None) -> Path:
    """A GeoJSON file of (shape, properties)."""
    features = [
        {"type": "Feature", "properties": told, "geometry": shape and json.loads(shapely.to_geojson(shape))}
        for shape, told in rows
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        whole["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path
