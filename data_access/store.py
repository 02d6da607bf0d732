"""The open house of data: the record and the incident index under one home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from config.settings import Settings
from data_access.engine import make_engine


@dataclass(frozen=True)
class Store:
    """Where the data lives. `engine` is the record; `home` holds the index, uploads and secrets."""

    engine: Engine
    home: Path

    @classmethod
    def open(cls, settings: Settings) -> Store:
        settings.home.mkdir(parents=True, exist_ok=True)
        return cls(engine=make_engine(settings.database_url), home=settings.home)
