"""Who looked at who asks, out of the chain of events."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from data_access.desk_schema import events
from domain.footage.handling import Act
from domain.footage.review import View

IDENTITY = "identity_viewed"
_PHOTO = and_(events.c.action == str(Act.VIEW), events.c.details.contains('"kind":"photo"', autoescape=True))


def between(connection: Connection, since: int, before: int) -> tuple[View, ...]:
    """The views of a stretch of time, oldest first."""
    inside = (events.c.at >= since, events.c.at < before, or_(events.c.action == IDENTITY, _PHOTO))
    return tuple(_view(row) for row in connection.execute(select(events).where(*inside).order_by(events.c.id)))


def _view(row: Row[Any]) -> View:
    told = json.loads(row.details)
    what, purpose = ("identity", "purpose") if row.action == IDENTITY else ("photo", "use")
    return View(row.id, row.at, row.actor, row.folio, what, str(told.get(purpose, "")), row.hash)
