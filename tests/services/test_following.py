"""Following a request with its code: what is shown, what may be done, and what a guesser learns."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy import text

from data_access.desk import Desk, events, holds, requests
from domain.errors import Illegal, Invalid, NotFound, Throttled
from domain.footage.case import last_day
from domain.footage.codes import encoded, read, shown
from domain.footage.draft import Delivery, Kind
from domain.footage.papers import Paper
from domain.footage.states import SHOWN, Public, Resolution, Status
from domain.footage.view import NEXT, Answer, Step
from domain.people import ANONYMOUS, Role
from services import clock
from services.footage import delivery, following, moving, steps
from services.footage.filing import file
from services.footage.following import look_up
from tests.filing import NOW, a_draft, a_filing
from tests.footage import case_of, person

HERE, DAY = "192.0.2.7", 86_400
STAFF = "clerk@example.org"


class Time:
    """The services' clock, to be set."""

    now = NOW


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr(clock, "now", lambda: found.now)
    return found


def carry(desk: Desk, folio: str, after: Status, resolution: Resolution | None = None, **told: str) -> None:
    """A move of the staff, whose rules are tested with theirs."""
    with desk.writing() as connection:
        case = requests.by_folio(connection, folio)
        assert case is not None
        words = {name: told.pop(name) for name in ("question", "text", "act", "body") if name in told}
        steps.carry(connection, desk, STAFF, case, (after, resolution), told, words)


def refused(desk: Desk, **values: object) -> tuple[str, str]:
    """(code, folio) of a request that was refused."""
    receipt = file(desk, ANONYMOUS, a_filing(**values))
    carry(desk, receipt.folio, Status.REVIEW, officer=STAFF)
    carry(desk, receipt.folio, Status.CLOSED, Resolution.DENIED, ground="protection", text="Por una investigación.")
    return receipt.code, receipt.folio


def status(desk: Desk, folio: str) -> Status:
    with desk.engine.connect() as connection:
        case = requests.by_folio(connection, folio)
        assert case is not None
        return case.status


def held_until(desk: Desk) -> set[date]:
    with desk.engine.connect() as connection:
        return {last_day(hold.until, "America/Santiago") for hold in holds.active(connection, NOW)}


def test_the_code_shows_where_the_request_is(desk: Desk) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    view = look_up(desk, receipt.code, HERE)
    assert (view.folio, view.status, view.next) == (receipt.folio, Public.RECEIVED, Step.REVIEW)
    assert (view.received, view.due) == (date(2026, 12, 1), date(2026, 12, 31))
    assert view.preserved_until == receipt.preserved_until
    assert view.may == (Answer.WITHDRAW,)
    assert (view.overdue, view.extended, view.instances, view.resolution) == (False, False, (), None)
    assert view.history == ((date(2026, 12, 1), Public.RECEIVED),)


