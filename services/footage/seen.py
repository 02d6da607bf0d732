"""Who opened what of a case, in its chain: once an hour for each person and thing, so that a page that is loaded again
waits for nobody."""

from __future__ import annotations

from collections.abc import Sequence

from data_access.desk import Desk, events
from domain.footage.case import Link
from domain.people import Actor
from services import clock

HOUR = 3_600  # seconds


def tell(desk: Desk, actor: Actor, folio: str, action: str, **details: object) -> None:
    """Add the event of an opening, unless this person's last one of the same is no hour old."""

    def told(links: Sequence[Link]) -> bool:
        mine = (one for one in links if (one.actor, one.action, one.details) == (actor.email, action, details))
        return any(one.at > now - HOUR for one in mine)

    now = clock.now()
    with desk.engine.connect() as connection:
        if told(events.of(connection, folio)):
            return
    with desk.writing() as connection:
        if not told(events.of(connection, folio)):
            events.append(connection, folio, now, actor.email, action, details)
