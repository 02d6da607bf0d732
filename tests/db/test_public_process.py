"""The process that serves the public starts and answers where there is no record at all, and opens nothing of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect

from data_access import desk_schema, schema
from data_access.desk import rights
from data_access.engine import make_engine
from tests.postgres import Postgres
from tests.serving import Served, atalaya, environment, serving

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
PAGES = ("/", "/zones", "/trends", "/cameras", "/use", "/algorithms", "/data", "/requests", "/privacy", "/footage")
DESK = ("desk.sqlite", "desk_key", "secret_key")


def _read(served: Served, path: str) -> str:
    with urllib.request.urlopen(served.address + path, timeout=60) as answer:
        return str(answer.read().decode("utf-8", "replace"))


def _family(process: int) -> Iterator[int]:
    """A process and those that it started."""
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _open_files(process: int) -> set[str]:
    found = set()
    for one in _family(process):
        for handle in Path(f"/proc/{one}/fd").iterdir():
            found.add(os.readlink(handle))
        found |= set(re.findall(r"(/\S+)$", Path(f"/proc/{one}/maps").read_text(), re.MULTILINE))
    return found


@pytest.fixture
def home(tmp_path: Path, releases: Path, sqlite_desk_template: Path) -> Path:
    """A home with releases and a desk; there is no record in it."""
    home = tmp_path / "public"
    shutil.copytree(releases, home / "releases")
    shutil.copyfile(sqlite_desk_template, home / "desk.sqlite")
    return home


def test_every_page_is_served_without_a_record_and_none_is_opened(home: Path) -> None:
    """T15."""
    with serving(home, NOWHERE, ATALAYA_FACE="public", ATALAYA_WORKERS="1") as served:
        assert served.ask("/healthz") == (200, {"status": "ok"})
        for path in PAGES:
            assert "<h1" in _read(served, path), path
        opened = {Path(name) for name in _open_files(served.process.pid) if name.startswith(str(home))}
        assert {path.name.partition("-")[0] for path in opened} <= {*DESK, "serve"}
        assert list(_family(served.process.pid)) != [served.process.pid], "the workers were looked at too"
    assert not (home / "atalaya.sqlite").exists()
    assert not (home / "index").exists()


def test_the_desk_is_no_way_to_the_record() -> None:
    """T15. The databases share no table but the one that names their revision."""
    assert not set(desk_schema.metadata.tables) & set(schema.metadata.tables)


def test_its_role_of_the_database_sees_the_desk_alone(
    home: Path, postgres_server: Postgres, postgres_template: str, postgres_desk_template: str
) -> None:
    """T15."""
    record, desk = postgres_server.new(postgres_template), postgres_server.new(postgres_desk_template)
    postgres_server.run(f"CREATE ROLE {rights.ROLE} LOGIN")
    postgres_server.run(f"REVOKE CONNECT ON DATABASE {record} FROM PUBLIC")
    owner = make_engine(postgres_server.url(desk))
    rights.grant(owner)
    owner.dispose()
    url = f"postgresql+psycopg://{rights.ROLE}@/{desk}?host={postgres_server.folder}"
    try:
        settings = {"ATALAYA_FACE": "public", "ATALAYA_WORKERS": "1", "ATALAYA_DESK_URL": url}
        with serving(home, NOWHERE, desk=False, **settings) as served:
            assert served.ask("/healthz") == (200, {"status": "ok"})
            assert all("<h1" in _read(served, path) for path in PAGES)
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(host=str(postgres_server.folder), user=rights.ROLE, dbname=record)
        engine = make_engine(url)
        assert not set(inspect(engine).get_table_names()) & set(schema.metadata.tables)
        engine.dispose()
    finally:
        postgres_server.drop(record)
        postgres_server.drop(desk)
        postgres_server.run(f"DROP ROLE {rights.ROLE}")


def test_without_a_desk_it_says_so_and_does_not_start(home: Path) -> None:
    (home / "desk.sqlite").unlink()
    starting = serving(home, NOWHERE, desk=False, ATALAYA_FACE="public")
    with pytest.raises(AssertionError, match="atalaya migrate"), starting:
        pass


def test_the_rights_of_its_role_outlive_a_restore(postgres_server: Postgres, tmp_path: Path) -> None:
    """`deploy/restore` makes the schema anew without rights, and then migrates."""
    for line in (
        "CREATE ROLE atalaya LOGIN",
        f"CREATE ROLE {rights.ROLE} LOGIN",
        "CREATE DATABASE restored OWNER atalaya",
    ):
        postgres_server.run(line)

    def run(user: str, *lines: str) -> None:
        where = {"host": str(postgres_server.folder), "user": user, "dbname": "restored"}
        with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
            for line in lines:
                connection.execute(line)  # type: ignore[arg-type]

    try:
        run("postgres", "ALTER SCHEMA public OWNER TO atalaya")
        run("atalaya", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        url = f"postgresql://atalaya@/restored?host={postgres_server.folder}"
        told = environment(tmp_path, f"sqlite:///{tmp_path}/atalaya.sqlite", ATALAYA_DESK_URL=url)
        for _ in range(2):
            done = subprocess.run(atalaya("migrate"), env=told, capture_output=True, text=True, timeout=120)
            assert rights.ROLE in done.stdout, done.stderr
        run(rights.ROLE, "INSERT INTO tries (key, at) VALUES ('x', 0)", "SELECT * FROM case_events")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(rights.ROLE, "UPDATE cameras SET active = false")
    finally:
        for line in ("DROP DATABASE restored WITH (FORCE)", f"DROP ROLE {rights.ROLE}", "DROP ROLE atalaya"):
            postgres_server.run(line)
