"""What the public is told of forecasts: closed quarters by zone, and never a cell, a week or what is to come."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Settings
from data_access.desk import Desk
from data_access.releases import reading
from data_access.releases.reading import Release
from data_access.store import Store
from domain.people import SYSTEM
from domain.periods import Quarter
from locales import LANGUAGES
from services.forecast import runs, tracking
from tests.forecast_published import TARGET, forecast_city
from web import public
from web.server import create_public

FORECASTS = tuple(f"forecast_{name}" for name in ("accuracy", "fifths", "exposure", "precincts", "log"))
FINE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-?W\d{2}|\d{2}:\d{2}")  # a day, a week, an hour
POINT = re.compile(r"-?\d{1,3}\.\d{4,}")


@pytest.fixture(scope="module")
def city(
    sqlite_template: Path, sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Desk]]:
    with forecast_city(tmp_path_factory.mktemp("public"), sqlite_template, sqlite_desk_template) as found:
        yield found


@pytest.fixture
def server(city: tuple[Store, Desk], tmp_path: Path) -> Flask:
    """The process that serves the public alone; its record is nowhere."""
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    settings = Settings(tmp_path, nowhere, "a secret of the tests", face="public", releases=city[0].releases)
    return create_public(settings, city[1])


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


@pytest.fixture
def release(city: tuple[Store, Desk]) -> Release:
    found = reading.current(city[0].releases)
    assert found is not None
    return found


def english(client: FlaskClient, path: str) -> str:
    return client.get(path, headers={"Accept-Language": "en"}).text


def main(text: str) -> str:
    """What a page itself says, without the ways between pages and languages."""
    return text.partition("<main")[2].partition("</main>")[0]


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_answers_its_question_in_words_and_shows_each_estimate(client: FlaskClient, language: str) -> None:
    text = client.get("/forecasts", headers={"Accept-Language": language}).text.replace("\u00a0", " ")
    wanted = {
        "es": ("¿El pronóstico acierta?", "3.º trimestre de 2026", "Media de 52 semanas", "Para qué no sirve"),
        "en": ("Is the forecast any good?", "quarter 3 of 2026", "52-week mean", "What it is not for"),
    }[language]
    assert [said for said in wanted if said not in text] == []
    assert re.search(r"<strong>[^<]*5 %[^<]*\d+ %[^<]*</strong>", text), "the answer stands first"


def test_only_closed_quarters_are_told(client: FlaskClient, city: tuple[Store, Desk]) -> None:
    quarters = {str(Quarter.of(one.week)) for one in runs.listing(city[0], SYSTEM)}
    assert quarters == {"2026-Q3", "2026-Q4"}, "there are forecasts of a quarter that is not over"
    assert "quarter 4" not in english(client, "/forecasts")
    for name in FORECASTS[:-1]:
        rows = client.get(f"/api/v1/public/tables/{name}").json["rows"]
        assert {row["quarter"] for row in rows} == {"2026-Q3"}


def test_the_register_leads_to_it_and_it_to_the_register(client: FlaskClient) -> None:
    assert 'href="/forecasts"' in main(english(client, "/algorithms"))
    assert 'href="/algorithms"' in main(english(client, "/forecasts"))


def test_before_a_release_has_them_the_page_says_so_and_the_register_does_not_lead_there(
    releases: Path, tmp_path: Path, sqlite_desk: Desk
) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    settings = Settings(tmp_path, nowhere, "a secret of the tests", face="public", releases=releases)
    client = create_public(settings, sqlite_desk).test_client()
    assert "chart" not in main(english(client, "/forecasts"))
    assert 'href="/forecasts"' not in main(english(client, "/algorithms"))
    for name in FORECASTS:
        assert client.get(f"/api/v1/public/tables/{name}").status_code in (400, 404)


def test_before_the_first_release_there_is_nothing(client: FlaskClient, server: Flask, tmp_path: Path) -> None:
    house = server.extensions["atalaya"]
    server.extensions["atalaya"] = replace(house, settings=replace(house.settings, releases=tmp_path / "none"))
    assert "Nothing has been published yet" in english(client, "/forecasts")


FORGED = (
    "week=2026-11-23",
    "cell=250",
    "target=robbery",
    "quarter=2026-Q4",
    "zone=' or 1=1",
    "fifth=NaN",
    "bbox=-70,-33,-71,-34",
    "model=boosted&model=ewma",
    "month=2026-11",
)


@pytest.mark.parametrize("query", FORGED)
def test_a_forged_question_gets_no_more_than_the_page_itself(client: FlaskClient, query: str) -> None:
    """The page takes no question at all, and a table only the values of its keys."""
    assert main(english(client, f"/forecasts?{query}")) == main(english(client, "/forecasts"))
    for name in FORECASTS[:-1]:
        answer = client.get(f"/api/v1/public/tables/{name}?{query}")
        assert answer.status_code == 400
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/forecast", "/forecast/cells.png", "/forecast/places.csv", "/forecast/runs/run"])
def test_the_public_process_has_no_door_to_what_staff_see(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, json={}).status_code in (403, 404, 405)


# --- T13: model output ----------------------------------------------------------------------------------------------


def every_answer(client: FlaskClient, release: Release) -> Iterator[tuple[str, str]]:
    """Every public page, table and file of the release, and what its archive holds, by address."""
    tables = [f"/api/v1/public/tables/{name}" for name in release.tables]
    files = [f"/data/{release.number}/{name}" for name in (*release.files, "manifest.json")]
    for path in (*(page.path for page in public.every()), "/api/v1/public/releases", *tables, *files):
        for language in LANGUAGES if path.count("/") == 1 else LANGUAGES[:1]:
            answer = client.get(path, headers={"Accept-Language": language, "Accept-Encoding": "identity"})
            assert answer.status_code == 200, path
            yield path, answer.data.decode("utf-8", "replace")
    packed = client.get(f"/data/{release.number}/release.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        for name in archive.namelist():
            yield f"release.zip/{name}", archive.read(name).decode("utf-8", "replace")


def test_nothing_of_a_forecast_is_anywhere_in_public_but_quarters_that_are_over(
    client: FlaskClient, release: Release, city: tuple[Store, Desk]
) -> None:
    """T13: no cell, no rate of one, no week that was forecast, least of all the one to come."""
    sealed = runs.listing(city[0], SYSTEM)
    weeks = {one.week.isoformat() for one in sealed}
    secret = numbers_of_cells(city[0])
    answers = list(every_answer(client, release))
    assert len(answers) > 60
    for path, text in answers:
        assert not secret & set(re.findall(r"(?<![\w.])\d+\.?\d*(?![\w.])", text)), f"{path} tells of a cell"
        assert not [one for one in sealed if one.sha256 in text], f"{path} tells what a content would be known by"
        if not re.search("cameras|algorithms", path):  # whose entries have days of their own
            assert not weeks & set(FINE.findall(text)), f"{path} names a week that was forecast"
        if "forecast" in path:
            assert set(FINE.findall(text)) <= {release.manifest["issued"]}, f"{path} is finer than a month"


def numbers_of_cells(store: Store) -> set[str]:
    """Where the coming week's cells lie, in metres, and what is expected in the hottest of them."""
    content = tracking.coming(store, SYSTEM, TARGET).content
    grid = content.lattice
    corners = {str(at * grid.size) for at in (*grid.x.tolist(), *grid.y.tolist()) if at > 999}
    assert len(corners) > 20
    return corners | {f"{rate:.{digits}f}" for rate in content.rates.max(axis=1).tolist() for digits in (3, 4, 5)}


