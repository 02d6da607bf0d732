"""What the record says of adoption: the dense history of registrations, populations and goals.

The newest fact of a day counts. The history of all precincts is read once for each set of deliveries and kept as one
file beside the index, which the processes share; asking it for a day then costs next to nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, select

from analytics.adoption.history import Booleans, History, Integers, levels
from data_access.areas import Area
from data_access.deliveries import live
from data_access.schema import areas, deliveries, goals, populations, registrations
from data_access.store import Store
from domain.adoption import Goal, Population, Rounding
from domain.tables import Counting, Kind

EPOCH = date(1970, 1, 1)
ADDRESSES = "addresses"
_PRECINCTS = select(areas.c.id).where(areas.c.level == "precinct")
FETCH = 200_000  # rows
KEPT = 3  # files, for processes that still answer from a past one


def date_of(day: int | None) -> date | None:
    return None if day is None else EPOCH + timedelta(days=day)


def number_of(day: date) -> int:
    return (day - EPOCH).days


# --- the history -----------------------------------------------------------------------------------------------


def history(store: Store) -> History | None:
    """The history of all precincts; None where no delivery of registrations counts."""
    with store.engine.connect() as connection:
        chosen = live(connection, Kind.REGISTRATIONS).subquery()
        told = select(deliveries.c.id, deliveries.c.sha256, deliveries.c.at).join(
            chosen, chosen.c.id == deliveries.c.id
        )
        rows = connection.execute(told.order_by(deliveries.c.id)).all()
        if not rows:
            return None
        name = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:16]
        path = store.home / "adoption" / f"{name}.npz"
        if not path.exists():
            _keep(_read(connection, list(connection.scalars(_PRECINCTS))), path)
    return _load(path)


def neighbourhoods(connection: Connection, precinct: int) -> History | None:
    """The history of a precinct's own neighbourhoods; None where there is none."""
    inside = list(connection.scalars(select(areas.c.id).where(areas.c.parent_id == precinct)))
    found = _read(connection, inside) if inside else None
    return found if found and found.ids else None


@lru_cache(maxsize=4)
def _load(path: Path) -> History:
    with np.load(path) as kept:
        first = EPOCH + timedelta(days=int(kept["first"]))
        return History(tuple(kept["ids"].tolist()), first, kept["addresses"], kept["seen"], kept["reports"])


def _keep(found: History, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        np.savez(
            file,
            ids=np.array(found.ids, np.int64),
            first=number_of(found.first),
            addresses=found.addresses,
            seen=found.seen,
            reports=found.reports,
        )
    os.replace(file.name, path)
    old = sorted(path.parent.glob("*.npz"), key=lambda known: known.stat().st_mtime)
    for other in old[:-KEPT]:
        other.unlink(missing_ok=True)


def _read(connection: Connection, which: Sequence[int]) -> History:
    facts = _facts(connection, which)
    if not len(facts):
        none = np.empty((0, 1), np.int64)
        return History((), EPOCH, none, none.astype(np.bool_), none)
    ids = np.unique(facts[:, 0])
    first, last = int(facts[:, 1].min()), int(facts[:, 1].max())
    dense = [_dense(facts[facts[:, 2] == of_addresses], ids, first, last) for of_addresses in (1, 0)]
    (addresses, seen), (reports, _) = dense
    return History(tuple(ids.tolist()), EPOCH + timedelta(days=first), addresses, seen, reports)


def _dense(facts: Integers, ids: Integers, first: int, last: int) -> tuple[Integers, Booleans]:
    """Levels by area and day; a later fact of a day takes the place of an earlier one, be it that it is missing."""
    value = np.full((len(ids), last - first + 1), -1, np.int64)
    cumulative = np.zeros(value.shape, np.bool_)
    # Of equal places the last assignment stays.
    at = np.searchsorted(ids, facts[:, 0]), facts[:, 1] - first
    value[at], cumulative[at] = facts[:, 4], facts[:, 3].astype(np.bool_)
    return levels(value, cumulative)


def _facts(connection: Connection, which: Sequence[int]) -> Integers:
    """(area, day, is it addresses, is it cumulative, count or -1) of every fact that counts, the oldest first."""
    columns = (
        registrations.c.area_id,
        registrations.c.day,
        registrations.c.measure == ADDRESSES,
        registrations.c.counting == Counting.CUMULATIVE,
        func.coalesce(registrations.c.count, -1),
    )
    held = registrations.c.delivery_id.in_(live(connection, Kind.REGISTRATIONS)), registrations.c.area_id.in_(which)
    found = connection.execute(select(*columns).where(*held).order_by(registrations.c.id))
    # The driver's own rows: those of SQLAlchemy would take as long as all the rest.
    pages = iter(lambda: found.cursor.fetchmany(FETCH), [])
    parts = [np.fromiter(chain.from_iterable(rows), np.int64) for rows in pages]
    return np.concatenate([np.empty(0, np.int64), *parts]).reshape(-1, len(columns))


# --- populations and goals -------------------------------------------------------------------------------------


def stated(connection: Connection, shown: Sequence[Area]) -> dict[str, list[Population]]:
    """What each source says of each area by its code, and of the whole under "": the newest of each source and year.

    An area of which nothing was delivered has what came with its outline.
    """
    codes: dict[int | None, str] = {None: "", **{area.id: area.code for area in shown}}
    newest: dict[tuple[str, str, int | None], Population] = {}
    for row in connection.execute(_newest(connection, populations, Kind.POPULATIONS)):
        if row.area_id in codes:
            code = codes[row.area_id]
            newest[code, row.source, row.year] = Population(code, row.people, row.year, row.source)
    found: dict[str, list[Population]] = {}
    for population in newest.values():
        found.setdefault(population.precinct, []).append(population)
    for area in shown:
        if area.population and area.code not in found:
            found[area.code] = [Population(area.code, area.population, area.population_year, area.origin)]
    return found


def connected_goals(connection: Connection, shown: Sequence[Area]) -> dict[str, Goal]:
    """The goal of each precinct that has its own, by code, and under "" that of the others."""
    codes: dict[int | None, str] = {None: "", **{area.id: area.code for area in shown}}
    query = _newest(connection, goals, Kind.GOALS).where(goals.c.measure == "connected")
    rows = [row for row in connection.execute(query) if row.area_id in codes]
    return {
        codes[row.area_id]: Goal(
            codes[row.area_id],
            Decimal(row.share),
            Rounding(row.rounding),
            date_of(row.starts),
            date_of(row.due),
            row.population_source,
            row.source,
        )
        for row in rows
    }


def _newest(connection: Connection, table: Any, kind: Kind) -> Select[Any]:
    return select(table).where(table.c.delivery_id.in_(live(connection, kind))).order_by(table.c.id)
