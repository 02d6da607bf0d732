"""The process that serves the public starts and answers where there is no record at all, and opens nothing of it."""

from __future__ import annotations

import os
import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect

from data_access import desk_schema, schema
from data_access.engine import make_engine
from tests.postgres import Postgres
from tests.serving import Served, serving

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
    postgres_server.run("CREATE ROLE visitor LOGIN")
    postgres_server.run(f"REVOKE CONNECT ON DATABASE {record} FROM PUBLIC")
    with psycopg.connect(host=str(postgres_server.folder), user="postgres", dbname=desk, autocommit=True) as connection:
        connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO visitor")
        connection.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO visitor")
    url = f"postgresql+psycopg://visitor@/{desk}?host={postgres_server.folder}"
    try:
        settings = {"ATALAYA_FACE": "public", "ATALAYA_WORKERS": "1", "ATALAYA_DESK_URL": url}
        with serving(home, NOWHERE, **settings) as served:
            assert served.ask("/healthz") == (200, {"status": "ok"})
            assert all("<h1" in _read(served, path) for path in PAGES)
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(host=str(postgres_server.folder), user="visitor", dbname=record)
        engine = make_engine(url)
        assert not set(inspect(engine).get_table_names()) & set(schema.metadata.tables)
        engine.dispose()
    finally:
        postgres_server.drop(record)
        postgres_server.drop(desk)
        postgres_server.run("DROP ROLE visitor")


def test_without_a_desk_it_says_so_and_does_not_start(home: Path) -> None:
    (home / "desk.sqlite").unlink()
    starting = serving(home, NOWHERE, desk=False, ATALAYA_FACE="public")
    with pytest.raises(AssertionError, match="atalaya migrate"), starting:
        pass


def test_the_rights_of_its_role_outlive_a_restore(postgres_server: Postgres) -> None:
    """`deploy/restore` makes the schema anew without rights; those of docs/production.md come by themselves."""
    text = (Path(__file__).parents[2] / "docs" / "production.md").read_text()
    later = re.findall(r"ALTER DEFAULT PRIVILEGES .+?;", text)
    assert len(later) == 3
    for line in (
        "CREATE ROLE atalaya LOGIN",
        "CREATE ROLE atalaya_public LOGIN",
        "CREATE DATABASE restored OWNER atalaya",
    ):
        postgres_server.run(line)

    def run(user: str, *lines: str) -> None:
        where = {"host": str(postgres_server.folder), "user": user, "dbname": "restored"}
        with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
            for line in lines:
                connection.execute(line)  # type: ignore[arg-type]

    try:
        run("postgres", *later, "ALTER SCHEMA public OWNER TO atalaya")
        run("atalaya", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CREATE TABLE cases (id serial)")
        run("atalaya_public", "INSERT INTO cases DEFAULT VALUES")
    finally:
        for line in ("DROP DATABASE restored", "DROP ROLE atalaya_public", "DROP ROLE atalaya"):
            postgres_server.run(line)
