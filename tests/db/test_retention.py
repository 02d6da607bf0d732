"""What is deleted in time, and what a hold keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from config.settings import Settings
from data_access import anchors
from data_access.desk import Desk, events, evidence, holds, outbox, requests, texts
from data_access.desk.retaining import files
from data_access.store import Store
from domain.errors import NotFound
from domain.footage.case import Case
from domain.footage.draft import Kind as Asked
from domain.footage.handling import Kind
from domain.footage.states import Resolution, Status
from services.footage import upkeep
from services.footage.retention import retain
from services.footage.waiting import overdue
from tests.dated import at, attached, filed, moved

DAY = 86_400
FILED, CLOSED = "2026-12-02", "2026-12-10"
END = at(CLOSED)
SETTINGS = Settings(home=Path(), database_url="", secret_key="")
HELD = 62 * DAY  # beyond the last hold: 30 business days to appeal and 5 more


def closed(desk: Desk, once: str = "one") -> tuple[str, dict[Kind, str]]:
    """A case that was delivered, with one file of each kind: its folio and their numbers."""
    case = filed(desk, FILED, once)
    pieces = {kind: attached(desk, case, kind, FILED) for kind in Kind}
    moved(desk, case, Status.CLARIFICATION, FILED, words={"question": "¿De qué color era el auto?"})
    moved(desk, case, Status.REVIEW, FILED)
    moved(desk, case, Status.CLOSED, CLOSED, Resolution.DENIED, {"ground": "rights"}, {"text": "No. " * 30})
    return case.folio, pieces


def what(desk: Desk, now: int, dry: bool = False) -> list[str]:
    return sorted(gone.what for gone in retain(desk, now, dry))


def left(desk: Desk) -> set[str]:
    with desk.engine.connect() as connection:
        return {file.kind for file in files(connection)}


def test_nothing_goes_while_a_case_is_open(desk: Desk) -> None:
    case = filed(desk, FILED)
    for kind in Kind:
        attached(desk, case, kind, FILED)
    assert retain(desk, at(FILED) + 4_000 * DAY) == []
    assert left(desk) == {"upload", "photo", "master", "redacted"}


def test_what_is_due_goes_and_each_deletion_is_an_event(desk: Desk) -> None:
    folio, pieces = closed(desk)
    assert what(desk, END + 30 * DAY) == ["photo"]
    assert what(desk, END + HELD) == ["hold", "master", "redacted"]
    assert not evidence.path(desk, pieces[Kind.MASTER]).exists()
    assert evidence.path(desk, pieces[Kind.UPLOAD]).exists()
    assert what(desk, END + 89 * DAY) == []
    assert what(desk, END + 90 * DAY) == ["upload"]
    assert left(desk) == set()
    with desk.engine.connect() as connection:
        links = events.of(connection, folio)
        gone = {link.details["object"] for link in links if link.action == "destroy"}
        assert events.verify(connection).whole
        names = {piece.name for piece in evidence.listing(connection, desk, _case(desk).id)}
    assert gone == set(pieces.values())
    assert names == {""}  # which may have named somebody


def test_whether_a_deletion_was_in_time_can_be_counted(desk: Desk) -> None:
    closed(desk)
    retain(desk, END + DAY)
    with desk.engine.connect() as connection:
        due = {file.kind: file.delete_after for file in files(connection)}
    assert due == {"upload": None, "master": None, "redacted": None}  # held: nothing is due yet
    for day in range(1, 100):
        retain(desk, END + day * DAY)
    with desk.engine.connect() as connection:
        pieces = evidence.listing(connection, desk, _case(desk).id)
    for piece in pieces:
        assert piece.delete_after is not None
        assert piece.destroyed_at is not None
        assert 0 <= piece.destroyed_at - piece.delete_after <= DAY


def test_a_hold_survives_the_job(desk: Desk) -> None:
    closed(desk)
    with desk.writing() as connection:
        holds.extend(connection, _case(desk).id, END + 5_000 * DAY)
    assert what(desk, END + 3_000 * DAY) == ["photo"]  # for the search alone, which is over
    assert left(desk) == {"upload", "master", "redacted"}
    with desk.engine.connect() as connection:
        assert requests.who(connection, desk.seal, _case(desk)) is not None
    with desk.writing() as connection:
        holds.release(connection, [hold.id for hold in holds.of(connection, _case(desk).id)], END + 3_000 * DAY)
    assert what(desk, END + 3_000 * DAY) == ["master", "person", "redacted", "upload"]


def test_an_appeal_keeps_everything(desk: Desk) -> None:
    closed(desk)
    moved(desk, _case(desk), Status.APPEAL, "2026-12-20", facts={"appeal": "agency"}, words={"grounds": "No es así."})
    assert retain(desk, END + 3_000 * DAY) == []
    assert left(desk) == {"upload", "photo", "master", "redacted"}


def test_the_hold_of_another_case_keeps_the_recording_of_the_same_stretch(desk: Desk) -> None:
    closed(desk)
    filed(desk, FILED, "two")  # open, the same camera and time
    assert what(desk, END + 100 * DAY) == ["hold", "photo", "upload"]
    assert left(desk) == {"master", "redacted"}


def test_who_asked_is_forgotten_after_two_years_and_the_row_stays(desk: Desk) -> None:
    folio, _ = closed(desk)
    retain(desk, END + 729 * DAY)
    with desk.engine.connect() as connection:
        assert requests.who(connection, desk.seal, _case(desk)) is not None
    assert what(desk, END + 730 * DAY) == ["person"]
    with desk.engine.connect() as connection:
        case = requests.by_folio(connection, folio)
        assert case is not None
        assert requests.who(connection, desk.seal, case) is None
        assert texts.of(connection, desk.seal, case) == ()
        assert (case.resolution, case.kind) == (Resolution.DENIED, "party")
        assert all(_said(connection, desk, entry.id) is None for entry in outbox.of_case(connection, case.id))
        assert events.verify(connection).whole
    assert retain(desk, END + 2_000 * DAY) == []


def test_what_a_letter_said_is_deleted_a_month_after_it_went_out(desk: Desk) -> None:
    filed(desk, FILED)
    with desk.writing() as connection:
        (entry,) = outbox.entries(connection)
        outbox.close(connection, entry.id, outbox.SENT, at(FILED))
    assert what(desk, at(FILED) + 30 * DAY) == []
    assert what(desk, at(FILED) + 31 * DAY) == ["letters"]
    with desk.engine.connect() as connection:
        assert _said(connection, desk, entry.id) is None
        assert len(outbox.entries(connection)) == 1


def test_a_dry_run_tells_what_would_go_and_touches_nothing(desk: Desk) -> None:
    closed(desk)
    for days in (60, 62, 90, 800):
        before = left(desk)
        wanted = what(desk, END + days * DAY, dry=True)
        assert left(desk) == before
        assert what(desk, END + days * DAY) == wanted, days


# --- what waits ------------------------------------------------------------------------------------------------


def asked(desk: Desk) -> None:
    case = filed(desk, "2026-12-14", kind=Asked.INFORMATION)
    moved(desk, case, Status.CLARIFICATION, "2026-12-14", words={"question": "¿En qué esquina?"})


@pytest.mark.parametrize(
    ("day", "moves"),
    [
        ("2026-12-16", []),
        ("2026-12-17", ["reminder"]),
        ("2026-12-21", ["reminder"]),  # the fifth business day
        ("2026-12-22", ["abandoned"]),
    ],
)
def test_what_was_asked_is_reminded_of_once_and_then_the_case_is_closed(desk: Desk, day: str, moves: list[str]) -> None:
    asked(desk)
    assert [move.what for move in overdue(desk, at(day), dry=True)] == moves
    assert [move.what for move in overdue(desk, at(day))] == moves
    assert overdue(desk, at(day)) == []
    case = _case(desk)
    assert case.resolution == (Resolution.ABANDONED if moves == ["abandoned"] else None)
    with desk.engine.connect() as connection:
        letter = outbox.read(connection, desk.seal, outbox.of_case(connection, case.id)[-1].id)
    if moves == ["reminder"]:
        assert "21 dic 2026" in letter.text  # counted from the question, not from the reminder


@pytest.mark.parametrize(("day", "left"), [("2027-01-13", True), ("2027-01-14", False)])
def test_what_nobody_collects_is_closed_after_thirty_days(desk: Desk, day: str, left: bool) -> None:
    case = filed(desk, FILED)
    moved(desk, case, Status.READY, "2026-12-14", Resolution.FULL, {"as": "footage.approve"}, {"act": "Entréguese."})
    overdue(desk, at(day))
    case = _case(desk)
    assert (case.status, case.resolution) == (
        (Status.READY, Resolution.FULL) if left else (Status.CLOSED, Resolution.NOT_COLLECTED)
    )


def test_the_worker_does_it_once_a_day(desk: Desk, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at("2026-12-22")
    asked(desk)
    monkeypatch.setattr("services.clock.now", lambda: now)
    for _ in range(2):  # two workers
        upkeep.Upkeep(desk, SETTINGS, sqlite_store)()
    with desk.engine.connect() as connection:
        assert events.count(connection, upkeep.DONE, 0, now + 1) == 1
    assert _case(desk).resolution is Resolution.ABANDONED
    now += DAY
    upkeep.Upkeep(desk, SETTINGS, sqlite_store)()
    with desk.engine.connect() as connection:
        assert events.count(connection, upkeep.DONE, 0, now + 1) == 2
        assert events.verify(connection).whole
        kept = [one.desk for one in anchors.read(sqlite_store.home)]
        assert (len(kept), events.missing(connection, kept)) == (2, ())


def _case(desk: Desk) -> Case:
    """The only case, or the first."""
    with desk.engine.connect() as connection:
        case = requests.by_folio(connection, outbox.entries(connection)[0].folio)
    assert case is not None
    return case


def _said(connection: Connection, desk: Desk, letter: int) -> outbox.Letter | None:
    try:
        return outbox.read(connection, desk.seal, letter)
    except NotFound:
        return None
