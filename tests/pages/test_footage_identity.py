"""A resident identifies themselves with a provider before filling in the form: over HTTP, on the public face alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from components.footage_form import FULL
from config.settings import Settings
from data_access.desk import Desk, events, requests
from data_access.desk_schema import requests as table
from domain.footage.case import identified
from domain.footage.draft import Kind
from domain.footage.states import Status
from locales import Words
from services import clock, identity
from services.footage.identifying import LASTING, TRIES
from tests.forms import form
from tests.pages.test_footage_form import CODE, PLACE, REPRESENTATIVE
from tests.pages.test_footage_form import PARTY as TYPED
from tests.provider import Directory, clave_unica
from web.server import create_public

PARTY = TYPED | {"delivery": "download", "name": "", "document_type": "", "document": ""}
FORGED = {"name": "Otra Persona", "document_type": "passport", "document": "AB123456"}
SPANISH = Words("es")


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


@pytest.fixture
def server(house: Directory, tmp_path: Path, sqlite_desk: Desk) -> Flask:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    own = Settings(tmp_path, nowhere, "a secret of the tests", face="public", resident_provider=house.provider)
    return create_public(own, sqlite_desk)


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


def leave(client: FlaskClient, kind: str = "party") -> str:
    """Begin at the form's link, and be sent to the provider."""
    answer = client.get("/footage/identify", query_string={"kind": kind})
    assert answer.status_code == 303
    return str(answer.location)


def back(client: FlaskClient, house: Directory, url: str, **told: str) -> TestResponse:
    """Come back from the provider, and end where that leads."""
    query = house.come_back(url) | told
    return client.get("/footage/identified", query_string=query, follow_redirects=True)


def identify(client: FlaskClient, house: Directory, kind: str = "party") -> TestResponse:
    return back(client, house, leave(client, kind))


def send(client: FlaskClient, later: dict[str, int], page: str, typed: dict[str, str]) -> TestResponse:
    found = form(page, "footage")
    later["seconds"] += 30
    return client.post(found.action, data=found.filled(**typed, proof=found.solved()))


def told(page: str, code: str) -> bool:
    return SPANISH.text(f"errors.identity.{code}", provider="ClaveÚnica") in page


def test_it_is_offered_before_anything_is_typed_and_the_form_goes_on_without(
    client: FlaskClient, later: dict[str, int]
) -> None:
    page = client.get("/footage/new?kind=party").text
    assert 'href="/footage/identify?kind=party"' in page
    assert {"name", "document"} <= form(page).ids
    again = send(client, later, page, TYPED | {"story": ""}).text
    assert "/footage/identify" not in again, "the way there would lose what was typed"
    assert CODE.search(send(client, later, again, {"story": TYPED["story"]}).text)


@pytest.mark.parametrize("kind", list(Kind))
def test_it_is_offered_where_the_form_asks_who_somebody_is(client: FlaskClient, kind: str) -> None:
    if kind == Kind.AUTHORITY:
        assert "/footage/identify" not in client.get("/footage/new").text
        return
    page = client.get("/footage/new", query_string={"kind": kind}, follow_redirects=True).text
    assert ("/footage/identify" in page) is (kind != Kind.PRESERVE)


def test_without_a_provider_nothing_of_it_is_there(sqlite_desk: Desk, tmp_path: Path) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    client = create_public(Settings(tmp_path, nowhere, "a secret", face="public"), sqlite_desk).test_client()
    assert "/footage/identify" not in client.get("/footage/new?kind=party").text
    assert [client.get(path).status_code for path in ("/footage/identify", "/footage/identified")] == [404, 404]


@pytest.mark.parametrize("kind", FULL)
def test_who_comes_back_finds_the_form_with_who_they_are(client: FlaskClient, house: Directory, kind: str) -> None:
    answer = identify(client, house, kind)
    assert (answer.status_code, answer.request.args.get("code")) == (200, None)
    assert answer.request.path == ("/footage/represent" if kind == "representative" else "/footage/new")
    assert "Rosa Inés Pardo Soto" in answer.text
    assert "12345678-5" in answer.text
    assert not {"name", "document", "document_type"} & form(answer.text).ids
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_quick_way_out_leaves_no_name_behind(client: FlaskClient, house: Directory) -> None:
    assert 'href="/footage/leave"' in identify(client, house).text
    out = client.get("/footage/leave")
    assert (out.status_code, out.location) == (303, "https://es.wikipedia.org/")
    assert "Rosa" not in client.get("/footage/new?kind=party").text


