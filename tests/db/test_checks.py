"""`atalaya check` says what is wrong and what to do, on both databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text

from config.settings import Settings
from data_access.desk import Desk
from data_access.index import refresh
from data_access.migrate import DESK, upgrade
from data_access.schema import batches, forecasts, sources, user_roles
from data_access.store import Store
from domain.forecast.models import Model
from domain.people import ANONYMOUS, SYSTEM, Role
from locales import LANGUAGES, Words
from services import accounts, identity
from services.checks import Finding, Level, examine
from services.footage.filing import file
from tests.filing import a_filing
from tests.forecasting import founded, invented
from tests.provider import directory


@pytest.fixture
def settings(store: Store, engine: Engine) -> Settings:
    found = Settings(home=store.home, database_url=str(engine.url), secret_key="k" * 40)
    upgrade(Desk.open(found).engine, DESK)
    return found


def told(settings: Settings, store: Store) -> dict[str, Finding]:
    findings = {finding.key: finding for finding in examine(settings, store, Desk.open(settings))}
    for language in LANGUAGES:  # every finding can be said in every language
        assert all(Words(language).text(finding.key, **finding.parts) for finding in findings.values())
    return findings


def bad(settings: Settings, store: Store) -> set[str]:
    return {key.removeprefix("check.") for key, found in told(settings, store).items() if found.level == Level.BAD}


def test_a_fresh_portal_lacks_only_its_index(settings: Settings, store: Store) -> None:
    assert bad(settings, store) == {"index_damaged"}
    refresh(store)
    assert bad(settings, store) == set()


def test_a_list_of_leaked_passwords_is_told_by_whether_it_is_one(settings: Settings, store: Store) -> None:
    assert told(settings, store)["check.no_leaked"].level == Level.MIND
    path = store.home / "sha1.txt"
    path.write_text("0" * 40 + ":5\n")
    named = replace(settings, leaked=path)
    assert told(named, store)["check.leaked"].level == Level.GOOD
    path.write_text("elefante verde\n")
    assert "leaked_other" in bad(named, store)


def test_a_provider_of_identities_is_told_by_whether_it_answers(settings: Settings, store: Store) -> None:
    identity._told.cache_clear()
    with directory() as house:
        found = told(replace(settings, staff_provider=house.provider), store)
    assert found["check.provider"].parts["issuer"] == house.provider.issuer
    identity._told.cache_clear()
    found = told(replace(settings, resident_provider=house.provider), store)
    assert found["errors.identity.unreachable"].level == Level.MIND


def test_an_index_behind_the_record_is_old(settings: Settings, store: Store) -> None:
    refresh(store)
    with store.engine.begin() as connection:
        connection.execute(insert(sources).values(id=1, name="city", zone="UTC", synthetic=False))
        loaded = {"source_id": 1, "status": "loaded", "files": "[]", "actor": "a", "started_at": 0, "stored": 5}
        connection.execute(insert(batches).values(**loaded))
    assert bad(settings, store) == {"index_old"}


def test_a_changed_byte_of_the_index_is_found(settings: Settings, store: Store) -> None:
    snapshot = refresh(store)
    column = snapshot.folder / "off.npy"
    column.write_bytes(column.read_bytes() + b"x")
    column.write_bytes(column.read_bytes()[:-5] + b"xxxx")
    assert bad(settings, store) == {"index_damaged"}


def test_production_wants_an_administrator_and_no_demo_accounts(settings: Settings, store: Store) -> None:
    refresh(store)
    production = replace(settings, production=True)
    accounts.ensure_demo(store)
    assert bad(production, store) == {"demo_accounts", "no_administrator"}
    accounts.remove_demo(store)
    accounts.add(store, SYSTEM, "admin@city.example", {Role.ADMINISTRATOR})
    assert bad(production, store) == set()


def test_an_old_record_is_told_before_anything_is_read_from_it(settings: Settings, store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "errors.record.old" in told(settings, store)
    assert "check.accounts" not in told(settings, store)


def test_a_secret_that_others_can_read_is_told(settings: Settings, store: Store) -> None:
    refresh(store)
    kept: Path = settings.home / "secret_key"
    kept.write_text("k" * 40)
    kept.chmod(0o644)
    assert bad(settings, store) == {"secret_open"}


@pytest.mark.parametrize(
    ("address", "attribution", "wrong"),
    [
        ("", "", set()),
        ("https://t.example/{z}/{x}/{y}.png", "© t.example", set()),
        ("https://t.example/{z}/{x}/{y}.png", "", {"tiles_attribution"}),
        ("https://t.example/tiles", "© t.example", {"tiles_address"}),
    ],
)
def test_a_base_map_needs_a_whole_address_and_a_name(
    settings: Settings, store: Store, address: str, attribution: str, wrong: set[str]
) -> None:
    refresh(store)
    assert bad(replace(settings, tiles_url=address, tiles_attribution=attribution), store) == wrong


def test_a_key_that_does_not_open_the_desk_is_told(settings: Settings, store: Store) -> None:
    refresh(store)
    file(Desk.open(settings), ANONYMOUS, a_filing())
    assert bad(settings, store) == set()
    assert bad(replace(settings, desk_keys=("another key",)), store) == {"desk_key_wrong"}
    assert bad(replace(settings, desk_keys=("another key", *Desk.open(settings).keys)), store) == set()


def test_a_chain_that_was_touched_is_told(settings: Settings, store: Store) -> None:
    refresh(store)
    desk = Desk.open(settings)
    file(desk, ANONYMOUS, a_filing())
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE footage_requests SET status = 'closed'"))
    assert bad(settings, store) == {"chain_broken"}


def test_points_that_a_lawyer_must_confirm_are_told(settings: Settings, store: Store) -> None:
    finding = told(settings, store)["check.law"]
    assert finding.level is Level.MIND
    assert finding.parts["law"] == "chile"


@pytest.mark.parametrize(
    ("command", "level", "key"),
    [((), Level.MIND, "no_scan"), (("/bin/true",), Level.GOOD, "scan"), (("/bin/false",), Level.BAD, "scan_fails")],
)
def test_whether_something_looks_for_viruses_is_told(
    settings: Settings, store: Store, command: tuple[str, ...], level: Level, key: str
) -> None:
    assert told(replace(settings, scan_command=command), store)[f"check.{key}"].level is level


def test_a_desk_key_that_others_may_read_is_told(settings: Settings, store: Store) -> None:
    refresh(store)
    (settings.home / "desk_key").chmod(0o644)
    assert bad(settings, store) == {"secret_open"}


def test_who_lacks_a_second_factor_is_named(settings: Settings, store: Store) -> None:
    accounts.ensure_demo(store)
    accounts.add(store, SYSTEM, "analyst@city.example", {Role.ANALYST})
    assert "check.no_factor" not in told(settings, store)
    accounts.add(store, SYSTEM, "custody@city.example", {Role.CUSTODIAN})
    assert told(settings, store)["check.no_factor"].parts == {"email": "custody@city.example"}


def test_an_administrator_from_before_who_sees_cases_is_named(settings: Settings, store: Store) -> None:
    accounts.add(store, SYSTEM, "admin@city.example", {Role.ADMINISTRATOR})
    assert "roles_apart" not in bad(settings, store)
    with store.engine.begin() as connection:
        connection.execute(insert(user_roles).values(user_id=1, role=str(Role.CUSTODIAN)))
    assert "roles_apart" in bad(settings, store)


def test_a_forecast_that_is_not_what_was_sealed_is_found(settings: Settings, store: Store) -> None:
    founded(store, 12)
    invented(store, 10, {Model.EWMA: (1.0, 2.0)})
    assert told(settings, store)["check.forecasts"].parts == {"count": 1}
    last = {"target": "robbery.street", "cell": 250, "week": 0, "begins_at": 0, "made_at": 0, "snapshot": "", "seed": 0}
    last |= {"version": "", "parameters": "{}", "sha256": "", "content": b"", "previous": "x", "seal": "y", "actor": ""}
    with store.engine.begin() as connection:
        connection.execute(insert(forecasts).values(**last, synthetic=False))
    assert "forecasts_broken" in bad(settings, store)