def test_a_code_may_be_typed_with_spaces_hyphens_and_look_alikes(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    typed = f" {shown(receipt.code).lower().replace('0', 'o').replace('1', 'l')} "
    assert look_up(sqlite_desk, typed, HERE).folio == receipt.folio


def test_a_view_tells_no_name_no_place_no_time_and_no_staff(desk: Desk) -> None:
    code, folio = refused(desk)
    view = asdict(look_up(desk, code, HERE))
    with desk.engine.connect() as connection:
        case = requests.by_folio(connection, folio)
        assert case is not None
        where = [str(instant) for segment in case.segments for instant in segment]
    for secret in ("Ana", "12345678", "ana@example.org", "asaltaron", "Gran Avenida", "C7", STAFF, code, *where):
        assert secret not in str(view), secret


WRONG = ["", " ", "0" * 24, "Z" * 24, "x" * 5_000, "' OR 1=1 --", "%", "\x00", "código", encoded(bytes(15), 24)]


def test_wrong_and_unknown_codes_are_answered_alike(desk: Desk) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    near = receipt.code[:-1] + ("0" if receipt.code[-1] != "0" else "1")
    told = set()
    for number, code in enumerate([*WRONG, near, receipt.folio, receipt.code[:23], receipt.code + "0"]):
        with pytest.raises(NotFound) as error:
            look_up(desk, code, f"198.51.100.{number}")
        told.add((error.value.code, error.value.status, str(error.value.details)))
    assert told == {("footage.code", 404, "{}")}


def test_ten_wrong_codes_and_even_the_right_one_has_to_wait(desk: Desk, time: Time) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    for _ in range(10):
        with pytest.raises(NotFound):
            look_up(desk, "0" * 24, HERE)
    for code in ("0" * 24, receipt.code):
        with pytest.raises(Throttled, match=r"footage\.tries"):
            look_up(desk, code, HERE)
    assert look_up(desk, receipt.code, "192.0.2.8").folio == receipt.folio
    time.now += 601
    assert look_up(desk, receipt.code, HERE).folio == receipt.folio


def test_the_right_code_may_be_asked_for_as_often_as_one_likes(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    assert {look_up(sqlite_desk, receipt.code, HERE).folio for _ in range(15)} == {receipt.folio}


def test_many_visitors_who_guess_together_are_stopped_together(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "ALL_TRIES", 20)
    for number in range(20):
        with pytest.raises(NotFound):
            look_up(sqlite_desk, "0" * 24, f"198.51.100.{number}")
    with pytest.raises(Throttled):
        look_up(sqlite_desk, "0" * 24, "203.0.113.1")


def test_who_is_asked_something_sees_it_answers_and_the_case_goes_on(desk: Desk, time: Time) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    carry(desk, receipt.folio, Status.CLARIFICATION, question="¿Qué ropa llevaba?")
    view = look_up(desk, receipt.code, HERE)
    assert (view.status, view.question, view.next) == (Public.WANTING, "¿Qué ropa llevaba?", Step.ANSWER)
    assert view.answer_by == date(2026, 12, 9)  # five business days, one of them a holiday
    assert set(view.may) == {Answer.ANSWER, Answer.WITHDRAW}
    with pytest.raises(Invalid, match=r"footage\.incomplete"):
        following.answer(desk, receipt.code, HERE, "  ")
    after = following.answer(desk, receipt.code, HERE, "Una chaqueta roja.")
    assert (after.status, after.question, after.may) == (Public.SEARCHING, "", (Answer.WITHDRAW,))
    assert status(desk, receipt.folio) is Status.REVIEW
    with pytest.raises(Illegal, match=r"footage\.not_now"):
        following.answer(desk, receipt.code, HERE, "Y un gorro.")


def test_waiting_for_an_answer_stops_the_clock_of_public_information(desk: Desk, time: Time) -> None:
    receipt = file(desk, ANONYMOUS, a_filing(draft=a_draft(kind=Kind.INFORMATION)))
    carry(desk, receipt.folio, Status.CLARIFICATION, question="¿Qué día fue?")
    assert look_up(desk, receipt.code, HERE).due == date(2026, 12, 31)
    time.now += 3 * DAY
    assert following.answer(desk, receipt.code, HERE, "El lunes.").due == date(2027, 1, 6)


def test_what_was_answered_lies_nowhere_in_the_open(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    carry(sqlite_desk, receipt.folio, Status.CLARIFICATION, question="¿Qué ropa llevaba?")
    following.answer(sqlite_desk, receipt.code, HERE, "Una chaqueta roja.")
    with sqlite_desk.engine.connect() as connection:
        for table in ("case_events", "case_texts", "footage_requests"):
            assert "chaqueta" not in str(connection.execute(text(f"SELECT * FROM {table}")).all())
        assert events.verify(connection).whole


def test_a_request_can_be_taken_back_and_its_footage_is_held_five_days_more(desk: Desk) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    view = following.withdraw(desk, receipt.code, HERE)
    assert (view.status, view.resolution, view.may) == (Public.CLOSED, Resolution.WITHDRAWN, ())
    assert view.instances == ()
    assert held_until(desk) == {date(2026, 12, 9)}
    with pytest.raises(Illegal, match=r"footage\.not_now"):
        following.withdraw(desk, receipt.code, HERE)


def test_who_is_refused_is_told_why_where_to_turn_to_and_until_when(desk: Desk) -> None:
    code, _ = refused(desk)
    view = look_up(desk, code, HERE)
    assert (view.status, view.resolution, view.ground) == (Public.CLOSED, Resolution.DENIED, "protection")
    assert view.reply == "Por una investigación."
    assert [(one.body["en"], one.until) for one in view.instances] == [
        ("Personal Data Protection Agency", date(2027, 1, 15))
    ]
    assert (view.may, view.appeal_by) == ((Answer.APPEAL,), date(2027, 1, 15))


def test_why_there_is_no_footage_is_told(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    carry(sqlite_desk, receipt.folio, Status.SEARCHING)
    carry(sqlite_desk, receipt.folio, Status.CLOSED, Resolution.NOT_HELD, reason="offline")
    view = look_up(sqlite_desk, receipt.code, HERE)
    assert (view.resolution, view.reason, view.ground, view.body) == (Resolution.NOT_HELD, "offline", "", "")


def test_to_whom_a_request_was_passed_is_told(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    carry(sqlite_desk, receipt.folio, Status.CLOSED, Resolution.TRANSFERRED, body="Fiscalía local")
    assert look_up(sqlite_desk, receipt.code, HERE).body == "Fiscalía local"


def test_why_it_takes_longer_is_told(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    case = case_of(sqlite_desk, receipt.folio)
    lawyer = person(Role.TRANSPARENCY)
    moving.extend(sqlite_desk, lawyer, receipt.folio, case.version, {"reason": "Hay doce cámaras que revisar."})
    view = look_up(sqlite_desk, receipt.code, HERE)
    assert (view.extended, view.extension) == (True, "Hay doce cámaras que revisar.")


@pytest.mark.parametrize("how", [Resolution.PARTIAL, Resolution.VIEWING])
def test_an_answer_that_gives_less_tells_its_act_and_where_to_turn_from_the_day_it_was_ready(
    sqlite_desk: Desk, time: Time, how: Resolution
) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    carry(sqlite_desk, receipt.folio, Status.READY, how, act="Se ve a un niño.")
    view = look_up(sqlite_desk, receipt.code, HERE)
    assert (view.resolution, view.reply) == (how, "Se ve a un niño.")
    assert view.papers == (Paper.ACKNOWLEDGEMENT, Paper.REFUSAL)
    assert view.way is (Delivery.VIEWING if how is Resolution.VIEWING else Delivery.COUNTER)
    (agency,) = view.instances
    time.now += 10 * DAY
    carry(sqlite_desk, receipt.folio, Status.DELIVERED)
    view = look_up(sqlite_desk, receipt.code, HERE)
    assert view.instances == (agency,), "the law counts from the answer"
    assert (view.reply, view.appeal_by) == ("Se ve a un niño.", agency.until)


def test_after_an_appeal_was_decided_the_old_grounds_are_told_and_the_days_count_from_the_first_answer(
    sqlite_desk: Desk, time: Time
) -> None:
    code, folio = refused(sqlite_desk)
    before = look_up(sqlite_desk, code, HERE)
    following.appeal(sqlite_desk, code, HERE, "La grabación muestra que yo no fui.")
    assert look_up(sqlite_desk, code, HERE).reply == ""
    time.now += 10 * DAY
    carry(sqlite_desk, folio, Status.CLOSED, outcome="upheld")
    after = look_up(sqlite_desk, code, HERE)
    assert (after.ground, after.reply) == (before.ground, before.reply)
    assert after.instances[0].until == before.instances[0].until


def test_an_appointment_is_told_until_it_is_over_and_forgotten_with_another_answer(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    carry(sqlite_desk, receipt.folio, Status.READY, Resolution.VIEWING, act="Se ve a un niño.")
    assert look_up(sqlite_desk, receipt.code, HERE).viewing is None
    for at in (NOW + DAY, NOW + 2 * DAY):
        delivery.appoint(sqlite_desk, person(Role.OPERATOR), receipt.folio, at)
        assert look_up(sqlite_desk, receipt.code, HERE).viewing == at
    carry(sqlite_desk, receipt.folio, Status.DELIVERED)
    assert look_up(sqlite_desk, receipt.code, HERE).viewing is None


def test_an_appeal_opens_the_case_again_and_holds_its_footage_on(desk: Desk) -> None:
    code, folio = refused(desk)
    before = held_until(desk)
    view = following.appeal(desk, code, HERE, "La grabación muestra que yo no fui.")
    assert (view.status, view.next, view.resolution) == (Public.SEARCHING, Step.DECIDE, None)
    assert status(desk, folio) is Status.APPEAL
    assert min(held_until(desk)) >= min(before)
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole


def test_an_appeal_that_comes_too_late_is_not_taken(sqlite_desk: Desk, time: Time) -> None:
    code, _ = refused(sqlite_desk)
    time.now += 46 * DAY
    assert look_up(sqlite_desk, code, HERE).may == ()
    with pytest.raises(Illegal, match=r"footage\.not_now"):
        following.appeal(sqlite_desk, code, HERE, "La grabación muestra que yo no fui.")


def test_silence_past_the_legal_day_opens_the_way_to_the_agency(sqlite_desk: Desk, time: Time) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    time.now += 31 * DAY
    view = look_up(sqlite_desk, receipt.code, HERE)
    assert view.overdue
    assert [one.until for one in view.instances] == [date(2027, 2, 12)]


@pytest.mark.parametrize("act", ["answer", "withdraw", "appeal"])
def test_nothing_can_be_done_without_the_code(desk: Desk, act: str) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    arguments = () if act == "withdraw" else ("Una frase bastante larga.",)
    for code in (receipt.folio, "", "0" * 24):
        with pytest.raises(NotFound):
            getattr(following, act)(desk, code, HERE, *arguments)
    assert status(desk, receipt.folio) is Status.RECEIVED


ALLOWED = {
    "answer": {Status.CLARIFICATION},
    "withdraw": set(Status) - {Status.DELIVERED, Status.CLOSED, Status.APPEAL},
    "appeal": {Status.DELIVERED, Status.CLOSED},
}


@pytest.mark.parametrize("act", ALLOWED)
@pytest.mark.parametrize("at", Status)
def test_a_requester_may_do_in_each_state_what_the_table_says_and_no_more(
    sqlite_desk: Desk, act: str, at: Status
) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing())
    with sqlite_desk.writing() as connection:
        case = requests.by_folio(connection, receipt.folio)
        assert case is not None
        ended = NOW if at in (Status.DELIVERED, Status.CLOSED) else None
        requests.change(connection, case, status=at, closed_at=ended)
    arguments = () if act == "withdraw" else ("Una frase bastante larga.",)
    if at in ALLOWED[act]:
        getattr(following, act)(sqlite_desk, receipt.code, HERE, *arguments)
        assert status(sqlite_desk, receipt.folio) is following.ANSWERS[Answer(act)][0]
    else:
        with pytest.raises(Illegal, match=r"footage\.not_now"):
            getattr(following, act)(sqlite_desk, receipt.code, HERE, *arguments)
        assert status(sqlite_desk, receipt.folio) is at


def test_every_status_has_something_to_show() -> None:
    assert set(SHOWN) == set(NEXT) == set(Status)
    assert read("") == ""
