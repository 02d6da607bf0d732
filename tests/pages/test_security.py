"""What every request meets before it reaches a page: cookies, tokens, origins, headers, languages, errors."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

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
from domain.people import SYSTEM, Actor, Role
from services import accounts, audit, clock
from tests.forms import form
from tests.pages.conftest import SignIn, fire, with_token
from web import headers
from web.server import create_public, create_server
from web.session import House

EMAIL, PASSWORD = "ana@ciudad.cl", "cuatro palabras sin nexo"
SECRET_FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def person(server: Flask, sqlite_store: Store) -> str:
    accounts.add(sqlite_store, SYSTEM, EMAIL, [Role.INSPECTOR], password=PASSWORD)
    return EMAIL


def _form(client: FlaskClient, path: str = "/login") -> dict[str, str]:
    found = SECRET_FIELD.search(client.get(path).text)
    assert found is not None
    return {"csrf_token": found.group(1)}


def _come_in(client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/login", data={"email": email, "password": password, **_form(client), **more})


def _inside(client: FlaskClient) -> bool:
    return client.get("/password").status_code == 200


def _cookies(answer: TestResponse) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


# --- signing in -------------------------------------------------------------------------------------------------


def test_a_person_signs_in_and_lands_where_they_wanted(client: FlaskClient, person: str) -> None:
    asked = client.get("/map?type=robbery&lang=en")
    assert (asked.status_code, asked.location) == (302, "/login?next=/map?type%3Drobbery%26lang%3Den")
    answer = _come_in(client, next="/map?type=robbery")
    assert (answer.status_code, answer.location) == (302, "/map?type=robbery")
    assert _inside(client)


@pytest.mark.parametrize("language", ["es", "en"])
def test_who_is_refused_reads_one_sentence_whatever_was_wrong(language: str, client: FlaskClient, person: str) -> None:
    client.get(f"/login?lang={language}")
    told = set()
    for email, password in ((EMAIL, "wrong"), ("nobody@ciudad.cl", PASSWORD), ("", ""), ("x" * 300, "y")):
        answer = _come_in(client, email, password)
        found = re.search(r'role="alert"[^>]*>([^<]+)<', answer.text)
        assert found is not None
        told.add(found.group(1))
        assert not _inside(client)
    assert len(told) == 1


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://localhost@evil.example/",
        " //evil.example",
        "/\t/evil.example",
    ],
)
def test_signing_in_leads_to_no_other_site(there: str, client: FlaskClient, person: str) -> None:
    for answer in (_come_in(client, next=there), client.get("/login", query_string={"next": there})):
        assert answer.status_code == 302
        assert urlsplit(urljoin("http://localhost/login", answer.location)).netloc == "localhost"
        assert not re.search(r"[\\\s]|^//", answer.location), "browsers read these as another site"


def test_signing_in_begins_a_fresh_session(client: FlaskClient, person: str) -> None:
    """What somebody planted in the browser before is worth nothing afterwards."""
    with client.session_transaction() as session:
        session["planted"] = "by an attacker"
    before = _form(client)
    client.post("/login", data={"email": EMAIL, "password": PASSWORD, **before})
    with client.session_transaction() as session:
        assert "planted" not in session
    assert client.post("/logout", data=before).status_code == 403
    assert _inside(client)


def test_signing_out_ends_the_session_even_for_a_copy_of_the_cookie(
    server: Flask, client: FlaskClient, person: str
) -> None:
    _come_in(client)
    copied = client.get_cookie("session")
    assert copied is not None
    thief = server.test_client()
    thief.set_cookie("session", copied.value)
    assert _inside(thief)
    assert client.post("/logout", data=_form(client, "/password")).status_code == 302
    assert not _inside(client)
    assert not _inside(thief)


def test_a_session_that_was_left_alone_is_over(
    client: FlaskClient, person: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _come_in(client)
    later = clock.now() + settings.idle_minutes * 60
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not _inside(client)
    assert client.get("/map").location == "/login?next=/map"


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    portal: Dash, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst, began = signed_in(Role.ANALYST), clock.now()
    polls = [out for out, known in portal.callback_map.items() if known["inputs"][0]["property"] == "n_intervals"]
    assert len(polls) >= 3
    monkeypatch.setattr(clock, "now", lambda: began + 1000)
    for output in polls:
        fire(portal, analyst, output, 1)
    assert analyst.get("/session").json == {"left": 800, "told": ""}
    assert analyst.post("/session").status_code == 204
    assert analyst.get("/session").json == {"left": 1800, "told": ""}
    monkeypatch.setattr(clock, "now", lambda: began + 2000 + 700)
    assert "data-stay" in analyst.get("/session").json["told"]
    monkeypatch.setattr(clock, "now", lambda: began + 2000 + 800)
    assert analyst.get("/session").status_code == 401


def test_near_its_longest_duration_a_session_offers_no_way_to_go_on(
    signed_in: SignIn, sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst, longest = signed_in(Role.ANALYST), settings.session_minutes * 60
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("update sessions set created_at = created_at - :longest"), {"longest": longest - 60})
    told = analyst.get("/session").json["told"]
    assert told
    assert "data-stay" not in told


def test_signing_out_leaves_no_picture_in_the_browser(client: FlaskClient, person: str) -> None:
    _come_in(client)
    answer = client.post("/logout", data=_form(client, "/password"))
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_a_deactivated_person_is_out_at_once(client: FlaskClient, person: str, sqlite_store: Store) -> None:
    _come_in(client)
    accounts.set_active(sqlite_store, SYSTEM, EMAIL, False)
    assert not _inside(client)


def test_after_many_wrong_guesses_the_right_password_waits_too(client: FlaskClient, person: str) -> None:
    for _ in range(5):
        _come_in(client, password="wrong")
    answer = _come_in(client)
    assert answer.status_code == 200
    assert not _inside(client)


def test_sign_ins_and_failures_are_on_the_record(client: FlaskClient, person: str, sqlite_store: Store) -> None:
    _come_in(client, password="wrong")
    _come_in(client)
    client.post("/logout", data=_form(client, "/password"))
    reader = Actor(id=9, email="auditor@ciudad.cl", roles=frozenset({Role.AUDITOR}))
    events, _ = audit.read(sqlite_store, reader, Wanted(actor="ana"))
    assert [event.action for event in events] == ["sign_out", "sign_in", "sign_in.failed"]
    assert {event.object for event in events[1:]} == {"127.0.0.1"}


def test_nobody_signs_in_with_json_or_with_a_token_of_the_library(client: FlaskClient, person: str) -> None:
    headers = {"X-CSRFToken": _form(client)["csrf_token"]}
    given = {"email": EMAIL, "password": PASSWORD}
    for path in ("/login", "/login?include_auth_token"):
        assert client.post(path, json=given, headers=headers).status_code == 400
    for junk in ([], "x", [1, 2]):
        assert client.post("/login", json=junk, headers=headers).status_code == 400
    assert client.get("/password", headers={"Authentication-Token": "x"}).status_code == 302


def test_no_cookie_outlives_the_session(client: FlaskClient, person: str) -> None:
    answer = _come_in(client, remember="y")
    assert not any("remember" in name for name in _cookies(answer))
    assert "Expires" not in _cookies(answer)["session"]


# --- one's own password -----------------------------------------------------------------------------------------


def test_a_person_changes_the_password_and_stays_in_here_alone(server: Flask, client: FlaskClient, person: str) -> None:
    _come_in(client)
    other = server.test_client()
    _come_in(other)
    new = "otras cuatro palabras"
    fields = {"old": PASSWORD, "new": new, "again": new}
    answer = client.post("/password", data={**fields, **_form(client, "/password")})
    assert (answer.status_code, answer.location) == (302, "/password?done=1")
    assert _inside(client)
    assert not _inside(other)
    assert _come_in(server.test_client(), password=new).status_code == 302


@pytest.mark.parametrize(
    "fields",
    [
        {"old": "wrong", "new": "otras cuatro palabras", "again": "otras cuatro palabras"},
        {"old": PASSWORD, "new": "corta", "again": "corta"},
        {"old": PASSWORD, "new": "otras cuatro palabras", "again": "otras cinco palabras"},
        {},
    ],
    ids=["wrong", "short", "different", "empty"],
)
def test_a_password_that_will_not_do_is_told(fields: dict[str, str], client: FlaskClient, person: str) -> None:
    _come_in(client)
    answer = client.post("/password", data={**fields, **_form(client, "/password")})
    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("path", ["/password", "/again"])
def test_whoever_sits_at_an_open_session_may_not_guess_the_password_without_end(
    path: str, client: FlaskClient, person: str
) -> None:
    _come_in(client)
    fields = {"old": "wrong", "new": "otras cuatro palabras", "again": "otras cuatro palabras", "password": "wrong"}
    told = [client.post(path, data={**fields, **_form(client, "/password")}).status_code for _ in range(7)]
    assert told == [400] * 5 + [429] * 2


def test_a_password_that_was_given_must_be_changed_before_anything_else(
    portal: Dash, client: FlaskClient, person: str, sqlite_store: Store
) -> None:
    made = accounts.set_password(sqlite_store, SYSTEM, EMAIL)
    _come_in(client, password=made)
    assert client.get("/map").location == "/password"
    assert client.get(API).status_code == 403
    token = {"X-CSRFToken": _form(client, "/password")["csrf_token"]}
    client.environ_base["HTTP_X_CSRFTOKEN"] = token["X-CSRFToken"]
    refused = fire(portal, client, _some_callback(portal), {})
    assert (refused.status_code, refused.json["error"]) == (403, "password.must_change")
    fields = {"old": made, "new": "otras cuatro palabras", "again": "otras cuatro palabras"}
    assert client.post("/password", data={**fields, **_form(client, "/password")}).location == "/password?done=1"
    assert client.get("/map").status_code == 200


# --- requests from elsewhere ------------------------------------------------------------------------------------

ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("told", ELSEWHERE, ids=str)
def test_what_another_site_sends_is_refused_even_with_the_token(
    told: dict[str, str], portal: Dash, client: FlaskClient, person: str, signed_in: SignIn
) -> None:
    known = _form(client)
    answer = client.post("/login", data={"email": EMAIL, "password": PASSWORD, **known}, headers=told)
    assert answer.status_code == 403
    inspector = signed_in(Role.INSPECTOR)
    body = {"output": _some_callback(portal), "inputs": [], "outputs": []}
    assert inspector.post("/_dash-update-component", json=body, headers=told).status_code == 403


def test_in_production_the_same_name_without_tls_is_another_site(in_production: Flask) -> None:
    client = in_production.test_client()
    for origin, status in (("http://localhost", 403), ("https://localhost", 400)):  # 400: no token was sent
        answer = client.post("/login", json={}, headers={"Origin": origin})
        assert answer.status_code == status


@pytest.fixture(params=["staff", "public"])
def named(request: pytest.FixtureRequest, settings: Settings, sqlite_store: Store, sqlite_desk: Desk) -> FlaskClient:
    """Each face's server, which goes by a name of its own."""
    own = replace(settings, hosts=("atalaya.example.org",))
    if request.param == "public":
        return create_public(own, sqlite_desk).test_client()
    return create_server(own, sqlite_store, sqlite_desk).test_client()


