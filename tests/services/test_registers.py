"""Who may keep the registers, that every change is told in the log, and what the command line says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from commands import main
from config.place import place
from data_access import audit
from data_access.demo import registers as demo
from data_access.desk import Desk
from data_access.store import Store
from domain.audit import Wanted
from domain.errors import Forbidden, Invalid, NotFound, Stale
from domain.people import ANONYMOUS, PERMISSIONS, SYSTEM, Actor, Permission, Role
from services import register_parts, registers
from tests.registering import AGREEMENT, CAMERA, COMMON, algorithm, camera, table
from tests.squares import at, draw, happen, square

ANALYST = Actor(1, "a@ciudad.cl", frozenset({Role.ANALYST}))
ROWS = [("7", "Uno", "-70.0005", "-33.0005"), ("8", "Dos", "-70.0006", "-33.0006")]


def told(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return [one.action for one in audit.read(connection, Wanted(action="registers"), 0, 50)[0]][::-1]


def save(store: Store, desk: Desk, code: str = "", version: int = 0, **changed: Any) -> str:
    named, problems = registers.save_camera(store, desk, ANALYST, code, camera(**changed), version)
    assert problems == []
    return named


@pytest.mark.parametrize("role", [None, *(r for r in Role if Permission.REGISTERS not in PERMISSIONS[r])])
def test_only_who_may_keep_registers_touches_them(
    sqlite_store: Store, sqlite_desk: Desk, tmp_path: Path, role: Role | None
) -> None:
    actor = Actor(1, "a@b.cl", frozenset({role})) if role else ANONYMOUS
    path = table(tmp_path / "c.csv", ROWS)
    for act in (
        lambda: registers.cameras(sqlite_desk, actor),
        lambda: registers.camera(sqlite_desk, actor, "x"),
        lambda: registers.save_camera(sqlite_store, sqlite_desk, actor, "", camera()),
        lambda: registers.retire_camera(sqlite_store, sqlite_desk, actor, "x", 1),
        lambda: registers.look(sqlite_store, sqlite_desk, actor, path, COMMON),
        lambda: registers.take(sqlite_store, sqlite_desk, actor, path, COMMON),
        lambda: registers.algorithms(sqlite_desk, actor),
        lambda: registers.algorithm(sqlite_desk, actor, "x"),
        lambda: registers.save_algorithm(sqlite_store, sqlite_desk, actor, "", algorithm()),
        lambda: registers.agreements(sqlite_desk, actor),
        lambda: registers.agreement(sqlite_desk, actor, "x"),
        lambda: registers.save_agreement(sqlite_store, sqlite_desk, actor, "", AGREEMENT),
    ):
        with pytest.raises(Forbidden):
            act()
    assert registers.cameras(sqlite_desk, SYSTEM) == []
    assert told(sqlite_store) == []


def test_every_change_is_a_version_and_is_told_in_the_log(sqlite_store: Store, sqlite_desk: Desk) -> None:
    code = save(sqlite_store, sqlite_desk)
    save(sqlite_store, sqlite_desk, code, 1, name="Otra esquina")
    registers.retire_camera(sqlite_store, sqlite_desk, ANALYST, code, 2)
    versions = registers.camera(sqlite_desk, ANALYST, code)
    assert [(one.version, one.entry["name"], one.entry["status"], one.actor) for one in versions] == [
        (1, CAMERA["name"], "active", "a@ciudad.cl"),
        (2, "Otra esquina", "active", "a@ciudad.cl"),
        (3, "Otra esquina", "removed", "a@ciudad.cl"),
    ]
    assert told(sqlite_store) == ["registers.camera_added", "registers.camera_changed", "registers.camera_retired"]
    with pytest.raises(Invalid, match="gone"):
        registers.retire_camera(sqlite_store, sqlite_desk, ANALYST, code, 3)


def test_with_a_problem_nothing_is_written(sqlite_store: Store, sqlite_desk: Desk) -> None:
    named, problems = registers.save_camera(sqlite_store, sqlite_desk, ANALYST, "", camera(valid_until=""))
    assert (named, [one.field for one in problems]) == ("", ["valid_until"])
    named, problems = registers.save_algorithm(sqlite_store, sqlite_desk, ANALYST, "", algorithm(status=""))
    assert [one.field for one in problems] == ["status"]
    assert (registers.cameras(sqlite_desk, ANALYST), registers.algorithms(sqlite_desk, ANALYST)) == ([], [])
    assert told(sqlite_store) == []


def test_of_two_who_change_one_entry_the_second_is_told(sqlite_store: Store, sqlite_desk: Desk) -> None:
    code = save(sqlite_store, sqlite_desk)
    save(sqlite_store, sqlite_desk, code, 1, name="la primera")
    with pytest.raises(Stale):
        save(sqlite_store, sqlite_desk, code, 1, name="la segunda")
    with pytest.raises(Stale):
        registers.retire_camera(sqlite_store, sqlite_desk, ANALYST, code, 1)
    with pytest.raises(NotFound):
        save(sqlite_store, sqlite_desk, "CAM-NONE", 1)
    assert registers.camera(sqlite_desk, ANALYST, code)[-1].entry["name"] == "la primera"


def test_an_algorithm_gets_a_code_from_its_name_and_another_of_that_name_another(
    sqlite_store: Store, sqlite_desk: Desk
) -> None:
    named = {"name": {"es": "Pronóstico Semanal", "en": "Weekly forecast"}}
    first, _ = registers.save_algorithm(sqlite_store, sqlite_desk, ANALYST, "", algorithm(**named))
    second, _ = registers.save_algorithm(sqlite_store, sqlite_desk, ANALYST, "", algorithm(**named))
    assert (first, second) == ("pronostico-semanal", "pronostico-semanal-2")
    registers.save_algorithm(sqlite_store, sqlite_desk, ANALYST, first, algorithm(**named, theme=named["name"]), 1)
    assert [one.version for one in registers.algorithm(sqlite_desk, ANALYST, first)] == [1, 2]


def test_an_agreement_is_kept_with_its_versions_and_told_in_both_languages(
    sqlite_store: Store, sqlite_desk: Desk
) -> None:
    code, problems = registers.save_agreement(sqlite_store, sqlite_desk, ANALYST, "", AGREEMENT)
    assert (code, problems) == ("fiscalia-regional", [])
    wrong = {**AGREEMENT, "ends": "2023-01-01", "purpose": {"es": "Solo", "en": ""}}
    _, problems = registers.save_agreement(sqlite_store, sqlite_desk, ANALYST, code, wrong, 1)
    assert {(one.field, one.reason) for one in problems} == {("ends", "before_start"), ("purpose", "needed")}
    registers.save_agreement(sqlite_store, sqlite_desk, ANALYST, code, {**AGREEMENT, "ends": "2027-12-31"}, 1)
    with pytest.raises(Stale):
        registers.save_agreement(sqlite_store, sqlite_desk, ANALYST, code, AGREEMENT, 1)
    versions = registers.agreement(sqlite_desk, ANALYST, code)
    assert [(one.version, one.entry["ends"]) for one in versions] == [(1, None), (2, "2027-12-31")]
    assert told(sqlite_store) == ["registers.agreement_added", "registers.agreement_changed"]
    with sqlite_store.engine.connect() as record, sqlite_desk.engine.connect() as desk:
        part = register_parts.parts(record, desk, "UTC", 2_000_000_000)[2]
    (row,) = (dict(zip((one.name for one in part.columns), row, strict=True)) for row in part.rows)
    assert (row["agreement_id"], row["version"], row["purpose_en"]) == (code, 2, "Investigations")


def test_a_table_is_taken_whole_or_refused_whole(sqlite_store: Store, sqlite_desk: Desk, tmp_path: Path) -> None:
    bad = table(tmp_path / "mala.csv", [*ROWS, ("9", "Tres", "-70.1", "")])
    assert [one.reason for one in registers.take(sqlite_store, sqlite_desk, ANALYST, bad, COMMON).problems] == [
        "half_a_point"
    ]
    assert registers.cameras(sqlite_desk, ANALYST) == []
    good = table(tmp_path / "buena.csv", ROWS)
    assert registers.look(sqlite_store, sqlite_desk, ANALYST, good, COMMON).new == 2
    assert registers.cameras(sqlite_desk, ANALYST) == []
    assert registers.take(sqlite_store, sqlite_desk, ANALYST, good, COMMON).new == 2
    assert registers.take(sqlite_store, sqlite_desk, ANALYST, good, COMMON).known == 2
    assert len(registers.cameras(sqlite_desk, ANALYST)) == 2
    assert told(sqlite_store) == ["registers.refused", "registers.imported", "registers.imported"]


@pytest.mark.parametrize(("law", "precision"), [("chile", "corner"), ("argentina-mendoza", "block")])
def test_how_exactly_a_camera_is_told_is_up_to_the_law_where_nobody_says_it(
    sqlite_store: Store, sqlite_desk: Desk, tmp_path: Path, law: str, precision: str
) -> None:
    common = {name: said for name, said in COMMON.items() if name != "precision"}
    registers.take(sqlite_store, sqlite_desk, ANALYST, table(tmp_path / "c.csv", ROWS), common, law)
    assert {one.entry["precision"] for one in registers.cameras(sqlite_desk, ANALYST)} == {precision}


def test_a_camera_far_from_the_citys_outlines_is_refused_and_one_inside_knows_its_precinct(
    sqlite_store: Store, sqlite_desk: Desk, tmp_path: Path
) -> None:
    with sqlite_store.engine.begin() as connection:
        draw(connection, "oeste", square(0, 0))
        draw(connection, "este", square(1, 0))
    inside = ("1", "Dentro", *at(1.5, 0.5))
    far = table(tmp_path / "lejos.csv", [inside, ("2", "Lejos", *at(9, 9))])
    found = registers.look(sqlite_store, sqlite_desk, ANALYST, far, COMMON)
    assert [(one.line, one.reason) for one in found.problems] == [(3, "outside_city")]
    near = table(tmp_path / "cerca.csv", [inside])
    (entry,) = registers.look(sqlite_store, sqlite_desk, ANALYST, near, COMMON).entries.values()
    assert entry["sector"] == "este"


def test_a_release_gets_four_parts_that_say_each_column_in_both_languages(
    sqlite_store: Store, sqlite_desk: Desk
) -> None:
    save(sqlite_store, sqlite_desk, reference="INTERNAL-7", precision="sector")
    registers.save_algorithm(sqlite_store, sqlite_desk, ANALYST, "", algorithm())
    with sqlite_store.engine.connect() as record, sqlite_desk.engine.connect() as desk:
        parts = register_parts.parts(record, desk, "America/Santiago", 2_000_000_000)
    assert [part.name for part in parts] == ["cameras", "algorithms", "sharing_agreements", "use"]
    for part in parts:
        assert all(set(column.told) == {"es", "en"} and all(column.told.values()) for column in part.columns)
        assert all(len(row) == len(part.columns) for row in part.rows)
    assert "INTERNAL-7" not in str(parts[0].rows)
    assert CAMERA["lon"] not in str(parts[0].rows)


def test_a_release_of_real_incidents_publishes_nothing_that_the_demo_invented(
    sqlite_store: Store, sqlite_desk: Desk
) -> None:
    def published() -> list[int]:
        with sqlite_store.engine.connect() as record, sqlite_desk.engine.connect() as desk:
            return [len(part.rows) for part in register_parts.parts(record, desk, "UTC", 2_000_000_000)[:3]]

    with sqlite_desk.engine.begin() as connection:
        demo.load(connection, place(), date(2026, 11, 20), 7, "system", 1_900_000_000)
    assert published() == [demo.CAMERAS, 2, 1]
    happen(sqlite_store.engine, [at(0, 0)])
    assert published() == [0, 0, 0]


# --- the command line ------------------------------------------------------------------------------------------


@pytest.fixture
def run(
    sqlite_store: Store, sqlite_url: str, sqlite_desk: Desk, sqlite_desk_url: str, monkeypatch: pytest.MonkeyPatch
) -> Any:
    told = {"ATALAYA_HOME": str(sqlite_store.home), "DATABASE_URL": sqlite_url, "ATALAYA_DESK_URL": sqlite_desk_url}
    for name, value in {**told, "ATALAYA_LANGUAGE": "en"}.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(main, ["registers", *map(str, arguments)])


SETS = [part for name, value in COMMON.items() for part in ("--set", f"{name}={value}")]


def test_a_command_takes_a_table_and_lists_the_register(run: Any, tmp_path: Path) -> None:
    done = run("import-cameras", table(tmp_path / "c.csv", ROWS), *SETS)
    assert (done.exit_code, done.stdout) == (0, "c.csv: 2 rows; 2 new cameras, 0 changed, 0 unchanged.\n")
    lines = [line.split("\t") for line in run("list").stdout.splitlines()]
    assert {(version, status, name, due) for _, version, status, name, due in lines} == {
        ("1", "active", "Uno", "Monthly certification is due"),
        ("1", "active", "Dos", "Monthly certification is due"),
    }
    assert run("list", "--due").stdout == run("list").stdout
    assert run("list", "--algorithms").stdout == ""


def test_a_command_that_is_refused_tells_line_by_line(run: Any, tmp_path: Path) -> None:
    done = run("import-cameras", table(tmp_path / "c.csv", [*ROWS, ("9", "Tres", "oeste", "-33")]), *SETS)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Line 4: Longitude: “oeste” is no number of the sort that is expected here.",
        "c.csv is refused: no row was stored.",
    ]
    assert run("list").stdout == ""


@pytest.mark.parametrize("pair", ["type", "sound=yes", "colour=red"])
def test_a_command_knows_the_fields_it_is_given(run: Any, tmp_path: Path, pair: str) -> None:
    assert run("import-cameras", table(tmp_path / "c.csv", ROWS), "--set", pair).exit_code == 2
