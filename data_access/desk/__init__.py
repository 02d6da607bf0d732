"""The desk: requests for footage, their events, holds and evidence, and the registers that the public reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine

from config.settings import Settings, kept_secret
from data_access.desk.sealing import Seal
from data_access.engine import make_engine, turn, writing

CHAIN = 4_115_206_977  # names the lock that writers of events queue at; any number that is always the same


@dataclass(frozen=True)
class Desk:
    """Where requests live. Both faces open it: it holds no incident and no account.

    `home` holds the encrypted files; `keys` are the desk's, the first of which encrypts. `site` is the address of the
    public face, for letters; empty where it is not known. `scan` is the command that looks for viruses. `signing` are
    the keys of which the first signs; the process of the public has none.
    """

    engine: Engine
    home: Path
    keys: tuple[str, ...]
    site: str = ""
    scan: tuple[str, ...] = ()
    signing: tuple[str, ...] = ()

    @classmethod
    def open(cls, settings: Settings) -> Desk:
        url = settings.desk_url or f"sqlite:///{settings.home / 'desk.sqlite'}"
        folder = settings.desk_folder or settings.home / "desk"
        keys = settings.desk_keys or (kept_secret(settings.home / "desk_key"),)
        signing = settings.signing_keys
        if settings.face != "public" and not signing:
            signing = (kept_secret(settings.home / "signing_key"),)
        return cls(make_engine(url), folder, keys, settings.public_url, settings.scan_command, signing)

    @cached_property
    def seal(self) -> Seal:
        return Seal(self.keys)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that adds events to the chain: one at a time in either database."""
        with writing(self.engine) as connection:
            turn(connection, CHAIN)
            yield connection
