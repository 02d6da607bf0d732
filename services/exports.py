"""What people take away as tables: incidents and counts. Every export is in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from data_access.incidents import AT_ONCE, by_ids
from data_access.index.match import Match, Selection
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.exploration import Incident
from domain.exports import Export
from domain.filter import Filter, Ground
from domain.people import Actor, Permission, require
from services import audit
from services.ground import scope_of
from services.heat import Surfaces
from services.incidents import answer, clipped
from services.rows import chronological, visible

STRETCH = 50_000  # rows of the index looked at together


def incidents(store: Store, actor: Actor, asked: Filter, form: str) -> tuple[Export, Iterator[Incident]]:
    """The incidents that match by day and hour, oldest first, read as they are asked for. Raises Forbidden."""
    require(actor, Permission.ROWS)
    snapshot, ground, asked = clipped(store, actor, asked)
    export, _ = told(snapshot, ground, asked, actor)
    audit.record(store, actor, "export.incidents", asked.canonical(), form=form, rows=export.found.total)
    pages = _pages(store, snapshot, Selection.of(asked, snapshot, ground))
    return export, (row for page in pages for row in visible(page, actor, ground))


def summary(store: Store, actor: Actor, asked: Filter) -> Export:
    """The counts of the heat map page. Raises Forbidden."""
    snapshot, ground, asked = clipped(store, actor, asked)
    export, _ = told(snapshot, ground, asked, actor)
    audit.record(store, actor, "export.summary", asked.canonical())
    return export


def told(snapshot: Snapshot, ground: Ground, asked: Filter, actor: Actor) -> tuple[Export, Surfaces]:
    """The answer to a question already narrowed, with what must be known of it, and its surfaces."""
    facts = snapshot.manifest["facts"]
    found, drawn = answer(snapshot, ground, asked, scope=scope_of(actor))
    return Export(found, ground.precincts, ground.last, facts["loaded_at"], facts["synthetic"]), drawn


def _pages(store: Store, snapshot: Snapshot, selection: Selection) -> Iterator[list[Incident]]:
    """Read a page at a time, so that memory does not grow with the answer nor a slow reader hold the record."""
    for start, end in stretches(snapshot, selection):
        ids = chronological(Match(snapshot, selection.during(start, end)))
        for at in range(0, len(ids), AT_ONCE):
            with store.engine.connect() as connection:
                page = by_ids(connection, ids[at : at + AT_ONCE].tolist())
            yield page


def stretches(snapshot: Snapshot, selection: Selection, rows: int = STRETCH) -> Iterator[tuple[int, int]]:
    """Runs of days that cover a selection, each of about `rows` rows before anything finer is asked."""
    if selection.start >= selection.end:
        return
    plain = replace(selection, whens=None, items=None, precincts=None, origins=None, area=None, also=None)
    daily = Match(snapshot, plain).table(np.arange(selection.start, selection.end + 1)).sum(axis=0)
    number = np.cumsum(daily) // rows
    cuts = np.flatnonzero(np.diff(number)) + 1
    edges = [0, *cuts.tolist(), len(daily)]
    for first, last in pairwise(edges):
        yield selection.start + first, selection.start + last
