"""What was written about a case in free words, sealed. The chain only knows that it was written."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from data_access.desk.sealing import Seal
from data_access.desk_schema import texts
from domain.footage.case import Case, Said


def put(connection: Connection, seal: Seal, case: Case, kind: str, at: int, actor: str, text: str) -> None:
    row = {"request_id": case.id, "kind": kind, "at": at, "actor": actor, "sealed": seal.seal(_of(case), text)}
    connection.execute(insert(texts).values(row))


def of(connection: Connection, seal: Seal, case: Case) -> tuple[Said, ...]:
    """Every text of a case, oldest first. Raises Stale("desk.sealed")."""
    rows = connection.execute(select(texts).where(texts.c.request_id == case.id).order_by(texts.c.id))
    return tuple(Said(row.kind, row.at, row.actor, seal.unseal(_of(case), row.sealed)) for row in rows)


def forget(connection: Connection, case: Case) -> None:
    connection.execute(delete(texts).where(texts.c.request_id == case.id))


def _of(case: Case) -> str:
    return f"text {case.folio}"
