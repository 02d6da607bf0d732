"""Releases in the record: who built them, who decided."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from data_access.schema import releases
from domain.errors import NotFound, Stale
from domain.release.made import Made, Status


def add(connection: Connection, made: Made) -> None:
    row = {name: getattr(made, name) for name in Made.__slots__}
    connection.execute(insert(releases).values(row | {"log": json.dumps(made.log, ensure_ascii=False)}))


def next_number(connection: Connection) -> int:
    return (connection.scalar(select(func.max(releases.c.number))) or 0) + 1


def get(connection: Connection, number: int) -> Made:
    """Raises NotFound."""
    row = connection.execute(select(releases).where(releases.c.number == number)).first()
    if row is None:
        raise NotFound("release.unknown", number=str(number))
    return _made(row)


def listing(connection: Connection) -> list[Made]:
    """All releases, the newest first."""
    return [_made(row) for row in connection.execute(select(releases).order_by(releases.c.number.desc()))]


def decide(connection: Connection, number: int, status: Status, actor: str, at: int, reason: str = "") -> None:
    """Approve or reject a draft. Raises Stale where somebody else did already."""
    waiting = update(releases).where(releases.c.number == number, releases.c.status == Status.DRAFT)
    values = {"status": status, "decided_by": actor, "decided_at": at, "reason": reason}
    if not connection.execute(waiting.values(**values)).rowcount:
        raise Stale("stale")


def forget_synthetic(connection: Connection) -> list[int]:
    """Take out the demo's releases; their numbers."""
    gone = list(connection.scalars(select(releases.c.number).where(releases.c.synthetic)))
    connection.execute(delete(releases).where(releases.c.synthetic))
    return gone


def _made(row: Row[Any]) -> Made:
    told = row._asdict()
    return Made(**told | {"status": Status(told["status"]), "log": json.loads(told["log"])})
