"""What waits to be sent. A letter is written in the transaction of what it tells of, and so is there or both are not.

A worker takes a letter by putting its next try off, in a transaction of its own, and sends it after that: no two send
the same one, and one whose worker died is taken again when that time comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from data_access.desk.sealing import Seal
from data_access.desk_schema import outbox, requests
from domain.errors import NotFound

WAITING, SENT, FAILED, KEPT = "waiting", "sent", "failed", "kept"
FIRST_DELAY, LONGEST_DELAY = 300, 14_400  # seconds; longer than a server is waited for


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom, and what. `to` is empty where it is to be handed over."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A letter as the outbox lists it, without what it says. `next_at` is when it is tried next, or was written;
    `readable` until what it said is deleted."""

    id: int
    request_id: int
    folio: str
    template: str
    language: str
    status: str
    tries: int
    next_at: int
    sent_at: int | None
    readable: bool


def add(
    connection: Connection, seal: Seal, request_id: int, template: str, language: str, letter: Letter, at: int
) -> int:
    """Put a letter in; it waits where it has an address, and is kept to be handed over where it has none."""
    row = {
        "request_id": request_id,
        "template": template,
        "language": language,
        "sealed": seal.seal(_of(request_id), [letter.to, letter.subject, letter.text]),
        "status": WAITING if letter.to else KEPT,
        "tries": 0,
        "next_at": at,
    }
    return int(connection.execute(insert(outbox).values(row).returning(outbox.c.id)).scalar_one())


def any_due(connection: Connection, now: int) -> bool:
    """Whether a letter waits to be sent now."""
    due = select(outbox.c.id).where(outbox.c.status == WAITING, outbox.c.next_at <= now).limit(1)
    return connection.execute(due).first() is not None


def claim(connection: Connection, now: int) -> Entry | None:
    """Take the letter that has waited longest and put its next try off; None where none is due."""
    due = (outbox.c.status == WAITING, outbox.c.next_at <= now)
    oldest = select(outbox.c.id, outbox.c.tries).where(*due).order_by(outbox.c.next_at, outbox.c.id).limit(1)
    row = connection.execute(oldest.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    later = {"tries": row.tries + 1, "next_at": now + delay(row.tries + 1)}
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(later))
    return entry(connection, row.id)


def delay(tries: int) -> int:
    """Seconds until the next try: five minutes, twice as long after each, four hours at most."""
    return min(FIRST_DELAY << min(tries - 1, 20), LONGEST_DELAY)


def put_off(connection: Connection, now: int, until: int) -> None:
    """Let everything that is due wait: the server takes nothing."""
    due = (outbox.c.status == WAITING, outbox.c.next_at <= now)
    connection.execute(update(outbox).where(*due).values(next_at=until))


def hurry(connection: Connection, now: int) -> None:
    """Let everything that waits be due."""
    connection.execute(update(outbox).where(outbox.c.status == WAITING, outbox.c.next_at > now).values(next_at=now))


def close(connection: Connection, id: int, status: str, at: int | None = None) -> None:
    """Say what became of a letter: sent, or handed over, at an instant; or failed."""
    connection.execute(update(outbox).where(outbox.c.id == id).values(status=status, sent_at=at))


def entry(connection: Connection, id: int) -> Entry:
    """Raises NotFound."""
    found = _entries(connection, outbox.c.id == id)
    if not found:
        raise NotFound("letters.unknown", letter=str(id))
    return found[0]


def entries(connection: Connection, *statuses: str) -> list[Entry]:
    """Letters of these statuses, or all, oldest first."""
    return _entries(connection, outbox.c.status.in_(statuses) if statuses else outbox.c.id > 0)


def of_case(connection: Connection, request_id: int) -> list[Entry]:
    """The letters of a case, oldest first."""
    return _entries(connection, outbox.c.request_id == request_id)


def _entries(connection: Connection, condition: ColumnElement[bool]) -> list[Entry]:
    fields = ("id", "request_id", "template", "language", "status", "tries", "next_at", "sent_at")
    columns = [outbox.c[name] for name in fields]
    readable = outbox.c.sealed.is_not(None).label("readable")
    query = select(*columns, readable, requests.c.folio).join(requests).where(condition).order_by(outbox.c.id)
    return [Entry(**row._asdict()) for row in connection.execute(query)]


def read(connection: Connection, seal: Seal, id: int) -> Letter:
    """What a letter says. Raises NotFound where there is none, or where what it said was deleted."""
    row: Any = connection.execute(select(outbox.c.request_id, outbox.c.sealed).where(outbox.c.id == id)).first()
    if row is None or not row.sealed:
        raise NotFound("letters.unknown", letter=str(id))
    return Letter(*seal.unseal(_of(row.request_id), row.sealed))


def forget_letter(connection: Connection, id: int) -> int:
    """Delete what a letter said; that it was written stays. 0 where it was deleted before."""
    return _forget(connection, outbox.c.id == id)


def forget_case(connection: Connection, request_id: int) -> int:
    """Delete what the letters of a case said; how many."""
    return _forget(connection, outbox.c.request_id == request_id)


def _forget(connection: Connection, condition: ColumnElement[bool]) -> int:
    still = (outbox.c.sealed.is_not(None), condition)
    return connection.execute(update(outbox).where(*still).values(sealed=None)).rowcount


def _of(request_id: int) -> str:
    return f"outbox {request_id}"
