"""What must be told with a move of a case, and what stands against it: who may not, and what is not there yet.

Facts are choices from closed lists and go into the chain of events; words are free and are kept sealed beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import Invalid
from domain.footage.deadlines import Track
from domain.footage.states import Move, Resolution, Status
from domain.people import Permission


class Purpose(StrEnum):
    """Why somebody looks at who asks; each view says one."""

    CONTACT = "contact"
    VERIFY = "verify"  # the document they showed
    DECIDE = "decide"
    DELIVER = "deliver"
    APPEAL = "appeal"


class Use(StrEnum):
    """Why somebody opens a file of a case."""

    SEARCH = "search"
    REDACT = "redact"
    DECIDE = "decide"
    DELIVER = "deliver"
    VERIFY = "verify"


class Act(StrEnum):
    """What happens to a recording; each is a link of the chain."""

    LOCATE = "locate"
    PRESERVE = "preserve"
    EXPORT = "export"
    HASH = "hash"
    COPY = "copy"
    REDACT = "redact"
    VIEW = "view"
    APPROVE = "approve"
    DELIVER = "deliver"
    DESTROY = "destroy"


class Kind(StrEnum):
    """Of a file. A master is never edited: a redacted one is made from it and names it as its parent."""

    UPLOAD = "upload"
    MASTER = "master"
    REDACTED = "redacted"
    PHOTO = "photo"  # of who asks, to be recognised by; only where the desk asked for one


CHECKLIST = ("faces", "plates", "windows", "minors", "screens")
NOT_HELD = ("no_camera", "ptz_elsewhere", "offline", "overwritten_before", "outside_window", "overwritten_after")
INCIDENT = "overwritten_after"  # lost while we were to keep it: told apart, and looked into
OUTCOMES = ("upheld", "partly", "reversed")
OPPOSITIONS = ("opposed", "agreed", "silent")  # of third parties
BODIES = ("internal", "agency", "council", "court")
APART = (Permission.CUSTODY, Permission.REDACT, Permission.APPROVE)  # three persons in every case
PROOFS = ("in_person", "proxy", "remote")  # how somebody saw who asks
PROVIDER = "provider"  # nobody had to: a provider of identities said who asks
TEXT, REFUSAL = 20, 80  # least letters of a reason, and of a refusal's
MOST = 4_000


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to be told: one of `choices`, words of so many letters, or a whole number of so many digits."""

    name: str
    choices: tuple[str, ...] = ()
    least: int = TEXT
    most: int = MOST
    needed: bool = True
    number: bool = False

    def problem(self, given: str) -> str:
        """What is wrong with what was given; empty where nothing is."""
        if not given:
            return "missing" if self.needed else ""
        if self.choices:
            return "" if given in self.choices else "unknown"
        if self.number and not (given.isascii() and given.isdigit()):
            return "number"
        if len(given) < self.least:
            return "short"
        return "long" if len(given) > self.most else ""


FIELDS: dict[str, tuple[Field, ...]] = {
    "question": (Field("question"), Field("photo", ("asked",), needed=False)),
    "answer": (Field("answer", least=1),),
    "officer": (Field("officer", least=3, most=255),),
    "proof": (Field("proof", PROOFS),),
    "basis": (Field("basis"),),
    "third_parties": (Field("third_parties"),),
    "checklist": tuple(Field(f"checked_{part}", ("hidden", "absent")) for part in CHECKLIST),
    "act": (Field("act"),),
    "reason": (Field("reason"),),
    "receipt": (
        Field("received", ("in_person", "proxy", "viewing")),
        Field("identity", ("seen",)),
        Field("cost", least=1, most=8, needed=False, number=True),  # charged, in whole units of the currency
    ),
    "outcome": (Field("outcome", OUTCOMES),),
    "grounds": (Field("appeal", BODIES), Field("grounds")),
    "body": (Field("body", least=3, most=200),),
    "camera_status": (Field("camera_status"),),
    "text": (Field("text", least=REFUSAL),),
    "master": (),  # a file that must be there, not a field
    "redacted": (),
    "opposition": (Field("opposition", OPPOSITIONS),),  # where the law lets third parties oppose
}
_FREE = (one for fields in FIELDS.values() for one in fields if not (one.choices or one.number))
WORDS = frozenset(one.name for one in _FREE) - {"officer"}


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules ask of a case beside its status. `acted` is who did what in it, by permission."""

    tracks: frozenset[str]
    acted: Mapping[str, Collection[str]] = field(default_factory=dict)
    conflicted: Collection[str] = ()  # who said that they have an interest in it, and who asks
    masters: int = 0
    redacted: int = 0
    agreed: Mapping[str, Collection[str]] = field(default_factory=dict)  # who, to which ending of the case as it stands
    grounds: tuple[str, ...] = ()  # for a refusal, by the law of the place
    decided: Collection[str] = ()  # who decided what an appeal is against, or agreed to it
    opposes: bool = False  # the law lets third parties oppose
    waits: bool = False  # they still may


def fields(rule: Move, after: Status, resolution: Resolution | None, known: Known) -> tuple[Field, ...]:
    """What must be told with a move."""
    left_out = ("ground",) if known.opposes else ("ground", "opposition")
    found = [one for need in rule.needs if need not in left_out for one in FIELDS[need]]
    if "ground" in rule.needs:
        found.insert(0, Field("ground", known.grounds))
    if resolution is Resolution.NOT_HELD:
        found[0] = Field("reason", NOT_HELD)
    if rule.needs == ("outcome",):
        found[0] = Field("outcome", OUTCOMES[:1] if after is Status.CLOSED else OUTCOMES[1:])
    return tuple(found)


def told(wanted: Sequence[Field], given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(facts, words) out of what was given; raises Invalid("footage.incomplete") with what is wrong by field."""
    said = {one.name: given.get(one.name, "").strip() for one in wanted}
    wrong = {one.name: reason for one in wanted if (reason := one.problem(said[one.name]))}
    if wrong:
        raise Invalid("footage.incomplete", fields=wrong)
    words = {one.name for one in wanted if not one.choices and one.name in WORDS}
    free = words | {one.name for one in wanted if not (one.needed or said[one.name])}
    return (
        {name: value for name, value in said.items() if name not in free},
        {name: value for name, value in said.items() if name in words},
    )


def hindrance(
    person: str, by: Permission, rule: Move, after: Status, resolution: Resolution | None, known: Known
) -> str | None:
    """Why a person may not make a move that the table allows their role, or None."""
    if person in known.conflicted:
        return "footage.conflict"
    if apart(person, by, known.acted):
        return "footage.apart"
    if "outcome" in rule.needs and person in known.decided:
        return "footage.decided"
    if "opposition" in rule.needs and known.waits:
        return "footage.opposing"
    if after is Status.THIRD_PARTY and Track.INFORMATION not in known.tracks:
        return "footage.information_only"
    if "master" in rule.needs and not known.masters:
        return "footage.no_master"
    if "redacted" in rule.needs and not known.redacted:
        return "footage.no_redacted"
    if rule.second is not None and not any(other != person for other in known.agreed.get(str(resolution), ())):
        return "footage.second"
    return None


def apart(person: str, by: Permission, acted: Mapping[str, Collection[str]]) -> bool:
    """Whether somebody would do two of the three things that must be done by three persons.

    >>> apart("ana@x.cl", Permission.APPROVE, {"footage.redact": {"ana@x.cl"}})
    True
    >>> apart("ana@x.cl", Permission.REDACT, {"footage.redact": {"ana@x.cl"}})
    False
    """
    return by in APART and any(person in acted.get(other, ()) for other in APART if other is not by)
