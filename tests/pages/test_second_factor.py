"""Signing in with a second factor, through the pages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import text
from werkzeug.test import TestResponse

from data_access.store import Store
from domain.audit import Wanted
from domain.people import SYSTEM, Actor, Role
from services import accounts, audit, clock, second_factor, sign_in
from tests.pages.conftest import SignIn, fire

EMAIL, PASSWORD = "custodia@ciudad.cl", "cuatro palabras sin nexo"
FIELD = re.compile(r'name="(csrf_token|kept|next)"[^>]*value="([^"]*)"')
KEY = re.compile(r'<code id="key">([A-Z2-7 ]+)</code>')
RECOVERY = re.compile(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}")


class Hands:
    """The clock of the portal, half a minute on for each code: none is used twice."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.time)

    def code(self, key: str) -> str:
        self.time += 30
        return str(TOTP(key.replace(" ", "")).generate(time=self.time).token)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


@pytest.fixture
def person(server: Flask, sqlite_store: Store) -> str:
    accounts.add(sqlite_store, SYSTEM, EMAIL, [Role.CUSTODIAN], password=PASSWORD)
    return EMAIL


def _fields(client: FlaskClient, path: str) -> dict[str, str]:
    return dict(FIELD.findall(client.get(path).text))


def _password(client: FlaskClient, **more: str) -> TestResponse:
    return client.post("/login", data={**_fields(client, "/login"), "email": EMAIL, "password": PASSWORD, **more})


def _code(client: FlaskClient, code: str, path: str = "/second-factor") -> TestResponse:
    return client.post("/second-factor", data={**_fields(client, path), "code": code})


def _set_up(client: FlaskClient, hands: Hands) -> tuple[str, list[str]]:
    """The key and the recovery codes of a person who comes in for the first time."""
    _password(client)
    shown = client.get("/second-factor").text
    found = KEY.search(shown)
    assert found is not None
    answer = client.post("/second-factor", data={**dict(FIELD.findall(shown)), "code": hands.code(found[1])})
    assert answer.status_code == 200
    return found[1], RECOVERY.findall(answer.text)


def _inside(client: FlaskClient) -> bool:
    return client.get("/password").status_code == 200


def test_the_first_sign_in_sets_up_a_device_and_shows_the_recovery_codes(
    client: FlaskClient, person: str, hands: Hands
) -> None:
    answer = _password(client, next="/desk?status=open")
    assert (answer.status_code, answer.location) == (302, "/second-factor?next=/desk?status%3Dopen")
    shown = client.get(answer.location).text
    assert "<svg" in shown
    assert "otpauth://totp/Atalaya:custodia" in shown
    fields, key = dict(FIELD.findall(shown)), KEY.search(shown)
    assert key is not None
    wrong = client.post("/second-factor", data={**fields, "code": "000000"})
    assert (wrong.status_code, KEY.findall(wrong.text)) == (400, [key[1]])
    assert not _inside(client)
    done = client.post("/second-factor", data={**fields, "code": hands.code(key[1])})
    assert len(set(RECOVERY.findall(done.text))) == 10
    assert 'href="/desk?status=open"' in done.text
    assert done.headers["Cache-Control"].startswith("no-store")
    assert _inside(client)


def test_a_code_lets_a_person_in_where_they_wanted_and_only_then_it_is_noted(
    server: Flask, client: FlaskClient, person: str, hands: Hands, sqlite_store: Store
) -> None:
    key, _ = _set_up(client, hands)
    other = server.test_client()
    assert _password(other).location == "/second-factor"
    assert not _inside(other)
    reader = Actor(id=9, email="auditor@ciudad.cl", roles=frozenset({Role.AUDITOR}))
    _, count = audit.read(sqlite_store, reader, Wanted(action="sign_in"))
    code = hands.code(key)
    answer = _code(other, code, "/second-factor?next=/desk")
    assert (answer.status_code, answer.location) == (302, "/desk")
    assert _inside(other)
    assert audit.read(sqlite_store, reader, Wanted(action="sign_in"))[1] == count + 1
    third = server.test_client()
    _password(third)
    refused = _code(third, code)
    assert (refused.status_code, 'role="alert"' in refused.text) == (400, True)
    assert not _inside(third)


def test_a_recovery_code_lets_a_person_in_once(server: Flask, client: FlaskClient, person: str, hands: Hands) -> None:
    _, codes = _set_up(client, hands)
    for inside in (True, False):
        other = server.test_client()
        _password(other)
        _code(other, codes[0])
        assert _inside(other) is inside


