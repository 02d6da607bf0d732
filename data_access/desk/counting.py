"""What the statistics of requests are counted from: no word of who asked, where or when it happened."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, exists, func, select

from analytics.requests import Appeal, Asked, Kept
from data_access.desk_schema import events, holds, requests
from domain.footage.states import Resolution, Status

IMPORTED = "import"  # the channel of a history, which tells months and not days
ANSWERED = (Status.READY, Status.DELIVERED, Status.CLOSED)


def shown(connection: Connection) -> ColumnElement[bool]:
    """The real requests, or the demo's while there are none."""
    real = bool(connection.scalar(select(exists(select(requests.c.id).where(~requests.c.synthetic)))))
    return requests.c.synthetic == (not real)


def first(connection: Connection, which: ColumnElement[bool]) -> int | None:
    """When the oldest of some requests was received."""
    oldest: int | None = connection.scalar(select(func.min(requests.c.received_at)).where(which))
    return oldest


def asked(connection: Connection, which: ColumnElement[bool], zone: str) -> list[Asked]:
    """Some requests as they are counted, on a zone's days."""
    here = _Days(zone)
    answers, facts, held, costs = _answers(connection), _facts(connection), _held(connection), _costs(connection)
    columns = [requests.c[name] for name in ("id", "folio", "kind", "channel", "resolution")]
    instants = [requests.c[name] for name in ("received_at", "due_at", "closed_at")]
    found = []
    for row in connection.execute(select(*columns, *instants).where(which)):
        answered = answers.get(row.folio, row.closed_at)
        confirmed, wanted = held.get(row.id, (0, 0))
        told = facts.get(row.folio, {})
        found.append(
            Asked(
                kind=row.kind,
                channel=row.channel,
                received=here.day(row.received_at),
                answered=None if answered is None else here.day(answered),
                due=None if row.due_at is None else here.day(row.due_at - 1),
                resolution=row.resolution,
                reason=str(told.get("reason", "")) if row.resolution == Resolution.NOT_HELD else "",
                ground=str(told.get("ground", "")) if row.resolution == Resolution.DENIED else "",
                to_hold=wanted,
                held=confirmed,
                cost=costs.get(row.folio, 0),
                timed=row.channel != IMPORTED,
            )
        )
    return found


def appeals(connection: Connection, which: ColumnElement[bool], zone: str) -> list[Appeal]:
    """The appeals of some requests, each with the decision that came next."""
    here = _Days(zone)
    query = select(events.c.folio, events.c.at, events.c.after, events.c.details)
    query = query.join(requests, requests.c.folio == events.c.folio).where(which)
    query = query.where((events.c.after == Status.APPEAL) | (events.c.before == Status.APPEAL)).order_by(events.c.id)
    found: list[Appeal] = []
    waiting: dict[str, int] = {}
    for row in connection.execute(query):
        if row.after == Status.APPEAL:
            waiting[row.folio] = len(found)
            found.append(Appeal(here.day(row.at)))
        elif row.folio in waiting:
            place, outcome = waiting.pop(row.folio), str(json.loads(row.details).get("outcome", ""))
            found[place] = Appeal(found[place].made, here.day(row.at), outcome)
    return found


def kept(connection: Connection, which: ColumnElement[bool], zone: str) -> list[Kept]:
    """The holds of some requests."""
    here = _Days(zone)
    query = select(holds.c.placed_at, holds.c.released_at).join(requests).where(which)
    return [Kept(here.day(placed), released and here.day(released)) for placed, released in connection.execute(query)]


def _answers(connection: Connection) -> dict[str, int]:
    """When each case was first answered."""
    query = (
        select(events.c.folio, func.min(events.c.at).label("at"))
        .where(events.c.after.in_(ANSWERED))
        .group_by(events.c.folio)
    )
    return {row.folio: row.at for row in connection.execute(query)}


def _facts(connection: Connection) -> dict[str, dict[str, Any]]:
    """What was told with the last ending of each case."""
    query = select(events.c.folio, events.c.details).where(events.c.after == Status.CLOSED).order_by(events.c.id)
    return {folio: json.loads(details) for folio, details in connection.execute(query)}


def _costs(connection: Connection) -> dict[str, int]:
    """What was charged when a case was handed over, where anything was told of it."""
    query = select(events.c.folio, events.c.details).where(events.c.after == Status.DELIVERED).order_by(events.c.id)
    return {folio: int(json.loads(details).get("cost", 0)) for folio, details in connection.execute(query)}


def _held(connection: Connection) -> dict[int, tuple[int, int]]:
    """For each case, how many stretches are known to be kept, and how many were to be."""
    query = select(holds.c.request_id, func.count(holds.c.confirmed_at), func.count()).group_by(holds.c.request_id)
    return {id: (confirmed, wanted) for id, confirmed, wanted in connection.execute(query)}


class _Days(defaultdict[int, date]):
    """Local days of instants, each worked out once."""

    def __init__(self, zone: str) -> None:
        super().__init__()
        self._zone = ZoneInfo(zone)

    def day(self, instant: int) -> date:
        if instant not in self:
            self[instant] = datetime.fromtimestamp(instant, self._zone).date()
        return self[instant]
