"""What a requester is shown: the receipt, and where a request is. Nobody's name, no place, no time of what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.footage.draft import Delivery
from domain.footage.papers import Paper
from domain.footage.states import Public, Resolution, Status


class Step(StrEnum):
    """What comes next."""

    REVIEW = "review"
    IDENTITY = "identity"
    ANSWER = "answer"
    SEARCH = "search"
    PROTECT = "protect"
    COLLECT = "collect"
    DECIDE = "decide"  # an appeal
    NOTHING = "nothing"


NEXT = {
    Status.RECEIVED: Step.REVIEW,
    Status.IDENTITY: Step.IDENTITY,
    Status.CLARIFICATION: Step.ANSWER,
    Status.REVIEW: Step.SEARCH,
    Status.SEARCHING: Step.SEARCH,
    Status.THIRD_PARTY: Step.PROTECT,
    Status.REDACTION: Step.PROTECT,
    Status.APPROVAL: Step.PROTECT,
    Status.READY: Step.COLLECT,
    Status.DELIVERED: Step.NOTHING,
    Status.CLOSED: Step.NOTHING,
    Status.APPEAL: Step.DECIDE,
}


class Answer(StrEnum):
    """What a requester may do about a request."""

    ANSWER = "answer"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    RENEW = "renew"  # that footage is kept


class Mail(StrEnum):
    """Whether who asks is written to."""

    NONE = "none"  # no address
    WAITING = "waiting"  # for them to say that it is theirs
    SPENT = "spent"  # they were asked often enough
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of a filed request. `code` is shown this once; it is empty where the form had been filed a while before."""

    folio: str
    code: str
    received: date
    due: date | None
    preserved_until: date | None
    again: bool = False  # the form had been filed already
    duplicate_of: str = ""  # folio of an open request for the same footage; told to staff alone
    next: Step = Step.REVIEW
    mail: Mail = Mail.NONE


@dataclass(frozen=True, slots=True)
class Instance:
    """Where one may turn to; `until` is empty where the law sets no term."""

    body: Mapping[str, str]  # by language
    until: date | None


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be downloaded, how often still and until when; the days count from the first time."""

    id: str
    bytes: int
    left: int
    until: date | None


@dataclass(frozen=True, slots=True)
class View:
    """Where a request is. In the desk's words: `question` is what it asked, `reply` the grounds of its answer,
    `extension` why it took longer, `body` to whom it passed the request on."""

    folio: str
    status: Public
    resolution: Resolution | None
    ground: str  # code of the jurisdiction's ground, of a refusal
    reason: str  # code of why there is no footage
    body: str
    received: date
    due: date | None
    overdue: bool
    extended: bool
    extension: str
    preserved_until: date | None
    next: Step
    may: tuple[Answer, ...]
    answer_by: date | None
    appeal_by: date | None
    instances: tuple[Instance, ...]
    question: str
    reply: str
    history: tuple[tuple[date, Public], ...]
    papers: tuple[Paper, ...] = ()
    photo: bool = False  # the desk asked for one, with its question
    way: Delivery = Delivery.COUNTER  # how it is handed over
    downloads: tuple[Download, ...] = ()
    viewing: int | None = None  # the instant at which it is shown
    mail: Mail = Mail.NONE
    renew_until: date | None = None  # until when footage is kept if they renew it now
