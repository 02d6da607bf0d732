"""The photo of who asks over HTTP: offered after the desk asked for it, taken with the answer, drawn for the desk."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from data_access.desk import Desk
from data_access.desk_schema import evidence
from domain.footage.states import Status
from domain.people import ANONYMOUS, Role
from locales import Words
from services import clock
from services.footage import filing, moving
from services.footage.uploads import Upload
from tests.filing import NOW, a_filing
from tests.footage import WORDS, case_of, person
from tests.pages.conftest import SignIn
from tests.pages.test_desk import drawn
from tests.services.test_photo import picture


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def request_(sqlite_desk: Desk) -> tuple[str, str]:
    """The code and folio of a request that somebody filed."""
    told = filing.file(sqlite_desk, ANONYMOUS, a_filing())
    return told.code, told.folio


def ask(desk: Desk, folio: str, photo: str = "asked") -> None:
    question = {"question": WORDS, "photo": photo}
    clerk, version = person(Role.OPERATOR), case_of(desk, folio).version
    moving.move(desk, clerk, folio, version, Status.CLARIFICATION, None, question)


def post(client: FlaskClient, path: str, **told: object) -> TestResponse:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/footage/follow").text)[0]
    return client.post(path, data={"csrf_token": token, **told})


def photos(desk: Desk) -> list[str]:
    with desk.engine.connect() as connection:
        return list(connection.scalars(select(evidence.c.kind)))


def test_a_photo_is_offered_once_asked_for_and_goes_with_the_answer(
    client: FlaskClient, sqlite_desk: Desk, request_: tuple[str, str]
) -> None:
    code, folio = request_
    assert 'action="/footage/answer"' not in post(client, "/footage/follow", code=code).text
    ask(sqlite_desk, folio)
    page = post(client, "/footage/follow", code=code).text
    assert 'action="/footage/answer"' in page
    assert 'accept="image/jpeg,image/png"' in page
    whole = {"code": code, "act": "answer", "answer": WORDS, "photo": (BytesIO(picture()), "ana soto.jpg")}
    answer = post(client, "/footage/answer", **whole)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert 'action="/footage/answer"' not in answer.text
    assert photos(sqlite_desk) == ["photo"]
    assert case_of(sqlite_desk, folio).status is Status.REVIEW


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.7 %%EOF", "kind"), (b"\xff\xd8\xff...", "broken")],
)
def test_a_photo_that_is_none_is_told_beside_its_field_and_the_answer_stays(
    client: FlaskClient, sqlite_desk: Desk, request_: tuple[str, str], content: bytes, code: str
) -> None:
    ask(sqlite_desk, request_[1])
    told = {"code": request_[0], "act": "answer", "answer": WORDS, "photo": (BytesIO(content), "x.jpg")}
    answer = post(client, "/footage/answer", **told)
    assert answer.status_code == 422
    wrong = Words("es").text(f"footage_public.act.photo_{code}")
    assert f'id="photo-wrong" class="wrong">{wrong}<' in answer.text
    assert WORDS in answer.text
    assert photos(sqlite_desk) == []
    assert case_of(sqlite_desk, request_[1]).status is Status.CLARIFICATION


@pytest.mark.parametrize("path", ["/footage/answer", "/footage/follow"])
def test_a_photo_that_nobody_asked_for_is_refused(
    client: FlaskClient, sqlite_desk: Desk, request_: tuple[str, str], path: str
) -> None:
    ask(sqlite_desk, request_[1], "")
    told = {"code": request_[0], "act": "answer", "answer": WORDS, "photo": (BytesIO(picture()), "x.jpg")}
    assert post(client, path, **told).status_code == 409
    assert photos(sqlite_desk) == []
    assert case_of(sqlite_desk, request_[1]).status is Status.CLARIFICATION


def test_the_address_of_answers_asks_for_the_code_as_the_other_does(client: FlaskClient) -> None:
    answer = client.get("/footage/answer")
    assert 'action="/footage/follow"' in answer.text
    assert 'id="code"' in answer.text


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTODIAN])
def test_the_desk_draws_a_case_with_a_photo_and_with_what_was_attached_to_the_form(
    portal: Dash, signed_in: SignIn, client: FlaskClient, sqlite_desk: Desk, role: Role, language: str
) -> None:
    files = [Upload("poder.jpg", "image/jpeg", picture())]
    told = filing.file(sqlite_desk, ANONYMOUS, a_filing(uploads=files))
    ask(sqlite_desk, told.folio)
    whole = {"code": told.code, "act": "answer", "answer": WORDS, "photo": (BytesIO(picture()), "x.jpg")}
    post(client, "/footage/answer", **whole)
    assert sorted(photos(sqlite_desk)) == ["photo", "upload"]
    text = drawn(portal, signed_in(role), f"/desk/case/{told.folio}", f"?lang={language}")
    assert "page-error" not in text
    assert "foto.jpg" in text
