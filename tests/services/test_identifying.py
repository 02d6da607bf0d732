"""A provider says who asks for footage: what the browser keeps of it, and what becomes of the request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from data_access.desk import Desk, events, requests
from domain.errors import DomainError, Stale, Throttled
from domain.footage.case import Case, identified
from domain.footage.draft import Delivery, Kind, Stated
from domain.footage.states import Status
from domain.people import ANONYMOUS, Role
from services import clock
from services.footage import cases, identifying, moving
from services.footage.filing import file
from services.footage.identifying import LASTING, TRIES, WINDOW, Way
from tests.filing import a_draft, a_filing
from tests.footage import person
from tests.provider import Directory, clave_unica

BACK = "http://127.0.0.1/footage/identified"
HERE = "192.0.2.7"
WAY = Way(Kind.PARTY, "cam-a")
WHOLE = Stated("ClaveÚnica", "https://accounts.example", "person-7", 0, "Ana Soto", "rut", "12345678-5")


@pytest.fixture
def house() -> Iterator[Directory]:
    with clave_unica() as found:
        yield found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The clock of the services; a test moves it by `seconds`."""
    told = {"seconds": 0}
    monkeypatch.setattr(clock, "now", lambda: int(time.time()) + told["seconds"])
    return told


def asked(desk: Desk, house: Directory) -> tuple[str, str]:
    return identifying.ask(desk, house.provider, WAY, BACK, HERE)


def answered(desk: Desk, house: Directory) -> str:
    url, kept = asked(desk, house)
    return identifying.answered(desk, house.provider, "chile", kept, house.come_back(url), BACK, HERE)


def test_who_the_provider_knows_is_known_for_half_an_hour(desk: Desk, house: Directory, later: dict[str, int]) -> None:
    kept = answered(desk, house)
    found = identifying.known(desk, kept)
    assert found is not None
    assert (found.name, found.document) == ("Rosa Inés Pardo Soto", "12345678-5")
    later["seconds"] = LASTING + 5
    assert identifying.known(desk, kept) is None


def test_what_the_browser_keeps_can_be_read_by_nobody_else(sqlite_desk: Desk, house: Directory) -> None:
    kept = answered(sqlite_desk, house)
    assert not any(word in kept for word in ("Rosa", "12345678", "person-7"))
    other = replace(sqlite_desk, keys=("of another desk",))
    assert identifying.known(other, kept) is None
    assert identifying.known(sqlite_desk, kept[:-9] + "A" + kept[-8:]) is None
    assert identifying.known(sqlite_desk, "é") is None


def test_a_question_is_no_answer_and_an_answer_no_question(sqlite_desk: Desk, house: Directory) -> None:
    question, answer = asked(sqlite_desk, house)[1], answered(sqlite_desk, house)
    assert identifying.known(sqlite_desk, question) is None
    assert identifying.way(sqlite_desk, answer) is None
    assert identifying.way(sqlite_desk, question) == WAY


def test_it_is_good_for_one_form(sqlite_desk: Desk, house: Directory) -> None:
    said = identifying.known(sqlite_desk, answered(sqlite_desk, house), "form-1")
    assert said is not None
    spent = identifying.spent(sqlite_desk, said, "form-1")
    assert identifying.known(sqlite_desk, spent, "form-1") == said, "a double click files once and is answered"
    assert identifying.known(sqlite_desk, spent, "form-2") is None
    assert identifying.known(sqlite_desk, spent) is None


def test_who_was_away_for_too_long_starts_again(sqlite_desk: Desk, house: Directory, later: dict[str, int]) -> None:
    url, kept = asked(sqlite_desk, house)
    later["seconds"] = LASTING + 5
    with pytest.raises(DomainError) as refused:
        identifying.answered(sqlite_desk, house.provider, "chile", kept, house.come_back(url), BACK, HERE)
    assert refused.value.code == "identity.other"


