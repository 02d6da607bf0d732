"""A case as the desk sees it, without who asks; the queue and what one may filter it by; what its clocks say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.footage.custody import Piece
from domain.footage.deadlines import TARGET_BEFORE, Track, add_business_days, is_business_day, on_or_before
from domain.footage.draft import Delivery
from domain.footage.handling import Field
from domain.footage.states import OPEN, TIMED, Resolution, Status
from domain.people import Actor, Permission, may

SOON = 5  # days


@dataclass(frozen=True, slots=True)
class Case:
    """One request. Instants are seconds since 1970; `due_at` is the end of the last legal day."""

    id: int
    folio: str
    version: int
    status: Status
    resolution: Resolution | None
    kind: str
    tracks: tuple[Track, ...]
    jurisdiction: str
    channel: str
    language: str
    received_at: int
    due_at: int | None
    segments: tuple[tuple[int, int], ...]
    place: Mapping[str, Any]
    delivery: str
    needs: str
    officer: str
    sensitive: bool
    extended: bool
    conflict: bool
    closed_at: int | None
    synthetic: bool

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def timed(self) -> bool:
        """Whether the term of the first answer runs."""
        return self.status in TIMED

    @property
    def personal(self) -> bool:
        """Whether it is handed to nobody but who asks: their own data."""
        return Track.SUBJECT in self.tracks

    @property
    def way(self) -> Delivery:
        """How it is handed over: as was asked for, unless it is only shown."""
        if self.resolution is Resolution.VIEWING:
            return Delivery.VIEWING
        return Delivery(self.delivery) if self.delivery else Delivery.COUNTER

    @property
    def asks_identity(self) -> bool:
        """Whether nobody at a counter will see who asks when it is handed over, so that it must be seen before."""
        return self.personal and self.delivery == Delivery.DOWNLOAD


def open_to(case: Case, actor: Actor) -> bool:
    """Whether somebody may see a case at all: a delicate one is for few, and for who is in charge of it."""
    return not case.sensitive or may(actor, Permission.DELICATE) or actor.email == case.officer


def identified(links: Sequence[Link]) -> bool:
    """Whether it is known who asks: somebody of the desk saw them, or a provider of identities said it."""
    return any("proof" in link.details for link in links)


def confirmed(links: Sequence[Link]) -> Link | None:
    """The event with which a provider of identities, which it names, said who asks."""
    return next((link for link in links if "provider" in link.details), None)


def deciders(links: Sequence[Link]) -> frozenset[str]:
    """Who decided how a case ended, agreed to that, or let it stand; once an appeal was granted, nobody has."""
    found: set[str] = set()
    agreed: list[Link] = []
    for link in links:
        how = link.details.get("resolution")
        if link.action == "agreed":
            agreed.append(link)
        elif link.action == "moved":
            if how:
                found |= {link.actor, *(one.actor for one in agreed if one.details["resolution"] == how)}
            elif link.before == Status.APPEAL:
                found = {*found, link.actor} if link.after == Status.CLOSED else set()
            agreed = []
    return frozenset(found)


def approved(links: Sequence[Link]) -> Resolution | None:
    """How the delivery of a case was last approved."""
    found = [link.details.get("resolution") for link in links if link.after == Status.READY]
    return Resolution(str(found[-1])) if found and found[-1] else None


def photo_asked(case: Case, links: Sequence[Link]) -> bool:
    """Whether the desk awaits a photo of who asks."""
    asked = [link.details for link in links if link.after == Status.CLARIFICATION]
    return case.status is Status.CLARIFICATION and bool(asked) and asked[-1].get("photo") == "asked"


@dataclass(frozen=True, slots=True)
class Link:
    """One event of a case; `details` are facts from closed lists, hashes and instants."""

    id: int
    at: int
    actor: str
    action: str
    before: str | None
    after: str | None
    details: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words that somebody wrote in a case."""

    kind: str
    at: int
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A stretch of a camera's recording that must not be overwritten."""

    id: int
    camera: str
    starts: int
    ends: int
    until: int
    kept_until: int | None  # no move of the case makes it end sooner
    placed_at: int
    confirm_by: int
    confirmed_at: int | None
    confirmed_by: str | None
    reference: str | None
    sha256: str | None
    released_at: int | None

    def late(self, now: int) -> bool:
        """Whether nobody confirmed for too long that it is kept."""
        return self.released_at is None and self.confirmed_at is None and now > self.confirm_by


