"""T8: whatever a program sends to whichever address of the public is refused or says nothing, and files nothing.

Addresses come from the server's own list, fields from the pages: a new one is tried here without being named.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from config.settings import Settings
from data_access.desk import Desk
from data_access.desk_schema import requests
from domain.identity import Provider
from tests.pages.conftest import with_token
from web import footage_identity, public
from web.server import create_public

VALUES = (
    "NaN",
    "-1e999",
    "all,all",
    "[1,2]",
    '{"from": 1}',
    "'; drop table cameras; --",
    "../../desk_key",
    "\0",
    "x" * 6_000,
)
ITEMS = 1_000_000
KEYS = ("from", "to", "bbox", "zoom", "lat", "lon", "radius", "type[]", "__class__", "hour", "day")


@pytest.fixture
def server(releases: Path, tmp_path: Path, sqlite_desk: Desk) -> Flask:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    house = Provider("http://127.0.0.1:1", "atalaya", "a secret of both", "ClaveÚnica", "openid")
    settings = Settings(
        tmp_path, nowhere, "a secret of the tests", face="public", releases=releases, resident_provider=house
    )
    return create_public(settings, sqlite_desk)


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    """A browser that holds the token against forgery, as a program may get one too."""
    return with_token(server)


def _rules(server: Flask, method: str) -> list[Rule]:
    return [rule for rule in server.url_map.iter_rules() if method in (rule.methods or ())]


def _addresses(server: Flask, method: str) -> list[str]:
    """Every address that takes a method and has no part to choose."""
    return [rule.rule for rule in _rules(server, method) if not rule.arguments]


def _fields(client: FlaskClient, path: str) -> list[str]:
    """The names of what the page asks for, the token apart."""
    written = client.get(path).text + client.get(f"{path}?kind=party").text
    return sorted(set(re.findall(r'\sname="([^"]+)"', written.partition("<main")[2])) - {"csrf_token"})


def _filed(desk: Desk) -> int:
    with desk.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(requests)) or 0


def test_what_takes_forms_is_what_is_tried_here(server: Flask) -> None:
    sent = {rule.rule for rule in _rules(server, "POST")}
    assert sent == {page.path for page in public.every() if "POST" in page.methods} | {footage_identity.START}
    assert sent == set(_addresses(server, "POST"))
    assert len(sent) >= 4


def test_a_form_full_of_anything_is_refused_and_nothing_is_filed(
    server: Flask, client: FlaskClient, sqlite_desk: Desk
) -> None:
    before = _filed(sqlite_desk)
    for path in _addresses(server, "POST"):
        leads_on = path == footage_identity.START  # draws nothing, and takes where to come back to
        fields = ["kind"] if leads_on else _fields(client, path)
        assert fields, path
        for value in VALUES:
            twice = MultiDict([(name, told) for name in fields for told in (value, f"{value}2")])
            for form in (dict.fromkeys(fields, value), twice):
                answer = client.post(path, data=form)
                allowed = (303, 413) if leads_on else (200, 400, 404, 413, 422, 429)
                assert answer.status_code in allowed, (path, value, answer.status_code)
                assert "Traceback" not in answer.text
                assert "text/html" in answer.content_type, f"{path} gave a file"
    assert _filed(sqlite_desk) == before


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "text/plain", "x"])
def test_a_million_items_are_not_even_read(kind: str, server: Flask, client: FlaskClient, sqlite_desk: Desk) -> None:
    body = b"[" + b"0," * ITEMS + b"0]" if kind == "application/json" else b"a=1&" * ITEMS
    for path in _addresses(server, "POST"):
        answer = client.post(path, data=body, content_type=kind)
        assert (answer.status_code < 500, "Traceback" in answer.text) == (True, False), (path, answer.status_code)
    assert _filed(sqlite_desk) == 0


def test_what_another_site_sends_or_nobody_signed_is_refused_everywhere(server: Flask, client: FlaskClient) -> None:
    foreign = [{"Origin": "https://other.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    for path in _addresses(server, "POST"):
        for headers in (*foreign, {"Sec-Fetch-Site": "same-site"}):
            assert client.post(path, headers=headers).status_code == 403, (path, headers)
        assert server.test_client().post(path).status_code == 403, path
        forged = server.test_client().post(path, headers={"X-CSRFToken": "known to this browser"})
        assert forged.status_code == 403, path


def test_nothing_takes_another_method(server: Flask, client: FlaskClient) -> None:
    for rule in server.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.rule
    for path in _addresses(server, "GET"):
        assert {client.open(path, method=method).status_code for method in ("PUT", "PATCH", "DELETE")} == {405}, path


def test_every_choice_of_every_page_refuses_what_is_on_no_list(server: Flask, client: FlaskClient) -> None:
    tried = 0
    for path in _addresses(server, "GET"):
        form = re.search(r'<form method="get".+?</form>', client.get(path).text)
        for key in re.findall(r'<select id="\w+" name="(\w+)"', form[0] if form else ""):
            for value in VALUES:
                answer = client.get(path, query_string={key: value})
                assert (answer.status_code, "Traceback" in answer.text) == (400, False), (path, key, value)
                tried += 1
            options = re.findall(r'<option value="([^"]+)"', form[0])  # type: ignore[index]
            both = client.get(path, query_string=[(key, options[0]), (key, options[-1])])
            assert both.status_code == 400, f"{path} takes two of {key}"
    assert tried >= 5 * len(VALUES)


def test_keys_that_a_page_does_not_know_change_nothing(server: Flask) -> None:
    """T3: no box, no zoom, no days; and a million of them are too long an address before anybody reads them."""
    client = server.test_client()
    asked = "&".join(f"{key}={value}" for key in KEYS for value in ("2026-10-01", "1", "NaN"))
    for page in public.every():
        if "POST" in page.methods:
            continue  # holds the browser's own token
        plain, forged = (
            re.sub(r'href="\?[^"]*"', "", client.get(path).text) for path in (page.path, f"{page.path}?{asked}")
        )
        assert plain == forged, page.path
    assert client.get("/api/v1/public/releases").data == client.get(f"/api/v1/public/releases?{asked}").data


@pytest.mark.parametrize(
    "value", ["..", "..%2f..%2fdesk.sqlite", "%00", "NaN", "-1", "1e9", "release.zip%0d%0aX:1", "x" * 3_000]
)
def test_every_part_of_an_address_refuses_what_is_not_there(value: str, server: Flask, client: FlaskClient) -> None:
    tried = 0
    for rule in _rules(server, "GET"):
        for argument in rule.arguments:
            parts = {name: value if name == argument else "1" for name in rule.arguments}
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).format(**parts)
            answer = client.get(path)
            assert answer.status_code in (400, 404), (path[:80], answer.status_code)
            assert "Traceback" not in answer.text
            tried += 1
    assert tried >= 3
