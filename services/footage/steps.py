"""What every move of a case does, whoever makes it: somebody at the desk, who asks, or the worker on a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, evidence, holds, requests, texts
from domain.errors import Invalid
from domain.footage import handling
from domain.footage.case import Case, approved
from domain.footage.handling import Act, Kind
from domain.footage.states import Resolution, Status
from services import clock
from services.footage import letters, terms

ENDED = (Status.DELIVERED, Status.CLOSED)


def carry(
    connection: Connection,
    desk: Desk,
    person: str,
    case: Case,
    way: tuple[Status, Resolution | None],
    facts: Mapping[str, str],
    words: Mapping[str, str],
    at: int | None = None,
) -> Case:
    """Make a move that its caller has allowed: the event, the row, the words, what it means for holds and recordings,
    and the letter that tells of it. `facts` and `words` are what was told with it; `at` is when, now unless told."""
    after, resolution = way
    now, details = clock.now() if at is None else at, dict(facts)
    if (case.status, after) == (Status.CLOSED, Status.READY):  # it waits again, as it was approved
        resolution = approved(events.of(connection, case.folio))
    if "officer" in facts:
        details["officer"] = address(facts["officer"])
    if resolution is not None:
        details["resolution"] = str(resolution)
    events.append(connection, case.folio, now, person, "moved", details, str(case.status), str(after))
    changed = requests.change(connection, case, **_columns(connection, case, after, resolution, details, now))
    write(connection, desk, person, changed, words, now)
    _hold(connection, case, changed, now)
    letters.of_move(connection, desk, changed, case.status, now, {**facts, **words})
    _recordings(connection, desk, person, case, changed, details, now)
    return changed


def _columns(
    connection: Connection,
    case: Case,
    after: Status,
    resolution: Resolution | None,
    details: Mapping[str, Any],
    now: int,
) -> dict[str, Any]:
    """What a move writes into the row of its case."""
    found: dict[str, Any] = {"status": str(after)}
    if resolution is not None:
        found["resolution"] = str(resolution)
    if "officer" in details:
        found["officer"] = details["officer"]
    if after in ENDED:
        upheld = case.status is Status.APPEAL and case.closed_at is not None  # what stands was answered then
        found["closed_at"] = case.closed_at if upheld else now
    elif after is Status.READY and case.status is Status.CLOSED:
        found |= {"closed_at": None, "due_at": None}  # the law's term was kept when it was ready first
    elif case.status is Status.APPEAL:
        found |= {"closed_at": None, "resolution": None}
    if case.status is Status.CLARIFICATION:
        found["due_at"] = terms.due_at(jurisdiction(case.jurisdiction), case, events.of(connection, case.folio))
    return found


def write(
    connection: Connection, desk: Desk, person: str, case: Case, words: Mapping[str, str], at: int | None = None
) -> None:
    for kind, text in words.items():
        texts.put(connection, desk.seal, case, kind, clock.now() if at is None else at, person, text)


def _hold(connection: Connection, before: Case, after: Case, now: int) -> None:
    """Holds last until the last appeal could have come, and through an appeal until it is decided; what was passed on
    to another body is held no less long than before, and what was only to be kept is over."""
    if after.status is Status.CLOSED and after.resolution is Resolution.EXPIRED:
        return
    law = jurisdiction(after.jurisdiction)
    today, received = terms.today(law, now), terms.today(law, after.received_at)
    if after.status in ENDED:
        day = terms.hold_until(law, after.tracks, received, today)
    elif after.status is Status.APPEAL or before.status in (Status.APPEAL, Status.CLOSED):
        day = terms.hold_until(law, after.tracks, today)
    else:
        return
    hold = holds.keep if after.resolution is Resolution.TRANSFERRED else holds.extend
    hold(connection, after.id, terms.end_of(law, day))


def _recordings(
    connection: Connection, desk: Desk, person: str, before: Case, after: Case, details: Mapping[str, Any], now: int
) -> None:
    """What a move means for the recordings goes into the chain of custody; one lost while it was held is told apart."""
    if details.get("reason") == handling.INCIDENT:
        events.append(connection, after.folio, now, person, "incident", {"reason": handling.INCIDENT})
    act = {Status.READY: Act.APPROVE, Status.DELIVERED: Act.DELIVER}.get(after.status)
    if act is None or before.status is Status.CLOSED:
        return
    for piece in evidence.listing(connection, desk, after.id):
        if piece.kind is Kind.REDACTED and piece.destroyed_at is None:
            known = {"object": piece.id, "sha256": piece.sha256, "bytes": piece.bytes}
            events.append(connection, after.folio, now, person, str(act), known)


def address(officer: str) -> str:
    """The e-mail address of who handles a case. Raises Invalid."""
    name, at, host = officer.strip().lower().partition("@")
    if not (name and at and "." in host) or any(letter.isspace() for letter in officer.strip()):
        raise Invalid("footage.incomplete", fields={"officer": "address"})
    return officer.strip().lower()
