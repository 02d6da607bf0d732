"""The addresses of the exports: what they answer, to whom, under which name."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from PIL import Image

from data_access.store import Store
from domain.people import PERMISSIONS, Permission, Role
from tests.exporting import WEST, fill, incident

ADDRESSES = {
    "/export/incidents.csv": Permission.ROWS,
    "/export/incidents.zip": Permission.ROWS,
    "/export/incidents.geojson": Permission.ROWS,
    "/export/summary.csv": Permission.EXPLORE,
    "/export/map.png": Permission.EXPLORE,
}
NOVEMBER = "from=2026-11-01&to=2026-11-20"
CITY = [
    incident("2026-11-10 12:05", label="=HYPERLINK(1)", place="-Ñuñoa"),
    incident("2026-11-12 12:45", None),
    incident("2026-11-11 01:00", WEST, type="sexual.rape", label="VIOLACIÓN", sensitive=True),
]
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def city(sqlite_store: Store) -> Store:
    fill(sqlite_store, CITY, synthetic=True)
    return sqlite_store


@pytest.fixture
def analyst(city: Store, signed_in: SignIn) -> FlaskClient:
    return signed_in(Role.ANALYST)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_its_permissions_say(city: Store, signed_in: SignIn, role: Role, address: str) -> None:
    answer = signed_in(role, precincts=(WEST,)).get(f"{address}?{NOVEMBER}")
    assert answer.status_code == (200 if ADDRESSES[address] in PERMISSIONS[role] else 403)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_gets_anything_without_signing_in(city: Store, client: FlaskClient, address: str) -> None:
    assert client.get(f"{address}?{NOVEMBER}").status_code == 401


@pytest.mark.parametrize("address", list(ADDRESSES)[:4])
def test_a_sensitive_incident_is_behind_no_address(city: Store, signed_in: SignIn, address: str) -> None:
    for role in (Role.INSPECTOR, Role.COMMANDER, Role.OPERATOR, Role.TRANSPARENCY):
        data = signed_in(role, precincts=(WEST,)).get(f"{address}?{NOVEMBER}&type=sexual.rape,robbery.street").data
        if address.endswith(".zip") and data.startswith(b"PK"):
            archive = zipfile.ZipFile(io.BytesIO(data))
            data = b"".join(archive.read(name) for name in archive.namelist())
        assert b"sexual.rape" not in data
        assert "VIOLACIÓN".encode() not in data


def test_a_table_has_a_name_that_says_what_it_holds_and_is_not_kept_by_caches(analyst: FlaskClient) -> None:
    answer = analyst.get(f"/export/incidents.csv?{NOVEMBER}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=atalaya-incidentes_2026-11-01_2026-11-20.csv"
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    english = analyst.get(f"/export/summary.csv?{NOVEMBER}&lang=en")
    assert "filename=atalaya-summary_2026-11-01_2026-11-20.csv" in english.headers["Content-Disposition"]


def test_a_table_cannot_run_in_a_spreadsheet(analyst: FlaskClient) -> None:
    row = table(analyst.get(f"/export/incidents.csv?{NOVEMBER}").text)[0]
    assert (row["label"], row["place"]) == ("'=HYPERLINK(1)", "'-Ñuñoa")
    assert float(row["lon"]) == -70.65


def test_a_spreadsheet_in_spanish_is_served(analyst: FlaskClient) -> None:
    line = analyst.get(f"/export/incidents.csv?{NOVEMBER}&for=spreadsheet&lang=es").text.splitlines()[1]
    assert ";-70,65;-33,45;" in line
    assert "-70.65" in analyst.get(f"/export/incidents.csv?{NOVEMBER}&for=spreadsheet&lang=en").text


def test_the_archive_has_the_table_and_what_must_be_known_of_it(analyst: FlaskClient) -> None:
    archive = zipfile.ZipFile(io.BytesIO(analyst.get(f"/export/incidents.zip?{NOVEMBER}").data))
    assert archive.namelist() == ["LEAME.txt", "atalaya-incidentes_2026-11-01_2026-11-20.csv"]
    note = archive.read("LEAME.txt").decode("utf-8-sig")
    for wanted in ("2 hechos", "inventados", "Datos al", "No se incluyen los delitos sexuales", "from=2026-11-01"):
        assert wanted in note, wanted
    assert archive.read(archive.namelist()[1]) == analyst.get(f"/export/incidents.csv?{NOVEMBER}").data


def test_the_map_total_and_the_unmapped_make_the_table_total(analyst: FlaskClient) -> None:
    twin = analyst.get(f"/api/v1/incidents/summary?{NOVEMBER}").json
    rows = table(analyst.get(f"/export/incidents.csv?{NOVEMBER}").text)
    collection = json.loads(analyst.get(f"/export/incidents.geojson?{NOVEMBER}").data)
    summary = {
        (row["part"], row["code"]): row["count"] for row in table(analyst.get(f"/export/summary.csv?{NOVEMBER}").text)
    }
    assert twin["total"] == len(rows) == len(collection["features"]) == int(summary["total", ""]) == 2
    without = sum(feature["geometry"] is None for feature in collection["features"])
    assert twin["places"]["unmapped"] == without == sum(not row["lon"] for row in rows) == 1
    assert collection["metadata"]["synthetic"] is True


def test_the_picture_is_a_png_of_the_question(analyst: FlaskClient) -> None:
    answer = analyst.get(f"/export/map.png?{NOVEMBER}&compare=previous")
    assert "atalaya-mapa_2026-11-01_2026-11-20.png" in answer.headers["Content-Disposition"]
    image = Image.open(io.BytesIO(answer.data))
    assert (image.format, image.width) == ("PNG", 1600)
    change = analyst.get(f"/export/map.png?{NOVEMBER}&compare=previous&side=change")
    assert change.status_code == 200
    assert change.data != answer.data
    assert analyst.get(f"/export/map.png?{NOVEMBER}&side=change").status_code == 404


def test_a_table_is_sent_while_it_is_read(analyst: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from services import exports

    read: list[int] = []
    by_ids = exports.by_ids
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    monkeypatch.setattr(exports, "by_ids", lambda connection, ids: read.append(len(ids)) or by_ids(connection, ids))
    answer = analyst.get(f"/export/incidents.csv?{NOVEMBER}", buffered=False)
    assert read == []
    assert answer.is_streamed
    assert len(table(answer.text)) == 2
    assert read == [1, 1]
    answer.close()
