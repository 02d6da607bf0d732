"""Filing a request: the request, its first event, the hold on its footage and the letter stand or fall together.

The form's own number lets a double click file once and be answered the same: folio and code are made of it with the
desk's key, and the code itself is kept nowhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import Connection

from config.jurisdiction import Jurisdiction, jurisdiction
from data_access.desk import Desk, events, evidence, holds, registers, requests, tries
from domain.errors import Forbidden, Invalid, Throttled
from domain.footage.case import Case, last_day
from domain.footage.codes import CODE, FOLIO, encoded
from domain.footage.custody import Piece
from domain.footage.draft import OPEN as ANYBODY
from domain.footage.draft import Draft
from domain.footage.handling import PROOFS, PROVIDER, Kind
from domain.footage.intake import Channel
from domain.footage.states import Party, Status
from domain.footage.view import NEXT, Receipt
from domain.people import Actor, Permission, require
from services import clock
from services.footage import address, letters, steps, terms
from services.footage.uploads import Upload

WEB, COUNTER = letters.WEB, Channel.COUNTER
REQUESTER = "requester"
AROUND = 300  # seconds before and after that are held too
A_DAY, SLOWLY, OPEN = 5, 2, 3  # requests of one address in a day, of one that did no work, open ones of one document
SHOWN_AGAIN = 900  # seconds in which a form that is sent twice is answered with its code
ONCE = 16  # least letters of a form's number: who could guess it could be told the code


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed, and how it came. `once` is the form's own number; `source` the address that it came from."""

    draft: Draft
    once: str
    law: str  # the jurisdiction's code
    language: str = "es"
    channel: str = WEB
    source: str = ""
    slow: bool = False  # the browser did no work, its user waited
    uploads: Sequence[Upload] = ()
    synthetic: bool = False
    received: int | None = None  # when it came to the desk, where that was not now; the terms run from then


def file(desk: Desk, actor: Actor, filing: Filing) -> Receipt:
    """File a request; on the web anybody may, other channels are the intake's.

    Raises Forbidden, Throttled("footage.too_many" or "footage.too_many_open") or Invalid("footage.form").
    """
    now, staff = clock.now(), filing.channel != WEB
    if staff:
        _taken_down(actor, filing, now)
    elif filing.received is not None or filing.draft.kind not in ANYBODY:
        raise Invalid("footage.form")
    if len(filing.once) < ONCE:
        raise Invalid("footage.form")
    with written(desk, filing.uploads) as files, desk.writing() as connection:
        known = requests.by_once(connection, desk.seal.hashes("once", filing.once))
        if known is not None:
            files.clear()
            return _again(connection, desk, filing, *known, now)
        alike = _alike(connection, desk, filing.draft)
        if not staff:
            _limit(connection, desk, filing, alike, now)
        same = next((case.folio for case in alike if _overlaps(case, filing.draft)), "")
        name = actor.email if staff else REQUESTER
        case = enter(connection, desk, filing, name, now, same)
        for upload, kept in files.items():
            attach(connection, desk, case, filing.uploads[upload], kept, name, now)
        return _receipt(connection, desk, case, _code(desk, filing.once)[0], duplicate_of=same if staff else "")


def _taken_down(actor: Actor, filing: Filing, now: int) -> None:
    """Refuse what the desk may not file: from who does not take requests down, one's own, or one of the future."""
    require(actor, Permission.INTAKE)
    if filing.draft.contact.email.strip().lower() == actor.email:
        raise Forbidden("footage.conflict")
    if filing.channel not in tuple(Channel) or (filing.received is not None and filing.received > now):
        raise Invalid("footage.form")


def enter(connection: Connection, desk: Desk, filing: Filing, actor: str, at: int, same: str = "") -> Case:
    """Write a request down with its event, holds and letter. Asks for no permission and knows no limit."""
    law, draft = jurisdiction(filing.law), filing.draft
    code = _code(desk, filing.once)[0]
    case = requests.add(connection, desk.seal, _row(desk, filing, law, code, at), _who(draft))
    told: dict[str, Any] = {"kind": draft.kind, "channel": filing.channel, "law": f"{law.code} {law.version}"}
    told |= {} if filing.received is None else {"received_at": filing.received}
    told |= {"notice": draft.notice, "undertaking": draft.undertaking} | ({"duplicate_of": same} if same else {})
    told |= {"body": draft.body} if draft.body else {}
    if filing.channel == COUNTER:  # who files it there sees who asks
        told["proof"] = PROOFS[0]
    elif draft.stated is not None and draft.stated.proves:
        told |= {"proof": PROVIDER, "provider": draft.stated.provider}
    events.append(connection, case.folio, at, actor, "filed", told, None, Status.RECEIVED)
    _hold(connection, law, case, at)
    letters.acknowledge(connection, desk, case, at, draft.contact.email)
    if draft.contact.email and filing.channel == WEB and not filing.synthetic:
        address.ask(connection, desk, case, draft.contact.email, at)
    if not case.asks_identity or "proof" in told:
        return case
    return steps.carry(connection, desk, "system", case, (Status.IDENTITY, None), {"as": str(Party.SYSTEM)}, {}, at)


def _row(desk: Desk, filing: Filing, law: Jurisdiction, code: str, at: int) -> dict[str, Any]:
    draft, document = filing.draft, requests.document_of(_who(filing.draft))
    received = at if filing.received is None else filing.received
    due = terms.due(law, draft.tracks, terms.today(law, received))
    return {
        "folio": encoded(secrets.token_bytes(FOLIO), FOLIO),
        "secret": sha256(code.encode()).hexdigest(),
        "status": Status.RECEIVED,
        "kind": draft.kind,
        "tracks": ",".join(draft.tracks),
        "jurisdiction": law.code,
        "channel": filing.channel,
        "language": filing.language,
        "received_at": received,
        "due_at": None if due is None else terms.end_of(law, due),
        "segments": [[segment.starts, segment.ends] for segment in draft.segments],
        "place": asdict(draft.place),
        "delivery": draft.delivery,
        "needs": draft.needs,
        "document": desk.seal.hashed("document", document) if document else None,
        "sensitive": draft.sensitive,
        "once": desk.seal.hashed("once", filing.once),
        "synthetic": filing.synthetic,
    }


