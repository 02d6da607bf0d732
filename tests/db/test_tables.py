"""Delivered tables in the record of either database: kept whole, known again, corrected, withdrawn."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data_access import area_record
from data_access.adoption import history
from data_access.deliveries import live
from data_access.schema import areas, audit, deliveries, estimates, goals, populations
from data_access.store import Store
from domain.errors import Invalid, NotFound
from domain.people import SYSTEM
from domain.tables import Counting, Kind, Status
from services import tables
from tests.squares import draw
from tests.tabling import HEADER, city, count, deliver, facts, look, told, written

SM, LC = "San Miguel", "La Cisterna"
OCTOBER = [(SM, "2026-10-30", 7_700), (SM, "2026-10-31", 7_733), (LC, "2026-10-31", 2_245)]


@pytest.fixture
def town(store: Store) -> Store:
    city(store)
    return store


def levels(store: Store) -> list[int]:
    """The last registered addresses of each precinct with any."""
    found = history(store)
    return [] if found is None else found.addresses[:, -1].tolist()


def test_a_table_is_stored_as_facts_under_its_delivery(town: Store, tmp_path: Path) -> None:
    rows = [(*row, reports) for row, reports in zip(OCTOBER, (950, 956, ""), strict=True)]
    found = deliver(town, written(tmp_path / "octubre.csv", rows, (*HEADER, "reportes")))
    assert (found.status, found.rows, found.stored, found.known) == (Status.STORED, 3, 5, 0)
    kept = facts(town)
    assert [(one["measure"], one["count"]) for one in kept] == [
        *(("addresses", number) for number in (7_700, 7_733, 2_245)),
        *(("reports", number) for number in (950, 956)),
    ]
    assert {one["delivery_id"] for one in kept} == {found.id}
    assert kept[1]["day"] == (date(2026, 10, 31) - date(1970, 1, 1)).days


def test_a_table_delivered_twice_adds_nothing(town: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", OCTOBER)
    deliver(town, path)
    again = deliver(town, path)
    assert (again.status, again.stored, again.known, count(town)) == (Status.STORED, 0, 3, 3)


def test_a_correction_is_a_new_fact_beside_the_old_one(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", OCTOBER))
    mended = written(tmp_path / "b.csv", [(SM, "2026-10-31", 7_740), (LC, "2026-10-31", 2_245)])
    judged = look(town, mended)
    assert (judged.new, judged.corrections, judged.known) == (0, 1, 1)
    assert deliver(town, mended).stored == 1
    assert [one["count"] for one in facts(town)] == [7_700, 7_733, 2_245, 7_740]
    assert levels(town) == [7_740, 2_245]
    assert deliver(town, written(tmp_path / "a.csv", OCTOBER)).stored == 1, "the first word is news again"


def test_a_correction_that_would_make_a_later_day_fall_is_refused(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", OCTOBER))
    found = look(town, written(tmp_path / "b.csv", [(SM, "2026-10-30", 7_734)]))
    assert told(found) == [(2, "falling_later")]
    assert found.problems[0].details == {"day": "2026-10-31", "count": 7_733}
    both = written(tmp_path / "c.csv", [(SM, "2026-10-30", 7_734), (SM, "2026-10-31", 7_735)])
    assert told(look(town, both)) == []


def test_a_row_that_falls_below_what_the_record_holds_is_refused(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", OCTOBER))
    assert told(look(town, written(tmp_path / "b.csv", [(SM, "2026-11-01", 7_732)]))) == [(2, "falling")]
    assert told(look(town, written(tmp_path / "c.csv", [(LC, "2026-11-01", 7_732)]))) == []


def test_months_are_missing_beside_the_record_too(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", OCTOBER))
    found = look(town, written(tmp_path / "b.csv", [(SM, "2026-07-31", 7_000)]))
    assert told(found) == [(2, "months_missing")]
    assert found.problems[0].details == {"before": "2026-07-31", "after": "2026-10-30", "months": "2026-08, 2026-09"}
    rows = [(SM, "2026-07-31", 7_000), (SM, "2026-08", ""), (SM, "2026-09", "")]
    assert deliver(town, written(tmp_path / "c.csv", rows)).stored == 3
    assert [one["count"] for one in facts(town)][-3:] == [7_000, None, None]


def test_a_count_can_be_taken_back_as_missing_and_told_again(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", [(SM, "2026-10-31", 5)]))
    empty = written(tmp_path / "b.csv", [(SM, "2026-10-31", "")])
    assert look(town, empty).corrections == 1
    assert (deliver(town, empty).stored, deliver(town, empty).stored) == (1, 0)


def test_of_a_refused_table_nothing_is_stored_but_why(town: Store, tmp_path: Path) -> None:
    found = deliver(town, written(tmp_path / "t.csv", [*OCTOBER, (SM, "2026-10-29", -1), ("?", "2026-10-29", 1)]))
    assert (found.status, found.stored, count(town)) == (Status.REFUSED, 0, 0)
    assert [(one.line, one.reason) for one in found.problems] == [(5, "negative"), (6, "precinct_unknown")]
    assert tables.find(town, SYSTEM, found.id) == found


def test_of_many_problems_the_first_thousand_are_kept_in_order(town: Store, tmp_path: Path) -> None:
    rows = [("nadie" if number % 2 else SM, "nunca", -number) for number in range(1, 1_500)]
    judged = look(town, written(tmp_path / "t.csv", rows))
    found = deliver(town, tmp_path / "t.csv")
    assert len(found.problems) == 1_000
    assert judged.wrong > 3_000
    assert [one.line for one in found.problems] == sorted(one.line for one in found.problems)
    assert found.problems[0].line == 2


def test_a_withdrawn_delivery_counts_no_more_and_may_be_delivered_again(town: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", OCTOBER)
    first = deliver(town, path)
    assert tables.withdraw(town, SYSTEM, first.id).status is Status.WITHDRAWN
    assert (levels(town), count(town)) == ([], 3)
    again = deliver(town, path)
    assert (again.stored, again.known, levels(town)) == (3, 0, [7_733, 2_245])


def test_a_withdrawn_correction_gives_the_word_back_to_the_one_before(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", OCTOBER))
    mended = deliver(town, written(tmp_path / "b.csv", [(SM, "2026-10-31", 7_740)]))
    tables.withdraw(town, SYSTEM, mended.id)
    assert levels(town) == [7_733, 2_245]


def test_only_what_is_stored_can_be_withdrawn(town: Store, tmp_path: Path) -> None:
    refused = deliver(town, written(tmp_path / "t.csv", [("?", "2026-10-29", 1)]))
    with pytest.raises(Invalid):
        tables.withdraw(town, SYSTEM, refused.id)
    with pytest.raises(NotFound):
        tables.withdraw(town, SYSTEM, 99)


def test_what_is_real_is_not_judged_by_the_demo_nor_listed_with_it(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", [(SM, "2026-01-31", 9_000)]))
    with town.engine.begin() as connection:
        connection.execute(update(deliveries).values(synthetic=True))
    with pytest.raises(NotFound):
        tables.withdraw(town, SYSTEM, 1)
    path = written(tmp_path / "b.csv", OCTOBER)
    assert told(look(town, path)) == []
    number = deliver(town, path).id
    assert [one.id for one in tables.deliveries(town, SYSTEM)[0]] == [number]
    with town.engine.connect() as connection:
        assert list(connection.scalars(live(connection, Kind.REGISTRATIONS))) == [number]


def test_populations_of_every_source_are_kept_and_the_newest_word_of_each_counts(town: Store, tmp_path: Path) -> None:
    header = ("comuna", "año", "población", "fuente")
    rows = [(SM, 2002, 107_954, "INE"), (SM, 2024, 145_424, "INE"), (SM, "", 107_000, ""), ("", "", 850_000, "texto")]
    path = written(tmp_path / "censo.csv", rows, header)
    deliver(town, path, Kind.POPULATIONS)
    kept = [(one["people"], one["year"], one["source"], one["area_id"] is None) for one in facts(town, populations)]
    assert kept == [
        (107_954, 2002, "INE", False),
        (145_424, 2024, "INE", False),
        (107_000, None, "censo.csv", False),
        (850_000, None, "texto", True),
    ]
    assert deliver(town, path, Kind.POPULATIONS).stored == 0
    other = written(tmp_path / "b.csv", [(SM, 2002, 107_955, "INE")], header)
    assert look(town, other, Kind.POPULATIONS).corrections == 1


def test_goals_are_kept_to_the_last_digit(town: Store, tmp_path: Path) -> None:
    header = ("medida", "meta", "linea base", "comuna", "redondeo", "inicio", "plazo", "fuente")
    rows = [
        ("conectados", "10 %", "", "", "", "2026-03", "2027-02", "Programa"),
        ("conectados", "0,125", "", SM, "half_up", "", "", "Programa"),
        ("cifra negra", "30 %", "50 %", "", "", "", "", "Programa"),
    ]
    path = written(tmp_path / "metas.csv", rows, header)
    deliver(town, path, Kind.GOALS)
    kept = facts(town, goals)
    assert [(one["measure"], one["share"], one["baseline"], one["rounding"]) for one in kept] == [
        ("connected", "0.1", None, "ceiling"),
        ("connected", "0.125", None, "half_up"),
        ("dark_figure", "0.3", "0.5", "ceiling"),
    ]
    assert (kept[0]["starts"], kept[0]["due"]) == (20_513, 20_877)
    assert kept[0]["area_id"] is None
    assert deliver(town, path, Kind.GOALS).known == 3


def test_estimates_that_could_not_be_made_are_kept_as_such(town: Store, tmp_path: Path) -> None:
    header = ("survey", "year", "topic", "item", "unit", "design", "precinct", "share", "low", "high", "answers")
    rows = [
        ("ENUSC", 2024, "reported", "theft", "household", "probability", "", "0.4", "0.35", "0.45", 800),
        ("ENUSC", 2024, "reported", "robbery", "household", "probability", SM, "", "", "", 12),
    ]
    path = written(tmp_path / "enusc.csv", rows, header)
    deliver(town, path, Kind.SURVEY)
    kept = facts(town, estimates)
    assert [(one["share"], one["low"], one["answers"], one["level"]) for one in kept] == [
        (0.4, 0.35, 800, 0.95),
        (None, None, 12, 0.95),
    ]
    assert [one["place"] for one in kept] == ["", SM]
    assert deliver(town, path, Kind.SURVEY).stored == 0


def test_two_who_deliver_at_once_do_not_store_the_same_fact_twice(town: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [(SM, "2026-10-31", 5)])
    threads = [threading.Thread(target=deliver, args=(town, path)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(town) == 1
    assert count(town, deliveries) == 4


def test_what_happens_to_a_delivery_is_in_the_audit_log(town: Store, tmp_path: Path) -> None:
    number = deliver(town, written(tmp_path / "t.csv", OCTOBER)).id
    deliver(town, written(tmp_path / "bad.csv", [("?", "2026-10-29", 1)]))
    tables.withdraw(town, SYSTEM, number)
    with town.engine.connect() as connection:
        rows = connection.execute(select(audit).where(audit.c.action.like("tables.%")).order_by(audit.c.id)).all()
    assert [row.action for row in rows] == ["tables.delivered", "tables.refused", "tables.withdrawn"]
    assert json.loads(rows[0].details)["file"] == "t.csv"


def test_areas_that_facts_speak_of_cannot_be_removed(town: Store, tmp_path: Path) -> None:
    number = deliver(town, written(tmp_path / "t.csv", [(SM, "2026-10-31", 5)])).id
    with town.engine.begin() as connection:
        with pytest.raises(Invalid) as refused:
            area_record.remove(connection, ["san-miguel", "la-cisterna"])
        assert (refused.value.code, refused.value.details) == ("areas.in_use", {"codes": "san-miguel"})
    tables.withdraw(town, SYSTEM, number)
    with town.engine.begin() as connection:
        with pytest.raises(Invalid):
            area_record.remove(connection, ["san-miguel"])
        area_record.remove(connection, ["la-cisterna"])


def test_a_zone_may_bear_the_name_of_one_in_another_precinct(town: Store, tmp_path: Path) -> None:
    with town.engine.begin() as connection:
        parent = draw(connection, "otra", name="Otra")
        zone = draw(connection, "llano-2", level="zone", name="Llano", parent_id=parent)
    header = ("comuna", "barrio", "fecha", "inscritos")
    deliver(town, written(tmp_path / "t.csv", [("Otra", "Llano", "2026-10-31", 5)], header))
    assert facts(town)[0]["area_id"] == zone


def test_increments_and_cumulative_counts_are_told_apart(town: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [(SM, "2026-10-31", 5)])
    deliver(town, path)
    judged = look(town, path, counting=Counting.INCREMENT)
    assert (judged.known, judged.corrections) == (0, 1)


def test_the_national_projection_gives_the_precincts_theirs(town: Store, shared_data: Path) -> None:
    path = shared_data / "chile-poblacion-comunas" / "censo_proyecciones_anio.csv.gz"
    assert look(town, path, Kind.POPULATIONS).wrong == 343 * 34
    found = deliver(town, path, Kind.POPULATIONS, only_known=True, source="INE")
    assert (found.status, found.rows, found.stored) == (Status.STORED, 346 * 34, 3 * 34)
    kept = {(one["area_id"], one["year"]): one["people"] for one in facts(town, populations)}
    with town.engine.connect() as connection:
        san_miguel = connection.scalar(select(areas.c.id).where(areas.c.code == "san-miguel"))
    assert kept[san_miguel, 2024] == 145_424