@pytest.mark.parametrize("typed", [PARTY, PARTY | FORGED])
def test_what_the_provider_said_is_filed_whatever_the_form_says(
    client: FlaskClient, house: Directory, later: dict[str, int], sqlite_desk: Desk, typed: dict[str, str]
) -> None:
    assert CODE.search(send(client, later, identify(client, house).text, typed).text)
    with sqlite_desk.engine.connect() as connection:
        case = requests.by_folio(connection, str(connection.scalar(select(table.c.folio))))
        assert case is not None
        who, links = requests.who(connection, sqlite_desk.seal, case), events.of(connection, case.folio)
    assert who is not None
    assert (who["name"], who["document"], who["document_type"]) == ("Rosa Inés Pardo Soto", "12345678-5", "rut")
    assert (case.status, identified(links)) == (Status.RECEIVED, True)


def test_a_name_alone_is_shown_and_the_document_is_typed_and_checked_by_the_desk(
    client: FlaskClient, house: Directory, later: dict[str, int], sqlite_desk: Desk
) -> None:
    house.person = {"name": "Rosa Pardo"}
    page = identify(client, house).text
    assert ("document" in form(page).ids, "name" in form(page).ids) == (True, False)
    document = {"document_type": "rut", "document": "12.345.678-5"}
    assert CODE.search(send(client, later, page, PARTY | document).text)
    with sqlite_desk.engine.connect() as connection:
        assert connection.scalars(select(table.c.status)).all() == [Status.IDENTITY]


def test_what_is_wrong_elsewhere_leaves_who_they_are(
    client: FlaskClient, house: Directory, later: dict[str, int]
) -> None:
    answer = send(client, later, identify(client, house).text, PARTY | {"story": ""})
    assert (answer.status_code, "Rosa Inés Pardo Soto" in answer.text) == (422, True)
    assert CODE.search(send(client, later, answer.text, {"story": TYPED["story"]}).text)


def test_who_sends_the_form_twice_is_answered_the_same_and_the_next_form_knows_nobody(
    client: FlaskClient, house: Directory, later: dict[str, int]
) -> None:
    page = identify(client, house).text
    first, second = (send(client, later, page, PARTY) for _ in range(2))
    assert CODE.findall(first.text) == CODE.findall(second.text) != []
    assert "Rosa" not in client.get("/footage/new?kind=party").text


def test_a_form_is_filed_for_whom_it_was_shown_with_alone(
    client: FlaskClient, house: Directory, later: dict[str, int], sqlite_desk: Desk
) -> None:
    typed, rosa = client.get("/footage/new?kind=party").text, identify(client, house).text
    house.subject, house.person = "person-8", {"name": "Luis Soto", "RolUnico": house.person["RolUnico"]}
    identify(client, house)
    answer = send(client, later, rosa, PARTY)
    assert (answer.status_code, "Luis" in answer.text) == (422, False)
    assert SPANISH.text("footage_form.identity.gone", provider="ClaveÚnica") in answer.text
    assert CODE.search(send(client, later, typed, TYPED).text)
    with sqlite_desk.engine.connect() as connection:
        case = requests.by_folio(connection, str(connection.scalar(select(table.c.folio))))
        assert case is not None
        who = requests.who(connection, sqlite_desk.seal, case)
    assert who is not None
    assert (who["name"], who["stated"]) == (TYPED["name"], None)


def test_who_is_somebody_else_takes_it_back(client: FlaskClient, house: Directory) -> None:
    page = identify(client, house).text
    token = form(page, "footage").values["csrf_token"][0]
    answer = client.post("/footage/identify", data={"csrf_token": token, "kind": "party"}, follow_redirects=True)
    assert (answer.status_code, "Rosa" in answer.text, "name" in form(answer.text).ids) == (200, False, True)
    assert client.post("/footage/identify", data={"kind": "party"}).status_code == 403


def test_after_half_an_hour_the_form_asks_and_keeps_the_rest(
    client: FlaskClient, house: Directory, later: dict[str, int], sqlite_desk: Desk
) -> None:
    page = identify(client, house).text
    later["seconds"] = LASTING
    answer = send(client, later, page, PARTY)
    found = form(answer.text, "footage")
    assert (answer.status_code, found.values["story"]) == (422, [TYPED["story"]])
    assert SPANISH.text("footage_form.identity.gone", provider="ClaveÚnica") in answer.text
    assert {"name", "document"} <= found.ids
    with sqlite_desk.engine.connect() as connection:
        assert connection.scalars(select(table.c.id)).all() == []


# --- what is not believed


def test_the_answer_to_another_question_is_refused(client: FlaskClient, house: Directory) -> None:
    answer = back(client, house, leave(client), state="another")
    assert (answer.status_code, told(answer.text, "other"), "Rosa" in answer.text) == (200, True, False)


