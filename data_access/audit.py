"""The audit log: added to and read, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from data_access.schema import audit
from domain.audit import Event, Wanted


def append(
    connection: Connection,
    at: int,
    actor_id: int | None,
    actor: str,
    action: str,
    object: str,
    details: Mapping[str, object],
) -> None:
    row = {
        "at": at,
        "actor_id": actor_id,
        "actor": actor[:255],
        "action": action,
        "object": object[:200],
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True, default=str),
    }
    connection.execute(insert(audit).values(row))


def read(connection: Connection, wanted: Wanted, offset: int, limit: int) -> tuple[tuple[Event, ...], int]:
    """A page of events, newest first, and how many match in all."""
    conditions = _conditions(wanted)
    total = connection.execute(select(func.count()).select_from(audit).where(*conditions)).scalar_one()
    rows = connection.execute(select(audit).where(*conditions).order_by(audit.c.id.desc()).offset(offset).limit(limit))
    return tuple(_event(row) for row in rows), total


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor:
        conditions.append(audit.c.actor.icontains(wanted.actor, autoescape=True))
    if wanted.action:
        below = audit.c.action.startswith(f"{wanted.action}.", autoescape=True)
        conditions.append((audit.c.action == wanted.action) | below)
    if wanted.since is not None:
        conditions.append(audit.c.at >= wanted.since)
    if wanted.before is not None:
        conditions.append(audit.c.at < wanted.before)
    return conditions


def told(connection: Connection, action: str, actor_id: int, object: str, since: int) -> bool:
    """Whether an action of a person on an object is told already, since an instant."""
    same = (audit.c.at > since, audit.c.actor_id == actor_id, audit.c.action == action, audit.c.object == object)
    return connection.execute(select(audit.c.id).where(*same).limit(1)).first() is not None


def about(connection: Connection, action: str, object: str) -> tuple[Event, ...]:
    """The events of an action on one object, oldest first."""
    matching = (audit.c.action == action, audit.c.object == object)
    rows = connection.execute(select(audit).where(*matching).order_by(audit.c.id))
    return tuple(_event(row) for row in rows)


def _event(row: Row[Any]) -> Event:
    return Event(row.id, row.at, row.actor, row.action, row.object, json.loads(row.details))


def actions(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.execute(select(audit.c.action).distinct().order_by(audit.c.action)).scalars())


def failures(connection: Connection, since: int, address: str, actor: str | None = None) -> tuple[int, int]:
    """Sign-ins that failed from an address since an instant, of one person or of all: how many, and the last one's
    instant. A person's count begins again after each of their sign-ins from there."""
    here = (audit.c.object == address, audit.c.at >= since)
    conditions = [audit.c.action == "sign_in.failed", *here]
    if actor is not None:
        good = select(func.max(audit.c.id)).where(audit.c.action == "sign_in", audit.c.actor == actor, *here)
        last = connection.execute(good).scalar() or 0
        conditions += [audit.c.actor == actor, audit.c.id > last]
    count, at = connection.execute(select(func.count(), func.max(audit.c.at)).where(*conditions)).one()
    return count, at or 0
