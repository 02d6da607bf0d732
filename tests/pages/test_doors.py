"""Every route and every callback, as nobody and as each role. A new page is tried here without being named."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from data_access.store import Store
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from locales import LANGUAGES, Words
from services import accounts, sign_in
from tests.pages.conftest import LIFETIME, SignIn, fire, with_token
from web import guard, pages, public

# Whoever adds to this list opens a door to everyone.
PUBLIC = {
    "health.healthz",
    "_dash_assets.static",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    "/_favicon.ico",
    "/_reload-hash",
    "security.login",
    "directory.begin",
    "directory.back",
    "public.asset",
    "public.preview",
    "public.footage_identify",
    "public.footage_identified",
    "public.footage_leave",
    "published.file",
    "published.listing",
    "published.table",
}
# What Dash asks for to draw any page of staff's.
FRAME = {"/_dash-layout", "/_dash-dependencies"}
# Tried by address and by output instead.
ELSEWHERE = {"/", "/<path:path>", "/_dash-update-component"}
OBLIGED_ROLES = (Role.CUSTODIAN, Role.TRANSPARENCY, Role.APPROVER)
WHO: list[Role | None] = [None, *Role]
JUNK: list[Any] = [
    None,
    "",
    "x",
    -1,
    3.5,
    float("nan"),
    True,
    [],
    {},
    [{}],
    {"from": 1, "lon": "x"},
    "'; drop table users; --",
]


def _enter(who: Role | None, server: Flask, signed_in: SignIn) -> FlaskClient:
    return with_token(server) if who is None else signed_in(who)


def _may(who: Role | None, rule: guard.Rule) -> bool:
    """What the table of permissions says, read without the door's own code."""
    if rule is guard.Door.ANYONE:
        return True
    if who is None or rule is guard.Door.NOBODY:
        return False
    return rule in (guard.Door.HALF_IN, guard.Door.SIGNED_IN) or rule in PERMISSIONS[who]


def _refused(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 302 and answer.location.startswith("/login")
    return answer.status_code in (401, 403) or to_sign_in


def _page_rule(page: pages.Page) -> guard.Rule:
    return page["permission"] or guard.Door.SIGNED_IN


def _address(rule: Rule) -> str:
    with_values = dict.fromkeys(rule.arguments, "1")  # a name or a number
    return str(rule.build(with_values)[1])  # type: ignore[index]


def _routes(app: Dash) -> list[tuple[str, str, Rule]]:
    """(method, endpoint, rule) of every route but those of pages and callbacks."""
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return [
        (method, rule.endpoint, rule)
        for rule in app.server.url_map.iter_rules()
        if rule.endpoint not in ELSEWHERE
        for method in methods
        if method in (rule.methods or ())
    ]


def _named(endpoint: str) -> guard.Rule:
    named = guard.ROUTES.get(endpoint) or guard.ROUTES.get(endpoint.partition(".")[0])
    assert named is not None, f"{endpoint} is in no table: it is closed to everyone"
    return named


# --- routes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_every_route_opens_to_whom_the_table_names(
    who: Role | None, portal: Dash, server: Flask, signed_in: SignIn
) -> None:
    wrong, tried = [], 0
    for method, endpoint, rule in _routes(portal):
        client = _enter(who, server, signed_in)  # anew: one of the routes signs out
        answer = client.open(_address(rule), method=method)
        wanted = guard.Door.SIGNED_IN if endpoint in FRAME else _named(endpoint)
        tried += 1
        if _refused(answer) == _may(who, wanted):
            wrong.append(f"{method} {endpoint}: {answer.status_code}")
        if b"Traceback" in answer.data:
            wrong.append(f"{method} {endpoint} shows a traceback")
    assert wrong == []
    assert tried > 10


def test_only_the_listed_routes_are_public(portal: Dash, server: Flask) -> None:
    opened = set()
    for method, endpoint, rule in _routes(portal):
        if not _refused(with_token(server).open(_address(rule), method=method)):
            opened.add(endpoint)
    drawn = {f"public.{page.draw.__name__}" for page in public.every()}
    assert opened == PUBLIC | drawn
    assert len(drawn) > 5


def test_the_password_alone_opens_nothing_where_a_second_factor_is_asked_for(
    portal: Dash, server: Flask, sqlite_store: Store
) -> None:
    """A cookie of the first half, with everything forged into it that the other half would write."""
    password = "cuatro palabras sin nexo"
    accounts.add(sqlite_store, SYSTEM, "a@ciudad.cl", list(OBLIGED_ROLES), password=password)
    account = accounts.one(sqlite_store, SYSTEM, "a@ciudad.cl")
    secret = sign_in.open_session(sqlite_store, account, LIFETIME, "password")
    found = sign_in.pending(sqlite_store, secret)
    assert found is not None
    client = with_token(server, secret=secret, _user_id=found.uniquifier, stage="full", _fresh="1", fs_paa="9999999999")
    assert client.get("/second-factor").status_code == 200
    opened = {
        endpoint
        for method, endpoint, rule in _routes(portal)
        if not _refused(client.open(_address(rule), method=method))
    }
    assert opened == PUBLIC | {f"public.{page.draw.__name__}" for page in public.every()} | {"second_factor.page"}
    for page in pages.every():
        assert _refused(client.get(page["path"])), page["path"]
        assert _refused(_navigate(portal, client, page["path"])), page["path"]
    assert [output for output in _callbacks(portal) if not _refused(fire(portal, client, output, **SENT))] == []


