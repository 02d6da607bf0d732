"""The page of tables and the address by which programs deliver registrations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient

from data_access.store import Store
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from services import accounts, tables
from tests.pages.conftest import fire
from tests.pages.test_imports import opened, words_in
from tests.tabling import city, count, facts

GOOD = "comisaría;fecha;inscritos\nSan Miguel;2026-10-31;7.733\nLa Cisterna;2026-10-31;2.245\n"
BAD = "comisaría;fecha;inscritos\nSan Miguel;2026-10-31;7.733\nSan Migel;2026-10-31;-4\n"
ADDRESS = "/api/v1/adoption/registrations"
ROWS = [{"precinct": "san-miguel", "date": "2026-10-31", "registered": 7733, "reports": 956}]
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def analyst(signed_in: SignIn, sqlite_store: Store) -> FlaskClient:
    city(sqlite_store)
    return signed_in(Role.ANALYST)


def upload(client: FlaskClient, text: str, name: str = "tabla.csv") -> str:
    answer = client.post("/tables/upload", query_string={"name": name}, data=text.encode())
    assert answer.status_code == 200, answer.text
    return str(answer.json["upload"])


def form(token: str, kind: str = "registrations") -> dict[str, Any]:
    return {
        "tables_kind_value": kind,
        "tables_counting_value": "cumulative",
        "tables_known_checked": False,
        "tables_source_value": "",
        "tables_upload_data": token,
    }


def output_of(app: Dash, control: str, part: str = "inputs") -> str:
    return next(out for out, known in app.callback_map.items() if any(p["id"] == control for p in known[part]))


def test_a_table_is_checked_delivered_and_shown(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    token = upload(analyst, GOOD)
    page = opened(portal, analyst, "/tables", f"?upload={token}")
    assert "tables-deliver" in page
    answer = fire(portal, analyst, output_of(portal, "tables-kind"), **form(token))
    told = words_in(answer.json)
    assert "2 filas: 2 datos nuevos" in told
    assert answer.json["response"]["tables-deliver"]["disabled"] is False
    assert count(sqlite_store) == 0
    done = fire(portal, analyst, output_of(portal, "tables-deliver"), tables_deliver_n_clicks=1, **form(token))
    assert done.json["response"]["_pages_location"]["href"] == "/tables?delivery=1"
    assert [one["count"] for one in facts(sqlite_store)] == [7733, 2245]
    assert "Entrega 1 guardada" in opened(portal, analyst, "/tables", "?delivery=1")


def test_with_a_problem_there_is_nothing_to_press_and_each_row_is_told(portal: Dash, analyst: FlaskClient) -> None:
    token = upload(analyst, BAD)
    answer = fire(portal, analyst, output_of(portal, "tables-kind"), **form(token))
    told = words_in(answer.json)
    assert "¿Es San Miguel?" in told
    assert "es negativo" in told
    assert answer.json["response"]["tables-deliver"]["disabled"] is True
    table = analyst.get("/tables/problems.csv", query_string={"upload": token, "kind": "registrations"})
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["3", "precinct_like"], ["3", "negative"]]


def test_a_button_that_only_appeared_delivers_nothing(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    fire(
        portal,
        analyst,
        output_of(portal, "tables-deliver"),
        tables_deliver_n_clicks=None,
        **form(upload(analyst, GOOD)),
    )
    assert count(sqlite_store) == 0


def test_the_kind_is_guessed_and_what_does_not_belong_to_it_is_hidden(portal: Dash, analyst: FlaskClient) -> None:
    token = upload(analyst, "comuna;año;población\nSan Miguel;2024;145424\nArica;2024;5\n")
    page = opened(portal, analyst, "/tables", f"?upload={token}")
    assert "populations" in page
    answer = fire(portal, analyst, output_of(portal, "tables-kind"), **form(token, "populations"))
    hidden = {name: part["hidden"] for name, part in answer.json["response"].items() if "hidden" in part}
    assert hidden == {"tables-counting-part": True, "tables-source-part": False, "tables-known-part": False}
    assert "Arica" in words_in(answer.json)
    left = fire(
        portal,
        analyst,
        output_of(portal, "tables-kind"),
        **(form(token, "populations") | {"tables_known_checked": True}),
    )
    assert "Queda fuera 1 fila" in words_in(left.json)


def test_a_file_that_is_no_table_says_so_on_the_page(portal: Dash, analyst: FlaskClient) -> None:
    token = upload(analyst, "\0" * 600, "ruido.csv")
    assert "no es un archivo de texto" in opened(portal, analyst, "/tables", f"?upload={token}")


def test_a_delivery_is_withdrawn_from_the_page(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    analyst.post(ADDRESS, json={"rows": ROWS})
    answer = analyst.post("/tables/1/withdraw")
    assert (answer.status_code, answer.location) == (302, "/tables?delivery=1")
    assert tables.find(sqlite_store, SYSTEM, 1).status == "withdrawn"
    assert analyst.post("/tables/1/withdraw").status_code == 400
    assert analyst.post("/tables/99/withdraw").status_code == 404


def test_a_withdrawal_without_the_token_against_forgery_is_refused(analyst: FlaskClient) -> None:
    analyst.post(ADDRESS, json={"rows": ROWS})
    del analyst.environ_base["HTTP_X_CSRFTOKEN"]
    assert analyst.post("/tables/1/withdraw").status_code == 403


# --- programs --------------------------------------------------------------------------------------------------


def test_a_program_delivers_registrations(analyst: FlaskClient, sqlite_store: Store) -> None:
    answer = analyst.post(ADDRESS, json={"counting": "cumulative", "rows": ROWS})
    assert answer.status_code == 201
    assert answer.json == {"delivery": 1, "status": "stored", "rows": 1, "stored": 2, "known": 0}
    assert analyst.post(ADDRESS, json={"rows": ROWS}).json["known"] == 2
    assert [(one["measure"], one["count"]) for one in facts(sqlite_store)] == [("addresses", 7733), ("reports", 956)]


def test_a_program_may_send_a_table_instead(analyst: FlaskClient, sqlite_store: Store) -> None:
    answer = analyst.post(f"{ADDRESS}?counting=increment", data=GOOD.encode(), content_type="text/csv")
    assert (answer.status_code, answer.json["stored"]) == (201, 2)
    assert {one["counting"] for one in facts(sqlite_store)} == {"increment"}


def test_a_program_is_told_each_problem_and_nothing_is_stored(analyst: FlaskClient, sqlite_store: Store) -> None:
    rows = [*ROWS, {"precinct": "nowhere", "date": "2026-10-31", "registered": None}, *ROWS]
    answer = analyst.post(f"{ADDRESS}?lang=en", json={"rows": rows})
    assert answer.status_code == 422
    assert [(one["line"], one["reason"]) for one in answer.json["problems"]] == [
        (2, "precinct_unknown"),
        (3, "repeated"),
    ]
    assert answer.json["problems"][1]["sentence"].startswith("Another row, in line 1")
    assert count(sqlite_store) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"rows": 3}',
        b'{"rows": [], "counting": "all"}',
        b'{"rows": [], "counting": ["cumulative"]}',
        b"[" * 100_000,
        b'{"rows": ' + b"[" * 100_000,
        b"\xff\xfe",
    ],
    ids=lambda body: str(body[:20]),
)
def test_a_body_that_is_no_table_is_a_bad_request(body: bytes, analyst: FlaskClient, sqlite_store: Store) -> None:
    answer = analyst.post(ADDRESS, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert count(sqlite_store) == 0


@pytest.mark.parametrize(
    "rows", [[], [1], ["x"], [None], [{}], [[1, 2]], [{"precinct": {"a": 1}}], [{"a\0": "\ud800"}]]
)
def test_rows_that_are_none_are_told(rows: list[Any], analyst: FlaskClient, sqlite_store: Store) -> None:
    body = json.dumps({"rows": rows})
    assert analyst.post(ADDRESS, data=body, content_type="application/json").status_code == 422
    assert count(sqlite_store) == 0


def test_a_body_or_table_without_measure_is_refused(analyst: FlaskClient) -> None:
    long = b"a,b\n" + b"1,2\n" * 200_001
    assert analyst.post(ADDRESS, data=long, content_type="text/csv").status_code == 400
    assert analyst.post(ADDRESS, data=b"x" * (8 * 1024 * 1024 + 1), content_type="text/csv").status_code == 413


@pytest.mark.parametrize("role", Role)
def test_a_token_delivers_for_whom_the_permission_names(role: Role, server: Flask, sqlite_store: Store) -> None:
    city(sqlite_store)
    accounts.add(sqlite_store, SYSTEM, "a@ciudad.cl", (role,), password="cuatro palabras sin nexo")
    secret = accounts.make_token(sqlite_store, SYSTEM, "a@ciudad.cl")
    answer = server.test_client().post(ADDRESS, json={"rows": ROWS}, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == (201 if Permission.TABLES in PERMISSIONS[role] else 403)
    upload = server.test_client().post("/tables/upload", headers={"Authorization": f"Bearer {secret}"})
    assert upload.status_code in (401, 403), "a token opens nothing but the addresses for programs"


def test_another_site_cannot_deliver(analyst: FlaskClient, sqlite_store: Store) -> None:
    answer = analyst.post(ADDRESS, json={"rows": ROWS}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert count(sqlite_store) == 0
