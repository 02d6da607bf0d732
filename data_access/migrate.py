"""Bringing a record to this version's tables, whatever it held before. `docs/decisions/migrations.md` has the rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from domain.errors import Stale

FOLDER = Path(__file__).parent / "migrations"
TURN = 7_280_154_331  # names the lock that migrating processes queue at; any number that is always the same

# Wait long for another migration, briefly for the portal's own readers and writers, and never work without end.
POSTGRESQL = (
    "SET LOCAL lock_timeout = '5min'",
    f"SELECT pg_advisory_xact_lock({TURN})",
    "SET LOCAL lock_timeout = '10s'",
    "SET LOCAL statement_timeout = '30min'",
)
SQLITE = ("BEGIN IMMEDIATE",)


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Apply what is missing in one transaction; the revisions before and after. Raises Stale("record.busy")."""
    config = _config()
    current(engine)  # one that cannot be reached is told apart from one in use
    with engine.connect() as connection:
        try:
            for statement in SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL:
                connection.exec_driver_sql(statement)
            before = _revision(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        except OperationalError as error:
            raise Stale("record.busy", reason=_said(error)) from error
    return before, head()


def current(engine: Engine) -> str | None:
    """The revision of this record; None where no migration has run. Raises Stale("record.unreachable")."""
    try:
        with engine.connect() as connection:
            return _revision(connection)
    except OperationalError as error:
        raise Stale("record.unreachable", reason=_said(error)) from error


def require_head(engine: Engine) -> None:
    """Refuse, by raising Stale("record.old"), a record that is not at this version's revision."""
    found, wanted = current(engine), head()
    if found != wanted:
        raise Stale("record.old", found=found or "-", wanted=wanted)


@cache
def head() -> str:
    """The revision that this version of the portal needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _said(error: OperationalError) -> str:
    return " ".join(str(error.orig).split())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
