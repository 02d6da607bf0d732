"""The pages of forecasts without a browser: what they say to whom, the pictures, the tables, a run and the switch."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update
from werkzeug.test import TestResponse

from data_access import schema
from data_access.engine import writing
from data_access.store import Store
from domain.forecast.models import MAIN, Model
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from services import jobs
from services.forecast import runs, scoring, standing
from tests.forecasting import STREET, every, founded, invented, monday, sealed
from tests.incidents import PRECINCTS
from tests.pages.conftest import SignIn, fire
from tests.pages.test_imports import opened

PAGES = ("/forecast", "/forecast/tracking", "/forecast/exposure", "/forecast/runs")
READERS = [role for role in Role if Permission.FORECAST in PERMISSIONS[role]]
REASON = "The feed of the last weeks is in doubt."
FORM = {"target": "robbery.street@250", "act": "off", "reason": REASON}


@pytest.fixture
def told(sqlite_store: Store) -> Store:
    """A city with two scored weeks and a forecast of the next; its history is too short for the main model."""
    founded(sqlite_store, 12)
    for week in (10, 11, 12):
        sealed(sqlite_store, week)
    scoring.score(sqlite_store, SYSTEM)
    return sqlite_store


def plain(shown: str) -> str:
    """What a reader reads of a page."""
    return " ".join(re.sub("<[^>]+>", " ", shown).replace("\u00a0", " ").split())


def visit(portal: Dash, client: FlaskClient, path: str, search: str = "", language: str = "en") -> str:
    client.set_cookie("language", language)
    return opened(portal, client, path, search)


def image(shown: str) -> str:
    """The address of the first picture that a page's map is given."""
    found = re.search(r"/forecast/cells\.png\?[^\"\\]+", shown)
    assert found is not None
    return found[0]


# --- what is read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("es", ("¿Dónde, la semana que viene?", "Robo a transeúnte", "Sellado el", "2 semanas medidas", "Iluminación")),
        ("en", ("Where in the coming week?", "Street robbery", "Sealed on", "2 scored weeks", "Lighting")),
    ],
)
def test_the_coming_week_is_told(
    portal: Dash, told: Store, signed_in: SignIn, language: str, wanted: tuple[str, ...]
) -> None:
    shown = plain(visit(portal, signed_in(Role.INSPECTOR), "/forecast", language=language))
    assert [part for part in wanted if part not in shown] == []


def test_a_forecast_of_baselines_alone_says_so(portal: Dash, told: Store, signed_in: SignIn) -> None:
    shown = plain(visit(portal, signed_in(Role.INSPECTOR), "/forecast"))
    assert "simple baselines alone" in shown
    assert "Led by: Weighted mean (EWMA)" in shown


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", READERS)
def test_every_reader_gets_every_page(portal: Dash, told: Store, signed_in: SignIn, role: Role, path: str) -> None:
    precincts = tuple(PRECINCTS[:1]) if role is Role.COMMANDER else ()
    shown = visit(portal, signed_in(role, precincts=precincts), path)
    assert "page-error" not in shown
    assert "Street robbery" in shown


@pytest.mark.parametrize("path", PAGES[:3])
def test_while_the_demos_year_is_made_an_empty_page_says_so(
    portal: Dash, sqlite_store: Store, signed_in: SignIn, path: str
) -> None:
    founded(sqlite_store, 12)
    client = signed_in(Role.INSPECTOR)
    assert "is about to be made" not in visit(portal, client, path)
    job = jobs.submit(sqlite_store, SYSTEM, "demo", {})
    assert "is about to be made" in visit(portal, client, path)
    with writing(sqlite_store.engine) as connection:
        connection.execute(update(schema.jobs).where(schema.jobs.c.id == job).values(done=7, total=159))
    assert "is being made: 7 of 159 weeks" in visit(portal, client, path)


@pytest.mark.parametrize("path", PAGES[:3])
def test_before_anything_is_forecast_a_page_says_how_to_get_there(
    portal: Dash, sqlite_store: Store, signed_in: SignIn, path: str
) -> None:
    founded(sqlite_store, 12)
    shown = plain(visit(portal, signed_in(Role.ANALYST), path))
    assert "yet" in shown
    assert "page-error" not in shown


def test_only_who_may_run_is_sent_to_do_it(portal: Dash, sqlite_store: Store, signed_in: SignIn) -> None:
    founded(sqlite_store, 12)
    assert "Make a forecast" in visit(portal, signed_in(Role.ANALYST), "/forecast")
    assert "Ask an analyst" in visit(portal, signed_in(Role.INSPECTOR), "/forecast")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "search",
    [
        "?target=drugs.offence&cell=x&week=yesterday&place=-4&show=all",
        "?target=robbery.street&cell=99999999999&week=1999-01-04&area=7",
        "?week=2025-03-25&place=9999999&verify=&a=b",
        "?target=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_an_address_that_makes_no_sense_is_repaired(
    portal: Dash, told: Store, signed_in: SignIn, path: str, search: str
) -> None:
    shown = visit(portal, signed_in(Role.ANALYST), path, search)
    assert "page-error" not in shown
    assert "<script" not in shown


