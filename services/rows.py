"""Single incidents, a page at a time: the index says which rows a page holds, the record says what is in them.

Only the rows of the page are ever put in order. Rows that sort alike come newest first, so every page is found
by counting: first the values of the sorted column, then the days, then the few incidents of the days in question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data_access import incidents
from data_access.index.match import Circle, Match, Selection
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


def rows(
    store: Store, actor: Actor, asked: Filter, start: int, end: int, sort: Sort = (), near: Circle | None = None
) -> IncidentPage:
    """Incidents `start` up to `end` of those that match, at most 1,000, or of those that lie `near` a place.

    Raises Invalid for an unknown sort or too long a page.
    """
    require(actor, Permission.ROWS)
    ordering = _ordering(sort)
    if not 0 <= start <= end <= start + MAX_PAGE:
        raise Invalid("rows.page")
    snapshot, ground, asked = clipped(store, actor, asked)
    matching = Match(snapshot, replace(Selection.of(asked, snapshot, ground), also=near))
    ids = page(matching, ordering, start, end)
    with store.engine.connect() as connection:
        found = visible(incidents.by_ids(connection, ids.tolist()), actor, ground)
    audit.record(store, actor, "incidents.viewed", asked.canonical(), start=start, rows=len(found))
    return IncidentPage(tuple(found), matching.total)


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


def page(found: Match, ordering: Ordering, start: int, end: int) -> NDArray[np.int64]:
    """The record's ids of one page, in order."""
    newest_first = ordering.column != "occurred" or not ordering.ascending
    ids, seen = [np.empty(0, np.int64)], 0
    for group, size in _split(found, ordering):
        first, last = max(start, seen), min(end, seen + size)
        if first < last:
            held = found if group is found.selection else Match(found.snapshot, group)
            ids.append(_by_time(held, newest_first, first - seen, last - first))
        seen += size
    return np.concatenate(ids)


def _split(found: Match, ordering: Ordering) -> list[tuple[Selection, int]]:
    """The selections, one for each value of the sorted column, in order, and how many incidents each holds."""
    snapshot, selection, column = found.snapshot, found.selection, ordering.column
    if column == "occurred":
        return [(selection, found.total)]
    if column in ("type", "vehicle"):
        codes = np.array([pair[column == "vehicle"] for pair in snapshot.pairs])[selection.pairs]
        sizes = found.by_pair()
        groups = [codes == code for code in sorted(set(codes.tolist()), reverse=not ordering.ascending)]
        return [(replace(selection, pairs=selection.pairs[mine]), int(sizes[mine].sum())) for mine in groups]
    known = {"item": snapshot.items, "precinct": snapshot.precincts, "origin": ORIGINS}[column]
    sizes = found.tally(column, len(known))
    alone = np.eye(len(known), dtype=bool)
    order = sorted(range(len(known)), key=lambda number: known[number], reverse=not ordering.ascending)
    return [(replace(selection, **{f"{column}s": alone[number]}), int(sizes[number])) for number in order]


def _by_time(found: Match, newest_first: bool, skip: int, length: int) -> NDArray[np.int64]:
    """The ids of a stretch of the matching rows in order of time, reading only the days that hold it."""
    selection = found.selection
    daily = found.table(np.arange(selection.start, selection.end + 1)).sum(axis=0)
    running = np.cumsum(daily[::-1] if newest_first else daily)
    first, last = np.searchsorted(running, [skip, skip + length - 1], side="right")
    last = min(int(last), len(daily) - 1)
    before = int(running[first - 1]) if first else 0
    low, high = (len(daily) - 1 - last, len(daily) - int(first)) if newest_first else (int(first), last + 1)
    held = Match(found.snapshot, selection.during(selection.start + low, selection.start + high))
    ids = chronological(held)
    ids = ids[::-1] if newest_first else ids
    return np.asarray(ids[skip - before : skip - before + length])


def chronological(held: Match) -> NDArray[np.int64]:
    """The record's ids of the matching rows, oldest first."""
    day = np.repeat(_days(held), held.per_day().ravel())
    order = np.lexsort((held.values("id"), held.values("minute"), day))
    return np.asarray(held.values("id")[order])


def _days(held: Match) -> NDArray[np.int64]:
    span = np.arange(held.selection.start, held.selection.end)
    return np.tile(span, len(held.selection.pairs))
