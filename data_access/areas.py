"""Precincts and finer areas: which one an incident lies in, and what of them is listed and drawn.

A point lies in the drawn area that holds it. Where areas of a level overlap or touch, the smallest one holds the
point, and of two equally small the one whose code sorts first: every point lies in one area, always the same.
Where no drawn area holds an incident, the precinct that its source names decides.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, RowMapping, Select, and_, exists, insert, or_, select

from data_access.deliveries import named
from data_access.schema import areas, batches, incidents, sources

OUTLINE_METRES = 25.0
METRES_PER_DEGREE = 111_320.0
PRECISION = 1e-5  # degrees, about a metre
NAMED_BY_SOURCE = "source"

Floats = np.ndarray[Any, np.dtype[np.float64]]
Objects = np.ndarray[Any, np.dtype[np.object_]]
Integers = np.ndarray[Any, np.dtype[np.int64]]

# Words that sources put before a precinct's own name, with what may join the two.
LEADING = re.compile(
    r"^(?:alcaldia|barrio|comisaria|comuna|delegacion|distrito|district|localidad|municipalidad|municipio|partido"
    r"|precinct|ward|zona)s? (?:(?:de|del|n|no|nro|num|numero|number) )?(?:(?:la|el) (?=\d))?(?=.)"
)


@dataclass(frozen=True, slots=True)
class Area:
    """One area as lists show it; `parent` is a code, `drawn` says whether it has an outline."""

    id: int
    code: str
    name: str
    level: str
    parent: str | None
    population: int | None
    population_year: int | None
    origin: str
    synthetic: bool
    drawn: bool


def plain(name: str) -> str:
    """A name as it is compared: no accents, case, punctuation, leading words or leading zeros.

    >>> plain("Comuna N° 03"), plain("  PEÑALOLÉN "), plain("Alcaldía de Álvaro   Obregón")
    ('3', 'penalolen', 'alvaro obregon')
    """
    letters = unicodedata.normalize("NFKD", name.replace("°", " ").replace("º", " ")).casefold()
    words = re.sub(r"[\W_]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()
    words = LEADING.sub("", words)
    return re.sub(r"^0+(?=\d)", "", words)


@lru_cache(maxsize=4096)
def by_name(name: str) -> list[tuple[bool, int, str]]:
    """How names are put in order: without accents and case, numbers by their size.

    >>> sorted(["Comuna 10", "comuna 9", "Ñuñoa", "Olivos"], key=by_name)
    ['comuna 9', 'Comuna 10', 'Ñuñoa', 'Olivos']
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    words = re.split(r"(\d+)", "".join(c for c in letters if not unicodedata.combining(c)))
    return [(not word.isdecimal(), int(word) if word.isdecimal() else 0, word) for word in words]


