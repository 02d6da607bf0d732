"""The lives of the demo city's requests: who moves each, on which day, and what they say. Everything is invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.footage.draft import Kind
from domain.footage.handling import CHECKLIST
from domain.footage.states import Party, Resolution, Status
from domain.people import Permission, Role

S, R, P = Status, Resolution, Permission
OWNERS = {
    P.INTAKE: Role.OPERATOR,
    P.DELIVER: Role.OPERATOR,
    P.LEGAL: Role.TRANSPARENCY,
    P.CUSTODY: Role.CUSTODIAN,
    P.REDACT: Role.REDACTOR,
    P.APPROVE: Role.APPROVER,
}
COLLEAGUE = "transparency_officer.2@demo.atalaya"  # who agrees to a refusal, as another decides on the appeal


@dataclass(frozen=True, slots=True)
class Step:
    """A move so many days after the request came."""

    day: float
    after: Status
    by: Permission | Party
    resolution: Resolution | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def person(self) -> str:
        """Who makes it, as events name them."""
        return str(self.by) if isinstance(self.by, Party) else address(OWNERS[self.by])


def address(role: Role) -> str:
    """A demo account's e-mail address."""
    return f"{role}@demo.atalaya"


REFUSAL = (
    "Las imágenes muestran a otras personas que no se pueden ocultar sin que la grabación pierda el sentido de lo que "
    "se pide, y una de ellas se opuso a que se entregaran."
)
REVIEW = Step(0.4, S.REVIEW, P.INTAKE, facts={"officer": address(Role.OPERATOR)})
SEARCH = Step(0.9, S.SEARCHING, P.LEGAL, words={"basis": "Quien la pide aparece en los hechos que describe."})
THIRD = Step(3, S.THIRD_PARTY, P.LEGAL, words={"third_parties": "Se avisó al conductor del otro vehículo."})
REDACT = Step(5, S.REDACTION, P.CUSTODY)
APPROVAL = Step(7, S.APPROVAL, P.REDACT, facts={f"checked_{part}": "hidden" for part in CHECKLIST})
HANDED = Step(11, S.DELIVERED, P.DELIVER, facts={"received": "in_person", "identity": "seen"})
DENIED = Step(6, S.CLOSED, P.APPROVE, R.DENIED, {"ground": "rights"}, {"text": REFUSAL})
GROUNDS = {"grounds": "Se pueden ocultar los rostros; la jurisprudencia pide entregar lo que se pueda."}
APPEALED = Step(12, S.APPEAL, Party.REQUESTER, None, {"appeal": "internal"}, GROUNDS)


def ready(resolution: Resolution) -> Step:
    return Step(9, S.READY, P.APPROVE, resolution, words={"act": "Entréguese, con terceros y patentes ocultos."})


def not_held(reason: str, said: str) -> Step:
    return Step(3, S.CLOSED, P.CUSTODY, R.NOT_HELD, {"reason": reason}, {"camera_status": said})


MADE = (REVIEW, SEARCH, REDACT, APPROVAL)
PATHS: Mapping[str, tuple[Step, ...]] = {
    "received": (),
    "identity": (),  # a download of one's own data: the system asks who it is
    "clarification": (
        Step(0.3, S.CLARIFICATION, P.INTAKE, words={"question": "¿En qué vereda estaba y de qué color era el auto?"}),
    ),
    "review": (REVIEW,),
    "searching": (REVIEW, SEARCH),
    "third_party": (REVIEW, SEARCH, THIRD),
    "redaction": (REVIEW, SEARCH, REDACT),
    "approval": MADE,
    "ready": (*MADE, ready(R.FULL)),
    "full": (*MADE, ready(R.FULL), HANDED),
    "partial": (*MADE, ready(R.PARTIAL), HANDED),
    "viewing": (*MADE, ready(R.VIEWING), HANDED),
    "denied": (REVIEW, DENIED),
    "offline": (REVIEW, SEARCH, not_held("offline", "Sin señal ese día entre las 14 y las 19 horas.")),
    "gone": (REVIEW, SEARCH, not_held("overwritten_before", "Guarda 30 días; los hechos eran de 41 días antes.")),
    "elsewhere": (REVIEW, SEARCH, not_held("ptz_elsewhere", "Domo en ronda automática, miraba al norte.")),
    "transferred": (REVIEW, Step(2, S.CLOSED, P.LEGAL, R.TRANSFERRED, words={"body": "Fiscalía local"})),
    "withdrawn": (REVIEW, Step(2, S.CLOSED, Party.REQUESTER, R.WITHDRAWN)),
    "abandoned": (
        Step(0.3, S.CLARIFICATION, P.INTAKE, words={"question": "¿Qué cámara o esquina es la más cercana?"}),
        Step(9, S.CLOSED, Party.SYSTEM, R.ABANDONED),
    ),
    "not_collected": (*MADE, ready(R.FULL), Step(40, S.CLOSED, Party.SYSTEM, R.NOT_COLLECTED)),
    "expired": (Step(61, S.CLOSED, Party.SYSTEM, R.EXPIRED),),
    "appeal": (REVIEW, DENIED, APPEALED),
    "upheld": (REVIEW, DENIED, APPEALED, Step(20, S.CLOSED, P.LEGAL, None, {"outcome": "upheld"})),
}
OPEN = {"received": 3, "identity": 2, "clarification": 2, "review": 4, "searching": 4, "third_party": 2}
OPEN |= {"redaction": 3, "approval": 3, "ready": 3, "appeal": 2}
OVER = {"full": 7, "partial": 6, "viewing": 2, "denied": 3, "offline": 2, "gone": 2, "elsewhere": 1, "transferred": 2}
OVER |= {"withdrawn": 2, "abandoned": 1, "not_collected": 1, "upheld": 2, "expired": 1}
WAITED = {"searching": 40, "approval": 16, "review": 2}  # days that every other one stood still
YEAR = 340  # days back to the oldest


@dataclass(frozen=True, slots=True)
class Plan:
    """One request: how it goes, so many days ago, and what it is for."""

    number: int
    path: str
    ago: float
    kind: Kind

    @property
    def steps(self) -> tuple[Step, ...]:
        return PATHS[self.path]


def plans() -> Iterator[Plan]:
    """Sixty requests of the last year, in every status: some are late, some nearly."""
    open_ones = [path for path, count in OPEN.items() for _ in range(count)]
    over = [path for path, count in OVER.items() for _ in range(count)]
    for number, path in enumerate(open_ones):
        last = max((step.day for step in PATHS[path]), default=0.0)
        waited = WAITED.get(path, 0) if number % 2 == 0 else 0
        kind = Kind.PARTY if path == "identity" else Kind.INFORMATION
        yield Plan(number, path, last + 0.3 + number % 3 * 0.2 + waited, kind)
    kinds = (Kind.PARTY, Kind.INFORMATION, Kind.CRASH, Kind.PARTY, Kind.REPRESENTATIVE)
    for place, path in enumerate(over):
        turn = place * 13 % len(over)  # the endings are spread over the year
        kind = Kind.PRESERVE if path == "expired" else kinds[place % len(kinds)]
        yield Plan(len(open_ones) + place, path, 45 + turn * (YEAR - 45) / len(over), kind)
