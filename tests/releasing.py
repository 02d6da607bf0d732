"""A city small enough to count by hand and large enough to publish: two precincts, one of them with four zones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, delete, insert, text

from data_access.desk import Desk
from data_access.releases import reading
from data_access.releases.reading import Release
from data_access.schema import batches, incidents, sources
from data_access.schema import releases as made_table
from data_access.store import Store
from domain.people import Actor, Role
from domain.release.lattice import RESIDENTS, TABLES
from services import releases
from tests.squares import at, draw, square

TYPES = ("theft.shop", "theft.other", "robbery.street", "burglary.home", "damage.property", "homicide.intentional")
SENSITIVE = ("sexual.rape", "family.violence", "other.suicide")
DAY = 86_400
START = int(np.datetime64("2024-01-01").astype("datetime64[s]").astype(int))

BUILDER = Actor(11, "ana@ciudad.cl", frozenset({Role.ANALYST}))
SECOND = Actor(12, "bruno@ciudad.cl", frozenset({Role.TRANSPARENCY}))
BOTH = Actor(13, "carla@ciudad.cl", frozenset({Role.ANALYST, Role.TRANSPARENCY}))


def city(engine: Engine, rows: int = 4_000, days: int = 560, seed: int = 1, hidden: int = 120) -> None:
    """Incidents from January 2024 on; `hidden` of them are sensitive."""
    with engine.begin() as connection:
        north = draw(connection, "norte", square(0, 0, 4), population=9_000)
        south = draw(connection, "sur", square(4, 0, 4), population=700)
        people = (4_000, 3_000, 1_700, 300)
        zones = [
            draw(connection, f"norte-{n}", square(n % 2 * 2, n // 2 * 2, 2), "zone", parent_id=north, population=p)
            for n, p in enumerate(people)
        ]
        source = _made(connection, sources, name="test", zone="UTC", synthetic=False)
        told = {"files": "[]", "actor": "a", "started_at": 1, "rows": rows, "stored": rows, "finished_at": 2}
        batch = _made(connection, batches, source_id=source, status="loaded", **told)
        made = _rows(np.random.default_rng(seed), rows, days, hidden, (north, south), zones)
        connection.execute(insert(incidents), [one | {"source_id": source, "batch_id": batch} for one in made])


def _made(connection: Any, table: Any, **row: Any) -> int:
    return int(connection.execute(insert(table).values(row)).inserted_primary_key[0])


def _rows(
    rng: np.random.Generator, rows: int, days: int, hidden: int, precincts: tuple[int, int], zones: list[int]
) -> Iterator[dict[str, Any]]:
    for number in range(rows):
        secret = number < hidden
        kind = rng.choice(SENSITIVE) if secret else rng.choice(TYPES, p=[0.4, 0.25, 0.2, 0.1, 0.04, 0.01])
        zone = zones[rng.integers(4)] if rng.random() < 0.7 else None
        place = rng.random()
        precinct = precincts[0] if zone else precincts[1] if place < 0.9 else None
        yield incident(number, str(kind), START + int(rng.integers(days * DAY)), precinct, zone)


def incident(key: int, kind: str, at_second: int, precinct: int | None, zone: int | None) -> dict[str, Any]:
    """One row of the record, without its source and batch."""
    lon, lat = at(1, 1)
    return {
        "key": key,
        "occurred_from": at_second,
        "precision": "minute",
        "type": kind,
        "vehicle": "foot",
        "item": "phone",
        "weapon": "none",
        "label": "LABEL",
        "lon": lon,
        "lat": lat,
        "location": "point",
        "precinct_id": precinct,
        "zone_id": zone,
        "origin": "formal",
        "sensitive": kind in SENSITIVE,
    }


def tables(folder: Path) -> dict[str, bytes]:
    """Every file of a release by its name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def instant(text: str) -> int:
    return int(np.datetime64(date.fromisoformat(text)).astype("datetime64[s]").astype(int)) + DAY // 2


def built(store: Store, desk: Desk, folder: Path) -> Release:
    """A draft of the record as it is, whatever was built before."""
    with store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS releases_delete"))
        connection.execute(delete(made_table))
    other = replace(store, published=folder)
    return reading.draft(folder, releases.build(other, desk, BUILDER).number)


def check_zones(release: Release) -> None:
    """Every zone has enough residents, or is a precinct by itself."""
    for zone in release.rows("areas", level="zone"):
        alone = zone["code"] == zone["precinct"] and zone["residents"] is None
        assert alone or zone["residents"] >= RESIDENTS


def check_contents(release: Release) -> None:
    """Nothing finer than a month, no point, no row of the record, no forecast where none was made, all rounded."""
    assert not [name for name in release.files if re.search(r"forecast|risk|target|predict", name)]
    for table in TABLES:
        assert all(count % 5 == 0 for count in release.table(table.name)["count"].to_pylist())
        assert not re.search(rb"\d{4}-\d{2}-\d{2}|\d{2}:\d{2}", release.bytes(f"{table.name}.csv"))
    for shapes in ("zones", "precincts"):
        kinds = {feature["geometry"]["type"] for feature in release.shapes(shapes)["features"]}
        assert kinds <= {"Polygon", "MultiPolygon"}
    for name in ("request_statistics", "use"):
        for row in release.rows(name):
            assert row["count"] is None or row["count"] % 5 == 0
