"""Single incidents, a page at a time: the index says which rows a page holds, the record says what is in them.

Only the rows of the page are ever put in order. Rows that sort alike come newest first, so every page is found
by counting: first the values of the sorted column, then the days, then the few incidents of the days in question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data_access import incidents
from data_access.index.match import Match, Selection
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.errors import Invalid
from domain.exploration import Incident, IncidentPage
from domain.filter import ORIGINS, Filter, Ground
from domain.people import Actor, Permission, may, require
from services import audit
from services.incidents import clipped

SORTS = ("occurred", "type", "vehicle", "item", "precinct", "origin")
MAX_PAGE = 1_000
Sort = Sequence[tuple[str, str]]  # (column, "asc" or "desc"); the first one counts


@dataclass(frozen=True)
class Ordering:
    column: str = "occurred"
    ascending: bool = False


def rows(store: Store, actor: Actor, asked: Filter, start: int, end: int, sort: Sort = ()) -> IncidentPage:
    """Incidents `start` up to `end` of those that match, at most 1,000; raises Invalid for an unknown sort."""
    require(actor, Permission.ROWS)
    ordering = _ordering(sort)
    if not 0 <= start <= end <= start + MAX_PAGE:
        raise Invalid("rows.page")
    snapshot, ground, asked = clipped(store, actor, asked)
    selection = Selection.of(asked, snapshot, ground)
    ids = page(snapshot, selection, ordering, start, end)
    with store.engine.connect() as connection:
        found = visible(incidents.by_ids(connection, ids.tolist()), actor, ground)
    audit.record(store, actor, "incidents.viewed", asked.canonical(), start=start, rows=len(found))
    return IncidentPage(tuple(found), Match(snapshot, selection).total)


def visible(found: list[Incident], actor: Actor, ground: Ground) -> list[Incident]:
    """What the actor may see of it: the record may have moved a row since the index was built."""
    hidden = frozenset() if may(actor, Permission.SENSITIVE) else ground.taxonomy.sensitive
    own = actor.precincts
    return [row for row in found if row.type not in hidden and (own is None or row.precinct in own)]


def _ordering(sort: Sort) -> Ordering:
    if not sort:
        return Ordering()
    column, direction = sort[0]
    if column not in SORTS or direction not in ("asc", "desc"):
        raise Invalid("rows.sort", column=column)
    return Ordering(column, direction == "asc")


def page(snapshot: Snapshot, selection: Selection, ordering: Ordering, start: int, end: int) -> NDArray[np.int64]:
    """The record's ids of one page, in order."""
    ids: list[NDArray[np.int64]] = []
    for group, skip in _groups(snapshot, selection, ordering, start, end):
        newest_first = ordering.column != "occurred" or not ordering.ascending
        ids.append(_by_time(snapshot, group, newest_first, skip, end - start - sum(len(part) for part in ids)))
    return np.concatenate(ids) if ids else np.empty(0, np.int64)


def _groups(
    snapshot: Snapshot, selection: Selection, ordering: Ordering, start: int, end: int
) -> Iterator[tuple[Selection, int]]:
    """The selections, one for each value of the sorted column, that a page touches, and what to skip in the first."""
    seen = 0
    for group in _split(snapshot, selection, ordering):
        size = Match(snapshot, group).total
        if seen + size > start and seen < end:
            yield group, max(0, start - seen)
        seen += size
        if seen >= end:
            return


def _split(snapshot: Snapshot, selection: Selection, ordering: Ordering) -> list[Selection]:
    if ordering.column == "occurred":
        return [selection]
    if ordering.column in ("type", "vehicle"):
        part = 0 if ordering.column == "type" else 1
        codes = [snapshot.pairs[pair][part] for pair in selection.pairs.tolist()]
        groups = {code: np.array([c == code for c in codes]) for code in set(codes)}
        ordered = sorted(groups, reverse=not ordering.ascending)
        return [replace(selection, pairs=selection.pairs[groups[code]]) for code in ordered]
    known = {"item": snapshot.items, "precinct": snapshot.precincts, "origin": ORIGINS}[ordering.column]
    field = {"item": "items", "precinct": "precincts", "origin": "origins"}[ordering.column]
    asked = getattr(selection, field)
    order = sorted(range(len(known)), key=lambda number: known[number], reverse=not ordering.ascending)
    alone = np.eye(len(known), dtype=bool)
    return [replace(selection, **{field: alone[number]}) for number in order if asked is None or asked[number]]


def _by_time(snapshot: Snapshot, selection: Selection, newest_first: bool, skip: int, length: int) -> NDArray[np.int64]:
    """The ids of a stretch of a selection in order of time, reading only the days that hold it."""
    days = np.arange(selection.start, selection.end + 1)
    daily = Match(snapshot, selection).table(days).sum(axis=0)
    running = np.cumsum(daily[::-1] if newest_first else daily)
    first, last = np.searchsorted(running, [skip, skip + length - 1], side="right")
    last = min(int(last), len(daily) - 1)
    before = int(running[first - 1]) if first else 0
    low, high = (len(daily) - 1 - last, len(daily) - int(first)) if newest_first else (int(first), last + 1)
    held = Match(snapshot, selection.during(selection.start + low, selection.start + high))
    ids = chronological(held)
    ids = ids[::-1] if newest_first else ids
    return np.asarray(ids[skip - before : skip - before + length])


def chronological(held: Match) -> NDArray[np.int64]:
    """The record's ids of the matching rows, oldest first."""
    day = np.repeat(_days(held), held.per_day().ravel())
    order = np.lexsort((held.values("id"), held.values("when") % 25, day))
    return np.asarray(held.values("id")[order])


def _days(held: Match) -> NDArray[np.int64]:
    span = np.arange(held.selection.start, held.selection.end)
    return np.tile(span, len(held.selection.pairs))
