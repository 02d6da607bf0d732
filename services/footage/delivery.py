"""Handing a recording over: by a link that opens one file a few times for a few days, at the counter, or shown."""

from __future__ import annotations

from collections.abc import Iterator

from data_access.desk import Desk, events, evidence, requests
from domain.errors import Illegal, Invalid, NotFound
from domain.footage.case import identified
from domain.footage.custody import DAYS, DOWNLOADS, Piece
from domain.footage.handling import Act, Kind
from domain.footage.states import Resolution, Status
from domain.people import Actor, Permission, require, require_fresh
from services import clock
from services.footage import cases, letters, steps

DAY = 86_400  # seconds
REQUESTER = "requester"
LONGEST = 128  # letters of a link's secret that are worth looking up


def link(desk: Desk, actor: Actor, folio: str, id: str) -> str:
    """A secret that opens one redacted file of a case that is ready; it is shown now and kept nowhere.

    Links made before for the same file open nothing any more. Raises Forbidden, Unproved, NotFound or Illegal.
    """
    require(actor, Permission.DELIVER)
    require_fresh(actor, clock.now())
    with desk.writing() as connection:
        case = cases.found(connection, actor, folio)
        links = events.of(connection, folio)
        cases.involved(actor, cases.knowledge(connection, desk, case, links))
        piece = evidence.find(connection, desk, case.id, id)
        if case.status is not Status.READY or piece.kind is not Kind.REDACTED or piece.destroyed_at is not None:
            raise Illegal("footage.not_now")
        if case.resolution is Resolution.VIEWING:
            raise Illegal("footage.viewing_only")
        if case.personal and not identified(links):
            raise Illegal("footage.unidentified")
        evidence.revoke(connection, id)
        until = clock.now() + DAYS * DAY
        secret = evidence.grant(connection, id, until, DOWNLOADS)
        told = {"object": id, "sha256": piece.sha256, "until": until, "times": DOWNLOADS}
        events.append(connection, folio, clock.now(), actor.email, "link_made", told)
        return secret


def download(desk: Desk, secret: str) -> tuple[Piece, Iterator[bytes]]:
    """What a link opens, for whoever holds it; the first time the case is delivered with that.

    Raises NotFound alike for a link that never was, is used up, or is over.
    """
    with desk.engine.connect() as connection:  # whoever guesses keeps nobody waiting
        if len(secret) > LONGEST or evidence.granted(connection, secret, clock.now()) is None:
            raise NotFound("footage.no_link")
    with desk.writing() as connection:
        now = clock.now()
        known = evidence.granted(connection, secret, now)
        case = None if known is None else requests.of_piece(connection, known)
        if known is None or case is None or case.status not in (Status.READY, Status.DELIVERED):
            raise NotFound("footage.no_link")
        evidence.spend(connection, secret, now)
        piece = evidence.find(connection, desk, case.id, known)
        if case.status is Status.READY:
            facts = {"received": "link", "as": "system"}
            steps.carry(connection, desk, REQUESTER, case, (Status.DELIVERED, None), facts, {})
        told = {"object": piece.id, "kind": str(piece.kind), "sha256": piece.sha256, "bytes": piece.bytes}
        events.append(connection, case.folio, now, REQUESTER, str(Act.COPY), told)
        return piece, evidence.read(connection, desk, piece.id)


def appoint(desk: Desk, actor: Actor, folio: str, at: int) -> None:
    """Write down when a recording is shown, and tell who asked.

    Raises Forbidden, NotFound, Illegal, or Invalid for a time that is past.
    """
    require(actor, Permission.DELIVER)
    if at <= clock.now():
        raise Invalid("footage.incomplete", fields={"at": "past"})
    with desk.writing() as connection:
        case = cases.found(connection, actor, folio)
        cases.involved(actor, cases.knowledge(connection, desk, case, events.of(connection, folio)))
        if case.status is not Status.READY:
            raise Illegal("footage.not_now")
        events.append(connection, folio, clock.now(), actor.email, "viewing_set", {"viewing": at})
        letters.enqueue(connection, desk, case, "viewing", clock.now(), {"viewing": str(at)})
