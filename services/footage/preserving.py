"""Requests that only ask that footage is kept: they end when it is held no longer, and may be renewed once before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import events, holds, retaining
from domain.errors import Illegal
from domain.footage import states
from domain.footage.case import Case, Link, last_day
from domain.footage.deadlines import Track
from domain.footage.states import Party, Resolution, Status
from services import clock
from services.footage import terms

EXPIRING = "expiring"  # the letter that tells of the end
BEFORE = 7  # days before the end on which it is written
RENEWED = "hold_renewed"  # the event of it
LONGER = (RENEWED, "hold_prolonged", "hold_reviewed")  # after which the end is told of anew


def due(connection: Connection, case: Case, today: date) -> str:
    """What is to be done with a request today: nothing, the letter that tells of its end, or that end."""
    last = until(connection, case)
    if last is None:
        return ""
    if today > last:
        return Resolution.EXPIRED
    near = today >= last - timedelta(days=BEFORE)
    return EXPIRING if near and not _told(events.of(connection, case.folio)) else ""


def until(connection: Connection, case: Case) -> date | None:
    """The last day on which footage is held for a request that asks for nothing else, while nothing was made of it."""
    if case.tracks != (Track.PRESERVE,) or states.move(case.status, Status.CLOSED, Resolution.EXPIRED) is None:
        return None
    return last_day(retaining.last_hold(connection, case.id), jurisdiction(case.jurisdiction).zone)


def renewable(connection: Connection, case: Case, links: Sequence[Link]) -> date | None:
    """Until when footage would be held if who asked renewed it now: once, and never longer than it takes to look at it
    again. None where they may not."""
    law, last = jurisdiction(case.jurisdiction), until(connection, case)
    if last is None or terms.today(law, clock.now()) > last or any(link.action == RENEWED for link in links):
        return None
    most = terms.today(law, case.received_at) + timedelta(days=law.most_held_days)
    longer = min(last + timedelta(days=law.preserve_days), most)
    return longer if longer > last else None


def renew(connection: Connection, case: Case) -> None:
    """Hold it longer, as who asked wants. Raises Illegal("footage.not_now")."""
    longer = renewable(connection, case, events.of(connection, case.folio))
    if longer is None:
        raise Illegal("footage.not_now")
    end = terms.end_of(jurisdiction(case.jurisdiction), longer)
    holds.extend(connection, case.id, end)
    events.append(connection, case.folio, clock.now(), str(Party.REQUESTER), RENEWED, {"until": end})


def _told(links: Sequence[Link]) -> bool:
    """Whether the letter was written since footage was last held longer."""
    told = False
    for link in links:
        told = (told or link.details.get("template") == EXPIRING) and link.action not in LONGER
    return told
