"""What is due to be deleted, and the one rule of what must not be.

A hold lasts until it is let go or its last day is over; on an open case it lasts until somebody lets it go, whatever
its last day, because such a case must be looked at first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, delete, exists, func, or_, select, update

from data_access.desk_schema import evidence, holds, outbox, requests, tries
from domain.footage.deadlines import Track
from domain.footage.handling import Kind
from domain.footage.states import OPEN, Status

_CLOSED = requests.c.status.not_in(OPEN)


@dataclass(frozen=True, slots=True)
class File:
    """A file that is still there, with what says when it is due; `closed_at` is empty while its case is open."""

    id: str
    kind: str
    sha256: str
    request_id: int
    folio: str
    jurisdiction: str
    closed_at: int | None
    delete_after: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose requester is to be forgotten."""

    folio: str
    closed_at: int


def files(connection: Connection) -> list[File]:
    """Every file that was not destroyed, oldest first."""
    own = [evidence.c[name] for name in ("id", "kind", "sha256", "request_id", "delete_after")]
    query = select(*own, requests.c.folio, requests.c.jurisdiction, requests.c.closed_at, requests.c.status)
    query = query.join(requests).where(evidence.c.destroyed_at.is_(None)).order_by(evidence.c.at, evidence.c.id)
    found = []
    for row in connection.execute(query):
        plain = row._asdict()
        if plain.pop("status") in OPEN:
            plain["closed_at"] = None
        found.append(File(**plain))
    return found


def schedule(connection: Connection, id: str, due: int | None) -> None:
    connection.execute(update(evidence).where(evidence.c.id == id).values(delete_after=due))


def last_hold(connection: Connection, request_id: int) -> int:
    """When the last hold of a case ended, or ends; 0 where there was none."""
    end = case((holds.c.released_at < holds.c.until, holds.c.released_at), else_=holds.c.until)
    return int(connection.scalar(select(func.max(end)).where(holds.c.request_id == request_id)) or 0)


def ended_holds(connection: Connection, now: int) -> list[tuple[str, int, int]]:
    """(folio, number, last instant) of the holds on closed cases that ran out and were not let go."""
    over = (holds.c.released_at.is_(None), holds.c.until < now, _CLOSED)
    query = select(requests.c.folio, holds.c.id, holds.c.until).join(requests).where(*over).order_by(holds.c.id)
    return [(row.folio, row.id, row.until) for row in connection.execute(query)]


def persons(connection: Connection, closed_before: int, now: int) -> list[Due]:
    """The closed cases that still tell who asked, without a hold on them."""
    old = (_CLOSED, requests.c.closed_at <= closed_before, requests.c.sealed.is_not(None))
    query = select(requests.c.folio, requests.c.closed_at).where(*old, ~_held(now)).order_by(requests.c.id)
    return [Due(row.folio, row.closed_at) for row in connection.execute(query)]


def sent_letters(connection: Connection, before: int) -> list[tuple[str, int, int]]:
    """(folio, number, when) of the letters sent before an instant whose words are still there."""
    old = (outbox.c.sent_at < before, outbox.c.sealed.is_not(None))
    query = select(requests.c.folio, outbox.c.id, outbox.c.sent_at).join(requests).where(*old).order_by(outbox.c.id)
    return [(row.folio, row.id, row.sent_at) for row in connection.execute(query)]


def of_status(connection: Connection, status: Status) -> list[str]:
    """The folios of the cases of a status, oldest first."""
    query = select(requests.c.folio).where(requests.c.status == status).order_by(requests.c.id)
    return list(connection.scalars(query))


def of_track(connection: Connection, track: Track) -> list[str]:
    """The folios of the open cases that rest on one track alone, oldest first."""
    query = select(requests.c.folio).where(requests.c.tracks == track, requests.c.status.in_(OPEN))
    return list(connection.scalars(query.order_by(requests.c.id)))


def forget_tries(connection: Connection, before: int) -> None:
    connection.execute(delete(tries).where(tries.c.at <= before))


# --- the rule --------------------------------------------------------------------------------------------------


def case_is_held(connection: Connection, request_id: int, now: int) -> bool:
    """Whether a hold lies on a case."""
    return bool(connection.scalar(select(_held(now)).where(requests.c.id == request_id)))


def file_is_held(connection: Connection, file: File, now: int) -> bool:
    """Whether a file must stay: its case is open or appealed, a hold lies on it, or, for recordings, another case's
    hold lies on the same stretch of the same camera. An upload shows no stretch of any camera."""
    status = connection.execute(select(requests.c.status).where(requests.c.id == file.request_id)).scalar_one()
    if status in OPEN:
        return True
    if file.kind == Kind.PHOTO:  # it was for the search alone
        return False
    if case_is_held(connection, file.request_id, now):
        return True
    return file.kind != Kind.UPLOAD and _covered(connection, file.request_id, now)


def _held(now: int) -> ColumnElement[bool]:
    """Of a row of requests: whether a hold lies on it."""
    lasts = or_(holds.c.until >= now, requests.c.status.in_(OPEN))
    return exists().where(holds.c.request_id == requests.c.id, holds.c.released_at.is_(None), lasts)


def _covered(connection: Connection, request_id: int, now: int) -> bool:
    """Whether a stretch that a case asked for is held for another. A hold without a camera is on all of them."""
    mine, other = holds.alias("mine"), holds.alias("other")
    same = or_(mine.c.camera == other.c.camera, mine.c.camera == "", other.c.camera == "")
    meet = and_(mine.c.starts < other.c.ends, other.c.starts < mine.c.ends)
    lasts = and_(other.c.released_at.is_(None), or_(other.c.until >= now, requests.c.status.in_(OPEN)))
    found = select(other.c.id).select_from(mine.join(other, and_(same, meet)))
    found = found.join(requests, requests.c.id == other.c.request_id).where(mine.c.request_id == request_id, lasts)
    return connection.execute(found.limit(1)).first() is not None
