"""The chain of the audit log: what was written stands, and whatever is done to it is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, text

from commands import main
from data_access import anchors, audit, migrate
from data_access.chaining import FIRST
from data_access.desk import Desk, events
from data_access.engine import make_engine
from data_access.store import Store
from domain.people import ANONYMOUS, SYSTEM
from services.audit import anchor, note, record
from tests.postgres import Postgres

OLD = {"at": 5, "actor_id": 7, "actor": "ana@ciudad.cl", "action": "sign_in", "object": "192.0.2.1", "details": "{}"}
COLUMNS = ["at", "actor_id", "actor", "action", "object", "details", "previous", "hash"]


def write(store: Store, count: int = 5) -> None:
    for number in range(count):
        record(store, SYSTEM, "export.summary", f"q{number}", rows=number, said="año")


def verify(engine: Engine, *heads: str) -> audit.Chain:
    with engine.connect() as connection:
        return audit.verify(connection, heads)


def tampered(engine: Engine, *statements: str) -> audit.Chain:
    """The chain after somebody who owns the database had their way with it."""
    postgres = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        for name in ("change",) if postgres else ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER audit_events_{name}" + (" ON audit_events" if postgres else "")))
        for statement in statements:
            connection.execute(text(statement))
    return verify(engine)


def test_a_log_that_nobody_touched_is_whole(store: Store) -> None:
    assert verify(store.engine) == audit.Chain(0, 0, FIRST, ())
    write(store)
    chain = verify(store.engine)
    assert (chain.count, chain.unchained, chain.whole) == (5, 0, True)
    with store.engine.connect() as connection:
        assert audit.head(connection) == chain.head


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_word_is_found(store: Store, column: str) -> None:
    write(store)
    new = "9" if column in ("at", "actor_id") else "'{}'" if column == "details" else "'other'"
    chain = tampered(store.engine, f'UPDATE audit_events SET "{column}" = {new} WHERE id = 3')
    assert chain.broken == ((3, 4) if column == "hash" else (3,))


def test_an_event_that_is_missing_or_put_in_between_is_found(store: Store) -> None:
    write(store)
    said = "insert into audit_events (id, at, actor, action, object, details) values (9, 1, 'x', 'sign_in', '', '{}')"
    chain = tampered(store.engine, "DELETE FROM audit_events WHERE id = 2", said)
    assert chain.broken == (3, 9)


def test_a_log_without_any_hash_is_none(store: Store) -> None:
    write(store, 2)
    assert tampered(store.engine, "UPDATE audit_events SET previous = NULL, hash = NULL").broken == (2,)


def test_events_that_changed_places_are_found(store: Store) -> None:
    write(store)
    swap = ("id = -1 WHERE id = 2", "id = 2 WHERE id = 4", "id = 4 WHERE id = -1")
    assert {2, 4} <= set(tampered(store.engine, *(f"UPDATE audit_events SET {part}" for part in swap)).broken)


def test_writers_who_come_at_once_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda number: record(store, SYSTEM, "export.summary", f"q{number}"), range(40)))
    chain = verify(store.engine)
    assert (chain.count, chain.broken) == (40, ())


def test_a_change_that_was_taken_back_leaves_no_gap(store: Store) -> None:
    with store.engine.connect() as connection:
        note(connection, SYSTEM, "account.added", "ana@ciudad.cl")
        connection.rollback()
    write(store, 2)
    assert verify(store.engine).whole


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """A record of the release before there was a chain."""
    server: Postgres | None = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    engine = make_engine(server.url(server.new()) if server else f"sqlite:///{tmp_path / 'old.sqlite'}")
    config = migrate._config(migrate.RECORD)
    wanted = ScriptDirectory.from_config(config).get_revision("0006").down_revision
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(wanted))
    return engine


def test_what_was_written_before_there_was_a_chain_is_held_by_its_first_event(before: Engine) -> None:
    with before.begin() as connection:
        for number in range(3):
            old = {**OLD, "id": number + 1, "object": f"192.0.2.{number}"}
            connection.execute(
                text("INSERT INTO audit_events VALUES (:id, :at, :actor_id, :actor, :action, :object, :details)"), old
            )
        if before.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('audit_events_id_seq', 3)"))
    migrate.upgrade(before)
    chain = verify(before)
    assert (chain.count, chain.unchained, chain.whole) == (4, 3, True)
    with before.begin() as connection:
        note(connection, SYSTEM, "export.summary")
    assert verify(before).whole
    chain = tampered(before, "UPDATE audit_events SET object = '198.51.100.1' WHERE id = 2")
    assert chain.broken == (4,)
    before.dispose()


def test_a_record_that_has_no_events_yet_gets_none(before: Engine) -> None:
    migrate.upgrade(before)
    assert verify(before) == audit.Chain(0, 0, FIRST, ())
    before.dispose()


# --- anchors ---------------------------------------------------------------------------------------------------


def test_both_ends_are_written_down_once_a_day(sqlite_store: Store, sqlite_desk: Desk) -> None:
    write(sqlite_store)
    day = 86_400
    for now in (20_000 * day, 20_000 * day + 9, 20_001 * day):
        anchor(sqlite_store, sqlite_desk, now)
    kept = anchors.read(sqlite_store.home)
    assert [one.at for one in kept] == ["2024-10-04T00:00:00+00:00", "2024-10-05T00:00:00+00:00"]
    assert {one.audit for one in kept} == {verify(sqlite_store.engine).head}
    with sqlite_desk.engine.connect() as connection:
        assert {one.desk for one in kept} == {events.head(connection)}


def test_the_command_tells_a_whole_log_and_one_that_was_written_anew(
    sqlite_store: Store, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATALAYA_HOME", str(sqlite_store.home))
    write(sqlite_store)
    anchor(sqlite_store, sqlite_desk, 20_000 * 86_400)
    head = verify(sqlite_store.engine).head
    done = CliRunner().invoke(main, ["audit", "verify", "--head", head])
    assert (done.exit_code, head in done.stdout) == (0, True), done.output
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_events_delete"))
        connection.execute(text("DELETE FROM audit_events WHERE id = 5"))
    record(sqlite_store, ANONYMOUS, "export.summary", "another end")
    assert verify(sqlite_store.engine).whole  # by itself
    done = CliRunner().invoke(main, ["audit", "verify"])
    assert (done.exit_code, head in done.stderr) == (1, True), done.output
