"""The backup that an operator's host takes every night brings the same answers back, on both databases."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from config.settings import Settings
from data_access import migrate
from data_access.desk import Desk, events, evidence
from data_access.engine import make_engine
from data_access.schema import metadata
from data_access.store import Store
from domain.exploration import Exploration
from domain.filter import Filter
from domain.people import ANONYMOUS, SYSTEM, Role
from services import accounts, demo
from services.audit import record
from services.footage.filing import file
from services.footage.following import look_up
from services.footage.uploads import Upload
from services.ground import ground
from services.incidents import explore
from tests.filing import a_filing

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
QUESTIONS = (
    {},
    {"type": "robbery", "compare": "previous"},
    {"from": "2024-01-01", "to": "2025-12-31", "hours": "20-5"},
)
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def city(store: Store) -> Store:
    """A small city, an account that is not the demo's and a file in the portal's folder."""
    demo.load(store, SYSTEM, demo.Wanted(date(2026, 10, 31), rows=3_000), production=False)
    accounts.add(store, SYSTEM, "admin@city.example", {Role.ADMINISTRATOR})
    (store.home / "uploads").mkdir()
    (store.home / "uploads" / "october.csv").write_text("id;date\n")
    return store


@pytest.fixture
def desk(database_url: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk in the same kind of database, beside the record."""
    kind = "postgres" if database_url.startswith("postgres") else "sqlite"
    settings = Settings.from_environment(
        {
            "ATALAYA_HOME": str(request.getfixturevalue("store").home),
            "ATALAYA_DESK_URL": str(request.getfixturevalue(f"{kind}_desk_url")),
        }
    )
    found = Desk.open(settings)
    yield found
    found.engine.dispose()


@pytest.fixture
def run(database_url: str, store: Store, desk: Desk, request: pytest.FixtureRequest) -> Run:
    """A script of `deploy/` with the settings of this store and desk."""
    programs = [os.environ["PATH"]]
    if database_url.startswith("postgres"):
        programs.insert(0, str(request.getfixturevalue("postgres_server").bin))
    environment = {
        "PATH": os.pathsep.join(programs),
        "ATALAYA_HOME": str(store.home),
        "ATALAYA_BIN": str(Path(sys.executable).parent),
        "DATABASE_URL": database_url,
        "ATALAYA_DESK_URL": desk.engine.url.render_as_string(hide_password=False),
    }

    def run(script: str, *arguments: object, **other: str) -> subprocess.CompletedProcess[str]:
        command = [DEPLOY / script, *map(str, arguments)]
        return subprocess.run(command, env=environment | other, capture_output=True, text=True, timeout=300)

    return run


def held(engine: Engine) -> dict[str, object]:
    """How many rows each table holds, and the e-mail addresses of its people."""
    with engine.connect() as connection:
        counts = {name: connection.scalar(select(func.count()).select_from(t)) for name, t in metadata.tables.items()}
        people = connection.scalars(text("SELECT email FROM users ORDER BY email")).all()
    return {**counts, "people": people}


def answers(store: Store) -> list[Exploration]:
    known = ground(store)
    return [explore(store, SYSTEM, Filter.from_query(question, known)) for question in QUESTIONS]


def destroy(store: Store, desk: Desk) -> None:
    """The worst night: both databases and the whole folder are gone."""
    for engine in (store.engine, desk.engine):
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    shutil.rmtree(store.home)


