"""Handing a recording over: by a link that opens one file a few times for a few days, at the counter, or shown.

The link is given by the desk, or is used with the code on the page that follows the request: the same times, the same
days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, evidence, requests
from domain.errors import Illegal, Invalid, NotFound
from domain.footage.case import Case, Link, identified, last_day
from domain.footage.custody import DAYS, DOWNLOADS, Piece
from domain.footage.draft import Delivery
from domain.footage.handling import Act, Kind
from domain.footage.states import Resolution, Status
from domain.footage.view import Download
from domain.people import Actor, Permission, require, require_fresh
from services import clock
from services.footage import cases, letters, steps

DAY = 86_400  # seconds
REQUESTER = "requester"
HANDED = (Status.READY, Status.DELIVERED)  # where a link opens what it leads to
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
        if hindrance := _hindrance(case, links):
            raise Illegal(hindrance)
        return _grant(connection, case, piece, actor.email)


def offered(connection: Connection, desk: Desk, case: Case, links: Sequence[Link]) -> tuple[Download, ...]:
    """What who has the code of a case may download: each file of what is ready, and of what was delivered what its
    link still gives."""
    if case.way is not Delivery.DOWNLOAD or _hindrance(case, links):
        return ()
    zone, now, found = jurisdiction(case.jurisdiction).zone, clock.now(), list[Download]()
    for piece in evidence.listing(connection, desk, case.id):
        if case.status not in HANDED or piece.kind is not Kind.REDACTED or piece.destroyed_at is not None:
            continue
        living = evidence.left(connection, piece.id, now)
        if living is not None:
            found.append(Download(piece.id, piece.bytes, living[0], last_day(living[1], zone)))
        elif case.status is Status.READY:
            found.append(Download(piece.id, piece.bytes, DOWNLOADS, None))
    return tuple(found)


def fetch(desk: Desk, folio: str, id: str) -> tuple[Piece, Iterator[bytes]]:
    """A file for who has shown the code of its case. Raises Illegal("footage.no_download")."""
    with desk.writing() as connection:
        case = requests.by_folio(connection, folio)
        offers = () if case is None else offered(connection, desk, case, events.of(connection, folio))
        if case is None or all(one.id != id for one in offers):
            raise Illegal("footage.no_download")
        for one in offers:
            if one.until is None:  # all of them now, as the case is delivered with the first
                _grant(connection, case, evidence.find(connection, desk, case.id, one.id), REQUESTER)
        return _handed(connection, desk, case, id)


def _hindrance(case: Case, links: Sequence[Link]) -> str:
    """Why nothing may be downloaded; empty where it may."""
    if case.resolution is Resolution.VIEWING:
        return "footage.viewing_only"
    return "footage.unidentified" if case.personal and not identified(links) else ""


def _grant(connection: Connection, case: Case, piece: Piece, person: str) -> str:
    """A new link to a file; those before open nothing any more."""
    evidence.revoke(connection, piece.id)
    until = clock.now() + DAYS * DAY
    secret = evidence.grant(connection, piece.id, until, DOWNLOADS)
    told = {"object": piece.id, "sha256": piece.sha256, "until": until, "times": DOWNLOADS}
    events.append(connection, case.folio, clock.now(), person, "link_made", told)
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
        if known is None or case is None or case.status not in HANDED:
            raise NotFound("footage.no_link")
        return _handed(connection, desk, case, known)


def _handed(connection: Connection, desk: Desk, case: Case, id: str) -> tuple[Piece, Iterator[bytes]]:
    """One use of a link: the first time the case is delivered with it."""
    evidence.spend(connection, id, clock.now())
    piece = evidence.find(connection, desk, case.id, id)
    if case.status is Status.READY:
        facts = {"received": "link", "as": "system"}
        steps.carry(connection, desk, REQUESTER, case, (Status.DELIVERED, None), facts, {})
    told = {"object": piece.id, "kind": str(piece.kind), "sha256": piece.sha256, "bytes": piece.bytes}
    events.append(connection, case.folio, clock.now(), REQUESTER, str(Act.COPY), told)
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
