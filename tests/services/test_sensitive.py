"""A sensitive incident is looked for through every door and by any question, and leaves no trace for who may not see.

Two cities are alike but for their sensitive incidents. Whoever lacks the permission is told the same of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from config.settings import Settings
from data_access.migrate import upgrade
from data_access.schema import incidents
from data_access.store import Store
from domain.errors import DomainError
from domain.filter import ORIGINS, Filter
from domain.people import Actor, Permission, Role, may
from domain.taxonomy import taxonomy
from services.ground import ground, options, scope_of
from services.heat import SIDES, heat
from services.incidents import explore, place
from services.rows import SORTS, rows
from tests.incidents import PRECINCTS, Row, person, random_rows, row, settle

SENSITIVE = taxonomy().sensitive
ORDINARY = [one for one in random_rows(np.random.default_rng(3), 150) if one["type"] not in SENSITIVE]
# Whoever finds one of these knows it: no other incident has its vehicle, item and place.
HIDDEN: list[Row] = [
    row(500 + n, f"2026-01-{n + 1:02} 04:{n:02}", type=kind, vehicle="truck", item="jewellery", lon=-70.69, lat=-33.49)
    for n, kind in enumerate(sorted(SENSITIVE))
]
OWN = person(Role.COMMANDER, own=("centro", "norte"))
PEOPLE = [OWN, *(person(role) for role in Role if not may(person(role), Permission.SENSITIVE))]


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """The city as it is, and the same city had nothing sensitive happened there."""
    made = [_city(tmp_path_factory.mktemp("city"), kept) for kept in ([*ORDINARY, *HIDDEN], ORDINARY)]
    yield made[0], made[1]
    for store in made:
        store.engine.dispose()


def _city(home: Path, kept: list[Row]) -> Store:
    store = Store.open(Settings(home=home, database_url=f"sqlite:///{home / 'city.sqlite'}", secret_key="x"))
    upgrade(store.engine)
    settle(store, kept)
    return store


codes = st.sampled_from([*sorted(SENSITIVE), "sexual", "family", "minors", "other", "robbery", "theft.shop", "*", "%"])
listed = st.lists(codes, max_size=4).map(",".join)
queries = st.fixed_dictionaries(
    {
        "from": st.sampled_from(["2025-12-20", "2026-01-01", "2026-01-05"]),
        "to": st.sampled_from(["2026-01-09", "2026-02-17"]),
    },
    optional={
        "type": listed | st.lists(listed, max_size=2),
        "vehicle": st.sampled_from(["truck", "foot,truck", "foot", "*"]),
        "item": st.sampled_from(["jewellery", "phone", "jewellery,cash"]),
        "hours": st.sampled_from(["4", "0-23", "22-5"]),
        "days": st.sampled_from(["1-7", "4", "5-1"]),
        "precinct": st.sampled_from([*PRECINCTS, "centro,norte", ""]),
        "area": st.sampled_from(["-70.695,-33.495,-70.685,-33.485", "-70.7,-33.5;-70.6,-33.5;-70.6,-33.4"]),
        "origin": st.sampled_from([*ORIGINS, "formal,informal"]),
        "compare": st.sampled_from(["previous", "year", "2025-12-25", "2026-01-01"]),
    },
)


def told(store: Store, actor: Actor, query: dict[str, Any], sort: str, side: str = "now") -> list[object]:
    """All that the doors say to a question, a refusal by its code; the snapshot's name is another for every record."""
    held = ground(store)
    asked = Filter.from_query(query, held)
    snapshot, scope = store.snapshot().name, scope_of(actor)
    doors = [
        lambda: replace(explore(store, actor, asked), snapshot=""),
        lambda: place(store, actor, asked, -70.69, -33.49, 50),
        lambda: rows(store, actor, asked, 0, 1000, [(sort, "asc")]),
        lambda: replace(options(store, actor), snapshot=""),
        lambda: heat(store, actor, asked, side, snapshot, scope).tobytes(),
    ]
    return [_answer(door) for door in doors]


def _answer(door: Any) -> object:
    try:
        return door()
    except DomainError as refused:
        return refused.code


@settings(max_examples=50)
@given(queries, st.sampled_from(PEOPLE), st.sampled_from(SORTS), st.sampled_from(SIDES))
def test_no_question_tells_whether_anything_sensitive_happened(
    cities: Any, query: dict, actor: Actor, sort: str, side: str
) -> None:
    with_them, without = (told(store, actor, query, sort, side) for store in cities)
    assert with_them == without


def test_who_may_see_them_finds_every_one(cities: Any) -> None:
    """The proof that there is something to find, and that the question above would find it."""
    store, analyst = cities[0], person(Role.ANALYST)
    asked = Filter.from_query({"from": "2025-12-20", "to": "2026-02-17", "type": ",".join(SENSITIVE)}, ground(store))
    assert {one.id for one in rows(store, analyst, asked, 0, 1000).rows} == {one["id"] for one in HIDDEN}
    assert explore(store, analyst, asked).total == len(HIDDEN)
    assert place(store, analyst, asked, -70.69, -33.49, 50).total == len(HIDDEN)
    assert "truck" in options(store, analyst).vehicles
    assert told(store, analyst, asked.to_query(), "type") != told(cities[1], analyst, asked.to_query(), "type")


@pytest.mark.parametrize("kind", sorted(SENSITIVE))
def test_each_sensitive_type_asked_for_by_name_gives_nothing(cities: Any, kind: str) -> None:
    store = cities[0]
    for actor in PEOPLE:
        asked = Filter.from_query({"from": "2025-12-20", "to": "2026-02-17", "type": kind}, ground(store))
        with suppress(DomainError):
            assert explore(store, actor, asked).total == 0
            assert rows(store, actor, asked, 0, 10).rows == ()


def test_the_record_holds_them_all_the_same(cities: Any) -> None:
    with cities[0].engine.connect() as connection:
        kept = connection.scalars(select(incidents.c.id).where(incidents.c.sensitive)).all()
    assert set(kept) == {one["id"] for one in HIDDEN}
