"""Tables that people deliver: looked at, taken whole or refused whole, listed, withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection

from data_access import adoption
from data_access.engine import writing
from data_access.store import Store
from data_access.tables import record
from data_access.tables.judging import Judged, handed, judge
from data_access.tables.reading import headers, kinds_of
from domain.people import Actor, Permission, require
from domain.tables import Delivery, Kind, Status, Terms
from services import audit, clock

__all__ = ["Judged", "deliver", "deliveries", "find", "fitting", "look", "withdraw"]


def fitting(actor: Actor, path: Path) -> list[Kind]:
    """The kinds of table that a file may be by its columns, the best fit first. Raises Forbidden or Invalid."""
    require(actor, Permission.TABLES)
    return kinds_of(headers(path))


def look(store: Store, actor: Actor, path: Path, terms: Terms) -> Judged:
    """Judge a file; nothing is stored. Raises Forbidden, or Invalid for what is no table."""
    require(actor, Permission.TABLES)
    file = handed(path, terms.kind)
    with store.engine.connect() as connection:
        return judge(connection, file, terms, _today())


def deliver(store: Store, actor: Actor, path: Path, terms: Terms) -> Delivery:
    """Take a table whole, or refuse it whole: then the delivery keeps what was wrong and nothing else.

    Facts that the record holds word for word are not stored again, so a file delivered twice adds nothing. Raises
    Forbidden, or Invalid for what is no table.
    """
    require(actor, Permission.TABLES)
    file = handed(path, terms.kind)
    with writing(store.engine) as connection:
        record.alone(connection)
        judged = judge(connection, file, terms, _today())
        number = _keep(connection, actor, judged)
        said = {"kind": terms.kind, "file": judged.file, "rows": judged.rows}
        what = f"delivery {number}"
        audit.note(connection, actor, "tables.refused" if judged.wrong else "tables.delivered", what, **said)
        delivered = record.get(connection, number)
    if terms.kind is Kind.REGISTRATIONS:
        adoption.history(store)  # who delivers waits for it, not the first who reads
    return delivered


def _keep(connection: Connection, actor: Actor, judged: Judged) -> int:
    number = record.add(
        connection,
        kind=judged.kind,
        status=Status.REFUSED if judged.wrong else Status.STORED,
        file=judged.file,
        sha256=judged.sha256,
        actor=actor.email,
        at=clock.now(),
        rows=judged.rows,
        stored=len(judged.frame),
        known=judged.known,
        problems=judged.problems,
        synthetic=False,
    )
    record.add_facts(connection, judged.kind, number, judged.frame)
    return number


def withdraw(store: Store, actor: Actor, number: int) -> Delivery:
    """Let a delivery's facts count no more; they are kept. Raises Forbidden, NotFound or Invalid."""
    require(actor, Permission.TABLES)
    with writing(store.engine) as connection:
        record.alone(connection)
        found = record.withdraw(connection, number)
        audit.note(connection, actor, "tables.withdrawn", f"delivery {number}", kind=found.kind, file=found.file)
    return found


def deliveries(store: Store, actor: Actor, offset: int = 0, limit: int = 50) -> tuple[list[Delivery], int]:
    """A page of deliveries, newest first, and how many there are. Raises Forbidden."""
    require(actor, Permission.TABLES)
    with store.engine.connect() as connection:
        return record.listing(connection, offset, limit)


def find(store: Store, actor: Actor, number: int) -> Delivery:
    """Raises Forbidden or NotFound."""
    require(actor, Permission.TABLES)
    with store.engine.connect() as connection:
        return record.get(connection, number)


def _today() -> date:
    """The newest day that a table may speak of. West of Greenwich the day begins later: there it may be tomorrow's."""
    return datetime.fromtimestamp(clock.now(), UTC).date()