def test_a_commander_sees_the_cells_of_their_own_precincts(portal: Dash, told: Store, signed_in: SignIn) -> None:
    own = PRECINCTS[0]
    shown = visit(portal, signed_in(Role.COMMANDER, precincts=(own,)), "/forecast")
    assert "cells of your own precincts" in shown
    places = signed_in(Role.COMMANDER, precincts=(own,)).get("/forecast/places.csv?target=robbery.street")
    assert {row["precinct"] for row in table(places)} == {own}


def test_a_commander_without_precinct_is_told_so(portal: Dash, told: Store, signed_in: SignIn) -> None:
    shown = visit(portal, signed_in(Role.COMMANDER), "/forecast")
    assert "page-error" not in shown
    assert "/forecast/cells.png" not in shown


def test_a_past_week_is_chosen_by_its_monday(portal: Dash, told: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.INSPECTOR)
    for week in (10, 11):
        shown = visit(portal, client, "/forecast/tracking", f"?week={monday(week)}&area=20")
        assert f"week={monday(week)}&show=caught&area=20" in shown
        assert "in the 20 % of the area that was flagged" in plain(shown)


@pytest.mark.parametrize("path", PAGES[:2])
def test_a_week_that_is_not_there_is_said_not_to_be(portal: Dash, told: Store, signed_in: SignIn, path: str) -> None:
    client = signed_in(Role.INSPECTOR)
    said = "is shown instead"
    assert said in visit(portal, client, path, "?week=1999-01-04")
    assert said not in visit(portal, client, path) + visit(portal, client, path, "?week=yesterday")
    assert said not in visit(portal, client, path, f"?week={monday(11)}")


def test_a_late_forecast_is_shown_as_late(portal: Dash, sqlite_store: Store, signed_in: SignIn) -> None:
    founded(sqlite_store, 12)
    sealed(sqlite_store, 12, early=-3600)
    client = signed_in(Role.INSPECTOR)
    assert "LATE: sealed on" in visit(portal, client, "/forecast")
    assert "LATE" in visit(portal, client, "/forecast/runs")


def test_a_superseded_forecast_stays_in_sight(portal: Dash, told: Store, signed_in: SignIn) -> None:
    sealed(told, 12, early=1800)
    client = signed_in(Role.INSPECTOR)
    assert "1 earlier forecast of the same week was superseded" in visit(portal, client, "/forecast")
    assert "Superseded" in visit(portal, client, "/forecast/runs")


def test_seals_are_verified_on_asking(portal: Dash, told: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.AUDITOR)
    assert "seals hold" not in visit(portal, client, "/forecast/runs")
    assert "All 3 seals hold" in visit(portal, client, "/forecast/runs", "?verify=all")


def test_a_broken_seal_is_called_broken(
    portal: Dash, told: Store, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "verify", lambda store, actor: [runs.Broken(2, "content")])
    shown = visit(portal, signed_in(Role.AUDITOR), "/forecast/runs", "?verify=all")
    assert "The seals of 2 are BROKEN" in shown
    assert "sealed-broken" in shown


# --- pictures and tables ----------------------------------------------------------------------------------------


