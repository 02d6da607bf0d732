"""Bringing a database to this version's tables, whatever it held before. `docs/decisions/migrations.md` has the rules.

There are two: the record of incidents and accounts, and the desk of requests for footage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import OperationalError

from data_access.engine import make_engine
from domain.errors import Stale

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Line:
    """One database's line of revisions; `name` begins the codes of its refusals."""

    name: str
    folder: Path


RECORD = Line("record", HERE / "migrations")
DESK = Line("desk", HERE / "desk" / "migrations")
TURN = 7_280_154_331  # names the lock that migrating processes queue at; any number that is always the same

# Wait long for another migration, briefly for the portal's own readers and writers, and never work without end.
POSTGRESQL = (
    "SET LOCAL lock_timeout = '5min'",
    f"SELECT pg_advisory_xact_lock({TURN})",
    "SET LOCAL lock_timeout = '10s'",
    "SET LOCAL statement_timeout = '30min'",
)
SQLITE = ("BEGIN IMMEDIATE",)


def upgrade(engine: Engine, line: Line = RECORD) -> tuple[str | None, str]:
    """Apply what is missing in one transaction; the revisions before and after. Raises Stale("record.busy")."""
    config = _config(line)
    current(engine, line)  # one that cannot be reached is told apart from one in use
    with engine.connect() as connection:
        try:
            for statement in SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL:
                connection.exec_driver_sql(statement)
            before = _revision(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        except OperationalError as error:
            raise Stale(f"{line.name}.busy", reason=_said(error)) from error
    return before, head(line)


def current(engine: Engine, line: Line = RECORD) -> str | None:
    """The revision of this database; None where no migration has run. Raises Stale("record.unreachable")."""
    try:
        with engine.connect() as connection:
            return _revision(connection)
    except OperationalError as error:
        raise Stale(f"{line.name}.unreachable", reason=_said(error)) from error


def require_head(engine: Engine, line: Line = RECORD) -> None:
    """Refuse, by raising Stale("record.old"), a database that is not at this version's revision."""
    found, wanted = current(engine, line), head(line)
    if found != wanted:
        raise Stale(f"{line.name}.old", found=found or "-", wanted=wanted)


@cache
def head(line: Line = RECORD) -> str:
    """The revision that this version of the portal needs."""
    return str(ScriptDirectory.from_config(_config(line)).get_current_head())


def run(metadata: MetaData, url: Callable[[], str]) -> None:
    """What each `env.py` does: work in the transaction that `upgrade` opened, or for Alembic's own command line."""
    connection = context.config.attributes.get("connection")
    if connection is None:  # `alembic revision --autogenerate`
        connection = make_engine(url()).connect()
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _said(error: OperationalError) -> str:
    return " ".join(str(error.orig).split())


def _config(line: Line) -> Config:
    config = Config()
    config.set_main_option("script_location", str(line.folder).replace("%", "%%"))
    return config
