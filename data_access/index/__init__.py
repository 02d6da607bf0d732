"""The incident index: open the current snapshot, bring it up to date, prove it whole."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from data_access.index import build, record
from data_access.index.build import Progress
from data_access.index.snapshot import Corrupt, Snapshot

if TYPE_CHECKING:
    from data_access.store import Store

log = logging.getLogger(__name__)


def refresh(store: Store, full: bool = False, progress: Progress | None = None) -> Snapshot:
    """Bring the index up to the record after an import or undo; `full` reads every row again, as new areas need."""
    return store.index.refresh(store.engine, full, progress)


class Index:
    """The snapshots under one folder. Threads and processes share the files; each process maps them once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: Snapshot | None = None
        self._lock = Lock()

    def current(self, engine: Engine) -> Snapshot:
        """The current snapshot; built when there is none, and built again when it is corrupt.

        A process that opens it for the first time also brings it up to the record: whoever changed that last may have
        been killed before the index followed.
        """
        name = self._named()
        held = self._open
        if held is not None and held.name == name:
            return held
        with self._lock:
            if self._open is None or self._open.name != self._named():
                found = self._opened() if self._open is not None or self.is_fresh(engine) else None
                self._open = found or self.refresh(engine)
            return self._open

    def refresh(self, engine: Engine, full: bool = False, progress: Progress | None = None) -> Snapshot:
        """Bring the index up to the record: from the snapshot there is, or from every row with `full`."""
        with build.locked(self.folder), engine.connect() as connection:
            old = None if full else self._opened()
            self._open = build.build(connection, self.folder, old, progress)
            return self._open

    def is_fresh(self, engine: Engine) -> bool:
        """Whether the current snapshot holds exactly the batches that the record shows."""
        snapshot = self._opened(check=False)
        with engine.connect() as connection:
            shown, _, _ = record.live_batches(connection)
        return snapshot is not None and bool(snapshot.manifest["facts"]["batches"] == shown)

    def verify(self) -> Snapshot:
        """The current snapshot after comparing every byte with its checksums; raises Corrupt."""
        return Snapshot.open(self.folder / (self._named() or "none"))

    def _named(self) -> str | None:
        try:
            return (self.folder / "current").read_text(errors="replace").strip()
        except FileNotFoundError:
            return None

    def _opened(self, check: bool = True) -> Snapshot | None:
        name = self._named()
        if not name:
            return None
        try:
            return Snapshot.open(self.folder / name, check)
        except Corrupt as error:
            log.warning("The incident index is damaged and will be built again: %s", error)
            return None
