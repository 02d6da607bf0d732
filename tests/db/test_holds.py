"""Holds as a case moves: what somebody prolonged, or what was passed on, is never held less long."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from data_access import migrate
from data_access.desk import Desk, holds
from domain.footage.case import Case, Hold
from domain.footage.handling import Kind
from domain.footage.states import Resolution, Status
from domain.people import Role
from services.footage import custody
from services.footage.retention import retain
from tests.dated import at, attached, filed, moved
from tests.footage import WORDS, person

DAY = 86_400
FILED, CLOSED = "2026-12-02", "2026-12-10"
KEEPER = person(Role.CUSTODIAN, Role.TRANSPARENCY, name="revisa")
S, R = Status, Resolution
WAYS = {
    "transferred": [(S.CLOSED, R.TRANSFERRED)],
    "denied": [(S.CLOSED, R.DENIED)],
    "withdrawn": [(S.CLOSED, R.WITHDRAWN)],
    "appealed": [(S.CLOSED, R.DENIED), (S.APPEAL, None), (S.CLOSED, None)],
}


def held(desk: Desk, case: Case) -> Hold:
    with desk.engine.connect() as connection:
        return holds.of(connection, case.id)[0]


def moved_by(desk: Desk, case: Case, way: str) -> None:
    for after, how in WAYS[way]:
        moved(desk, case, after, CLOSED, how, {"body": "Fiscalía", "outcome": "upheld"})


@pytest.mark.parametrize("way", WAYS)
def test_a_hold_that_somebody_prolonged_is_not_cut_short_when_the_case_moves(
    desk: Desk, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = filed(desk, FILED)
    attached(desk, case, Kind.MASTER, FILED)
    monkeypatch.setattr("services.clock.now", lambda: at(FILED))
    for _ in range(2):
        custody.prolong(desk, KEEPER, case.folio, held(desk, case).id, {"reason": WORDS})
    until = held(desk, case).until
    moved_by(desk, case, way)
    assert held(desk, case).until == until
    assert "hold" not in {gone.what for gone in retain(desk, until)}
    with desk.engine.connect() as connection:
        assert holds.active(connection, until)
    assert {"hold", "master"} <= {gone.what for gone in retain(desk, until + DAY)}


def test_what_is_passed_on_to_another_body_is_held_as_long_as_before(desk: Desk) -> None:
    passed, denied = filed(desk, FILED), filed(desk, FILED, "two")
    until = held(desk, passed).until
    moved_by(desk, passed, "transferred")
    moved_by(desk, denied, "denied")
    assert held(desk, passed).until == until
    assert held(desk, denied).until < until  # where nobody said otherwise, until the last appeal could have come
    for after in (S.APPEAL, S.CLOSED):
        moved(desk, passed, after, CLOSED, None, {"outcome": "upheld"})
    assert held(desk, passed).until >= until


def test_a_desk_from_before_keeps_what_was_prolonged(desk: Desk) -> None:
    prolonged, plain = filed(desk, FILED), filed(desk, FILED, "two")
    custody.prolong(desk, KEEPER, prolonged.folio, held(desk, prolonged).id, {"reason": WORDS})
    with desk.engine.begin() as connection:
        connection.execute(text("DROP TABLE sharing_agreements"))  # of later
        connection.execute(text("ALTER TABLE holds DROP COLUMN kept_until"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'd001'"))
    migrate.upgrade(desk.engine, migrate.DESK)
    assert held(desk, prolonged).kept_until == held(desk, prolonged).until
    assert held(desk, plain).kept_until is None
