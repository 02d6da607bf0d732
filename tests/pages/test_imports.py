"""The pages of imports: the list, the report, loading a file; and the routes beside them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from data_access.store import Store
from domain.people import PERMISSIONS, Permission, Role
from services import jobs
from tests.pages.conftest import fire

FILE = """Folio;Fecha;Hora;Delito;Medio;Comuna;Latitud;Longitud;Nombre victima
1;05/11/2026;13:45;Robo con intimidación;Moto;San Miguel;-33,497;-70,651;Ana
2;06/11/2026;22:10;Hurto;A pie;La Cisterna;-33,53;-70,66;Eva
3;31/02/2026;22:10;Hurto;A pie;La Cisterna;-33,53;-70,66;Ida
4;07/11/2026;01:00;Danza macabra;;La Cisterna;;;Isa
"""
COLUMNS = ["Folio", "Fecha", "Hora", "Delito", "Medio", "Comuna", "Latitud", "Longitud"]
FIELDS = ["id", "date", "time", "type", "vehicle", "precinct", "lat", "lon"]
SignIn = Callable[..., FlaskClient]
ROUTER = ".._pages_content."


@pytest.fixture
def analyst(signed_in: SignIn) -> FlaskClient:
    return signed_in(Role.ANALYST)


def upload(client: FlaskClient, text: str = FILE, name: str = "hechos.csv") -> str:
    answer = client.post("/imports/upload", query_string={"name": name}, data=text.encode())
    assert answer.status_code == 200, answer.text
    return str(answer.json["upload"])


def opened(app: Dash, client: FlaskClient, path: str, search: str = "") -> str:
    """What a page shows, as text."""
    router = next(output for output in app.callback_map if output.startswith(ROUTER))
    answer = fire(app, client, router, _pages_location_pathname=path, _pages_location_search=search)
    assert answer.status_code == 200, answer.text
    return words_in(answer.json)


def words_in(drawn: Any) -> str:
    if isinstance(drawn, dict):
        return "\n".join(words_in(value) for value in drawn.values())
    if isinstance(drawn, list):
        return "\n".join(map(words_in, drawn))
    return str(drawn)


def output_of(app: Dash, part: str) -> str:
    return next(output for output in app.callback_map if part in output)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "load_profile_value": "",
        "load_zone_value": "America/Santiago",
        "load_order_value": "dmy",
        "load_decimal_value": ",",
        "load_crs_value": "EPSG:4326",
        "load_columns_data": COLUMNS,
        "load_source_value": "Denuncias",
    } | changes


def post(app: Dash, client: FlaskClient, output: str, fields: list[str], **values: Any) -> Any:
    """Post to a callback of the form; `fields` are what its columns hold."""
    registered = app.callback_map[output]

    def sent(part: dict[str, Any]) -> Any:
        if "load-column" in part["id"] and part["id"].startswith("{"):
            return [
                {"id": {"load-column": number}, "property": "value", "value": field}
                for number, field in enumerate(fields)
            ]
        name = f"{part['id']}_{part['property']}".replace("-", "_")
        return {"id": part["id"], "property": part["property"], "value": values.get(name)}

    outputs = [
        {"id": one.partition(".")[0], "property": one.partition(".")[2].partition("@")[0]}
        for one in output.strip(".").split("...")
    ]
    body = {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": [sent(part) for part in registered["inputs"]],
        "state": [sent(part) for part in registered["state"]],
        "changedPropIds": [],
    }
    return client.post("/_dash-update-component", json=body)


def load(app: Dash, client: FlaskClient, store: Store, text: str = FILE, **changes: Any) -> int:
    """Load a file as the page does and return the number of the job, done."""
    values = form(load_upload_data=upload(client, text), load_start_n_clicks=1, **changes)
    answer = post(app, client, _start(app), FIELDS, **values)
    assert answer.status_code == 200, answer.text
    href = answer.json["response"]["_pages_location"]["href"]
    jobs.work(store, Event(), once=True)
    return int(href.partition("job=")[2])


def _start(app: Dash) -> str:
    return next(
        output for output, known in app.callback_map.items() if any(p["id"] == "load-start" for p in known["inputs"])
    )


# --- handing in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_only_who_may_import_hands_in_fetches_rejects_or_undoes(signed_in: SignIn, role: Role) -> None:
    client = signed_in(role)
    allowed = Permission.IMPORT in PERMISSIONS[role]
    assert (client.post("/imports/upload?name=a.csv", data=b"a").status_code == 200) == allowed
    for answer in (client.get("/imports/1/rejects.csv"), client.post("/imports/1/undo")):
        assert answer.status_code == (404 if allowed else 403)


def test_another_site_cannot_hand_in_a_file_or_undo(analyst: FlaskClient) -> None:
    for address in ("/imports/upload?name=a.csv", "/imports/1/undo"):
        assert analyst.post(address, data=b"a", headers={"Origin": "https://evil.example"}).status_code == 403
        assert analyst.post(address, data=b"a", headers={"X-CSRFToken": ""}).status_code == 403


def test_a_file_over_the_limit_is_refused_with_the_limit(
    analyst: FlaskClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(analyst.application.config, "MAX_CONTENT_LENGTH", 1 << 20)
    answer = analyst.post("/imports/upload?name=a.csv", data=b"x" * ((1 << 20) + 1))
    assert answer.status_code == 413
    assert "1 MB" in answer.json["message"]
    assert not (sqlite_store.home / "uploads").exists()


# --- how it reads -----------------------------------------------------------------------------------------------


def test_the_form_guesses_what_each_column_holds_and_leaves_persons_out(portal: Dash, analyst: FlaskClient) -> None:
    shown = opened(portal, analyst, "/imports/load", f"?upload={upload(analyst)}")
    assert "hechos.csv" in shown
    for column in COLUMNS:
        assert f"Qué trae la columna {column}" in shown
    assert "Qué trae la columna Nombre victima" not in shown
    assert "Ana" not in shown


def test_the_preview_tells_which_row_is_wrong_and_why(portal: Dash, analyst: FlaskClient) -> None:
    values = form(load_upload_data=upload(analyst))
    answer = post(portal, analyst, output_of(portal, "load-preview.children"), FIELDS, **values)
    shown = words_in(answer.json)
    assert "De las primeras 4 filas se entienden 3." in shown
    assert "Línea 4:" in shown
    assert "31/02/2026" in shown
    assert "Danza macabra" in shown
    assert "Nombre victima" in shown  # named as dropped
    assert "Eva" not in shown
    assert answer.json["response"]["load-start"]["disabled"] is False


@pytest.mark.parametrize(
    ("fields", "changes", "told"),
    [
        (["id", "date", "time", "-", "-", "-", "-", "-"], {}, "qué columna trae el tipo"),
        (FIELDS, {"load_profile_value": "medellin"}, "Elija otro perfil"),
        (FIELDS, {"load_zone_value": "Luna/Mar"}, "no es una zona horaria"),
        (FIELDS, {"load_crs_value": "EPSG:nada"}, "no es un sistema de coordenadas"),
        (FIELDS, {"load_upload_data": "x" * 24}, "Súbalo de nuevo"),
    ],
)
def test_what_cannot_be_read_is_told_and_cannot_be_loaded(
    portal: Dash, analyst: FlaskClient, fields: list[str], changes: dict[str, str], told: str
) -> None:
    values = form(load_upload_data=upload(analyst)) | changes
    answer = post(portal, analyst, output_of(portal, "load-preview.children"), fields, **values)
    assert told in words_in(answer.json)
    if answer.status_code == 200:
        assert answer.json["response"]["load-start"]["disabled"] is True


def test_another_persons_file_is_not_found(portal: Dash, analyst: FlaskClient, signed_in: SignIn) -> None:
    token = upload(analyst)
    other = signed_in(Role.ANALYST, Role.OPERATOR)
    assert "Súbalo de nuevo" in opened(portal, other, "/imports/load", f"?upload={token}")


def test_the_button_appearing_loads_nothing(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    values = form(load_upload_data=upload(analyst))
    assert "job=" not in post(portal, analyst, _start(portal), FIELDS, **values).text
    with sqlite_store.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from jobs").scalar() == 0


# --- the load and its report ------------------------------------------------------------------------------------


def test_a_load_ends_in_a_report_that_accounts_for_every_row(
    portal: Dash, analyst: FlaskClient, sqlite_store: Store
) -> None:
    job = load(portal, analyst, sqlite_store)
    assert "Denuncias: se guardaron 3 hechos." in opened(portal, analyst, "/imports/load", f"?job={job}")
    listed = opened(portal, analyst, "/imports")
    assert "1 importación. La última, de Denuncias, guardó 3 hechos" in listed
    report = opened(portal, analyst, "/imports", "?batch=1")
    for wanted in (
        "Filas 4 = guardadas 3 + repetidas 0 + rechazadas 1",
        "con una fecha imposible",
        "Línea 4:",
        "Se descartó una columna: Nombre victima.",
        "Danza macabra (tipo)",
        "Con punto en el mapa",
        "5 – 7 de nov de 2026",
        "Sí, deshacer",
    ):
        assert wanted in report.replace("\u2009", " "), wanted


def test_the_rejected_rows_come_as_a_file_that_can_be_loaded_again(
    portal: Dash, analyst: FlaskClient, sqlite_store: Store
) -> None:
    load(portal, analyst, sqlite_store)
    answer = analyst.get("/imports/1/rejects.csv")
    assert "atalaya-rechazadas-1.csv" in answer.headers["Content-Disposition"]
    row = next(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert (row["Fecha"], row["Nombre victima"]) == ("31/02/2026", "")
    mended = answer.text.replace("31/02/2026", "28/02/2026", 1)
    job = load(portal, analyst, sqlite_store, mended)
    assert "se guardó 1 hecho" in opened(portal, analyst, "/imports/load", f"?job={job}")


def test_an_undone_import_is_out_and_stays_in_the_list(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    load(portal, analyst, sqlite_store)
    answer = analyst.post("/imports/1/undo")
    assert (answer.status_code, answer.location) == (302, "/imports?batch=1")
    assert "deshecha" in opened(portal, analyst, "/imports")
    assert "Sí, deshacer" not in opened(portal, analyst, "/imports", "?batch=1")
    again = analyst.post("/imports/1/undo")
    assert again.status_code == 400
    assert "no se puede deshacer" in again.text


def test_a_load_that_fails_tells_why(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    bad = FILE.splitlines()[0] + "\n" + "1;99/99/2026;;Hurto;;;;;\n" * 30
    job = load(portal, analyst, sqlite_store, bad)
    assert "más de la mitad" in opened(portal, analyst, "/imports/load", f"?job={job}")
    assert "fallida" in opened(portal, analyst, "/imports")
    assert "más de la mitad" in opened(portal, analyst, "/imports", "?batch=1")


def test_a_cancelled_load_stores_nothing(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    values = form(load_upload_data=upload(analyst), load_start_n_clicks=1)
    href = post(portal, analyst, _start(portal), FIELDS, **values).json["response"]["_pages_location"]["href"]
    job = int(href.partition("job=")[2])
    assert "en curso" in opened(portal, analyst, "/imports")
    cancel = output_of(portal, "load-cancel.disabled")
    post(portal, analyst, cancel, [], load_cancel_n_clicks=1, load_job_data=job)
    jobs.work(sqlite_store, Event(), once=True)
    assert "se canceló" in opened(portal, analyst, "/imports/load", f"?job={job}")
    assert "Aún no se ha cargado ningún archivo" in opened(portal, analyst, "/imports")


@pytest.mark.parametrize("role", [Role.TRANSPARENCY, Role.AUDITOR])
def test_readers_of_imports_see_the_report_and_no_row(
    portal: Dash, analyst: FlaskClient, signed_in: SignIn, sqlite_store: Store, role: Role
) -> None:
    load(portal, analyst, sqlite_store)
    reader = signed_in(role)
    assert "Importación 1" in opened(portal, reader, "/imports")
    assert "Cargar un archivo" not in opened(portal, reader, "/imports")
    report = opened(portal, reader, "/imports", "?batch=1")
    assert "con una fecha imposible" in report
    for kept in ("31/02/2026", "Línea 4", "rejects.csv", "Sí, deshacer"):
        assert kept not in report


@pytest.mark.parametrize(
    "search", ["?batch=99", "?batch=x", "?batch=-1", "?batch=" + "9" * 40, "?start=x", "?start=-5"]
)
def test_a_strange_address_is_a_page(portal: Dash, analyst: FlaskClient, search: str) -> None:
    opened(portal, analyst, "/imports", search)
    opened(portal, analyst, "/imports/load", search.replace("batch", "job"))


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_pages_speak_the_readers_language(
    portal: Dash, analyst: FlaskClient, sqlite_store: Store, language: str
) -> None:
    load(portal, analyst, sqlite_store)
    analyst.set_cookie("language", language)
    said = json.dumps(opened(portal, analyst, "/imports", "?batch=1"), ensure_ascii=False)
    assert ("What data do we have?" in said) == (language == "en")
    assert ("¿Qué datos tenemos?" in said) == (language == "es")
