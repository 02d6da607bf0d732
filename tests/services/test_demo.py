"""Who may load the demo city, where it is refused, and what comes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data_access.store import Store
from domain.errors import Forbidden, Invalid
from domain.people import ANONYMOUS, SYSTEM, Actor, Role
from services import accounts, clock, demo
from tests.squares import happen

SMALL = demo.Wanted(date(2026, 11, 20), rows=2_000)


def test_it_comes_with_its_index_and_its_accounts(store: Store) -> None:
    steps: list[str] = []
    count, people = demo.load(store, SYSTEM, SMALL, False, steps.append)
    assert count == 2_000
    assert steps == ["incidents", "index", "adoption", "accounts"]
    assert {role for _, _, role in people} == set(Role)
    snapshot = store.snapshot()
    assert snapshot.manifest["facts"]["synthetic"] is True
    assert snapshot.complete_to == SMALL.until
    assert demo.is_loaded(store)
    commander = next(a for a in accounts.every(store, SYSTEM) if Role.COMMANDER in a.roles)
    assert commander.precincts == {"san-miguel", "la-cisterna"}


def test_loading_it_again_keeps_the_commanders_precincts(sqlite_store: Store) -> None:
    for _ in range(2):
        demo.load(sqlite_store, SYSTEM, SMALL, False)
    commander = next(a for a in accounts.every(sqlite_store, SYSTEM) if Role.COMMANDER in a.roles)
    assert commander.precincts == {"san-miguel", "la-cisterna"}


def test_removing_it_takes_its_accounts_along(store: Store) -> None:
    accounts.add(store, SYSTEM, "ana@ciudad.cl", [Role.ADMINISTRATOR])
    demo.load(store, SYSTEM, SMALL, False)
    assert demo.remove(store, SYSTEM) == 2_000
    assert [account.email for account in accounts.every(store, SYSTEM)] == ["ana@ciudad.cl"]
    assert demo.is_empty(store)
    assert store.snapshot().manifest["facts"]["synthetic"] is False


def test_production_takes_no_demo(sqlite_store: Store) -> None:
    with pytest.raises(Forbidden, match="production"):
        demo.load(sqlite_store, SYSTEM, SMALL, True)
    assert demo.is_empty(sqlite_store)
    assert accounts.every(sqlite_store, SYSTEM) == ()


def test_it_is_never_loaded_beside_real_incidents(sqlite_store: Store) -> None:
    happen(sqlite_store.engine, [None])
    with pytest.raises(Invalid, match="real"):
        demo.load(sqlite_store, SYSTEM, SMALL, False)
    assert not demo.is_loaded(sqlite_store)
    assert not demo.is_empty(sqlite_store)
    assert not accounts.any_demo(sqlite_store)


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor(1, "a@b.cl", frozenset({Role.INSPECTOR, Role.ADMINISTRATOR}))])
def test_only_who_may_import_touches_it(sqlite_store: Store, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        demo.load(sqlite_store, actor, SMALL, False)
    with pytest.raises(Forbidden):
        demo.remove(sqlite_store, actor)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rows": 0}, "demo.rows"),
        ({"rows": 10**9}, "demo.rows"),
        ({"years": 0}, "demo.years"),
        ({"seed": -1}, "demo.seed"),
        ({"until": date(1900, 1, 1)}, "demo.until"),
    ],
)
def test_a_city_that_cannot_be_made_is_refused(sqlite_store: Store, change: dict[str, int], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        demo.load(sqlite_store, SYSTEM, replace(SMALL, **change), False)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-11-21T02:00", date(2026, 11, 19)), ("2026-11-21T12:00", date(2026, 11, 20))],  # Santiago is at UTC-3
)
def test_it_ends_yesterday_on_the_citys_own_clock(monkeypatch: pytest.MonkeyPatch, now: str, day: date) -> None:
    seconds = int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp())
    monkeypatch.setattr(clock, "now", lambda: seconds)
    assert demo.yesterday() == day
