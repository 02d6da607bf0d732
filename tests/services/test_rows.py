"""Single incidents: who may read them, what a page says, and that looking is written down."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import delete, update

from data_access.schema import incidents
from data_access.store import Store
from domain.errors import Forbidden, Invalid
from domain.filter import Filter
from domain.people import ANONYMOUS, Permission, Role, may
from domain.periods import Window
from services import audit
from services.incidents import around, explore, place
from services.rows import MAX_PAGE, rows
from tests.incidents import TYPES, ZONES, Row, day, person, random_rows, row, seconds, settle

EVER = Filter(Window(day("2025-12-01"), day("2026-04-01")))
ANALYST, INSPECTOR = person(Role.ANALYST), person(Role.INSPECTOR)
AUDITOR = person(Role.AUDITOR)
CITY: list[Row] = [
    row(1, "2026-03-08 09:05"),
    row(2, "2026-03-09 23:10", vehicle="motorcycle", precinct="norte", location="missing"),
    row(3, "2026-03-10 07:45", type="theft.shop", item="cash", origin="informal", precinct="sur"),
    row(4, seconds("2026-03-10 12:30", ZONES[2]), source_id=2, precinct=""),
    row(5, "2026-03-11 01:00", type="sexual.rape"),
]


@pytest.fixture
def city(store: Store) -> Store:
    settle(store, CITY)
    return store


@pytest.mark.parametrize("role", [None, *Role])
def test_only_who_may_read_rows_reads_rows(sqlite_store: Store, role: Role | None) -> None:
    settle(sqlite_store, CITY)
    actor = ANONYMOUS if role is None else person(role, own=("centro",))
    if may(actor, Permission.ROWS):
        assert rows(sqlite_store, actor, EVER, 0, 10).rows
    else:
        with pytest.raises(Forbidden):
            rows(sqlite_store, actor, EVER, 0, 10)
        assert audit.read(sqlite_store, AUDITOR, audit.Wanted())[1] == 0


def test_a_page_says_all_that_the_record_knows_of_an_incident(city: Store) -> None:
    found = rows(city, INSPECTOR, EVER, 0, 10)
    assert [one.id for one in found.rows] == [4, 3, 2, 1]  # on their own clocks: 12:30 in Kathmandu comes last
    assert found.total == 4
    here = found.rows[3]
    assert (here.type, here.vehicle, here.item, here.precinct, here.origin) == (
        *("robbery.street", "foot", "phone", "centro", "formal"),
    )
    assert (here.occurred_from, here.precision, here.zone, here.source) == (
        *(CITY[0]["occurred_from"], "minute", ZONES[1], "source 1"),
    )
    assert (here.lon, here.lat, here.label) == (-70.65, -33.45, "LABEL")
    assert (found.rows[2].lon, found.rows[2].precinct, found.rows[0].precinct) == (None, "norte", None)
    assert found.rows[0].zone == ZONES[2]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ([], [4, 3, 2, 1]),
        ([("occurred", "asc")], [1, 2, 3, 4]),
        ([("type", "asc")], [4, 2, 1, 3]),
        ([("type", "desc"), ("vehicle", "asc")], [3, 4, 2, 1]),
        ([("vehicle", "desc")], [2, 4, 3, 1]),
        ([("item", "asc")], [3, 4, 2, 1]),
        ([("precinct", "asc")], [4, 1, 2, 3]),
        ([("origin", "desc")], [3, 4, 2, 1]),
    ],
)
def test_pages_are_sorted_as_asked_and_ties_come_newest_first(city: Store, sort: list, order: list[int]) -> None:
    pages = [rows(city, INSPECTOR, EVER, at, at + 3, sort) for at in (0, 3)]
    assert [one.id for page in pages for one in page.rows] == order
    assert {page.total for page in pages} == {4}


def test_all_pages_together_are_the_total_of_the_answer(sqlite_store: Store) -> None:
    settle(sqlite_store, random_rows(np.random.default_rng(2), 250))
    asked = Filter(EVER.window, types=frozenset(TYPES), hours=frozenset(range(6, 20)))
    total = explore(sqlite_store, ANALYST, asked).total
    read = [one for at in range(0, 250, 40) for one in rows(sqlite_store, ANALYST, asked, at, at + 40).rows]
    assert len({one.id for one in read}) == len(read) == total > 50


@pytest.mark.parametrize(("start", "end", "ids"), [(0, 0, []), (4, 8, []), (3, 1000, [1]), (10**9, 10**9 + 5, [])])
def test_a_page_beyond_the_end_is_empty_and_knows_the_total(city: Store, start: int, end: int, ids: list) -> None:
    found = rows(city, INSPECTOR, EVER, start, end)
    assert ([one.id for one in found.rows], found.total) == (ids, 4)


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 4), (0, MAX_PAGE + 1)])
def test_a_page_that_cannot_be_is_refused(sqlite_store: Store, start: int, end: int) -> None:
    with pytest.raises(Invalid) as refused:
        rows(sqlite_store, INSPECTOR, EVER, start, end)
    assert refused.value.code == "rows.page"


@pytest.mark.parametrize("sort", [("label", "asc"), ("id; drop table", "asc"), ("type", "up"), ("", "")])
def test_an_order_that_nobody_knows_is_refused(sqlite_store: Store, sort: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        rows(sqlite_store, INSPECTOR, EVER, 0, 5, [sort])
    assert refused.value.code == "rows.sort"


def test_the_rows_of_a_place_are_those_that_its_panel_counts(sqlite_store: Store) -> None:
    settle(sqlite_store, random_rows(np.random.default_rng(4), 400))
    asked = Filter(EVER.window, types=frozenset(TYPES) - {"sexual.rape"})
    for radius in (50.0, 900.0, 4000.0):
        there = place(sqlite_store, INSPECTOR, asked, -70.65, -33.45, radius)
        found = rows(sqlite_store, INSPECTOR, asked, 0, MAX_PAGE, near=around(-70.65, -33.45, radius))
        assert (found.total, len(found.rows)) == (there.total, there.total)
        assert all(one.lon is not None for one in found.rows)
    assert 0 < there.total < explore(sqlite_store, INSPECTOR, asked).total


def test_looking_is_written_down_with_the_question(city: Store) -> None:
    area = tuple((-70.7 + n / 2000, -33.5 + n % 7 / 100) for n in range(200))
    rows(city, INSPECTOR, Filter(EVER.window, types=frozenset({"theft.shop"})), 0, 2)
    rows(city, INSPECTOR, Filter(EVER.window, area=area), 0, 2)  # longer than the log has room for
    events, total = audit.read(city, AUDITOR, audit.Wanted())
    assert total == 2
    assert (events[1].actor, events[1].action) == ("ana@ciudad.cl", "incidents.viewed")
    assert events[1].object == "from=2025-12-01&to=2026-04-01&type=theft.shop"
    assert events[1].details == {"start": 0, "rows": 1}


def test_a_commander_reads_the_own_precincts_alone(city: Store) -> None:
    found = rows(city, person(Role.COMMANDER, own=("norte", "sur")), EVER, 0, 10)
    assert ([one.id for one in found.rows], found.total) == ([3, 2], 2)
    assert rows(city, person(Role.COMMANDER), EVER, 0, 10).rows == ()


# --- the record has changed since the index was built -----------------------------------------------------------


def test_incidents_that_are_gone_since_are_left_out(city: Store) -> None:
    with city.engine.begin() as connection:
        connection.execute(delete(incidents).where(incidents.c.id == 3))
    assert [one.id for one in rows(city, INSPECTOR, EVER, 0, 10).rows] == [4, 2, 1]


def test_incidents_that_became_sensitive_since_are_left_out(city: Store) -> None:
    with city.engine.begin() as connection:
        changed = update(incidents).where(incidents.c.id.in_([2, 3]))
        connection.execute(changed.values(type="family.violence", sensitive=True))
    assert [one.id for one in rows(city, INSPECTOR, EVER, 0, 10).rows] == [4, 1]
    assert [one.id for one in rows(city, ANALYST, EVER, 0, 10).rows] == [4, 3, 2, 1]


def test_incidents_that_moved_to_another_precinct_since_are_left_out(city: Store) -> None:
    commander = person(Role.COMMANDER, own=("norte",))
    with city.engine.begin() as connection:
        connection.execute(update(incidents).where(incidents.c.id == 2).values(precinct_id=1))
    assert rows(city, commander, EVER, 0, 10).rows == ()
