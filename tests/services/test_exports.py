"""Who may take what out of the portal, how much of it, and what is written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from components import export_note, picture_text, summary_out, tables_out
from data_access.engine import make_engine
from data_access.index.match import Match, Selection
from data_access.schema import incidents as table
from data_access.store import Store
from domain.errors import Forbidden, NotFound
from domain.filter import Filter
from domain.people import ANONYMOUS, SYSTEM, Actor, Permission, Role
from locales import Words
from services import audit, exports, pictures
from services.ground import ground
from services.incidents import clipped, explore
from tests.exporting import EAST, WEST, fill, incident

SECRET = "VIOLACIÓN"
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-20"}
CITY = [
    incident("2026-11-12 22:30", EAST, vehicle="motorcycle"),
    incident("2026-11-10 12:45"),
    incident("2026-11-10 12:05"),
    incident("2026-11-10 12:30", None),
    incident("2026-11-11 01:00", WEST, type="sexual.rape", label=SECRET, sensitive=True),
    incident("2026-11-20 09:00", WEST, type="theft.shop"),
    incident("2026-10-02 09:00", EAST, type="theft.shop"),
]


def person(*roles: Role, precincts: tuple[str, ...] = ()) -> Actor:
    return Actor(9, "ana@ciudad.cl", frozenset(roles), frozenset(precincts))


ANALYST, INSPECTOR = person(Role.ANALYST), person(Role.INSPECTOR)
EVERY = [ANONYMOUS, *(person(role, precincts=(WEST,)) for role in Role)]
Take = Callable[[Store, Actor, Filter], str]


def incidents_of(store: Store, actor: Actor, asked: Filter) -> str:
    """Everything that any export of single incidents writes, as one text."""
    words, written = Words("es"), ""
    for form in ("csv", "geojson"):
        export, rows = exports.incidents(store, actor, asked, form)
        note = export_note.note(export, words, "Ciudad", "America/Santiago")
        kept = list(rows)
        written += "".join(tables_out.geojson(kept, export, note, words))
        written += "".join(tables_out.table(tables_out.COLUMNS, [tables_out.incident(row, words) for row in kept]))
    return written


def summary_of(store: Store, actor: Actor, asked: Filter) -> str:
    export = exports.summary(store, actor, asked)
    note = export_note.note(export, Words("es"), "Ciudad", "America/Santiago")
    return "".join(tables_out.table(summary_out.COLUMNS, summary_out.lines(export, note, Words("es"))))


def picture_of(store: Store, actor: Actor, asked: Filter) -> str:
    shown = pictures.picture(store, actor, asked)
    note = export_note.note(shown.export, Words("es"), "Ciudad", "America/Santiago")
    text = picture_text.written(shown.export, note, list(shown.panels), Words("es"))
    return f"{text} {shown.frame} {np.count_nonzero(shown.panels['now'])}"


NEEDS = {incidents_of: Permission.ROWS, summary_of: Permission.EXPLORE, picture_of: Permission.EXPLORE}


@pytest.fixture
def city(sqlite_store: Store) -> Store:
    fill(sqlite_store, CITY)
    return sqlite_store


def asked(store: Store, **query: str) -> Filter:
    return Filter.from_query(NOVEMBER | query, ground(store))


@pytest.mark.parametrize("take", NEEDS)
def test_only_those_with_the_permission_take_anything_away(city: Store, take: Take) -> None:
    for actor in EVERY:
        if NEEDS[take] in actor.permissions:
            assert take(city, actor, asked(city))
        else:
            with pytest.raises(Forbidden):
                take(city, actor, asked(city))


@pytest.mark.parametrize("take", NEEDS)
@pytest.mark.parametrize("query", [{}, {"type": "sexual.rape"}, {"type": "sexual.rape,robbery.street"}])
def test_a_sensitive_incident_is_in_no_export_without_the_permission(
    city: Store, take: Take, query: dict[str, str]
) -> None:
    for actor in EVERY:
        if NEEDS[take] in actor.permissions and Permission.SENSITIVE not in actor.permissions:
            written = take(city, actor, asked(city, **query))
            assert "sexual.rape" not in written
            assert SECRET not in written


def test_with_the_permission_a_sensitive_incident_is_there_when_it_is_named(city: Store) -> None:
    assert SECRET not in incidents_of(city, ANALYST, asked(city))
    assert SECRET in incidents_of(city, ANALYST, asked(city, type="sexual.rape"))
    assert "sexual.rape" in summary_of(city, ANALYST, asked(city, type="sexual.rape"))


@pytest.mark.parametrize("query", [{}, {"precinct": EAST}, {"precinct": f"{EAST},{WEST}"}])
def test_a_commander_takes_only_what_happened_in_their_own_precincts(city: Store, query: dict[str, str]) -> None:
    commander = person(Role.COMMANDER, precincts=(WEST,))
    _, rows = exports.incidents(city, commander, asked(city, **query), "csv")
    assert {row.precinct for row in rows} <= {WEST}
    assert {rank.code for rank in exports.summary(city, commander, asked(city, **query)).found.by_precinct} <= {WEST}
    shown = pictures.picture(city, commander, asked(city, **query))
    assert [outline.name for outline in shown.frame.precincts] == [f"Ñuble {WEST}"]
    assert EAST not in incidents_of(city, commander, asked(city, **query)).replace(f"precinct={EAST}", "")


def test_a_commander_without_precincts_takes_nothing(city: Store) -> None:
    export, rows = exports.incidents(city, person(Role.COMMANDER), asked(city), "csv")
    assert (export.found.total, list(rows)) == (0, [])


def test_a_row_that_became_sensitive_since_the_index_was_built_stays_inside(city: Store) -> None:
    city.snapshot()
    with city.engine.begin() as connection:
        changed = update(table).where(table.c.id == 2)
        connection.execute(changed.values(type="sexual.rape", label=SECRET, sensitive=True))
    assert SECRET not in incidents_of(city, INSPECTOR, asked(city))


def test_a_row_that_moved_to_another_precinct_since_stays_with_its_commander(city: Store) -> None:
    city.snapshot()
    with city.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == 2).values(precinct_id=2))
    _, rows = exports.incidents(city, person(Role.COMMANDER, precincts=(WEST,)), asked(city), "csv")
    assert 2 not in {row.id for row in rows}


def test_incidents_come_oldest_first_to_the_minute(city: Store) -> None:
    _, rows = exports.incidents(city, INSPECTOR, asked(city), "csv")
    assert [row.id for row in rows] == [3, 4, 2, 1, 6]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "2026-10-01"},
        {"vehicle": "motorcycle"},
        {"precinct": WEST},
        {"hours": "12"},
        {"area": "-70.7,-33.5,-70.6,-33.4"},
        {"type": ","},
        {"from": "2020-01-01", "to": "2020-02-01"},
    ],
)
def test_what_is_taken_is_what_is_on_screen(city: Store, query: dict[str, str]) -> None:
    found = explore(city, INSPECTOR, asked(city, **query))
    export, rows = exports.incidents(city, INSPECTOR, asked(city, **query), "geojson")
    note = export_note.note(export, Words("en"), "City", "America/Santiago")
    collection = json.loads("".join(tables_out.geojson(rows, export, note, Words("en"))))
    located = [feature for feature in collection["features"] if feature["geometry"]]
    assert len(collection["features"]) == found.total == collection["metadata"]["total"]
    assert len(located) == found.places.point
    assert len(collection["features"]) - len(located) == found.places.unmapped
    assert exports.summary(city, INSPECTOR, asked(city, **query)).found == found


def test_the_record_is_read_only_as_far_as_the_reader_has_come(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store, [incident(f"2026-11-{1 + number // 10:02} {number % 10:02}:00") for number in range(150)])
    pages: list[int] = []
    read = exports.by_ids

    def counted(connection: Any, ids: list[int]) -> Any:
        pages.append(len(ids))
        return read(connection, ids)

    monkeypatch.setattr(exports, "by_ids", counted)
    monkeypatch.setattr(exports, "AT_ONCE", 7)
    _, rows = exports.incidents(sqlite_store, INSPECTOR, asked(sqlite_store), "csv")
    assert pages == []
    next(rows)
    assert pages == [7]
    assert len(list(rows)) == 149
    assert max(pages) == 7


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(1, 200))
def test_stretches_cover_every_day_once_and_are_short(spread: Store, rows: int) -> None:
    snapshot, here, question = clipped(spread, INSPECTOR, asked(spread))
    selection = Selection.of(question, snapshot, here)
    found = list(exports.stretches(snapshot, selection, rows))
    assert (found[0][0], found[-1][1]) == (selection.start, selection.end)
    assert all(before[1] == after[0] for before, after in pairwise(found))
    totals = [Match(snapshot, selection.during(*stretch)).total for stretch in found]
    assert sum(totals) == Match(snapshot, selection).total
    assert max(totals) <= rows + 12  # and the busiest day, which is not cut


@pytest.fixture(scope="module")
def spread(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A city with up to a dozen incidents a day, for what only reads it."""
    home = tmp_path_factory.mktemp("spread")
    copyfile(sqlite_template, home / "atalaya.sqlite")
    store = Store(make_engine(f"sqlite:///{home / 'atalaya.sqlite'}"), home)
    fill(store, [incident(f"2026-11-{day:02} 12:00") for day in range(1, 21) for _ in range(day % 13)])
    store.snapshot()
    return store


