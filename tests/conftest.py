"""What every test may ask for: an empty record in each database, and the real files where they are at hand."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from data_access.demo import city, registers
from data_access.desk import Desk
from data_access.engine import make_engine
from data_access.migrate import DESK, RECORD, Line, upgrade
from data_access.store import Store
from services import passwords
from tests.postgres import Postgres, postgres
from tests.publishing import publish

ROOT = Path(__file__).parent.parent
OF_THE_MACHINE = {"DATABASE_URL", "SECRET_KEY", "HOST", "PORT", "LANG", "LC_ALL", "LC_MESSAGES"}

# The tests know the settings that they make, and speak the portal's own language.
for name in [name for name in os.environ if name.startswith("ATALAYA_") or name in OF_THE_MACHINE]:
    del os.environ[name]

# A slow moment of the machine is not a failure.
hypothesis.settings.register_profile("atalaya", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("atalaya")

# Nobody attacks the passwords of the tests, and hundreds of accounts are made.
COSTLY, passwords.HASHER = passwords.HASHER, PasswordHasher(memory_cost=64, time_cost=1, parallelism=1)


def pytest_collection_finish() -> None:
    """What was imported stays; it is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def costly_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at the cost that attackers meet."""
    monkeypatch.setattr(passwords, "HASHER", COSTLY)


@pytest.fixture(scope="session", autouse=True)
def _cities() -> Iterator[None]:
    """Each demo city that tests load is drawn once by each process; tests of the drawing itself still draw."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((city, "incidents"), (registers, "cameras")):
            patch.setattr(module, name, _known(getattr(module, name)))
        yield


def _known(make: Callable[..., Any]) -> Callable[..., Any]:
    known = cache(make)
    return lambda *wanted: deepcopy(known(*wanted))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for each process of the run, started when the first test asks."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """The name of a database with every table, to copy from."""
    name = postgres_server.new()
    _build(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table, to copy from."""
    path = tmp_path_factory.mktemp("template") / "atalaya.sqlite"
    _build(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_desk_template(postgres_server: Postgres) -> str:
    """The name of a desk's database with every table, to copy from."""
    name = postgres_server.new()
    _build(postgres_server.url(name), DESK)
    return name


@pytest.fixture(scope="session")
def sqlite_desk_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table of the desk, to copy from."""
    path = tmp_path_factory.mktemp("template") / "desk.sqlite"
    _build(f"sqlite:///{path}", DESK)
    return path


def _build(url: str, line: Line = RECORD) -> None:
    engine = make_engine(url)
    upgrade(engine, line)
    engine.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty record in SQLite."""
    path = tmp_path / "home" / "atalaya.sqlite"
    path.parent.mkdir(exist_ok=True)
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: Postgres, postgres_template: str) -> Iterator[str]:
    """An empty record in PostgreSQL."""
    name = postgres_server.new(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty record in each database: a test that asks for it runs twice."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine, tmp_path: Path) -> Store:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return Store(engine=engine, home=home)


@pytest.fixture
def sqlite_store(sqlite_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty record for what cannot differ between the databases."""
    engine = make_engine(sqlite_url)
    yield Store(engine=engine, home=tmp_path / "home")
    engine.dispose()


@pytest.fixture
def sqlite_desk_url(sqlite_desk_template: Path, tmp_path: Path) -> str:
    """An empty desk in SQLite."""
    path = tmp_path / "home" / "desk.sqlite"
    path.parent.mkdir(exist_ok=True)
    shutil.copyfile(sqlite_desk_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_desk_url(postgres_server: Postgres, postgres_desk_template: str) -> Iterator[str]:
    """An empty desk in PostgreSQL."""
    name = postgres_server.new(postgres_desk_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """An empty desk in each database: a test that asks for it runs twice."""
    url = str(request.getfixturevalue("sqlite_desk_url" if request.param == "sqlite" else "postgres_desk_url"))
    with _desk(url, tmp_path) as found:
        yield found


@pytest.fixture
def sqlite_desk(sqlite_desk_url: str, tmp_path: Path) -> Iterator[Desk]:
    """An empty desk for what cannot differ between the databases."""
    with _desk(sqlite_desk_url, tmp_path) as found:
        yield found


@contextmanager
def _desk(url: str, tmp_path: Path) -> Iterator[Desk]:
    engine = make_engine(url)
    keys, signing = ("of the test",), ("of the test's signatures",)
    yield Desk(engine, tmp_path / "home" / "desk", keys, signing=signing)
    engine.dispose()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files of several cities, which the project does not carry."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real files beside the repository (../shared/data)")
    return folder


Once = Callable[[str, Callable[[Path], Path]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, make)` is a folder that one process of the run makes and every process reads and leaves as it is."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], Path]) -> Path:
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (shared / name).is_dir():
                make(tmp_path_factory.mktemp("made")).rename(shared / name)
        return shared / name

    return made


@pytest.fixture(scope="session")
def releases(once: Once) -> Path:
    """The releases of a small demo city, far from the record that they were counted from."""
    return once("releases", publish)
