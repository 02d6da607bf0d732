"""Requests that only ask that footage is kept: told of before their end, renewed once, ended and forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from data_access.desk import Desk, events, holds, outbox, requests
from domain.errors import Illegal
from domain.footage.case import Case, last_day
from domain.footage.draft import Kind
from domain.footage.states import Resolution, Status
from domain.footage.view import Answer, View
from domain.people import ANONYMOUS, Role
from locales import Words
from services.footage import cases, custody, filing, following, moving, upkeep
from tests.dated import ZONE, filed
from tests.filing import NOW, a_draft, a_filing
from tests.footage import WORDS, case_of, person

HERE = "192.0.2.7"
FIRST = datetime.fromtimestamp(NOW, ZONE).date()
KEPT, MOST = 60, 180  # days, by the profile
KEEPER, LAWYER = person(Role.CUSTODIAN), person(Role.TRANSPARENCY)


class Time:
    """The services' clock, to be set by days after the request."""

    now = NOW

    def __call__(self, days: float) -> int:
        self.now = NOW + int(days * 86_400)
        return self.now


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr("services.clock.now", lambda: found.now)
    return found


def asked(desk: Desk, kind: Kind = Kind.PRESERVE) -> tuple[str, Case]:
    """(code, case) of a request."""
    receipt = filing.file(desk, ANONYMOUS, a_filing(draft=a_draft(kind=kind)))
    return receipt.code, case_of(desk, receipt.folio)


def looked(desk: Desk, code: str) -> View:
    return following.look_up(desk, code, HERE)


def day(desk: Desk, time: Time, days: float) -> tuple[list[str], list[str]]:
    """A day's round of the worker: what was moved or told, and what was deleted."""
    moved, gone = upkeep.daily(desk, time(days))
    return [one.what for one in moved], [one.what for one in gone]


def letters(desk: Desk, case: Case) -> list[str]:
    with desk.engine.connect() as connection:
        return [one.template for one in outbox.of_case(connection, case.id) if one.template != "address"]


def test_it_ends_by_itself_when_its_hold_does_and_who_asked_is_forgotten_two_years_later(
    desk: Desk, time: Time
) -> None:
    code, case = asked(desk)
    assert [day(desk, time, days) for days in (1, 52)] == [([], [])] * 2
    assert day(desk, time, 53) == (["expiring"], [])
    assert day(desk, time, 60) == ([], [])  # the last day; it was told of already
    assert day(desk, time, 61) == (["expired"], ["hold"])
    over = case_of(desk, case.folio)
    assert (over.status, over.resolution) == (Status.CLOSED, Resolution.EXPIRED)
    assert letters(desk, case) == ["acknowledgement", "expiring", "expired"]
    view = looked(desk, code)
    assert (view.may, view.resolution, view.preserved_until) == ((), Resolution.EXPIRED, None)
    assert day(desk, time, 62) == ([], [])
    assert day(desk, time, 61 + 729)[1] == []
    assert day(desk, time, 61 + 730)[1] == ["person"]
    with desk.engine.connect() as connection:
        assert requests.who(connection, desk.seal, over) is None
        assert events.verify(connection).whole


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_letter_names_the_last_day_in_the_language_of_the_request(desk: Desk, time: Time, language: str) -> None:
    case = filed(desk, FIRST.isoformat(), kind=Kind.PRESERVE, language=language)
    day(desk, time, 53)
    with desk.engine.connect() as connection:
        sent = [one for one in outbox.of_case(connection, case.id) if one.template == "expiring"]
        letter = outbox.read(connection, desk.seal, sent[0].id)
        last = last_day(holds.of(connection, case.id)[0].until, str(ZONE))
    assert last == FIRST + timedelta(days=KEPT)
    assert Words(language).day(last) in letter.text
    assert ("resguarda" in letter.text, "recording" in letter.text) == (language == "es", language == "en")


def test_who_asked_renews_it_once_and_is_told_of_the_new_end(desk: Desk, time: Time) -> None:
    code, case = asked(desk)
    day(desk, time, 55)
    longer = FIRST + timedelta(days=2 * KEPT)
    assert Answer.RENEW in looked(desk, code).may
    assert looked(desk, code).renew_until == longer
    view = following.renew(desk, code, HERE)
    assert (view.preserved_until, view.renew_until, Answer.RENEW in view.may) == (longer, None, False)
    with pytest.raises(Illegal):
        following.renew(desk, code, HERE)
    assert [day(desk, time, days)[0] for days in (61, 113, 121)] == [[], ["expiring"], ["expired"]]
    with desk.engine.connect() as connection:
        assert [one.actor for one in events.of(connection, case.folio) if one.action == "hold_renewed"] == ["requester"]


def test_it_is_renewed_no_further_than_it_takes_to_look_at_it_again(desk: Desk, time: Time) -> None:
    code, case = asked(desk)
    with desk.engine.connect() as connection:
        hold = holds.of(connection, case.id)[0].id
    custody.prolong(desk, KEEPER, case.folio, hold, {"reason": WORDS})
    assert following.renew(desk, code, HERE).preserved_until == FIRST + timedelta(days=MOST)
    assert [day(desk, time, days)[0] for days in (121, 174, 181)] == [[], ["expiring"], ["expired"]]


def test_what_is_over_is_not_renewed(desk: Desk, time: Time) -> None:
    code, _ = asked(desk)
    time(61)
    assert looked(desk, code).may == (Answer.WITHDRAW,)
    with pytest.raises(Illegal):
        following.renew(desk, code, HERE)


def test_a_renewed_request_that_is_taken_back_is_held_a_few_days_only(desk: Desk, time: Time) -> None:
    code, _ = asked(desk)
    following.renew(desk, code, HERE)
    assert following.withdraw(desk, code, HERE).preserved_until < FIRST + timedelta(days=10)  # type: ignore[operator]


def test_what_somebody_prolonged_is_held_as_long_though_the_request_is_taken_back(desk: Desk) -> None:
    code, case = asked(desk, Kind.CRASH)
    with desk.engine.connect() as connection:
        hold = holds.of(connection, case.id)[0]
    custody.prolong(desk, KEEPER, case.folio, hold.id, {"reason": WORDS})
    view = following.withdraw(desk, code, HERE)
    assert view.preserved_until > last_day(hold.until, str(ZONE))  # type: ignore[operator]


@pytest.mark.parametrize("kind", [Kind.PARTY, Kind.CRASH, Kind.INFORMATION])
def test_a_request_for_more_neither_ends_so_nor_is_renewed(desk: Desk, time: Time, kind: Kind) -> None:
    code, _ = asked(desk, kind)
    assert Answer.RENEW not in looked(desk, code).may
    with pytest.raises(Illegal):
        following.renew(desk, code, HERE)
    assert [day(desk, time, days) for days in (100, 400)] == [([], [])] * 2


def test_it_ends_so_where_somebody_of_the_desk_looked_at_it_too(desk: Desk, time: Time) -> None:
    _, case = asked(desk)
    clerk = person(Role.OPERATOR)
    case = moving.move(desk, clerk, case.folio, case.version, Status.REVIEW, None, {"officer": clerk.email})
    moving.move(desk, LAWYER, case.folio, case.version, Status.SEARCHING, None, {"basis": WORDS})
    assert day(desk, time, 61)[0] == ["expired"]
    assert cases.sheet(desk, LAWYER, case.folio).case.resolution is Resolution.EXPIRED