def slug(name: str) -> str:
    """A name as a code in a URL.

    >>> slug("Comuna 3"), slug("Peñalolén")
    ('comuna-3', 'penalolen')
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")[:70] or "area"


class _Layer:
    """The drawn areas of one level, smallest first, ready to be asked which holds a point."""

    def __init__(self, rows: Sequence[RowMapping]) -> None:
        shapes = shapely.from_wkb(np.array([row["geometry"] for row in rows], dtype=object))
        order = sorted(range(len(rows)), key=lambda i: (shapes[i].area, rows[i]["code"]))
        self.ids = np.array([rows[i]["id"] for i in order], dtype=object)
        self.parents = np.array([rows[i]["parent_id"] for i in order], dtype=object)
        self.shapes = np.asarray(shapes)[order]
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)

    def hold(self, points: Objects) -> Integers:
        """For each point the position of the area that holds it, or -1."""
        found = np.full(len(points), -1)
        if not len(self.ids):
            return found
        # Boxes first, exact test after: prepared areas answer many points far faster than points ask areas.
        point, area = self.tree.query(points)
        x, y = shapely.get_x(points)[point], shapely.get_y(points)[point]
        inside = shapely.intersects_xy(self.shapes[area], x, y)
        point, area = point[inside], area[inside]
        smallest_last = np.argsort(-area, kind="stable")
        found[point[smallest_last]] = area[smallest_last]
        return found


class Assigner:
    """Says which areas incidents lie in; made once for an import, it reads the areas once.

    Keeps no rows. Precincts it creates for names that no area has belong to the connection's transaction.
    """

    def __init__(self, connection: Connection, invented: bool = False) -> None:
        self.connection = connection
        rows = connection.execute(select(areas).order_by(areas.c.code)).mappings().all()
        self._precincts = _Layer([r for r in rows if r["level"] == "precinct" and r["geometry"] is not None])
        # The demo's neighbourhoods are invented: no incident is said to lie in one, but for the demo's own releases.
        zones = [r for r in rows if r["level"] == "zone" and r["geometry"] is not None]
        drawn = [r for r in zones if invented or not r["synthetic"]]
        self._zones = _Layer(drawn)
        self._codes = {row["code"] for row in rows}
        # A name never leads into the demo city: another city's precinct may well bear it.
        named = [r for r in reversed(rows) if r["level"] == "precinct" and not r["synthetic"]]
        self._named: dict[str, int] = {plain(row["name"]): row["id"] for row in named}
        self._heard: dict[str, int | None] = {}

    def assign(self, lon: Floats, lat: Floats, names: Sequence[object] | None = None) -> tuple[Objects, Objects]:
        """The precinct and the zone of each incident, as ids, None where there is none.

        lon, lat: degrees in WGS 84, NaN where there is no point. names: the precinct that the source names, or
        None, NaN or NA. A name that no precinct has becomes a precinct without an outline.
        """
        precinct: Objects = np.full(len(lon), None, dtype=object)
        zone: Objects = np.full(len(lon), None, dtype=object)
        located = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        if len(located):
            precinct[located], zone[located] = self.locate(lon[located], lat[located])
        if names is not None:
            for row in np.flatnonzero(pd.isna(precinct)).tolist():
                precinct[row] = self._by_name(names[row])
        return precinct, zone

    def locate(self, lon: Floats, lat: Floats) -> tuple[Objects, Objects]:
        """The precinct and zone that hold each point; a zone's own precinct goes before the precincts' outlines."""
        points = shapely.points(lon, lat)
        at, within = self._zones.hold(points), self._precincts.hold(points)
        zone, precinct = _pick(self._zones.ids, at), _pick(self._precincts.ids, within)
        parent = _pick(self._zones.parents, at)
        return np.where(pd.isna(parent), precinct, parent), zone

    def _by_name(self, name: object) -> int | None:
        if not isinstance(name, str):
            return None
        if name not in self._heard:
            self._heard[name] = self._precinct(" ".join(name.split())[:120])
        return self._heard[name]

    def _precinct(self, name: str) -> int | None:
        key = plain(name)
        if key and key not in self._named:
            self._named[key] = self._create(name)
        return self._named.get(key)

    def _create(self, name: str) -> int:
        code = free_code(slug(name), self._codes)
        self._codes.add(code)
        row = {"code": code, "name": name, "level": "precinct", "origin": NAMED_BY_SOURCE, "synthetic": False}
        key = self.connection.execute(insert(areas).values(row)).inserted_primary_key
        assert key is not None
        return int(key[0])


def _pick(values: Objects, at: Integers) -> Objects:
    picked: Objects = np.full(len(at), None, dtype=object)
    held = at >= 0
    picked[held] = values[at[held]]
    return picked


def free_code(wanted: str, taken: set[str]) -> str:
    """The wanted code, or with the first number that makes it free."""
    code, number = wanted, 2
    while code in taken:
        code, number = f"{wanted}-{number}", number + 1
    return code


def assign(
    connection: Connection, lon: Floats, lat: Floats, names: Sequence[object] | None = None
) -> tuple[Objects, Objects]:
    """`Assigner.assign` for one set of incidents; for many chunks make one Assigner and ask it for each."""
    return Assigner(connection).assign(lon, lat, names)


# --- reading ---------------------------------------------------------------------------------------------------


def _is_shown(connection: Connection) -> Any:
    """The areas in use: once there are real incidents, those of the demo only where something real speaks of them."""
    real = and_(batches.c.source_id == sources.c.id, batches.c.status == "loaded", batches.c.stored > 0)
    if not connection.scalar(select(exists().where(real, ~sources.c.synthetic))):
        return areas.c.id.is_not(None)
    real_ones = select(sources.c.id).where(~sources.c.synthetic)
    held = and_(incidents.c.precinct_id == areas.c.id, incidents.c.source_id.in_(real_ones))
    return or_(~areas.c.synthetic, exists().where(held), named(real=True))


def _query(connection: Connection, level: str | None) -> Select[Any]:
    parent = areas.alias("parent")
    query = (
        select(areas, parent.c.code.label("parent"))
        .join(parent, areas.c.parent_id == parent.c.id, isouter=True)
        .where(_is_shown(connection))
        .order_by(areas.c.code)
    )
    return query if level is None else query.where(areas.c.level == level)


def _area(row: RowMapping) -> Area:
    plain_columns = {key: row[key] for key in Area.__slots__ if key != "drawn"}
    return Area(**plain_columns, drawn=row["geometry"] is not None)


def listing(connection: Connection, level: str | None = None) -> list[Area]:
    """The areas in use by level and name; `level` is precinct, zone or None for both."""
    found = [_area(row) for row in connection.execute(_query(connection, level)).mappings()]
    return sorted(found, key=lambda area: (area.level, by_name(area.name), area.code))


def shapes(connection: Connection, level: str) -> list[tuple[Area, Any]]:
    """The areas in use in the order of their codes, with their outlines as they are kept; None where there is none."""
    rows = connection.execute(_query(connection, level)).mappings()
    return [(_area(row), row["geometry"] and shapely.from_wkb(row["geometry"])) for row in rows]


def outlines(connection: Connection, level: str | None = None, metres: float = OUTLINE_METRES) -> dict[str, Any]:
    """The drawn areas in use as a GeoJSON FeatureCollection, simplified to `metres`, neighbours still meeting.

    Each feature has code, name, level, parent, population, population_year and `label`, a [lon, lat] inside it.
    """
    rows = [row for row in connection.execute(_query(connection, level)).mappings() if row["geometry"] is not None]
    drawn = _drawn(tuple(row["level"] for row in rows), tuple(bytes(row["geometry"]) for row in rows), metres)
    features = [_feature(_area(row), *shape) for row, shape in zip(rows, drawn, strict=True)]
    return {"type": "FeatureCollection", "features": features}


@lru_cache(maxsize=4)
def _drawn(levels: tuple[str, ...], geometries: tuple[bytes, ...], metres: float) -> list[tuple[Any, float, float]]:
    """Each outline as GeoJSON, and a point inside it. Kept, and so nobody may change them: outlines seldom change, and
    drawing hundreds takes long."""
    shapes = simplified(levels, shapely.from_wkb(geometries), metres)
    points = shapely.point_on_surface(shapes)
    told = zip(shapely.to_geojson(shapes), shapely.get_x(points), shapely.get_y(points), strict=True)
    return [(json.loads(text), round(float(lon), 5), round(float(lat), 5)) for text, lon, lat in told]


def simplified(levels: Sequence[str], shapes: Objects, metres: float) -> Objects:
    """Simplified outlines, each level as one coverage so that shared borders stay shared."""
    drawn = np.array(shapes, dtype=object)
    for level in sorted(set(levels)):
        chosen = np.array([other == level for other in levels])
        drawn[chosen] = shapely.coverage_simplify(drawn[chosen], metres / METRES_PER_DEGREE)
    drawn = np.asarray(shapely.set_precision(shapely.make_valid(drawn), PRECISION))
    vanished = shapely.is_empty(drawn)
    drawn[vanished] = np.asarray(shapes)[vanished]
    return drawn


def _feature(area: Area, geometry: Any, lon: float, lat: float) -> dict[str, Any]:
    known = ("code", "name", "level", "parent", "population", "population_year")
    return {
        "type": "Feature",
        "id": area.code,
        "geometry": geometry,
        "properties": {key: getattr(area, key) for key in known} | {"label": [lon, lat]},
    }


def bounds(connection: Connection) -> tuple[float, float, float, float] | None:
    """West, south, east and north of the drawn areas in use, or None where nothing is drawn."""
    query = _query(connection, None).with_only_columns(areas.c.geometry).where(areas.c.geometry.is_not(None))
    shapes = shapely.from_wkb(list(connection.scalars(query)))
    if not len(shapes):
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)
