"""Areas written to the record, and incidents moved to the areas they now lie in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import shapely
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    RowMapping,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from data_access.area_layers import Drawn
from data_access.areas import NAMED_BY_SOURCE, Assigner, Objects, free_code, plain, slug
from data_access.deliveries import named
from data_access.importing.storing.writing import insert_all
from data_access.schema import areas, incidents
from domain.errors import Invalid

CHUNK = 200_000
Progress = Callable[[int, int], None]  # incidents done, in all

_MOVES = Table(
    "moved_incidents",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("precinct_id", Integer),
    Column("zone_id", Integer),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class Written:
    """What writing a layer did."""

    added: int
    replaced: int


class Writer:
    """Writes areas, each in the place of the one with its code; a precinct also in that of one with its name."""

    def __init__(self, connection: Connection, origin: str, year: int | None) -> None:
        self.connection, self.origin, self.year = connection, origin[:120], year
        rows = connection.execute(select(areas)).mappings().all()
        self._by_code = {row["code"]: row for row in rows}
        # A precinct that only a source named is the same precinct once somebody draws it.
        self._by_name = {plain(row["name"]): row for row in rows if row["level"] == "precinct" and not row["synthetic"]}
        self._taken: set[int] = set()

    def write(self, drawn: Sequence[Drawn]) -> Written:
        added = 0
        for area in drawn:
            known = self._known(area)
            if known is None:
                self._insert(area)
                added += 1
            else:
                self._replace(known, area)
        return Written(added, len(drawn) - added)

    def _known(self, area: Drawn) -> RowMapping | None:
        known = self._by_code.get(area.code)
        if known is None and area.level == "precinct":
            known = self._by_name.get(plain(area.name))
        return None if known is None or known["id"] in self._taken else known

    def _values(self, area: Drawn) -> dict[str, Any]:
        return {
            "name": area.name,
            "parent_id": self._parent(area),
            "population": area.population,
            "population_year": self.year if area.population is not None else None,
            "origin": self.origin,
            "synthetic": False,
            "geometry": shapely.to_wkb(area.shape),
        }

    def _insert(self, area: Drawn) -> None:
        code = free_code(area.code, set(self._by_code))
        row = {**self._values(area), "code": code, "level": area.level}
        self._learn(self.connection.execute(insert(areas).values(row)).inserted_primary_key)

    def _replace(self, known: RowMapping, area: Drawn) -> None:
        values = self._values(area)
        if known["geometry"] is None and known["level"] == "precinct":
            values["name"] = known["name"]  # the one that the city's own incidents use
        self.connection.execute(update(areas).where(areas.c.id == known["id"]).values(values))
        self._learn((known["id"],))

    def _learn(self, key: Any) -> None:
        row = self.connection.execute(select(areas).where(areas.c.id == key[0])).mappings().one()
        self._taken.add(row["id"])
        self._by_code[row["code"]] = row
        if row["level"] == "precinct":
            self._by_name[plain(row["name"])] = row

    def _parent(self, area: Drawn) -> int | None:
        """The precinct that a zone says it is part of, made where there is none; its outline decides otherwise."""
        if area.level != "zone" or area.parent is None:
            return None
        if plain(area.parent) not in self._by_name:
            code = free_code(slug(area.parent), set(self._by_code))
            row = {"code": code, "name": area.parent, "level": "precinct", "origin": NAMED_BY_SOURCE}
            self._learn(self.connection.execute(insert(areas).values(**row, synthetic=False)).inserted_primary_key)
        return int(self._by_name[plain(area.parent)]["id"])


def adopt(connection: Connection) -> None:
    """Give each zone without a precinct the one that holds its middle."""
    orphans = connection.execute(
        select(areas.c.id, areas.c.geometry).where(
            areas.c.level == "zone", areas.c.parent_id.is_(None), areas.c.geometry.is_not(None)
        )
    ).all()
    if not orphans:
        return
    middles = shapely.point_on_surface(shapely.from_wkb([row.geometry for row in orphans]))
    precincts, _ = Assigner(connection).locate(shapely.get_x(middles), shapely.get_y(middles))
    for row, precinct in zip(orphans, precincts, strict=True):
        if precinct is not None:
            connection.execute(update(areas).where(areas.c.id == row.id).values(parent_id=precinct))


# --- incidents -------------------------------------------------------------------------------------------------


def reassign(connection: Connection, before: Assigner, progress: Progress = lambda done, total: None) -> int:
    """Put every incident with a point in the areas that now hold it; returns how many moved.

    `before` was made before the areas changed: it tells which incidents have their precinct from its outline and
    which from its name in the source. The latter keep it where no drawn area holds them.
    """
    total = connection.scalar(select(func.count()).where(incidents.c.location == "point")) or 0
    after, moved, done = Assigner(connection), 0, 0
    _MOVES.drop(connection, checkfirst=True)
    _MOVES.create(connection)
    for rows in _points(connection):
        moves = _moves(rows, before, after)
        insert_all(connection, _MOVES, moves)
        moved, done = moved + moves.num_rows, done + len(rows)
        progress(done, total)
    connection.execute(
        update(incidents)
        .where(incidents.c.id == _MOVES.c.id)
        .values(precinct_id=_MOVES.c.precinct_id, zone_id=_MOVES.c.zone_id)
    )
    _MOVES.drop(connection)
    return moved


def _points(connection: Connection) -> Iterator[pd.DataFrame]:
    columns = [incidents.c[name] for name in ("id", "lon", "lat", "precinct_id", "zone_id")]
    last = 0
    while True:
        query = select(*columns).where(incidents.c.location == "point", incidents.c.id > last)
        rows = connection.execute(query.order_by(incidents.c.id).limit(CHUNK)).all()
        if not rows:
            return
        yield pd.DataFrame({c.name: values for c, values in zip(columns, zip(*rows, strict=True), strict=True)})
        last = rows[-1].id


def _moves(rows: pd.DataFrame, before: Assigner, after: Assigner) -> pa.Table:
    """The incidents whose areas change."""
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    drawn, _ = before.locate(lon, lat)
    precinct, zone = after.locate(lon, lat)
    old = pd.DataFrame({"precinct_id": _numbers(rows["precinct_id"]), "zone_id": _numbers(rows["zone_id"])})
    new = pd.DataFrame({"precinct_id": _numbers(precinct), "zone_id": _numbers(zone)})
    named = old["precinct_id"].mask((old["precinct_id"] == _numbers(drawn)).fillna(False))
    new["precinct_id"] = new["precinct_id"].fillna(named)
    changed = (new.fillna(-1) != old.fillna(-1)).any(axis=1)
    return pa.Table.from_pandas(new.assign(id=rows["id"])[changed], preserve_index=False)


def _numbers(ids: Objects | pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(ids, dtype="object").astype("Int64")


def remove(connection: Connection, codes: Collection[str]) -> int:
    """Take areas out; incidents go to the areas that are left. Returns how many lay in them.

    Raises Invalid where delivered facts speak of one of them.
    """
    held_by = sorted(connection.scalars(select(areas.c.code).where(areas.c.code.in_(codes), named())))
    if held_by:
        raise Invalid("areas.in_use", codes=", ".join(held_by[:5]))
    before = Assigner(connection)
    gone = list(connection.scalars(select(areas.c.id).where(areas.c.code.in_(codes))))
    connection.execute(update(areas).where(areas.c.parent_id.in_(gone)).values(parent_id=None))
    held = or_(incidents.c.precinct_id.in_(gone), incidents.c.zone_id.in_(gone))
    lay = connection.scalar(select(func.count()).select_from(incidents).where(held)) or 0
    connection.execute(update(incidents).where(incidents.c.precinct_id.in_(gone)).values(precinct_id=None))
    connection.execute(update(incidents).where(incidents.c.zone_id.in_(gone)).values(zone_id=None))
    connection.execute(delete(areas).where(areas.c.id.in_(gone)))
    reassign(connection, before)
    return lay
