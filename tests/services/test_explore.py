"""One question, one answer: every number of an exploration is the same wherever it is told, and is the true one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from analytics.comparison import compare
from config.settings import Settings
from data_access.index import refresh
from data_access.migrate import upgrade
from data_access.schema import areas, batches, incidents
from data_access.store import Store
from domain.errors import Forbidden, Invalid
from domain.exploration import Exploration, Rank
from domain.filter import ORIGINS, Filter
from domain.people import ANONYMOUS, Permission, Role, may
from domain.periods import Window
from domain.taxonomy import taxonomy
from services.ground import ground, options, outlines, scope_of
from services.incidents import MAX_RADIUS, explore, place
from tests.incidents import (
    ITEMS,
    PRECINCTS,
    TYPES,
    VEHICLES,
    Row,
    day,
    matching,
    person,
    plain,
    random_rows,
    row,
    settle,
)

ROWS = random_rows(np.random.default_rng(8), 500)
EVER = Window(day("2025-12-01"), day("2026-04-01"))
ANALYST, INSPECTOR = person(Role.ANALYST), person(Role.INSPECTOR)
COMMANDER = person(Role.COMMANDER, own=("norte",))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """500 incidents of two sources, which no test changes."""
    home = tmp_path_factory.mktemp("town")
    store = Store.open(Settings(home=home, database_url=f"sqlite:///{home / 'town.sqlite'}", secret_key="x"))
    upgrade(store.engine)
    settle(store, ROWS)
    yield store
    store.engine.dispose()


def frame_of(store: Store) -> pd.DataFrame:
    return plain(ROWS, grid=store.snapshot().grid)


def chosen(codes: Any) -> st.SearchStrategy[frozenset[Any] | None]:
    return st.none() | st.frozensets(st.sampled_from(codes))


windows = st.builds(
    lambda first, length: Window(first, first + timedelta(days=length)),
    st.dates(day("2025-12-15"), day("2026-02-25")),
    st.integers(0, 80),
)
questions = st.builds(
    Filter,
    window=windows,
    types=chosen(TYPES),
    vehicles=chosen(VEHICLES),
    items=chosen(ITEMS),
    hours=chosen(range(24)),
    weekdays=chosen(range(1, 8)),
    precincts=chosen(PRECINCTS),
    origins=chosen(ORIGINS),
    compare=st.sampled_from([None, "previous", "year", "2026-01-07"]),
    area=st.none() | st.just(((-70.68, -33.48), (-70.62, -33.49), (-70.65, -33.42))),
)
people = st.sampled_from([ANALYST, INSPECTOR, COMMANDER, person(Role.COMMANDER), person(Role.OPERATOR)])


def counts(ranks: tuple[Rank, ...]) -> dict[str, int]:
    return {rank.code: rank.count for rank in ranks if rank.count}


def befores(ranks: tuple[Rank, ...]) -> dict[str, int]:
    return {rank.code: rank.change.before for rank in ranks if rank.change and rank.change.before}


# --- agreement --------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(questions, people)
def test_every_part_of_an_answer_adds_up_to_the_same_total(town: Store, asked: Filter, actor: Any) -> None:
    told = explore(town, actor, asked)
    rankings = (told.by_type, told.by_vehicle, told.by_item, told.by_precinct)
    assert {sum(rank.count for rank in ranks) for ranks in rankings} == {told.total}
    assert sum(week.count for week in told.series) == told.total
    assert sum(map(sum, told.matrix)) + told.hour_unknown == told.total
    assert told.places.point + told.places.unmapped == told.total
    assert sum(week.days for week in told.series) == told.filter.window.days
    if told.other is None:
        assert told.change is None
        assert not any(rank.change for ranks in rankings for rank in ranks)
        assert all(week.before is None for week in told.series)
        return
    assert told.change == compare(told.total, told.change.before)
    assert {sum(rank.change.before for rank in ranks) for ranks in rankings} == {told.change.before}
    assert sum(week.before for week in told.series) == told.change.before
    assert explore(town, actor, asked.during(told.other)).total == told.change.before


@settings(max_examples=40)
@given(questions.filter(lambda asked: asked.area is None), people)
def test_the_numbers_are_those_of_the_rows(town: Store, asked: Filter, actor: Any) -> None:
    told, held = explore(town, actor, asked), ground(town)
    frame = frame_of(town)
    kept = frame[matching(frame, asked.clip(actor, held), held)]
    assert told.total == len(kept)
    assert counts(told.by_type) == Counter(kept["type"])
    assert counts(told.by_vehicle) == Counter(kept["vehicle"])
    assert counts(told.by_item) == Counter(kept["item"])
    assert counts(told.by_precinct) == Counter(kept["precinct"])
    cells = Counter(zip(kept["weekday"], kept["hour"], strict=True))
    assert all(told.matrix[weekday - 1][hour] == n for (weekday, hour), n in cells.items() if hour >= 0)
    assert {name: getattr(told.places, name) for name in ("point", "missing", "withheld", "outside")} == {
        name: int((kept["where"] == name).sum()) for name in ("point", "missing", "withheld", "outside")
    }
    for week in told.series:
        stretch = (kept["day"] >= week.start) & (kept["day"] < week.start + timedelta(days=week.days))
        assert week.count == stretch.sum()
    if told.other is not None:
        then = frame[matching(frame, asked.clip(actor, held).during(told.other), held)]
        assert befores(told.by_type) == Counter(then["type"])
        assert befores(told.by_precinct) == Counter(then["precinct"])


def test_rankings_are_in_order_and_tell_only_what_happened(town: Store) -> None:
    told = explore(town, ANALYST, Filter(EVER, types=frozenset(TYPES), compare="previous"))
    for ranks in (told.by_type, told.by_vehicle, told.by_item, told.by_precinct):
        assert [(-rank.count, rank.code) for rank in ranks] == sorted((-rank.count, rank.code) for rank in ranks)
        assert all(rank.count or (rank.change and rank.change.before) for rank in ranks)


def test_a_type_that_was_there_before_and_is_gone_is_told(sqlite_store: Store) -> None:
    settle(sqlite_store, [row(1, "2026-03-02 10:00", type="theft.shop"), row(2, "2026-03-10 10:00")])
    asked = Filter(Window(day("2026-03-09"), day("2026-03-15")), compare="previous")
    told = explore(sqlite_store, ANALYST, asked)
    assert [(rank.code, rank.count, rank.change.before) for rank in told.by_type if rank.change] == [
        ("robbery.street", 1, 0),
        ("theft.shop", 0, 1),
    ]
    assert told.by_type[0].change is not None
    assert told.by_type[0].change.percent is None


def test_weeks_of_a_comparison_stand_beside_the_same_stretch(sqlite_store: Store) -> None:
    settle(sqlite_store, [row(n, f"2026-03-{n:02} 10:00") for n in range(1, 29)])
    asked = Filter(Window(day("2026-03-12"), day("2026-03-20")), compare="2026-03-01")
    told = explore(sqlite_store, ANALYST, asked)
    assert [(week.start.isoformat(), week.days, week.count, week.before) for week in told.series] == [
        ("2026-03-12", 4, 4, 4),
        ("2026-03-16", 5, 5, 5),
    ]


def test_sensitive_types_are_left_out_by_default_and_that_is_said(town: Store) -> None:
    default, asked = Filter(EVER), Filter(EVER, types=frozenset({"sexual.rape", "theft.shop"}))
    assert explore(town, ANALYST, default).sensitive_left_out
    assert not counts(explore(town, ANALYST, default).by_type).keys() & taxonomy().sensitive
    assert "sexual.rape" in counts(explore(town, ANALYST, asked).by_type)
    assert not explore(town, ANALYST, asked).sensitive_left_out
    assert explore(town, INSPECTOR, asked).sensitive_left_out
    assert counts(explore(town, INSPECTOR, asked).by_type).keys() == {"theft.shop"}


def test_an_empty_city_is_explored_without_an_error(sqlite_store: Store) -> None:
    told = explore(sqlite_store, ANALYST, Filter.from_query({"compare": "year"}, ground(sqlite_store)))
    assert (told.total, told.by_type, told.places.unmapped) == (0, (), 0)
    assert told.change is not None
    assert not told.change.beyond
    offered = options(sqlite_store, ANALYST)
    assert (offered.types, offered.precincts, offered.synthetic) == ((), (), False)


def test_the_record_may_change_after_the_index_was_read(town: Store) -> None:
    """An answer is all from one snapshot: its name is told, and asking again gives the same."""
    one, two = (explore(town, ANALYST, Filter(EVER, compare="previous")) for _ in range(2))
    assert one == two
    assert one.snapshot == town.snapshot().name


# --- places -----------------------------------------------------------------------------------------------------


def test_a_place_counts_what_lies_within_its_radius(sqlite_store: Store) -> None:
    north = 100 / 111_195  # degrees for a hundred metres
    spots = [
        (0, "theft.shop", "03:30"),
        (1, "theft.shop", "03:45"),
        (2, "robbery.street", "12:00"),
        (5, "damage.arson", "13:00"),
    ]
    rows = [row(n, f"2026-03-10 {at}", lat=-33.45 + n * north, type=kind) for n, kind, at in spots]
    rows += [row(90, location="missing"), row(91, "2026-03-10 10:00", precision="day")]
    settle(sqlite_store, rows)
    asked = Filter(Window(day("2026-03-10"), day("2026-03-10")))
    there = place(sqlite_store, INSPECTOR, asked, -70.65, -33.45, 250)
    assert (there.total, counts(there.by_type)) == (4, {"theft.shop": 2, "robbery.street": 2})
    assert (there.by_hour[3], there.by_hour[12], sum(there.by_hour), there.hour_unknown) == (2, 1, 3, 1)
    assert place(sqlite_store, INSPECTOR, asked, -70.65, -33.45, 150).total == 3
    assert place(sqlite_store, INSPECTOR, asked, 10.0, 10.0, MAX_RADIUS).total == 0


@settings(max_examples=40)
@given(questions, people, st.floats(-70.7, -70.6), st.floats(-33.5, -33.4), st.floats(1, MAX_RADIUS))
def test_a_place_adds_up_and_never_holds_more_than_the_answer(
    town: Store, asked: Filter, actor: Any, lon: float, lat: float, radius: float
) -> None:
    there = place(town, actor, asked, lon, lat, radius)
    assert {sum(rank.count for rank in ranks) for ranks in (there.by_type, there.by_vehicle)} == {there.total}
    assert sum(there.by_hour) + there.hour_unknown == there.total
    assert there.total <= explore(town, actor, asked).places.point


@pytest.mark.parametrize(
    "where",
    [
        *((181, 0, 10), (0, 86, 10), (0, -86, 10), (0, 0, 0), (0, 0, -1), (0, 0, MAX_RADIUS + 1)),
        *((nan, 0, 10), (0, nan, 10), (0, 0, nan), (0, 0, inf)),
    ],
)
def test_a_place_that_cannot_be_is_refused(town: Store, where: tuple[float, float, float]) -> None:
    with pytest.raises(Invalid) as refused:
        place(town, INSPECTOR, Filter(EVER), *where)
    assert refused.value.code == "place.unreadable"


# --- who may ask ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, *Role])
def test_only_who_may_explore_is_answered(town: Store, role: Role | None) -> None:
    actor = ANONYMOUS if role is None else person(role, own=("norte",))
    doors = (
        lambda: explore(town, actor, Filter(EVER)),
        lambda: place(town, actor, Filter(EVER), -70.65, -33.45, 100),
        lambda: options(town, actor),
        lambda: outlines(town, actor),
    )
    for door in doors:
        if may(actor, Permission.EXPLORE):
            door()
        else:
            with pytest.raises(Forbidden):
                door()


def test_a_commander_is_answered_for_the_own_precincts_alone(town: Store) -> None:
    frame, held = frame_of(town), ground(town)
    told = explore(town, COMMANDER, Filter(EVER))
    everyone = explore(town, INSPECTOR, Filter(EVER, precincts=frozenset({"norte"})))
    assert counts(told.by_precinct) == {"norte": told.total}
    assert replace(told, scope="", filter=everyone.filter) == replace(everyone, scope="")
    assert told.total == matching(frame, Filter(EVER, precincts=frozenset({"norte"})), held).sum() > 0
    assert explore(town, COMMANDER, Filter(EVER, precincts=frozenset({"centro"}))).total == 0
    assert explore(town, person(Role.COMMANDER), Filter(EVER)).total == 0
    assert explore(town, person(Role.COMMANDER, Role.ANALYST, own=("norte",)), Filter(EVER)).total > told.total


def test_a_commander_is_shown_the_own_precincts_alone(town: Store) -> None:
    assert options(town, COMMANDER).precincts == (("norte", "Norte"),)
    assert [feature["id"] for feature in outlines(town, COMMANDER)["features"]] == ["norte"]
    assert len(outlines(town, INSPECTOR)["features"]) == 3


def test_scopes_are_told_apart_by_what_they_may_see() -> None:
    named = [
        person(Role.ANALYST),
        person(Role.INSPECTOR),
        person(Role.COMMANDER),
        *(
            person(Role.COMMANDER, own=own)
            for own in (("norte",), ("sur",), ("norte", "sur"), ("norte,sur",), ("all",))
        ),
    ]
    assert len({scope_of(actor) for actor in named}) == len(named)
    assert scope_of(person(Role.OPERATOR)) == scope_of(person(Role.INSPECTOR))
    assert scope_of(person(Role.COMMANDER, own=("a", "b"))) == scope_of(person(Role.COMMANDER, own=("b", "a")))


# --- what is offered --------------------------------------------------------------------------------------------


def test_the_bar_offers_what_the_data_hold(town: Store) -> None:
    offered = options(town, ANALYST)
    assert set(offered.types) == set(TYPES)
    assert set(offered.vehicles) == set(VEHICLES)
    assert set(offered.items) == set(ITEMS)
    assert offered.origins == ORIGINS
    assert {code for code, _ in offered.precincts} == set(PRECINCTS)
    assert (offered.has_hours, offered.synthetic, offered.loaded_at) == (True, False, 1_002)
    assert set(options(town, INSPECTOR).types) == set(TYPES) - taxonomy().sensitive


@pytest.mark.parametrize("both", ["vehicle", "item", "origin"])
def test_a_column_with_one_value_in_all_rows_is_no_filter(sqlite_store: Store, both: str) -> None:
    two = {"vehicle": "metro", "item": "cash", "origin": "informal"}
    settle(sqlite_store, [row(1), row(2, **{both: two[both]})])
    offered = options(sqlite_store, INSPECTOR)
    informative = {"vehicle": offered.vehicles, "item": offered.items, "origin": offered.origins}
    assert {name for name, codes in informative.items() if codes} == {both}


# --- what must not be found -------------------------------------------------------------------------------------


def told_to(store: Store, actor: Any, asked: Filter) -> Exploration:
    """An answer without the name of the snapshot, which is another after every change of the record."""
    return replace(explore(store, actor, asked), snapshot="")


def without(store: Store, gone: list[Row]) -> None:
    with store.engine.begin() as connection:
        connection.execute(delete(incidents).where(incidents.c.id.in_([one["id"] for one in gone])))
    refresh(store, full=True)


# What keeps the days and the map as they are when other incidents go.
ANCHORS = [row(9_001, "2025-12-15 12:00", precinct="norte"), row(9_002, "2026-02-27 12:00", precinct="norte")]
ANCHORS += [row(9_011, "2026-02-01 12:00"), row(9_012, "2026-02-01 12:00", precinct="sur")]
ASKED = [
    Filter(EVER),
    Filter(EVER, types=frozenset(TYPES), compare="previous"),
    Filter(EVER, types=frozenset({"sexual.rape"})),
    Filter(EVER, types=taxonomy().sensitive, precincts=frozenset({"centro"}), hours=frozenset({1, 2})),
    Filter(
        Window(day("2026-01-01"), day("2026-01-20")), precincts=frozenset({"centro", "norte"}), compare="2025-12-16"
    ),
]
SECRET = {
    "sensitive incidents": (lambda one: one["type"] in taxonomy().sensitive, INSPECTOR),
    "incidents of other precincts": (lambda one: one["precinct"] != "norte", COMMANDER),
    "both": (lambda one: one["type"] in taxonomy().sensitive or one["precinct"] != "norte", COMMANDER),
}


@pytest.mark.parametrize("secret", SECRET)
def test_what_a_person_may_not_see_changes_nothing_that_they_are_told(sqlite_store: Store, secret: str) -> None:
    hidden, actor = SECRET[secret]
    rows = [*random_rows(np.random.default_rng(4), 300), *ANCHORS]
    rows.append(
        row(9_003, "2026-01-10 12:00", type="minors.abduction", vehicle="truck", item="jewellery", precinct="sur")
    )
    settle(sqlite_store, rows)

    def told() -> list[object]:
        spots = [place(sqlite_store, actor, asked, -70.65, -33.45, 3000) for asked in ASKED]
        return [*(told_to(sqlite_store, actor, asked) for asked in ASKED), *spots, offered(sqlite_store, actor)]

    before = told()
    without(sqlite_store, [one for one in rows if hidden(one) and one not in ANCHORS])
    assert told() == before


def offered(store: Store, actor: Any) -> object:
    """What the bar offers, but for the precincts, whose names are no secret, and the snapshot's name."""
    return replace(options(store, actor), snapshot="", precincts=())


def test_the_precincts_of_a_ground_are_named_once_for_each_snapshot(sqlite_store: Store) -> None:
    settle(sqlite_store, [row(1)])
    assert ground(sqlite_store).precincts == {"centro": "Centro"}
    with sqlite_store.engine.begin() as connection:
        connection.execute(update(areas).values(name="Renamed"))
        connection.execute(update(batches).where(batches.c.id == 1).values(finished_at=5))
    refresh(sqlite_store, full=True)
    assert ground(sqlite_store).precincts == {"centro": "Renamed"}


def test_a_portal_of_another_home_has_its_own_index(town: Store, tmp_path: Path) -> None:
    assert Store(town.engine, tmp_path).snapshot().name == town.snapshot().name
    assert (tmp_path / "index" / "current").exists()