@dataclass(frozen=True, slots=True)
class Agreement:
    """Somebody agreed to an ending of a case as it stood."""

    resolution: Resolution
    actor: str
    at: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that the table allows somebody's role, and what it asks for. `hindrance` says why not yet, or not them.

    With `agrees` they would agree to it, for another person to make it.
    """

    after: Status
    resolution: Resolution | None
    fields: tuple[Field, ...]
    hindrance: str = ""
    agrees: bool = False

    @property
    def key(self) -> str:
        """Names the move in addresses and forms."""
        return f"{self.after}-{self.resolution}" if self.resolution else str(self.after)


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of a case, without what it says; it waits, was sent, failed, or is kept to be handed over. `readable`
    until what it said is deleted."""

    id: int
    template: str
    status: str
    sent_at: int | None
    readable: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the desk shows of a case; who asks is not in it. To who is `involved` it tells where it
    stands and its dates alone. `intact`: the chain of events holds."""

    case: Case
    clock: Clock | None
    offers: tuple[Offer, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    holds: tuple[Hold, ...] = ()
    pieces: tuple[Piece, ...] = ()
    links: tuple[Link, ...] = ()
    said: tuple[Said, ...] = ()
    letters: tuple[Sent, ...] = ()
    intact: bool = True
    extendable: bool = False
    identified: bool = False
    go_on_from: date | None = None  # third parties may oppose until the day before
    cameras: tuple[tuple[str, str], ...] = ()  # code and name of those that this person may hold
    may: frozenset[Permission] = frozenset()  # of who reads it, as far as this case goes
    involved: bool = False  # who reads it has an interest in it


# --- clocks ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clock:
    """How much time is left: calendar and business days until the last legal day, below nought when it is over.

    `target` is the day that the desk works towards.
    """

    due: date
    target: date
    calendar: int
    business: int
    paused: bool

    @property
    def overdue(self) -> bool:
        return self.calendar < 0


def clock(due_at: int, now: int, zone: str, holidays: Collection[date], paused: bool = False) -> Clock:
    due, today = last_day(due_at, zone), datetime.fromtimestamp(now, ZoneInfo(zone)).date()
    target = add_business_days(on_or_before(due, holidays), -TARGET_BEFORE, holidays)
    return Clock(due, target, (due - today).days, business_days(today, due, holidays), paused)


def last_day(due_at: int, zone: str) -> date:
    """The day that ends at an instant."""
    return datetime.fromtimestamp(due_at - 1, ZoneInfo(zone)).date()


def business_days(today: date, due: date, holidays: Collection[date]) -> int:
    """Business days after today up to and with the last one; negative once it is over.

    >>> business_days(date(2026, 12, 4), date(2026, 12, 9), {date(2026, 12, 8)})
    2
    """
    if due < today:
        return -business_days(due, today, holidays)
    days = (today + timedelta(days=n) for n in range(1, (due - today).days + 1))
    return sum(is_business_day(day, holidays) for day in days)


# --- the queue -------------------------------------------------------------------------------------------------

ALL, OPEN_ONES = "all", "open"
DUE = ("", "0", "2", "5", "10")  # days; 0 is overdue


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the queue is filtered by; the page's address."""

    status: str = OPEN_ONES
    kind: str = ""
    officer: str = ""
    camera: str = ""
    due: str = ""
    unconfirmed: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Wanted:
        """What an address asks for; what it cannot mean is left out."""
        status, due = query.get("status", ""), query.get("due", "")
        return cls(
            status=status if status in (ALL, *Status) else OPEN_ONES,
            kind=query.get("kind", "")[:20],
            officer=query.get("officer", "")[:255],
            camera=query.get("camera", "")[:40],
            due=due if due in DUE else "",
            unconfirmed=query.get("unconfirmed", "") == "1",
        )

    def to_query(self) -> dict[str, str]:
        """The address, without what it would be anyway."""
        told = {name: getattr(self, name) for name in ("status", "kind", "officer", "camera", "due")}
        found = {name: value for name, value in told.items() if value and value != OPEN_ONES}
        return found | ({"unconfirmed": "1"} if self.unconfirmed else {})


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the queue. `unconfirmed` holds wait too long for somebody to confirm them."""

    folio: str
    status: Status
    resolution: Resolution | None
    kind: str
    received_at: int
    due_at: int | None
    officer: str
    sensitive: bool
    extended: bool
    synthetic: bool
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Of open cases, whatever the filter."""

    open: int = 0
    overdue: int = 0
    soon: int = 0
    unconfirmed: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, overdue first; `total` match the filter."""

    lines: tuple[Line, ...]
    total: int
    counts: Counts
    kinds: tuple[str, ...]
    officers: tuple[str, ...]
