"""The demo city's public side: filled, told to be made up, and taken out again."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from data_access.desk import Desk, events, outbox, registers, synthetic
from data_access.desk_schema import agreements, evidence, holds, metadata, requests
from data_access.releases.reading import current
from data_access.store import Store
from domain.errors import Forbidden
from domain.footage import states
from domain.footage.states import Resolution, Status
from domain.people import ANONYMOUS, SYSTEM
from services import demo, demo_desk
from services.footage import retention, waiting
from tests.dated import filed

SMALL = demo.Wanted(date(2026, 11, 20), rows=2_000, years=1)


@pytest.fixture
def full(sqlite_desk: Desk) -> Desk:
    demo_desk.fill(sqlite_desk, SYSTEM)
    return sqlite_desk


def tally(desk: Desk) -> Counter[str]:
    with desk.engine.connect() as connection:
        return Counter(connection.scalars(select(requests.c.status)))


def test_it_has_requests_in_every_status_and_of_every_ending(full: Desk) -> None:
    desk = full
    assert tally(desk).total() == 60
    assert set(tally(desk)) == set(Status)
    with desk.engine.connect() as connection:
        assert set(connection.scalars(select(requests.c.resolution))) == {None, *Resolution}
        assert all(connection.scalars(select(requests.c.synthetic)))
        assert connection.scalar(select(func.count()).select_from(evidence)) > 5


def test_every_move_that_it_tells_is_one_that_the_rules_allow(full: Desk) -> None:
    desk = full
    with desk.engine.connect() as connection:
        chain = events.verify(connection)
        assert chain.whole
        seen = 0
        for folio in connection.scalars(select(requests.c.folio)).all():
            for link in events.of(connection, folio):
                if link.action == "moved":
                    ending = link.details.get("resolution")
                    rule = states.move(Status(link.before), Status(link.after), ending and Resolution(ending))
                    assert rule is not None, (link.before, link.after, ending)
                    assert link.details["as"] in rule.by
                    seen += 1
        assert seen > 150
        assert connection.scalar(select(func.count()).select_from(agreements)) >= 7


def test_it_happened_in_the_past_and_nothing_waits_to_be_deleted_at_once(full: Desk) -> None:
    desk = full
    now = int(time.time())
    with desk.engine.connect() as connection:
        assert connection.scalar(select(func.max(requests.c.received_at))) <= now
        assert connection.scalar(select(func.count()).where(holds.c.confirmed_at.is_not(None))) > 40
    assert waiting.overdue(desk, now, dry=True) == []
    assert {gone.what for gone in retention.retain(desk, now, dry=True)} <= {"hold", "letters"}


def test_its_letters_go_to_nobody(full: Desk) -> None:
    desk = full
    with desk.engine.connect() as connection:
        found = outbox.entries(connection)
        assert {entry.status for entry in found} == {"sent", "kept"}
        assert all(outbox.read(connection, desk.seal, entry.id).to == "" for entry in found)


def test_it_is_loaded_replaced_and_removed_with_a_release_that_says_it_is_made_up(
    sqlite_store: Store, sqlite_desk: Desk
) -> None:
    demo.load(sqlite_store, SYSTEM, SMALL, False)
    demo_desk.load(sqlite_store, sqlite_desk, SYSTEM, False)
    release = current(sqlite_store.releases)
    assert release is not None
    assert release.synthetic
    assert {"cameras", "algorithms", "request_statistics"} <= set(release.tables)
    demo_desk.complete(sqlite_store, sqlite_desk, SYSTEM, False)  # changes nothing
    assert tally(sqlite_desk).total() == 60
    assert demo_desk.remove(sqlite_store, sqlite_desk, SYSTEM) == 60
    assert current(sqlite_store.releases) is None


def test_removing_it_takes_all_of_it_out_but_the_chain(full: Desk, sqlite_store: Store) -> None:
    assert demo_desk.remove(sqlite_store, full, SYSTEM) == 60
    assert not [path for path in (full.home / "evidence").rglob("*") if path.is_file()]
    with full.engine.connect() as connection:
        tables = metadata.sorted_tables
        left = {table.name: connection.scalar(select(func.count()).select_from(table)) for table in tables}
        assert {name for name, count in left.items() if count} == {"case_events"}
        assert registers.cameras(connection) == []
        assert events.verify(connection).whole


def test_a_real_request_stays_where_it_is(full: Desk, sqlite_store: Store) -> None:
    store, desk = sqlite_store, full
    case = filed(desk, "2026-11-20")
    demo_desk.complete(store, desk, SYSTEM, False)
    demo_desk.remove(store, desk, SYSTEM)
    assert tally(desk) == {case.status: 1}
    demo_desk.complete(store, desk, SYSTEM, False)  # and no made-up one comes beside it
    assert tally(desk) == {case.status: 1}
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole
        assert not synthetic.are_there(connection)


def test_production_and_strangers_get_none(sqlite_store: Store, sqlite_desk: Desk) -> None:
    demo.load(sqlite_store, SYSTEM, SMALL, False)
    with pytest.raises(Forbidden, match="production"):
        demo_desk.load(sqlite_store, sqlite_desk, SYSTEM, True)
    demo_desk.complete(sqlite_store, sqlite_desk, SYSTEM, True)
    for call in (demo_desk.load, demo_desk.complete):
        with pytest.raises(Forbidden):
            call(sqlite_store, sqlite_desk, ANONYMOUS, False)
    with pytest.raises(Forbidden):
        demo_desk.fill(sqlite_desk, ANONYMOUS)
    with pytest.raises(Forbidden):
        demo_desk.remove(sqlite_store, sqlite_desk, ANONYMOUS)
    assert tally(sqlite_desk) == {}
    assert current(sqlite_store.releases) is None


def test_it_needs_a_demo_city(sqlite_store: Store, sqlite_desk: Desk) -> None:
    demo_desk.complete(sqlite_store, sqlite_desk, SYSTEM, False)
    assert tally(sqlite_desk) == {}
