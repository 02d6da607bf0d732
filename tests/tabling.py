"""Delivered tables for tests: three precincts, one with two neighbourhoods, and files written from rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from data_access.schema import registrations
from data_access.store import Store
from domain.people import SYSTEM
from domain.tables import Counting, Delivery, Kind, Terms
from services import tables
from services.tables import Judged
from tests.squares import draw

PRECINCTS = {"san-miguel": "San Miguel", "la-cisterna": "La Cisterna", "penalolen": "Peñalolén"}
HEADER = ("comisaría", "fecha", "inscritos")


def city(store: Store) -> None:
    with store.engine.begin() as connection:
        ids = {code: draw(connection, code, name=name) for code, name in PRECINCTS.items()}
        for name in ("Llano", "Barrio Sur"):
            code = name.lower().replace(" ", "-")
            draw(connection, code, level="zone", name=name, parent_id=ids["san-miguel"])


def written(path: Path, rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER, delimiter: str = ";") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return path


def deliver(
    store: Store, path: Path, kind: Kind = Kind.REGISTRATIONS, counting: Counting = Counting.CUMULATIVE, **more: Any
) -> Delivery:
    return tables.deliver(store, SYSTEM, path, Terms(kind, counting, **more))


def look(
    store: Store, path: Path, kind: Kind = Kind.REGISTRATIONS, counting: Counting = Counting.CUMULATIVE, **more: Any
) -> Judged:
    return tables.look(store, SYSTEM, path, Terms(kind, counting, **more))


def told(found: Judged | Delivery) -> list[tuple[int, str]]:
    """(line, reason) of every problem."""
    return [(one.line, one.reason) for one in found.problems]


def facts(store: Store, table: Any = registrations) -> list[dict[str, Any]]:
    """Every fact in the order of the record, without the record's own numbers but that of its delivery."""
    with store.engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).mappings()
        return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def count(store: Store, table: Any = registrations) -> int:
    with store.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0
