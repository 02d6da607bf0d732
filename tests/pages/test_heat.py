"""The heat map page without a browser: what its layout and its callbacks say to whom."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from dash import Dash
from flask.testing import FlaskClient

from components import filter_bar, heat_view
from data_access.store import Store
from domain.filter import KEYS, Filter
from domain.people import Role
from services.ground import ground
from services.incidents import explore
from tests.incidents import person, random_rows, settle
from tests.pages.conftest import SignIn, fire

SPAN = {"from": "2025-12-20", "to": "2026-02-17"}


@pytest.fixture
def city(sqlite_store: Store) -> Store:
    settle(sqlite_store, random_rows(np.random.default_rng(3), 400))
    return sqlite_store


def output_of(portal: Dash, part: str) -> str:
    return next(output for output in portal.callback_map if output.strip(".").startswith(f"{part}."))


def drawn(portal: Dash, client: FlaskClient, store: str, **values: Any) -> dict[str, str]:
    """The text of each part that a callback draws into a store."""
    found = fire(portal, client, output_of(portal, store), **values)
    assert found.status_code == 200
    parts: dict[str, str] = json.loads(found.text)["response"][store]["data"]
    return {part: " ".join(re.sub("<[^>]+>", " ", html).split()) for part, html in parts.items()}


def answered(portal: Dash, client: FlaskClient, query: dict[str, str]) -> dict[str, str]:
    """The text of each part that a question fills."""
    return drawn(portal, client, "drawn", query_data=query)


def test_the_numbers_are_those_of_the_service(portal: Dash, city: Store, signed_in: SignIn) -> None:
    query = SPAN | {"type": "robbery", "compare": "previous"}
    client = signed_in(Role.INSPECTOR)
    parts = answered(portal, client, query)
    found = explore(city, person(Role.INSPECTOR), Filter.from_query(query, ground(city)))
    assert found.total > 0
    assert set(parts) == set(heat_view.PARTS)
    assert f"{found.total} hechos" in parts["sentence"]
    assert parts["figures"].startswith(f"{found.total} hechos")
    told = json.loads(fire(portal, client, output_of(portal, "drawn"), query_data=query).text)["response"]["ground"]
    assert (told["data"]["snapshot"], told["data"]["scope"]) == (city.snapshot().name, found.scope)


def test_every_key_of_the_filter_has_a_control() -> None:
    controls = [given.component_id.removeprefix("filter-") for given in filter_bar.INPUTS]
    assert {*KEYS} == {*controls} - {"compare-start"}


@pytest.mark.parametrize(("language", "told"), [("es", "¿Dónde y cuándo?"), ("en", "Where and when?")])
def test_the_page_speaks_the_language_of_the_reader(
    portal: Dash, city: Store, signed_in: SignIn, language: str, told: str
) -> None:
    client = signed_in(Role.INSPECTOR)
    client.set_cookie("language", language)
    page = fire(portal, client, output_of(portal, "_pages_content"), _pages_location_pathname="/map", value="")
    assert told in json.loads(page.text)["response"]["_pages_content"]["children"].__repr__()


def test_sensitive_types_are_left_out_and_the_page_says_so(portal: Dash, city: Store, signed_in: SignIn) -> None:
    parts = answered(portal, signed_in(Role.INSPECTOR), SPAN)
    assert "No se incluyen los delitos sexuales" in parts["map-notices"]
    assert "Violación" not in str(parts)
    named = answered(portal, signed_in(Role.ANALYST), SPAN | {"type": "sexual"})
    assert "No se incluyen" not in named["map-notices"]
    assert "Violación" in named["figures"]


def test_what_was_cut_or_not_understood_is_told(portal: Dash, city: Store, signed_in: SignIn) -> None:
    query = SPAN | {"type": "sexual,robbery.street,nonsense", "hours": "99"}
    told = answered(portal, signed_in(Role.INSPECTOR), query)["map-notices"]
    assert "Se quitaron tipos sensibles" in told
    assert "(type)" in told
    assert "(hours)" in told


def test_a_place_is_told_where_it_is(portal: Dash, city: Store, signed_in: SignIn) -> None:
    wanted = {"query": SPAN, "lon": -70.65, "lat": -33.45}
    told = drawn(portal, signed_in(Role.OPERATOR), "place-drawn", place_asked_data=wanted)
    assert "A 250 m o menos de 33,45° S, 70,65° O" in told["place-panel"]


@pytest.mark.parametrize(
    "wanted", ["x", {}, {"lon": "a", "lat": 1}, {"lon": True, "lat": True}, {"lon": 500, "lat": 0}]
)
def test_a_place_that_is_nowhere_is_a_bad_request(portal: Dash, city: Store, signed_in: SignIn, wanted: object) -> None:
    assert _refusal(portal, signed_in(Role.INSPECTOR), "place-drawn", place_asked_data=wanted)


def _refusal(portal: Dash, client: FlaskClient, part: str, **values: object) -> bool:
    """Whether a callback told a reason and no answer."""
    found = fire(portal, client, output_of(portal, part), **values)
    return found.status_code >= 400 or "notices" in found.text


def test_rows_come_a_page_at_a_time_to_who_may_see_them(portal: Dash, city: Store, signed_in: SignIn) -> None:
    wanted = {"query": SPAN, "view": "25 occurred asc"}
    told = drawn(portal, signed_in(Role.INSPECTOR), "rows-drawn", rows_asked_data=wanted)
    total = explore(city, person(Role.INSPECTOR), Filter.from_query(SPAN, ground(city))).total
    assert f"26 a 50 de {total}" in told["list-rows"]
    assert _refusal(portal, signed_in(Role.OPERATOR), "rows-drawn", rows_asked_data=wanted)


@pytest.mark.parametrize("view", ["-1 occurred asc", "x", "0 password asc", "0 occurred sideways", "9" * 40])
def test_an_order_that_does_not_exist_is_a_bad_request(portal: Dash, city: Store, signed_in: SignIn, view: str) -> None:
    wanted = {"query": SPAN, "view": view}
    assert _refusal(portal, signed_in(Role.INSPECTOR), "rows-drawn", rows_asked_data=wanted)