def test_a_site_answers_to_its_own_name_alone(named: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for host in ("evil.example", "atalaya.example.org.evil.example", "evil.example:443"):
        for path in ("/healthz", "/nowhere"):
            answer = named.get(path, headers={"Host": host})
            assert (answer.status_code, answer.data) == (400, b"")
    assert "refused (host)" in caplog.text
    assert "evil" not in caplog.text
    for host in ("atalaya.example.org", "atalaya.example.org:443", "localhost"):
        assert named.get("/healthz", headers={"Host": host}).status_code == 200


def test_pages_name_the_site_of_the_settings(settings: Settings, sqlite_desk: Desk) -> None:
    own = replace(settings, public_url="https://atalaya.example.org")
    page = create_public(own, sqlite_desk).test_client().get("/privacy", headers={"Host": "evil.example"})
    assert 'href="https://atalaya.example.org/privacy"' in page.text
    assert "evil.example" not in page.text


def test_search_engines_keep_nothing_of_staff_and_nothing_that_asks_for_a_code(
    client: FlaskClient, signed_in: SignIn
) -> None:
    staff = [signed_in(Role.INSPECTOR).get("/map"), client.get("/login"), client.get("/api/v1/incidents/summary")]
    own = [client.get(path) for path in ("/footage/follow", "/footage/answer", "/footage/download", "/confirm")]
    for answer in (*staff, *own, client.post("/cameras"), client.get("/nowhere")):
        assert answer.headers.get("X-Robots-Tag") == "noindex", answer.request.path
    for path in ("/", "/privacy", "/footage", "/footage/new?kind=party", "/cameras"):
        assert "X-Robots-Tag" not in client.get(path).headers, path


def test_a_callback_needs_the_token_that_the_page_was_given(portal: Dash, signed_in: SignIn) -> None:
    inspector = signed_in(Role.INSPECTOR)
    output = _some_callback(portal)
    assert fire(portal, inspector, output, {}).status_code not in (401, 403)
    good = inspector.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert fire(portal, inspector, output, {}).status_code == 403
    # The first letter: the last one carries two bits that base64 throws away, so another may say the same.
    inspector.environ_base["HTTP_X_CSRFTOKEN"] = ("a" if good[0] != "a" else "b") + good[1:]
    assert fire(portal, inspector, output, {}).status_code == 403


def test_the_token_of_one_person_is_worth_nothing_to_another(portal: Dash, client: FlaskClient, person: str) -> None:
    stranger = _form(client)["csrf_token"]
    other = client.application.test_client()
    _come_in(other)
    other.environ_base["HTTP_X_CSRFTOKEN"] = stranger
    assert fire(portal, other, _some_callback(portal), {}).status_code == 403


def test_dash_sends_the_cookie_that_the_portal_writes(portal: Dash, signed_in: SignIn) -> None:
    """The browser's half of Dash copies the cookie into the header: the names must agree."""
    written = _cookies(signed_in(Role.INSPECTOR).get("/map"))
    assert portal.config.csrf_token_name in written
    assert "HttpOnly" not in written[portal.config.csrf_token_name]
    assert portal.config.csrf_header_name == "X-CSRFToken"


def _some_callback(app: Dash) -> str:
    return next(out for out, known in app.callback_map.items() if "callback" in known and "_pages" not in out)


# --- bearer tokens ----------------------------------------------------------------------------------------------

API = "/api/v1/incidents/summary"


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_opens_the_json_addresses_and_nothing_else(
    portal: Dash, server: Flask, person: str, sqlite_store: Store
) -> None:
    told = _bearer(accounts.make_token(sqlite_store, SYSTEM, EMAIL))
    client = with_token(server)
    assert client.get(API, headers=told).status_code not in (401, 403)
    assert client.get("/map", headers=told).status_code == 302
    assert client.get("/password", headers=told).status_code == 302
    body = {"output": _some_callback(portal), "inputs": [], "outputs": []}
    assert client.post("/_dash-update-component", json=body, headers=told).status_code in (400, 401)


def test_a_token_gives_what_its_person_may_do_and_no_more(server: Flask, sqlite_store: Store) -> None:
    accounts.add(sqlite_store, SYSTEM, "custodia@ciudad.cl", [Role.CUSTODIAN], password=PASSWORD)
    told = _bearer(accounts.make_token(sqlite_store, SYSTEM, "custodia@ciudad.cl"))
    assert server.test_client().get(API, headers=told).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "atl_" + "x" * 43, "Bearer", "é"])
