"""Who may change the areas, and that a change is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data_access.schema import areas as table
from data_access.schema import audit, incidents
from data_access.store import Store
from domain.errors import Forbidden, Invalid, NotFound
from domain.people import ANONYMOUS, PERMISSIONS, SYSTEM, Actor, Permission, Role
from services import areas
from tests.squares import at, draw, geojson, happen, square


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [(square(n, 0), {"comuna": n + 1, "habitantes": 100 * n}) for n in range(3)]
    return geojson(tmp_path / "comunas.geojson", *rows)


def wanted(path: Path, level: str = "precinct", **more: Any) -> areas.Wanted:
    return areas.Wanted(path, level, **more)


def everything(store: Store) -> list[tuple[Any, ...]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(table.c.code))]


@pytest.mark.parametrize("role", [None, *(r for r in Role if Permission.AREAS not in PERMISSIONS[r])])
def test_only_who_may_manage_areas_touches_them(sqlite_store: Store, file: Path, role: Role | None) -> None:
    actor = Actor(1, "a@b.cl", frozenset({role})) if role else ANONYMOUS
    for act in (
        lambda: areas.bring(sqlite_store, actor, wanted(file)),
        lambda: areas.listing(sqlite_store, actor),
        lambda: areas.remove(sqlite_store, actor, ["comuna-1"]),
    ):
        with pytest.raises(Forbidden):
            act()
    assert everything(sqlite_store) == []


def test_an_import_draws_the_areas_and_moves_the_incidents(store: Store, file: Path) -> None:
    happen(store.engine, [at(0.5, 0.5), at(2.5, 0.5), at(7, 7), None])
    done = areas.bring(store, SYSTEM, wanted(file, year=2024))
    assert (done.added, done.replaced, done.moved) == (3, 0, 2)
    found = areas.listing(store, SYSTEM)
    assert [(a.code, a.name, a.population, a.population_year) for a in found] == [
        ("comuna-1", "Comuna 1", 0, 2024),
        ("comuna-2", "Comuna 2", 100, 2024),
        ("comuna-3", "Comuna 3", 200, 2024),
    ]
    assert {a.origin for a in found} == {"comunas.geojson"}
    assert set(store.snapshot().precincts) >= {"comuna-1", "comuna-3"}


def test_importing_again_changes_nothing(store: Store, file: Path) -> None:
    happen(store.engine, [at(0.5, 0.5)])
    areas.bring(store, SYSTEM, wanted(file))
    before = everything(store)
    done = areas.bring(store, SYSTEM, wanted(file))
    assert (done.added, done.replaced, done.moved) == (0, 3, 0)
    assert everything(store) == before


def test_a_precinct_that_a_source_had_named_gets_its_outline_and_keeps_its_name(store: Store, file: Path) -> None:
    with store.engine.begin() as connection:
        named = draw(connection, "comuna-no-2", name="COMUNA N° 2")
    happen(store.engine, [None], precinct_id=named)
    done = areas.bring(store, SYSTEM, wanted(file))
    assert (done.added, done.replaced) == (2, 1)
    with store.engine.connect() as connection:
        row = connection.execute(select(table).where(table.c.id == named)).one()
        assert (row.name, row.code, row.geometry is not None) == ("COMUNA N° 2", "comuna-no-2", True)
        assert connection.scalar(select(incidents.c.precinct_id)) == named


def test_zones_find_their_precincts_by_column_or_by_place(store: Store, file: Path, tmp_path: Path) -> None:
    areas.bring(store, SYSTEM, wanted(file))
    rows = [
        (square(0.1, 0.1, 0.5), {"name": "A", "of": "comuna 03"}),
        (square(1.1, 0.1, 0.5), {"name": "B", "of": None}),
        (square(9, 9), {"name": "C", "of": "Nueva"}),
    ]
    areas.bring(store, SYSTEM, wanted(geojson(tmp_path / "z.geojson", *rows), "zone", parent="of"))
    parents = {area.name: area.parent for area in areas.listing(store, SYSTEM, "zone")}
    assert parents == {"A": "comuna-3", "B": "comuna-2", "C": "nueva"}


def test_areas_of_the_city_take_the_place_of_the_demos(store: Store, tmp_path: Path) -> None:
    with store.engine.begin() as connection:
        demo = draw(connection, "las-condes", square(5, 5), name="Las Condes", synthetic=True)
    areas.bring(store, SYSTEM, wanted(geojson(tmp_path / "a.geojson", (square(0, 0), {"name": "Las Condes"}))))
    with store.engine.connect() as connection:
        row = connection.execute(select(table)).one()
    assert (row.id, row.synthetic) == (demo, False)


def test_a_file_that_is_refused_leaves_everything_as_it_was(store: Store, file: Path, tmp_path: Path) -> None:
    areas.bring(store, SYSTEM, wanted(file))
    before = everything(store)
    rows = [(square(0, 0), {"name": "A"}), (None, {"name": "B"})]
    with pytest.raises(Invalid):
        areas.bring(store, SYSTEM, wanted(geojson(tmp_path / "bad.geojson", *rows)))
    assert everything(store) == before


def test_removing_areas_keeps_the_incidents(store: Store, file: Path) -> None:
    areas.bring(store, SYSTEM, wanted(file))
    happen(store.engine, [at(0.5, 0.5)])
    with store.engine.begin() as connection:
        first = connection.scalar(select(table.c.id).where(table.c.code == "comuna-1"))
        connection.execute(incidents.update().values(precinct_id=first))
    with pytest.raises(NotFound):
        areas.remove(store, SYSTEM, ["comuna-1", "comuna-9"])
    assert areas.remove(store, SYSTEM, ["comuna-1"]) == 1
    assert [area.code for area in areas.listing(store, SYSTEM)] == ["comuna-2", "comuna-3"]
    with store.engine.connect() as connection:
        assert connection.execute(select(incidents.c.precinct_id)).all() == [(None,)]


def test_every_change_of_the_areas_is_in_the_audit_log(sqlite_store: Store, file: Path) -> None:
    areas.bring(sqlite_store, SYSTEM, wanted(file))
    areas.remove(sqlite_store, SYSTEM, ["comuna-1"])
    with sqlite_store.engine.connect() as connection:
        events = connection.execute(select(audit.c.action, audit.c.object, audit.c.details).order_by(audit.c.id)).all()
    assert [event[0] for event in events] == ["areas.imported", "areas.removed"]
    assert json.loads(events[0].details)["areas"] == 3
