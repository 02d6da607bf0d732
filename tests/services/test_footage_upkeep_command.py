"""Letters and deletions from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands import main
from data_access.desk import Desk, events, outbox
from data_access.engine import make_engine
from domain.footage.draft import Contact
from domain.footage.handling import Kind
from domain.footage.states import Resolution, Status
from tests.dated import attached, filed, moved
from tests.mail import Mailbox, free_port, mail_server

Run = Callable[..., Result]


@pytest.fixture
def desk(sqlite_desk_url: str, tmp_path: Path) -> Desk:
    return Desk(make_engine(sqlite_desk_url), tmp_path / "home" / "desk", ("0123456789abcdef" * 4,))


@pytest.fixture
def run(desk: Desk, sqlite_desk_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    given = {"ATALAYA_HOME": str(tmp_path / "home"), "ATALAYA_DESK_URL": sqlite_desk_url, "ATALAYA_LANGUAGE": "en"}
    for name, value in (given | {"ATALAYA_DESK_KEY": desk.keys[0]}).items():
        monkeypatch.setenv(name, value)
    return lambda *words: CliRunner().invoke(main, ["footage", *words])


def test_what_waits_is_listed_shown_and_sent(run: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = filed(desk, "2026-11-10", language="en")
    filed(desk, "2026-11-10", once="two", contact=Contact(in_person=True))
    with desk.engine.begin() as connection:
        outbox.claim(connection, 2_000_000_000)  # its next try lies far ahead
    told = run("outbox").output
    assert case.folio in told
    assert "Acknowledgement" in told
    assert "2 letters." in told
    assert "We received your request for footage" in run("outbox", "--show", "1").output
    assert run("outbox", "--show", "9").exit_code == 1
    assert "ATALAYA_SMTP_URL" in run("outbox", "--send").output
    box = Mailbox(free_port())
    monkeypatch.setenv("ATALAYA_SMTP_URL", box.url)
    monkeypatch.setenv("ATALAYA_MAIL_FROM", "grabaciones@ciudad.cl")
    assert "takes no more" in run("outbox", "--send").output
    with mail_server(box):
        assert "One letter was sent." in run("outbox", "--send").output
    assert box.recipients == ["ana@example.org"]
    assert "One letter." in run("outbox").output
    assert "2 letters." in run("outbox", "--all").output


def test_a_dry_run_says_what_the_run_then_does(run: Run, desk: Desk) -> None:
    case = filed(desk, "2020-03-02")
    attached(desk, case, Kind.UPLOAD, "2020-03-02")
    moved(desk, case, Status.CLOSED, "2020-03-10", Resolution.WITHDRAWN)
    dry, done = run("retain", "--dry-run"), run("retain")
    assert dry.exit_code == done.exit_code == 0
    assert dry.output.splitlines()[:-1] == done.output.splitlines()[:-1]
    assert "To be done: 0 requests, 3 deletions." in dry.output
    assert "Done: 0 requests, 3 deletions." in done.output
    assert "Done: 0 requests, 0 deletions." in run("retain").output
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole
