"""Footage that must not be deleted: whose, of which camera, from when to when, and until when it is held."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, RowMapping, case, exists, func, insert, select, update

from data_access.desk_schema import events, holds, requests
from domain.errors import Stale
from domain.footage.case import Hold
from domain.footage.states import OPEN


def place(
    connection: Connection,
    request_id: int,
    camera: str,
    starts: int,
    ends: int,
    until: int,
    at: int,
    confirm_by: int,
    kept_until: int | None = None,
) -> int:
    """Ask for a hold; it is safe once a custodian confirmed it. Its number."""
    what = {"request_id": request_id, "camera": camera, "starts": starts, "ends": ends}
    how = {"until": until, "kept_until": kept_until, "placed_at": at, "confirm_by": confirm_by}
    return int(connection.execute(insert(holds).values(**what, **how).returning(holds.c.id)).scalar_one())


def of(connection: Connection, request_id: int) -> tuple[Hold, ...]:
    rows = connection.execute(select(holds).where(holds.c.request_id == request_id).order_by(holds.c.id)).mappings()
    return tuple(_hold(row) for row in rows)


def active(connection: Connection, at: int) -> tuple[Hold, ...]:
    """Every hold that is not released and has not run out."""
    kept = select(holds).where(holds.c.released_at.is_(None), holds.c.until >= at)
    return tuple(_hold(row) for row in connection.execute(kept.order_by(holds.c.id)).mappings())


def late(connection: Connection, now: int, told: str) -> list[str]:
    """The folios of open cases with a hold that nobody confirmed in time, but those with an event `told` since. What
    the demo made up alarms nobody."""
    waits = (holds.c.confirmed_at.is_(None), holds.c.released_at.is_(None), holds.c.confirm_by < now)
    same = (events.c.folio == requests.c.folio, events.c.action == told, events.c.at >= holds.c.confirm_by)
    found = (
        select(requests.c.folio).join(holds, holds.c.request_id == requests.c.id).where(*waits, ~exists().where(*same))
    )
    open_ones = (requests.c.status.in_(OPEN), ~requests.c.synthetic)
    return sorted(set(connection.scalars(found.where(*open_ones))))


def confirm(connection: Connection, hold: Hold, at: int, actor: str, reference: str, sha256: str | None) -> None:
    """Say that the footage is safe, under which name. Raises Stale("footage.stale") where it was said or let go."""
    values = {"confirmed_at": at, "confirmed_by": actor, "reference": reference, "sha256": sha256}
    waiting = (holds.c.id == hold.id, holds.c.confirmed_at.is_(None), holds.c.released_at.is_(None))
    if connection.execute(update(holds).where(*waiting).values(values)).rowcount != 1:
        raise Stale("footage.stale")


def extend(connection: Connection, request_id: int, until: int) -> None:
    """Hold what a request holds until another day, later or sooner, but no sooner than `keep` said."""
    floor = func.coalesce(holds.c.kept_until, 0)
    connection.execute(update(holds).where(*_mine(request_id)).values(until=case((floor > until, floor), else_=until)))


def keep(connection: Connection, request_id: int, until: int) -> None:
    """Hold what a request holds until a day at least, whatever becomes of it; never less long than before."""
    later = case((holds.c.until > until, holds.c.until), else_=until)
    connection.execute(update(holds).where(*_mine(request_id)).values(until=later, kept_until=later))


def release(connection: Connection, ids: Collection[int], at: int) -> None:
    connection.execute(update(holds).where(holds.c.id.in_(ids), holds.c.released_at.is_(None)).values(released_at=at))


def _mine(request_id: int) -> tuple[ColumnElement[bool], ...]:
    return holds.c.request_id == request_id, holds.c.released_at.is_(None)


def _hold(row: RowMapping) -> Hold:
    return Hold(**{name: row[name] for name in Hold.__slots__})
