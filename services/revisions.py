"""Months of adoption that are closed: written down once as the record stood, and beside it what the record says now.

Deliveries that come later, corrections and withdrawals, change the record and never a closed month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from data_access import closings
from data_access.engine import writing
from data_access.store import Store
from data_access.tables.record import alone
from domain import revisions
from domain.errors import Forbidden, Invalid, NotFound
from domain.people import SYSTEM, Actor, Permission, require
from domain.revisions import Closing, Content, Difference, Month
from services import adoption, audit, clock

EVERYWHERE = timedelta(hours=12)  # a day is over on all clocks of the world twelve hours after it is over in UTC


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a closed month still has the hash that it was closed with."""

    month: str
    sha256: str
    intact: bool


def close(store: Store, actor: Actor, month: str) -> Closing:
    """Write down what the record says of the last day of a month that is over.

    Raises Forbidden, Invalid for a month that is not over or that the data do not reach, NotFound where nothing was
    delivered, and Stale where somebody has closed it already.
    """
    require(actor, Permission.TABLES)
    day = revisions.last_day(month)
    if day > _over():
        raise Invalid("revisions.early", month=month)
    with writing(store.engine) as connection:
        alone(connection)  # what is written down is of one moment
        closed = closings.add(connection, _said(store, day, clock.now(), actor.email))
        audit.note(connection, actor, "adoption.close", month, sha256=closed.sha256)
    return closed


def close_all(store: Store, actor: Actor) -> list[Closing]:
    """Close every month that is over and still open, the oldest first. Raises Forbidden; NotFound without data."""
    require(actor, Permission.TABLES)
    return [close(store, actor, one.month) for one in reversed(listing(store, actor)) if one.closing is None]


def listing(store: Store, actor: Actor) -> tuple[Month, ...]:
    """The months that are over and that the data reach, and whatever else is closed, newest first.

    Raises Forbidden; NotFound where nothing was delivered and nothing is closed.
    """
    require(actor, Permission.ADOPTION)
    with store.engine.connect() as connection:
        closed = {closing.month: closing for closing in closings.listing(connection)}
    try:
        span = adoption.standing(store, SYSTEM)
        over = revisions.months(span.first, min(span.last, _over()))
    except NotFound:
        if not closed:
            raise
        over = []
    return tuple(Month(month, closed.get(month)) for month in sorted({*over, *closed}, reverse=True))


def read(store: Store, actor: Actor, month: str) -> Closing:
    """A closed month, with the outlooks of the precincts whose details the reader may see alone.

    Raises Forbidden, Invalid for what is no month, and NotFound for one that is not closed.
    """
    require(actor, Permission.ADOPTION)
    revisions.last_day(month)
    with store.engine.connect() as connection:
        closed = closings.read(connection, month)
    if not closed.intact:
        raise Invalid("revisions.tampered", month=month)
    return closed.clipped({row["precinct"]: actor.sees(row["precinct"]) for row in closed.content["precincts"]})


def whole(store: Store, actor: Actor, month: str) -> Closing:
    """A closed month as it was hashed, for those who see every precinct; the audit log tells who took it.

    Raises as `read`, and Forbidden for others.
    """
    closed = read(store, actor, month)
    if actor.precincts is not None:
        raise Forbidden("revisions.whole")
    audit.record(store, actor, "export.revisions", month, form="json")
    return closed


def sheet(store: Store, actor: Actor, month: str, precinct: str = "") -> tuple[Closing, tuple[str, ...]]:
    """A closed month and the precincts whose pages the reader gets: the one named, or else all that they may see.

    The audit log tells who took it. Raises as `read`, and Forbidden or NotFound for the precinct named.
    """
    closed = read(store, actor, month)
    codes = [row["precinct"] for row in closed.content["precincts"]]
    if precinct and not actor.sees(precinct):
        raise Forbidden("revisions.precinct")
    if precinct and precinct not in codes:
        raise NotFound("revisions.unknown", precinct=precinct[:80], month=month)
    audit.record(store, actor, "export.revisions", month, form="pdf")
    return closed, (precinct,) if precinct else tuple(filter(actor.sees, codes))


def compare(store: Store, actor: Actor, month: str) -> tuple[Closing, tuple[Difference, ...]]:
    """A closed month, and where the record says something else now of the day that it speaks of. Raises as `read`."""
    closed = read(store, actor, month)
    now: Content | None
    try:
        now = _said(store, revisions.last_day(month), closed.closed_at, closed.actor)
    except (NotFound, Invalid):  # nothing is left that counts, or the data no longer reach that day
        now = None
    return closed, revisions.differences(closed.content, now)


def verify(store: Store, actor: Actor) -> tuple[Checked, ...]:
    """Every closed month, newest first, with its hash computed again. Raises Forbidden."""
    require(actor, Permission.ADOPTION)
    with store.engine.connect() as connection:
        found = [closings.read(connection, one.month) for one in closings.listing(connection)]
    return tuple(Checked(one.month, one.sha256, one.intact) for one in found)


def _said(store: Store, day: date, at: int, closed_by: str) -> Content:
    found = adoption.standing(store, SYSTEM, day)
    curves = adoption.curves(store, SYSTEM, [row.precinct for row in found.rows], day)
    return revisions.content(found, curves, at, closed_by)


def _over() -> date:
    """The last day that is over wherever the city lies."""
    return (datetime.fromtimestamp(clock.now(), UTC) - EVERYWHERE).date() - timedelta(days=1)
