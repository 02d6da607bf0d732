"""Who agreed to which ending of a case, as the case stood then. When the case moves, nobody has agreed any more."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from data_access.desk_schema import agreements
from domain.errors import Stale
from domain.footage.case import Agreement, Case
from domain.footage.states import Resolution


def add(connection: Connection, case: Case, resolution: Resolution, actor: str, at: int) -> None:
    """Raises Stale("footage.agreed_already") where this person did so already."""
    if any(one.resolution is resolution and one.actor == actor for one in of(connection, case)):
        raise Stale("footage.agreed_already")
    row = {"request_id": case.id, "version": case.version, "resolution": str(resolution), "actor": actor, "at": at}
    connection.execute(insert(agreements).values(row))


def of(connection: Connection, case: Case) -> tuple[Agreement, ...]:
    """The agreements to the case as it stands."""
    standing = (agreements.c.request_id == case.id, agreements.c.version == case.version)
    rows = connection.execute(select(agreements).where(*standing).order_by(agreements.c.id))
    return tuple(Agreement(Resolution(row.resolution), row.actor, row.at) for row in rows)
