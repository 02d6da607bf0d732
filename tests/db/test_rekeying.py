"""Changing the desk's key: everything opens before, meanwhile and after, and the former key can be dropped."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from commands import main
from config.settings import Settings
from data_access import migrate
from data_access.desk import Desk, events, evidence, outbox, rekeying, requests, texts
from domain.errors import Stale
from domain.footage.draft import Contact
from domain.people import ANONYMOUS
from services.footage.filing import file
from services.footage.uploads import Upload
from tests.filing import a_draft, a_filing

NEWER = "a newer key"


def several(desk: Desk, count: int = 5) -> list[str]:
    """Folios of requests, each with an upload and a text."""
    folios = []
    for number in range(count):
        draft = a_draft(document=f"P{number}", document_type="passport", contact=Contact(in_person=True))
        uploads = [Upload("poder.pdf", "application/pdf", b"%PDF-")]
        folios.append(file(desk, ANONYMOUS, a_filing(draft=draft, uploads=uploads)).folio)
        with desk.writing() as connection:
            case = requests.by_folio(connection, folios[-1])
            assert case is not None
            texts.put(connection, desk.seal, case, "note", 5, "a@example.org", f"nota {number}")
    return folios


def everything(desk: Desk, folio: str) -> list[object]:
    """All that is sealed of a request, opened."""
    with desk.engine.connect() as connection:
        case = requests.by_folio(connection, folio)
        assert case is not None
        (piece,) = evidence.listing(connection, desk, case.id)
        (letter,) = outbox.of_case(connection, case.id)
        read = b"".join(evidence.read(connection, desk, piece.id))
        said = texts.of(connection, desk.seal, case)
        return [
            requests.who(connection, desk.seal, case),
            said,
            piece,
            read,
            outbox.read(connection, desk.seal, letter.id),
        ]


def test_everything_opens_with_the_new_key_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "BATCH", 2)  # so that there are several
    folios = several(desk)
    before = [everything(desk, folio) for folio in folios]
    both = Desk(desk.engine, desk.home, (NEWER, *desk.keys))
    assert [everything(both, folio) for folio in folios] == before
    assert rekeying.rekey(both) == 20
    after = Desk(desk.engine, desk.home, (NEWER,))
    assert [everything(after, folio) for folio in folios] == before
    with pytest.raises(Stale, match=r"desk\.sealed"):
        everything(desk, folios[0])
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole


def test_a_persons_requests_are_found_before_and_after(desk: Desk) -> None:
    several(desk, 1)
    both, after = (Desk(desk.engine, desk.home, keys) for keys in ((NEWER, *desk.keys), (NEWER,)))
    wanted = "passport P0"
    with desk.engine.connect() as connection:
        assert requests.open_of(connection, both.seal.hashes("document", wanted))
        assert not requests.open_of(connection, after.seal.hashes("document", wanted))
    rekeying.rekey(both)
    with desk.engine.connect() as connection:
        assert requests.open_of(connection, after.seal.hashes("document", wanted))


def test_a_key_that_is_missing_stops_it_with_everything_as_it_was(desk: Desk) -> None:
    folios = several(desk, 2)
    before = [everything(desk, folio) for folio in folios]
    with pytest.raises(Stale, match=r"desk\.sealed"):
        rekeying.rekey(Desk(desk.engine, desk.home, (NEWER,)))
    assert [everything(desk, folio) for folio in folios] == before


def test_what_was_deleted_stays_deleted(desk: Desk) -> None:
    (folio,) = several(desk, 1)
    with desk.writing() as connection:
        case = requests.by_folio(connection, folio)
        assert case is not None
        requests.forget(connection, case)
    assert rekeying.rekey(desk) == 3
    with desk.engine.connect() as connection:
        assert connection.execute(text("SELECT sealed, document FROM footage_requests")).one() == (None, None)


def test_a_double_run_changes_nothing_that_can_be_read(sqlite_desk: Desk) -> None:
    (folio,) = several(sqlite_desk, 1)
    before = everything(sqlite_desk, folio)
    assert rekeying.rekey(sqlite_desk) == rekeying.rekey(sqlite_desk) == 4
    assert everything(sqlite_desk, folio) == before


# --- the commands ----------------------------------------------------------------------------------------------


@pytest.fixture
def installed(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk of an installation in an environment of its own."""
    monkeypatch.setenv("ATALAYA_HOME", str(tmp_path))
    monkeypatch.setenv("ATALAYA_LANGUAGE", "en")
    desk = Desk.open(Settings.from_environment())
    migrate.upgrade(desk.engine, migrate.DESK)
    return desk


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["footage", *arguments])
    return result.exit_code, result.output


def test_the_commands_on_a_desk_in_order(installed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folios = several(installed, 2)
    with installed.engine.connect() as connection:
        head = events.head(connection)
    assert run("verify", "--head", head) == (0, f"Whole: 8 events. The last one is {head}\n")
    status, told = run("list")
    assert status == 0
    assert [line.split()[0] for line in told.splitlines()] == [*folios, "2"]
    assert "Ana" not in told
    monkeypatch.setenv("ATALAYA_DESK_KEY", f"{'0123456789abcdef' * 4},{installed.keys[0]}")
    status, told = run("rekey")
    assert (status, told.splitlines()[-1]) == (0, "Encrypted anew: 8.")
    monkeypatch.setenv("ATALAYA_DESK_KEY", "0123456789abcdef" * 4)
    assert run("rekey")[0] == 0


def test_verify_says_what_is_wrong_with_status_one(installed: Desk) -> None:
    folios = several(installed, 1)
    assert run("verify", "--head", "f" * 64) == (1, f"No event has the hash {'f' * 64}.\n")
    with installed.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER case_events_update"))
        connection.execute(text("UPDATE case_events SET actor = 'nobody' WHERE id = 2"))
        connection.execute(text("UPDATE footage_requests SET status = 'closed'"))
    status, told = run("verify")
    assert status == 1
    assert "Event 2 does not follow" in told
    assert folios[0] in told


def test_a_desk_that_was_not_migrated_is_told_what_to_run(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATALAYA_HOME", str(tmp_path))
    for command in (["verify"], ["rekey"], ["list"]):
        status, told = run(*command)
        assert status == 1
        assert "atalaya migrate" in told
