"""Migrations build exactly the tables that the code speaks of, once, whoever starts them and how often."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from data_access import migrate
from data_access.engine import make_engine
from data_access.schema import audit, metadata
from domain.errors import Stale
from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent.parent
EVENT = {"id": 1, "at": 0, "actor": "auditor@example.org", "action": "sign-in", "object": "", "details": "{}"}


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'blank.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.url(server.new())


def test_migrations_and_tables_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_comparison_would_notice_a_missing_column(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE jobs DROP COLUMN step"))
        assert compare_metadata(MigrationContext.configure(connection), metadata)


def test_rules_that_the_comparison_does_not_see_agree_too(engine: Engine) -> None:
    migrated = _checks(engine)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    assert migrated == _checks(engine)
    assert migrated["incidents"]


def _checks(engine: Engine) -> dict[str, list[str]]:
    found = inspect(engine)
    return {
        table: sorted(f"{rule['name']}: {rule['sqltext']}" for rule in found.get_check_constraints(table))
        for table in metadata.tables
    }


def test_a_second_migration_changes_nothing(engine: Engine) -> None:
    assert migrate.upgrade(engine) == (migrate.head(), migrate.head())


def test_an_unmigrated_record_has_no_revision(blank_url: str) -> None:
    engine = make_engine(blank_url)
    assert migrate.current(engine) is None
    assert migrate.upgrade(engine) == (None, migrate.head())
    assert migrate.current(engine) == migrate.head()
    engine.dispose()


def test_two_processes_may_migrate_at_once(blank_url: str) -> None:
    script = (
        "import sys; from data_access import engine, migrate; print(migrate.upgrade(engine.make_engine(sys.argv[1])))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, blank_url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = sorted(process.communicate(timeout=120)[0].strip() for process in started)
    head = migrate.head()
    assert told == [f"('{head}', '{head}')"] * 2 + [f"(None, '{head}')"]


def test_a_failed_migration_leaves_the_record_as_it_was(blank_url: str) -> None:
    engine = make_engine(blank_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE jobs (id INTEGER)"))  # in the way of the last step
    with pytest.raises(Exception, match="jobs"):
        migrate.upgrade(engine)
    assert inspect(engine).get_table_names() == ["jobs"]
    engine.dispose()


def test_a_record_in_use_is_told_and_not_waited_for_without_end(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "POSTGRESQL", ("SET LOCAL lock_timeout = '50ms'", *migrate.POSTGRESQL[1:2]))
    engine = make_engine(postgres_url)
    with engine.begin() as other:
        other.exec_driver_sql(migrate.POSTGRESQL[1])
        with pytest.raises(Stale, match=r"record\.busy"):
            migrate.upgrade(engine)
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor = 'someone else'",
        "DELETE FROM audit_events",
        "INSERT OR REPLACE INTO audit_events (id, at, actor, action, object, details) VALUES (1, 0, '', '', '', '')",
        "TRUNCATE audit_events",
    ],
)
def test_nothing_written_in_the_audit_log_can_be_changed(engine: Engine, statement: str) -> None:
    only = {"INSERT": "sqlite", "TRUNCATE": "postgresql"}.get(statement.split()[0], engine.dialect.name)
    if engine.dialect.name != only:
        return
    with engine.begin() as connection:
        connection.execute(insert(audit).values(**EVENT))
    with pytest.raises(IntegrityError, match="append only"), engine.begin() as connection:
        connection.execute(text(statement))
    with engine.begin() as connection:
        assert connection.execute(select(audit)).mappings().one()["actor"] == EVENT["actor"]


def test_an_old_record_is_refused_with_what_to_run(blank_url: str) -> None:
    engine = make_engine(blank_url)
    with pytest.raises(Stale, match=r"record\.old"):
        migrate.require_head(engine)
    migrate.upgrade(engine)
    migrate.require_head(engine)
    engine.dispose()


def test_a_record_that_cannot_be_reached_is_told_so(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}", f"postgresql+psycopg://postgres@/none?host={tmp_path}"):
        with pytest.raises(Stale, match=r"record\.unreachable"):
            migrate.upgrade(make_engine(url))