def table(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", PAGES[:2])
def test_the_map_is_a_picture_that_browsers_keep(portal: Dash, told: Store, signed_in: SignIn, path: str) -> None:
    client = signed_in(Role.INSPECTOR)
    address = image(visit(portal, client, path))
    answer = client.get(f"{address}&ground=dark")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    drawn = Image.open(io.BytesIO(answer.data))
    assert drawn.mode == "P"
    assert drawn.getextrema()[1] >= 1  # something is painted
    assert client.get(address).data != answer.data


def test_another_readers_picture_is_not_theirs(portal: Dash, told: Store, signed_in: SignIn) -> None:
    address = image(visit(portal, signed_in(Role.INSPECTOR), "/forecast"))
    commander = signed_in(Role.COMMANDER, precincts=(PRECINCTS[0],))
    assert commander.get(address).status_code == 404


@pytest.mark.parametrize(
    ("part", "otherwise", "status"),
    [
        ("show=risk", "show=none", 400),
        ("show=risk", "show=caught", 404),
        ("seal=", "seal=0", 404),
        ("week=2025", "week=x2025", 400),
        ("target=robbery.street", "target=drugs.offence", 400),
        ("cell=250", "cell=251", 400),
    ],
)
def test_a_forged_picture_is_refused(
    portal: Dash, told: Store, signed_in: SignIn, part: str, otherwise: str, status: int
) -> None:
    client = signed_in(Role.INSPECTOR)
    address = image(visit(portal, client, "/forecast"))
    assert part in address
    assert client.get(address.replace(part, otherwise)).status_code == status


def test_places_scores_and_exposure_leave_as_tables(told: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.INSPECTOR)
    places = table(client.get("/forecast/places.csv?target=robbery.street"))
    assert [row["number"] for row in places] == [str(number) for number in range(1, len(places) + 1)]
    assert {row["why"] for row in places} == {"risk", "exploration"}
    scores = table(client.get("/forecast/scores.csv?target=robbery.street"))
    assert {row["week"] for row in scores} == {str(monday(10)), str(monday(11))}
    assert {row["model"] for row in scores} == {str(model) for model in Model if model is not MAIN}
    board = table(client.get("/forecast/board.csv?target=robbery.street"))
    assert {row["model"] for row in board} == {row["model"] for row in scores} | {"ceiling"}
    exposure = table(client.get("/forecast/exposure.csv"))  # the city's first
    assert {row["precinct"] for row in exposure} == set(PRECINCTS)


@pytest.mark.parametrize("name", ["places", "scores", "board", "exposure"])
@pytest.mark.parametrize(
    "query", ["?target=", "?target=nothing", "?target=drugs.offence", "?target=robbery.street&cell=7"]
)
def test_a_table_of_nonsense_is_refused(told: Store, signed_in: SignIn, name: str, query: str) -> None:
    assert signed_in(Role.INSPECTOR).get(f"/forecast/{name}.csv{query}").status_code == 400


def test_a_city_without_precincts_gets_places_all_the_same(portal: Dash, told: Store, signed_in: SignIn) -> None:
    invented(told, 13, every(0.2, 0.3))
    places = table(signed_in(Role.INSPECTOR).get("/forecast/places.csv?target=robbery.street"))
    assert {row["precinct"] for row in places} == {""}
    assert len(places) == 2


# --- a run and the switch ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", ["run", "1/cancel", "switch"])
def test_only_those_who_may_press_it(signed_in: SignIn, told: Store, role: Role, act: str) -> None:
    client = signed_in(role)
    jobs.submit_forecast(told, SYSTEM, STREET)
    answer = client.post(f"/forecast/runs/{act}", data=FORM)
    may = Permission.FORECAST_RUN in PERMISSIONS[role]
    assert answer.status_code == (302 if may else 403)
    assert standing.of(told, SYSTEM, STREET).off == (may and act == "switch")


def test_a_run_is_asked_for_watched_and_cancelled(portal: Dash, told: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.ANALYST)
    client.post("/forecast/runs/run", data=FORM)
    shown = visit(portal, client, "/forecast/runs")
    assert "Waiting for the worker" in shown
    watched = fire(portal, client, next(one for one in portal.callback_map if "forecast-progress" in one), 1)
    assert watched.status_code == 200
    assert "Waiting for the worker" in watched.text
    client.post("/forecast/runs/1/cancel")
    again = fire(portal, client, next(one for one in portal.callback_map if "forecast-progress" in one), 1)
    assert "nothing was sealed" in again.text
    assert json.loads(again.text)["response"]["forecast-poll"]["disabled"] is True


@pytest.mark.parametrize("job", [None, 0, -1, True, "1", 1.5, [], {}, 2**40])
def test_a_forged_number_of_a_run_is_refused(portal: Dash, told: Store, signed_in: SignIn, job: Any) -> None:
    output = next(one for one in portal.callback_map if "forecast-progress" in one)
    assert fire(portal, signed_in(Role.ANALYST), output, job).status_code == 400


def test_a_switch_is_told_with_its_reason_on_every_page(portal: Dash, told: Store, signed_in: SignIn) -> None:
    invented(told, 13, every(0.2, 0.3))
    client = signed_in(Role.ANALYST)
    client.post("/forecast/runs/switch", data=FORM)
    for path in ("/forecast", "/forecast/tracking"):
        shown = plain(visit(portal, client, path))
        assert "The main model is switched off" in shown
        assert REASON in shown
    assert "Switched off" in visit(portal, client, "/forecast/runs")
    assert "Yes, switch it on" in visit(portal, client, "/forecast/runs")


@pytest.mark.parametrize(
    "changed",
    [{"reason": ""}, {"reason": "short"}, {"reason": "x" * 501}, {"act": "demote"}, {"act": ""}, {"target": "x"}],
)
def test_a_switch_without_reason_or_sense_changes_nothing(
    told: Store, signed_in: SignIn, changed: dict[str, str]
) -> None:
    answer = signed_in(Role.ANALYST).post("/forecast/runs/switch", data=FORM | changed)
    assert answer.status_code == 400
    assert standing.of(told, SYSTEM, STREET).log == ()


def test_another_persons_job_of_another_kind_is_no_forecast(told: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.ANALYST)
    jobs.submit(told, SYSTEM, "import", {"uploads": [], "reading": {}})
    assert client.post("/forecast/runs/1/cancel").status_code == 404
