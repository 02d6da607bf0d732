"""Deliveries and their facts in the record: what counts so far, a table put in, refused, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Table, func, insert, select, update

from data_access.importing.storing.writing import insert_all
from data_access.schema import deliveries, estimates, goals, populations, registrations
from domain.errors import Invalid, NotFound
from domain.tables import Delivery, Kind, Problem, Status

FACTS: Mapping[Kind, Table] = {
    Kind.REGISTRATIONS: registrations,
    Kind.POPULATIONS: populations,
    Kind.GOALS: goals,
    Kind.SURVEY: estimates,
}
_REAL = select(deliveries).where(~deliveries.c.synthetic)  # the demo hands in its own
FETCH = 200_000  # rows
TYPES: Mapping[type, Any] = {str: object, int: np.int64, float: np.float64}


def alone(connection: Connection) -> None:
    """Let no other delivery be judged until this transaction ends. SQLite has but one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE deliveries IN SHARE ROW EXCLUSIVE MODE")


# --- facts -----------------------------------------------------------------------------------------------------


def facts(connection: Connection, kind: Kind, columns: tuple[str, ...], synthetic: bool) -> pd.DataFrame:
    """What the deliveries of one sort said, real or the demo's, oldest first; what is null is -1 or ""."""
    table = FACTS[kind]
    chosen = (
        select(*(_filled(table.c[name]) for name in columns))
        .join(deliveries, deliveries.c.id == table.c.delivery_id)
        .where(deliveries.c.status == Status.STORED, deliveries.c.synthetic == synthetic)
        .order_by(table.c.id)
    )
    found = connection.execute(chosen, execution_options={"yield_per": FETCH})
    types = {name: TYPES[table.c[name].type.python_type] for name in columns}
    parts = [pd.DataFrame({name: np.empty(0, kind) for name, kind in types.items()})]
    for rows in found.partitions():
        said = zip(types.items(), zip(*rows, strict=True), strict=True)
        parts.append(pd.DataFrame({name: np.array(values, kind) for (name, kind), values in said}))
    return pd.concat(parts, ignore_index=True)


def _filled(column: Any) -> Any:
    return func.coalesce(column, "" if _is_text(column) else -1).label(column.name) if column.nullable else column


def _is_text(column: Any) -> bool:
    return column.type.python_type is str


def add_facts(connection: Connection, kind: Kind, delivery: int, frame: pd.DataFrame) -> None:
    """Put facts into the record in the order of the frame."""
    table = FACTS[kind]
    named = [column for column in table.columns if column.name in frame.columns]
    columns = {column.name: _nulled(column, frame[column.name]) for column in named}
    columns["delivery_id"] = pa.array(np.full(len(frame), delivery), pa.int64())
    insert_all(connection, table, pa.table(columns))


def _nulled(column: Any, values: pd.Series[Any]) -> pa.Array:
    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    none = values.to_numpy() == ("" if _is_text(column) else -1)
    mask = np.asarray(none, np.bool_) if column.nullable else None
    return pa.array(values.to_numpy(), kinds[column.type.python_type], mask=mask)


# --- deliveries ------------------------------------------------------------------------------------------------


def add(connection: Connection, **told: Any) -> int:
    """A delivery; its problems come as `Problem`s."""
    problems = [{"line": one.line, "reason": one.reason, "details": dict(one.details)} for one in told["problems"]]
    row = {**told, "problems": json.dumps(problems, ensure_ascii=False)}
    made = connection.execute(insert(deliveries).values(row)).inserted_primary_key
    assert made is not None
    return int(made[0])


def withdraw(connection: Connection, number: int) -> Delivery:
    """Its facts count no more. Raises NotFound, or Invalid for one that was refused or withdrawn already."""
    found = get(connection, number)
    if found.status is not Status.STORED:
        raise Invalid("tables.not_stored", delivery=number)
    connection.execute(update(deliveries).where(deliveries.c.id == number).values(status=Status.WITHDRAWN))
    return get(connection, number)


def get(connection: Connection, number: int) -> Delivery:
    """A real delivery. Raises NotFound."""
    row = connection.execute(_REAL.where(deliveries.c.id == number)).mappings().first()
    if row is None:
        raise NotFound("tables.unknown", delivery=number)
    return _delivery(row)


def listing(connection: Connection, offset: int, limit: int) -> tuple[list[Delivery], int]:
    """A page of the real deliveries, newest first, and how many there are."""
    query = _REAL.order_by(deliveries.c.id.desc()).offset(offset).limit(limit)
    total = connection.scalar(select(func.count()).select_from(_REAL.subquery())) or 0
    return [_delivery(row) for row in connection.execute(query).mappings()], total


def _delivery(row: Any) -> Delivery:
    problems = tuple(Problem(one["line"], one["reason"], one["details"]) for one in json.loads(row["problems"]))
    plain = {name: row[name] for name in ("id", "file", "actor", "at", "rows", "stored", "known")}
    return Delivery(**plain, kind=Kind(row["kind"]), status=Status(row["status"]), problems=problems)
