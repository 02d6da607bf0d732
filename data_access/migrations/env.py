"""What Alembic runs: inside the transaction that `data_access.migrate` opened, or for its own command line."""

from __future__ import annotations

from alembic import context

from config.settings import Settings
from data_access.engine import make_engine
from data_access.schema import metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:  # `alembic revision --autogenerate`
        connection = make_engine(Settings.from_environment().database_url).connect()
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


run()