def test_a_token_that_nobody_was_given_is_refused_even_beside_a_session(
    token: str, signed_in: SignIn, server: Flask
) -> None:
    for client in (server.test_client(), signed_in(Role.INSPECTOR)):
        assert client.get(API, headers=_bearer(token)).status_code == 401


def test_a_revoked_token_is_refused(server: Flask, person: str, sqlite_store: Store) -> None:
    told = _bearer(accounts.make_token(sqlite_store, SYSTEM, EMAIL))
    accounts.revoke_tokens(sqlite_store, SYSTEM, EMAIL)
    assert server.test_client().get(API, headers=told).status_code == 401


# --- headers ----------------------------------------------------------------------------------------------------

ANSWERS = ["/login", "/healthz", "/map", "/nothing", "/_dash-layout", API, "/assets/10-ground.css"]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(path: str, client: FlaskClient, signed_in: SignIn) -> None:
    for browser in (client, signed_in(Role.INSPECTOR)):
        with browser.get(path) as answer:
            told = answer.headers
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in told


@pytest.mark.parametrize("path", ["/login", "/map", "/password", "/_dash-layout", "/_dash-dependencies", API])
def test_nothing_personal_is_kept_by_a_cache(path: str, signed_in: SignIn) -> None:
    assert "no-store" in signed_in(Role.INSPECTOR).get(path).headers["Cache-Control"]


