"""The open house of data: the record and the incident index under one home."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from config.place import place
from config.settings import Settings
from data_access.engine import make_engine
from data_access.index import Index
from data_access.index.snapshot import Snapshot


@dataclass(frozen=True)
class Store:
    """Where the data lives. `engine` is the record; `home` holds the index, uploads and secrets."""

    engine: Engine
    home: Path
    published: Path | None = None  # where releases lie; under `home` where nothing else is said
    city: str = ""  # its name, where the settings tell which it is
    leaked: Path | None = None  # passwords that leaked

    @classmethod
    def open(cls, settings: Settings) -> Store:
        settings.home.mkdir(parents=True, exist_ok=True)
        city = place(settings.place).name if settings.place else ""
        return cls(make_engine(settings.database_url), settings.home, settings.releases_folder, city, settings.leaked)

    @property
    def releases(self) -> Path:
        return self.published or self.home / "releases"

    def answers(self) -> bool:
        """Whether the record can be read."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1 from users"))
        except SQLAlchemyError:
            return False
        return True

    @cached_property
    def index(self) -> Index:
        return Index(self.home / "index")

    def snapshot(self) -> Snapshot:
        """The incident index as it is now."""
        return self.index.current(self.engine)