def test_the_session_that_waited_ends_with_the_code_and_after_five_minutes(
    server: Flask, client: FlaskClient, person: str, hands: Hands, sqlite_store: Store
) -> None:
    key, _ = _set_up(client, hands)
    other = server.test_client()
    _password(other)
    waited = other.get_cookie("session")
    assert waited is not None
    _code(other, hands.code(key))
    copied = server.test_client()
    copied.set_cookie("session", waited.value)
    assert copied.get("/second-factor").location == "/login"
    late = server.test_client()
    _password(late)
    fields = _fields(late, "/second-factor")
    hands.time += sign_in.PENDING
    assert late.post("/second-factor", data={**fields, "code": hands.code(key)}).location == "/login"
    assert not _inside(late)


@pytest.mark.parametrize("there", ["//evil.example", "/\\evil.example", "https://evil.example/", "/\t/evil.example"])
def test_the_code_leads_to_no_other_site(
    there: str, server: Flask, client: FlaskClient, person: str, hands: Hands
) -> None:
    key, _ = _set_up(client, hands)
    _password(client := server.test_client())
    answer = client.post(
        "/second-factor", data={**_fields(client, "/second-factor"), "code": hands.code(key), "next": there}
    )
    assert answer.location == "/staff"


def test_what_cannot_be_taken_back_asks_for_a_code_too(
    portal: Dash, client: FlaskClient, person: str, hands: Hands, sqlite_store: Store
) -> None:
    key, _ = _set_up(client, hands)
    assert 'name="code"' in client.get("/again").text
    token = {"csrf_token": _fields(client, "/password")["csrf_token"]}
    before = client.get_cookie("session")
    for told in ({}, {"code": "000000"}):
        answer = client.post("/again", data={"password": PASSWORD, **told, **token})
        assert (answer.status_code, answer.json["error"]) == (400, "second_factor.wrong")
    assert client.post("/again", data={"password": PASSWORD, "code": hands.code(key), **token}).status_code == 200
    assert client.get_cookie("session") != before
    assert _inside(client)


def test_a_person_who_needs_none_is_asked_for_none_until_they_set_one_up(
    portal: Dash, signed_in: SignIn, hands: Hands, sqlite_store: Store, server: Flask
) -> None:
    analyst, email = signed_in(Role.ANALYST), "analyst@ciudad.cl"
    assert 'name="code"' not in analyst.get("/again").text
    assert analyst.get("/second-factor").location == "/account"
    told = json.loads(_press(portal, analyst, "change").text)["response"]
    key = re.search(r'"Code".*?"children": ?"([A-Z2-7 ]{30,})"|([A-Z2-7]{4}(?: [A-Z2-7]{4})+)', json.dumps(told))
    assert key is not None
    kept, code = told["own-factor-kept"]["data"], hands.code(key[1] or key[2])
    output = next(out for out, known in portal.callback_map.items() if known["inputs"][0]["id"] == "own-factor-confirm")
    answer = fire(portal, analyst, output, own_factor_confirm_n_clicks=1, own_factor_code_value=code, data=kept)
    assert len(set(RECOVERY.findall(answer.text))) == 10
    assert accounts.one(sqlite_store, SYSTEM, email).factor_since == hands.time
    other = server.test_client()
    fields = _fields(other, "/login")
    sent = other.post("/login", data={**fields, "email": email, "password": PASSWORD})
    assert sent.location == "/second-factor"


def _press(app: Dash, client: FlaskClient, do: str) -> Any:
    output = next(out for out, known in app.callback_map.items() if '"own-factor"' in known["inputs"][0]["id"])
    pressed = json.dumps({"do": do, "type": "own-factor"}, separators=(",", ":"))
    return fire(app, client, output, pressed=pressed)


def test_another_device_asks_for_the_password_that_was_given_long_ago(
    portal: Dash, signed_in: SignIn, sqlite_store: Store
) -> None:
    analyst = signed_in(Role.ANALYST)
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("update sessions set created_at = created_at - 601"))
    answer = _press(portal, analyst, "change")
    assert (answer.status_code, answer.json["error"], answer.json["again"]) == (403, "sign_in.again", True)


def test_a_demo_account_comes_in_at_once_and_its_page_says_so(portal: Dash, server: Flask, sqlite_store: Store) -> None:
    accounts.ensure_demo(sqlite_store)
    client = server.test_client()
    told = {"email": f"{Role.CUSTODIAN}@demo.atalaya", "password": accounts.DEMO_PASSWORD, **_fields(client, "/login")}
    assert client.post("/login", data=told).location == "/staff"
    assert _inside(client)


def test_whoever_lost_device_and_codes_sets_up_another_after_the_administrator(
    server: Flask, client: FlaskClient, person: str, hands: Hands, sqlite_store: Store
) -> None:
    _set_up(client, hands)
    second_factor.reset(sqlite_store, SYSTEM, EMAIL)
    assert not _inside(client)
    key, codes = _set_up(server.test_client(), hands)
    assert key
    assert len(codes) == 10