def test_the_scan_would_find_a_cell(city: tuple[Store, Desk]) -> None:
    grid = tracking.coming(city[0], SYSTEM, TARGET).content.lattice
    leaked = f"<td>{int(grid.y[0]) * grid.size}</td>"
    assert numbers_of_cells(city[0]) & set(re.findall(r"(?<![\w.])\d+\.?\d*(?![\w.])", leaked))


@pytest.mark.parametrize("name", FORECASTS)
def test_a_table_of_forecasts_has_nothing_finer_than_its_columns_say(release: Release, name: str) -> None:
    raw = release.bytes(f"{name}.csv").decode()
    assert not FINE.search(raw)
    assert not POINT.search(raw)
    for row in csv.DictReader(io.StringIO(raw)):
        for column, value in row.items():
            form = {"quarter": r"\d{4}-Q[1-4]", "month": r"\d{4}-\d{2}", "fifth": "[1-5]", "cell": str(TARGET.cell)}
            assert re.fullmatch(form.get(column, r"[^\r\n]*"), value), (column, value)
            if column.startswith("hit_rate"):
                assert re.fullmatch(r"\d(?:\.\d{1,2})?", value), "rounded, so that no count can be worked out"


def test_a_fifth_is_of_a_published_zone_and_nobody_learns_how_much(release: Release) -> None:
    rows = release.rows("forecast_fifths")
    zones = {row["code"] for row in release.rows("areas", level="zone")}
    assert {row["zone"] for row in rows} <= zones
    assert set(rows[0]) == {"quarter", "target", "zone", "fifth"}


def test_the_audit_of_exposure_is_published_by_precinct_without_a_count_of_incidents(
    release: Release, client: FlaskClient
) -> None:
    whole, told = release.rows("forecast_exposure"), release.rows("forecast_precincts")
    assert {row["quarter"] for row in whole} == {"2026-Q3"}
    assert 0 <= whole[0]["gini"] <= 1
    assert whole[0]["alarms"] >= sum(bool(row["warned"]) for row in told)
    known = {row["code"] for row in release.rows("areas", level="precinct")}
    assert {row["precinct"] for row in told} <= known
    assert sum(row["share"] for row in told) == pytest.approx(1, abs=0.01 * len(told))
    assert set(told[0]) == {"quarter", "target", "cell", "precinct", "share", "ratio", "longest", "warned"}
    assert "Who was flagged how often, quarter 3 of 2026" in english(client, "/forecasts")
