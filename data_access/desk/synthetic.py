"""The demo's requests: whether there are any, and taking them out. What the chain says of them stays in it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, select, update

from data_access.desk import events
from data_access.desk_schema import agreements, evidence, grants, holds, outbox, requests, texts


def are_there(connection: Connection) -> bool:
    return bool(connection.scalar(select(exists().where(requests.c.synthetic))))


def real_are_there(connection: Connection) -> bool:
    """Whether somebody's own request is here."""
    return bool(connection.scalar(select(exists().where(~requests.c.synthetic))))


def files(connection: Connection) -> list[str]:
    """The numbers of the demo's files."""
    query = select(evidence.c.id).join(requests, requests.c.id == evidence.c.request_id)
    return list(connection.scalars(query.where(requests.c.synthetic)))


def hand_out_letters(connection: Connection, before: int) -> None:
    """Say of the demo's letters from before an instant that they were handed over when they were written."""
    mine = and_(_of(outbox.c.request_id), outbox.c.next_at < before)
    connection.execute(update(outbox).where(mine).values(status="sent", sent_at=outbox.c.next_at))


def remove(connection: Connection, at: int, actor: str) -> int:
    """Take every made-up request out, with all that hangs on it but files on disk; how many."""
    folios = list(connection.scalars(select(requests.c.folio).where(requests.c.synthetic).order_by(requests.c.id)))
    mine = select(evidence.c.id).where(_of(evidence.c.request_id))
    connection.execute(delete(grants).where(grants.c.evidence_id.in_(mine)))
    for table in (evidence, agreements, outbox, holds, texts):
        connection.execute(delete(table).where(_of(table.c.request_id)))
    connection.execute(delete(requests).where(requests.c.synthetic))
    told = {"at": at, "actor": actor, "action": events.REMOVED, "details": {}, "before": None, "after": None}
    events.extend(connection, [{"folio": folio, **told} for folio in folios])
    return len(folios)


def _of(request_id: ColumnElement[int]) -> ColumnElement[bool]:
    return request_id.in_(select(requests.c.id).where(requests.c.synthetic))