def test_only_scripts_that_are_named_by_their_hash_may_run(portal: Dash, signed_in: SignIn) -> None:
    answer = signed_in(Role.INSPECTOR).get("/map")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert "unsafe" not in policy["script-src"]
    seen = re.sub(r"<!--.*?-->", "", answer.text, flags=re.S)
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", seen, re.S)
    runs = [body for kind, body in inline if "application/json" not in kind]
    assert runs
    for body in runs:
        named = "'sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() + "'"
        assert named in policy["script-src"].split()


def test_the_pages_that_flask_draws_run_no_script(client: FlaskClient) -> None:
    for path in ("/login", "/nothing"):
        assert "<script" not in client.get(path).text


@pytest.mark.parametrize(
    ("tiles", "host"),
    [
        ("", None),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://*.tiles.example"),
        ("http://127.0.0.1:9000/{z}/{x}/{y}.png", "http://127.0.0.1:9000"),
        ("/tiles/{z}/{x}/{y}.png", None),
        ("javascript:alert(1)", None),
    ],
)
def test_the_base_map_may_come_from_the_host_of_the_settings(tiles: str, host: str | None) -> None:
    assert headers._tile_hosts(tiles) == ([host] if host else [])


def test_production_keeps_cookies_to_itself(settings: Settings, sqlite_store: Store, sqlite_desk: Desk) -> None:
    server = create_server(replace(settings, production=True, secret_key="x" * 40), sqlite_store, sqlite_desk)
    assert server.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert server.config["SESSION_COOKIE_SECURE"]
    assert server.config["SESSION_COOKIE_HTTPONLY"]
    assert server.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert headers.csrf_cookie(replace(settings, production=True)).startswith("__Host-")