def _who(draft: Draft) -> dict[str, Any]:
    """What is sealed: who asks, how to reach them, what happened to them."""
    plain = ("kind", "segments", "place", "delivery", "needs", "undertaking", "notice")
    return {name: value for name, value in asdict(draft).items() if name not in plain}


def _hold(connection: Connection, law: Jurisdiction, case: Case, at: int) -> None:
    until = terms.end_of(law, terms.hold_until(law, case.tracks, terms.today(law, at)))
    cameras = case.place["cameras"] or ("",)
    for camera in cameras:
        days = registers.retention(connection, camera) or law.retention_days
        for starts, ends in case.segments:
            first = terms.confirm_by(at, starts + days * terms.DAY)
            holds.place(connection, case.id, camera, starts - AROUND, ends + AROUND, until, at, first)
    told = {"holds": len(cameras) * len(case.segments), "until": until}
    events.append(connection, case.folio, at, "system", "hold_requested", told)


def _alike(connection: Connection, desk: Desk, draft: Draft) -> tuple[Case, ...]:
    """The open requests of the same document."""
    document = requests.document_of(_who(draft))
    return requests.open_of(connection, desk.seal.hashes("document", document)) if document else ()


def _overlaps(case: Case, draft: Draft) -> bool:
    """Whether a request asks for the same footage: a camera in common, or the same corner, and a common time."""
    there, here = case.place, draft.place
    cameras = set(there["cameras"]) & set(here.cameras)
    corner = bool(here.corner) and str(there["corner"]).casefold() == here.corner.casefold()
    return bool(cameras or corner) and any(
        starts < segment.ends and segment.starts < ends for starts, ends in case.segments for segment in draft.segments
    )


def _limit(connection: Connection, desk: Desk, filing: Filing, alike: Sequence[Case], now: int) -> None:
    key = desk.seal.hashed("filing", prefix(filing.source))
    if wait := tries.wait(connection, key, now, tries.DAY, SLOWLY if filing.slow else A_DAY):
        raise Throttled("footage.too_many", seconds=wait)
    if len(alike) >= OPEN:
        raise Throttled("footage.too_many_open", limit=OPEN)
    tries.add(connection, key, now)


def prefix(source: str) -> str:
    """The network that counts as one visitor: an address of IPv4, the 64 leading bits of IPv6.

    >>> prefix("2001:db8:1:2:3::4"), prefix("192.0.2.7"), prefix("?")
    ('2001:db8:1:2::/64', '192.0.2.7/32', '?')
    """
    try:
        address = ip_address(source)
    except ValueError:
        return source
    return str(ip_network(f"{address}/{64 if address.version == 6 else 32}", strict=False))


def _code(desk: Desk, once: str) -> list[str]:
    """The tracking code of a form, with each of the desk's keys; the first is the one that is given."""
    return [encoded(bytes.fromhex(hash), CODE) for hash in desk.seal.hashes("code", once)]


def _again(connection: Connection, desk: Desk, filing: Filing, case: Case, secret: str, now: int) -> Receipt:
    """What a form is answered that had been filed: the same, for a while, as it may be somebody else's screen later."""
    filed = events.of(connection, case.folio)[0].at  # it may have come to the desk long before
    codes = _code(desk, filing.once) if now - filed <= SHOWN_AGAIN else []
    code = next((code for code in codes if sha256(code.encode()).hexdigest() == secret), "")
    return _receipt(connection, desk, case, code, again=True)


def _receipt(
    connection: Connection, desk: Desk, case: Case, code: str, again: bool = False, duplicate_of: str = ""
) -> Receipt:
    zone = jurisdiction(case.jurisdiction).zone
    until = [last_day(hold.until, zone) for hold in holds.of(connection, case.id)]
    due = None if case.due_at is None else last_day(case.due_at, zone)
    mail = address.state(connection, desk, case)
    return Receipt(
        case.folio,
        code,
        last_day(case.received_at + 1, zone),
        due,
        min(until, default=None),
        again,
        duplicate_of,
        NEXT[case.status],
        mail,
    )


@contextmanager
def written(desk: Desk, uploads: Sequence[Upload]) -> Iterator[dict[int, tuple[str, str, str, int]]]:
    """The uploads encrypted on disk, by their place; those that end in no request are erased again."""
    written: dict[int, tuple[str, str, str, int]] = {}
    ids = []
    try:
        for place, upload in enumerate(uploads):
            written[place] = evidence.write(desk, BytesIO(upload.content))
            ids.append(written[place][0])
        yield written
    except BaseException:
        written.clear()
        raise
    finally:
        for id in ids:
            if id not in {one[0] for one in written.values()}:
                evidence.erase(desk, id)


def attach(
    connection: Connection,
    desk: Desk,
    case: Case,
    upload: Upload,
    kept: tuple[str, str, str, int],
    actor: str,
    at: int,
    kind: Kind = Kind.UPLOAD,
) -> None:
    """The row and the event of a file that `written` keeps."""
    id, key, digest, count = kept
    piece = Piece(id, case.id, kind, None, digest, count, upload.media, upload.name, actor, at)
    evidence.add(connection, desk, piece, key)
    events.append(connection, case.folio, at, actor, "upload", {"object": id, "sha256": digest, "bytes": count})
