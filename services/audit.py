"""The audit log: who did what, when. Anything may be added, nothing changed; reading it needs a permission.

Details name what was done (a filter, a file, a role), never a password, a token or a fact about a victim.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from data_access import anchors
from data_access import audit as log
from data_access.desk import Desk, events
from data_access.store import Store
from domain.audit import Event, Wanted
from domain.people import Actor, Permission, may, require
from services import clock

CASES = "footage."  # begins every action that tells of a case
AGAIN = 60  # seconds


def record(store: Store, actor: Actor, action: str, object: str = "", **details: object) -> None:
    """Add an event in a transaction of its own."""
    with store.engine.begin() as connection:
        note(connection, actor, action, object, **details)


def note(connection: Connection, actor: Actor, action: str, object: str = "", **details: object) -> None:
    """Add an event in the transaction of what it tells of, so that neither stands without the other."""
    log.append(connection, clock.now(), actor.id or None, actor.email, action, object, details)


def refused(store: Store, actor: Actor, route: str, code: str) -> None:
    """Tell that somebody asked for what is not theirs: once a minute for each route, however often they ask."""
    with store.engine.begin() as connection:
        if not log.told(connection, "refused", actor.id, route, clock.now() - AGAIN):
            note(connection, actor, "refused", route, code=code)


def read(store: Store, actor: Actor, wanted: Wanted, offset: int = 0, limit: int = 50) -> tuple[tuple[Event, ...], int]:
    """A page of events, newest first, and how many match; what tells of a case only for who sees cases. Raises
    Forbidden."""
    require(actor, Permission.AUDIT)
    typed = "".join(letter for letter in wanted.actor if letter.isprintable())
    with store.engine.connect() as connection:
        return log.read(connection, replace(wanted, actor=typed), offset, limit, _hidden(actor))


def actions(store: Store, actor: Actor) -> tuple[str, ...]:
    """The actions that the log knows so far. Raises Forbidden."""
    require(actor, Permission.AUDIT)
    with store.engine.connect() as connection:
        return log.actions(connection, _hidden(actor))


def _hidden(actor: Actor) -> str:
    return "" if may(actor, Permission.CASES) else CASES


def verify(store: Store, actor: Actor, head: str = "") -> log.Chain:
    """Compute every hash of the log again, and look for `head` and for every day's anchor in it. Raises Forbidden."""
    require(actor, Permission.AUDIT)
    heads = [one.audit for one in anchors.read(store.home)]
    with store.engine.connect() as connection:
        return log.verify(connection, [*heads, *([head] if head else [])])


def anchor(store: Store, desk: Desk, now: int) -> None:
    """Once a day, write down where the log and the desk's events end."""
    if not anchors.due(store.home, now):
        return
    with store.engine.connect() as record, desk.engine.connect() as cases:
        anchors.keep(store.home, now, log.head(record), events.head(cases))
