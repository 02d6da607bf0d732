"""Which city is on screen."""

from __future__ import annotations

from sqlalchemy import update

from data_access.index import refresh
from data_access.schema import sources
from data_access.store import Store
from services.here import Here, here
from tests.squares import at, happen


def imported(store: Store, source: str) -> Store:
    """Three real incidents of a source, on the map."""
    happen(store.engine, [at(1, 1), at(2, 2), None])
    with store.engine.begin() as connection:
        connection.execute(update(sources).values(name=source, zone="America/Mexico_City"))
    refresh(store)
    return store


def test_an_empty_portal_goes_by_the_demo_city(store: Store) -> None:
    assert here(store, "", "es").name == "Santiago de Chile"


def test_real_incidents_are_never_shown_under_the_name_of_the_demo_city(store: Store) -> None:
    found = here(imported(store, "mexico-city"), "", "en")
    assert found == Here("Mexico City", "America/Mexico_City", synthetic=False)


def test_a_source_of_ones_own_goes_by_its_own_name(store: Store) -> None:
    assert here(imported(store, "Penco 2025"), "", "es").name == "Penco 2025"


def test_the_settings_have_the_last_word(store: Store) -> None:
    assert here(imported(store, "mexico-city"), "santiago", "es").name == "Santiago de Chile"
