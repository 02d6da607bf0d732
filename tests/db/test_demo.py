"""The demo city comes into the record whole, leaves it whole, and never touches what is real."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from config.place import place
from data_access.areas import Assigner
from data_access.demo import record
from data_access.demo.record import Wanted
from data_access.schema import areas, batches, incidents, sources
from tests.squares import draw, happen

SANTIAGO = place("santiago")
SMALL = Wanted(date(2026, 11, 20), rows=3_000)


def load(engine: Engine, wanted: Wanted = SMALL) -> int:
    with engine.begin() as connection:
        return record.load(connection, SANTIAGO, wanted, "system", 1_800_000_000)


def remove(engine: Engine) -> int:
    with engine.begin() as connection:
        return record.remove(connection, 1_800_000_001)


def count(engine: Engine, table: Any, *where: Any) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0


def contents(engine: Engine) -> list[Any]:
    columns = [column for column in incidents.c if column.name not in ("id", "batch_id")]
    with engine.connect() as connection:
        return list(connection.execute(select(*columns).order_by(incidents.c.key)).all())


def test_loading_it_fills_the_record_as_one_synthetic_batch(engine: Engine) -> None:
    assert load(engine) == 3_000 == count(engine, incidents)
    assert count(engine, areas, areas.c.synthetic) == 10
    with engine.connect() as connection:
        batch = connection.execute(select(batches, sources.c.synthetic, sources.c.name, sources.c.zone).join(sources))
        row = batch.one()
    assert (row.status, row.stored, row.synthetic) == ("loaded", 3_000, True)
    assert (row.name, row.zone) == ("demo", "America/Santiago")


def test_loading_it_twice_replaces_it_under_a_new_number(engine: Engine) -> None:
    load(engine)
    before, ids = contents(engine), _area_ids(engine)
    load(engine)
    assert contents(engine) == before
    assert _area_ids(engine) == ids, "accounts refer to precincts"
    with engine.connect() as connection:
        assert list(connection.scalars(select(batches.c.status).order_by(batches.c.id))) == ["undone", "loaded"]


def _area_ids(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {row.code: row.id for row in connection.execute(select(areas.c.code, areas.c.id))}


def test_its_incidents_lie_where_their_points_say(engine: Engine) -> None:
    load(engine)
    with engine.connect() as connection:
        rows = connection.execute(select(incidents).where(incidents.c.location == "point")).all()
        lon, lat = ([getattr(row, name) for row in rows] for name in ("lon", "lat"))
        found, _ = Assigner(connection).locate(lon, lat)  # type: ignore[arg-type]
    assert [row.precinct_id for row in rows] == list(found)


def test_removing_it_leaves_an_empty_record(engine: Engine) -> None:
    load(engine)
    assert remove(engine) == 3_000
    assert count(engine, incidents) == count(engine, areas) == 0
    with engine.connect() as connection:
        assert not record.is_loaded(connection)
    assert remove(engine) == 0


def test_an_area_that_real_incidents_lie_in_outlives_it(engine: Engine) -> None:
    load(engine)
    happen(engine, [(-70.58, -33.41)], precinct_id=_area_ids(engine)["las-condes"])
    with engine.begin() as connection:
        draw(connection, "barrio", level="zone", parent_id=_area_ids(engine)["providencia"])
    remove(engine)
    assert count(engine, incidents) == 1
    with engine.connect() as connection:
        left = {row.code: row.synthetic for row in connection.execute(select(areas.c.code, areas.c.synthetic))}
    assert left == {"las-condes": False, "providencia": False, "barrio": False}


def test_an_outline_of_the_citys_own_is_not_overwritten(engine: Engine) -> None:
    with engine.begin() as connection:
        own = draw(connection, "providencia", name="Providencia propia")
    load(engine)
    with engine.connect() as connection:
        row = connection.execute(select(areas).where(areas.c.id == own)).one()
    assert (row.name, row.synthetic, row.geometry) == ("Providencia propia", False, None)


def test_the_record_knows_real_from_synthetic(engine: Engine) -> None:
    with engine.connect() as connection:
        assert not record.is_loaded(connection)
        assert not record.is_real(connection)
    load(engine)
    with engine.connect() as connection:
        assert record.is_loaded(connection)
        assert not record.is_real(connection)
    happen(engine, [None])
    with engine.connect() as connection:
        assert record.is_real(connection)


@pytest.mark.parametrize("rows", [1, 40])
def test_a_tiny_city_loads_too(engine: Engine, rows: int) -> None:
    assert load(engine, Wanted(date(2026, 1, 1), rows=rows, years=1)) == rows
