"""The pages of surveys without a browser: what they say first, what is always beside it, and to whom."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash._utils import split_callback_id
from flask.testing import FlaskClient

from data_access import microdata
from data_access.adoption import number_of
from data_access.store import Store
from domain.audit import Wanted
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from services import audit
from tests.adoption import goal, precincts
from tests.incidents import day
from tests.pages.conftest import SignIn
from tests.surveys import fact, share, told

DARK, FELT = "/dark-figure", "/perception"


def text(portal: Dash, client: FlaskClient, path: str, language: str = "en", search: str = "") -> str:
    """All that a page says, as Dash asks for it."""
    output = next(name for name in portal.callback_map if "_pages_content.children" in name)
    known, asked = portal.callback_map[output], {"pathname": path, "search": search}
    filled = {
        part: [{**one, "value": asked.get(one["property"])} for one in known[part]] for part in ("inputs", "state")
    }
    body = {"output": output, "outputs": split_callback_id(output), **filled, "changedPropIds": []}
    client.set_cookie("language", language)
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text[:500]
    return re.sub(r"\s+", " ", " ".join(_texts(json.loads(answer.text)["response"]["_pages_content"])))


def _texts(part: Any) -> list[str]:
    if isinstance(part, str):
        return [part]
    if isinstance(part, list):
        return [found for one in part for found in _texts(one)]
    if isinstance(part, dict):
        return _texts(part["props"].get("children")) if "props" in part else _texts(part.get("children"))
    return [] if part is None else [str(part)]


@pytest.fixture
def surveyed(sqlite_store: Store) -> Store:
    precincts(sqlite_store, {"norte": "Norte", "sur": "Sur", "este": "Este"})
    told(
        sqlite_store,
        [
            share("reported", "any", 2022, 0.50),
            share("reported", "any", 2024, 0.56),
            share("reported", "vehicle.theft", 2024, 0.9, unit="household", answers=29),
            share("feeling", "unsafe_night", 2024, 0.62, unit="person", area="norte"),
            share("feeling", "unsafe_night", 2024, 0.31, unit="person", area="sur"),
            share("feeling", "unsafe_night", 2024, 0.8, unit="person", area="este", answers=12),
            share("feeling", "unsafe_night", 2025, 0.4, unit="person", area="sur", design="gathered", survey="Round"),
            share("incivility", "litter", 2024, 0.3, unit="person", area="norte"),
        ],
    )
    due = {"due": day("2027-04-01"), "starts": number_of(day("2026-04-01"))}
    goal(sqlite_store, share="0.30", measure="dark_figure", baseline="0.50", **due)
    return sqlite_store


@pytest.mark.parametrize(
    ("language", "first", "goal_told", "never"),
    [
        (
            "en",
            "In 2024, 44 of 100 crimes that people told the survey of were not reported (between 41 and 47; The city).",
            "The goal is 30 % by April 2027, from 50 %.",
            "The number of reports in the app is no measure of it: more reports may mean more trust, not more crime.",
        ),
        (
            "es",
            "En 2024, 44 de cada 100 delitos que la gente contó a la encuesta quedaron sin denuncia "
            "(entre 41 y 47; The city).",
            "La meta es 30 % a abril de 2027, desde 50 %.",
            "El número de avisos en la aplicación no la mide: más avisos pueden ser más confianza y no más delito.",
        ),
    ],
)
def test_the_dark_figure_is_said_first_and_how_to_read_it_always(
    portal: Dash, surveyed: Store, signed_in: SignIn, language: str, first: str, goal_told: str, never: str
) -> None:
    said = text(portal, signed_in(Role.INSPECTOR), DARK, language)
    assert first in said
    assert goal_told in said
    assert never in said
    assert said.index(first) < said.index(never)


def test_the_change_is_beyond_chance_and_small_numbers_are_not_figures(
    portal: Dash, surveyed: Store, signed_in: SignIn
) -> None:
    said = text(portal, signed_in(Role.INSPECTOR), DARK)
    assert "In 2022 it was 50, and the difference is beyond chance." in said
    assert "not estimable: only 29 answers" in said
    assert "10 %" not in said
    assert "Homicide" in said


def test_the_bound_is_for_those_who_may_explore(portal: Dash, surveyed: Store, signed_in: SignIn) -> None:
    assert "A lower bound from two lists" in text(portal, signed_in(Role.INSPECTOR), DARK)
    assert "A lower bound" not in text(portal, signed_in(Role.CUSTODIAN), DARK)


def test_how_neighbours_feel_is_said_by_area(portal: Dash, surveyed: Store, signed_in: SignIn) -> None:
    said = text(portal, signed_in(Role.INSPECTOR), FELT)
    assert "At night 62 of 100 people feel unsafe in Norte (2024), 31 of 100 in Sur (2024)." in said
    assert "1 area has a small sample" in said
    assert "neither is said to cause the other" in said
    assert "They speak only for those who answered, not for the neighbourhood." in said
    assert "not estimable: only 12 answers" in said
    assert "80 %" not in said
    assert "holds for those who answered" in said


def test_a_commander_is_told_what_is_not_shown(portal: Dash, surveyed: Store, signed_in: SignIn) -> None:
    said = text(portal, signed_in(Role.COMMANDER, precincts=("norte",)), FELT)
    assert "2 areas are not shown" in said
    assert "Norte" in said
    assert "Este" not in said


@pytest.mark.parametrize("path", [DARK, FELT])
def test_without_a_survey_the_next_step_is_told(portal: Dash, signed_in: SignIn, path: str) -> None:
    assert "Deliver a survey" in text(portal, signed_in(Role.ANALYST), path)
    said = text(portal, signed_in(Role.INSPECTOR), path)
    assert "Deliver a survey" not in said
    assert "Ask an analyst" in said


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_tables_say_what_the_pages_say(surveyed: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.INSPECTOR)
    dark = rows(client, "/export/dark-figure.csv?lang=en")
    told_of = {(row["item"], row["year"]): row for row in dark if row["part"] == "share"}
    last = told_of["any", "2024"]
    assert (last["not_reported_percent"], last["low_percent"], last["high_percent"]) == ("44.0", "41.0", "47.0")
    assert (last["unit"], last["answers"], last["worth"]) == ("event", "900", "sound")
    assert told_of["vehicle.theft", "2024"]["not_reported_percent"] == ""
    assert {"homicide"} <= {row["item"] for row in dark if row["part"] == "not_asked"}
    felt = rows(client, "/export/perception.csv?lang=en")
    shares = {(row["part"], row["area"], row["item"]): row["percent"] for row in felt}
    assert shares["area", "norte", "unsafe_night"] == "62.0"
    assert shares["area", "norte", "litter"] == "30.0"
    assert shares["area", "este", "unsafe_night"] == ""
    assert shares["met", "sur", "unsafe_night"] == "40.0"
    events, _ = audit.read(surveyed, SYSTEM, Wanted("", "", None, None), 0, 20)
    assert {"export.dark_figure", "export.perception"} <= {event.action for event in events}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("address", ["/export/dark-figure.csv", "/export/perception.csv"])
def test_tables_are_for_those_who_hold_the_permission(signed_in: SignIn, role: Role, address: str) -> None:
    allowed = Permission.SURVEYS in PERMISSIONS[role]
    assert signed_in(role).get(address).status_code == (200 if allowed else 403)


def test_nobody_signed_in_gets_no_table(client: FlaskClient) -> None:
    assert client.get("/export/dark-figure.csv", headers={"Accept": "text/csv"}).status_code in (302, 401, 403)


def test_the_real_survey_says_that_it_has_no_dark_figure(
    portal: Dash, sqlite_store: Store, signed_in: SignIn, shared_data: Path
) -> None:
    path = shared_data / "chile-enusc-2024" / "enusc_1_select_desc.RDS"
    told(sqlite_store, map(fact, microdata.estimates(path, microdata.profile("enusc-2024"))))
    said = text(portal, signed_in(Role.ANALYST), DARK)
    assert "ENUSC (INE Chile) 2024 was delivered and asks nobody who reported" in said
    assert "of 100" not in said
    felt = text(portal, signed_in(Role.ANALYST), FELT)
    assert "In Chile, zonas urbanas, 74 of 100 people feel unsafe walking at night (73–75 %; 2024)." in felt
    assert "Maule" in felt
    assert "Other places the survey tells of" in felt