@pytest.fixture
def in_production(server: Flask, settings: Settings, sqlite_store: Store, sqlite_desk: Desk) -> Flask:
    server.extensions["atalaya"] = House(replace(settings, production=True), sqlite_store, sqlite_desk)
    return server


def test_production_tells_browsers_to_stay_with_https(in_production: Flask) -> None:
    answer = in_production.test_client().get("/login")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert all("Secure" in cookie for name, cookie in _cookies(answer).items() if name != "session")


def test_production_lets_no_demo_account_in(in_production: Flask, sqlite_store: Store) -> None:
    for email, password, _ in accounts.ensure_demo(sqlite_store):
        client = in_production.test_client()
        assert _come_in(client, email, password).status_code == 200
        assert not _inside(client)
        told = _bearer(accounts.make_token(sqlite_store, SYSTEM, email))
        assert client.get(API, headers=told).status_code == 401


def test_a_demo_session_ends_where_production_begins(
    server: Flask, settings: Settings, sqlite_store: Store, sqlite_desk: Desk
) -> None:
    email, password, _ = accounts.ensure_demo(sqlite_store)[0]
    client = server.test_client()
    _come_in(client, email, password)
    assert _inside(client)
    server.extensions["atalaya"] = House(replace(settings, production=True), sqlite_store, sqlite_desk)
    assert not _inside(client)


