"""What the demo city tells of adoption: the programme's table, closed months, and a way out that leaves nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from data_access.areas import Assigner
from data_access.engine import writing
from data_access.schema import areas, closings, deliveries, estimates, goals, populations, registrations
from data_access.store import Store
from domain.adoption import Coming
from domain.people import SYSTEM
from services import adoption, demo, revisions
from tests.adoption import SOUTH, TOTAL, tell

SMALL = demo.Wanted(date(2026, 11, 20), rows=500, years=1)
FACTS = (registrations, populations, goals, estimates)


def load(store: Store) -> None:
    demo.load(store, SYSTEM, SMALL, False)


def count(store: Store, table: Any, *where: Any) -> int:
    with store.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def test_the_south_precincts_table_is_exact(store: Store) -> None:
    load(store)
    found = adoption.standing(store, SYSTEM)
    assert (found.day, found.synthetic) == (SMALL.until, True)
    rows = [
        (r.precinct, r.registered, r.population and r.population.people, r.target, r.missing, percent(r.compliance))
        for r in found.rows
    ]
    assert rows == [(code, *rest[:5]) for code, _, *rest in SOUTH]
    assert [row.reports for row in found.rows] == [told[-1] for told in SOUTH]
    t = found.total
    assert (t.registered, t.population, t.target, t.missing, percent(t.compliance), t.reports) == TOTAL
    assert [p.people for p in found.populations if not p.precinct] == [850_000]


def test_sources_that_disagree_are_all_told_and_the_programmes_own_counts(sqlite_store: Store) -> None:
    load(sqlite_store)
    found = adoption.standing(sqlite_store, SYSTEM)
    told = {p.source for p in found.populations if p.precinct == "san-miguel"}
    assert len(told) == 2
    assert any("sintético" in source for source in told)


def test_it_shows_a_lost_month_a_young_precinct_and_unequal_neighbourhoods(sqlite_store: Store) -> None:
    load(sqlite_store)
    assert adoption.detail(sqlite_store, SYSTEM, "la-cisterna").gaps == ("2026-08",)
    assert adoption.detail(sqlite_store, SYSTEM, "san-ramon").outlook.arrival.coming is Coming.SHORT
    found = adoption.detail(sqlite_store, SYSTEM, "la-pintana")
    assert len(found.neighbourhoods) == 9
    assert found.gini is not None
    assert found.gini > 0.1


def test_the_week_after_a_lost_month_does_not_take_its_growth(sqlite_store: Store) -> None:
    load(sqlite_store)
    weeks = adoption.detail(sqlite_store, SYSTEM, "la-cisterna").weeks
    lost = [week.start.isoformat() for week in weeks if week.added is None]
    assert lost == ["2026-08-03", "2026-08-10", "2026-08-17", "2026-08-24", "2026-08-31"]


def test_every_month_that_is_over_is_closed_and_a_correction_came_after(sqlite_store: Store) -> None:
    load(sqlite_store)
    months = revisions.listing(sqlite_store, SYSTEM)
    assert [month.month for month in months][:2] == ["2026-10", "2026-09"]
    assert all(month.closing and month.closing.synthetic for month in months)
    assert all(one.intact for one in revisions.verify(sqlite_store, SYSTEM))
    _, changed = revisions.compare(sqlite_store, SYSTEM, "2026-09")
    assert {(one.precinct, one.figure) for one in changed} == {("san-joaquin", "registered"), ("san-joaquin", "new")}


def test_loading_it_again_tells_the_same_once(store: Store) -> None:
    load(store)
    before = [count(store, table) for table in (*FACTS, closings, areas)]
    load(store)
    assert [count(store, table) for table in (*FACTS, closings, areas)] == before
    assert adoption.standing(store, SYSTEM).total.registered == TOTAL[0]
    assert count(store, deliveries, deliveries.c.status == "stored") == 5


def test_another_seed_leaves_no_neighbourhood_of_the_first(sqlite_store: Store) -> None:
    load(sqlite_store)
    demo.load(sqlite_store, SYSTEM, demo.Wanted(SMALL.until, seed=7, rows=500, years=1), False)
    assert count(sqlite_store, areas, areas.c.level == "zone") == 53
    assert adoption.standing(sqlite_store, SYSTEM).total.registered == TOTAL[0]


def test_removing_it_leaves_neither_facts_nor_closed_months_nor_neighbourhoods(store: Store) -> None:
    load(store)
    demo.remove(store, SYSTEM)
    assert [count(store, table) for table in (*FACTS, closings, areas)] == [0] * 6
    assert count(store, deliveries, deliveries.c.status == "stored") == 0


def test_a_precinct_that_real_facts_speak_of_outlives_it(store: Store) -> None:
    load(store)
    tell(store, [("la-granja-norte", SMALL.until, 5)])
    demo.remove(store, SYSTEM)
    with store.engine.connect() as connection:
        left = {row.code: row.synthetic for row in connection.execute(select(areas.c.code, areas.c.synthetic))}
    assert left == {"la-granja": False, "la-granja-norte": False}


def test_real_registrations_keep_its_months_open(sqlite_store: Store) -> None:
    load(sqlite_store)
    tell(sqlite_store, [("la-granja", date(2026, 9, 30), 5)])
    load(sqlite_store)
    assert count(sqlite_store, closings) == 0
    assert count(sqlite_store, registrations, registrations.c.count == 7733) == 1


def test_a_demo_of_an_earlier_release_is_completed_once(sqlite_store: Store) -> None:
    load(sqlite_store)
    with writing(sqlite_store.engine) as connection:
        demo.deliveries.withdraw(connection)
        connection.execute(areas.delete().where(areas.c.level == "zone"))
    steps: list[str] = []
    for _ in range(2):
        demo.complete(sqlite_store, SYSTEM, steps.append)
    assert steps == ["adoption"]
    assert adoption.standing(sqlite_store, SYSTEM).total.registered == TOTAL[0]
    assert count(sqlite_store, areas, areas.c.level == "zone") == 53


def test_an_empty_record_has_nothing_to_complete(sqlite_store: Store) -> None:
    demo.complete(sqlite_store, SYSTEM)
    assert count(sqlite_store, areas) == count(sqlite_store, deliveries) == 0


@pytest.mark.parametrize("synthetic", [True, False])
def test_incidents_lie_in_real_neighbourhoods_alone(sqlite_store: Store, synthetic: bool) -> None:
    load(sqlite_store)
    with writing(sqlite_store.engine) as connection:
        connection.execute(update(areas).where(areas.c.level == "zone").values(synthetic=synthetic))
        (_,), (zone,) = Assigner(connection).locate([-70.6492], [-33.4965])  # type: ignore[arg-type]
    assert (zone is None) is synthetic
