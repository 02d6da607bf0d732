"""The heat image's classes: they are the counts, compared sides share their breaks, and an address is one person's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from analytics import surface
from config.settings import Settings
from data_access.index import refresh
from data_access.index.match import match
from data_access.migrate import upgrade
from data_access.schema import incidents
from data_access.store import Store
from domain.errors import Forbidden, NotFound
from domain.filter import Filter
from domain.people import ANONYMOUS, Actor, Permission, Role, may
from domain.periods import Window
from services.ground import ground, scope_of
from services.heat import SIDES, heat
from services.incidents import explore
from tests.incidents import day, person, random_rows, row, settle

INSPECTOR, COMMANDER = person(Role.INSPECTOR), person(Role.COMMANDER, own=("norte",))
JANUARY = Window(day("2026-01-01"), day("2026-01-28"))
ASKED = Filter(JANUARY, compare="previous")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    home = tmp_path_factory.mktemp("town")
    store = Store.open(Settings(home=home, database_url=f"sqlite:///{home / 'town.sqlite'}", secret_key="x"))
    upgrade(store.engine)
    settle(store, random_rows(np.random.default_rng(8), 800))
    yield store
    store.engine.dispose()


def drawn(store: Store, actor: Actor, asked: Filter, side: str = "now") -> np.ndarray:
    return heat(store, actor, asked, side, store.snapshot().name, scope_of(actor))


def test_the_classes_are_those_of_the_counts_smoothed(town: Store) -> None:
    found = town.snapshot()
    grid = found.grid
    counts = [match(found, ASKED, ground(town), window).by_cell() for window in (None, ASKED.other)]
    smoothed = [surface.smooth(tally[: grid.cells].reshape(grid.rows, grid.columns), grid) for tally in counts]
    breaks = surface.class_breaks(smoothed, grid)
    assert explore(town, INSPECTOR, ASKED).legend.breaks == surface.per_unit(breaks, 28)
    wanted = {
        "now": surface.classify(smoothed[0], breaks),
        "before": surface.classify(smoothed[1], breaks),
        "change": surface.change_classes(smoothed[0], smoothed[1], grid),
    }
    assert set(wanted) == set(SIDES)
    for side, classes in wanted.items():
        np.testing.assert_array_equal(drawn(town, INSPECTOR, ASKED, side), classes)


def test_incidents_off_the_map_are_not_drawn(sqlite_store: Store) -> None:
    places = [{"location": "missing"}, {"location": "withheld"}, {"location": "outside"}, {"lon": 10.0}]
    usual = [row(n, type="theft.shop") for n in range(100, 400)]
    settle(sqlite_store, [*usual, *(row(n, **place) for n, place in enumerate(places, start=1))])
    asked = Filter(Window(day("2026-03-10"), day("2026-03-10")), types=frozenset({"robbery.street"}))
    assert explore(sqlite_store, INSPECTOR, asked).total == 4
    assert not drawn(sqlite_store, INSPECTOR, asked).any()


def test_a_lone_incident_is_drawn_where_it_happened(sqlite_store: Store) -> None:
    settle(sqlite_store, [row(1, lon=-70.62, lat=-33.48)])
    classes = drawn(sqlite_store, INSPECTOR, Filter(Window(day("2026-03-10"), day("2026-03-10"))))
    assert classes.max() == 1
    rows, columns = np.nonzero(classes)
    west, south, east, north = sqlite_store.snapshot().grid.bounds
    lon = west + (columns.mean() + 0.5) / classes.shape[1] * (east - west)
    lat = north - (rows.mean() + 0.5) / classes.shape[0] * (north - south)
    assert (lon, lat) == (pytest.approx(-70.62, abs=5e-4), pytest.approx(-33.48, abs=5e-4))


@pytest.mark.parametrize(
    ("snapshot", "scope", "side"),
    [
        ("000000000000", None, "now"),
        ("", None, "now"),
        (None, "0000000000", "now"),
        (None, "commander", "now"),
        (None, None, "after"),
        (None, None, ""),
    ],
)
def test_an_address_that_is_out_of_date_or_not_ones_own_is_not_found(
    town: Store, snapshot: str | None, scope: str | None, side: str
) -> None:
    own = {None: scope_of(INSPECTOR), "commander": scope_of(COMMANDER)}.get(scope, scope)
    with pytest.raises(NotFound) as refused:
        heat(town, INSPECTOR, ASKED, side, town.snapshot().name if snapshot is None else snapshot, own or "")
    assert (refused.value.code, refused.value.status) == ("heat.outdated", 404)


def test_after_an_import_the_old_address_is_not_found(sqlite_store: Store) -> None:
    old = settle(sqlite_store, [row(1)]).name
    with sqlite_store.engine.begin() as connection:
        connection.execute(incidents.update().values(item="cash"))
    assert refresh(sqlite_store, full=True).name != old
    with pytest.raises(NotFound):
        heat(sqlite_store, INSPECTOR, ASKED, "now", old, scope_of(INSPECTOR))


@pytest.mark.parametrize("side", ["before", "change"])
def test_without_a_comparison_there_is_one_side(town: Store, side: str) -> None:
    with pytest.raises(NotFound) as refused:
        drawn(town, INSPECTOR, Filter(JANUARY), side)
    assert refused.value.code == "heat.no_comparison"


@pytest.mark.parametrize("role", [None, *Role])
def test_only_who_may_explore_sees_the_image(town: Store, role: Role | None) -> None:
    actor = ANONYMOUS if role is None else person(role, own=("norte",))
    if may(actor, Permission.EXPLORE):
        assert drawn(town, actor, ASKED).dtype == np.uint8
    else:
        with pytest.raises(Forbidden):
            drawn(town, actor, ASKED)


def test_a_commanders_image_is_that_of_the_own_precincts(town: Store) -> None:
    asked = Filter(JANUARY, precincts=frozenset({"norte"}))
    np.testing.assert_array_equal(drawn(town, COMMANDER, Filter(JANUARY)), drawn(town, INSPECTOR, asked))
    assert not drawn(town, person(Role.COMMANDER), Filter(JANUARY)).any()


def test_equal_windows_show_no_change(town: Store) -> None:
    asked = Filter(JANUARY, compare=JANUARY.start.isoformat())
    assert not drawn(town, INSPECTOR, asked, "change").any()
    np.testing.assert_array_equal(drawn(town, INSPECTOR, asked, "now"), drawn(town, INSPECTOR, asked, "before"))
