"""Appeals: another person decides, the term of the first answer is over, and one does not appeal for ever."""

from __future__ import annotations

from datetime import datetime

import pytest

from data_access.desk import Desk
from domain.errors import Illegal
from domain.footage.case import Case, Wanted
from domain.footage.draft import Kind
from domain.footage.states import Resolution, Status
from domain.footage.view import Answer
from domain.people import ANONYMOUS, Actor, Role
from services.footage import cases, filing, following, moving
from tests.dated import ZONE
from tests.filing import NOW, a_draft, a_filing
from tests.footage import case_of, everything, person, prepared

HERE, DAY = "192.0.2.7", 86_400
S, R = Status, Resolution
CLERK, LAWYER, JUDGE = person(Role.OPERATOR), person(Role.TRANSPARENCY), person(Role.APPROVER)
OTHER, KEEPER = person(Role.TRANSPARENCY, name="otra-abogada"), person(Role.CUSTODIAN)
WHY = "La grabación muestra que yo no fui."
OUT = [S.SEARCHING, S.REDACTION, S.CLOSED]


class Time:
    """The services' clock, to be set."""

    now = NOW


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr("services.clock.now", lambda: found.now)
    return found


def go(desk: Desk, actor: Actor, case: Case, after: Status, how: Resolution | None = None) -> Case:
    now = case_of(desk, case.folio)
    return moving.move(desk, actor, case.folio, now.version, after, how, everything(after, how))


def ended(desk: Desk, actor: Actor, agreeing: Actor, how: Resolution = R.DENIED) -> Case:
    case = prepared(desk, S.REVIEW if how is R.DENIED else S.SEARCHING)
    moving.agree(desk, agreeing, case.folio, case.version, how, everything(S.CLOSED, how))
    return go(desk, actor, case, S.CLOSED, how)


def refused(desk: Desk, actor: Actor, case: Case) -> set[str | None]:
    """Why somebody may not decide an appeal, by every way out of it."""
    found = set()
    for after in OUT:
        with pytest.raises(Illegal) as refusal:
            go(desk, actor, case, after)
        found.add(refusal.value.code)
    return found


@pytest.mark.parametrize("how", [R.DENIED, R.NOT_HELD])
def test_who_agreed_to_a_refusal_does_not_decide_the_appeal(desk: Desk, how: Resolution) -> None:
    case = ended(desk, JUDGE if how is R.DENIED else KEEPER, LAWYER, how)
    go(desk, OTHER, case, S.APPEAL)
    assert refused(desk, LAWYER, case) == {"footage.decided"}
    assert {one.hindrance for one in cases.sheet(desk, LAWYER, case.folio).offers} == {"footage.decided"}
    assert cases.moves(desk, OTHER, case.folio)
    assert go(desk, OTHER, case, S.SEARCHING).status is S.SEARCHING


def test_who_denied_does_not_decide_the_appeal_with_another_role(desk: Desk) -> None:
    both = person(Role.APPROVER, Role.TRANSPARENCY, name="ambos-roles")
    case = ended(desk, both, LAWYER)
    go(desk, OTHER, case, S.APPEAL)
    assert refused(desk, both, case) == {"footage.decided"}


def test_who_approved_a_part_does_not_decide_on_the_rest(desk: Desk) -> None:
    both = person(Role.APPROVER, Role.TRANSPARENCY, name="ambos-roles")
    case = prepared(desk, S.APPROVAL)
    go(desk, both, case, S.READY, R.PARTIAL)
    go(desk, CLERK, case, S.DELIVERED)
    go(desk, LAWYER, case, S.APPEAL)
    assert refused(desk, both, case) == {"footage.decided"}
    assert go(desk, LAWYER, case, S.REDACTION).status is S.REDACTION


