"""The dark figure and perception: which facts count, what is said of them, who may see what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from data_access import adoption, microdata
from data_access.engine import writing
from data_access.index import refresh
from data_access.schema import areas, incidents, sources
from data_access.store import Store
from domain.errors import Forbidden
from domain.people import ANONYMOUS, PERMISSIONS, Permission, Role
from domain.periods import Window
from domain.surveys import LeftOut, Unit, Worth
from domain.tables import Kind, Terms
from services import surveys, tables
from services.recorded import twelve_months
from tests.adoption import goal, people, precincts
from tests.incidents import person, row, settle
from tests.surveys import share, told

ANALYST = person(Role.ANALYST)


def dark(store: Store, **other: object) -> dict[tuple[str, str], list[tuple[int, float | None]]]:
    found = surveys.dark_figure(store, ANALYST, **other)  # type: ignore[arg-type]
    return {
        (one.item, one.unit): [(p.year, None if p.share is None else round(p.share, 3)) for p in one.points]
        for one in found.series
    }


# --- the dark figure -------------------------------------------------------------------------------------------


def test_dark_is_what_was_not_reported(store: Store) -> None:
    told(store, [share("reported", "any", 2024, 0.52), share("reported", "any", 2022, 0.47)])
    found = surveys.dark_figure(store, ANALYST)
    (series,) = found.series
    assert [(p.year, p.share, p.low, p.high) for p in series.points] == [
        (2022, pytest.approx(0.53), pytest.approx(0.50), pytest.approx(0.56)),
        (2024, pytest.approx(0.48), pytest.approx(0.45), pytest.approx(0.51)),
    ]
    assert found.headline is series
    assert not found.synthetic


def test_the_newest_word_counts_and_a_withdrawn_one_does_not(store: Store) -> None:
    told(store, [share("reported", "any", 2024, 0.52)])
    told(store, [share("reported", "any", 2024, 0.55)])
    told(store, [share("reported", "any", 2024, 0.99)], status="withdrawn")
    assert dark(store) == {("any", "event"): [(2024, 0.45)]}
    told(store, [share("reported", "any", 2024, None)])
    assert dark(store) == {("any", "event"): [(2024, None)]}


def test_the_demos_survey_steps_aside(store: Store) -> None:
    told(store, [share("reported", "any", 2024, 0.1)], synthetic=True)
    assert surveys.dark_figure(store, ANALYST).synthetic
    told(store, [share("reported", "any", 2024, 0.52)])
    assert dark(store) == {("any", "event"): [(2024, 0.48)]}
    assert not surveys.dark_figure(store, ANALYST).synthetic


def test_households_people_and_events_are_never_one_series(store: Store) -> None:
    facts = [
        share("reported", "any", 2023 + n, 0.5, unit=unit) for n, unit in enumerate(("household", "event", "person"))
    ]
    told(store, facts)
    assert list(dark(store)) == [("any", "event"), ("any", "household"), ("any", "person")]
    headline = surveys.dark_figure(store, ANALYST).headline
    assert headline is not None
    assert headline.unit is Unit.EVENT


def test_two_surveys_are_never_one_series(store: Store) -> None:
    told(store, [share("reported", "any", 2023, 0.5, survey="Old"), share("reported", "any", 2024, 0.6, survey="New")])
    found = surveys.dark_figure(store, ANALYST)
    assert {where.survey for where in found.surroundings} == {"Old", "New"}
    assert [len(series.points) for series in found.series] == [1]
    for where in found.surroundings:
        assert surveys.dark_figure(store, ANALYST, where.key).surrounding == where


def test_what_was_not_asked_is_named(store: Store) -> None:
    told(store, [share("reported", "burglary", 2024, 0.6), share("reported", "vehicle.theft", 2024, 0.9)])
    missing = surveys.dark_figure(store, ANALYST).not_asked
    assert {"homicide", "fraud", "vehicle.motorcycle"} <= set(missing)
    assert not {"burglary", "vehicle", "vehicle.theft", "disorder", "traffic", "other"} & set(missing)


def test_a_survey_that_asks_nobody_who_reported_gives_no_dark_figure(store: Store) -> None:
    told(store, [share("victim", "any", 2024, 0.3, unit="person")])
    found = surveys.dark_figure(store, ANALYST)
    assert (found.surrounding, found.series, found.headline) == (None, (), None)
    assert found.silent == (("City survey", 2024),)


def test_gathered_answers_give_no_dark_figure(store: Store) -> None:
    told(store, [share("reported", "any", 2024, 0.9, design="gathered")])
    assert dark(store) == {}
    told(store, [share("reported", "any", 2024, 0.5)])
    assert dark(store) == {("any", "event"): [(2024, 0.5)]}


def test_small_numbers_are_no_headline(store: Store) -> None:
    told(
        store, [share("reported", "any", 2024, 0.5, answers=12), share("reported", "any", 2024, 0.4, unit="household")]
    )
    found = surveys.dark_figure(store, ANALYST)
    assert found.headline is not None
    assert found.headline.unit is Unit.HOUSEHOLD
    assert found.series[-1].last.worth is Worth.NONE


def test_the_goal_is_the_newest_of_the_dark_figure(store: Store) -> None:
    told(store, [share("reported", "any", 2024, 0.5)])
    assert surveys.dark_figure(store, ANALYST).goal is None
    goal(store)  # of connected people
    goal(store, share="0.40", measure="dark_figure")
    starts, due = date(2026, 4, 1), date(2027, 4, 1)
    goal(store, share="0.30", due=due, measure="dark_figure", baseline="0.50", starts=adoption.number_of(starts))
    found = surveys.dark_figure(store, ANALYST).goal
    assert found is not None
    assert (found.share, found.baseline, found.starts, found.due) == (0.3, 0.5, starts, due)


def test_a_place_is_asked_for_by_name_or_code(store: Store) -> None:
    precincts(store, {"norte": "Norte"})
    facts = [share("reported", "any", 2024, 0.5), share("reported", "any", 2024, 0.3, answers=90, place="Maule")]
    told(store, [*facts, share("reported", "any", 2024, 0.2, area="norte", place="")])
    assert dark(store) == {("any", "event"): [(2024, 0.5)]}
    assert dark(store, where="Maule") == {("any", "event"): [(2024, 0.7)]}
    assert dark(store, where="norte") == {("any", "event"): [(2024, 0.8)]}
    assert dark(store, where="nowhere") == dark(store)


def test_sensitive_crimes_of_a_small_area_are_for_few(store: Store) -> None:
    precincts(store, {"norte": "Norte"})
    items = ("sexual.rape", "family", "any")
    told(store, [share("reported", item, 2024, 0.2, area=area) for item in items for area in ("", "norte")])
    for role, expected in ((Role.ANALYST, set(items)), (Role.INSPECTOR, {"any"})):
        found = surveys.dark_figure(store, person(role), "norte")
        assert {series.item for series in found.series} == expected
        assert {series.item for series in surveys.dark_figure(store, person(role)).series} == set(items)


# --- perception ------------------------------------------------------------------------------------------------


@pytest.fixture
def city(store: Store) -> Store:
    """Three precincts with two years of incidents; in the last twelve months five robberies and two disorders."""
    within = [row(n, "2026-01-10 12:30", precinct="norte") for n in range(1, 6)]
    within += [row(n, "2026-02-10 12:30", precinct="norte", type="disorder.noise") for n in (6, 7)]
    silent = [row(8, "2026-02-11 12:30", precinct="norte", type="sexual.rape")]
    silent += [row(9, "2026-02-11 12:30", precinct="norte", type="traffic.injury")]
    outside = [row(10, "2024-03-10 12:30", precinct="norte"), row(11, "2026-03-20 12:30", precinct="norte")]
    settle(store, [*within, *silent, *outside])
    people(store, [("norte", 1000, 2023, "Old"), ("norte", 2000, 2024, "Census"), ("sur", 500, 2024, "Census")])
    told(
        store,
        [
            share("feeling", "unsafe_night", 2023, 0.9, unit="person", area="norte"),
            share("feeling", "unsafe_night", 2024, 0.6, unit="person", area="norte"),
            share("feeling", "unsafe_night", 2024, 0.7, unit="person", area="sur", answers=40),
            share("feeling", "unsafe_night", 2025, 0.2, unit="person", area="sur", design="gathered", survey="Round"),
            share("feeling", "unsafe_night", 2024, 0.5, unit="person"),
            share("feeling", "unsafe_day", 2024, 0.1, unit="person", area="norte"),
            share("incivility", "litter", 2024, 0.3, unit="person", area="norte"),
            share("incivility", "graffiti", 2024, 0.4, unit="person", area="norte"),
            share("incivility", "graffiti", 2023, 0.8, unit="person", area="norte"),
        ],
    )
    return store


def neighbourhood(store: Store) -> int:
    """A part of the north, drawn by nobody."""
    with writing(store.engine) as connection:
        above = connection.scalar(select(areas.c.id).where(areas.c.code == "norte"))
        row = {"id": 9, "code": "norte-alto", "name": "Norte Alto", "level": "zone", "origin": "test"}
        connection.execute(insert(areas).values(row | {"parent_id": above}))
    return 9


def test_feelings_stand_beside_the_record(city: Store) -> None:
    found = surveys.perception(city, ANALYST)
    assert [(area.code, area.unsafe.share) for area in found.areas] == [("sur", 0.7), ("norte", 0.6)]
    assert found.window == Window(date(2025, 3, 1), date(2026, 2, 28))
    south, north = found.areas
    assert [seen.item for seen in north.incivilities] == ["graffiti", "litter"]
    assert north.recorded is not None
    assert (north.recorded.crime, north.recorded.incivilities) == (2.5, 1.0)
    assert south.recorded is None  # the record knows nothing of it: missing is not zero
    assert (south.unsafe.worth, south.incivilities) == (Worth.WEAK, ())
    assert [estimate.share for estimate in found.everybody] == [0.5]


def test_who_was_met_is_kept_apart(city: Store) -> None:
    found = surveys.perception(city, ANALYST)
    assert [(area.code, area.unsafe.share, area.unsafe.year) for area in found.met] == [("sur", 0.2, 2025)]
    assert ("City survey", 2024) in surveys.dark_figure(city, ANALYST).silent
    assert not any(survey == "Round" for survey, _ in surveys.dark_figure(city, ANALYST).silent)


def test_a_neighbourhood_counts_what_lies_in_it(city: Store) -> None:
    zone = neighbourhood(city)
    people(city, [("norte-alto", 400, 2024, "Census")])
    with writing(city.engine) as connection:
        connection.execute(update(incidents).where(incidents.c.id.in_([1, 2, 6, 8, 10])).values(zone_id=zone))
    told(city, [share("feeling", "unsafe_night", 2024, 0.4, unit="person", area="norte-alto")])
    part = next(area for area in surveys.perception(city, ANALYST).areas if area.code == "norte-alto")
    assert part.parent == "Norte"
    assert part.recorded is not None
    assert (part.recorded.crime, part.recorded.incivilities) == (5.0, 2.5)
    with writing(city.engine) as connection:
        connection.execute(update(areas).where(areas.c.code == "norte-alto").values(synthetic=True))
    shown = surveys.perception(city, ANALYST).areas
    assert all(area.recorded is None for area in shown if area.code == "norte-alto")


def test_a_commander_sees_their_own_precincts(city: Store) -> None:
    neighbourhood(city)
    told(city, [share("feeling", "unsafe_night", 2024, 0.4, unit="person", area="norte-alto")])
    found = surveys.perception(city, person(Role.COMMANDER, own=["norte"]))
    assert {area.code for area in found.areas} == {"norte", "norte-alto"}
    assert found.met == ()
    assert found.hidden == 1
    nobody = surveys.perception(city, person(Role.COMMANDER))
    assert (nobody.areas, nobody.hidden, nobody.window) == ((), 3, None)


def test_who_may_not_explore_sees_no_record(city: Store) -> None:
    found = surveys.perception(city, person(Role.CUSTODIAN))
    assert [area.code for area in found.areas] == ["sur", "norte"]
    assert (found.window, found.left_out) == (None, LeftOut.CLOSED)
    assert all(area.recorded is None for area in found.areas)


def test_what_is_invented_does_not_stand_beside_what_is_real(city: Store) -> None:
    with writing(city.engine) as connection:
        connection.execute(update(sources).values(synthetic=True))
    refresh(city, full=True)
    found = surveys.perception(city, ANALYST)
    assert not found.synthetic
    assert (found.window, found.left_out) == (None, LeftOut.INVENTED)
    assert all(area.recorded is None for area in (*found.areas, *found.met))


def test_less_than_twelve_months_give_no_rate(store: Store) -> None:
    settle(store, [row(1, "2026-01-10 12:30"), row(2, "2026-03-10 12:30")])
    told(store, [share("feeling", "unsafe_night", 2024, 0.6, unit="person", area="norte")])
    found = surveys.perception(store, ANALYST)
    assert (found.window, found.left_out, found.areas[0].recorded) == (None, LeftOut.SHORT, None)


@pytest.mark.parametrize(
    ("last", "start", "end"),
    [
        (date(2026, 11, 20), date(2025, 11, 1), date(2026, 10, 31)),
        (date(2026, 10, 31), date(2025, 11, 1), date(2026, 10, 31)),
        (date(2026, 1, 1), date(2025, 1, 1), date(2025, 12, 31)),
        (date(2024, 2, 29), date(2023, 3, 1), date(2024, 2, 29)),
        (date(2025, 2, 27), date(2024, 2, 1), date(2025, 1, 31)),
    ],
)
def test_twelve_months_are_whole_ones(last: date, start: date, end: date) -> None:
    assert twelve_months(last) == Window(start, end)


@pytest.mark.parametrize("role", Role)
def test_surveys_are_for_those_who_hold_the_permission(store: Store, role: Role) -> None:
    asked = (surveys.dark_figure, surveys.perception, surveys.export_dark_figure, surveys.export_perception)
    for service in asked:
        if Permission.SURVEYS in PERMISSIONS[role]:
            service(store, person(role))
        with pytest.raises(Forbidden):
            service(store, ANONYMOUS)
        with pytest.raises(Forbidden):
            service(store, person())


# --- the real survey -------------------------------------------------------------------------------------------


def test_the_real_survey_is_delivered_and_its_silence_told(
    sqlite_store: Store, shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "chile-enusc-2024" / "enusc_1_select_desc.RDS"
    with (tmp_path / "shares.csv").open("w", encoding="utf-8", newline="") as file:
        microdata.write(microdata.estimates(path, microdata.profile("enusc-2024")), file)
    delivery = tables.deliver(sqlite_store, ANALYST, tmp_path / "shares.csv", Terms(Kind.SURVEY))
    assert (delivery.status, delivery.stored) == ("stored", 26 * 17)
    found = surveys.dark_figure(sqlite_store, ANALYST)
    assert (found.surrounding, found.silent) == (None, (("ENUSC (INE Chile)", 2024),))
    felt = {e.place: round(100 * (e.share or 0), 1) for e in surveys.perception(sqlite_store, ANALYST).everybody}
    assert len(felt) == 17
    assert felt["Chile, zonas urbanas"] == 74.1