def test_every_export_is_written_down_with_its_question(city: Store) -> None:
    _, rows = exports.incidents(city, INSPECTOR, asked(city, vehicle="motorcycle"), "zip")
    list(rows)
    exports.summary(city, INSPECTOR, asked(city))
    pictures.picture(city, INSPECTOR, asked(city, compare="previous"), "change")
    events, _ = audit.read(city, SYSTEM, audit.Wanted(action="export"))
    assert [event.action for event in reversed(events)] == ["export.incidents", "export.summary", "export.map"]
    assert {event.actor for event in events} == {INSPECTOR.email}
    taken = events[-1]
    assert taken.object == asked(city, vehicle="motorcycle").canonical()
    assert taken.details == {"form": "zip", "rows": 1}
    assert events[0].details == {"sides": ["change"]}


def test_a_refused_export_leaves_no_event_of_an_export(city: Store) -> None:
    with pytest.raises(Forbidden):
        exports.incidents(city, person(Role.OPERATOR), asked(city), "csv")
    assert audit.read(city, SYSTEM, audit.Wanted(action="export"))[1] == 0


def test_a_compared_question_gives_two_maps_or_the_map_of_change(city: Store) -> None:
    compared = asked(city, compare="previous")
    assert list(pictures.picture(city, INSPECTOR, compared).panels) == ["before", "now"]
    assert list(pictures.picture(city, INSPECTOR, compared, "change").panels) == ["change"]
    assert list(pictures.picture(city, INSPECTOR, asked(city)).panels) == ["now"]
    with pytest.raises(NotFound, match=r"heat\.no_comparison"):
        pictures.picture(city, INSPECTOR, asked(city), "change")


def test_the_precincts_and_the_drawn_area_lie_on_the_heat(city: Store) -> None:
    shown = pictures.picture(city, INSPECTOR, asked(city, area="-70.7,-33.5,-70.6,-33.4"))
    west, east = (
        next(outline for outline in shown.frame.precincts if outline.name.endswith(code)) for code in (WEST, EAST)
    )
    assert west.label[0] < 0.5 < east.label[0]
    assert {round(x, 2) for x, _ in shown.frame.area} == {round(x, 2) for x, _ in west.rings[0]}
    rows, columns = np.nonzero(shown.panels["now"])
    assert columns.max() / shown.panels["now"].shape[1] < 0.5
    assert rows.mean() / shown.panels["now"].shape[0] == pytest.approx(0.5, abs=0.05)
