"""The JSON twin: the keys and the numbers of the heat map page, for a session or a token."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from data_access.index import refresh
from data_access.schema import incidents
from data_access.store import Store
from domain.filter import KEYS, Filter
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from domain.taxonomy import taxonomy
from locales import Words
from services import accounts
from services.ground import ground
from services.incidents import explore
from tests.incidents import TYPES, person, random_rows, row, settle
from tests.pages.conftest import SignIn

SUMMARY = "/api/v1/incidents/summary"
SPAN = {"from": "2025-12-20", "to": "2026-02-17"}
ROWS = [
    *random_rows(np.random.default_rng(8), 200),
    row(901, "2025-12-20 12:00"),
    row(902, "2026-02-17 12:00"),
    row(903, precinct="sur"),
]
ANCHORS = {901, 902, 903}  # these keep the days and the precincts as they are when others go
QUESTIONS: list[dict[str, str]] = [
    {},
    SPAN,
    SPAN | {"type": ",".join(TYPES), "compare": "previous"},
    SPAN | {"vehicle": "motorcycle", "hours": "22-5", "days": "5-7", "precinct": "norte,sur", "compare": "year"},
    SPAN | {"area": "-70.68,-33.48,-70.62,-33.42", "origin": "informal", "item": "phone", "compare": "2026-01-01"},
    SPAN | {"type": "nobody knows this"},
]


@pytest.fixture
def city(sqlite_store: Store) -> Store:
    settle(sqlite_store, ROWS)
    return sqlite_store


def told(client: FlaskClient, query: Any, **more: Any) -> dict[str, Any]:
    answer = client.get(SUMMARY, query_string=query, **more)
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: "&".join(query))
def test_the_twin_gives_the_numbers_of_the_page(city: Store, signed_in: SignIn, query: dict[str, str]) -> None:
    twin = told(signed_in(Role.ANALYST), query)
    found = explore(city, person(Role.ANALYST), Filter.from_query(query, ground(city)))
    assert (twin["total"], twin["snapshot"]) == (found.total, found.snapshot)
    assert twin["places"]["point"] + twin["places"]["unmapped"] == found.total
    for name in ("by_type", "by_vehicle", "by_item", "by_precinct"):
        ranks = getattr(found, name)
        assert [(line["code"], line["count"]) for line in twin[name]] == [(rank.code, rank.count) for rank in ranks]
        assert sum(line["count"] for line in twin[name]) == found.total
        assert [line.get("change", {}).get("before") for line in twin[name]] == [
            rank.change and rank.change.before for rank in ranks
        ]
    assert sum(map(sum, twin["matrix"])) + twin["hour_unknown"] == found.total
    assert [(week["start"], week["count"], week["before"]) for week in twin["series"]] == [
        (week.start.isoformat(), week.count, week.before) for week in found.series
    ]
    if found.change is None or found.other is None:
        assert twin["compare"] is None
        return
    assert (twin["compare"]["now"], twin["compare"]["before"]) == (found.total, found.change.before)
    assert (twin["compare"]["from"], twin["compare"]["to"]) == (
        found.other.start.isoformat(),
        found.other.end.isoformat(),
    )
    assert twin["compare"]["beyond"] is found.change.beyond


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: "&".join(query))
def test_the_query_it_gives_back_asks_the_same(city: Store, signed_in: SignIn, query: dict[str, str]) -> None:
    client = signed_in(Role.ANALYST)
    twin = told(client, query)
    assert set(twin["query"]) <= set(KEYS)
    assert told(client, twin["query"]) | {"notes": []} == twin | {"notes": []}


def test_it_says_the_question_in_the_readers_language(city: Store, signed_in: SignIn) -> None:
    client, held = signed_in(Role.ANALYST), ground(city)
    asked = Filter.from_query(SPAN | {"precinct": "norte"}, held)
    for language in ("es", "en"):
        twin = told(client, SPAN | {"precinct": "norte", "lang": language})
        assert twin["sentence"] == asked.describe(Words(language, held.precincts))
    assert told(client, SPAN | {"lang": "xx"})["sentence"]
    assert date.fromisoformat(told(client, SPAN)["data_to"]) == held.last


def test_a_key_given_twice_is_read_as_a_list(city: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.ANALYST)
    pairs = [*SPAN.items(), ("vehicle", "foot"), ("vehicle", "motorcycle")]
    assert told(client, pairs)["total"] == told(client, SPAN | {"vehicle": "foot,motorcycle"})["total"] > 0


@pytest.mark.parametrize(
    "query",
    [
        "from=%ff%fe&type=%00&hours=99999999999999999999-1&area=nan,nan;inf,1;2,3",
        "from=9999-12-31&to=0001-01-01&compare=0001-01-01",
        "from=1900-01-01&to=2200-12-31&compare=previous",
        "area=" + ";".join(["1,1"] * 5000),
        "type=" + "," * 5000,
        "hours=" + "0" * 5000,
        "&&&===&compare=&compare=&",
    ],
)
def test_no_address_makes_it_stumble(city: Store, signed_in: SignIn, query: str) -> None:
    twin = told(signed_in(Role.INSPECTOR), query)
    assert twin["total"] == sum(line["count"] for line in twin["by_type"])


def test_it_is_plain_json_that_any_program_reads(city: Store, signed_in: SignIn) -> None:
    answer = signed_in(Role.ANALYST).get(SUMMARY, query_string=SPAN | {"compare": "previous"})
    read = json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert read["by_type"][0].keys() == {"code", "count", "change"}
    assert read["compare"].keys() == {"from", "to", "now", "before", "percent", "p", "beyond"}


# --- who --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_only_who_may_explore_is_told(city: Store, signed_in: SignIn, role: Role) -> None:
    answer = signed_in(role, precincts=("norte",)).get(SUMMARY, query_string=SPAN)
    assert answer.status_code == (200 if Permission.EXPLORE in PERMISSIONS[role] else 403)
    assert ("total" in answer.json) == (answer.status_code == 200)


def test_nobody_is_told_nothing(city: Store, client: FlaskClient) -> None:
    answer = client.get(SUMMARY, query_string=SPAN)
    assert answer.status_code == 401
    assert answer.json["error"] == "signed_out"


def test_a_token_is_as_good_as_a_session(city: Store, server: Flask, signed_in: SignIn) -> None:
    session = told(signed_in(Role.COMMANDER, precincts=("norte",)), SPAN)
    token = accounts.make_token(city, SYSTEM, f"{Role.COMMANDER}@ciudad.cl")
    anyone = server.test_client()
    assert told(anyone, SPAN, headers={"Authorization": f"Bearer {token}"}) == session
    assert anyone.get(SUMMARY, headers={"Authorization": "Bearer atl_nonsense"}).status_code == 401
    accounts.revoke_tokens(city, SYSTEM, f"{Role.COMMANDER}@ciudad.cl")
    assert anyone.get(SUMMARY, headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize("role", [role for role in Role if Permission.EXPLORE in PERMISSIONS[role]])
def test_deleting_what_a_role_may_not_see_changes_no_byte_of_the_answer(
    city: Store, signed_in: SignIn, role: Role
) -> None:
    """But for the snapshot's name, which is another after every change of the record."""
    client = signed_in(role, precincts=("norte",))
    hidden = set() if Permission.SENSITIVE in PERMISSIONS[role] else taxonomy().sensitive
    foreign = {"centro", "sur", ""} if role is Role.COMMANDER else set()
    gone = {one["id"] for one in ROWS if one["type"] in hidden or one["precinct"] in foreign} - ANCHORS
    before = [_text(client, query) for query in QUESTIONS[1:]]
    with city.engine.begin() as connection:
        connection.execute(delete(incidents).where(incidents.c.id.in_(gone)))
    _keep_the_map(city)
    assert [_text(client, query) for query in QUESTIONS[1:]] == before


def _text(client: FlaskClient, query: dict[str, str]) -> str:
    answer = client.get(SUMMARY, query_string=query)
    return answer.text.replace(answer.json["snapshot"], "")


def _keep_the_map(store: Store) -> None:
    """Read the record again on the map there is: its extent follows the precincts that hold incidents."""
    grid = store.snapshot().grid
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("data_access.index.build.Grid.around", lambda *box: grid)
        refresh(store, full=True)
