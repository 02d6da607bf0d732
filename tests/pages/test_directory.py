"""Coming in by the city's own directory, and linking an identity, through the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from config.settings import Settings
from data_access.desk import Desk
from data_access.store import Store
from domain.audit import Wanted
from domain.identity import Identified
from domain.people import FRESH, SYSTEM, Role
from locales import LANGUAGES, Words
from services import accounts, audit, clock, directory, identity
from tests.pages.conftest import SignIn, fire
from tests.provider import Directory
from tests.provider import directory as listening
from web.directory import ASKED, KEPT
from web.server import create_public
from web.session import House

EMAIL = "inspector@ciudad.cl"
UNKNOWN = Words("en").text("errors.directory.unknown")
OTHER = Words("en").text("errors.identity.other")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def house() -> Iterator[Directory]:
    identity._told.cache_clear()
    with listening() as found:
        yield found


@pytest.fixture
def server(server: Flask, settings: Settings, house: Directory, sqlite_store: Store, sqlite_desk: Desk) -> Flask:
    """The portal of a city that has a directory; the one that it stands on puts its own settings back."""
    known = replace(settings, staff_provider=house.provider)
    server.extensions["atalaya"] = House(known, sqlite_store, sqlite_desk)
    return server


@pytest.fixture
def person(server: Flask, signed_in: SignIn, sqlite_store: Store, house: Directory) -> FlaskClient:
    """An inspector whose identity is linked, and who is signed in elsewhere."""
    client = signed_in(Role.INSPECTOR)
    _link(sqlite_store, house, EMAIL)
    return client


def _link(store: Store, house: Directory, email: str) -> None:
    actor = replace(accounts.one(store, SYSTEM, email).actor, proved_at=clock.now())
    directory.link(store, actor, Identified(house.provider.issuer, house.subject, {}))


def _question(client: FlaskClient, onward: str = "") -> str:
    """Where a browser is sent that wants to come in."""
    answer = client.get(f"/directory?{urlencode({'next': onward})}" if onward else "/directory")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def _back(client: FlaskClient, told: dict[str, str]) -> TestResponse:
    return client.get("/directory/back", query_string=told, headers=ENGLISH)


def _come_in(client: FlaskClient, house: Directory, onward: str = "", **told: str) -> TestResponse:
    return _back(client, house.come_back(_question(client, onward)) | told)


def _inside(client: FlaskClient) -> bool:
    return client.get("/password").status_code == 200


def _press(app: Dash, client: FlaskClient, do: str) -> TestResponse:
    output = next(out for out, known in app.callback_map.items() if '"own-directory"' in known["inputs"][0]["id"])
    pressed = json.dumps({"do": do, "type": "own-directory"}, separators=(",", ":"))
    return fire(app, client, output, pressed=pressed)


def _sent(answer: TestResponse) -> str:
    """Where the account page leads whoever wants to link their identity."""
    assert answer.status_code == 200, answer.text
    return str(answer.json["response"]["own-go"]["href"])


def _told(store: Store, action: str) -> list[tuple[str, dict[str, Any]]]:
    return [(one.actor, dict(one.details)) for one in audit.read(store, SYSTEM, Wanted(action=action))[0]]


# --- coming in ----------------------------------------------------------------------------------------------------


def test_who_linked_their_identity_comes_in_where_they_wanted(
    server: Flask, person: FlaskClient, house: Directory, sqlite_store: Store
) -> None:
    client = server.test_client()
    answer = _come_in(client, house, "/map?type=robbery")
    assert (answer.status_code, answer.location) == (302, "/map?type=robbery")
    assert _inside(client)
    assert _told(sqlite_store, "sign_in") == [(EMAIL, {"by": "identity"})]
    with client.session_transaction() as kept:
        assert ASKED not in kept


def test_the_browser_is_sent_with_state_nonce_and_the_digest_of_what_it_keeps(
    server: Flask, client: FlaskClient, house: Directory
) -> None:
    sent = parse_qs(urlsplit(_question(client)).query)
    with client.session_transaction() as kept:
        asked = kept[ASKED]
    assert (sent["state"], sent["nonce"]) == ([asked["state"]], [asked["nonce"]])
    assert (sent["code_challenge_method"], sent["redirect_uri"]) == (["S256"], ["http://localhost/directory/back"])
    assert asked["verifier"] not in str(sent)
    assert set(asked) == {"what", "at", "next", "state", "nonce", "verifier"}


def test_coming_in_begins_a_fresh_session(server: Flask, person: FlaskClient, house: Directory) -> None:
    client = server.test_client()
    with client.session_transaction() as planted:
        planted.update(secret="of somebody else", _user_id="somebody else", planted="yes")
    _come_in(client, house)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["secret"] != "of somebody else"
    assert _inside(client)


def test_in_production_the_return_address_is_https(server: Flask, client: FlaskClient, house: Directory) -> None:
    known = server.extensions["atalaya"]
    server.extensions["atalaya"] = replace(known, settings=replace(known.settings, production=True))
    sent = parse_qs(urlsplit(_question(client)).query)
    assert sent["redirect_uri"] == ["https://localhost/directory/back"]


@pytest.mark.parametrize("claim", ["role", "roles", "groups", "permissions", "email", "preferred_username"])
def test_no_claim_gives_a_role_or_another_account(
    claim: str, server: Flask, signed_in: SignIn, person: FlaskClient, house: Directory, sqlite_store: Store
) -> None:
    signed_in(Role.ADMINISTRATOR)
    house.claims = {claim: ["administrator"] if claim.endswith("s") else "administrator@ciudad.cl"}
    house.person = {claim: "administrator"}
    client = server.test_client()
    assert _come_in(client, house).location == "/staff"
    assert client.get("/accounts").status_code == 403
    assert accounts.one(sqlite_store, SYSTEM, EMAIL).roles == {Role.INSPECTOR}


@pytest.mark.parametrize(
    "there", ["//evil.example", "/\\evil.example", "https://evil.example/", "/\t/evil.example", "javascript:alert(1)"]
)
def test_coming_in_leads_to_no_other_site(there: str, server: Flask, person: FlaskClient, house: Directory) -> None:
    assert _come_in(server.test_client(), house, there).location == "/staff"
    assert person.get(f"/directory?{urlencode({'next': there})}").location == "/staff"


def test_the_second_factor_is_asked_of_whoever_must_have_it(
    server: Flask, signed_in: SignIn, house: Directory, sqlite_store: Store
) -> None:
    signed_in(Role.CUSTODIAN)
    _link(sqlite_store, house, f"{Role.CUSTODIAN}@ciudad.cl")
    client = server.test_client()
    answer = _come_in(client, house, "/desk?status=open")
    assert (answer.status_code, answer.location) == (302, "/second-factor?next=/desk?status%3Dopen")
    assert client.get(answer.location).status_code == 200
    assert not _inside(client)
    assert client.get("/desk").location.startswith("/login")
    assert _told(sqlite_store, "sign_in") == []


def test_a_password_that_was_made_for_somebody_is_changed_first(
    server: Flask, person: FlaskClient, house: Directory, sqlite_store: Store
) -> None:
    accounts.set_password(sqlite_store, SYSTEM, EMAIL)
    client = server.test_client()
    assert _come_in(client, house, "/map").location == "/map"
    assert client.get("/map").location == "/password"


# --- refusals -----------------------------------------------------------------------------------------------------


def test_a_stranger_and_a_deactivated_account_are_told_the_same_and_the_password_goes_on(
    server: Flask, person: FlaskClient, house: Directory, sqlite_store: Store
) -> None:
    accounts.set_active(sqlite_store, SYSTEM, EMAIL, False)
    answers = []
    for subject in ("person-7", "person-8"):
        house.subject = subject
        answers.append(_come_in(client := server.test_client(), house, "/map"))
        assert not _inside(client)
    for answer in answers:
        assert answer.status_code == 403
        assert UNKNOWN in answer.text
        assert '<form method="post" action="/login"' in answer.text
        assert 'value="/map"' in answer.text
    assert [details for _, details in _told(sqlite_store, "sign_in.failed")] == [{"by": "identity"}] * 2


def test_a_demo_account_does_not_come_in_in_production(
    server: Flask, person: FlaskClient, house: Directory, sqlite_store: Store
) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("update users set demo = true"))
    known = server.extensions["atalaya"]
    server.extensions["atalaya"] = replace(known, settings=replace(known.settings, production=True))
    answer = _come_in(client := server.test_client(), house)
    assert (answer.status_code, UNKNOWN in answer.text) == (403, True)
    assert not _inside(client)


@pytest.mark.parametrize("state", ["", "x" * 43, "ñ"])
def test_an_answer_with_another_state_lets_nobody_in(
    state: str, server: Flask, person: FlaskClient, house: Directory
) -> None:
    client = server.test_client()
    told = house.come_back(_question(client))
    assert _back(client, told | {"state": state}).status_code == 400
    again = _back(client, told)
    assert (again.status_code, OTHER in again.text) == (400, True), "a question is good once, also for a wrong answer"
    assert not _inside(client)


def test_the_return_address_counts_once(server: Flask, person: FlaskClient, house: Directory) -> None:
    client = server.test_client()
    told = house.come_back(_question(client))
    assert _back(client, told).status_code == 302
    assert _back(client, told).status_code == 400
    client.set_cookie("session", "")
    assert _back(client, told).status_code == 400
    assert not _inside(client)


def test_the_return_address_of_another_browser_lets_nobody_in(
    server: Flask, person: FlaskClient, house: Directory
) -> None:
    """Whoever is led to an attacker's own answer does not come in as the attacker."""
    attacker, victim = server.test_client(), server.test_client()
    told = house.come_back(_question(attacker))
    for prepare in (lambda: None, lambda: _question(victim)):
        prepare()
        assert _back(victim, told).status_code == 400
        assert not _inside(victim)