def test_what_was_backed_up_comes_back(city: Store, desk: Desk, run: Run, database_url: str, tmp_path: Path) -> None:
    receipt = file(desk, ANONYMOUS, a_filing(uploads=[Upload("poder.pdf", "application/pdf", b"%PDF- the mandate")]))
    before, rows = answers(city), held(city.engine)
    assert before[0].total > 0
    made = run("backup", tmp_path / "backups")
    assert made.returncode == 0, made.stderr
    destroy(city, desk)
    done = run("restore", made.stdout.strip())
    assert done.returncode == 0, done.stderr
    restored = Store(make_engine(database_url), city.home)
    assert held(restored.engine) == rows
    assert answers(restored) == before
    assert (restored.home / "uploads" / "october.csv").read_text() == "id;date\n"
    assert migrate.current(restored.engine) == migrate.head()
    assert look_up(desk, receipt.code, "").folio == receipt.folio
    with desk.engine.connect() as connection:
        (piece,) = evidence.listing(connection, desk, 1)
        assert b"".join(evidence.read(connection, desk, piece.id)) == b"%PDF- the mandate"
        assert events.verify(connection).whole
    restored.engine.dispose()


def test_folders_that_lie_apart_come_back_with_their_rights(store: Store, run: Run, tmp_path: Path) -> None:
    """Where the faces are two users they share two folders, which let their group in."""
    apart = {"ATALAYA_RELEASES": str(tmp_path / "releases"), "ATALAYA_DESK_FOLDER": str(tmp_path / "files")}
    rights = 0o2770
    for folder in map(Path, apart.values()):
        (folder / "one").mkdir(parents=True)
        (folder / "one" / "file").write_text(folder.name)
        (folder / "one").chmod(rights)
        folder.chmod(rights)
    made = run("backup", tmp_path / "backups", **apart).stdout.strip()
    store.engine.dispose()
    for folder in map(Path, apart.values()):
        shutil.rmtree(folder / "one")
    done = run("restore", made, **apart)
    assert done.returncode == 0, done.stderr
    for folder in map(Path, apart.values()):
        assert (folder / "one" / "file").read_text() == folder.name
        assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "one")] == [rights, rights]


def test_a_restore_replaces_what_came_after_and_the_audit_log_stays_append_only(
    store: Store, run: Run, tmp_path: Path
) -> None:
    record(store, SYSTEM, "sign_in")
    made = run("backup", tmp_path / "backups").stdout.strip()
    accounts.add(store, SYSTEM, "later@city.example", {Role.OPERATOR})
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_a_later_version (id INTEGER)"))
    store.engine.dispose()
    done = run("restore", made)
    assert done.returncode == 0, done.stderr
    with store.engine.connect() as connection:
        assert "later@city.example" not in connection.scalars(text("SELECT email FROM users")).all()
        assert not store.engine.dialect.has_table(connection, "of_a_later_version")
    with pytest.raises(IntegrityError, match="append only"), store.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_events"))


def test_a_damaged_backup_is_refused_and_the_record_stays(store: Store, run: Run, tmp_path: Path) -> None:
    made = Path(run("backup", tmp_path / "backups").stdout.strip())
    with next(made.glob("record.*")).open("r+b") as record:
        record.seek(5000)
        record.write(b"damage")
    rows = held(store.engine)
    refused = run("restore", made)
    assert refused.returncode == 1
    assert "not whole" in refused.stderr
    assert held(store.engine) == rows


def test_a_backup_that_fails_leaves_nothing_behind(store: Store, run: Run, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    (store.home / "atalaya.sqlite").write_text("no database\n" * 1000)
    nowhere = database_url if database_url.startswith("sqlite") else database_url.replace("postgres@/", "postgres@/no_")
    broken = run("backup", folder, DATABASE_URL=nowhere)
    assert broken.returncode != 0
    assert broken.stderr
    assert [*folder.iterdir()] == []


def test_only_the_newest_backups_are_kept(store: Store, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for name in ("20200101T000000Z", "20210101T000000Z", "20220101T000000Z", "notes"):
        (folder / name).mkdir(parents=True)
    made = Path(run("backup", folder, 2).stdout.strip())
    assert {path.name for path in folder.iterdir()} == {made.name, "20220101T000000Z", "notes"}
    assert (made / "SHA256SUMS").exists()
    assert made.stat().st_mode & 0o077 == 0
