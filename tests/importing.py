"""A small source for the tests of the importer: a profile with an id, one without, and files for both."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from data_access.importing.storing import batches, loader
from data_access.importing.storing.loader import Order
from data_access.importing.understanding.profile import Profile, parse
from data_access.schema import incidents, sources
from data_access.store import Store
from domain.batches import Batch

HEADER = ("folio", "delito", "fecha", "lat", "lon", "comuna", "nombre_victima")
TABLES: dict[str, Any] = {
    "title": {"es": "Prueba", "en": "Test"},
    "zone": "America/Santiago",
    "columns": {"type": "delito", "datetime": "fecha", "lat": "lat", "lon": "lon", "precinct": "comuna"},
    "labels": {"type": [["^HURTO", "theft.other"], ["^ROBO", "robbery.street"], ["VIOLACION", "sexual.rape"]]},
}
KEYED: Profile = parse("keyed", TABLES | {"columns": TABLES["columns"] | {"id": "folio"}})
PLAIN: Profile = parse("plain", TABLES)
NOW = 1_800_000_000


def row(number: int = 1, **other: str) -> list[str]:
    """One row of a file: a theft whose place and minute follow from its number."""
    usual = {
        "folio": f"F{number}",
        "delito": "HURTO",
        "fecha": f"2024-01-{number % 28 + 1:02d} 10:{number % 60:02d}",
        "lat": f"-33.4{number % 10_000:04d}",
        "lon": "-70.65",
        "comuna": "Centro",
        "nombre_victima": f"Persona {number}",
    }
    return [(usual | other)[name] for name in HEADER]


def write_csv(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def load(store: Store, *paths: Path, profile: Profile = PLAIN, source: str = "city") -> Batch:
    """Import files and return the batch as the record has it; the counts always add up."""
    number = loader.load(store, Order(paths, profile, source, "ana@ciudad.cl"), lambda: NOW)
    batch = find(store, number)
    assert batch.rows == batch.stored + batch.duplicates + batch.rejected
    return batch


def find(store: Store, number: int) -> Batch:
    with store.engine.connect() as connection:
        return batches.get(connection, number)


def count(store: Store) -> int:
    with store.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(incidents)) or 0


def stored(store: Store, source: str = "city") -> list[dict[str, Any]]:
    """The incidents of a source without the numbers that the record gives them."""
    query = select(incidents).join(sources).where(sources.c.name == source).order_by(incidents.c.key)
    with store.engine.connect() as connection:
        rows = [dict(found) for found in connection.execute(query).mappings()]
    return [{name: value for name, value in found.items() if name not in ("id", "source_id")} for found in rows]
