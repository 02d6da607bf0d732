"""The form of an algorithm filled in from the newest forecast: read by a person, saved by a person, never by itself."""

from __future__ import annotations

import re

import pytest
from dash import Dash
from flask.testing import FlaskClient

from data_access.desk import Desk
from data_access.store import Store
from domain.errors import Forbidden
from domain.forecast.sealed import Target
from domain.people import PERMISSIONS, SYSTEM, Actor, Permission, Role
from services import registers
from services.forecast import card, scoring, tracking
from tests.forecasting import STREET, founded, sealed
from tests.pages.test_imports import opened
from tests.pages.test_registers import SignIn, entry, send
from tests.registering import algorithm

BOTH = Target.of(["robbery", "theft"], 500)
FORM = "?view=algorithms&edit=new"
CARD = f"{FORM}&card=robbery.street%40250"


@pytest.fixture
def told(sqlite_store: Store) -> Store:
    """A city with a scored week of one target, and a forecast of two together."""
    founded(sqlite_store, 12)
    for week in (11, 12):
        sealed(sqlite_store, week)
    sealed(sqlite_store, 12, BOTH)
    scoring.score(sqlite_store, SYSTEM)
    return sqlite_store


@pytest.fixture
def analyst(signed_in: SignIn) -> FlaskClient:
    return signed_in(Role.ANALYST)


def test_every_target_that_was_forecast_is_a_link(portal: Dash, told: Store, analyst: FlaskClient) -> None:
    shown = opened(portal, analyst, "/registers", FORM)
    found = re.findall(r"/registers\?view=algorithms&edit=new&card=(\S+)", shown)
    assert sorted(found) == ["robbery%2Btheft%40500", "robbery.street%40250"]
    assert "Todavía no se guarda nada" not in shown


def test_where_nothing_was_forecast_there_is_no_link(portal: Dash, analyst: FlaskClient, sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    assert "card=" not in opened(portal, analyst, "/registers", CARD)


@pytest.mark.parametrize("target", [STREET, BOTH], ids=lambda target: target.code)
def test_the_form_is_filled_in_and_nothing_is_saved(
    portal: Dash, told: Store, analyst: FlaskClient, sqlite_desk: Desk, target: Target
) -> None:
    query = f"{FORM}&card={target.code.replace('+', '%2B')}%40{target.cell}"
    shown = opened(portal, analyst, "/registers", query)
    newest = tracking.coming(told, SYSTEM, target).sealed
    assert all(said in shown for said in ("Todavía no se guarda nada", newest.seal, "campos vienen de la ejecución"))
    assert registers.algorithms(sqlite_desk, SYSTEM) == []


def test_an_entry_that_is_there_keeps_what_people_wrote(
    portal: Dash, told: Store, analyst: FlaskClient, sqlite_desk: Desk
) -> None:
    before = algorithm(about="places", scope={"es": "Nuestro alcance", "en": "Our scope"})
    send(portal, analyst, "register-save", before, entry("algorithm"))
    shown = opened(portal, analyst, "/registers", "?view=algorithms&edit=algo&card=robbery.street%40250")
    assert "Nuestro alcance" in shown
    assert "campos vienen de la ejecución" in shown
    send(portal, analyst, "register-save", card.draft(told, SYSTEM, STREET, before), entry("algorithm", "algo", 1))
    assert registers.algorithms(sqlite_desk, SYSTEM)[0].version == 2
    again = opened(portal, analyst, "/registers", "?view=algorithms&edit=algo&card=robbery.street%40250")
    assert "El registro ya dice todo lo que sabe la ejecución" in again


FORGED = ("robbery.street", "robbery.street@1e9", "drugs.offence@250", "burglary@250", "<script>alert(1)</script>@250")


@pytest.mark.parametrize("asked", ["", "@", "%00", "x" * 5000, *FORGED], ids=lambda asked: asked[:20])
def test_a_card_that_is_none_leaves_the_form_as_it_is(
    portal: Dash, told: Store, analyst: FlaskClient, asked: str
) -> None:
    shown = opened(portal, analyst, "/registers", f"{FORM}&card={asked}")
    assert "Todavía no se guarda nada" not in shown
    assert "page-error" not in shown
    assert "<script" not in shown


def test_what_is_not_about_places_is_not_filled_in(portal: Dash, told: Store, analyst: FlaskClient) -> None:
    send(portal, analyst, "register-save", algorithm(about="video"), entry("algorithm"))
    for query in ("?view=algorithms&edit=algo", "?view=cameras&edit=new"):
        assert "card=" not in opened(portal, analyst, "/registers", f"{query}&card=robbery.street%40250")


@pytest.mark.parametrize("role", [role for role in Role if Permission.REGISTERS not in PERMISSIONS[role]])
def test_nobody_else_gets_a_card(portal: Dash, told: Store, signed_in: SignIn, role: Role) -> None:
    with pytest.raises(AssertionError, match="forbidden"):
        opened(portal, signed_in(role), "/registers", CARD)
    with pytest.raises(Forbidden):
        card.draft(told, Actor(1, "x@ciudad.cl", frozenset({role})), STREET, {})
