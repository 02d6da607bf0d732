"""The public face as anyone meets it: pages, files and JSON from the current release, and nothing else behind them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from components import public_registers
from config.settings import Settings
from data_access.desk import Desk
from data_access.releases import reading
from domain.release.lattice import ALL, BASE, TABLES
from domain.release.shown import level
from domain.taxonomy import taxonomy
from locales import LANGUAGES, Words, catalogue
from services import clock, published
from web import public
from web.server import create_public

ONLY_RELEASE = ("/", "/zones", "/trends", "/cameras", "/use", "/algorithms", "/data", "/requests")


@pytest.fixture
def server(releases: Path, tmp_path: Path, sqlite_desk: Desk) -> Flask:
    """The process that serves the public alone; its record is nowhere."""
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    return create_public(
        Settings(tmp_path, nowhere, "a secret of the tests", face="public", releases=releases), sqlite_desk
    )


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


@pytest.fixture
def release(releases: Path) -> reading.Release:
    found = reading.current(releases)
    assert found is not None
    return found


def _every_address(releases: Path) -> list[str]:
    """Every page, and every question that the forms on them can ask about incidents."""
    known = published.choices(releases)
    pages = [*ONLY_RELEASE, "/privacy", "/accessibility"]  # not those that tell the law
    zones = [
        f"/zones?period={period}&family={family}"
        for period in (*known.years, *known.months[:3])
        for family in known.families
    ]
    trends = [
        f"/trends?precinct={precinct}&family={family}"
        for precinct in (ALL, *known.precincts)
        for family in known.families
    ]
    return [*pages, *zones[::3], *trends[::5]]


class Text(HTMLParser):
    """What a page says in its main part, without axes and legends, whose numbers are nobody's counts."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._depth = self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "main":
            self._depth = 1
        if tag in ("option", "figcaption", "code", "form") or "axis" in (known.get("class") or ""):
            self._quiet += 1
            self._closing = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._depth = 0
        if tag in ("option", "figcaption", "code", "form") or (tag == "text" and self._quiet):
            self._quiet -= 1

    def handle_data(self, data: str) -> None:
        if self._depth and not self._quiet:
            self.said.append(data)


def _numbers(answer: TestResponse) -> set[str]:
    parser = Text()
    parser.feed(answer.text)
    return set(re.findall(r"(?<![\w.,-])-?\d(?:[\d.,]*\d)?", " ".join(parser.said)))


def _in_files(release: reading.Release) -> set[str]:
    """Every number of a release's tables as either language writes it, and every word of its texts."""
    found: set[str] = set()
    for name in release.tables:
        for row in release.rows(name):
            for value in row.values():
                if isinstance(value, int | float):
                    found |= {f"{value:,.{digits}f}" for digits in range(6)}
                    found |= {f"{100 * value:,.{digits}f}" for digits in (0, 1)}
                elif value:
                    found |= set(re.findall(r"\d(?:[\d.,]*\d)?", value))
    found |= {number.translate(str.maketrans(",.", ".,")) for number in found}
    return found


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_both_languages_and_says_what_it_is(
    language: str, client: FlaskClient, releases: Path
) -> None:
    titles: set[str] = set()
    for page in public.every():
        answer = client.get(page.path, headers={"Accept-Language": language})
        assert answer.status_code == 200, page.path
        for needed in (
            f'<html lang="{({"es": "es-CL"}).get(language, language)}"',
            '<meta name="description"',
            '<meta property="og:image"',
            'id="main"',
        ):
            assert needed in answer.text, (page.path, needed)
        assert "<script>" not in answer.text
        assert not re.search(r'\sstyle="|\son\w+="', answer.text), "the policy would refuse it"
        titles |= set(re.findall(r"<title>(.+?)</title>", answer.text)[:1]) if page.order else set()
    assert len(titles) == len([page for page in public.every() if page.order])


def test_spanish_is_that_of_the_country_whose_law_the_desk_is_under(client: FlaskClient, server: Flask) -> None:
    house = server.extensions["atalaya"]
    for law, spoken in (("chile", "es-CL"), ("argentina-mendoza", "es-AR")):
        server.extensions["atalaya"] = replace(house, settings=replace(house.settings, jurisdiction=law))
        for path in ("/", "/footage", "/nothing"):
            assert f'<html lang="{spoken}"' in client.get(path, headers={"Accept-Language": "es"}).text
            assert '<html lang="en"' in client.get(path, headers={"Accept-Language": "en"}).text


