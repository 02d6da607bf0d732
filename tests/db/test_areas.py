"""Which areas incidents lie in, and which of the areas are shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, Engine, event, func, insert, select

from data_access import area_record
from data_access.areas import Assigner, assign, bounds, listing, outlines
from data_access.schema import areas, incidents, populations
from tests.adoption import delivery
from tests.squares import SIDE, SOUTH, WEST, at, draw, happen, square


def lie(connection: Connection, *points: tuple[float, float], names: list[object] | None = None) -> list[object]:
    lonlat = np.array(points, dtype=float).reshape(-1, 2)
    return list(assign(connection, lonlat[:, 0], lonlat[:, 1], names)[0])


def test_a_point_lies_in_the_drawn_precinct_that_holds_it(engine: Engine) -> None:
    with engine.begin() as connection:
        west, east = draw(connection, "west", square(0, 0)), draw(connection, "east", square(1, 0))
        assert lie(connection, at(0.5, 0.5), at(1.5, 0.5), at(9, 9)) == [west, east, None]


def test_a_point_on_a_border_lies_in_one_area_whatever_came_first(engine: Engine) -> None:
    with engine.connect() as connection:
        for order in (("a", "b"), ("b", "a")):
            with connection.begin():
                ids = {code: draw(connection, code, square("ab".index(code), 0)) for code in order}
                assert lie(connection, at(1, 0.5)) == [ids["a"]]
                connection.rollback()


def test_every_point_of_a_tiled_ground_lies_in_exactly_one_area(engine: Engine) -> None:
    rng = np.random.default_rng(1)
    with engine.begin() as connection:
        for number in range(16):
            draw(connection, f"t{number:02}", square(number % 4, number // 4))
        steps = rng.integers(0, 41, (2000, 2)) / 10  # a quarter of them on borders and corners
        found = lie(connection, *map(tuple, steps * SIDE + [WEST, SOUTH]))
        assert None not in found


def test_the_smaller_of_two_areas_that_overlap_holds_the_point(engine: Engine) -> None:
    with engine.begin() as connection:
        draw(connection, "a", square(0, 0, 3))
        small = draw(connection, "z", square(1, 1))
        assert lie(connection, at(1.5, 1.5)) == [small]


def test_a_zone_brings_its_own_precinct(engine: Engine) -> None:
    with engine.begin() as connection:
        draw(connection, "other", square(0, 0, 0.5))
        parent = draw(connection, "parent", square(5, 5))
        zone = draw(connection, "zone", square(0, 0), "zone", parent_id=parent)
        lon, lat = np.array([at(0.2, 0.2)]).T
        assert [ids.tolist() for ids in assign(connection, lon, lat)] == [[parent], [zone]]


def test_where_no_area_holds_an_incident_its_precincts_name_decides(engine: Engine) -> None:
    nowhere = (np.nan, np.nan)
    with engine.begin() as connection:
        third = draw(connection, "third", square(0, 0), name="Comuna 3")
        names = ["3", "COMUNA 03", None, np.nan, "  "]
        assert lie(connection, *[nowhere] * 5, names=names) == [third, third, None, None, None]
        assert lie(connection, at(9, 9), at(0.5, 0.5), names=["Comuna 3", "Otra"]) == [third, third]


def test_a_name_that_no_area_has_becomes_a_precinct_without_an_outline(engine: Engine) -> None:
    with engine.begin() as connection:
        assigner = Assigner(connection)
        nowhere = np.full(3, np.nan)
        first, _ = assigner.assign(nowhere, nowhere, ["Chacarita", "CHACARITA ", "Nuñez"])
        again, _ = assigner.assign(nowhere[:1], nowhere[:1], ["Barrio Chacarita"])
        assert first[0] == first[1] == again[0] != first[2]
    with engine.connect() as connection:
        found = {area.code: area for area in listing(connection)}
    assert set(found) == {"chacarita", "nunez"}
    assert (found["nunez"].name, found["nunez"].level, found["nunez"].drawn) == ("Nuñez", "precinct", False)


def test_a_name_of_another_city_never_leads_into_the_demo(engine: Engine) -> None:
    with engine.begin() as connection:
        demo = draw(connection, "san-miguel", square(0, 0), name="San Miguel", synthetic=True)
        (found,) = lie(connection, (np.nan, np.nan), names=["San Miguel"])
        assert found not in (None, demo)
        assert connection.scalar(select(areas.c.code).where(areas.c.id == found)) == "san-miguel-2"


def test_no_points_and_no_areas_are_no_trouble(engine: Engine) -> None:
    with engine.begin() as connection:
        assert lie(connection) == []
        assert lie(connection, at(0, 0)) == [None]
        assert bounds(connection) is None
        assert outlines(connection)["features"] == []


# --- shown -----------------------------------------------------------------------------------------------------


def test_outlines_tell_what_a_map_needs(engine: Engine) -> None:
    with engine.begin() as connection:
        parent = draw(connection, "p", square(0, 0, 2), name="Centro", population=500, population_year=2024)
        draw(connection, "z", square(0, 0), "zone", parent_id=parent)
        draw(connection, "named")
    with engine.connect() as connection:
        drawn = {feature["id"]: feature for feature in outlines(connection)["features"]}
        assert [f["id"] for f in outlines(connection, "zone")["features"]] == ["z"]
        assert bounds(connection) == pytest.approx((WEST, SOUTH, WEST + 2 * SIDE, SOUTH + 2 * SIDE))
    assert set(drawn) == {"p", "z"}
    told = drawn["p"]["properties"]
    assert (told["name"], told["population"], told["level"]) == ("Centro", 500, "precinct")
    assert drawn["z"]["properties"]["parent"] == "p"
    shape = shapely.from_geojson(str(drawn["p"]["geometry"]).replace("'", '"'))
    assert shape.covers(shapely.Point(told["label"]))
    assert shape.equals(square(0, 0, 2))


def test_areas_of_the_demo_are_shown_until_there_are_real_incidents_elsewhere(engine: Engine) -> None:
    with engine.begin() as connection:
        held = draw(connection, "held", square(0, 0), synthetic=True)
        draw(connection, "empty", square(1, 0), synthetic=True)
        draw(connection, "named", square(3, 0), synthetic=True)
        draw(connection, "real", square(2, 0))

    def shown() -> set[str]:
        with engine.connect() as connection:
            return {area.code for area in listing(connection)}

    happen(engine, [at(1.5, 0.5)], synthetic=True)
    assert shown() == {"held", "empty", "named", "real"}
    happen(engine, [at(0.5, 0.5)], precinct_id=held)
    assert shown() == {"held", "real"}
    with engine.begin() as connection:
        ids = {area.code: area.id for area in connection.execute(select(areas.c.code, areas.c.id))}
        for code, synthetic in (("empty", True), ("named", False)):
            number = delivery(connection, "populations", synthetic)
            said = {"delivery_id": number, "people": 9, "source": "test"}
            connection.execute(insert(populations).values(said | {"area_id": ids[code]}))
    assert shown() == {"held", "real", "named"}


# --- incidents that move ---------------------------------------------------------------------------------------


def places(engine: Engine) -> list[tuple[int | None, int | None]]:
    query = select(incidents.c.precinct_id, incidents.c.zone_id).order_by(incidents.c.id)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_incidents_go_to_the_areas_that_are_drawn_after_them(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_record, "CHUNK", 2)
    happen(engine, [at(0.5, 0.5), at(1.5, 0.5), None, at(0.6, 0.5), at(8, 8)])
    with engine.begin() as connection:
        before = Assigner(connection)
        precinct = draw(connection, "p", square(0, 0, 2))
        zone = draw(connection, "z", square(0, 0), "zone", parent_id=precinct)
        assert area_record.reassign(connection, before) == 3
        assert area_record.reassign(connection, Assigner(connection)) == 0
    assert places(engine) == [(precinct, zone), (precinct, None), (None, None), (precinct, zone), (None, None)]


def test_the_precinct_that_a_source_named_stays_where_nothing_is_drawn(engine: Engine) -> None:
    with engine.begin() as connection:
        named = draw(connection, "named")
    happen(engine, [at(5, 5), at(0.5, 0.5), None], precinct_id=named)
    with engine.begin() as connection:
        before = Assigner(connection)
        drawn = draw(connection, "drawn", square(0, 0))
        area_record.reassign(connection, before)
    assert places(engine) == [(named, None), (drawn, None), (named, None)]


def test_a_precinct_that_is_redrawn_keeps_who_was_named_and_lets_go_who_lay_in_it(engine: Engine) -> None:
    with engine.begin() as connection:
        precinct = draw(connection, "p", square(0, 0))
    happen(engine, [at(5, 5), at(0.5, 0.5)], precinct_id=precinct)  # the first by name, the second by place
    with engine.begin() as connection:
        before = Assigner(connection)
        moved = areas.update().values(geometry=shapely.to_wkb(square(8, 8)))
        connection.execute(moved)
        area_record.reassign(connection, before)
    assert places(engine) == [(precinct, None), (None, None)]


def test_incidents_leave_an_area_that_is_removed(engine: Engine) -> None:
    with engine.begin() as connection:
        around = draw(connection, "around", square(0, 0, 3))
        gone = draw(connection, "gone", square(0, 0))
        zone = draw(connection, "zone", square(0, 0, 0.5), "zone", parent_id=gone)
    happen(engine, [at(0.7, 0.7), at(0.2, 0.2), None], precinct_id=gone)
    with engine.begin() as connection:
        assert area_record.remove(connection, ["gone"]) == 3
        assert connection.scalar(select(func.count()).select_from(areas)) == 2
    assert places(engine) == [(around, None), (around, zone), (None, None)]


def test_a_zone_without_a_precinct_is_taken_in_by_the_one_around_it(engine: Engine) -> None:
    with engine.begin() as connection:
        around = draw(connection, "around", square(0, 0, 3))
        draw(connection, "zone", square(1, 1), "zone")
        draw(connection, "far", square(8, 8), "zone")
        area_record.adopt(connection)
        found = connection.execute(select(areas.c.code, areas.c.parent_id).where(areas.c.level == "zone"))
        assert {row.code: row.parent_id for row in found} == {"zone": around, "far": None}


def test_whether_a_demo_precinct_is_in_use_is_read_from_an_index(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans a table as small as a test's, whatever indexes there are")
    happen(engine, [at(1, 1)])
    steps: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def explain(connection: Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps.extend(row[3] for row in plan)

    with engine.connect() as connection:
        listing(connection, "precinct")
    assert not [step for step in steps if step.startswith("SCAN incidents")]
    assert [step for step in steps if "ix_incidents_precinct_id_source_id" in step]
