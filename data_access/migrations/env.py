"""What Alembic runs for the record."""

from __future__ import annotations

from config.settings import Settings
from data_access.migrate import run
from data_access.schema import metadata

run(metadata, lambda: Settings.from_environment().database_url)
