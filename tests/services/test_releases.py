"""Releases are built by one person, approved by another, and never change; corrections are new releases."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from data_access.desk import Desk, signing
from data_access.releases import reading
from data_access.releases.reading import Changed
from data_access.schema import audit, incidents
from data_access.schema import releases as made_table
from data_access.store import Store
from domain.errors import Forbidden, Invalid, NotFound, Stale
from domain.people import PERMISSIONS, Actor, Permission, Role
from domain.release.lattice import TABLES
from services import clock, releases
from services.footage import anchor
from services.releases import Status
from tests.releasing import BOTH, BUILDER, SECOND, city, incident, instant, tables

NOW = instant("2025-06-20")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def held(sqlite_store: Store) -> Store:
    city(sqlite_store.engine)
    return sqlite_store


def published(store: Store, desk: Desk, **how: bool) -> reading.Release:
    made = releases.build(store, desk, BUILDER, **how)
    releases.approve(store, SECOND, made.number)
    found = releases.current(store.releases)
    assert found is not None
    return found


def actor(role: Role, number: int = 40) -> Actor:
    return Actor(number, f"{role}@ciudad.cl", frozenset({role}))


# --- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_only_those_with_the_permission_build_and_approve(held: Store, sqlite_desk: Desk, role: Role) -> None:
    if Permission.RELEASES not in PERMISSIONS[role]:
        with pytest.raises(Forbidden):
            releases.build(held, sqlite_desk, actor(role))
    if Permission.PUBLISH not in PERMISSIONS[role]:
        with pytest.raises(Forbidden):
            releases.approve(held, actor(role), 1)
        with pytest.raises(Forbidden):
            releases.reject(held, actor(role), 1, "because")
    if Permission.RELEASES_READ not in PERMISSIONS[role]:
        with pytest.raises(Forbidden):
            releases.listing(held, actor(role))
        with pytest.raises(Forbidden):
            releases.draft(held, actor(role), 1)


def test_nobody_decides_about_what_they_built(held: Store, sqlite_desk: Desk) -> None:
    made = releases.build(held, sqlite_desk, BOTH)
    for decide in (lambda: releases.approve(held, BOTH, made.number), lambda: releases.reject(held, BOTH, 1, "no")):
        with pytest.raises(Forbidden, match=r"release\.same_person"):
            decide()
    assert releases.current(held.releases) is None


def test_the_record_itself_refuses_one_person_in_both_places(held: Store, sqlite_desk: Desk) -> None:
    releases.build(held, sqlite_desk, BUILDER)
    change = update(made_table).values(status="approved", decided_by=BUILDER.email, decided_at=1)
    with pytest.raises(DatabaseError), held.engine.begin() as connection:
        connection.execute(change)


def test_building_approving_and_rejecting_are_in_the_audit_log(held: Store, sqlite_desk: Desk) -> None:
    first = published(held, sqlite_desk)
    releases.reject(held, SECOND, releases.build(held, sqlite_desk, BUILDER).number, "  the wrong   month ")
    with held.engine.connect() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.action, audit.c.details).order_by(audit.c.id)).all()
    assert [row.action for row in rows] == ["release.built", "release.approved", "release.built", "release.rejected"]
    assert json.loads(rows[1].details)["sha256"] == first.sha256
    assert releases.listing(held, SECOND)[0].reason == "the wrong month"


# --- draft, approval, frozen -------------------------------------------------------------------------------------


def test_a_draft_is_not_published(held: Store, sqlite_desk: Desk) -> None:
    made = releases.build(held, sqlite_desk, BUILDER)
    assert made.status is Status.DRAFT
    assert releases.current(held.releases) is None
    assert releases.draft(held, SECOND, 1).sha256 == made.sha256


def test_a_draft_whose_bytes_changed_is_refused(held: Store, sqlite_desk: Desk) -> None:
    releases.build(held, sqlite_desk, BUILDER)
    path = held.releases / "drafts" / "0001" / "month_type.csv"
    path.write_bytes(path.read_bytes().replace(b",5\r\n", b",0\r\n", 1))
    with pytest.raises(Invalid, match=r"release\.changed"):
        releases.approve(held, SECOND, 1)
    assert releases.current(held.releases) is None


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("manifest.json", b'"number": 1', b'"number": 2'),
        ("release.zip", b"PK", b"KP"),
        ("zones.geojson", b"norte-1", b"norte-2"),
    ],
)
def test_no_file_of_a_release_can_change_unnoticed(
    held: Store, sqlite_desk: Desk, name: str, old: bytes, new: bytes
) -> None:
    release = published(held, sqlite_desk)
    release.verify()
    path = release.folder / name
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(Changed):
        reading.open_at(release.folder).verify()


def test_a_file_more_is_noticed(held: Store, sqlite_desk: Desk) -> None:
    release = published(held, sqlite_desk)
    (release.folder / "more.csv").write_text("a")
    with pytest.raises(Changed, match=r"more\.csv"):
        release.verify()


def test_a_draft_built_on_an_older_release_is_refused(held: Store, sqlite_desk: Desk) -> None:
    first, second = (releases.build(held, sqlite_desk, BUILDER).number for _ in range(2))
    releases.approve(held, SECOND, first)
    with pytest.raises(Stale, match=r"release\.older"):
        releases.approve(held, SECOND, second)


def test_what_was_decided_is_final(held: Store, sqlite_desk: Desk) -> None:
    published(held, sqlite_desk)
    with pytest.raises(Stale):
        releases.approve(held, SECOND, 1)
    with pytest.raises(Stale):
        releases.reject(held, SECOND, 1, "too late")
    for statement in ("UPDATE releases SET status = 'draft', decided_by = NULL", "DELETE FROM releases"):
        with pytest.raises(DatabaseError, match="final"), held.engine.begin() as connection:
            connection.execute(text(statement))


def test_an_approval_that_was_cut_short_is_completed(held: Store, sqlite_desk: Desk) -> None:
    release = published(held, sqlite_desk)
    release.folder.rename(held.releases / "drafts" / "0001")
    releases.listing(held, SECOND)
    found = releases.current(held.releases)
    assert found is not None
    assert found.sha256 == release.sha256


def test_a_rejected_draft_leaves_no_file(held: Store, sqlite_desk: Desk) -> None:
    releases.build(held, sqlite_desk, BUILDER)
    with pytest.raises(Invalid, match=r"release\.no_reason"):
        releases.reject(held, SECOND, 1, "   ")
    releases.reject(held, SECOND, 1, "no")
    with pytest.raises(NotFound):
        releases.draft(held, SECOND, 1)


def test_the_same_record_gives_the_same_bytes(held: Store, sqlite_desk: Desk, tmp_path: Path) -> None:
    releases.build(held, sqlite_desk, BUILDER)
    one = tables(held.releases / "drafts" / "0001")
    other = Store(held.engine, held.home, tmp_path / "elsewhere")
    with held.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER releases_delete"))
        connection.execute(delete(made_table))
    releases.build(other, sqlite_desk, BUILDER)
    assert tables(other.releases / "drafts" / "0001") == one


def test_what_is_published_stays_when_the_record_is_corrected(held: Store, sqlite_desk: Desk) -> None:
    first = published(held, sqlite_desk)
    _add(held, 60)
    second = published(held, sqlite_desk)
    for table in TABLES:
        assert first.bytes(f"{table.name}.csv") == second.bytes(f"{table.name}.csv")
    assert second.manifest["previous"] == {"number": 1, "sha256": first.sha256}
    corrected = published(held, sqlite_desk, correction=True)
    assert corrected.bytes("month_type.csv") != first.bytes("month_type.csv")
    assert any("Correction" in change["en"] for change in corrected.manifest["changes"])


def _add(store: Store, rows: int) -> None:
    with store.engine.begin() as connection:
        told = [incident(50_000 + n, "theft.shop", instant("2024-03-10"), 1, 3) for n in range(rows)]
        connection.execute(insert(incidents), [one | {"source_id": 1, "batch_id": 1} for one in told])


def test_a_later_release_adds_the_months_that_have_closed(
    held: Store, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(held, sqlite_desk)
    assert first.manifest["last"] == "2025-04"
    monkeypatch.setattr(clock, "now", lambda: instant("2025-07-05"))
    second = published(held, sqlite_desk)
    assert second.manifest["last"] == "2025-05"
    old = first.keyed("month_type")
    assert {codes: second.keyed("month_type")[codes] for codes in old} == old


@pytest.mark.parametrize(("today", "last"), [("2025-05-29", "2025-03"), ("2025-05-30", "2025-04")])
def test_a_month_is_published_thirty_days_after_its_end(
    held: Store, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch, today: str, last: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant(today))
    assert published(held, sqlite_desk).manifest["last"] == last


def test_there_is_no_release_of_nothing(sqlite_store: Store, sqlite_desk: Desk) -> None:
    with pytest.raises(Invalid, match=r"release\.nothing"):
        releases.build(sqlite_store, sqlite_desk, BUILDER)


def test_the_program_publishes_the_demo_alone(held: Store, sqlite_desk: Desk) -> None:
    with pytest.raises(Invalid, match=r"release\.real"):
        releases.publish_demo(held, sqlite_desk)


def test_both_databases_count_alike(store: Store, sqlite_desk: Desk) -> None:
    city(store.engine, rows=1_500)
    release = published(store, sqlite_desk)
    assert release.rows("month_type", month="2024-03", type="all")[0]["count"] > 0
    with pytest.raises(DatabaseError), store.engine.begin() as connection:
        connection.execute(text("DELETE FROM releases"))


# --- what a release holds ----------------------------------------------------------------------------------------


@pytest.fixture
def release(held: Store, sqlite_desk: Desk) -> reading.Release:
    return published(held, sqlite_desk)


def test_every_number_is_that_of_the_record_rounded(release: reading.Release, held: Store) -> None:
    with held.engine.connect() as connection:
        rows = connection.execute(select(incidents.c.type, incidents.c.occurred_from, incidents.c.sensitive)).all()
    start, end = instant("2024-05-01") - 43_200, instant("2024-06-01") - 43_200
    mine = [row.type for row in rows if start <= row.occurred_from < end and not row.sensitive]
    for kind in ("theft.shop", "robbery.street"):
        told = release.rows("month_type", month="2024-05", type=kind)[0]["count"]
        assert told % 5 == 0
        assert abs(told - mine.count(kind)) <= 2
    assert abs(release.rows("month_type", month="2024-05", type="all")[0]["count"] - len(mine)) <= 2


def test_small_zones_are_joined_and_a_precinct_without_zones_is_one(release: reading.Release) -> None:
    zones = {row["code"]: row for row in release.rows("areas", level="zone")}
    assert set(zones) == {"norte-0", "norte-1", "norte-2", "sur"}
    assert zones["norte-2"]["members"].split() == ["norte-2", "norte-3"]
    assert {f["id"] for f in release.shapes("zones")["features"]} == set(zones)


def test_the_package_names_every_file_with_its_hash(release: reading.Release) -> None:
    package = json.loads(release.bytes("datapackage.json"))
    told = {file["path"]: f"sha256:{file['sha256']}" for file in release.manifest["files"]}
    for resource in package["resources"]:
        assert re.fullmatch(r"[-a-z0-9._]+", resource["name"])
        assert resource["hash"] == told[resource["path"]]
        assert resource["bytes"] == len(release.bytes(resource["path"]))
    assert len({resource["name"] for resource in package["resources"]}) == len(package["resources"])


def test_every_table_has_the_columns_that_its_descriptions_name(release: reading.Release) -> None:
    for name in release.tables:
        head, *rows = list(csv.reader(io.StringIO(release.bytes(f"{name}.csv").decode())))
        told = json.loads(release.bytes(f"{name}.csv-metadata.json"))["tableSchema"]["columns"]
        assert head == [column["name"] for column in told]
        assert all(len(row) == len(head) for row in rows)
        assert all(column["dc:description"]["es"] and column["dc:description"]["en"] for column in told)
        assert release.table(name).num_rows == len(rows)


def test_texts_are_there_in_both_languages(release: reading.Release) -> None:
    for kind in ("method", "dictionary", "changes"):
        said = [release.bytes(f"{kind}.{language}.md").decode() for language in ("es", "en")]
        assert said[0] != said[1]
        assert all("{" not in one for one in said)


def test_only_files_of_the_release_can_be_read(release: reading.Release) -> None:
    for name in ("../0001/manifest.json", "release.zip", "/etc/passwd", "drafts"):
        with pytest.raises(NotFound):
            release.bytes(name)


def test_a_release_tells_the_keys_of_signatures_and_takes_former_ones_on(held: Store, sqlite_desk: Desk) -> None:
    first = published(held, sqlite_desk)
    (old,) = first.rows("signing_keys")
    assert old["state"] == "current"
    raw = load_der_public_key(base64.b64decode(old["key"])).public_bytes_raw()  # type: ignore[union-attr]
    assert (base64.b64encode(raw).decode(),) == signing.publics(sqlite_desk.signing)
    newer = replace(sqlite_desk, signing=("another key",))
    told = published(held, newer, correction=True).rows("signing_keys")
    assert [row["state"] for row in told] == ["current", "former"]
    assert told[1]["key"] == old["key"] != told[0]["key"]
    keyless = anchor.keys(replace(sqlite_desk, signing=()), held.releases)
    assert [state for _, state in keyless] == ["current", "former"]
    assert [key for key, _ in keyless] == list(signing.publics(("another key", *sqlite_desk.signing)))
