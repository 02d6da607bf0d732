"""The desk's database is what the code speaks of, and what it wrote down cannot be changed."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from config.settings import Settings
from data_access import migrate
from data_access.desk import Desk
from data_access.desk_schema import events, metadata
from data_access.engine import make_engine
from data_access.schema import metadata as record
from domain.errors import Stale

EVENT = {"id": 1, "folio": "A", "at": 0, "actor": "a@example.org", "action": "filed", "previous": "0", "hash": "1"}


def test_migrations_and_tables_agree(desk: Desk) -> None:
    with desk.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_comparison_would_notice_a_missing_column(desk: Desk) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("ALTER TABLE holds DROP COLUMN reference"))
        assert compare_metadata(MigrationContext.configure(connection), metadata)


def test_a_second_migration_changes_nothing(desk: Desk) -> None:
    head = migrate.head(migrate.DESK)
    assert migrate.upgrade(desk.engine, migrate.DESK) == (head, head)
    migrate.require_head(desk.engine, migrate.DESK)


def test_the_desk_and_the_record_are_told_apart(desk: Desk) -> None:
    with pytest.raises(Stale, match=r"record\.old"):
        migrate.require_head(desk.engine)
    assert set(metadata.tables).isdisjoint(record.tables)


def test_an_old_desk_is_refused_with_what_to_run(tmp_path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'blank.sqlite'}")
    with pytest.raises(Stale, match=r"desk\.old"):
        migrate.require_head(engine, migrate.DESK)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_events SET actor = 'someone else'",
        "DELETE FROM case_events",
        "INSERT OR REPLACE INTO case_events (id, folio, at, actor, action, details, previous, hash)"
        " VALUES (1, '', 0, '', '', '', '', '2')",
        "INSERT OR REPLACE INTO case_events (id, folio, at, actor, action, details, previous, hash)"
        " VALUES (2, '', 0, '', '', '', '', '1')",
        "TRUNCATE case_events",
    ],
)
def test_no_event_of_a_case_can_be_changed(desk: Desk, statement: str) -> None:
    only = {"INSERT": "sqlite", "TRUNCATE": "postgresql"}.get(statement.split()[0], desk.engine.dialect.name)
    if desk.engine.dialect.name != only:
        return
    with desk.engine.begin() as connection:
        connection.execute(insert(events).values(**EVENT))
    with pytest.raises(IntegrityError, match="append only"), desk.engine.begin() as connection:
        connection.execute(text(statement))
    with desk.engine.begin() as connection:
        assert connection.execute(select(events)).mappings().one()["actor"] == EVENT["actor"]


def test_a_desk_opens_where_the_settings_say(tmp_path) -> None:
    settings = Settings.from_environment({"ATALAYA_HOME": str(tmp_path)})
    desk = Desk.open(settings)
    migrate.upgrade(desk.engine, migrate.DESK)
    assert (tmp_path / "desk.sqlite").exists()
    assert Desk.open(settings).keys == desk.keys == ((tmp_path / "desk_key").read_text(),)
    desk.engine.dispose()
