"""The chain of events: what was written stands, and whatever is done to it is found."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data_access.chaining import FIRST
from data_access.desk import Desk, events, holds, requests, tries
from domain.errors import Stale
from domain.footage.case import Case
from domain.footage.states import Status
from tests.requests import a_request


def write(desk: Desk, count: int = 6) -> list[Case]:
    """So many requests, each filed and moved once."""
    with desk.writing() as connection:
        found = [a_request(connection, desk, f"F{number}") for number in range(count)]
        for case in found:
            events.append(connection, case.folio, 10, "requester", "filed", {"kind": "party"}, None, "received")
        return found


def verify(desk: Desk) -> events.Chain:
    with desk.engine.connect() as connection:
        return events.verify(connection)


def tampered(desk: Desk, *statements: str) -> events.Chain:
    """The chain after somebody who owns the database had their way with it."""
    drop = "DROP TRIGGER {} ON case_events" if desk.engine.dialect.name == "postgresql" else "DROP TRIGGER {}"
    names = ("change",) if desk.engine.dialect.name == "postgresql" else ("update", "delete", "replace")
    with desk.engine.begin() as connection:
        for name in names:
            connection.execute(text(drop.format(f"case_events_{name}")))
        for statement in statements:
            connection.execute(text(statement))
    return verify(desk)


def test_a_chain_that_nobody_touched_is_whole(desk: Desk) -> None:
    assert verify(desk) == events.Chain(0, FIRST, (), ())
    write(desk)
    chain = verify(desk)
    assert chain.whole
    assert chain.count == 6
    with desk.engine.connect() as connection:
        assert events.head(connection) == chain.head


@pytest.mark.parametrize("column", ["folio", "at", "actor", "action", "details", "before", "after"])
def test_a_changed_word_is_found(desk: Desk, column: str) -> None:
    write(desk)
    new = "9" if column == "at" else "'{}'" if column == "details" else "'other'"
    chain = tampered(desk, f'UPDATE case_events SET "{column}" = {new} WHERE id = 3')
    assert chain.broken == (3,)


def test_an_event_that_is_missing_is_found(desk: Desk) -> None:
    write(desk)
    chain = tampered(desk, "DELETE FROM case_events WHERE id = 3")
    assert chain.broken == (4,)
    assert chain.strays == ("F2",)


def test_events_that_changed_places_are_found(desk: Desk) -> None:
    write(desk)
    swap = ("id = -1 WHERE id = 2", "id = 2 WHERE id = 4", "id = 4 WHERE id = -1")
    chain = tampered(desk, *(f"UPDATE case_events SET {part}" for part in swap))
    assert {2, 4} <= set(chain.broken)


def test_an_end_that_was_cut_off_is_found(desk: Desk) -> None:
    write(desk)
    chain = tampered(desk, "DELETE FROM case_events WHERE id = 6")
    assert chain.broken == ()
    assert chain.strays == ("F5",)


def test_a_case_moved_behind_the_chains_back_is_found(desk: Desk) -> None:
    write(desk)
    assert tampered(desk, "UPDATE footage_requests SET status = 'closed' WHERE folio = 'F1'").strays == ("F1",)


def test_a_request_that_was_deleted_is_found_unless_its_removal_was_written_down(desk: Desk) -> None:
    write(desk)
    with desk.writing() as connection:
        events.append(connection, "F4", 20, "system", events.REMOVED)
        connection.execute(text("DELETE FROM footage_requests WHERE folio = 'F4'"))
    assert verify(desk).whole
    with desk.engine.begin() as connection:
        connection.execute(text("DELETE FROM footage_requests WHERE folio = 'F3'"))
    assert verify(desk).strays == ("F3",)


details = st.dictionaries(st.text(min_size=1, max_size=5), st.integers() | st.text(max_size=20) | st.booleans())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(details, max_size=5))
def test_whatever_is_written_verifies_and_comes_back(sqlite_desk: Desk, written: list[dict[str, object]]) -> None:
    with sqlite_desk.writing() as connection:
        before = len(events.of(connection, ""))
        for one in written:
            events.append(connection, "", 5, "ana@example.org", "noted", one)
        assert [link.details for link in events.of(connection, "")[before:]] == written
        assert events.verify(connection).whole


def test_two_people_changing_one_request_one_gets_stale(desk: Desk) -> None:
    case = write(desk, 1)[0]
    with desk.writing() as connection:
        assert requests.change(connection, case, officer="ana@example.org").version == 2
    with pytest.raises(Stale, match=r"footage\.stale"), desk.writing() as connection:
        requests.change(connection, case, officer="luis@example.org")
    with desk.engine.connect() as connection:
        found = requests.by_folio(connection, case.folio)
    assert found is not None
    assert found.officer == "ana@example.org"


def test_a_case_comes_back_without_who_asks(desk: Desk) -> None:
    case = write(desk, 1)[0]
    assert case.status is Status.RECEIVED
    assert "Ana" not in repr(case)
    with desk.engine.connect() as connection:
        assert requests.who(connection, desk.seal, case) == {"name": "Ana Soto", "document": "12345678-5"}
        raw = connection.execute(text("SELECT * FROM footage_requests")).first()
    assert b"Ana" not in b"".join(part for part in raw if isinstance(part, bytes | memoryview))


def test_what_is_forgotten_cannot_be_read_and_the_case_stays(desk: Desk) -> None:
    case = write(desk, 1)[0]
    with desk.writing() as connection:
        case = requests.forget(connection, case)
        assert requests.who(connection, desk.seal, case) is None
    assert case.place == {"cameras": ["C1"], "corner": "", "point": None}
    assert verify(desk).whole


def test_a_hold_stands_until_its_day_or_until_it_is_let_go(desk: Desk) -> None:
    case = write(desk, 1)[0]
    with desk.writing() as connection:
        holds.place(connection, case.id, "C1", 100, 200, until=1_000, at=50, confirm_by=60)
        kept = holds.active(connection, at=1_000)
        assert [(hold.camera, hold.starts, hold.ends) for hold in kept] == [("C1", 100, 200)]
        assert holds.active(connection, at=1_001) == ()
        holds.confirm(connection, kept[0], 70, "luis@example.org", "VMS 7", None)
        holds.release(connection, [kept[0].id], 80)
        assert holds.active(connection, 90) == ()
    with pytest.raises(Stale), desk.writing() as connection:
        holds.confirm(connection, kept[0], 90, "eva@example.org", "VMS 8", None)


def test_tries_are_counted_in_a_window_that_slides(desk: Desk) -> None:
    key = "a" * 64
    with desk.writing() as connection:
        waits = []
        for at in (0, 10, 20, 30):
            waits.append(tries.wait(connection, key, at, 60, 3))
            tries.add(connection, key, at)
        assert waits == [0, 0, 0, 30]
        assert tries.wait(connection, "b" * 64, 30, 60, 3) == 0
        assert tries.wait(connection, key, 71, 60, 3) == 0
        tries.add(connection, key, 200_000)
        assert connection.execute(text("SELECT count(*) FROM tries")).scalar() == 1
