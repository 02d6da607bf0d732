"""Facts about adoption for tests: the South Precinct's table, and histories put straight into the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from data_access.adoption import number_of
from data_access.engine import writing
from data_access.schema import areas, deliveries, goals, populations, registrations
from data_access.store import Store

# (code, name, registered addresses, population, target, missing, compliance in %, reports)
SOUTH = (
    ("san-miguel", "San Miguel", 7733, 107954, 10796, 3063, "71.6", 956),
    ("la-cisterna", "La Cisterna", 2245, 90119, 9012, 6767, "24.9", 474),
    ("san-joaquin", "San Joaquín", 1721, 94492, 9450, 7729, "18.2", 407),
    ("la-pintana", "La Pintana", 2304, 177335, 17734, 15430, "13.0", 665),
    ("san-ramon", "San Ramón", 990, 82900, 8290, 7300, "11.9", 330),
    ("la-granja", "La Granja", 1293, 116571, 11658, 10365, "11.1", 335),
    ("el-bosque", "El Bosque", 1743, 162505, 16251, 14508, "10.7", 401),
)
TOTAL = (18029, 831876, 83191, 65162, "21.7", 3568)
DAY = date(2026, 10, 31)
SOURCE = "Programme with SOSAFE"


def delivery(connection: Any, kind: str, synthetic: bool = False, status: str = "stored") -> int:
    """A delivery to put facts under."""
    row = {"kind": kind, "status": status, "file": "test.csv", "sha256": "0" * 64, "actor": "test", "at": 0}
    row |= {"rows": 0, "stored": 0, "known": 0, "problems": "[]", "synthetic": synthetic}
    return int(connection.execute(insert(deliveries).values(row)).inserted_primary_key[0])


def precincts(store: Store, named: Mapping[str, str], parent: str | None = None) -> None:
    """Areas by code and name: precincts, or with a parent its neighbourhoods."""
    with writing(store.engine) as connection:
        above = connection.scalar(select(areas.c.id).where(areas.c.code == parent)) if parent else None
        level = "zone" if parent else "precinct"
        rows = [{"code": code, "name": name, "level": level, "parent_id": above} for code, name in named.items()]
        connection.execute(insert(areas), [row | {"origin": "test", "synthetic": False} for row in rows])


Fact = tuple[str, date, int | None]  # code, day, count


def tell(
    store: Store,
    facts: Iterable[Fact],
    measure: str = "addresses",
    counting: str = "cumulative",
    synthetic: bool = False,
    status: str = "stored",
) -> int:
    """Deliver facts; returns the delivery's number."""
    with writing(store.engine) as connection:
        number = delivery(connection, "registrations", synthetic, status)
        ids = {row.code: row.id for row in connection.execute(select(areas.c.code, areas.c.id))}
        same = {"delivery_id": number, "measure": measure, "counting": counting}
        rows = [same | {"area_id": ids[code], "day": number_of(day), "count": n} for code, day, n in facts]
        connection.execute(insert(registrations), rows)
    return number


def people(store: Store, stated: Iterable[tuple[str, int, int | None, str]]) -> None:
    """(code or "" for the whole, people, year, source)."""
    with writing(store.engine) as connection:
        number = delivery(connection, "populations")
        ids = {"": None, **{row.code: row.id for row in connection.execute(select(areas.c.code, areas.c.id))}}
        rows = [
            {"delivery_id": number, "area_id": ids[c], "people": n, "year": y, "source": s} for c, n, y, s in stated
        ]
        connection.execute(insert(populations), rows)


def goal(store: Store, code: str = "", share: str = "0.10", due: date | None = None, **other: Any) -> None:
    """A goal for a precinct, or for all."""
    with writing(store.engine) as connection:
        area = connection.scalar(select(areas.c.id).where(areas.c.code == code)) if code else None
        row = {"delivery_id": delivery(connection, "goals"), "measure": "connected", "area_id": area, "share": share}
        row |= {
            "rounding": "ceiling",
            "due": number_of(due) if due else None,
            "population_source": "",
            "source": "test",
        }
        connection.execute(insert(goals).values(row | other))


def south(store: Store) -> None:
    """The South Precinct as its table tells it, on one day."""
    precincts(store, {row[0]: row[1] for row in SOUTH})
    tell(store, [(row[0], DAY, row[2]) for row in SOUTH])
    tell(store, [(row[0], DAY, row[7]) for row in SOUTH], measure="reports")
    people(store, [(row[0], row[3], None, SOURCE) for row in SOUTH] + [("", 850000, None, "The programme's text")])
    goal(store, due=date(2027, 4, 30))
