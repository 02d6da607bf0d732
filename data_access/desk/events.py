"""What happened to requests, in one chain (`data_access/chaining.py`). Whoever cuts off its end leaves cases that are
further than their events. Write within `Desk.writing`, which lets one writer in at a time.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from data_access import chaining
from data_access.chaining import FIRST, canonical, hashed
from data_access.desk_schema import events, requests
from domain.footage.case import Case, Link

AT_ONCE = 1_000  # rows
FIELDS = ("folio", "at", "actor", "action", "before", "after", "details", "previous")
REMOVED = "removed"  # a made-up request was taken out; its events stay


@dataclass(frozen=True, slots=True)
class Chain:
    """What a look at the whole chain found. `broken` are the numbers of events that do not follow from the one
    before, `strays` the folios of cases that are not where their events left them."""

    count: int
    head: str
    broken: tuple[int, ...]
    strays: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.broken and not self.strays


def append(
    connection: Connection,
    folio: str,
    at: int,
    actor: str,
    action: str,
    details: Mapping[str, Any] | None = None,
    before: str | None = None,
    after: str | None = None,
) -> str:
    """Add an event to the end of the chain; its hash. `details` hold codes, numbers and hashes, no words."""
    row = {
        "folio": folio,
        "at": at,
        "actor": actor[:255],
        "action": action,
        "before": before,
        "after": after,
        "details": canonical(details or {}),
        "previous": head(connection),
    }
    row["hash"] = _hash(row)
    connection.execute(insert(events).values(row))
    return str(row["hash"])


def extend(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many events at once, each with `folio`, `at`, `actor`, `action`, `details`, `before` and `after`."""
    previous, linked = head(connection), []
    for row in rows:
        link = {**row, "details": canonical(row["details"]), "previous": previous}
        link["hash"] = previous = _hash(link)
        linked.append(link)
    for start in range(0, len(linked), AT_ONCE):
        connection.execute(insert(events), linked[start : start + AT_ONCE])


def head(connection: Connection, before: int | None = None) -> str:
    """The hash of the last event, or of the last one before an instant; published, nobody can write the chain anew."""
    last = select(events.c.hash).order_by(events.c.id.desc()).limit(1)
    return connection.execute(last if before is None else last.where(events.c.at < before)).scalar() or FIRST


def ends(connection: Connection) -> Iterator[tuple[int, str]]:
    """(instant, hash) of every event, in the order of the chain."""
    rows = connection.execution_options(yield_per=AT_ONCE).execute(select(events.c.at, events.c.hash).order_by("id"))
    return ((at, hash) for at, hash in rows)


def of(connection: Connection, folio: str) -> tuple[Link, ...]:
    """The events of a case, oldest first."""
    rows = connection.execute(select(events).where(events.c.folio == folio).order_by(events.c.id))
    return tuple(
        Link(row.id, row.at, row.actor, row.action, row.before, row.after, json.loads(row.details), row.hash)
        for row in rows
    )


def verify(connection: Connection) -> Chain:
    """Compute every hash again, and compare every case with where its events left it."""
    count, previous, broken = 0, FIRST, []
    left: dict[str, str] = {}
    rows = connection.execution_options(yield_per=1_000).execute(select(events).order_by(events.c.id)).mappings()
    for row in rows:
        if row["previous"] != previous or row["hash"] != _hash(dict(row)):
            broken.append(row["id"])
        count, previous = count + 1, row["hash"]
        if row["action"] == REMOVED:
            left.pop(row["folio"], None)
        elif row["after"] is not None:
            left[row["folio"]] = row["after"]
    return Chain(count, previous, tuple(broken), _strays(connection, left))


def _strays(connection: Connection, left: Mapping[str, str]) -> tuple[str, ...]:
    here = {row.folio: row.status for row in connection.execute(select(requests.c.folio, requests.c.status))}
    return tuple(sorted(folio for folio in left.keys() | here.keys() if left.get(folio) != here.get(folio)))


def intact(connection: Connection, case: Case) -> bool:
    """Whether the events of one case are as they were written, and left it where it is. A break elsewhere in the chain
    is for `verify` to find, which reads all of it."""
    rows = connection.execute(select(events).where(events.c.folio == case.folio).order_by(events.c.id)).mappings().all()
    left = [row["after"] for row in rows if row["after"] is not None]
    return all(row["hash"] == _hash(dict(row)) for row in rows) and left[-1:] == [case.status]


def count(connection: Connection, action: str, since: int, before: int) -> int:
    """How many events of an action fell in a stretch of time."""
    matching = select(func.count()).where(events.c.action == action, events.c.at >= since, events.c.at < before)
    return int(connection.execute(matching.select_from(events)).scalar_one())


def missing(connection: Connection, hashes: Collection[str]) -> tuple[str, ...]:
    """Those of some hashes that are not in the chain: what was published or written down must stay in it for good."""
    return chaining.missing(connection, events.c.hash, hashes)


def _hash(row: Mapping[str, Any]) -> str:
    return hashed(row, FIELDS)
