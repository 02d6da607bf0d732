"""Who may deliver tables, and what the command line says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands import main
from data_access.store import Store
from domain.errors import Forbidden
from domain.people import ANONYMOUS, PERMISSIONS, SYSTEM, Actor, Permission, Role
from domain.tables import Kind, Terms
from services import adoption, tables
from tests.adoption import SOUTH, TOTAL
from tests.squares import draw
from tests.tabling import city, count, deliver, written

SM = "San Miguel"


@pytest.mark.parametrize("role", [None, *(r for r in Role if Permission.TABLES not in PERMISSIONS[r])])
def test_only_who_may_manage_tables_touches_them(sqlite_store: Store, tmp_path: Path, role: Role | None) -> None:
    actor = Actor(1, "a@b.cl", frozenset({role})) if role else ANONYMOUS
    path, terms = written(tmp_path / "t.csv", [(SM, "2026-10-31", 5)]), Terms(Kind.REGISTRATIONS)
    for act in (
        lambda: tables.fitting(actor, path),
        lambda: tables.look(sqlite_store, actor, path, terms),
        lambda: tables.deliver(sqlite_store, actor, path, terms),
        lambda: tables.deliveries(sqlite_store, actor),
        lambda: tables.find(sqlite_store, actor, 1),
        lambda: tables.withdraw(sqlite_store, actor, 1),
    ):
        with pytest.raises(Forbidden):
            act()
    assert count(sqlite_store) == 0


def test_a_look_stores_nothing_and_tells_the_first_rows(sqlite_store: Store, tmp_path: Path) -> None:
    city(sqlite_store)
    analyst = Actor(1, "a@b.cl", frozenset({Role.ANALYST}))
    path = written(tmp_path / "t.csv", [(SM, "2026-10-31", "7.733")], ("comuna", "fecha", "inscritos"))
    found = tables.look(sqlite_store, analyst, path, Terms(Kind.REGISTRATIONS))
    assert [(row["line"], row["precinct"], str(row["date"]), row["registered"]) for row in found.first] == [
        (2, SM, "2026-10-31", 7733)
    ]
    assert (count(sqlite_store), tables.deliveries(sqlite_store, analyst)) == (0, ([], 0))


@pytest.fixture
def run(sqlite_store: Store, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> object:
    city(sqlite_store)
    for name, value in {"ATALAYA_HOME": str(sqlite_store.home), "DATABASE_URL": sqlite_url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ATALAYA_LANGUAGE", "en")
    return lambda *arguments: CliRunner().invoke(main, ["tables", *map(str, arguments)])


def test_a_command_delivers_lists_shows_and_withdraws(run, sqlite_store: Store, tmp_path: Path) -> None:
    done: Result = run("deliver", "registrations", written(tmp_path / "t.csv", [(SM, "2026-10-31", 5)]))
    assert (done.exit_code, done.stdout) == (0, "Delivery 1 is stored: 1 rows, 1 new facts, 0 known already.\n")
    assert "\tstored\t" in run("list").stdout
    assert run("withdraw", 1).stdout.startswith("Delivery 1 is withdrawn")
    assert "\twithdrawn\t" in run("show", 1).stdout
    assert run("withdraw", 1).exit_code == 1


def test_a_command_that_is_refused_tells_line_by_line(run, sqlite_store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [(SM, "2026-10-31", 5), (SM, "2026-10-30", -5), ("San Migel", "2026-10-30", 1)])
    done: Result = run("deliver", "registrations", path)
    assert (done.exit_code, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["Line 3", "Line 4", "Delivery 1 is refused"]
    assert "San Miguel" in lines[1]
    assert count(sqlite_store) == 0
    assert run("show", 1).stderr.splitlines() == lines[:2]


def test_a_command_says_what_is_no_table(run, tmp_path: Path) -> None:
    done: Result = run("deliver", "registrations", tmp_path / "nothing.csv")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")


def test_a_command_takes_increments(run, tmp_path: Path) -> None:
    rows = [(SM, "2026-10-30", 5), (SM, "2026-10-31", 2)]
    path = written(tmp_path / "t.csv", rows)
    assert run("deliver", "registrations", path).exit_code == 1
    assert run("deliver", "registrations", path, "--as", "increment").exit_code == 0


def test_the_south_precincts_table_comes_out_of_delivered_tables(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.engine.begin() as connection:
        for code, name, *_ in SOUTH:
            draw(connection, code, name=name)
    registered = [(name, "2026-10", f"{addresses:,}", reports) for _, name, addresses, _, _, _, _, reports in SOUTH]
    people = [(name, number, "programa") for _, name, _, number, *_ in SOUTH]
    header = ("comisaría", "mes", "inscritos", "reportes")
    deliver(sqlite_store, written(tmp_path / "i.csv", registered, header))
    deliver(sqlite_store, written(tmp_path / "p.csv", people, ("comuna", "población", "fuente")), Kind.POPULATIONS)
    deliver(sqlite_store, written(tmp_path / "m.csv", [("conectados", "10 %")], ("medida", "meta")), Kind.GOALS)
    found = adoption.standing(sqlite_store, SYSTEM)
    rows = {row.precinct: (row.registered, row.target, row.missing, row.reports) for row in found.rows}
    assert rows == {code: (r, target, missing, n) for code, _, r, _, target, missing, _, n in SOUTH}
    total = found.total
    assert (total.registered, total.population, total.target, total.missing) == TOTAL[:4]
    assert (f"{100 * (total.compliance or 0):.1f}", total.reports) == TOTAL[4:]
    assert not found.synthetic
