"""People of the desk, and cases that stand where a test wants them."""

from __future__ import annotations

import io
from collections.abc import Mapping

from data_access.desk import Desk, events, evidence, requests
from domain.footage import handling, states
from domain.footage.case import Case
from domain.footage.custody import Piece
from domain.footage.draft import Kind as Motive
from domain.footage.handling import CHECKLIST, Kind
from domain.footage.states import Resolution, Status
from domain.people import PERMISSIONS, SYSTEM, Actor, Permission, Role
from services import clock
from services.footage import cases, filing
from tests.filing import a_draft, a_filing

FRESH = 1 << 40  # whatever the clock of a test says, they gave their password a moment ago
LONG = 30 * 86_400  # seconds
VIDEO = b"\x00\x00\x00\x18ftypmp42" + b"a frame of a street " * 5_000
WORDS = "Razones bastantes, escritas con calma para que quien las lea entienda todo lo que se decidió aquí y por qué."
READY = {(Status.APPROVAL, Status.READY), *((before, Status.CLOSED) for before in Status)}


def person(*roles: Role, name: str = "") -> Actor:
    """Somebody who holds these roles, each time the same for the same name."""
    called = name or "-".join(roles) or "nobody"
    return Actor(id=sum(called.encode()), email=f"{called}@ciudad.cl", roles=frozenset(roles), proved_at=FRESH)


def file(desk: Desk, motive: Motive = Motive.CRASH) -> Case:
    """A request that was just filed. A crash rests on both laws."""
    with desk.writing() as connection:
        return filing.enter(connection, desk, a_filing(draft=a_draft(kind=motive)), filing.REQUESTER, clock.now())


def case_of(desk: Desk, folio: str) -> Case:
    with desk.engine.connect() as connection:
        return cases.found(connection, SYSTEM, folio)


def standing(desk: Desk, status: Status, motive: Motive = Motive.CRASH, closed: Resolution = Resolution.DENIED) -> Case:
    """A case put straight where a test wants it, its chain with it. Third parties were told long ago."""
    case = file(desk, motive)
    then = case.received_at - (LONG if status is Status.THIRD_PARTY else 0)
    with desk.writing() as connection:
        events.append(connection, case.folio, then, "system", "moved", {}, case.status, status)
        ended = "delivered_full" if status in (Status.READY, Status.DELIVERED, Status.APPEAL) else None
        how = str(closed) if status is Status.CLOSED else ended
        return requests.change(connection, case, status=str(status), resolution=how)


def piece(desk: Desk, case: Case, kind: Kind, parent: str | None = None, content: bytes = VIDEO) -> Piece:
    """A file of a case, without the chain."""
    id, key, digest, count = evidence.write(desk, io.BytesIO(content))
    found = Piece(id, case.id, kind, parent, digest, count, "video/mp4", "corte.mp4", "x@ciudad.cl", case.received_at)
    with desk.writing() as connection:
        evidence.add(connection, desk, found, key)
    return found


def prepared(desk: Desk, status: Status, closed: Resolution = Resolution.DENIED, motive: Motive = Motive.CRASH) -> Case:
    """A case with everything that its moves could need; `closed` is how it ended, where it did."""
    case = standing(desk, status, motive, closed)
    master = piece(desk, case, Kind.MASTER)
    piece(desk, case, Kind.REDACTED, master.id)
    return case


def everything(after: Status, resolution: Resolution | None) -> Mapping[str, str]:
    """What any move could be told with."""
    checked = {f"checked_{part}": "hidden" for part in CHECKLIST}
    outcome = "upheld" if after is Status.CLOSED else "partly"
    reason = "offline" if resolution is Resolution.NOT_HELD else WORDS
    chosen = {
        "ground": "investigation",
        "received": "in_person",
        "identity": "seen",
        "proof": "proxy",
        "appeal": "court",
        "opposition": "silent",
    }
    words = dict.fromkeys(handling.WORDS - {"reason"}, WORDS)
    return {**words, **checked, **chosen, "outcome": outcome, "reason": reason, "officer": "ana@ciudad.cl"}


def every_way() -> list[tuple[Status, Status, Resolution | None]]:
    """Each move that there could be between two states, with each ending; most of them are none."""
    plain = [(before, after, None) for before in Status for after in Status if after is not before]
    ending = [(before, Status.CLOSED, how) for before in Status for how in Resolution]
    ready = [(Status.APPROVAL, Status.READY, how) for how in Resolution]
    smuggled = [(before, after, Resolution.FULL) for before, after, _ in plain if (before, after) not in READY]
    return plain + ending + ready + smuggled


def by_table(role: Role, case: Case, after: Status, resolution: Resolution | None) -> bool:
    """Whether the table of moves lets a role make one, read without the service."""
    rule = states.move(case.status, after, resolution)
    if rule is None or rule.ended not in (None, case.resolution):
        return False
    return any(isinstance(one, Permission) and one in PERMISSIONS[role] for one in rule.by)
