"""Deleting on schedule, and moving what waited too long. What lies under a hold, or under an appeal, survives.

The schedule is written down before it is due, so that whether a deletion came in time can be counted: the photo of who
asks as soon as a case is closed; uploads ninety days after; recordings and what was made from them as long as the law
of the place keeps footage, and not before the last hold on the case ends; who asked, and every word about it, two years
after closing; what a letter said thirty days after it was sent. Each deletion is an event of its case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, evidence, holds, outbox, requests, retaining, texts
from data_access.desk.retaining import Due, File
from domain.footage.case import Case
from domain.footage.handling import Kind
from domain.people import SYSTEM

DAY = 86_400  # seconds
UPLOADS, PERSON, LETTERS = 90, 730, 30  # days


@dataclass(frozen=True, slots=True)
class Gone:
    """One thing that was deleted, or would be: a file by its id, who asked, or letters."""

    folio: str
    what: str  # upload, photo, master, redacted, person, letters or hold
    object: str
    due: int  # when it was due


def retain(desk: Desk, now: int, dry: bool = False) -> list[Gone]:
    """Delete everything that is due; with `dry` only say what would go. May be interrupted and run again."""
    if not dry:
        with desk.writing() as connection:
            _schedule(connection, now)
            retaining.forget_tries(connection, now - DAY)
    return [gone for step in (_holds, _files, _persons, _letters) for gone in step(desk, now, dry)]


# --- holds that ran out ----------------------------------------------------------------------------------------


def _holds(desk: Desk, now: int, dry: bool) -> Iterator[Gone]:
    """Let go of holds that ran out on closed cases; on an open case somebody must look first."""
    with desk.engine.connect() as connection:
        found = retaining.ended_holds(connection, now)
    for folio, id, until in found:
        if not dry:
            with desk.writing() as connection:
                case = requests.by_folio(connection, folio)
                if case is None or case.open:
                    continue
                holds.release(connection, [id], now)
                events.append(connection, folio, now, SYSTEM.email, "release", {"hold": id})
        yield Gone(folio, "hold", str(id), until)


# --- files -----------------------------------------------------------------------------------------------------


def _schedule(connection: Connection, now: int) -> None:
    """Write down when each file is due, and take the day back where its case was opened again or is held longer."""
    for file in retaining.files(connection):
        due = _due(connection, file, now)
        if due != file.delete_after:
            retaining.schedule(connection, file.id, due)


def _due(connection: Connection, file: File, now: int) -> int | None:
    """When a file is to go; None while its case is open or appealed, or it is held."""
    if file.closed_at is None or retaining.file_is_held(connection, file, now):
        return None
    if file.kind == Kind.PHOTO:
        return file.closed_at
    if file.kind == Kind.UPLOAD:
        return max(file.closed_at + UPLOADS * DAY, retaining.last_hold(connection, file.request_id))
    kept = file.closed_at + jurisdiction(file.jurisdiction).retention_days * DAY
    return max(kept, retaining.last_hold(connection, file.request_id))


def _files(desk: Desk, now: int, dry: bool) -> Iterator[Gone]:
    with desk.engine.connect() as connection:
        found = [(file, _due(connection, file, now)) for file in retaining.files(connection)]
    for file, due in found:
        if due is not None and due <= now and (dry or _destroy(desk, file, now)):
            yield Gone(file.folio, file.kind, file.id, due)


def _destroy(desk: Desk, file: File, now: int) -> bool:
    """Delete a file and say so. Whether it may go is asked again where nobody else can write."""
    with desk.writing() as connection:
        if retaining.file_is_held(connection, file, now):
            return False
        evidence.revoke(connection, file.id)
        evidence.erase(desk, file.id)
        evidence.destroyed(connection, desk, file.id, now)
        details = {"object": file.id, "kind": file.kind, "sha256": file.sha256, "due": file.delete_after}
        events.append(connection, file.folio, now, SYSTEM.email, "destroy", details)
    return True


# --- who asked -------------------------------------------------------------------------------------------------


def _persons(desk: Desk, now: int, dry: bool) -> Iterator[Gone]:
    with desk.engine.connect() as connection:
        found = retaining.persons(connection, now - PERSON * DAY, now)
    for due in found:
        if dry or _forget(desk, due, now):
            yield Gone(due.folio, "person", due.folio, due.closed_at + PERSON * DAY)


def _forget(desk: Desk, due: Due, now: int) -> bool:
    with desk.writing() as connection:
        case = requests.by_folio(connection, due.folio)
        if case is None or not _over(connection, case, now):
            return False
        requests.forget(connection, case)
        texts.forget(connection, case)
        letters = outbox.forget_case(connection, case.id)
        events.append(connection, case.folio, now, SYSTEM.email, "forget", {"letters": letters})
    return True


def _over(connection: Connection, case: Case, now: int) -> bool:
    """Whether a case is closed for good: long enough, not appealed, and nothing of it held."""
    closed = not case.open and case.closed_at is not None and case.closed_at <= now - PERSON * DAY
    return closed and not retaining.case_is_held(connection, case.id, now)


# --- letters ---------------------------------------------------------------------------------------------------


def _letters(desk: Desk, now: int, dry: bool) -> Iterator[Gone]:
    before = now - LETTERS * DAY
    with desk.engine.connect() as connection:
        found = retaining.sent_letters(connection, before)
    for folio, id, sent_at in found:
        if not dry:
            with desk.writing() as connection:
                if not outbox.forget_letter(connection, id):
                    continue
                events.append(connection, folio, now, SYSTEM.email, "forget_letter", {"letter": id})
        yield Gone(folio, "letters", str(id), sent_at + LETTERS * DAY)