def test_a_provider_that_says_nothing_of_use_is_told(sqlite_desk: Desk, house: Directory) -> None:
    house.person = {"email": "rosa@example.org"}
    with pytest.raises(DomainError) as refused:
        answered(sqlite_desk, house)
    assert refused.value.code == "identity.nobody"


def test_ways_there_and_back_are_counted_for_each_visitor(desk: Desk, house: Directory, later: dict[str, int]) -> None:
    for _ in range(TRIES // 2):
        answered(desk, house)
    with pytest.raises(Throttled):
        asked(desk, house)
    identifying.ask(desk, house.provider, WAY, BACK, "192.0.2.8")
    later["seconds"] = WINDOW + 5
    asked(desk, house)


# --- the request


def filed(desk: Desk, said: Stated | None, **told: object) -> Case:
    draft = a_draft(stated=said, delivery=Delivery.DOWNLOAD, **told)
    folio = file(desk, ANONYMOUS, a_filing(draft=draft)).folio
    with desk.engine.connect() as connection:
        found = requests.by_folio(connection, folio)
    assert found is not None
    return found


def test_a_request_of_who_was_stated_waits_for_no_document(desk: Desk) -> None:
    case = filed(desk, WHOLE)
    assert case.status is Status.RECEIVED
    with desk.engine.connect() as connection:
        links = events.of(connection, case.folio)
        who = requests.who(connection, desk.seal, case)
    assert identified(links)
    assert links[0].details["proof"] == "provider"
    assert links[0].details["provider"] == "ClaveÚnica"
    assert who is not None
    assert who["stated"]["subject"] == "person-7"


@pytest.mark.parametrize("said", [None, replace(WHOLE, document_type="", document=""), replace(WHOLE, name="")])
def test_without_a_document_or_a_name_that_was_stated_the_desk_looks(desk: Desk, said: Stated | None) -> None:
    case = filed(desk, said)
    assert case.status is Status.IDENTITY
    with desk.engine.connect() as connection:
        assert not identified(events.of(connection, case.folio))


def test_nothing_of_the_person_lies_in_the_open(desk: Desk) -> None:
    filed(desk, WHOLE)
    with desk.engine.connect() as connection:
        for table in ("footage_requests", "case_events", "outbox", "tries"):
            written = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert not any(word in written for word in ("Ana Soto", "12345678-5", "person-7", "accounts.example"))


def test_it_is_forgotten_with_who_asked(desk: Desk) -> None:
    case = filed(desk, WHOLE)
    with desk.writing() as connection:
        requests.forget(connection, case)
        assert requests.who(connection, desk.seal, case) is None


def test_nobody_records_having_seen_whom_a_provider_stated(desk: Desk) -> None:
    case, clerk = filed(desk, WHOLE), person(Role.OPERATOR)
    assert cases.sheet(desk, clerk, case.folio).identified
    with pytest.raises(DomainError):
        moving.identify(desk, clerk, case.folio, {"proof": "in_person"})


def test_the_desk_cannot_say_that_a_provider_did(desk: Desk) -> None:
    case, clerk = filed(desk, None), person(Role.OPERATOR)
    told = {"proof": "provider", "officer": "ana@ciudad.cl"}
    with pytest.raises(DomainError) as refused:
        moving.move(desk, clerk, case.folio, case.version, Status.REVIEW, None, told)
    assert refused.value.details["fields"] == {"proof": "unknown"}


def test_a_stated_request_goes_on_as_any_other(desk: Desk) -> None:
    case, clerk = filed(desk, WHOLE), person(Role.OPERATOR)
    moved = moving.move(desk, clerk, case.folio, case.version, Status.REVIEW, None, {"officer": "ana@ciudad.cl"})
    assert moved.status is Status.REVIEW
    with pytest.raises(Stale):
        moving.move(desk, clerk, case.folio, case.version, Status.REVIEW, None, {"officer": "ana@ciudad.cl"})