def test_who_let_it_stand_does_not_decide_again_and_who_granted_it_may(desk: Desk) -> None:
    case = ended(desk, JUDGE, LAWYER)
    go(desk, OTHER, case, S.APPEAL)
    go(desk, OTHER, case, S.CLOSED)
    go(desk, LAWYER, case, S.APPEAL)
    for actor in (LAWYER, OTHER):
        assert refused(desk, actor, case) == {"footage.decided"}
    third = person(Role.TRANSPARENCY, name="tercera")
    go(desk, third, case, S.REDACTION)
    go(desk, person(Role.REDACTOR), case, S.APPROVAL)
    go(desk, JUDGE, case, S.READY, R.PARTIAL)
    go(desk, CLERK, case, S.DELIVERED)
    go(desk, OTHER, case, S.APPEAL)
    assert go(desk, third, case, S.CLOSED).status is S.CLOSED


def test_who_agreed_to_what_did_not_come_about_may_decide(desk: Desk) -> None:
    case = prepared(desk, S.REVIEW)
    moving.agree(desk, LAWYER, case.folio, case.version, R.DENIED, everything(S.CLOSED, R.DENIED))
    go(desk, OTHER, case, S.SEARCHING)
    now = case_of(desk, case.folio)
    moving.agree(desk, OTHER, case.folio, now.version, R.NOT_HELD, everything(S.CLOSED, R.NOT_HELD))
    go(desk, KEEPER, case, S.CLOSED, R.NOT_HELD)
    go(desk, OTHER, case, S.APPEAL)
    assert go(desk, LAWYER, case, S.CLOSED).status is S.CLOSED


# --- terms -----------------------------------------------------------------------------------------------------


def filed(desk: Desk) -> tuple[str, Case]:
    receipt = filing.file(desk, ANONYMOUS, a_filing(draft=a_draft(kind=Kind.INFORMATION)))
    return receipt.code, case_of(desk, receipt.folio)


def denied(desk: Desk) -> tuple[str, Case]:
    code, case = filed(desk)
    case = go(desk, CLERK, case, S.REVIEW)
    told = {**everything(S.CLOSED, R.DENIED), "ground": "rights"}
    moving.agree(desk, LAWYER, case.folio, case.version, R.DENIED, told)
    return code, moving.move(desk, JUDGE, case.folio, case.version, S.CLOSED, R.DENIED, told)


def test_an_appeal_that_is_upheld_gives_no_new_term_to_appeal(desk: Desk, time: Time) -> None:
    code, case = denied(desk)
    by = following.look_up(desk, code, HERE).appeal_by
    assert by is not None
    time.now = int(datetime(by.year, by.month, by.day, 12, tzinfo=ZONE).timestamp())
    following.appeal(desk, code, HERE, WHY)
    upheld = go(desk, OTHER, case, S.CLOSED)
    assert upheld.closed_at == case.closed_at
    assert following.look_up(desk, code, HERE).appeal_by == by
    time.now += DAY
    assert Answer.APPEAL not in following.look_up(desk, code, HERE).may
    with pytest.raises(Illegal):
        following.appeal(desk, code, HERE, WHY)


def test_an_appealed_case_is_not_late_by_the_term_of_the_first_answer(desk: Desk, time: Time) -> None:
    code, case = denied(desk)
    following.appeal(desk, code, HERE, WHY)
    late, _ = filed(desk)[1], filed(desk)
    time.now = (case.due_at or 0) + 30 * DAY
    view = following.look_up(desk, code, HERE)
    assert (view.overdue, view.instances) == (False, ())
    queue = cases.listing(desk, LAWYER, Wanted())
    assert (queue.counts.open, queue.counts.overdue) == (3, 2)
    assert [line.folio for line in queue.lines][-1] == case.folio
    assert case.folio not in [line.folio for line in cases.listing(desk, LAWYER, Wanted(due="0")).lines]
    assert late.folio in [line.folio for line in cases.listing(desk, LAWYER, Wanted(due="0")).lines]


def test_an_appeal_is_not_prolonged_as_a_first_answer_is(desk: Desk) -> None:
    code, case = denied(desk)
    following.appeal(desk, code, HERE, WHY)
    assert not cases.sheet(desk, LAWYER, case.folio).extendable