def test_every_camera_has_its_whole_entry_and_the_table_its_pages(
    client: FlaskClient, release: reading.Release
) -> None:
    rows = release.rows("cameras")
    listed: list[str] = []
    for page in public_registers.pages(rows):
        answer = client.get(f"/cameras?page={page}")
        assert answer.status_code == 200
        table = answer.text.partition('id="listed"')[2].partition("</table>")[0]
        found = re.findall(r'href="\?camera=([^"]+)"', table)
        assert len(found) <= public_registers.PAGE
        listed += found
    assert listed == [row["camera_id"] for row in rows]
    drawn = answer.text.partition('<svg class="map"')[2].partition("</svg>")[0]
    assert set(re.findall(r'<a href="\?camera=([^"]+)" aria-label="[^"]+">', drawn)) == {
        row["camera_id"] for row in rows if row["lon"] is not None
    }
    entry = client.get(f"/cameras?camera={listed[0]}", headers={"Accept-Language": "es"}).text
    for name in ("purpose", "legal_basis", "face_recognition", "plate_reading", "retention_days"):
        assert f"<dt>{Words('es').text(f'registers.camera.{name}')}</dt>" in entry
    assert "<title>" + (rows[0]["name"] or listed[0]) in entry


def test_before_the_first_release_every_page_says_that_there_is_none(
    client: FlaskClient, server: Flask, tmp_path: Path
) -> None:
    house = server.extensions["atalaya"]
    server.extensions["atalaya"] = replace(house, settings=replace(house.settings, releases=tmp_path / "none"))
    for path in ONLY_RELEASE:
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert (answer.status_code, "Nothing has been published yet" in answer.text) == (200, True), path


def test_what_is_chosen_stays_and_shared_pages_set_no_cookie(client: FlaskClient) -> None:
    first = client.get("/zones", headers={"Accept-Language": "es"})
    assert "Set-Cookie" not in first.headers
    client.get("/zones?lang=en&scheme=dark")
    again = client.get("/zones", headers={"Accept-Language": "es"})
    assert '<html lang="en" data-scheme="dark">' in again.text