def test_an_answer_counts_once(client: FlaskClient, house: Directory) -> None:
    query = house.come_back(leave(client))
    client.get("/footage/identified", query_string=query)
    answer = client.get("/footage/identified", query_string=query, follow_redirects=True)
    assert told(answer.text, "other")


def test_the_address_of_another_browser_identifies_nobody(server: Flask, client: FlaskClient, house: Directory) -> None:
    query = house.come_back(leave(client))
    other = server.test_client()
    answer = other.get("/footage/identified", query_string=query, follow_redirects=True)
    assert (answer.request.path, told(answer.text, "other")) == ("/footage/new", True)
    assert "Rosa" not in other.get("/footage/new?kind=party").text


def test_what_the_browser_keeps_is_neither_read_nor_made_elsewhere(
    server: Flask, client: FlaskClient, house: Directory
) -> None:
    identify(client, house)
    cookie = client.get_cookie("session")
    assert cookie is not None
    kept = server.session_interface.get_signing_serializer(server).loads(cookie.value)  # type: ignore[attr-defined]
    assert not any(word in str(kept) for word in ("Rosa", "12345678", "person-7"))
    other = server.test_client()
    with other.session_transaction() as session:
        session["identity_stated"] = kept["identity_stated"][:-9] + "forged-00"
    assert "Rosa" not in other.get("/footage/new?kind=party").text
    other.set_cookie("session", cookie.value[:-4] + "AAAA")
    assert "Rosa" not in other.get("/footage/new?kind=party").text


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(
    house: Directory, tmp_path: Path, sqlite_desk: Desk
) -> None:
    own = Settings(tmp_path, "", "a secret of the tests", True, "public", resident_provider=house.provider)
    answer = create_public(own, sqlite_desk).test_client().get("/footage/identify?kind=party")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_the_way_back_is_that_of_the_settings(house: Directory, tmp_path: Path, sqlite_desk: Desk) -> None:
    own = Settings(tmp_path, "", "a secret", face="public", resident_provider=house.provider)
    own = replace(own, public_url="https://atalaya.example.org")
    answer = create_public(own, sqlite_desk).test_client().get("/footage/identify", headers={"Host": "evil.example"})
    asked = parse_qs(urlsplit(answer.location).query)["redirect_uri"]
    assert asked == ["https://atalaya.example.org/footage/identified"]


def test_who_says_no_there_goes_on_without(client: FlaskClient, house: Directory) -> None:
    house.refuses = True
    answer = identify(client, house, "crash")
    assert (told(answer.text, "refused"), answer.request.args["kind"]) == (True, "crash")
    assert "name" in form(answer.text).ids


def test_a_provider_that_fails_is_told_and_leaves_a_line_for_the_operator(
    client: FlaskClient, house: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    house.claims = {"nonce": "of another question"}
    assert told(identify(client, house).text, "unreachable")
    assert "ClaveÚnica failed" in caplog.text
    identity._told.cache_clear()
    house.house = {"issuer": "https://elsewhere.example"}
    answer = client.get("/footage/identify?kind=party", follow_redirects=True)
    assert told(answer.text, "unreachable")


def test_after_so_many_tries_it_is_told(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(TRIES):
        leave(client)
    answer = client.get("/footage/identify?kind=party", follow_redirects=True)
    assert told(answer.text, "often")
    assert "name" in form(answer.text).ids


@pytest.mark.parametrize("query", ["kind=preserve", "kind=authority", "kind=x", "kind=party&camera=nobody"])
def test_it_comes_back_to_forms_of_ours_alone(client: FlaskClient, query: str) -> None:
    assert client.get(f"/footage/identify?{query}").status_code == 400


def test_a_reason_that_is_none_is_refused(client: FlaskClient) -> None:
    assert client.get("/footage/new?kind=party&identity=x").status_code == 400
    assert told(client.get("/footage/new?identity=other").text, "other")
    assert told(client.get("/footage/represent?identity=refused").text, "refused")


def test_the_files_of_who_acts_for_another_are_taken_too(
    client: FlaskClient, house: Directory, later: dict[str, int]
) -> None:
    typed = {name: value for name, value in REPRESENTATIVE.items() if name not in ("name", "document")} | PLACE
    assert CODE.search(send(client, later, identify(client, house, "representative").text, typed).text)


def test_the_privacy_page_says_what_is_kept_of_it(client: FlaskClient) -> None:
    assert SPANISH.text("public.privacy.identity") in client.get("/privacy").text
