"""The states of a footage request and the one table of moves between them.

What is late is computed from dates and never stored. Status says where a case is, resolution how it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.people import Permission


class Status(StrEnum):
    RECEIVED = "received"
    IDENTITY = "identity_pending"
    CLARIFICATION = "clarification"
    REVIEW = "in_review"
    SEARCHING = "searching"
    THIRD_PARTY = "third_party"
    REDACTION = "redaction"
    APPROVAL = "approval"
    READY = "ready"
    DELIVERED = "delivered"
    CLOSED = "closed"
    APPEAL = "appeal"


class Resolution(StrEnum):
    FULL = "delivered_full"
    PARTIAL = "delivered_partial"
    VIEWING = "viewing_only"
    DENIED = "denied"
    NOT_HELD = "not_held"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    NOT_COLLECTED = "not_collected"
    EXPIRED = "expired"  # it was to be kept only, and is kept no longer


class Public(StrEnum):
    """What the requester sees of it."""

    RECEIVED = "received"
    WANTING = "wanting"  # something is asked of the requester
    SEARCHING = "searching"
    PROTECTING = "protecting"  # third parties
    READY = "ready"
    DELIVERED = "delivered"
    CLOSED = "closed"


SHOWN = {
    Status.RECEIVED: Public.RECEIVED,
    Status.IDENTITY: Public.WANTING,
    Status.CLARIFICATION: Public.WANTING,
    Status.REVIEW: Public.SEARCHING,
    Status.SEARCHING: Public.SEARCHING,
    Status.THIRD_PARTY: Public.PROTECTING,
    Status.REDACTION: Public.PROTECTING,
    Status.APPROVAL: Public.PROTECTING,
    Status.READY: Public.READY,
    Status.DELIVERED: Public.DELIVERED,
    Status.CLOSED: Public.CLOSED,
    Status.APPEAL: Public.SEARCHING,
}


class Party(StrEnum):
    """Who moves a case and holds no permission."""

    REQUESTER = "requester"
    SYSTEM = "system"  # the worker, on a schedule


Mover = Permission | Party


@dataclass(frozen=True, slots=True)
class Move:
    """One way on. `by` may move; with `second`, another person holding it must have agreed first.

    `resolutions` are those that this move may end with; `needs` names what must have been told with it; `ended` is how
    a case must have ended that is moved so.
    """

    by: tuple[Mover, ...]
    second: Permission | None = None
    resolutions: tuple[Resolution, ...] = ()
    needs: tuple[str, ...] = ()
    proves: bool = False  # whoever makes it gave their password a moment ago
    ended: Resolution | None = None

    def fits(self, resolution: Resolution | None) -> bool:
        """Whether a case that ended so, or did not end, may be moved so."""
        return self.ended in (None, resolution)


S, R, P = Status, Resolution, Permission
OPEN = tuple(status for status in Status if status not in (S.DELIVERED, S.CLOSED))
TIMED = tuple(status for status in OPEN if status is not S.APPEAL)  # in which the term of the first answer runs

_STEPS: dict[tuple[Status, Status], Move] = {
    (S.RECEIVED, S.IDENTITY): Move((P.INTAKE, Party.SYSTEM)),
    (S.RECEIVED, S.CLARIFICATION): Move((P.INTAKE,), needs=("question",)),
    (S.IDENTITY, S.CLARIFICATION): Move((P.INTAKE,), needs=("question",)),
    (S.RECEIVED, S.REVIEW): Move((P.INTAKE,), needs=("officer",)),
    (S.IDENTITY, S.REVIEW): Move((P.INTAKE,), needs=("proof", "officer")),
    (S.CLARIFICATION, S.REVIEW): Move((Party.REQUESTER, P.INTAKE), needs=("answer",)),
    (S.REVIEW, S.SEARCHING): Move((P.LEGAL,), needs=("basis",)),
    (S.SEARCHING, S.THIRD_PARTY): Move((P.LEGAL,), needs=("third_parties",)),
    (S.SEARCHING, S.REDACTION): Move((P.CUSTODY,), needs=("master",)),
    (S.THIRD_PARTY, S.REDACTION): Move((P.CUSTODY,), needs=("master", "opposition")),
    (S.REDACTION, S.APPROVAL): Move((P.REDACT,), needs=("redacted", "checklist")),
    (S.APPROVAL, S.READY): Move((P.APPROVE,), None, (R.FULL, R.PARTIAL, R.VIEWING), needs=("act",), proves=True),
    (S.APPROVAL, S.REDACTION): Move((P.APPROVE,), needs=("reason",)),
    (S.READY, S.DELIVERED): Move((P.DELIVER, Party.SYSTEM), needs=("receipt",), proves=True),
    (S.APPEAL, S.SEARCHING): Move((P.LEGAL,), needs=("outcome",), proves=True),
    (S.APPEAL, S.REDACTION): Move((P.LEGAL,), needs=("outcome",), proves=True),
    (S.DELIVERED, S.APPEAL): Move((Party.REQUESTER, P.LEGAL), needs=("grounds",)),
    (S.CLOSED, S.READY): Move((P.DELIVER,), needs=("redacted",), ended=R.NOT_COLLECTED),
    (S.CLOSED, S.APPEAL): Move((Party.REQUESTER, P.LEGAL), needs=("grounds",)),
    (S.APPEAL, S.CLOSED): Move((P.LEGAL,), needs=("outcome",), proves=True),
}
# Ways to an end: (status, resolution). A closed case has exactly one.
ENDINGS: dict[tuple[Status, Resolution], Move] = {
    (S.CLARIFICATION, R.ABANDONED): Move((Party.SYSTEM,)),
    (S.REVIEW, R.TRANSFERRED): Move((P.LEGAL,), needs=("body",)),
    (S.SEARCHING, R.NOT_HELD): Move((P.CUSTODY,), second=P.LEGAL, needs=("reason", "camera_status")),
    (S.REVIEW, R.DENIED): Move((P.APPROVE,), second=P.LEGAL, needs=("ground", "text"), proves=True),
    (S.APPROVAL, R.DENIED): Move((P.APPROVE,), second=P.LEGAL, needs=("ground", "text"), proves=True),
    (S.READY, R.NOT_COLLECTED): Move((Party.SYSTEM,)),
    **{(status, R.EXPIRED): Move((Party.SYSTEM,)) for status in (S.RECEIVED, S.IDENTITY, S.REVIEW, S.SEARCHING)},
    **{(status, R.WITHDRAWN): Move((Party.REQUESTER,)) for status in OPEN if status is not S.APPEAL},
}


def move(before: Status, after: Status, resolution: Resolution | None = None) -> Move | None:
    """The rule of a move, or None where there is no such move."""
    if after is S.CLOSED and before is not S.APPEAL:
        return None if resolution is None else ENDINGS.get((before, resolution))
    found = _STEPS.get((before, after))
    if found is None or resolution not in (found.resolutions or (None,)):
        return None
    return found


def moves(before: Status) -> list[tuple[Status, Resolution | None, Move]]:
    """Every way on from a status, with the resolution where it ends."""
    steps = [
        (after, resolution, rule)
        for (start, after), rule in _STEPS.items()
        if start is before
        for resolution in rule.resolutions or (None,)
    ]
    return steps + [(S.CLOSED, how, rule) for (start, how), rule in ENDINGS.items() if start is before]
