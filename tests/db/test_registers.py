"""The registers in the desk's database, a city's table of cameras, and the panel of use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from data_access import audit
from data_access.desk import Desk, panel, registers
from data_access.desk import events as chain
from data_access.desk.camera_tables import Ground, Judged, judge, rows
from data_access.desk_schema import events, evidence, holds, requests
from data_access.store import Store
from domain.errors import Invalid
from domain.registers import agreements as agreement_rules
from domain.registers import algorithms as algorithm_rules
from domain.registers import cameras as camera_rules
from domain.registers.panel import month
from tests.registering import AGREEMENT, COMMON, HEADER, algorithm, camera, table

TODAY, ZONE = date(2026, 11, 21), "America/Santiago"
SANTIAGO = Ground((-70.80, -33.65, -70.45, -33.35))
OCTOBER, NOVEMBER = month(2026, 10, ZONE), month(2026, 11, ZONE)
NOW = NOVEMBER.start + 20 * 86_400


def entry(**changed: Any) -> dict[str, Any]:
    found, problems = camera_rules.check(camera(**changed), TODAY)
    assert problems == []
    return found


def add(desk: Desk, at: int = 100, synthetic: bool = False, **entries: Any) -> None:
    with desk.engine.begin() as connection:
        registers.add_cameras(connection, entries, at, "a@ciudad.cl", synthetic)


def listed(desk: Desk) -> list[Any]:
    with desk.engine.connect() as connection:
        return registers.cameras(connection)


# --- history ---------------------------------------------------------------------------------------------------


def test_the_newest_version_counts_and_every_one_is_kept(desk: Desk) -> None:
    add(desk, 100, a=entry(name="uno"), b=entry(name="dos"))
    add(desk, 200, a=entry(name="tres", uptime="97,5 %", shared_with="PDI"))
    assert [(one.code, one.version, one.at, one.entry["name"]) for one in listed(desk)] == [
        ("a", 2, 200, "tres"),
        ("b", 1, 100, "dos"),
    ]
    assert (listed(desk)[0].entry["uptime"], listed(desk)[0].entry["shared_with"]) == (0.975, ("PDI",))
    with desk.engine.connect() as connection:
        assert [one.entry["name"] for one in registers.camera_history(connection, "a")] == ["uno", "tres"]
        assert registers.camera_history(connection, "c") == []
        assert [one.entry["name"] for one in registers.cameras(connection, 200)] == ["uno", "dos"]
        assert registers.cameras(connection, 100) == []


def test_the_demos_cameras_step_aside_for_real_ones_and_can_be_taken_out(desk: Desk) -> None:
    add(desk, synthetic=True, demo=entry())
    assert [one.code for one in listed(desk)] == ["demo"]
    with desk.engine.connect() as connection:
        assert registers.cameras(connection, real=True) == []
    add(desk, real=entry())
    assert [one.code for one in listed(desk)] == ["real"]
    with desk.engine.begin() as connection:
        assert registers.remove_synthetic(connection) == 1
        assert [one.code for one in registers.cameras(connection)] == ["real"]


def test_algorithms_are_kept_with_their_history_in_both_languages(desk: Desk) -> None:
    before, _ = algorithm_rules.check(algorithm())
    after, _ = algorithm_rules.check(algorithm(name={"es": "Ñandú", "en": "Rhea"}, variables="una\ndos"))
    with desk.engine.begin() as connection:
        registers.add_algorithms(connection, {"a": before}, 100, "a@ciudad.cl")
        registers.add_algorithms(connection, {"a": after}, 200, "b@ciudad.cl")
        (found,) = registers.algorithms(connection)
        assert (found.version, found.actor, found.entry["name"]) == (2, "b@ciudad.cl", {"es": "Ñandú", "en": "Rhea"})
        assert found.entry["variables"] == ("una", "dos")
        assert len(registers.algorithm_history(connection, "a")) == 2
        assert registers.algorithm_codes(connection) == {"a"}


# --- a table ---------------------------------------------------------------------------------------------------


@pytest.fixture
def judged(tmp_path: Path, sqlite_desk: Desk) -> Callable[..., Judged]:
    def look(lines: Any, header: Any = HEADER, common: Any = COMMON, ground: Ground = SANTIAGO) -> Judged:
        found = rows(table(tmp_path / "camaras.csv", lines, header))
        return judge(found, listed(sqlite_desk), common, TODAY, ground)

    return look


ONE, TWO = ("7", "Gran Avenida con Lo Ovalle", "-70.6587", "-33.5163"), ("8", "Calle 1", "-70.65", "-33.50")


def told(found: Judged) -> list[tuple[int, str, str]]:
    return [(one.line, one.field, one.reason) for one in found.problems]


def test_a_table_is_understood_by_its_headers(judged: Callable[..., Judged]) -> None:
    found = judged([ONE, TWO], (*HEADER[:3], "Latitúd"))
    assert (told(found), found.rows, found.new) == ([], 2, 2)
    first = next(iter(found.entries.values()))
    assert (first["reference"], first["name"], first["lon"], first["type"]) == ("7", ONE[1], -70.6587, "dome")
    assert judged([(*ONE, "x")], (*HEADER, "color")).unused == ("color",)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], [(0, "", "empty")]),
        ([ONE, ONE], [(0, "lon", "all_alike")]),
        ([ONE, TWO, ("8", "otra", "-70.64", "-33.51")], [(4, "", "repeated")]),
        ([ONE, ("9", "a", "-33.5163", "-70.6587"), ("10", "b", "-33.50", "-70.65")], [(0, "lon", "swapped")]),
        ([ONE, TWO, ("9", "lejos", "-58.38", "-34.60")], [(4, "lon", "outside_city")]),
        ([ONE, ("9", "mal", "oeste", "-33.5")], [(3, "lon", "number_unreadable")]),
        ([ONE, ("9", "mitad", "-70.64", "")], [(3, "lat", "half_a_point")]),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_table_is_told_row_by_row(
    judged: Callable[..., Judged], lines: Any, expected: list[tuple[int, str, str]]
) -> None:
    found = [one for one in told(judged(lines)) if one[2] != "repeated" or expected[0][2] == "repeated"]
    assert found == expected


def test_what_no_row_says_is_told_once_for_the_whole_table(judged: Callable[..., Judged]) -> None:
    found = told(judged([ONE, TWO], common={"type": "dome"}))
    assert (0, "valid_until", "column_missing") in found
    assert {line for line, _, _ in found} == {0}


def test_a_second_table_changes_what_it_says_of_a_camera_and_leaves_the_rest(
    judged: Callable[..., Judged], sqlite_desk: Desk
) -> None:
    first = judged([ONE, TWO])
    add(sqlite_desk, **first.entries)
    assert (judged([ONE, TWO]).known, judged([ONE, TWO]).entries) == (2, {})
    code = next(iter(first.entries))
    monthly = judged([(code, "98,5", "2026-11-02")], ("camera_id", "disponibilidad", "certificada"), {})
    assert (told(monthly), monthly.new, monthly.changed) == ([], 0, 1)
    changed = monthly.entries[code]
    assert (changed["uptime"], changed["certified"], changed["name"]) == (0.985, "2026-11-02", ONE[1])
    moved = judged([("7", "Otra esquina", "-70.66", "-33.52")], common={})
    assert (told(moved), list(moved.entries)) == ([], [code])


def test_a_table_cannot_bring_public_codes_of_its_own(judged: Callable[..., Judged]) -> None:
    found = judged([("CAM-00000001", *ONE)], ("camera_id", *HEADER))
    assert told(found) == [(2, "camera_id", "no_camera")]


def test_the_precinct_that_holds_a_point_is_its_sector_unless_the_table_names_one(
    judged: Callable[..., Judged],
) -> None:
    ground = Ground(SANTIAGO.bounds, lambda lon, lat: ["la-cisterna"] * len(lon))
    found = judged([(*ONE, ""), (*TWO, "propio")], (*HEADER, "sector"), ground=ground)
    assert [one["sector"] for one in found.entries.values()] == ["la-cisterna", "propio"]


@pytest.mark.parametrize("text", ['{"type": "FeatureCollection"}', '{"type": "FeatureCollection", "features": [3]}'])
def test_geojson_without_points_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.geojson"
    path.write_text(text)
    with pytest.raises(Invalid, match="no_points"):
        rows(path)


def test_the_cameras_of_new_orleans_are_taken_twice_and_stored_once(desk: Desk, shared_data: Path) -> None:
    table = rows(shared_data / "new-orleans-rtcc" / "new_orleans_cameras_3_11_2022.csv")
    ground = Ground((-90.2, 29.8, -89.7, 30.2))
    first = judge(table, [], COMMON, TODAY, ground)
    assert (first.rows, first.new, first.problems, first.unused) == (432, 432, (), ("set",))
    add(desk, **first.entries)
    again = judge(table, listed(desk), COMMON, TODAY, ground)
    assert (again.new, again.changed, again.known) == (0, 0, 432)
    assert len(listed(desk)) == 432
    elsewhere = judge(table, [], COMMON, TODAY, SANTIAGO)
    assert told(elsewhere) == [(0, "lon", "elsewhere")]


def test_the_cameras_of_dakar_have_points_and_nothing_else(shared_data: Path) -> None:
    table = rows(shared_data / "dakar-videovigilancia" / "cameras.geojson")
    found = judge(table, [], COMMON, TODAY, Ground())
    assert (found.rows, found.new, found.problems) == (103, 103, ())


# --- the panel of use ------------------------------------------------------------------------------------------


def log(store: Store, at: int, action: str, times: int = 1) -> None:
    with store.engine.begin() as connection:
        for _ in range(times):
            audit.append(connection, at, None, "a@ciudad.cl", action, "", {})


def ask(desk: Desk, folio: str, at: int, tracks: str = "subject", synthetic: bool = False) -> int:
    row = {"folio": folio, "secret": "x", "status": "received", "kind": "own", "tracks": tracks, "jurisdiction": "cl"}
    row |= {"channel": "web", "language": "es", "received_at": at, "segments": "[]", "place": "{}", "delivery": "link"}
    with desk.engine.begin() as connection:
        made = connection.execute(insert(requests).values(**row, synthetic=synthetic)).inserted_primary_key
    assert made is not None
    return int(made[0])


def begin(desk: Desk, at: int) -> None:
    with desk.engine.begin() as connection:
        row = {"at": at, "actor": "system", "action": "filed", "previous": "0" * 64, "hash": str(at)}
        connection.execute(insert(events).values(row))


def used(store: Store, desk: Desk, now: int = NOW, real: bool = False) -> dict[tuple[str, str, str], Any]:
    """(month, measure, part): the count or value, or "not measured"."""
    with store.engine.connect() as record, desk.engine.connect() as connection:
        found = panel.use(record, connection, ZONE, now, real)
    return {
        (str(name), str(measure), str(part)): count if value is None else value
        for name, measure, part, count, value, measured in found.rows
        if measured == "true"
    } | {
        (str(name), str(measure), str(part)): "not measured"
        for name, measure, part, _, _, measured in found.rows
        if measured == "false"
    }


def test_with_nothing_there_is_nothing_to_tell(store: Store, desk: Desk) -> None:
    assert used(store, desk) == {}


def test_the_panel_counts_what_the_log_tells_of_closed_months(store: Store, desk: Desk) -> None:
    log(store, OCTOBER.start, "sign_in")
    log(store, OCTOBER.end - 1, "export.incidents", 8)
    log(store, OCTOBER.end, "export.incidents", 50)  # November is not closed
    log(store, OCTOBER.start + 5, "incidents.viewed", 12)
    log(store, OCTOBER.start + 5, "export.map", 2)
    found = used(store, desk)
    assert {name for name, _, _ in found} == {"2026-10"}
    assert found["2026-10", "exports", "incidents"] == 10
    assert found["2026-10", "exports", "map"] == 0
    assert found["2026-10", "incident_lists", ""] == 10
    for name in ("live_views", "exports_without_case", "active_cameras", "holds_active"):
        assert found["2026-10", name, ""] == "not measured"


def test_a_month_that_the_log_covers_in_part_is_not_measured(store: Store, desk: Desk) -> None:
    log(store, OCTOBER.start + 1, "incidents.viewed", 12)
    assert used(store, desk)["2026-10", "incident_lists", ""] == "not measured"


def test_the_panel_tells_the_register_as_it_stood_at_each_months_end(store: Store, desk: Desk) -> None:
    september = month(2026, 9, ZONE)
    shared = {"shared_with": "PDI; Fiscalía"}
    add(desk, september.start, a=entry(uptime="90 %"), b=entry(uptime="98 %", **shared), c=entry(uptime="95 %"))
    add(desk, OCTOBER.start, a=entry(status="removed", removed="2026-10-01"))
    found = used(store, desk)
    assert [found[name, "active_cameras", ""] for name in ("2026-09", "2026-10")] == [3, 2]
    assert [found[name, "median_uptime", ""] for name in ("2026-09", "2026-10")] == [0.95, 0.965]
    assert found["2026-10", "sharing_bodies", ""] == 2


def test_agreements_count_in_the_months_in_which_they_were_in_force(store: Store, desk: Desk) -> None:
    add(desk, month(2026, 8, ZONE).start, a=entry())
    agreed, problems = agreement_rules.check(AGREEMENT)
    assert problems == []
    ended = {**agreed, "ends": "2026-09-02"}
    with desk.engine.begin() as connection:
        registers.add_agreements(connection, {"one": agreed, "two": ended}, month(2026, 9, ZONE).start, "a@ciudad.cl")
    found = used(store, desk)
    told = [found[f"2026-{number:02}", "sharing_agreements", ""] for number in (8, 9, 10)]
    assert told == ["not measured", 2, 1]


def test_the_share_of_cameras_certified_in_a_month_is_of_those_active_at_its_end(store: Store, desk: Desk) -> None:
    add(desk, month(2026, 8, ZONE).start, a=entry(), b=entry(), c=entry(), d=entry())
    add(desk, month(2026, 9, ZONE).start, a=entry(certified="2026-09-30"))
    gone = {"status": "removed", "removed": "2026-10-01"}
    add(desk, OCTOBER.start, b=entry(certified="2026-10-05"), c=entry(certified="2026-10-31"), d=entry(**gone))
    found = used(store, desk)
    told = [found[f"2026-{number:02}", "certified_share", ""] for number in (8, 9, 10)]
    assert told == ["not measured", 0.25, 0.667]


def test_the_panel_counts_requests_holds_and_deletions_rounded(store: Store, desk: Desk) -> None:
    begin(desk, OCTOBER.start)
    number = ask(desk, "F0", OCTOBER.start)
    for at in range(7):
        ask(desk, f"R{at}", OCTOBER.start + at)
    for at in range(3):
        ask(desk, f"A{at}", OCTOBER.start + at, "information,authority")
    ask(desk, "S", OCTOBER.start, synthetic=True)
    hold = {
        "request_id": number,
        "starts": 0,
        "ends": 1,
        "until": NOVEMBER.end,
        "placed_at": OCTOBER.start,
        "confirm_by": OCTOBER.start,
    }
    file = {"request_id": number, "kind": "master", "sha256": "", "bytes": 1, "media": "", "sealed": b"", "actor": ""}
    with desk.engine.begin() as connection:
        connection.execute(insert(holds), [hold] * 4)
        connection.execute(insert(holds), [hold | {"released_at": OCTOBER.end - 1}] * 6)
        due = OCTOBER.start + 86_400
        gone = [due, due + 86_400, due + 86_401, None, due, due, due, due]
        rows = [{"id": str(n), "at": 0, "delete_after": due, "destroyed_at": at} for n, at in enumerate(gone)]
        connection.execute(insert(evidence), [file | row for row in rows])
    found = used(store, desk)
    assert found["2026-10", "requests_residents", ""] == 10
    assert found["2026-10", "requests_authorities", ""] == 5
    assert found["2026-10", "holds_active", ""] == 5
    assert found["2026-10", "holds_released", ""] == 5
    assert found["2026-10", "deletions_due", ""] == 10
    assert found["2026-10", "deletions_on_time", ""] == 5
    assert found["2026-10", "deletions_share", ""] == "not measured"  # of so few a share would tell too much
    with desk.engine.begin() as connection:
        more = [{"id": f"m{n}", "at": 0, "delete_after": due, "destroyed_at": due} for n in range(29)]
        connection.execute(insert(evidence), [file | row for row in more])
    found = used(store, desk)
    assert [found["2026-10", f"deletions_{one}", ""] for one in ("due", "on_time", "share")] == [35, 35, 1.0]


def test_what_authorities_were_granted_counts_in_the_month_it_was_closed(store: Store, desk: Desk) -> None:
    begin(desk, OCTOBER.start)
    closed = {"status": "closed", "closed_at": OCTOBER.end - 1}
    for resolution, times in (("delivered_full", 2), ("delivered_partial", 2), ("denied", 6)):
        for at in range(times):
            number = ask(desk, f"{resolution}{at}", OCTOBER.start + at, "authority")
            with desk.engine.begin() as connection:
                told = closed | {"resolution": resolution}
                connection.execute(update(requests).where(requests.c.id == number).values(**told))
    found = used(store, desk)
    assert found["2026-10", "requests_authorities", ""] == 10
    assert found["2026-10", "authorities_granted", ""] == 5
    assert found["2026-10", "footage_lost", ""] == 0


def test_orders_are_counted_by_who_gave_them(store: Store, desk: Desk) -> None:
    begin(desk, OCTOBER.start)
    for body, times in (("court", 8), ("police", 2)):
        for at in range(times):
            number = ask(desk, f"{body}{at}", OCTOBER.start + at, "authority")
            with desk.writing() as connection:
                chain.append(connection, f"{body}{at}", OCTOBER.start, "a@ciudad.cl", "filed", {"body": body})
                done = {"closed_at": OCTOBER.end - 1, "resolution": "delivered_full" if at < 4 else "denied"}
                connection.execute(update(requests).where(requests.c.id == number).values(**done))
    ask(desk, "old", OCTOBER.start, "authority")  # a history names nobody
    found = used(store, desk)
    assert [found["2026-10", "requests_by_body", one] for one in ("court", "police", "prosecutor")] == [10, 0, 0]
    assert [found["2026-10", "granted_by_body", one] for one in ("court", "police", "prosecutor")] == [5, 0, 0]
    assert found["2026-10", "requests_authorities", ""] == 10


def test_footage_that_was_lost_while_it_was_to_be_kept_is_told(store: Store, desk: Desk) -> None:
    begin(desk, OCTOBER.start)
    ask(desk, "F0", OCTOBER.start)
    with desk.writing() as connection:
        for _ in range(4):
            chain.append(
                connection, "F0", OCTOBER.start + 5, "a@ciudad.cl", "incident", {"reason": "overwritten_after"}
            )
    assert used(store, desk)["2026-10", "footage_lost", ""] == 5


def test_a_history_of_requests_covers_its_first_month_too(store: Store, desk: Desk) -> None:
    ask(desk, "F0", OCTOBER.start + 9 * 86_400)
    found = used(store, desk)
    assert found["2026-10", "requests_residents", ""] == 0
    assert found["2026-10", "holds_active", ""] == "not measured"


def test_views_are_counted_by_the_purpose_that_was_said(store: Store, desk: Desk) -> None:
    begin(desk, OCTOBER.start)
    ask(desk, "F0", OCTOBER.start)
    ask(desk, "S0", OCTOBER.start, synthetic=True)
    with desk.writing() as connection:
        for action, details in [("view", {"use": "redact"})] * 4 + [("identity_viewed", {"purpose": "contact"})] * 8:
            chain.append(connection, "F0", OCTOBER.start + 5, "a@ciudad.cl", action, details)
        chain.append(connection, "F0", OCTOBER.end, "a@ciudad.cl", "view", {"use": "redact"})
        for _ in range(3):
            chain.append(connection, "F0", OCTOBER.start + 6, "a@ciudad.cl", "deliver")
            chain.append(connection, "S0", OCTOBER.start + 6, "a@ciudad.cl", "deliver")
    found = used(store, desk)
    assert [found["2026-10", "footage_views", one] for one in ("redact", "search")] == [5, 0]
    assert [found["2026-10", "identity_views", one] for one in ("contact", "decide")] == [10, 0]
    assert found["2026-10", "footage_delivered", ""] == 5


def test_searches_are_counted_by_what_they_came_to(store: Store, desk: Desk) -> None:
    begin(desk, OCTOBER.start)
    ask(desk, "F0", OCTOBER.start)
    with desk.writing() as connection:
        for found, times in (("found", 4), ("not_found", 8)):
            for _ in range(times):
                told = {"found": found, "tool": "VMS 4", "hold": 1}
                chain.append(connection, "F0", OCTOBER.start + 5, "a@ciudad.cl", "locate", told)
        chain.append(connection, "F0", OCTOBER.end, "a@ciudad.cl", "locate", {"found": "partly", "tool": "VMS 4"})
    found = used(store, desk)
    assert [found["2026-10", "footage_searches", one] for one in ("found", "partly", "not_found")] == [5, 0, 10]


def test_beside_real_incidents_nothing_that_the_demo_invented_counts(store: Store, desk: Desk) -> None:
    add(desk, OCTOBER.start, synthetic=True, demo=entry())
    for number in range(5):
        ask(desk, f"S{number}", OCTOBER.start, synthetic=True)
    measures = ("active_cameras", "requests_residents")
    assert [used(store, desk)["2026-10", one, ""] for one in measures] == [1, 5]
    assert [used(store, desk, real=True)["2026-10", one, ""] for one in measures] == [0, 0]
