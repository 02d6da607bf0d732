"""The page of registers: who opens it, entries written by field, a table taken whole, and forged bodies."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from dash import Dash
from dash._utils import split_callback_id
from flask.testing import FlaskClient

from data_access.desk import Desk
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from domain.registers.fields import LANGUAGES
from services import registers
from tests.pages.conftest import fire
from tests.pages.test_imports import opened, words_in
from tests.pages.test_tables import output_of
from tests.registering import AGREEMENT, COMMON, algorithm, camera

SignIn = Callable[..., FlaskClient]
GOOD = "referencia;esquina;longitud;latitud\n7;Uno;-70.65;-33.50\n8;Dos;-70.66;-33.51\n"
BAD = GOOD + "9;Tres;oeste;-33.5\n"


@pytest.fixture
def analyst(signed_in: SignIn) -> FlaskClient:
    return signed_in(Role.ANALYST)


def send(app: Dash, client: FlaskClient, control: str, given: dict[str, Any], state: Any, clicks: Any = 1) -> Any:
    """Press a button of a form that holds these values."""
    output = output_of(app, control)
    fields = [
        {"id": {"type": "register-field", "name": name, "language": language}, "property": "value", "value": said}
        for name, value in given.items()
        for language, said in (value.items() if isinstance(value, dict) else [("", value)])
    ]
    body = {
        "output": output,
        "outputs": split_callback_id(output),
        "inputs": [{"id": control, "property": "n_clicks", "value": clicks}],
        "state": [fields, state],
        "changedPropIds": [f"{control}.n_clicks"],
    }
    return client.post("/_dash-update-component", json=body)


def entry(subject: str = "camera", code: str = "", version: int = 0) -> dict[str, Any]:
    return {"id": "register-entry", "property": "data", "value": {"subject": subject, "code": code, "version": version}}


def upload(client: FlaskClient, text: str) -> dict[str, Any]:
    answer = client.post("/registers/upload", query_string={"name": "camaras.csv"}, data=text.encode())
    assert answer.status_code == 200, answer.text
    return {"id": "register-upload", "property": "data", "value": answer.json["upload"]}


def inputs(drawn: Any) -> list[dict[str, Any]]:
    """The properties of every field that an answer draws."""
    parts = drawn.values() if isinstance(drawn, dict) else drawn if isinstance(drawn, list) else ()
    here = [drawn] if isinstance(drawn, dict) and isinstance(drawn.get("id"), dict) and "label" in drawn else []
    return here + [one for part in parts for one in inputs(part)]


@pytest.mark.parametrize("role", Role)
def test_the_page_and_its_upload_are_for_whom_the_permission_names(
    role: Role, portal: Dash, signed_in: SignIn, sqlite_desk: Desk
) -> None:
    client, may = signed_in(role), Permission.REGISTERS in PERMISSIONS[role]
    if may:
        assert "Registros públicos" in opened(portal, client, "/registers")
    assert (client.post("/registers/upload", data=b"a;b\n").status_code == 200) == may
    answer = send(portal, client, "register-save", camera(), entry())
    assert (answer.status_code == 200) == may
    assert (len(registers.cameras(sqlite_desk, SYSTEM)) == 1) == may


def test_a_camera_is_written_and_listed(portal: Dash, analyst: FlaskClient, sqlite_desk: Desk) -> None:
    answer = send(portal, analyst, "register-save", camera(), entry())
    (found,) = registers.cameras(sqlite_desk, SYSTEM)
    assert answer.json["response"]["_pages_location"]["href"] == f"/registers?view=cameras&saved={found.code}"
    listed = opened(portal, analyst, "/registers", f"?saved={found.code}")
    assert all(said in listed for said in (found.code, "Gran Avenida con Salesianos", "Falta la certificación mensual"))
    assert "versión 1" in listed
    form = opened(portal, analyst, "/registers", f"?edit={found.code}")
    assert "-33.48812" in form
    assert "Retirar la cámara" in form


def test_what_is_wrong_is_told_by_field_and_nothing_typed_is_lost(
    portal: Dash, analyst: FlaskClient, sqlite_desk: Desk
) -> None:
    given = camera(valid_until="mañana", purpose="Lo que escribí")
    answer = send(portal, analyst, "register-save", given, entry())
    told = words_in(answer.json)
    assert "“mañana” no es una fecha" in told
    assert "Lo que escribí" in told
    assert registers.cameras(sqlite_desk, SYSTEM) == []


def test_a_camera_is_retired_once(portal: Dash, analyst: FlaskClient, sqlite_desk: Desk) -> None:
    send(portal, analyst, "register-save", camera(), entry())
    (found,) = registers.cameras(sqlite_desk, SYSTEM)
    output = output_of(portal, "register-retire")
    state = {"register_entry_data": {"subject": "camera", "code": found.code, "version": 1}}
    assert fire(portal, analyst, output, register_retire_n_clicks=1, **state).status_code == 200
    assert registers.cameras(sqlite_desk, SYSTEM)[0].entry["status"] == "removed"
    assert fire(portal, analyst, output, register_retire_n_clicks=1, **state).status_code == 409
    assert "Retirar la cámara" not in opened(portal, analyst, "/registers", f"?edit={found.code}")


def test_an_algorithm_is_written_in_both_languages(portal: Dash, analyst: FlaskClient, sqlite_desk: Desk) -> None:
    given = algorithm(name={"es": "Conteo", "en": "Counting"})
    answer = send(portal, analyst, "register-save", given, entry("algorithm"))
    assert answer.json["response"]["_pages_location"]["href"] == "/registers?view=algorithms&saved=conteo"
    assert "Conteo" in opened(portal, analyst, "/registers", "?view=algorithms")
    form = opened(portal, analyst, "/registers", "?view=algorithms&edit=conteo")
    assert all(f"({language})" in form for language in LANGUAGES)
    missing = send(portal, analyst, "register-save", {**given, "name": {"es": "Solo", "en": ""}}, entry("algorithm"))
    assert "Nombre: Falta" in words_in(missing.json)
    errors = {one["id"]["language"]: one["error"] for one in inputs(missing.json) if one["id"]["name"] == "name"}
    assert (errors["es"], errors["en"]) == (None, "Falta. Es obligatorio.")
    assert len(registers.algorithms(sqlite_desk, SYSTEM)) == 1


def test_an_agreement_is_written_and_listed(portal: Dash, analyst: FlaskClient, sqlite_desk: Desk) -> None:
    assert "Todavía no hay convenios" in opened(portal, analyst, "/registers", "?view=agreements")
    answer = send(portal, analyst, "register-save", dict(AGREEMENT), entry("agreement"))
    href = "/registers?view=agreements&saved=fiscalia-regional"
    assert answer.json["response"]["_pages_location"]["href"] == href
    assert "Fiscalía Regional" in opened(portal, analyst, "/registers", "?view=agreements&saved=fiscalia-regional")
    form = opened(portal, analyst, "/registers", "?view=agreements&edit=fiscalia-regional")
    assert "Para qué (en)" in form
    assert "Retirar la cámara" not in form


def test_a_table_is_checked_then_taken(portal: Dash, analyst: FlaskClient, sqlite_desk: Desk) -> None:
    token = upload(analyst, GOOD)
    assert "register-take" in opened(portal, analyst, "/registers", f"?upload={token['value']}")
    looked = send(portal, analyst, "register-look", COMMON, token)
    assert "2 filas: 2 cámaras nuevas" in words_in(looked.json)
    assert looked.json["response"]["register-take"]["disabled"] is False
    assert registers.cameras(sqlite_desk, SYSTEM) == []
    assert send(portal, analyst, "register-take", COMMON, token, clicks=None).status_code in (200, 204)
    assert registers.cameras(sqlite_desk, SYSTEM) == []
    taken = send(portal, analyst, "register-take", COMMON, token)
    assert taken.json["response"]["_pages_location"]["href"] == "/registers?view=cameras"
    assert len(registers.cameras(sqlite_desk, SYSTEM)) == 2
    assert send(portal, analyst, "register-take", COMMON, token).status_code == 400, "the file is gone"


def test_a_table_with_a_problem_is_told_row_by_row_and_not_taken(
    portal: Dash, analyst: FlaskClient, sqlite_desk: Desk
) -> None:
    token = upload(analyst, BAD)
    looked = send(portal, analyst, "register-look", COMMON, token)
    assert "Longitud: “oeste” no es un número" in words_in(looked.json)
    assert looked.json["response"]["register-take"]["disabled"] is True
    assert "No se guardó nada" in words_in(send(portal, analyst, "register-take", COMMON, token).json)
    assert registers.cameras(sqlite_desk, SYSTEM) == []


def test_what_is_wrong_with_a_table_is_a_file_too(portal: Dash, signed_in: SignIn, analyst: FlaskClient) -> None:
    token = upload(analyst, BAD + "10;=Cuatro;-70.65;sur\n")
    lacking = {name: said for name, said in COMMON.items() if name != "operator"}
    looked = send(portal, analyst, "register-look", lacking, token).json
    href = next(link for link in links(looked) if link.startswith("/registers/problems.csv?"))
    answer = analyst.get(href, headers={"Accept-Language": "es"})
    lines = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(line["Línea"], line["field"]) for line in lines] == [("", "operator"), ("4", "lon"), ("5", "lat")]
    assert "“oeste” no es un número" in lines[1]["Qué pasa y qué hacer"]
    assert "problemas-de-camaras.csv" in answer.headers["Content-Disposition"]
    assert signed_in(Role.TRANSPARENCY).get(href).status_code == 400, "the file is another's"
    assert signed_in(Role.INSPECTOR).get(href).status_code == 403


def links(drawn: Any) -> Iterator[str]:
    """Every address in what a callback drew."""
    if isinstance(drawn, dict):
        if isinstance(drawn.get("href"), str):
            yield drawn["href"]
        drawn = list(drawn.values())
    if isinstance(drawn, list):
        for part in drawn:
            yield from links(part)


def test_anothers_upload_cannot_be_taken(portal: Dash, signed_in: SignIn, analyst: FlaskClient) -> None:
    token = upload(analyst, GOOD)
    other = signed_in(Role.TRANSPARENCY)
    assert send(portal, other, "register-take", COMMON, token).status_code == 400


@pytest.mark.parametrize(
    "data",
    [
        None,
        3,
        "x",
        [],
        {},
        {"subject": "account", "code": "", "version": 0},
        {"subject": "camera", "code": 1, "version": 0},
        {"subject": "camera", "code": "", "version": "0"},
        {"subject": ["camera"], "code": "", "version": 0},
    ],
    ids=str,
)
def test_a_forged_entry_is_a_bad_request(data: Any, portal: Dash, analyst: FlaskClient, sqlite_desk: Desk) -> None:
    state = {"id": "register-entry", "property": "data", "value": data}
    assert send(portal, analyst, "register-save", camera(), state).status_code == 400
    assert registers.cameras(sqlite_desk, SYSTEM) == []


@pytest.mark.parametrize(
    "value", [{"a": 1}, [[1]], 10**900, "\ud800", "\x00", True, "x" * 100_000], ids=lambda v: str(v)[:9]
)
@pytest.mark.parametrize("name", ["name", "lon", "shared_with", "privacy_mask", "valid_until", "uptime"])
def test_forged_values_are_told_and_never_written(
    name: str, value: Any, portal: Dash, analyst: FlaskClient, sqlite_desk: Desk
) -> None:
    fields = camera(**{name: None})
    forged = {"id": {"type": "register-field", "name": name, "language": ""}, "property": "value", "value": value}
    output = output_of(portal, "register-save")
    body = {
        "output": output,
        "outputs": split_callback_id(output),
        "inputs": [{"id": "register-save", "property": "n_clicks", "value": 1}],
        "state": [[*_plain(fields), forged], entry()],
        "changedPropIds": ["register-save.n_clicks"],
    }
    answer = analyst.post("/_dash-update-component", json=body)
    assert answer.status_code in (200, 400)
    written = registers.cameras(sqlite_desk, SYSTEM)
    assert written == [] or (name, value) == ("privacy_mask", True)


def _plain(fields: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": {"type": "register-field", "name": name, "language": ""}, "property": "value", "value": value}
        for name, value in fields.items()
    ]


def test_an_unknown_entry_is_not_found(portal: Dash, analyst: FlaskClient) -> None:
    assert "No hay una entrada CAM-NADA" in opened(portal, analyst, "/registers", "?edit=CAM-NADA")
    assert "No hay una entrada nada" in opened(portal, analyst, "/registers", "?view=algorithms&edit=nada")
