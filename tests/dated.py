"""Requests for footage that tests file at a time of their choice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from data_access.desk import Desk, evidence, requests
from domain.footage.case import Case
from domain.footage.custody import Piece
from domain.footage.draft import Contact, Draft, Facts, Place
from domain.footage.draft import Kind as Asked
from domain.footage.handling import Kind
from domain.footage.intake import Channel
from domain.footage.states import Resolution, Status
from domain.footage.when import Segment
from services.footage import filing, steps

ZONE = ZoneInfo("America/Santiago")
CAMERA = "cam-7k3m"
SAFE = Contact(email="ana@example.org")


def at(day: str, hour: int = 12) -> int:
    """An instant on Santiago's clock."""
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE).timestamp()) + hour * 3600


def filed(
    desk: Desk,
    day: str,
    once: str = "one",
    contact: Contact = SAFE,
    facts: Facts = Facts.ROBBERY,
    kind: Asked = Asked.PARTY,
    language: str = "es",
    channel: str = Channel.PHONE,  # on which the desk takes the address down, so that letters go out at once
) -> Case:
    """A request of a day, for ten minutes of the day before."""
    end = at(day) - 86_400
    draft = Draft(
        kind, (Segment(date.fromisoformat(day), end - 600, end),), Place((CAMERA,)), contact, facts, name="Ana"
    )
    asked = filing.Filing(draft, once.rjust(20, "-"), "chile", language, channel)
    with desk.writing() as connection:
        return filing.enter(connection, desk, asked, "requester", at(day))


def moved(
    desk: Desk,
    case: Case,
    after: Status,
    day: str,
    resolution: Resolution | None = None,
    facts: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
) -> Case:
    """The case after a move that nobody asked the rules about."""
    with desk.writing() as connection:
        found = requests.by_folio(connection, case.folio)
        assert found is not None
        way = (after, resolution)
        return steps.carry(connection, desk, "ana@ciudad.cl", found, way, facts or {}, words or {}, at(day))


def attached(desk: Desk, case: Case, kind: Kind, day: str) -> str:
    """The number of a file of a case."""
    id, key, digest, count = evidence.write(desk, BytesIO(b"moving pictures"))
    piece = Piece(id, case.id, kind, None, digest, count, "video/mp4", "a.mp4", "ana@ciudad.cl", at(day))
    with desk.writing() as connection:
        evidence.add(connection, desk, piece, key)
    return id