def test_no_route_of_dash_is_there_that_nobody_asked_for(portal: Dash) -> None:
    found = {rule.endpoint for rule in portal.server.url_map.iter_rules() if rule.endpoint.startswith("/")}
    assert found == {endpoint for endpoint in PUBLIC if endpoint.startswith("/")} | FRAME | ELSEWHERE


def test_a_route_that_nobody_named_is_closed_to_all(
    server: Flask, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(guard.ROUTES, "heat")
    for client in (with_token(server), *map(signed_in, Role)):
        assert client.get("/heat/x/x/now.png").status_code in (401, 403)


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_every_page_opens_to_whom_its_permission_names(
    who: Role | None, portal: Dash, server: Flask, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = _enter(who, server, signed_in)
    wrong = []
    for page in pages.every():
        allowed = _may(who, _page_rule(page))
        for answer in (client.get(page["path"]), _navigate(portal, client, page["path"])):
            if _refused(answer) == allowed:
                wrong.append(f"{page['path']}: {answer.status_code}")
    assert wrong == []
    failed = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert failed == [], "a page failed for whom it is for"
    assert len(pages.every()) > 5


def _navigate(app: Dash, client: FlaskClient, path: Any) -> TestResponse:
    """Ask for a page's layout as the browser does when a link is followed."""
    router = next(output for output in app.callback_map if output.startswith(".._pages_content."))
    return fire(app, client, router, _pages_location_pathname=path, _pages_location_search="")


def test_nobody_learns_a_staff_page_by_its_address(portal: Dash, client: FlaskClient) -> None:
    for page in pages.every():
        answer = client.get(page["path"], follow_redirects=True)
        for language in LANGUAGES if "label" in page else ():
            assert f"{Words(language).text(page['label'])} · Atalaya" not in answer.text


def test_a_layout_asks_the_door_even_when_nobody_else_did(
    portal: Dash, server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "check", lambda _: None)
    for page in pages.every():
        answer = _navigate(portal, with_token(server), page["path"])
        assert "page-error" in answer.text, page["path"]


@pytest.mark.parametrize("path", ["/nothing", "/map/x", "/../etc/passwd", "/pages.staff.heat", "/%00"])
def test_an_unknown_address_is_not_found(path: str, portal: Dash, client: FlaskClient, signed_in: SignIn) -> None:
    for browser in (client, signed_in(Role.INSPECTOR)):
        answer = browser.get(path)
        assert (answer.status_code, "page-error" in answer.text) == (404, False)
    assert _navigate(portal, signed_in(Role.INSPECTOR), path).status_code == 404


# --- callbacks --------------------------------------------------------------------------------------------------


def _callbacks(app: Dash) -> list[str]:
    """Every callback that runs on the server, but Dash's own."""
    return [out for out, known in app.callback_map.items() if "callback" in known and "_pages_content" not in out]


def _rule_of(output: str) -> guard.Rule:
    page = pages.of_callback(output)
    assert page is not None, f"{output} belongs to no page: callbacks live in the file of their page"
    return _page_rule(page)


ROWS_CALLBACK = "rows-drawn.data"  # asks for more than its page does


@pytest.mark.parametrize("who", WHO)
def test_every_callback_answers_whom_its_page_is_for(
    who: Role | None, portal: Dash, server: Flask, signed_in: SignIn
) -> None:
    client = _enter(who, server, signed_in)
    wrong, tried = [], 0
    for output in _callbacks(portal):
        counting = output == ROWS_CALLBACK and not _may(who, Permission.ROWS)
        allowed = _may(who, _rule_of(output))
        for value in JUNK:
            answer = fire(portal, client, output, value)
            tried += 1
            if _refused(answer) and allowed and not counting:
                wrong.append(f"{output} refuses {value!r}")
            if not _refused(answer) and not allowed:
                wrong.append(f"{output} answers {value!r} with {answer.status_code}")
            if "Traceback" in answer.text:
                wrong.append(f"{output} shows a traceback for {value!r}")
    assert wrong == []
    assert tried >= 3 * len(JUNK)


def test_forged_claims_in_a_callback_open_nothing(portal: Dash, server: Flask, signed_in: SignIn) -> None:
    claims = [{"role": "administrator"}, {"actor": {"id": 1, "roles": ["analyst"]}}, {"precincts": "all"}]
    for client in (with_token(server), signed_in(Role.CUSTODIAN)):
        for output in _callbacks(portal):
            if _rule_of(output) is Permission.EXPLORE:
                assert all(_refused(fire(portal, client, output, claim)) for claim in claims)


BODIES: list[Any] = [
    None,
    [],
    "x",
    1,
    {},
    {"output": None},
    {"output": "nothing.here"},
    {"output": {"a": 1}},
    {"output": "map-now-area.positions...map-before-area.positions"},
]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_body_that_fits_no_callback_is_a_bad_request(body: Any, server: Flask, signed_in: SignIn) -> None:
    for client in (with_token(server), signed_in(Role.INSPECTOR)):
        assert client.post("/_dash-update-component", json=body).status_code == 400


@pytest.mark.parametrize(
    "broken",
    [
        {"inputs": []},
        {"inputs": None},
        {"inputs": [{}]},
        {"inputs": [{"id": "other", "property": "value", "value": 1}]},
        {"inputs": [{"id": {"x": 1}, "property": "value", "value": 1}]},
        {"state": [{"id": "extra", "property": "data"}] * 9},
        {"outputs": [None]},
        {"outputs": "x"},
        {"changedPropIds": [None]},
        {"changedPropIds": 3},
    ],
    ids=str,
)
def test_a_callback_that_does_not_fit_is_a_bad_request(broken: dict[str, Any], portal: Dash, signed_in: SignIn) -> None:
    client = signed_in(Role.INSPECTOR)
    for output in _callbacks(portal):
        registered = portal.callback_map[output]
        body = {"output": output, "outputs": [], "changedPropIds": []} | {
            part: [{**known, "value": None} for known in registered[part]] for part in ("inputs", "state")
        }
        assert client.post("/_dash-update-component", json=body | broken).status_code == 400, output


@pytest.mark.parametrize("text", ["[" * 200_000, '{"output":' * 200_000, '{"outputs":' + "[" * 900 + "]" * 900 + "}"])
def test_a_body_that_is_nested_without_measure_is_a_bad_request(text: str, signed_in: SignIn) -> None:
    answer = signed_in(Role.INSPECTOR).post("/_dash-update-component", data=text, content_type="application/json")
    assert answer.status_code == 400


def test_text_that_is_no_json_is_a_bad_request(signed_in: SignIn) -> None:
    client = signed_in(Role.INSPECTOR)
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
        answer = client.post("/_dash-update-component", data="{not json", content_type=kind)
        assert answer.status_code == 400, kind


def test_the_list_of_callbacks_names_only_what_the_reader_may_use(
    portal: Dash, client: FlaskClient, signed_in: SignIn
) -> None:
    assert client.get("/_dash-dependencies").status_code == 401
    listed = {who: signed_in(who).get("/_dash-dependencies").json for who in Role}
    for who, entries in listed.items():
        for entry in entries:
            page = pages.of_callback(entry["output"])
            assert page is None or _may(who, _page_rule(page))
    sizes = {who: len(entries) for who, entries in listed.items()}
    assert 0 < sizes[Role.ADMINISTRATOR] < sizes[Role.ANALYST]


def test_public_pages_tell_a_stranger_no_address_of_staff(client: FlaskClient) -> None:
    assert client.get("/_dash-layout").status_code == 401
    for shown in public.every():
        written = client.get(shown.path).text
        assert [page["path"] for page in pages.every() if f'"{page["path"]}"' in written] == []


# --- the lock behind the door -----------------------------------------------------------------------------------

# What a browser would send, by the names of the properties and where that does not do, of the inputs.
PLACE, ROWS = {"query": {}, "lon": -70.6, "lat": -33.4}, {"query": {}, "view": None}
SENT: dict[str, Any] = {
    "n_clicks": 1,
    "n_intervals": 1,
    "query_data": {},
    "place_asked_data": PLACE,
    "rows_asked_data": ROWS,
    "load_job_data": 1,
}


@pytest.mark.parametrize("who", WHO)
def test_with_the_door_open_the_services_refuse_all_the_same(
    who: Role | None, portal: Dash, server: Flask, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A callback that cannot make sense of what it was sent tells nothing either, but that is counted apart."""
    client = _enter(who, server, signed_in)
    monkeypatch.setattr(guard, "admit", lambda _: None)
    answers = {
        output: fire(portal, client, output, **SENT) for output in _callbacks(portal) if not _may(who, _rule_of(output))
    }
    for method, endpoint, rule in _routes(portal):
        if endpoint not in FRAME and not _may(who, _named(endpoint)) and isinstance(_named(endpoint), Permission):
            answers[f"{method} {endpoint}"] = client.open(_address(rule), method=method)
    wrong = [name for name, answer in answers.items() if answer.status_code not in (400, 401, 403)]
    assert wrong == []
    senseless = [name for name, answer in answers.items() if answer.status_code == 400]
    assert len(senseless) < len(answers) / 4
    assert answers


@pytest.mark.parametrize("who", Role)
def test_single_incidents_are_for_who_may_see_them_though_the_page_is_for_more(
    who: Role, portal: Dash, signed_in: SignIn
) -> None:
    answer = fire(portal, signed_in(who), ROWS_CALLBACK, **SENT)
    assert _refused(answer) == (Permission.ROWS not in PERMISSIONS[who])