def test_a_question_is_good_for_ten_minutes(
    server: Flask, person: FlaskClient, house: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server.test_client()
    told = house.come_back(_question(client))
    late = clock.now() + KEPT + 1
    monkeypatch.setattr(clock, "now", lambda: late)
    answer = _back(client, told)
    assert (answer.status_code, OTHER in answer.text) == (400, True)


def test_who_says_no_at_the_directory_may_still_give_a_password(
    server: Flask, client: FlaskClient, house: Directory
) -> None:
    house.refuses = True
    answer = _come_in(client, house)
    assert answer.status_code == 403
    assert Words("en").text("errors.identity.refused", provider=house.provider.name) in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_directory_that_does_not_answer_leaves_the_password(
    language: str, server: Flask, client: FlaskClient
) -> None:
    known = server.extensions["atalaya"]
    gone = replace(known.settings.staff_provider, issuer="http://127.0.0.1:1")
    server.extensions["atalaya"] = replace(known, settings=replace(known.settings, staff_provider=gone))
    answer = client.get("/directory?next=/map", headers={"Accept-Language": language})
    assert answer.status_code == 502
    assert Words(language).text("errors.identity.unreachable", provider=gone.name) in answer.text
    assert 'name="password"' in answer.text
    assert 'value="/map"' in answer.text


def test_a_portal_without_a_directory_has_no_such_addresses(
    server: Flask, settings: Settings, signed_in: SignIn, portal: Dash
) -> None:
    server.extensions["atalaya"] = replace(server.extensions["atalaya"], settings=settings)
    client = server.test_client()
    assert [client.get(path).status_code for path in ("/directory", "/directory/back")] == [404, 404]
    assert "/directory" not in client.get("/login").text
    assert _press(portal, signed_in(Role.INSPECTOR), "link").status_code == 404


def test_the_process_of_the_public_has_no_such_addresses(server: Flask, sqlite_desk: Desk) -> None:
    settings = replace(server.extensions["atalaya"].settings, face="public")
    public = create_public(settings, sqlite_desk).test_client()
    assert [public.get(path).status_code for path in ("/directory", "/directory/back")] == [404, 404]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_names_the_directory_and_keeps_where_one_wanted_to_go(
    language: str, server: Flask, client: FlaskClient, house: Directory
) -> None:
    shown = client.get("/login?next=/map", headers={"Accept-Language": language}).text
    assert (
        f'href="/directory?next=/map">{Words(language).text("accounts.sign_in.by", name=house.provider.name)}</a>'
        in shown
    )


# --- linking ------------------------------------------------------------------------------------------------------


def test_a_person_links_their_identity_from_their_account_and_takes_it_back(
    portal: Dash, server: Flask, signed_in: SignIn, house: Directory, sqlite_store: Store
) -> None:
    inspector = signed_in(Role.INSPECTOR)
    answer = _back(inspector, house.come_back(_sent(_press(portal, inspector, "link"))))
    assert (answer.status_code, answer.location) == (302, "/account")
    assert _come_in(client := server.test_client(), house).location == "/staff"
    assert _inside(client)
    assert "own-directory" in _press(portal, inspector, "unlink").text
    assert UNKNOWN in _come_in(server.test_client(), house).text
    assert _told(sqlite_store, "identity.linked") == [(EMAIL, {"issuer": house.provider.issuer})]
    assert _told(sqlite_store, "identity.unlinked") == [(EMAIL, {})]


def test_linking_asks_for_the_password_that_was_given_long_ago_also_when_one_comes_back(
    portal: Dash, signed_in: SignIn, house: Directory, sqlite_store: Store
) -> None:
    inspector = signed_in(Role.INSPECTOR)
    url = _sent(_press(portal, inspector, "link"))
    with sqlite_store.engine.begin() as connection:
        connection.execute(text(f"update sessions set created_at = created_at - {FRESH + 1}"))
    assert _back(inspector, house.come_back(url)).status_code == 403
    for do in ("link", "unlink"):
        answer = _press(portal, inspector, do)
        assert (answer.status_code, answer.json["again"]) == (403, True)
    assert not accounts.one(sqlite_store, SYSTEM, EMAIL).linked


def test_no_other_site_makes_a_person_link(server: Flask, portal: Dash, signed_in: SignIn) -> None:
    inspector = signed_in(Role.INSPECTOR)
    del inspector.environ_base["HTTP_X_CSRFTOKEN"]
    assert _press(portal, inspector, "link").status_code == 403
    with inspector.session_transaction() as kept:
        assert ASKED not in kept


def test_a_question_to_come_in_links_nothing_and_one_to_link_lets_nobody_in(
    portal: Dash, server: Flask, signed_in: SignIn, house: Directory, sqlite_store: Store
) -> None:
    client = server.test_client()
    told = house.come_back(_question(client))
    with client.session_transaction() as kept:
        asked = kept[ASKED]
    inspector = signed_in(Role.INSPECTOR)
    with inspector.session_transaction() as kept:  # somebody who is signed in brings it back
        kept[ASKED] = asked
    assert _back(inspector, told).status_code == 403
    assert not accounts.one(sqlite_store, SYSTEM, EMAIL).linked
    _link(sqlite_store, house, EMAIL)
    told = house.come_back(_sent(_press(portal, inspector, "link")))
    with inspector.session_transaction() as kept:
        asked = kept[ASKED]
    stranger = server.test_client()
    with stranger.session_transaction() as kept:
        kept[ASKED] = asked
    assert _back(stranger, told).status_code == 401
    assert not _inside(stranger)


def test_who_signed_out_meanwhile_links_nothing(
    portal: Dash, signed_in: SignIn, house: Directory, sqlite_store: Store
) -> None:
    inspector = signed_in(Role.INSPECTOR)
    told = house.come_back(_sent(_press(portal, inspector, "link")))
    inspector.post("/logout")
    assert _back(inspector, told).status_code == 400
    assert not accounts.one(sqlite_store, SYSTEM, EMAIL).linked


def test_an_identity_of_another_account_is_not_linked_and_the_page_says_so(
    portal: Dash, signed_in: SignIn, person: FlaskClient, house: Directory, sqlite_store: Store
) -> None:
    analyst = signed_in(Role.ANALYST)
    answer = _back(analyst, house.come_back(_sent(_press(portal, analyst, "link"))))
    assert (answer.status_code, Words("en").text("errors.directory.taken") in answer.text) == (400, True)
    assert not accounts.one(sqlite_store, SYSTEM, f"{Role.ANALYST}@ciudad.cl").linked


def test_an_administrator_sees_a_linked_identity_and_takes_it_away(
    portal: Dash, server: Flask, signed_in: SignIn, person: FlaskClient, house: Directory, sqlite_store: Store
) -> None:
    administrator, number = signed_in(Role.ADMINISTRATOR), accounts.one(sqlite_store, SYSTEM, EMAIL).id
    output = next(out for out, known in portal.callback_map.items() if '"account-do"' in known["inputs"][0]["id"])
    pressed = json.dumps({"account": number, "do": "unlink", "type": "account-do"}, separators=(",", ":"))
    assert fire(portal, administrator, output, pressed=pressed).status_code == 200
    assert not _inside(person)
    assert UNKNOWN in _come_in(server.test_client(), house).text
    assert _told(sqlite_store, "identity.unlinked") == [("administrator@ciudad.cl", {})]
