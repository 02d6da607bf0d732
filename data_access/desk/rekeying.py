"""Everything sealed, encrypted anew with the first key, a batch at a time, while the desk works."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Table, select, update

from data_access.desk import Desk
from data_access.desk.requests import document_of, sealed_as
from data_access.desk.sealing import Seal
from data_access.desk_schema import evidence, outbox, requests, texts
from data_access.engine import writing
from domain.errors import Stale

BATCH = 500
TABLES = (requests, texts, evidence, outbox)


def rekey(desk: Desk, told: Callable[[str, int], None] = lambda _table, _rows: None) -> int:
    """How many values were encrypted anew. May be interrupted and run again. Raises Stale("desk.sealed")."""
    total = 0
    for table in TABLES:
        last: int | str | None = None
        while True:
            with writing(desk.engine) as connection:
                last, rows = _batch(connection, desk.seal, table, last)
            total += rows
            told(table.name, rows)
            if rows < BATCH:
                break
    return total


def opens(connection: Connection, seal: Seal) -> bool:
    """Whether the keys open the oldest and the newest request that still holds who asked."""
    held = select(requests.c.sealed).where(requests.c.sealed.is_not(None)).limit(1)
    for order in (requests.c.id.asc(), requests.c.id.desc()):
        sealed = connection.execute(held.order_by(order)).scalar()
        try:
            _ = sealed is None or seal.renewed(sealed)
        except Stale:
            return False
    return True


def _batch(connection: Connection, seal: Seal, table: Table, last: int | str | None) -> tuple[int | str | None, int]:
    found = select(table).where(table.c.sealed.is_not(None)).order_by(table.c.id).limit(BATCH).with_for_update()
    rows = connection.execute(found if last is None else found.where(table.c.id > last)).mappings().all()
    for row in rows:
        values: dict[str, object] = {"sealed": seal.renewed(row["sealed"])}
        if table is requests and row["document"]:
            who = seal.unseal(sealed_as(row["folio"]), row["sealed"])
            values["document"] = seal.hashed("document", document_of(who))
        connection.execute(update(table).where(table.c.id == row["id"]).values(values))
    return (rows[-1]["id"] if rows else last), len(rows)