def test_the_policy_allows_the_one_style_inside_and_nothing_of_others(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shared_link_shows_what_it_leads_to(language: str, client: FlaskClient, release: reading.Release) -> None:
    """What those who show links read: title, words, and a picture drawn from the release, all in one language."""
    for page in public.every():
        text = client.get(page.path, headers={"Accept-Language": language}).text
        told = dict(re.findall(r'<meta property="og:(.+?)" content="(.*?)">', text))
        assert told["title"]
        assert told["description"]
        assert told["url"] == f"http://localhost{page.path}"
        assert told["image"] == f"http://localhost/preview-{language}.png"
    answer = client.get(f"/preview-{language}.png")
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (1200, 630)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(answer.data) < 80_000
    assert client.get("/preview-xx.png").status_code == 404


def test_the_picture_of_a_link_is_of_the_release_and_its_language(
    server: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    drawn = {client.get(f"/preview-{language}.png", buffered=True).data for language in LANGUAGES}
    house = server.extensions["atalaya"]
    server.extensions["atalaya"] = replace(house, settings=replace(house.settings, releases=tmp_path / "none"))
    drawn |= {client.get(f"/preview-{language}.png", buffered=True).data for language in LANGUAGES}
    assert len(drawn) == len(LANGUAGES) + 1, "before the first release there is one for all"


def test_the_panel_says_with_whom_footage_is_shared(client: FlaskClient, release: reading.Release) -> None:
    bodies = {body.strip() for row in release.rows("cameras") for body in (row["shared_with"] or "").split(";")} - {""}
    written = client.get("/use").text
    assert bodies
    assert all(f"<li>{body}</li>" in written for body in bodies)


@pytest.mark.parametrize("path", ["/staff", "/login", "/map", "/_dash-layout", "/_dash-update-component", "/nothing"])
def test_the_public_process_has_no_other_door(path: str, client: FlaskClient) -> None:
    for answer in (client.get(path), client.post(path, json={})):
        assert answer.status_code in (404, 405)
        assert "Traceback" not in answer.text


def test_a_form_is_taken_from_this_site_alone(client: FlaskClient) -> None:
    assert client.post("/cameras", data={"point": "-33.4, -70.6"}).status_code == 403
    token = {"csrf_token": _token(client)}
    assert client.post("/cameras", data=token | {"point": "-33.4, -70.6"}).status_code == 200
    foreign = client.post("/cameras", data=token | {"point": "-33.4, -70.6"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/cameras").text)
    assert found is not None
    return found[1]


# --- is there a camera here? ------------------------------------------------------------------------------------


def test_the_checker_says_yes_or_no_and_never_which(client: FlaskClient, release: reading.Release) -> None:
    camera = next(row for row in release.rows("cameras") if row["status"] == "active" and row["lon"])
    token = _token(client)
    for point, said in ((f"{camera['lat']}, {camera['lon']}", "Sí:"), ("-33.9, -70.1", "No:")):
        answer = client.post("/cameras", data={"csrf_token": token, "point": point}, headers={"Accept-Language": "es"})
        told = re.search(r'role="status">([^<]+)<', answer.text)
        assert told is not None
        assert told[1].startswith(said)
        assert camera["camera_id"] not in told[1]


@pytest.mark.parametrize("point", ["", "here", "1,2", "-91.5, 10.5", "nan, nan", "1e9 1e9", "-33.4" * 5_000])
def test_a_point_that_is_none_is_told_beside_the_field(point: str, client: FlaskClient) -> None:
    answer = client.post("/cameras", data={"csrf_token": _token(client), "point": point})
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (400, True)


def test_who_asks_for_every_corner_is_told_to_wait(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: 1_800_000_000)
    sent = {"csrf_token": _token(client), "point": "-33.4, -70.6"}
    statuses = [client.post("/cameras", data=sent).status_code for _ in range(32)]
    assert statuses[:30] == [200] * 30
    assert set(statuses[30:]) == {429}


# --- attacks ----------------------------------------------------------------------------------------------------


def test_every_number_on_every_page_is_in_the_files_of_the_release(
    client: FlaskClient, releases: Path, release: reading.Release
) -> None:
    """T4. Beside them there are only the numbers of sentences, of periods and of the release itself."""
    known = _in_files(release) | {str(release.number), *map(str, range(2020, 2028)), *"1234"}
    known |= {
        number
        for told in catalogue("es").values()
        if isinstance(told, str)
        for number in re.findall(r"\d(?:[\d.,]*\d)?", told)
    }
    known |= {str(max(1, round(file["bytes"] / 1000))) for file in release.manifest["files"]}
    known |= {str(len(release.rows("cameras"))), release.manifest["issued"][8:].lstrip("0")}
    shown = 0
    for path in _every_address(releases):
        answer = client.get(path)
        assert answer.status_code == 200, path
        found = _numbers(answer)
        shown += len(found)
        assert (path, found - known) == (path, set())
    assert shown > 500


def test_a_page_that_invented_a_number_would_be_found(release: reading.Release) -> None:
    made = TestResponse([b"<main><td>7.531</td><text class='axis'>9.999</text></main>"], "200 OK", [], None)  # type: ignore[arg-type]
    assert _numbers(made) == {"7.531"}
    assert not _numbers(made) & _in_files(release)


def test_json_tables_are_the_files_of_the_release(client: FlaskClient, release: reading.Release) -> None:
    """T4, and that every count is a multiple of five."""
    for name in release.tables:
        rows = client.get(f"/api/v1/public/tables/{name}").json["rows"]
        assert rows == json.loads(json.dumps(release.rows(name)))
        assert all((row["count"] or 0) % BASE == 0 for row in rows if "count" in row)


def test_files_come_as_the_very_bytes_and_may_be_kept_for_good(client: FlaskClient, release: reading.Release) -> None:
    for name in (*release.files, "manifest.json", "release.zip"):
        answer = client.get(f"/data/{release.number}/{name}", headers={"Accept-Encoding": "identity"})
        assert answer.data == (release.folder / name).read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]
        tag = answer.headers["ETag"]
        assert client.get(f"/data/{release.number}/{name}", headers={"If-None-Match": tag}).status_code == 304


def test_nothing_is_dated_finer_than_a_month_and_no_point_is_told(client: FlaskClient, releases: Path) -> None:
    """T7, on every page and table about incidents; the day of the release itself is no incident's."""
    issued = published.current(releases).manifest["issued"]
    paths = [path for path in _every_address(releases) if path.startswith(("/zones", "/trends")) or path == "/"]
    paths += [f"/api/v1/public/tables/{table.name}" for table in TABLES]
    for path in paths:
        text = client.get(path).text.replace(issued, "")
        assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d", text), path
        assert not re.search(r"-?\d{1,3}\.\d{4,}", text), f"{path} tells a coordinate"
        assert not re.search(r'"(?:id|incident|lat|lon|customdata)"', text), path


def test_the_only_coordinates_are_outlines_and_cameras_as_exactly_as_their_entries_say(
    client: FlaskClient, release: reading.Release
) -> None:
    """T7."""
    with_points = {name for name in release.files if re.search(rb"-?\d{1,3}\.\d{4,}", release.bytes(name))}
    assert with_points <= {"zones.geojson", "precincts.geojson", "cameras.csv", "use.csv"}
    for row in release.rows("cameras"):
        if row["precision"] == "sector":
            assert row["lon"] is None
        if row["precision"] != "corner":
            assert not row["name"]


FORGED = [
    "/zones?period=2025-03-01",
    "/zones?period=2025-03-01..2025-03-08",
    "/zones?period=2025&period=2024",
    "/zones?period=NaN",
    "/zones?family=sexual",
    "/zones?family=theft,robbery",
    "/zones?period=__class__",
    "/trends?precinct=unknown-zone",
    "/trends?precinct=el-bosque-centro",
    "/trends?family=family",
    "/cameras?type=all&type=ptz",
    "/cameras?camera=nobody",
    "/cameras?page=0",
    "/cameras?page=999",
    "/footage/new?camera=nobody",
    "/api/v1/public/tables/zone_year_family?year=2025-06",
    "/api/v1/public/tables/zone_year_family?zone=el-bosque",
    "/api/v1/public/tables/zone_year_family?month=2025-06",
    "/api/v1/public/tables/zone_year_family?bbox=-70,-33,-71,-34",
    "/api/v1/public/tables/zone_year_family?zoom=12",
    "/api/v1/public/tables/precinct_month_family?month=2025-06&month=2025-05",
    "/api/v1/public/tables/month_type?type=NaN",
    "/api/v1/public/tables/cameras?lon=-70.6",
    "/zones?period=" + "9" * 7_000,
    "/api/v1/public/tables/month_type?" + "&".join(["type=theft"] * 900),
]


@pytest.mark.parametrize("path", FORGED, ids=lambda path: path[:60])
def test_what_is_on_no_list_is_refused(path: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """T1, T3 and T8, without a row being looked at for it."""
    monkeypatch.setattr(reading.Release, "rows", _only_names(reading.Release.rows))
    answer = client.get(path)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def _only_names(rows: Any) -> Any:
    def looked(self: reading.Release, name: str, **equal: str) -> Any:
        assert name in ("areas", "cameras", "algorithms"), f"{name} was looked at"
        return rows(self, name, **equal)

    return looked


@pytest.mark.parametrize(
    "path", ["/api/v1/public/tables/incidents", "/data/1/secret_key", "/data/2/release.zip", "/data/1/..%2fx"]
)
def test_what_is_no_part_of_a_release_is_not_found(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_a_question_has_one_answer_however_often_it_is_asked(server: Flask, releases: Path) -> None:
    """T9."""
    for path in [
        *_every_address(releases)[::4],
        "/api/v1/public/tables/zone_year_family?year=2025",
        "/data/1/release.zip",
    ]:
        if (page := next((page for page in public.every() if page.path == path), None)) and "POST" in page.methods:
            continue  # holds the browser's own token
        answers = {server.test_client().get(path).data for _ in range(3)}
        assert len(answers) == 1, path


def test_classes_come_from_rounded_counts_and_hovering_tells_no_more(client: FlaskClient, releases: Path) -> None:
    """T12."""
    for period in published.choices(releases).years:
        plan = published.plan(releases, period, ALL)
        answer = client.get(f"/zones?period={period}", headers={"Accept-Language": "en"})
        drawn = re.findall(r'<path class="(?:c(\d)|none)" d="[^"]+"><title>([^<]+)</title>', answer.text)
        assert len(drawn) == len([area for area in plan.areas if area.outline])
        for area, (number, told) in zip((area for area in plan.areas if area.outline), drawn, strict=True):
            assert area.count is None or area.count % BASE == 0
            assert number == str(level(area.density, plan.edges))
            assert told in (f"{area.name}: about {area.count:,}", f"{area.name}: 0 to 2")


def test_sensitive_kinds_are_told_of_the_whole_by_year_alone(client: FlaskClient, release: reading.Release) -> None:
    """T2, as far as it can be seen from outside."""
    told = {row["family"] for row in release.rows("sensitive_year")}
    plain = {code.partition(".")[0] for code in taxonomy().types.keys() - taxonomy().sensitive}
    assert told - plain >= {"sexual", "family"}
    for table in TABLES:
        if not table.sensitive:
            codes = {row[str(table.what)] for row in client.get(f"/api/v1/public/tables/{table.name}").json["rows"]}
            assert not codes & ((told - plain) | taxonomy().sensitive), table.name


def test_request_statistics_are_rounded_and_by_quarter(client: FlaskClient) -> None:
    """T14."""
    rows = client.get("/api/v1/public/tables/request_statistics").json["rows"]
    assert rows
    assert all(re.fullmatch(r"\d{4}-Q[1-4]", row["quarter"]) for row in rows)
    assert all((row["count"] or 0) % BASE == 0 for row in rows)
