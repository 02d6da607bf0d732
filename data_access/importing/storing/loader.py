"""One import: read, understand, store. Whatever happens, the record holds all of it or none.

First the files are read into a spool, while others may write to the record and see the import's progress; then
everything is stored in one transaction. A killed process leaves the record as before and a batch that the next
import of that source marks as failed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, select, text

from data_access.areas import Assigner
from data_access.engine import writing
from data_access.importing.chunk import Chunk
from data_access.importing.reading.archives import checked
from data_access.importing.reading.readers import read_any
from data_access.importing.storing import batches
from data_access.importing.storing.judging import judged, reject_rows
from data_access.importing.storing.keys import Ordinals, keys
from data_access.importing.storing.spool import Spool, spool
from data_access.importing.storing.tally import Tally
from data_access.importing.storing.writing import Writer
from data_access.importing.understanding.profile import Profile
from data_access.schema import sources
from domain.errors import DomainError, Invalid
from domain.progress import Progress, silent

if TYPE_CHECKING:
    from data_access.store import Store

Finishing = Callable[[Connection, int, Tally], None]

KEPT_OF_FAILED = 1000  # rejects kept of what was the wrong file anyway
SETTLE_FROM = 10_000  # stored rows after which the database tidies up


@dataclass(frozen=True)
class Order:
    """What to import: files in their order, read as a profile says, under a source's name, for a person."""

    paths: Sequence[Path]
    profile: Profile
    source: str
    actor: str


def load(
    store: Store,
    order: Order,
    now: Callable[[], int],
    progress: Progress = silent,
    finishing: Finishing = lambda connection, batch, tally: None,
) -> int:
    """Import files and return the batch's number.

    `finishing` runs inside the transaction that stores the rows, last of all. Raises Invalid, with nothing stored,
    for what cannot be read and for files that are mostly rejected; whatever `progress` raises stops the import too.
    """
    files = [_described(path) for path in order.paths]
    with batches.alone(store.home, order.source):
        with writing(store.engine) as connection:
            source = batches.source_id(connection, order.source, order.profile.zone)
            batch = batches.begin(connection, source, files, order.actor, now())
        run = _Run(store, order, source, batch, now)
        try:
            with spool(store.home, source) as spooled:
                run.read(spooled, progress)
                run.store_all(spooled, progress, finishing)
        except BaseException as problem:
            run.fail(problem)
            raise
    _settle(store, run.tally)
    return batch


def _described(path: Path) -> dict[str, Any]:
    size = checked(path)
    with path.open("rb") as file:
        return {"name": path.name, "bytes": size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


class _Run:
    """The state of one import."""

    def __init__(self, store: Store, order: Order, source: int, batch: int, now: Callable[[], int]) -> None:
        self.store, self.order, self.source, self.batch, self.now = store, order, source, batch, now
        self.tally = Tally()
        self.layout = order.profile.layout

    # --- reading ---

    def read(self, spooled: Spool, progress: Progress) -> None:
        total = sum(path.stat().st_size for path in self.order.paths)
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done = min(done + count, total)

        for path in self.order.paths:
            ordinals = Ordinals()
            self.layout, chunks = read_any(path, self.order.profile.layouts, tell)
            for chunk in chunks:
                self._understand(chunk, ordinals, spooled)
                progress(done, total, "read")
        if self.tally.mistaken:
            self._keep_rejects(spooled, KEPT_OF_FAILED)
            worst = ", ".join(self.tally.rejected)
            raise Invalid("import.mistaken", rejected=self.tally.refused, rows=self.tally.rows, reasons=worst)

    def _understand(self, chunk: Chunk, ordinals: Ordinals, spooled: Spool) -> None:
        tally = self.tally
        tally.columns |= dict.fromkeys(map(str, chunk.frame.columns))
        for part, clean in judged(self.order.profile, chunk):
            rows = clean.rows
            skipped, refused = len(clean.skipped), len(clean.rejects)
            tally.rows += len(part.lines) - skipped
            tally.skipped += skipped
            tally.rejected.update(reason for _, reason, _ in clean.rejects)
            tally.labels += clean.labels
            tally.located += clean.located
            tally.dropped |= set(clean.dropped)
            tally.cases += clean.cases
            if refused:
                spooled.add_rejects(reject_rows(part, clean))
            if len(rows):
                tally.saw(int(rows["occurred_from"].min()), int(rows["occurred_from"].max()))
                spooled.add(self._keyed(rows, part, ordinals))

    def _keyed(self, rows: Any, part: Chunk, ordinals: Ordinals) -> Any:
        identity = rows["identity"].to_numpy(np.uint64)
        ordinal = ordinals.of(identity, part.files[rows["position"].to_numpy(np.int64)])
        again = (ordinal > 0) & rows["external_id"].notna().to_numpy()  # the same incident, by its id
        self.tally.duplicates += int(again.sum())
        return rows[~again].assign(key=keys(identity[~again], ordinal[~again]))

    # --- storing ---

    def store_all(self, spooled: Spool, progress: Progress, finishing: Finishing) -> None:
        tally, done = self.tally, 0
        total = tally.rows - tally.refused - tally.duplicates
        with writing(self.store.engine) as connection:
            # One import of a source at a time, on however many hosts.
            connection.execute(select(sources.c.id).where(sources.c.id == self.source).with_for_update())
            writer = Writer(connection, self.source, self.batch, Assigner(connection))
            for chunk in spooled.chunks():
                outcome = writer.write(chunk)
                tally.stored += outcome.stored
                tally.duplicates += outcome.duplicates
                tally.updated += outcome.updated
                tally.known += outcome.known
                done += chunk.num_rows
                progress(done, total, "store")
            batches.save_rejects(connection, self.batch, spooled.rejects())
            self._close(connection, "loaded", {})
            finishing(connection, self.batch, tally)

    def _keep_rejects(self, spooled: Spool, limit: int) -> None:
        with writing(self.store.engine) as connection:
            batches.save_rejects(connection, self.batch, spooled.rejects(limit))

    def fail(self, problem: BaseException) -> None:
        code, details = "import.stopped", {}
        if isinstance(problem, DomainError):
            code, details = problem.code, {name: str(value) for name, value in problem.details.items()}
        self.tally.stored = self.tally.duplicates = self.tally.updated = self.tally.known = 0
        with writing(self.store.engine) as connection:
            self._close(connection, "failed", {"failure": {"code": code, "details": details}})

    def _close(self, connection: Connection, status: str, more: dict[str, Any]) -> None:
        profile = self.order.profile
        report = self.tally.report(profile.zone) | {"profile": profile.name, "layout": asdict(self.layout)} | more
        batches.save_labels(connection, self.batch, self.tally)
        batches.finish(connection, self.batch, status, self.tally, report, self.now())


def _settle(store: Store, tally: Tally) -> None:
    """After a large load: let PostgreSQL count and mark what is visible, and SQLite give its log's space back."""
    if tally.stored + tally.updated < SETTLE_FROM:
        return
    tidy = "PRAGMA wal_checkpoint(TRUNCATE)" if store.engine.dialect.name == "sqlite" else "VACUUM (ANALYZE) incidents"
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidy))
