"""The adoption page without a browser: the South Precinct exact on it, and what it says to whom."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from dash import Dash
from dash._utils import split_callback_id
from flask.testing import FlaskClient

from data_access.store import Store
from domain.people import PERMISSIONS, Permission, Role
from tests.adoption import DAY, SOUTH, TOTAL, goal, people, precincts, south, tell
from tests.pages.conftest import SignIn, fire

PARTS = ("standing", "compared", "close")


def page(portal: Dash, client: FlaskClient, search: str = "", language: str = "en") -> Any:
    """The layout of the page, as Dash asks for it."""
    output = next(name for name in portal.callback_map if "_pages_content.children" in name)
    known, told = portal.callback_map[output], {"pathname": "/adoption", "search": search}
    filled = {
        part: [{**one, "value": told.get(one["property"])} for one in known[part]] for part in ("inputs", "state")
    }
    body = {"output": output, "outputs": split_callback_id(output), **filled, "changedPropIds": []}
    client.set_cookie("language", language)
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text[:500]
    return json.loads(answer.text)


def drawn(layout: Any) -> dict[str, str]:
    """The HTML of every part that the layout brings along."""
    found: dict[str, str] = {}

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            props = part.get("props", {})
            if str(props.get("id", "")).endswith("-drawn"):
                found.update(props["data"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for one in part:
                walk(one)

    walk(layout)
    return found


def text(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def rows(html: str) -> list[list[str]]:
    """The cells of every row of the table, without their quiet second lines."""
    loud = re.sub(r'<span class="(?:quiet-text|slowing)"[^>]*>.*?</span>', "", html)
    return [
        [text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", loud)
    ]


@pytest.fixture
def told(sqlite_store: Store) -> Store:
    south(sqlite_store)
    return sqlite_store


def test_the_south_precinct_is_exact_on_the_page(portal: Dash, told: Store, signed_in: SignIn) -> None:
    parts = drawn(page(portal, signed_in(Role.ANALYST)))
    _, *lines, totals = rows(parts["adoption-table"])
    wanted = [
        [name, *(f"{n:,}" for n in (registered, number, target, missing)), f"{compliance} %", f"{reports:,}"]
        for _, name, registered, number, target, missing, compliance, reports in SOUTH
    ]
    assert [line[:7] for line in lines] == wanted
    registered, number, target, missing, compliance, reports = TOTAL
    sums = [*(f"{n:,}" for n in (registered, number, target, missing)), f"{compliance} %", f"{reports:,}"]
    assert totals[:7] == ["Total", *sums]
    assert [line[7] for line in lines][:2] == ["123.6", "211.1"]
    assert {line[10] for line in lines} == {"the short history supports a pace, not a date"}


@pytest.mark.parametrize(
    ("language", "sentence", "unit"),
    [
        (
            "es",
            "18.029 direcciones inscritas al 31 oct 2026 : "
            "21,7 % de la meta de 83.191 personas conectadas; faltan 65.162.",
            "una dirección no es una persona",
        ),
        (
            "en",
            "18,029 addresses registered as of 31 Oct 2026 : "
            "21.7 % of the goal of 83,191 people connected; 65,162 are missing.",
            "an address is not a person",
        ),
    ],
)  # fmt: skip
def test_the_sentence_answers_and_says_what_is_counted(
    portal: Dash, told: Store, signed_in: SignIn, language: str, sentence: str, unit: str
) -> None:
    parts = drawn(page(portal, signed_in(Role.INSPECTOR), language=language))
    assert text(parts["adoption-sentence"]) == sentence
    assert unit in text(parts["adoption-notes"])


def test_the_populations_that_disagree_stand_side_by_side(portal: Dash, told: Store, signed_in: SignIn) -> None:
    found = text(drawn(page(portal, signed_in(Role.ANALYST)))["adoption-sources"])
    assert "The programme's text" in found.replace("&#x27;", "'")
    assert "850,000 +18,124 (+2.2 %) 85,000" in found
    assert "831,876 – 83,191" in found


def test_a_commander_sees_their_own_first_and_the_details_of_no_other(
    portal: Dash, told: Store, signed_in: SignIn
) -> None:
    client = signed_in(Role.COMMANDER, precincts=("san-ramon",))
    parts = drawn(page(portal, client))
    _, first, second, *_ = rows(parts["adoption-table"])
    assert (first[0], second[0]) == ("San Ramón", "San Miguel")
    assert first[9] != "–"
    assert second[8:] == ["–", "–", "–"]
    assert re.findall(r'href="([^"]+)"', parts["adoption-table"]) == [f"/adoption?day={DAY}&amp;precinct=san-ramon"]
    assert "San Ramón" in text(parts["adoption-close"])
    assert "dash" in text(parts["adoption-notes"])


def test_a_commander_without_precinct_is_told_so(portal: Dash, told: Store, signed_in: SignIn) -> None:
    parts = drawn(page(portal, signed_in(Role.COMMANDER)))
    assert "No precinct is written on your account" in text(parts["adoption-notes"])
    assert "no precinct whose details" in text(parts["adoption-close"])
    assert "<select" not in parts["adoption-chooser"]


@pytest.mark.parametrize(
    "search",
    ["?day=yesterday", "?day=1999-01-01", "?day=2026-13-45&precinct=nowhere&compare=,,x,&align=moon", "?a=b&day="],
)
def test_an_address_that_makes_no_sense_is_repaired(portal: Dash, told: Store, signed_in: SignIn, search: str) -> None:
    parts = drawn(page(portal, signed_in(Role.ANALYST), search))
    assert "18,029" in text(parts["adoption-sentence"])
    assert "San Miguel" in text(parts["adoption-close"])
    assert ("no data for that day" in text(parts["adoption-notes"])) == ("1999" in search)


def test_before_anything_is_delivered_the_page_says_how(portal: Dash, sqlite_store: Store, signed_in: SignIn) -> None:
    found = json.dumps(page(portal, signed_in(Role.ANALYST)))
    assert "Nothing has been delivered yet" in found
    assert '"/tables"' in found
    assert '"/tables"' not in json.dumps(page(portal, signed_in(Role.COMMANDER)))


def test_what_is_missing_is_told_and_never_zero(portal: Dash, sqlite_store: Store, signed_in: SignIn) -> None:
    precincts(sqlite_store, {"a": "Alta", "b": "Baja", "c": "Chica", "d": "Dura"})
    people(sqlite_store, [("a", 20_000, 2024, "census"), ("b", 10_000, 2017, "census"), ("c", 9_000, None, "")])
    goal(sqlite_store)
    tell(sqlite_store, [("a", DAY, 500), ("c", DAY, 40), ("d", DAY, 300)])
    parts = drawn(page(portal, signed_in(Role.ANALYST)))
    lines = {line[0]: line[1:6] for line in rows(parts["adoption-table"])[1:]}
    assert lines["Alta"] == ["500", "20,000", "2,000", "1,500", "25.0 %"]
    assert lines["Baja"] == ["no data", "10,000", "1,000", "–", "–"]
    assert lines["Dura"] == ["300", "no population", "no goal", "–", "–"]
    assert "fewer than 100 addresses: not ranked" in text(parts["adoption-table"])
    assert "not counting 1 precinct without data" in text(parts["adoption-sentence"])
    assert "census, 2024" in text(parts["adoption-table"])


def test_names_are_text_whatever_they_hold(portal: Dash, sqlite_store: Store, signed_in: SignIn) -> None:
    precincts(sqlite_store, {"a": "<script>alert(1)</script>"})
    people(sqlite_store, [("a", 900, 2024, '"><img src=x>'), ("a", 800, 2023, "<b>")])
    goal(sqlite_store)
    tell(sqlite_store, [("a", DAY, 50)])
    tell(sqlite_store, [("a", DAY, 9)], measure="reports")
    parts = drawn(page(portal, signed_in(Role.ANALYST)))
    assert [name for name, html in parts.items() if "<script" in html or "<img" in html or "<b>&lt;" in html] == []
    assert "&lt;script&gt;" in parts["adoption-table"]


def test_every_change_is_answered_on_its_own(portal: Dash, told: Store, signed_in: SignIn) -> None:
    tell(told, [(code, DAY - timedelta(days=40), 100) for code in ("san-miguel", "la-granja")])
    client = signed_in(Role.COMMANDER, precincts=("la-granja",))
    asked = {"day": DAY.isoformat(), "precinct": "la-granja", "compare": "san-miguel,la-granja", "align": "launch"}
    answers = {name: answer(portal, client, name, asked) for name in PARTS}
    assert set(answers["compared"]) == {"adoption-compare"}
    assert "Meses desde el lanzamiento" in text(answers["compared"]["adoption-compare"])
    assert "La Granja" in text(answers["close"]["adoption-close"])
    assert "18.029" in text(answers["standing"]["adoption-sentence"])


def answer(portal: Dash, client: FlaskClient, name: str, asked: object) -> dict[str, str]:
    found = fire(portal, client, f"adoption-{name}-drawn.data", data=asked)
    assert found.status_code == 200, found.text
    parts: dict[str, str] = json.loads(found.text)["response"][f"adoption-{name}-drawn"]["data"]
    return parts


def test_another_precincts_details_are_refused_however_they_are_asked_for(
    portal: Dash, told: Store, signed_in: SignIn
) -> None:
    client = signed_in(Role.COMMANDER, precincts=("la-granja",))
    asked = {"day": DAY.isoformat(), "precinct": "san-miguel"}
    assert fire(portal, client, "adoption-close-drawn.data", data=asked).status_code == 403


@pytest.mark.parametrize("junk", [None, 7, "x", [], {"day": 4, "compare": [], "precinct": {}}])
def test_junk_from_a_browser_is_answered_as_no_question(
    portal: Dash, told: Store, signed_in: SignIn, junk: object
) -> None:
    client = signed_in(Role.ANALYST)
    assert "18.029" in text(answer(portal, client, "standing", junk)["adoption-sentence"])
    assert answer(portal, client, "close", junk)
    assert answer(portal, client, "compared", junk)


@pytest.mark.parametrize("role", [role for role in Role if Permission.ADOPTION not in PERMISSIONS[role]])
def test_who_may_not_see_adoption_is_answered_nothing(portal: Dash, told: Store, signed_in: SignIn, role: Role) -> None:
    client = signed_in(role)
    for name in PARTS:
        assert fire(portal, client, f"adoption-{name}-drawn.data", data={}).status_code == 403
