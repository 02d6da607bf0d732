"""The demo city's requests for footage: filed and moved by the same steps as real ones, on days that are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, agreements, events, evidence, holds, requests, synthetic
from domain.footage.case import Case
from domain.footage.custody import HANDS_IN, Piece
from domain.footage.draft import Contact, Delivery, Draft, Facts, Involvement, Place
from domain.footage.handling import Act, Kind
from domain.footage.intake import Channel
from domain.footage.states import Resolution, Status
from domain.footage.when import Segment
from domain.people import Permission, Role
from services.footage import filing, steps
from services.footage.custody import MADE
from services.footage.demo_plans import COLLEAGUE, Plan, Step, address, plans

LAW = "chile"
DAY, SLOT, KEPT = 86_400, 300, 45  # seconds, seconds, days that a closed case keeps its files
HAPPENED = (Facts.ROBBERY, Facts.THEFT, Facts.CRASH, Facts.INJURY, Facts.DAMAGE, Facts.OTHER, Facts.PRIVATE)
CHANNELS = (filing.WEB, filing.WEB, filing.WEB, Channel.COUNTER, Channel.PHONE, Channel.MAIL)
# The first bytes of a recording, and a sentence in the place of the pictures.
RECORDING = b"\x00\x00\x00\x18ftypmp42" + b"Made up for the demo city: there are no pictures in this file. "
FILES = {Status.REDACTION: Kind.MASTER, Status.APPROVAL: Kind.REDACTED}


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that is to be done with one request, at an instant."""

    at: int
    plan: Plan
    step: Step | None  # None: it is filed


def load(connection: Connection, desk: Desk, cameras: Sequence[str], now: int) -> int:
    """Play the lives of the demo's requests in the order of time; how many requests."""
    folios: dict[int, str] = {}
    for turn in _turns(now):
        if turn.step is None:
            folios[turn.plan.number] = _file(connection, desk, turn, cameras).folio
            continue
        case = requests.by_folio(connection, folios[turn.plan.number])
        if case is None:
            raise LookupError(turn.plan)
        _move(connection, desk, case, turn.step, turn.at, now)
    synthetic.hand_out_letters(connection, now - 3 * DAY)
    return len(folios)


def _turns(now: int) -> list[Turn]:
    found = []
    for plan in plans():
        received = int(now - plan.ago * DAY)
        found.append(Turn(received, plan, None))
        found += [Turn(int(received + step.day * DAY), plan, step) for step in plan.steps]
    return sorted(found, key=lambda turn: (turn.at, turn.plan.number))


def _file(connection: Connection, desk: Desk, turn: Turn, cameras: Sequence[str]) -> Case:
    number, at = turn.plan.number, turn.at
    asked = filing.Filing(
        draft=_draft(turn.plan, cameras[number % len(cameras)], at),
        once=sha256(f"demo {number} {at}".encode()).hexdigest(),
        law=LAW,
        language="en" if number % 9 == 4 else "es",
        channel=filing.WEB if turn.plan.path == "identity" else CHANNELS[number % len(CHANNELS)],
        synthetic=True,
    )
    actor = filing.REQUESTER if asked.channel == filing.WEB else address(Role.OPERATOR)
    case = filing.enter(connection, desk, asked, actor, at)
    if turn.plan.path not in ("received", "identity", "review"):
        _confirm(connection, case, at + DAY // 4)
    return case


def _draft(plan: Plan, camera: str, at: int) -> Draft:
    starts = (at - (1 + plan.number % 4) * DAY) // SLOT * SLOT
    day = datetime.fromtimestamp(starts, ZoneInfo(jurisdiction(LAW).zone)).date()
    facts = HAPPENED[plan.number % len(HAPPENED)]
    return Draft(
        kind=plan.kind,
        segments=(Segment(day, starts, starts + (2 + plan.number % 5) * SLOT),),
        place=Place((camera,)),
        contact=Contact(in_person=True),
        facts=facts,
        involvement=Involvement.AFFECTED,
        story="Solicitud inventada para la ciudad de demostración.",
        looks="Chaqueta azul, caminaba hacia el sur.",
        name=f"Persona inventada {plan.number + 1}",
        document_type="passport",
        document=f"DEMO{plan.number:04}",
        delivery=Delivery.DOWNLOAD if plan.path == "identity" else Delivery.COUNTER,
        undertaking=jurisdiction(LAW).undertaking.version,
        notice=jurisdiction(LAW).notice.version,
    )


def _confirm(connection: Connection, case: Case, at: int) -> None:
    """The custodian says that the recording is safe."""
    custodian, digest = address(Role.CUSTODIAN), sha256(case.folio.encode()).hexdigest()
    for hold in holds.of(connection, case.id):
        holds.confirm(connection, hold, at, custodian, f"DEMO-{hold.id}", digest)
        told = {"hold": hold.id, "sha256": digest, "tool": "vms", "as": str(Permission.CUSTODY)}
        events.append(connection, case.folio, at, custodian, str(Act.PRESERVE), told)


def _move(connection: Connection, desk: Desk, case: Case, step: Step, at: int, now: int) -> None:
    if step.after in FILES and (at > now - KEPT * DAY):
        _attach(connection, desk, case, FILES[step.after], at)
    if step.resolution in (Resolution.DENIED, Resolution.NOT_HELD):
        _agree(connection, case, step.resolution, step.facts, at)
    facts = {**step.facts, "as": str(step.by)}
    steps.carry(connection, desk, step.person, case, (step.after, step.resolution), facts, step.words, at)


def _agree(connection: Connection, case: Case, resolution: Resolution, facts: Mapping[str, str], at: int) -> None:
    """The second person of a refusal."""
    agreements.add(connection, case, resolution, COLLEAGUE, at)
    told = {**facts, "resolution": str(resolution), "version": case.version}
    events.append(connection, case.folio, at, COLLEAGUE, "agreed", told)


def _attach(connection: Connection, desk: Desk, case: Case, kind: Kind, at: int) -> None:
    """A file that says that it is made up, in the chain of custody as any other."""
    masters = [piece for piece in evidence.listing(connection, desk, case.id) if piece.kind is Kind.MASTER]
    parent = masters[0] if kind is Kind.REDACTED and masters else None
    id, key, digest, count = evidence.write(desk, BytesIO(RECORDING + f"{case.folio} {kind}".encode()))
    permission, _ = HANDS_IN[kind]
    actor = address(Role.CUSTODIAN if kind is Kind.MASTER else Role.REDACTOR)
    piece = Piece(
        id, case.id, kind, parent.id if parent else None, digest, count, "video/mp4", f"demo-{kind}.mp4", actor, at
    )
    evidence.add(connection, desk, piece, key)
    told = {name: value for name, value in asdict(piece).items() if name in ("sha256", "bytes", "media")}
    told |= {"object": id, "kind": str(kind), "tool": "demo", "as": str(permission)}
    events.append(
        connection, case.folio, at, actor, str(MADE[kind]), told | ({"parent": parent.sha256} if parent else {})
    )
