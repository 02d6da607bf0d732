"""Files of incidents: what they would bring, bringing them in, what became of them, taking them out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from data_access.engine import writing
from data_access.importing.looking import Preview, look
from data_access.importing.reading.sniff import sniff
from data_access.importing.storing import batches as record
from data_access.importing.storing import loader, rejects
from data_access.importing.storing.loader import Order
from data_access.importing.storing.tally import Tally
from data_access.importing.understanding import profile as profiles_of
from data_access.importing.understanding.profile import Profile
from data_access.index import refresh
from data_access.store import Store
from domain.batches import Batch
from domain.errors import Invalid
from domain.people import Actor, Permission, require
from domain.progress import Progress, silent
from services import audit, clock

__all__ = ["Batch", "Preview", "Reading", "Report", "Shipped"]

MAX_NAME = 60
FIELDS = tuple(field for field in profiles_of.FIELDS if field != "parts")  # that one column can hold
Finish = Callable[[Connection, int], None]


@dataclass(frozen=True)
class Reading:
    """How files are to be read: a shipped profile, or for any other file which column holds which field.

    `source` names where the incidents come from; the profile's own name where it is left out.
    """

    profile: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)  # column -> field
    source: str = ""
    zone: str = "America/Santiago"
    order: str = "dmy"
    decimal: str = "."
    crs: str = "EPSG:4326"

    def understood(self, paths: Sequence[Path]) -> Profile:
        """The profile meant; raises Invalid or NotFound."""
        if self.profile:
            return profiles_of.load(self.profile)
        if not self.mapping or not paths:
            raise Invalid("import.no_profile")
        name = self.source or paths[0].name.partition(".")[0]
        layout = replace(sniff(paths[0]), required=tuple(self.mapping))
        return profiles_of.from_mapping(
            self.mapping,
            name=name[:MAX_NAME],
            zone=self.zone,
            layout=layout,
            order=self.order,
            decimal=self.decimal,
            crs=self.crs,
        )


@dataclass(frozen=True)
class Shipped:
    """A profile that the portal brings along, for a list to choose from."""

    name: str
    title: Mapping[str, str]
    zone: str
    kind: str


@dataclass(frozen=True)
class Report:
    """A batch with the labels that no rule knows: (kind, label, rows)."""

    batch: Batch
    unmapped: list[tuple[str, str, int]]


def profiles(actor: Actor) -> list[Shipped]:
    """The profiles that the portal brings along. Raises Forbidden."""
    require(actor, Permission.IMPORT)
    found = map(profiles_of.load, profiles_of.names())
    return [Shipped(p.name, p.title, p.zone, p.layout.kind) for p in found]


def fitting(actor: Actor, path: Path, columns: Sequence[str]) -> list[str]:
    """The shipped profiles that a file fits: by its columns, or else by understanding its rows. Raises Forbidden."""
    require(actor, Permission.IMPORT)
    known = [profiles_of.load(name) for name in profiles_of.names()]
    by_columns = [profile.name for profile in known if any(shape.fits(columns) for shape in profile.shapes)]
    return by_columns or [profile.name for profile in known if _understands(actor, path, profile.name)]


def _understands(actor: Actor, path: Path, profile: str) -> bool:
    try:
        return bool(preview(actor, path, Reading(profile=profile)).understood)
    except Invalid:
        return False


def preview(actor: Actor, path: Path, reading: Reading | None = None) -> Preview:
    """The first rows of a file as read and as understood, with what is wrong in them; nothing is stored.

    Without a reading only the columns and rows are told, with a guess of which field each column holds.
    """
    require(actor, Permission.IMPORT)
    if reading is None:
        return look(path, (sniff(path),))
    understood = reading.understood([path])
    return look(path, understood.layouts, understood)


def load(
    store: Store,
    actor: Actor,
    paths: Sequence[Path],
    reading: Reading | Profile,
    source: str = "",
    progress: Progress = silent,
    finish: Finish = lambda connection, batch: None,
) -> Batch:
    """Import files and bring the incident index up to date.

    `finish` runs last in the transaction that stores the rows. Raises Forbidden, or Invalid with nothing stored.
    """
    require(actor, Permission.IMPORT)
    profile = reading.understood(paths) if isinstance(reading, Reading) else reading
    named = source or (reading.source if isinstance(reading, Reading) else "") or profile.name
    if len(named) > MAX_NAME:
        raise Invalid("import.source_name", limit=MAX_NAME)

    def finishing(connection: Connection, batch: int, tally: Tally) -> None:
        audit.note(connection, actor, "import", f"batch {batch}", source=named, **tally.counts())
        finish(connection, batch)

    batch = loader.load(store, Order(paths, profile, named, actor.email), clock.now, progress, finishing)
    refresh(store, progress=lambda done, total: progress(done, total, "index"))
    with store.engine.connect() as connection:
        return record.get(connection, batch)


def undo(store: Store, actor: Actor, batch: int) -> Batch:
    """Take out what an import stored and put back what it corrected.

    Raises Forbidden, NotFound, or Invalid where later imports of the source stand on this one: they go first.
    """
    require(actor, Permission.IMPORT)
    with store.engine.connect() as connection:
        source = record.get(connection, batch).source
    with record.alone(store.home, source), writing(store.engine) as connection:
        undone = record.undo(connection, batch, clock.now())
        audit.note(connection, actor, "import.undo", f"batch {batch}", source=source, stored=undone.stored)
    refresh(store)
    return replace(undone, status="undone")


def bury(store: Store) -> None:
    """Close the imports of processes that were killed, so that nobody waits for them."""
    with store.engine.connect() as connection:
        found = record.running(connection)
    for source, name in found:
        try:
            with record.alone(store.home, name), writing(store.engine) as connection:
                record.bury(connection, source, clock.now())
        except Invalid:  # it is alive
            continue


def batches(store: Store, actor: Actor, offset: int = 0, limit: int = 50) -> tuple[list[Batch], int]:
    """A page of imports, newest first, and how many there are. Raises Forbidden."""
    require(actor, Permission.IMPORTS_READ)
    with store.engine.connect() as connection:
        return record.listing(connection, offset, limit)


def report(store: Store, actor: Actor, batch: int) -> Report:
    """What became of an import. Raises Forbidden or NotFound."""
    require(actor, Permission.IMPORTS_READ)
    with store.engine.connect() as connection:
        found = record.get(connection, batch)
        unmapped = record.unmapped(connection, batch)
    return Report(found, unmapped)


def rejected(
    store: Store, actor: Actor, batch: int, offset: int = 0, limit: int = 50
) -> tuple[list[dict[str, Any]], int]:
    """A page of rejected rows with file, line, reason, detail and raw. Raises Forbidden or NotFound."""
    require(actor, Permission.IMPORT)
    with store.engine.connect() as connection:
        record.get(connection, batch)
        return rejects.page(connection, batch, offset, limit)


def rejects_csv(store: Store, actor: Actor, batch: int, say: rejects.Say) -> Iterator[bytes]:
    """The rejected rows as a file in their source's layout, to be mended and loaded again; the taking is audited.

    `say` puts a reason and its details into words. Raises Forbidden or NotFound at once, not while it is read.
    """
    require(actor, Permission.IMPORT)
    with writing(store.engine) as connection:
        found = record.get(connection, batch)
        audit.note(connection, actor, "export.rejects", f"batch {batch}", rejected=found.rejected)

    def pieces() -> Iterator[bytes]:
        with store.engine.connect() as connection:
            yield from rejects.as_csv(connection, found, say)

    return pieces()
