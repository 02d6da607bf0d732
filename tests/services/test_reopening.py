"""What was ready and nobody collected: made ready again while the redacted file is there, as it was approved."""

from __future__ import annotations

import pytest

from data_access.desk import Desk, events, evidence, holds, outbox
from domain.errors import Forbidden, Illegal
from domain.footage.case import Case
from domain.footage.draft import Kind as Asked
from domain.footage.handling import Kind
from domain.footage.states import Resolution, Status
from domain.people import PERMISSIONS, Permission, Role
from services.footage import cases, delivery, moving
from services.footage.retention import retain
from services.footage.waiting import overdue
from tests.dated import at, filed, moved
from tests.footage import case_of, everything, person, piece

S, R, DAY = Status, Resolution, 86_400
CLERK, LAWYER = person(Role.OPERATOR), person(Role.TRANSPARENCY)
FILED, READY = "2026-12-02", "2026-12-14"
LEFT = at("2027-01-14")  # thirty days later


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.clock.now", lambda: LEFT + DAY)


def uncollected(desk: Desk, how: Resolution = R.FULL) -> Case:
    case = filed(desk, FILED, kind=Asked.INFORMATION)
    master = piece(desk, case, Kind.MASTER)
    piece(desk, case, Kind.REDACTED, master.id)
    moved(desk, case, S.READY, READY, how, {"as": "footage.approve"})
    assert [one.what for one in overdue(desk, LEFT)] == [R.NOT_COLLECTED]
    return case_of(desk, case.folio)


def ready_again(desk: Desk, case: Case, role: Role = Role.OPERATOR) -> Case:
    return moving.move(desk, person(role), case.folio, case.version, S.READY, None, {})


@pytest.mark.parametrize("how", [R.FULL, R.PARTIAL, R.VIEWING])
def test_it_is_ready_as_it_was_approved_and_waits_thirty_days_more(desk: Desk, how: Resolution) -> None:
    again = ready_again(desk, uncollected(desk, how))
    assert (again.status, again.resolution, again.closed_at, again.due_at) == (S.READY, how, None, None)
    with desk.engine.connect() as connection:
        links = events.of(connection, again.folio)
        assert [one.template for one in outbox.of_case(connection, again.id)][-1] == "ready"
        assert all(hold.until > LEFT for hold in holds.of(connection, again.id))
        assert events.verify(connection).whole
    assert sum(one.action == "approve" for one in links) == 1  # by who approved it, not by who opened it again
    assert not cases.listing(desk, LAWYER, cases.Wanted(due="0")).lines
    assert (overdue(desk, LEFT + 30 * DAY), [one.what for one in overdue(desk, LEFT + 33 * DAY)]) == (
        [],
        [R.NOT_COLLECTED],
    )


def test_it_is_handed_over_as_any_other(desk: Desk) -> None:
    again = ready_again(desk, uncollected(desk))
    with desk.engine.connect() as connection:
        (redacted,) = [one for one in evidence.listing(connection, desk, again.id) if one.kind is Kind.REDACTED]
    assert delivery.link(desk, CLERK, again.folio, redacted.id)
    done = moving.move(desk, CLERK, again.folio, again.version, S.DELIVERED, None, everything(S.DELIVERED, None))
    assert (done.status, done.resolution, done.closed_at is not None) == (S.DELIVERED, R.FULL, True)


def test_nothing_is_made_ready_whose_redacted_file_is_gone(desk: Desk) -> None:
    case = uncollected(desk)
    assert "redacted" in {one.what for one in retain(desk, LEFT + 200 * DAY)}
    (offer,) = [one for one in cases.sheet(desk, CLERK, case.folio).offers if one.after is S.READY]
    assert offer.hindrance == "footage.no_redacted"
    with pytest.raises(Illegal) as refusal:
        ready_again(desk, case)
    assert refusal.value.code == "footage.no_redacted"


@pytest.mark.parametrize("role", [one for one in Role if Permission.DELIVER not in PERMISSIONS[one]])
def test_it_is_made_ready_by_who_delivers(sqlite_desk: Desk, role: Role) -> None:
    case = uncollected(sqlite_desk)
    with pytest.raises(Forbidden):
        ready_again(sqlite_desk, case, role)
