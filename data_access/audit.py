"""The audit log: added to and read, never changed, and one chain (`data_access/chaining.py`).

Events from before there was a chain have no hash of their own: the migration that began it folded them into the
`previous` of the first one that has.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from data_access.chaining import FIRST, hashed, missing
from data_access.engine import turn
from data_access.schema import audit
from domain.audit import Event, Wanted

CHAIN = 6_018_443_215  # names the lock that writers of events queue at; any number that is always the same
FIELDS = ("at", "actor_id", "actor", "action", "object", "details", "previous")


@dataclass(frozen=True, slots=True)
class Chain:
    """What a look at the whole chain found. `broken` are the numbers of events that do not follow from the one before,
    `unchained` is how many lie before its first hash, `lost` what was written down elsewhere and is not in it."""

    count: int
    unchained: int
    head: str
    broken: tuple[int, ...]
    lost: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.broken and not self.lost


def append(
    connection: Connection,
    at: int,
    actor_id: int | None,
    actor: str,
    action: str,
    object: str,
    details: Mapping[str, object],
) -> None:
    """Add an event to the end of the chain, which is this transaction's until it ends: let this be its last step."""
    turn(connection, CHAIN)
    row = {
        "at": at,
        "actor_id": actor_id,
        "actor": actor[:255],
        "action": action,
        "object": object[:200],
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True, default=str),
        "previous": head(connection),
    }
    row["hash"] = hashed(row, FIELDS)
    connection.execute(insert(audit).values(row))


def head(connection: Connection) -> str:
    """The hash of the last event."""
    return connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar() or FIRST


def verify(connection: Connection, heads: Collection[str] = ()) -> Chain:
    """Compute every hash again, and look for those that were written down: they must stay in the chain for good."""
    count, unchained, previous, broken, last = 0, 0, FIRST, [], 0
    rows = connection.execute(select(audit).order_by(audit.c.id).execution_options(yield_per=1_000))
    for row in rows.mappings():
        found = hashed({**row, "previous": previous}, FIELDS)
        if row["hash"] is None and count == unchained:
            unchained += 1
        elif row["previous"] != previous or row["hash"] != found:
            broken.append(row["id"])
        count, previous, last = count + 1, row["hash"] or found, row["id"]
    if last and count == unchained:  # none holds what lies before it
        broken.append(last)
    return Chain(count, unchained, previous, tuple(broken), missing(connection, audit.c.hash, heads))


def read(
    connection: Connection, wanted: Wanted, offset: int, limit: int, hidden: str = ""
) -> tuple[tuple[Event, ...], int]:
    """A page of events, newest first, and how many match in all, without the actions that begin with `hidden`."""
    conditions = [*_conditions(wanted), *_without(hidden)]
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


def actions(connection: Connection, hidden: str = "") -> tuple[str, ...]:
    """Every action so far, without those that begin with `hidden`."""
    found = select(audit.c.action).where(*_without(hidden)).distinct().order_by(audit.c.action)
    return tuple(connection.execute(found).scalars())


def _without(hidden: str) -> list[ColumnElement[bool]]:
    return [~audit.c.action.startswith(hidden, autoescape=True)] if hidden else []


def failures(connection: Connection, since: int, address: str, actor: str | None = None) -> tuple[int, int]:
    """Sign-ins that failed from an address since an instant, of one person or of all: how many, and the last one's
    instant. A person's count begins again after each of their sign-ins from there."""
    here = (audit.c.object == address, audit.c.at >= since)
    conditions = [audit.c.action == "sign_in.failed", *here]
    if actor is not None:
        good = select(func.max(audit.c.id)).where(audit.c.action == "sign_in", audit.c.actor == actor, *here)
        last = connection.execute(good).scalar() or 0
        conditions += [audit.c.actor == actor, audit.c.id > last]
    return _counted(connection, *conditions)


def refusals(connection: Connection, action: str, since: int, actor: str) -> tuple[int, int]:
    """Events of an action by one person since an instant, from wherever: how many, and the last one's instant."""
    return _counted(connection, audit.c.action == action, audit.c.at >= since, audit.c.actor == actor)


def _counted(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[int, int]:
    count, at = connection.execute(select(func.count(), func.max(audit.c.at)).where(*conditions)).one()
    return count, at or 0
