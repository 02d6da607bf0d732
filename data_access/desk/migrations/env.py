"""What Alembic runs for the desk."""

from __future__ import annotations

from config.settings import Settings
from data_access.desk_schema import metadata
from data_access.migrate import run

run(metadata, lambda: Settings.from_environment().desk_url)
