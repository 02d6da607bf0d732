"""The desk files what came to the counter, by telephone, e-mail or letter: the residents' form and rules."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from dash import Dash
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from data_access.desk import Desk, events
from data_access.desk import requests as sealed
from data_access.desk_schema import requests
from domain.footage.draft import Kind
from domain.people import Permission, Role
from services import clock
from tests.footage import case_of, person
from tests.forms import form
from tests.pages.conftest import SignIn, with_token
from tests.pages.test_desk import drawn
from tests.pages.test_footage_form import CODE, NOW, PARTY

ARRIVED = {"channel": "letter", "arrived_day": "2026-11-21", "arrived_time": "09:30", "language": "en"}
ROWS = select(requests.c.folio, requests.c.channel, requests.c.received_at, requests.c.language)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def send(signed_in: SignIn, role: Role = Role.OPERATOR, **typed: str) -> TestResponse:
    told = {"kind": "party", "once": "a number of its own", **PARTY, **ARRIVED, **typed}
    return signed_in(role).post("/desk/new", data=told)


def filed(desk: Desk) -> list[tuple[str, str, int, str]]:
    with desk.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(ROWS)]


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_asks_what_for_and_then_the_residents_own_questions(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk, language: str
) -> None:
    clerk = signed_in(Role.OPERATOR)
    first = drawn(portal, clerk, "/desk/new", f"?lang={language}")
    assert all(f"/desk/new?kind={kind}" in first for kind in Kind)
    for kind in Kind:
        text = drawn(portal, clerk, "/desk/new", f"?kind={kind}&lang={language}")
        assert "page-error" not in text
        assert "arrived_day" in text
        assert "data-challenge" not in text
        assert ("represented" in text) is (kind is Kind.REPRESENTATIVE)


def test_the_clock_starts_when_it_came_and_the_code_is_shown_once(signed_in: SignIn, sqlite_desk: Desk) -> None:
    answer = send(signed_in)
    assert answer.status_code == 200
    assert CODE.search(answer.json["shown"])
    came = int(datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("America/Santiago")).timestamp())
    ((folio, channel, received, language),) = filed(sqlite_desk)
    assert (channel, received, language) == ("letter", came, "en")
    with sqlite_desk.engine.connect() as connection:
        links = events.of(connection, folio)
        assert events.verify(connection).whole
    assert [link.action for link in links] == ["filed", "hold_requested", "letter"]
    assert (links[0].at, links[0].details["received_at"]) == (NOW, came)
    assert links[0].actor == person(Role.OPERATOR).email
    again = send(signed_in)
    assert CODE.findall(again.json["shown"]) == CODE.findall(answer.json["shown"])
    assert len(filed(sqlite_desk)) == 1
    assert CODE.findall(answer.json["shown"])[0] not in case_of(sqlite_desk, folio).folio


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"arrived_day": "2026-11-23"}, "arrived_day"),
        ({"arrived_day": "2025-11-20"}, "arrived_day"),
        ({"arrived_day": ""}, "arrived_day"),
        ({"arrived_time": "nine"}, "arrived_time"),
        ({"channel": "web"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"language": "fr"}, "language"),
        ({"arrived_day": "2026-11-19"}, "day1"),  # asks for footage of a day after it came
        ({"document": "12.345.678-9"}, "document"),
        ({"story": "corto"}, "story"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_typed_is_lost(
    signed_in: SignIn, sqlite_desk: Desk, typed: dict[str, str], wrong: str
) -> None:
    answer = send(signed_in, **typed)
    assert answer.status_code == 422
    page = answer.json["shown"]
    assert set(re.findall(r'<a href="#(\w+)"', page)) == {wrong}
    assert f'id="{wrong}-wrong"' in page
    kept = form(page, "footage").values
    assert kept["name"] == ["Rosa Inés Pardo"]
    assert kept["once"] == ["a number of its own"]
    assert kept["corner"] == ["Gran Avenida con Salesianos"]
    assert filed(sqlite_desk) == []


@pytest.mark.parametrize("role", list(Role))
def test_only_who_takes_requests_down_files_one(signed_in: SignIn, sqlite_desk: Desk, role: Role) -> None:
    may = Permission.INTAKE in person(role).permissions
    assert send(signed_in, role).status_code == (200 if may else 403)
    assert len(filed(sqlite_desk)) == may


def test_a_stranger_files_nothing_by_the_desks_way(server: Flask, sqlite_desk: Desk) -> None:
    answer = with_token(server).post("/desk/new", data={"kind": "party", **PARTY, **ARRIVED})
    assert answer.status_code in (302, 401, 403)
    assert filed(sqlite_desk) == []


def test_nobody_files_a_request_of_their_own(signed_in: SignIn, sqlite_desk: Desk) -> None:
    own = person(Role.OPERATOR).email.upper()
    assert send(signed_in, email=own).status_code == 403
    assert filed(sqlite_desk) == []


ORDER = {"kind": "authority", "body": "court", "order": "RIT 431-2026", "name": "Jueza Marta Ríos"}


def test_an_order_of_an_authority_is_filed_by_the_desk_with_its_number_sealed(
    signed_in: SignIn, sqlite_desk: Desk
) -> None:
    assert send(signed_in, **ORDER, undertaking="", notice="", story="", document="").status_code == 200
    with sqlite_desk.engine.connect() as connection:
        row = connection.execute(select(requests)).one()
        known = case_of(sqlite_desk, row.folio)
        told = events.of(connection, row.folio)
        who = sealed.who(connection, sqlite_desk.seal, known)
    assert (row.kind, row.tracks, row.document, row.due_at) == ("authority", "authority", None, None)
    assert told[0].details["body"] == "court"
    assert "431-2026" not in str(told) + str(row)
    assert who is not None
    assert (who["order"], who["name"], who["story"]) == ("RIT 431-2026", "Jueza Marta Ríos", "")


@pytest.mark.parametrize(("typed", "wrong"), [({"body": "neighbour"}, "body"), ({"order": " "}, "order")])
def test_an_order_needs_its_body_and_its_number(
    signed_in: SignIn, sqlite_desk: Desk, typed: dict[str, str], wrong: str
) -> None:
    answer = send(signed_in, **ORDER | typed)
    assert answer.status_code == 422
    assert set(re.findall(r'<a href="#(\w+)"', answer.json["shown"])) == {wrong}
    assert filed(sqlite_desk) == []


def test_a_kind_that_is_none_is_refused(signed_in: SignIn, sqlite_desk: Desk) -> None:
    assert send(signed_in, kind="press").status_code == 400
    assert filed(sqlite_desk) == []


def test_the_queue_leads_there_for_who_may(portal: Dash, signed_in: SignIn, sqlite_desk: Desk) -> None:
    assert "/desk/new" in drawn(portal, signed_in(Role.OPERATOR), "/desk")
    assert "/desk/new" not in drawn(portal, signed_in(Role.AUDITOR), "/desk")