def test_the_caller_is_taken_from_the_proxy_only_where_one_is_trusted(
    settings: Settings, sqlite_store: Store, sqlite_desk: Desk
) -> None:
    told = {"X-Forwarded-For": "203.0.113.5, 198.51.100.7"}
    for hops, address in ((0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.5")):
        server = create_server(replace(settings, trusted_proxies=hops), sqlite_store, sqlite_desk)
        seen = []
        server.before_request(lambda seen=seen: seen.append(__import__("flask").request.remote_addr))
        server.test_client().get("/healthz", headers=told)
        assert seen == [address]


# --- languages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accepted", "kept", "language"),
    [
        ("/login", None, None, "es"),
        ("/login", "en-GB,en;q=0.9", None, "en"),
        ("/login", "de", None, "es"),
        ("/login", "en", "es", "es"),
        ("/login?lang=en", None, "es", "en"),
        ("/login?lang=xx", None, "en", "en"),
        ("/login?lang=../../etc", None, None, "es"),
    ],
)
def test_the_page_speaks_the_readers_language(
    path: str, accepted: str | None, kept: str | None, language: str, client: FlaskClient
) -> None:
    if kept:
        client.set_cookie("language", kept)
    answer = client.get(path, headers={"Accept-Language": accepted} if accepted else {})
    assert f'<html lang="{language}">' in answer.text


def test_signing_in_on_a_new_browser_brings_ones_own_language(
    client: FlaskClient, person: str, sqlite_store: Store
) -> None:
    ana = next(account for account in accounts.every(sqlite_store, SYSTEM) if account.email == EMAIL)
    accounts.set_language(sqlite_store, ana.actor, "en")
    _come_in(client)
    assert '<html lang="en">' in client.get("/password").text


def test_a_language_asked_for_is_remembered(client: FlaskClient, signed_in: SignIn) -> None:
    client.get("/login?lang=en")
    assert '<html lang="en">' in client.get("/login").text
    inspector = signed_in(Role.INSPECTOR)
    assert '<html lang="es">' in inspector.get("/map").text
    assert '<html lang="en">' in inspector.get("/map?lang=en").text
    assert '<html lang="en">' in inspector.get("/map").text


# --- errors -----------------------------------------------------------------------------------------------------


def test_what_nobody_foresaw_has_an_id_on_screen_and_in_the_log(
    portal: Dash, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    inspector = signed_in(Role.INSPECTOR)
    output = _some_callback(portal)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setitem(portal.callback_map[output], "callback", broken)
    answer = fire(portal, inspector, output, {})
    found = re.search(r"[0-9a-f]{8}", answer.json["message"])
    assert (answer.status_code, answer.json["error"]) == (500, "unexpected")
    assert found is not None
    assert found.group() in caplog.text
    assert "the secret inside" in caplog.text
    assert "the secret inside" not in answer.text
    assert answer.json["notices"][0]["message"] == answer.json["message"]


def test_a_page_that_fails_says_so_instead_of_leaving_the_old_one(
    portal: Dash, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from services import ground

    def broken(*_: Any) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(ground, "options", broken)
    router = next(output for output in portal.callback_map if output.startswith(".._pages_content."))
    answer = fire(portal, signed_in(Role.INSPECTOR), router, _pages_location_pathname="/map")
    assert answer.status_code == 200
    assert "page-error" in answer.text
    assert "the secret inside" not in answer.text
    assert "the secret inside" in caplog.text


def test_an_error_of_the_database_writes_no_value_into_the_log(sqlite_store: Store) -> None:
    from sqlalchemy.exc import OperationalError

    with sqlite_store.engine.connect() as connection, pytest.raises(OperationalError) as error:
        connection.execute(text("select * from nothing where email = :email"), {"email": EMAIL})
    assert EMAIL not in str(error.value)


def test_a_stranger_may_not_send_much(client: FlaskClient, person: str) -> None:
    answer = client.post("/login", data={"email": "x" * 70_000, **_form(client)})
    assert answer.status_code == 413


def test_a_callback_may_not_send_a_file(signed_in: SignIn) -> None:
    body = {"output": "x" * 9_000_000}
    assert signed_in(Role.ANALYST).post("/_dash-update-component", json=body).status_code == 413


def test_a_method_that_an_address_does_not_know_is_refused(signed_in: SignIn) -> None:
    inspector = signed_in(Role.INSPECTOR)
    for method in ("PUT", "PATCH", "DELETE"):
        assert inspector.open("/map", method=method).status_code == 405


@pytest.mark.parametrize("path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2f..%2fetc/passwd"])
def test_no_file_outside_the_assets_is_served(path: str, client: FlaskClient) -> None:
    answer = client.get(path)
    assert answer.status_code in (302, 404)
    assert "create_app" not in answer.text


# --- ready ------------------------------------------------------------------------------------------------------


def test_the_portal_says_when_it_is_ready(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_the_portal_says_when_it_is_not(server: Flask, sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("drop table users"))
    assert server.test_client().get("/healthz").status_code == 503


def test_a_record_of_another_version_is_not_ready(server: Flask, sqlite_store: Store) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0000'"))
    assert server.test_client().get("/healthz").status_code == 503


def test_nothing_of_the_machine_room_is_open() -> None:
    """Dash can offer callbacks as tools to programs; the portal does not."""
    import app

    source = Path(app.__file__ or "").parent / "web" / "portal.py"
    assert "enable_mcp=False" in source.read_text()


# --- refusals ---------------------------------------------------------------------------------------------------


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.getMessage().startswith("refused")]


def test_every_refusal_is_a_line_of_the_log(
    portal: Dash, client: FlaskClient, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    inspector = signed_in(Role.INSPECTOR)
    del inspector.environ_base["HTTP_X_CSRFTOKEN"]
    client.get("/api/v1/incidents/summary", headers={"Authorization": "Bearer made-up-secret"})
    client.post("/login", headers={"Origin": "https://evil.example"}, data={"password": "typed-secret"})
    inspector.post("/password", data={"password": "typed-secret"})
    inspector.get("/audit?who=typed-secret")
    client.post("/_dash-update-component", json={"output": "typed-secret"})
    lines = _lines(caplog)
    assert re.fullmatch(r"refused \(signed_out\): GET api\.\w+, by nobody from 127\.0\.0\.1", lines[0])
    assert lines[1] == "refused (cross_site): POST security.login, by nobody from 127.0.0.1"
    assert re.fullmatch(r"refused \(cross_site\): POST password\.\w+, by \d+ from 127\.0\.0\.1", lines[2])
    assert re.fullmatch(r"refused \(forbidden\): GET /audit, by \d+ from 127\.0\.0\.1", lines[3])
    assert lines[4].startswith("refused (malformed): POST /_dash-update-component")
    assert not any("typed-secret" in line or "made-up" in line for line in lines)


def test_a_page_that_counts_tries_tells_the_log_too(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    token = form(client.get("/confirm").text).values
    for _ in range(11):
        answer = client.post("/confirm", data=token | {"code": "AAAA-BBBB"})
    assert answer.status_code == 429
    assert _lines(caplog) == ["refused (429): POST public.footage_confirm, by nobody from 127.0.0.1"]


def test_who_asks_for_what_is_not_theirs_is_in_the_audit_log_once_a_minute(
    portal: Dash, signed_in: SignIn, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspector, now = signed_in(Role.INSPECTOR), clock.now()
    router = next(output for output in portal.callback_map if output.startswith(".._pages_content."))

    def told() -> list[tuple[str, str, str]]:
        found, _ = audit.read(sqlite_store, SYSTEM, Wanted(action="refused"))
        return [(one.actor, one.object, one.details["code"]) for one in found]

    for _ in range(3):
        inspector.get("/audit")
        fire(portal, inspector, router, _pages_location_pathname="/audit")
    assert told() == [("inspector@ciudad.cl", "/audit", "forbidden")]
    inspector.get("/accounts")
    assert [object for _, object, _ in told()] == ["/accounts", "/audit"]
    monkeypatch.setattr(clock, "now", lambda: now + 90)
    inspector.get("/audit")
    assert [object for _, object, _ in told()] == ["/audit", "/accounts", "/audit"]
