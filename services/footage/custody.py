"""Recordings in the desk's care: holds on what the video system keeps, files that lie encrypted, and the chain that
says who did what with them, when, with which tool and what for."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, evidence, holds, signing, texts
from data_access.store import Store
from domain.errors import Forbidden, Illegal, Invalid, NotFound, Stale
from domain.footage.case import Case, Hold
from domain.footage.custody import HANDS_IN, READS, SEARCH, SEARCHED, Piece, media
from domain.footage.handling import Act, Field, Kind, Use, apart, told
from domain.people import Actor, Permission, may, require
from services import audit, clock, room, uploads
from services.footage import cases, scanning, seen, terms
from services.footage import uploads as pictures

MEGABYTE, HEAD, BUFFER = 1 << 20, 32, 1 << 20  # bytes
DAY = 86_400  # seconds
FACTS = {Kind.UPLOAD: (), Kind.MASTER: ("tool", "device"), Kind.REDACTED: ("tool",)}
MADE = {Kind.UPLOAD: Act.COPY, Kind.MASTER: Act.EXPORT, Kind.REDACTED: Act.REDACT}
REASON = Field("reason")


# --- holds -----------------------------------------------------------------------------------------------------


def confirm(desk: Desk, actor: Actor, folio: str, number: int, given: Mapping[str, str]) -> None:
    """Say under which name the video system keeps a recording, with its SHA-256.

    Raises Forbidden, NotFound, Invalid with what is wrong by field, or Stale where somebody did so already.
    """
    require(actor, Permission.CUSTODY)
    reference, digest = given.get("reference", "").strip(), given.get("sha256", "").strip().lower()
    wrong = {"reference": Field("reference", least=3, most=120).problem(reference)}
    wrong["sha256"] = "" if len(digest) == 64 and set(digest) <= set("0123456789abcdef") else "digest"
    if any(wrong.values()):
        raise Invalid("footage.incomplete", fields={name: problem for name, problem in wrong.items() if problem})
    with desk.writing() as connection:
        case, hold = held(connection, desk, actor, folio, number)
        holds.confirm(connection, hold, clock.now(), actor.email, reference, digest)
        known = {"hold": hold.id, "sha256": digest, "tool": "vms", "as": str(Permission.CUSTODY)}
        events.append(connection, case.folio, clock.now(), actor.email, str(Act.PRESERVE), known)


def locate(desk: Desk, actor: Actor, folio: str, number: int, given: Mapping[str, str]) -> None:
    """Say whether what a hold is on was found, and with which tool it was looked for. Raises Forbidden, NotFound,
    Invalid, or Illegal where the case is not searched or this person did another part of it."""
    require(actor, Permission.CUSTODY)
    facts, words = told(SEARCH, given)
    with desk.writing() as connection:
        case, hold = held(connection, desk, actor, folio, number)
        known = cases.knowledge(connection, desk, case, events.of(connection, folio))
        if case.status not in SEARCHED:
            raise Illegal("footage.not_now")
        if apart(actor.email, Permission.CUSTODY, known.acted):
            raise Illegal("footage.apart")
        said = {**facts, **words, "hold": hold.id, "camera": hold.camera, "as": str(Permission.CUSTODY)}
        events.append(connection, folio, clock.now(), actor.email, str(Act.LOCATE), said)


def prolong(desk: Desk, actor: Actor, folio: str, number: int, given: Mapping[str, str]) -> None:
    """Hold the recordings of a case longer. Once they were held for as long as the law of the place lets them be
    without a second look, only who decides on the law may do so.

    Raises Forbidden, NotFound or Invalid.
    """
    require(actor, Permission.CUSTODY)
    _, words = told((REASON,), given)
    with desk.writing() as connection:
        case, hold = held(connection, desk, actor, folio, number)
        law, now = jurisdiction(case.jurisdiction), clock.now()
        until = max(hold.until, now) + law.preserve_days * DAY
        first = min(one.placed_at for one in holds.of(connection, case.id))
        review = until > first + law.most_held_days * DAY
        if review and not may(actor, Permission.LEGAL):
            raise Forbidden("footage.review")
        holds.keep(connection, case.id, terms.end_of(law, terms.today(law, until)))
        action = "hold_reviewed" if review else "hold_prolonged"
        events.append(connection, folio, now, actor.email, action, {"hold": hold.id, "until": until})
        texts.put(connection, desk.seal, case, "hold", now, actor.email, words["reason"])


def release(desk: Desk, actor: Actor, folio: str, number: int, given: Mapping[str, str]) -> None:
    """Let a recording of a closed case go. Raises Forbidden, NotFound, Invalid, or Illegal while the case is open."""
    require(actor, Permission.CUSTODY)
    _, words = told((REASON,), given)
    with desk.writing() as connection:
        case, hold = held(connection, desk, actor, folio, number)
        if case.open:
            raise Illegal("footage.hold_open")
        holds.release(connection, [hold.id], clock.now())
        events.append(connection, folio, clock.now(), actor.email, "release", {"hold": hold.id})
        texts.put(connection, desk.seal, case, "hold", clock.now(), actor.email, words["reason"])


def held(connection: Connection, desk: Desk, actor: Actor, folio: str, number: int) -> tuple[Case, Hold]:
    """A hold that was not let go, of a case that this person has no interest in. Raises Forbidden or NotFound."""
    case = cases.impartial(connection, desk, actor, folio)
    hold = next((one for one in holds.of(connection, case.id) if one.id == number and not one.released_at), None)
    if hold is None:
        raise NotFound("footage.no_hold")
    return case, hold


# --- files -----------------------------------------------------------------------------------------------------


class _Limited(io.RawIOBase):
    """A stream that ends in a refusal once it is longer than it may be, or its disk is nearly full."""

    def __init__(self, stream: BinaryIO, megabytes: int, folder: Path) -> None:
        self._stream, self._left, self._megabytes, self._folder = stream, megabytes * MEGABYTE, megabytes, folder

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        room.ask(self._folder)
        block = self._stream.read(len(buffer))
        self._left -= len(block)
        if self._left < 0:
            raise Invalid("too_large", megabytes=self._megabytes)
        buffer[: len(block)] = block
        return len(block)


def keep(
    desk: Desk,
    actor: Actor,
    folio: str,
    kind: str,
    name: str,
    stream: BinaryIO,
    megabytes: int,
    given: Mapping[str, str],
) -> Piece:
    """Take a file of a case into care, encrypted as it comes in; `given` tells with what it was made, and from which.

    Raises Forbidden, NotFound, Illegal where the case does not stand there or this person did another part of it, and
    Invalid for what is not told, an empty file, one over `megabytes`, one that is none of what the desk keeps, one that
    the scan for viruses does not let in, or on a disk that is nearly full.
    """
    wanted = _kind(kind)
    permission, _ = HANDS_IN[wanted]
    require(actor, permission)
    facts = _facts(wanted, given)
    with desk.engine.connect() as connection:
        _takes(connection, desk, actor, folio, wanted)
    incoming = io.BufferedReader(_Limited(stream, megabytes, desk.home), BUFFER)
    known = media(incoming.peek(HEAD)[:HEAD])
    if known is None:
        raise Invalid("footage.incomplete", fields={"file": "media"})
    written = evidence.write(desk, _fit(incoming, wanted, known))
    try:
        if wrong := scanning.problem(desk.scan, evidence.plain(desk, *written[:2])):
            raise Invalid("footage.incomplete", fields={"file": wrong})
        with desk.writing() as connection:
            case = _takes(connection, desk, actor, folio, wanted)
            parent = _parent(connection, desk, case, wanted, given)
            id, key, digest, count = written
            made = (id, case.id, wanted, parent.id if parent else None, digest, count, known)
            piece = Piece(*made, uploads.harmless(name), actor.email, clock.now())
            evidence.add(connection, desk, piece, key)
            source = {"parent": parent.sha256} if parent else {}
            _chain(connection, actor, folio, MADE[wanted], piece, {**facts, **source, "as": str(permission)})
            if wanted is Kind.MASTER:
                _chain(connection, actor, folio, Act.HASH, piece, {"tool": "SHA-256"})
            return piece
    except BaseException:
        evidence.erase(desk, written[0])
        raise


def _fit(incoming: io.BufferedReader[_Limited], kind: Kind, known: str) -> BinaryIO:
    """A file as it is kept: pictures that somebody handed in are made anew, recordings and stills are left as they are.
    Raises Invalid."""
    if kind is not Kind.UPLOAD or known not in pictures.FORMATS:
        return incoming
    try:
        return io.BytesIO(pictures.renewed(incoming.read(pictures.BYTES + 1), known))
    except pictures.Unfit as unfit:
        raise Invalid("footage.incomplete", fields={"file": unfit.code}) from unfit


def use(desk: Desk, actor: Actor, folio: str, id: str, what_for: str) -> Piece:
    """The file that somebody may open for a purpose; that they do so is in the chain once they read it.

    Raises Forbidden, NotFound, or Invalid for a purpose that is not in the list.
    """
    _purpose(what_for)
    with desk.engine.connect() as connection:
        return _readable(connection, desk, actor, folio, id)


def read(desk: Desk, actor: Actor, folio: str, id: str, what_for: str) -> tuple[Piece, Iterator[bytes]]:
    """A file and its plain bytes, piece by piece; asked again of role and case at every reading, each of which is in
    the chain. Raises as `use`, and Stale while reading where a byte was changed."""
    _purpose(what_for)
    with desk.writing() as connection:
        piece = _readable(connection, desk, actor, folio, id)
        _chain(connection, actor, folio, Act.VIEW, piece, {"use": what_for})
        return piece, evidence.read(connection, desk, id)


def _purpose(what_for: str) -> None:
    if what_for not in tuple(Use):
        raise Invalid("footage.incomplete", fields={"use": "missing"})


def verify(desk: Desk, actor: Actor, folio: str, id: str) -> bool:
    """Whether a file has the bytes that were handed in, by its hash in the chain. Raises Forbidden or NotFound."""
    require(actor, Permission.CASES)
    with desk.engine.connect() as connection:
        piece = evidence.find(connection, desk, cases.impartial(connection, desk, actor, folio).id, id)
        links = [one for one in events.of(connection, folio) if one.details.get("object") == id]
        digest = hashlib.sha256()
        try:
            for block in evidence.read(connection, desk, id):
                digest.update(block)
        except Stale:
            return False
    said = {one.details["sha256"] for one in links[:1]}  # the act by which it came
    return said == {digest.hexdigest()} == {piece.sha256}


def manifest(desk: Desk, actor: Actor, folio: str) -> dict[str, Any]:
    """Every file of a case with its hash and what it was made from, signed; that it was taken is an event.

    Raises Forbidden or NotFound.
    """
    require(actor, Permission.CASES)
    with desk.engine.connect() as connection:
        case = cases.impartial(connection, desk, actor, folio)
    seen.tell(desk, actor, folio, "manifest_taken")
    with desk.engine.connect() as connection:
        pieces = evidence.listing(connection, desk, case.id)
        hashes = {one.id: one.sha256 for one in pieces}
        said = {
            "folio": folio,
            "made_at": clock.now(),
            "chain": events.head(connection),
            "files": [_listed(one, hashes) for one in pieces],
        }
    made = signing.sign(desk.signing, canonical(said))
    return {"manifest": said, "signature": made.signature, "public_key": made.public, "algorithm": "Ed25519"}


def export_manifest(store: Store, desk: Desk, actor: Actor, folio: str) -> dict[str, Any]:
    """The same for a file that leaves the portal, which the audit log tells. Raises Forbidden or NotFound."""
    made = manifest(desk, actor, folio)
    audit.record(store, actor, "export.manifest", folio)
    return made


def canonical(said: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest that are signed: JSON with its keys in order and no blanks."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _listed(piece: Piece, hashes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": piece.id,
        "kind": str(piece.kind),
        "sha256": piece.sha256,
        "bytes": piece.bytes,
        "media": piece.media,
        "made_from": hashes.get(piece.parent or ""),
        "at": piece.at,
        "destroyed_at": piece.destroyed_at,
    }


def _kind(kind: str) -> Kind:
    if kind not in HANDS_IN:
        raise Invalid("malformed")
    return Kind(kind)


def _facts(kind: Kind, given: Mapping[str, str]) -> dict[str, str]:
    """With what a file was made: the tool and its version, the device."""
    said = {name: given.get(name, "").strip() for name in FACTS[kind]}
    wrong = {name: problem for name, text in said.items() if (problem := Field(name, least=2, most=120).problem(text))}
    if wrong:
        raise Invalid("footage.incomplete", fields=wrong)
    return said


def _takes(connection: Connection, desk: Desk, actor: Actor, folio: str, kind: Kind) -> Case:
    """A case that takes a file of a kind from this person now. Raises Forbidden, NotFound or Illegal."""
    permission, statuses = HANDS_IN[kind]
    case = cases.found(connection, actor, folio)
    known = cases.knowledge(connection, desk, case, events.of(connection, folio))
    cases.involved(actor, known)
    if case.status not in statuses:
        raise Illegal("footage.not_now")
    if apart(actor.email, permission, known.acted):
        raise Illegal("footage.apart")
    return case


def _parent(connection: Connection, desk: Desk, case: Case, kind: Kind, given: Mapping[str, str]) -> Piece | None:
    """The master that a redacted file was made from."""
    if kind is not Kind.REDACTED:
        return None
    pieces = evidence.listing(connection, desk, case.id)
    known = {one.id: one for one in pieces if one.kind is Kind.MASTER and one.destroyed_at is None}
    if given.get("parent", "") not in known:
        raise Invalid("footage.incomplete", fields={"parent": "missing"})
    return known[given["parent"]]


def _readable(connection: Connection, desk: Desk, actor: Actor, folio: str, id: str) -> Piece:
    require(actor, Permission.CASES)
    piece = evidence.find(connection, desk, cases.impartial(connection, desk, actor, folio).id, id)
    if not any(may(actor, one) for one in READS[piece.kind]):
        raise Forbidden("forbidden")
    if piece.destroyed_at is not None:
        raise NotFound("footage.no_file")
    return piece


def _chain(
    connection: Connection, actor: Actor, folio: str, act: Act, piece: Piece, details: Mapping[str, Any]
) -> None:
    known = {"object": piece.id, "kind": str(piece.kind), "sha256": piece.sha256, "bytes": piece.bytes}
    events.append(connection, folio, clock.now(), actor.email, str(act), {**known, **details})
