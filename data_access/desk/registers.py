"""The registers in the desk's database: a row for each version of an entry, the newest counts, none is ever changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Select, Table, delete, func, insert, select

from data_access import desk_schema as schema
from domain.registers.agreements import Agreement
from domain.registers.algorithms import Algorithm
from domain.registers.cameras import Camera, Status
from domain.registers.fields import Listed, Value

Written = Mapping[str, Value]
AT_ONCE = 1_000  # rows
Row = TypeVar("Row", bound=Listed)


# --- cameras ---------------------------------------------------------------------------------------------------


def cameras(connection: Connection, before: int | None = None, real: bool = False) -> list[Camera]:
    """The register as it stands, or stood just before an instant, by code.

    The demo's cameras are told only while there is no real one, and never where what is asked for is `real`.
    """
    found = [_camera(row) for row in connection.execute(_newest(schema.cameras, before)).mappings()]
    return _told(found, real)


def camera_history(connection: Connection, code: str) -> list[Camera]:
    """Every version of a camera's entry, oldest first; empty where there is no such camera."""
    rows = connection.execute(_versions(schema.cameras).where(schema.cameras.c.code == code).order_by("id"))
    return [_camera(row) for row in rows.mappings()]


def add_cameras(
    connection: Connection, entries: Mapping[str, Written], at: int, actor: str, synthetic: bool = False
) -> None:
    """Write a new version of each camera's entry, by code."""
    rows = [
        {
            "code": code,
            "at": at,
            "actor": actor,
            "lon": entry["lon"],
            "lat": entry["lat"],
            "active": entry["status"] == Status.ACTIVE,
            "retention_days": entry["retention_days"],
            "entry": _json(entry),
            "synthetic": synthetic,
        }
        for code, entry in entries.items()
    ]
    _insert(connection, schema.cameras, rows)


def retention(connection: Connection, code: str) -> int | None:
    """How many days a camera's footage is kept, as its newest entry says; None where it does not."""
    newest = select(schema.cameras.c.retention_days).where(schema.cameras.c.code == code)
    days: int | None = connection.execute(newest.order_by(schema.cameras.c.id.desc()).limit(1)).scalar()
    return days


# --- algorithms ------------------------------------------------------------------------------------------------


def algorithms(connection: Connection, real: bool = False) -> list[Algorithm]:
    """The register as it stands, by code; the demo's algorithms as the demo's cameras."""
    found = [_algorithm(row) for row in connection.execute(_newest(schema.algorithms)).mappings()]
    return _told(found, real)


def algorithm_history(connection: Connection, code: str) -> list[Algorithm]:
    """Every version of an algorithm's entry, oldest first; empty where there is no such algorithm."""
    rows = connection.execute(_versions(schema.algorithms).where(schema.algorithms.c.code == code).order_by("id"))
    return [_algorithm(row) for row in rows.mappings()]


def algorithm_codes(connection: Connection) -> set[str]:
    """The codes that are taken, the demo's too."""
    return set(connection.scalars(select(schema.algorithms.c.code)))


def add_algorithms(
    connection: Connection, entries: Mapping[str, Written], at: int, actor: str, synthetic: bool = False
) -> None:
    """Write a new version of each algorithm's entry, by code."""
    _insert(connection, schema.algorithms, _plain(entries, at, actor, synthetic))


# --- agreements ------------------------------------------------------------------------------------------------


def agreements(connection: Connection, before: int | None = None, real: bool = False) -> list[Agreement]:
    """The register as it stands, or stood just before an instant, by code; the demo's as the demo's cameras."""
    rows = connection.execute(_newest(schema.sharing, before)).mappings()
    return _told([Agreement(*_said(row)) for row in rows], real)


def agreement_history(connection: Connection, code: str) -> list[Agreement]:
    """Every version of an agreement's entry, oldest first; empty where there is no such agreement."""
    rows = connection.execute(_versions(schema.sharing).where(schema.sharing.c.code == code).order_by("id"))
    return [Agreement(*_said(row)) for row in rows.mappings()]


def agreement_codes(connection: Connection) -> set[str]:
    """The codes that are taken, the demo's too."""
    return set(connection.scalars(select(schema.sharing.c.code)))


def add_agreements(
    connection: Connection, entries: Mapping[str, Written], at: int, actor: str, synthetic: bool = False
) -> None:
    """Write a new version of each agreement's entry, by code."""
    _insert(connection, schema.sharing, _plain(entries, at, actor, synthetic))


# --- all ------------------------------------------------------------------------------------------------------


def remove_synthetic(connection: Connection) -> int:
    """Take the demo's entries out; returns how many cameras it had."""
    gone = connection.execute(delete(schema.cameras).where(schema.cameras.c.synthetic)).rowcount
    for table in (schema.algorithms, schema.sharing):
        connection.execute(delete(table).where(table.c.synthetic))
    return gone


def alone(connection: Connection) -> None:
    """Let no other register be written until this transaction ends. SQLite has but one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE cameras, algorithms, sharing_agreements IN SHARE ROW EXCLUSIVE MODE")


def _plain(entries: Mapping[str, Written], at: int, actor: str, synthetic: bool) -> list[dict[str, object]]:
    return [
        {"code": code, "at": at, "actor": actor, "entry": _json(entry), "synthetic": synthetic}
        for code, entry in entries.items()
    ]


def _told(found: list[Row], real: bool) -> list[Row]:
    kept = [one for one in found if not one.synthetic]
    return kept if real else kept or found


def _versions(table: Table) -> Select[Any]:
    number = func.row_number().over(partition_by=table.c.code, order_by=table.c.id).label("version")
    return select(table, number)


def _newest(table: Table, before: int | None = None) -> Select[Any]:
    versions = _versions(table) if before is None else _versions(table).where(table.c.at < before)
    numbered = versions.subquery()
    last = select(func.max(numbered.c.id)).group_by(numbered.c.code)
    return select(numbered).where(numbered.c.id.in_(last)).order_by(numbered.c.code)


def _camera(row: RowMapping) -> Camera:
    return Camera(*_said(row))


def _algorithm(row: RowMapping) -> Algorithm:
    return Algorithm(*_said(row))


def _said(row: RowMapping) -> tuple[Any, ...]:
    return row["code"], row["version"], row["at"], row["actor"], _entry(row["entry"]), row["synthetic"]


def _json(entry: Written) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)


def _entry(text: str) -> dict[str, Value]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(text).items()}


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(insert(table), list(rows[start : start + AT_ONCE]))
