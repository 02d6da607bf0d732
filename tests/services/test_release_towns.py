"""The attacks of the specification on what was really built: the demo city, and a borough of Mexico City.

Those that need a record of one's own change a copy of it; the others read the release as anybody can.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select

from analytics.forecast.quintiles import FIFTHS
from config.settings import Settings
from data_access.desk import Desk
from data_access.releases import auditing, counting, mending, reading, tables
from data_access.releases.auditing import Outside
from data_access.releases.counting import FAMILIES, TYPES, Counts
from data_access.releases.ground import Ground, ground
from data_access.releases.reading import Release
from data_access.schema import incidents
from data_access.store import Store
from domain.forecast.sealed import Target
from domain.release.lattice import ALL, BANDS, CLOSED_DAYS, TABLES, UNKNOWN
from services import published, release_building, releases
from services.forecast.published import Quarter
from tests import towns
from tests.conftest import Once
from tests.releasing import BUILDER, SECOND, built, check_contents, check_zones
from web.server import create_public

SENSITIVE = "sensitive_year"
HIDDEN = {"sexual", "family", "minors"}


@dataclass(frozen=True)
class Town:
    """A published town, what was counted for its release, and the areas of it."""

    home: Path
    release: Release
    counts: Counts
    ground: Ground

    def told(self) -> dict[str, tables.Filled]:
        """The numbers of the files as an attacker has them, in the shape of the lattice."""
        like = tables.filled(self.counts, self.ground, {})
        files = {table.name: self.release.keyed(table.name) for table in TABLES}
        return tables.recalled(like, files, tuple(zone.code for zone in self.ground.published))


@pytest.fixture(scope="module", params=["demo", "real"])
def town(request: pytest.FixtureRequest, once: Once) -> Town:
    if request.param == "demo":
        home = once("town-demo", towns.invented)
    else:
        shared: Path = request.getfixturevalue("shared_data")
        home = once("town-real", lambda folder: towns.real(folder, shared))
    release = reading.current(home / "releases")
    assert release is not None
    with towns.opened(home) as (store, _):
        return Town(home, release, *counted(store, release))


def counted(store: Store, release: Release) -> tuple[Counts, Ground]:
    """The record counted anew on the areas of a release."""
    closed = datetime.fromtimestamp(towns.NOW, UTC).date() - timedelta(days=CLOSED_DAYS)
    with store.engine.connect() as connection:
        found = ground(connection, release_building._areas(release))
        counts = counting.count(connection, found, closed)
    assert counts is not None
    return counts, found


# --- T1, T3: periods and levels against each other; T10: what others tell ----------------------------------------


def test_the_files_together_give_no_small_number_away(town: Town) -> None:
    found = auditing.audited(town.counts, town.ground, town.told())
    assert found.open == ()
    assert found.small > 500


def test_the_same_numbers_told_exactly_would_be_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "SLACK", 0)
    like = tables.filled(town.counts, town.ground, {})
    exact = {name: replace(one, told=one.counts) for name, one in like.items()}
    year = town.counts.of_year(town.counts.years[-1])
    few = replace(
        town.counts,
        months=town.counts.months[year],
        years=(),
        types=town.counts.types[year],
        precincts=town.counts.precincts[year],
    )
    monthly = {name: replace(one, axes=(few.months, *one.axes[1:]), told=one.told[year]) for name, one in exact.items()}
    assert len(auditing.audited(few, town.ground, monthly).open) > 100


def test_official_totals_and_a_story_in_the_press_give_nothing_away(town: Town) -> None:
    counts, codes = town.counts, [area.code for area in town.ground.precincts]
    known = [
        Outside(year, ALL, family, int(counts.precincts[counts.of_year(year), :, place].sum()))
        for year in counts.years
        for place, family in enumerate(FAMILIES)
    ]
    month, precinct, family = np.argwhere(counts.precincts[:, :-1] == 1)[0].tolist()
    known.append(Outside(counts.months[month], codes[precinct], FAMILIES[family], 1))
    draft = mending.passing(counts, town.ground, {}, outside=known)
    assert draft.found.open == ()
    written = sum(len(one.keyed()) for one in draft.tables.values())
    assert written > 0.95 * sum(one.told.size for one in draft.tables.values())


# --- T2: sensitive incidents -------------------------------------------------------------------------------------


def test_without_its_sensitive_incidents_a_town_has_the_same_bytes_but_for_their_own(
    town: Town, tmp_path: Path
) -> None:
    with towns.copied(town.home, tmp_path / "copy") as (store, desk):
        with store.engine.begin() as connection:
            gone = connection.execute(delete(incidents).where(incidents.c.sensitive)).rowcount
        after = built(store, desk, tmp_path / "again")
    assert gone > 100
    assert after.files == town.release.files
    changed = {name for name in after.files if after.bytes(name) != town.release.bytes(name)}
    assert changed == {f"{SENSITIVE}.csv", "datapackage.json"}  # the latter names the hash of the former


def test_no_table_but_their_own_names_sensitive_kinds(town: Town) -> None:
    assert not any(
        set(town.release.table(name)["family"].to_pylist()) & HIDDEN
        for name in ("precinct_month_family", "zone_year_family", "year_family_band")
    )
    assert set(town.release.table("month_type")["type"].to_pylist()) <= {*TYPES, ALL}


# --- T5: releases against each other -----------------------------------------------------------------------------


def test_a_later_release_repeats_every_number_whatever_became_of_the_record(town: Town, tmp_path: Path) -> None:
    with towns.copied(town.home, tmp_path / "copy") as (store, desk):
        with store.engine.begin() as connection:
            some = select(incidents.c.id).where(incidents.c.id % 9 == 0)
            connection.execute(delete(incidents).where(incidents.c.id.in_(some)))
        later = releases.approve(store, SECOND, releases.build(store, desk, BUILDER).number)
        second = reading.find(store.releases, later.number)
    for table in TABLES:
        assert second.bytes(f"{table.name}.csv") == town.release.bytes(f"{table.name}.csv")


def test_a_correction_and_what_it_corrects_give_nothing_away_together(town: Town, tmp_path: Path) -> None:
    with towns.copied(town.home, tmp_path / "copy") as (store, desk):
        with store.engine.begin() as connection:
            some = select(incidents.c.id).where(incidents.c.id % 40 == 0)
            connection.execute(delete(incidents).where(incidents.c.id.in_(some)))
        made = releases.approve(store, SECOND, releases.build(store, desk, BUILDER, correction=True).number)
        corrected = reading.find(store.releases, made.number)
        counts, found = counted(store, corrected)
    assert any(corrected.bytes(f"{one.name}.csv") != town.release.bytes(f"{one.name}.csv") for one in TABLES)
    now = Town(town.home, corrected, counts, found).told()
    first = {table.name: town.release.keyed(table.name) for table in TABLES}
    before = tuple(zone.code for zone in town.ground.published)
    both = auditing.Earlier(tables.recalled(now, first, before), town.ground)
    assert auditing.audited(counts, found, now, both).open == ()


# --- T6: one incident more ---------------------------------------------------------------------------------------


def test_one_incident_more_moves_only_the_numbers_that_hold_it_and_by_nothing_or_five(
    town: Town, tmp_path: Path
) -> None:
    before = {name: one.keyed() for name, one in town.told().items()}
    share = []
    with towns.copied(town.home, tmp_path / "copy") as (store, _):
        last = town.counts
        for key in _another(store, 4):
            counts, _ = counted(store, town.release)
            mine = _holding(last, counts, town.ground)
            now = {name: one.keyed() for name, one in tables.filled(counts, town.ground, {}).items()}
            was = {name: one.keyed() for name, one in tables.filled(last, town.ground, {}).items()}
            for name, told in before.items():
                moved = {
                    codes: now[name][codes] - was[name][codes] for codes in told if now[name][codes] != was[name][codes]
                }
                assert set(moved) <= mine[name], (key, name)
                assert set(moved.values()) <= {5}
                share.append(len(moved) / len(told))
            last = counts
    assert max(share) < 0.05


def _another(store: Store, times: int) -> Any:
    """Add an incident like one that there is, again and again; the key of each."""
    plain = select(incidents).where(~incidents.c.sensitive, incidents.c.precinct_id.is_not(None))
    with store.engine.connect() as connection:
        rows = connection.execute(plain.order_by(incidents.c.id).limit(4_000)).mappings().all()
    for number, row in enumerate(rows[:: len(rows) // times][:times]):
        one = {name: value for name, value in row.items() if name != "id"} | {"key": 2**40 + number}
        with store.engine.begin() as connection:
            connection.execute(insert(incidents), [one])
        yield one["key"]


def _holding(before: Counts, after: Counts, ground: Ground) -> dict[str, set[tuple[str, ...]]]:
    """The codes of the numbers that hold the one incident that two counts differ by."""
    assert before.months == after.months

    def one(name: str) -> list[int]:
        more = getattr(after, name) - getattr(before, name)
        assert (more.sum(), more.max(initial=0)) in ((1, 1), (0, 0))
        return np.argwhere(more)[0].tolist() if more.any() else []

    held: dict[str, set[tuple[str, ...]]] = {table.name: set() for table in TABLES}
    month, kind = one("types")
    held["month_type"] = {(after.months[month], code) for code in (TYPES[kind], ALL)}
    _, precinct, family = one("precincts")
    precincts = (*(area.code for area in ground.precincts), UNKNOWN)
    kin = (FAMILIES[family], ALL)
    held["precinct_month_family"] = {(after.months[month], p, f) for p in (precincts[precinct], ALL) for f in kin}
    if placed := one("places"):
        zones = (*(zone.code for zone in ground.published), UNKNOWN)
        year, place, _ = placed
        held["zone_year_family"] = {(after.years[year], zones[ground.zone_of[place]], f) for f in kin}
        _, _, band = one("bands")
        held["year_family_band"] = {(after.years[year], f, b) for f in kin for b in (BANDS[band], ALL)}
    return held


# --- the demo leaves ---------------------------------------------------------------------------------------------


def test_the_demo_leaves_with_its_releases_and_real_ones_stay(town: Town, tmp_path: Path) -> None:
    invented = town.release.synthetic
    assert ("inventadas" in town.release.bytes("method.es.md").decode()) == invented
    with towns.copied(town.home, tmp_path / "copy") as (store, _):
        assert releases.forget_demo(store) == int(invented)
        assert (releases.current(store.releases) is None) == invented


# --- T7, T11, T13, T14: what the files hold ----------------------------------------------------------------------


def test_every_zone_has_enough_people_or_is_a_precinct_by_itself(town: Town) -> None:
    check_zones(town.release)


def test_no_file_holds_anything_finer_than_the_lattice_or_tells_tomorrow(town: Town) -> None:
    release = town.release
    release.verify()
    check_contents(release)
    last = date.fromisoformat(f"{release.manifest['last']}-01")
    assert (datetime.fromtimestamp(towns.NOW, UTC).date() - last).days > CLOSED_DAYS


def test_forecasts_are_told_of_a_closed_quarter_and_its_zones_alone(town: Town, tmp_path: Path) -> None:
    """T13: never a cell, a rate or a week, and nothing of a quarter that is not over."""
    last = date.fromisoformat(f"{town.counts.months[-1]}-01")
    closed, target = Quarter.of(last - timedelta(days=100)), Target.of(["robbery", "theft"], 500)
    with towns.copied(town.home, tmp_path / "copy") as (store, desk):
        towns.foreseen(store, closed, target)
        made = releases.approve(store, SECOND, releases.build(store, desk, BUILDER).number)
        release = reading.find(store.releases, made.number)
    zones = {zone["code"] for zone in release.rows("areas", level="zone")}
    fifths = release.rows("forecast_fifths")
    assert {row["quarter"] for row in fifths} == ({str(closed)} if len(zones) >= FIFTHS else set())
    assert {row["zone"] for row in fifths} <= zones
    assert {row["fifth"] for row in fifths} <= {1, 2, 3, 4, 5}
    assert {row["quarter"] for row in release.rows("forecast_accuracy")} == {str(closed)}
    for name in release.files:
        if name.startswith("forecast_"):
            assert not re.search(rb"\d{4}-\d{2}-\d{2}|\d+\.\d{4,}", release.bytes(name)), name


def test_months_are_published_for_the_whole_and_every_precinct(town: Town) -> None:
    """What is left out to pass is parts of a total: no month and no year goes."""
    keyed = town.release.keyed("precinct_month_family")
    assert {month for month, precinct, family in keyed if (precinct, family) == (ALL, ALL)} == set(town.counts.months)
    front = published.front(town.home / "releases")
    assert [pair.period for pair in front.figures] == [town.counts.months[-1], town.counts.years[-1]]
    assert len(front.families) > 3


# --- T1, T3, T4, T7, T8, T9, T12, T13 over HTTP ------------------------------------------------------------------


@pytest.fixture
def client(town: Town, tmp_path: Path, sqlite_desk: Desk) -> FlaskClient:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    settings = Settings(tmp_path, nowhere, "a secret", face="public", releases=town.home / "releases")
    return create_public(settings, sqlite_desk).test_client()


def test_pages_and_tables_are_the_files_and_stay_so(town: Town, client: FlaskClient) -> None:
    for table in TABLES:
        said = client.get(f"/api/v1/public/tables/{table.name}").get_json()
        assert said["rows"] == town.release.rows(table.name)
    for name in town.release.files:
        assert client.get(f"/data/{town.release.number}/{name}").data == town.release.bytes(name)
    for page in ("/zones", "/trends", "/api/v1/public/releases"):
        assert len({client.get(page).data for _ in range(3)}) == 1


@pytest.mark.parametrize(
    "question",
    [
        "/zones?period={month}-05",
        "/zones?period={month},{year}",
        "/zones?family=sexual",
        "/trends?precinct=nowhere",
        "/api/v1/public/tables/zone_year_family?month={month}",
        "/api/v1/public/tables/month_type?month={month}&month={year}-01",
        "/api/v1/public/tables/month_type?type=NaN",
    ],
)
def test_a_question_that_is_not_in_the_lattice_is_refused(town: Town, client: FlaskClient, question: str) -> None:
    asked = question.format(month=town.counts.months[-1], year=town.counts.years[-1])
    assert client.get(asked).status_code == 400


def test_no_page_hears_of_windows_points_or_zoom(client: FlaskClient) -> None:
    def said(address: str) -> str:
        return re.sub(
            r' href="[^"]*"', "", client.get(address).text
        )  # the other language's link repeats what was asked

    for free in ("from=2024-01-01&to=2024-01-08", "zoom=14", "lat=19.2&lon=-99", "bbox=1,2,3,4"):
        assert said(f"/zones?{free}") == said("/zones")


def test_pages_tell_no_day_no_point_no_row_and_no_forecast(town: Town, client: FlaskClient) -> None:
    issued = town.release.manifest["issued"]
    for page in ("/", "/zones", "/trends"):
        body = client.get(page).text
        assert set(re.findall(r"\b20\d\d-\d\d-\d\d\b", body)) <= {issued}
        assert not re.search(r"occurred_from|precinct_id|zone_id|batch_id", body)
        assert not re.search(r"-?\d{2}\.\d{4,}, ?-?\d{2,3}\.\d{4,}", body)


def test_colours_are_of_rounded_numbers(town: Town) -> None:
    plan = published.plan(town.home / "releases", town.counts.years[-1], ALL)
    told = town.release.keyed("zone_year_family")
    assert all(area.count == told[town.counts.years[-1], area.code, ALL] for area in plan.areas)
    assert json.dumps(plan.edges)
