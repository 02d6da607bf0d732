"""Formal and informal reports of the record, linked: what is bounded, and where nothing can be said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from data_access.store import Store
from domain.errors import Forbidden
from domain.people import Role
from domain.periods import Window
from services import linking
from tests.incidents import BOX, person, row, settle

ANALYST = person(Role.ANALYST)


def city(both: int, formal: int, informal: int, **changes: Any) -> list[dict[str, Any]]:
    """A year of robberies at places and days apart: some on both lists, the second report close by and soon after."""
    random = np.random.default_rng(11)
    west, south, east, north = BOX
    rows: list[dict[str, Any]] = []
    for number in range(both + formal + informal):
        day = date(2025, 3, 1) + timedelta(days=int(random.integers(0, 365)))
        lon, lat = random.uniform(west + 0.01, east - 0.01), random.uniform(south + 0.01, north - 0.01)
        at = f"{day} {random.integers(1, 20):02d}:30"
        if number < both + formal:
            rows.append(row(len(rows) + 1, at, lon=lon, lat=lat, origin="formal"))
        if number < both or number >= both + formal:
            later = f"{day} {int(at[11:13]) + 1:02d}:15"
            rows.append(row(len(rows) + 1, later, lon=lon + 0.0005, lat=lat, origin="informal") | changes)
    edges = [row(len(rows) + 1, "2024-12-01 12:30"), row(len(rows) + 2, "2026-03-20 12:30")]
    return [*rows, *edges]


def test_reports_of_one_event_are_linked_and_bound_the_number_of_events(sqlite_store: Store) -> None:
    settle(sqlite_store, city(both=20, formal=180, informal=60))
    found = linking.bound(sqlite_store, ANALYST)
    assert found.window == Window(date(2025, 3, 1), date(2026, 2, 28))
    assert (found.formal, found.informal, found.linked, found.known) == (200, 80, 20, 260)
    assert found.estimate is not None
    assert found.estimate.total == pytest.approx(201 * 81 / 21 - 1)
    assert 260 < found.estimate.low < found.estimate.total < found.estimate.high
    assert linking.bound(sqlite_store, ANALYST) is found


def test_fewer_than_seven_links_say_nothing(sqlite_store: Store) -> None:
    settle(sqlite_store, city(both=6, formal=100, informal=50))
    found = linking.bound(sqlite_store, ANALYST)
    assert (found.linked, found.estimate, found.mostly_chance) == (6, None, False)


def test_links_that_chance_would_give_say_nothing(sqlite_store: Store) -> None:
    # Every day at the same corner a formal and an informal report: which belong together cannot be known.
    days = [date(2025, 3, 1) + timedelta(days=n) for n in range(365)]
    rows = [row(n + 1, f"{day} 12:30") for n, day in enumerate(days)]
    rows += [row(n + 400, f"{day} 13:10", origin="informal") for n, day in enumerate(days)]
    settle(sqlite_store, [*rows, row(900, "2024-12-01 12:30"), row(901, "2026-03-20 12:30")])
    found = linking.bound(sqlite_store, ANALYST)
    assert found.linked == 365
    assert found.chance > 300
    assert (found.estimate, found.mostly_chance) == (None, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "theft.shop"},
        {"type": "family.violence"},
        {"type": "disorder.noise"},
        {"location": "withheld", "lon": None, "lat": None},
        {"precision": "day"},
    ],
)
def test_what_is_of_another_type_or_has_no_place_or_hour_is_not_linked(
    sqlite_store: Store, changes: dict[str, Any]
) -> None:
    settle(sqlite_store, city(both=20, formal=20, informal=0, **changes))
    assert linking.bound(sqlite_store, ANALYST).linked == 0


def test_a_commander_links_their_own_precincts_and_others_nothing(sqlite_store: Store) -> None:
    settle(sqlite_store, city(both=20, formal=10, informal=10, precinct="sur"))
    mine = linking.bound(sqlite_store, person(Role.COMMANDER, own=["centro"]))
    assert (mine.formal, mine.informal) == (30, 0)
    with pytest.raises(Forbidden):
        linking.bound(sqlite_store, person(Role.CUSTODIAN))
