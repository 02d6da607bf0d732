"""A served portal with a large index, for the benches that need one."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError

from benchmarks import city
from benchmarks.city import City

EMAIL = "bench@example.org"


@dataclass(frozen=True)
class Household:
    address: str
    email: str
    password: str
    token: str
    city: City


@contextmanager
def served(rows: int, port: int = 8058) -> Iterator[Household]:
    """A portal of two workers over `rows` synthetic incidents, on loopback until the block ends."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        environment = {**os.environ, "ATALAYA_HOME": folder, "PORT": str(port), "DATABASE_URL": ""}
        atalaya = str(Path(sys.executable).with_name("atalaya"))

        def command(*words: str, text: str = "") -> str:
            done = subprocess.run(
                [atalaya, *words], env=environment, check=True, capture_output=True, text=True, input=text
            )
            return done.stdout.strip()

        command("migrate")
        password = secrets.token_urlsafe(18)
        command("users", "add", EMAIL, "--role", "inspector", "--password-stdin", text=password)
        token = command("users", "token", EMAIL)
        town = city.make(rows, home / "index")
        process = subprocess.Popen(
            [atalaya, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait(address)
            yield Household(address, EMAIL, password, token, town)
        finally:
            process.terminate()
            process.wait(20)


def wait(address: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
            return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} was not ready within {seconds:.0f} s")
