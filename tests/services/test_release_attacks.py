"""What an attacker may try on a built release, on a city made up so that it can be changed at will."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, insert

from data_access.desk import Desk
from data_access.releases import auditing, counting, mending, reading, tables
from data_access.releases.auditing import Outside
from data_access.releases.counting import Counts
from data_access.releases.ground import Ground, ground, joined
from data_access.schema import areas, incidents
from data_access.store import Store
from domain.release.lattice import ALL, RESIDENTS, TABLES
from services import clock, releases
from tests.releasing import BUILDER, SECOND, built, check_contents, check_zones, city, incident, instant

NOW = instant("2025-06-20")
SENSITIVE = "sensitive_year"


@pytest.fixture
def held(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    city(sqlite_store.engine, rows=2_500)
    return sqlite_store


def counted(store: Store, closed: date = date(2025, 5, 21)) -> tuple[Counts, Ground]:
    with store.engine.connect() as connection:
        found = ground(connection)
        counts = counting.count(connection, found, closed)
    assert counts is not None
    return counts, found


# --- T1, T3: periods and levels against each other -----------------------------------------------------------------


def test_no_small_number_can_be_worked_out_from_all_tables_together(held: Store) -> None:
    counts, found = counted(held)
    draft = mending.passing(counts, found, {})
    assert draft.found.open == ()
    assert draft.found.small > 100


def test_tables_that_were_not_rounded_would_be_found(held: Store) -> None:
    counts, found = counted(held)
    filled = tables.filled(counts, found, {})
    exact = {name: replace(one, told=one.counts) for name, one in filled.items()}
    slack, auditing.SLACK = auditing.SLACK, 0
    try:
        assert len(auditing.audited(counts, found, exact).open) > 100
    finally:
        auditing.SLACK = slack


def test_what_fails_is_left_out_and_told(held: Store) -> None:
    counts, found = counted(held)
    draft = mending.passing(counts, found, {})
    whole = tables.filled(counts, found, {})
    assert {one.table for one in draft.dropped} <= {table.name for table in TABLES} - {SENSITIVE}
    missing = sum(int((whole[name].told >= 0).sum() - (one.told >= 0).sum()) for name, one in draft.tables.items())
    assert (missing > 0) == bool(draft.dropped)


def test_a_zone_that_fails_is_joined_to_a_neighbour_of_its_precinct(held: Store) -> None:
    _, found = counted(held)
    wider = joined(found, {"norte-0"})
    assert {zone.code for zone in wider.published} < {zone.code for zone in found.published}
    for zone in wider.published:
        assert {code.partition("-")[0] for code in zone.members} == {zone.precinct}


def test_periods_are_calendar_periods_that_do_not_overlap(held: Store, sqlite_desk: Desk, tmp_path: Path) -> None:
    release = built(held, sqlite_desk, tmp_path / "a")
    for table in TABLES:
        periods = set(release.table(table.name)[str(table.time)].to_pylist())
        form = r"\d{4}-\d{2}" if table.time == "month" else r"\d{4}"
        assert all(re.fullmatch(form, period) for period in periods)


# --- T2: sensitive incidents ---------------------------------------------------------------------------------------


def test_without_the_sensitive_incidents_every_other_part_has_the_same_bytes(
    held: Store, sqlite_desk: Desk, tmp_path: Path
) -> None:
    before = built(held, sqlite_desk, tmp_path / "a")
    with held.engine.begin() as connection:
        connection.execute(delete(incidents).where(incidents.c.sensitive))
    after = built(held, sqlite_desk, tmp_path / "b")
    assert before.files == after.files
    told_of_them = {f"{SENSITIVE}.csv", "datapackage.json"}  # the latter names the hash of the former
    changed = {name for name in before.files if before.bytes(name) != after.bytes(name)}
    assert changed == told_of_them
    assert sum(before.keyed(SENSITIVE).values()) > 0 == sum(after.keyed(SENSITIVE).values())


def test_sensitive_types_are_named_in_no_other_table(held: Store, sqlite_desk: Desk, tmp_path: Path) -> None:
    release = built(held, sqlite_desk, tmp_path / "a")
    named = set(release.table("month_type")["type"].to_pylist())
    assert not any(code.startswith(("sexual.", "family.", "minors.")) or code == "other.suicide" for code in named)
    for table in ("precinct_month_family", "zone_year_family", "year_family_band"):
        assert not {"sexual", "family", "minors"} & set(release.table(table)["family"].to_pylist())


# --- T5: releases against each other -------------------------------------------------------------------------------


def test_a_second_release_says_of_the_same_periods_what_the_first_said(held: Store, sqlite_desk: Desk) -> None:
    first = releases.approve(held, SECOND, releases.build(held, sqlite_desk, BUILDER).number)
    with held.engine.begin() as connection:
        late = [incident(90_000 + n, "theft.shop", instant("2024-07-01"), 1, 3) for n in range(7)]
        connection.execute(insert(incidents), [one | {"source_id": 1, "batch_id": 1} for one in late])
    second = releases.approve(held, SECOND, releases.build(held, sqlite_desk, BUILDER).number)
    one, two = (reading.find(held.releases, made.number) for made in (first, second))
    for table in TABLES:
        assert one.bytes(f"{table.name}.csv") == two.bytes(f"{table.name}.csv")


def test_a_correction_is_audited_together_with_what_it_corrects(held: Store) -> None:
    counts, found = counted(held)
    fine = mending.passing(counts, found, {})
    wider = joined(found, {"norte-0", "norte-1"})
    told = {name: one.keyed() for name, one in fine.tables.items()}
    corrected = mending.passing(counts, wider, {}, (fine.ground, told))
    both = auditing.Earlier(tables.recalled(corrected.tables, told, tuple(z.code for z in found.published)), found)
    assert auditing.audited(counts, corrected.ground, corrected.tables, both).open == ()


# --- T6: one incident more -----------------------------------------------------------------------------------------


def test_one_incident_more_changes_only_its_own_numbers_and_by_nothing_or_five(held: Store) -> None:
    before, found = counted(held)
    with held.engine.begin() as connection:
        one = incident(99_999, "damage.property", instant("2024-08-10"), 1, 3)
        connection.execute(insert(incidents), [one | {"source_id": 1, "batch_id": 1}])
    after, _ = counted(held)
    allowed = {"2024-08", "2024"}, {"damage.property", "damage", ALL}, {"norte", "norte-0", ALL, "morning", "afternoon"}
    touched = set.union(*allowed)
    one, two = (tables.filled(counts, found, {}) for counts in (before, after))
    for name, filled in one.items():
        other = two[name].keyed()
        for codes, value in filled.keyed().items():
            if other[codes] != value:
                assert other[codes] - value == 5
                assert set(codes) <= touched


# --- T10: what is known from elsewhere -----------------------------------------------------------------------------


def test_official_totals_of_the_whole_give_nothing_away(held: Store) -> None:
    counts, found = counted(held)
    totals = counts.precincts[counts.of_year("2024")].sum(axis=(0, 1))
    known = [Outside("2024", ALL, family, int(n)) for family, n in zip(counting.FAMILIES, totals, strict=True)]
    assert mending.passing(counts, found, {}, outside=known).found.open == ()


def test_an_exact_number_from_outside_that_gives_one_away_is_found(held: Store) -> None:
    counts, found = counted(held)
    known = counts.precincts[:, : len(found.precincts)]
    month, precinct, family = (int(place[0]) for place in np.nonzero((known >= 1) & (known <= 4)))
    count = int(known[month, precinct, family])
    story = Outside(counts.months[month], found.precincts[precinct].code, counting.FAMILIES[family], count)
    opened = auditing.audited(counts, found, tables.filled(counts, found, {}), outside=[story]).open
    assert ("precinct_month_family", (story.period, story.precinct, story.family)) in {
        (one.table, one.codes) for one in opened
    }


# --- T11, T13, T14: zones, models, statistics ------------------------------------------------------------------------


def test_a_zone_with_too_few_people_is_never_published(held: Store, sqlite_desk: Desk, tmp_path: Path) -> None:
    check_zones(built(held, sqlite_desk, tmp_path / "a"))
    with held.engine.begin() as connection:
        connection.execute(areas.update().where(areas.c.level == "zone").values(population=None))
    release = built(held, sqlite_desk, tmp_path / "b")
    assert {row["code"] for row in release.rows("areas", level="zone")} == {"norte", "sur"}
    with held.engine.begin() as connection:
        connection.execute(areas.update().where(areas.c.code == "sur").values(population=RESIDENTS - 1))
    release = built(held, sqlite_desk, tmp_path / "c")
    assert {row["code"] for row in release.rows("areas", level="zone")} == {"norte"}


def test_nothing_finer_than_the_lattice_is_in_any_file(held: Store, sqlite_desk: Desk, tmp_path: Path) -> None:
    check_contents(built(held, sqlite_desk, tmp_path / "a"))
