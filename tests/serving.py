"""`atalaya serve` as an operator starts it, in a process of its own and on a free port."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from config.settings import Settings
from data_access.desk import Desk
from data_access.migrate import DESK, upgrade

READY = re.compile(r"(?:reads|sign in at) (http://[\w.:]+)")
PATIENCE = 120  # seconds; a start takes about three on an idle machine


@dataclass(frozen=True)
class Served:
    address: str
    process: subprocess.Popen[bytes]

    def ask(self, path: str, query: Mapping[str, str] | None = None, token: str = "") -> tuple[int, Any]:
        """Status and JSON of an answer, over a connection of its own."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"{self.address}{path}?{urlencode(query or {})}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read()


def environment(home: Path, database_url: str, **settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "ATALAYA_HOME": str(home), "DATABASE_URL": database_url, "PORT": "0", **settings}


def atalaya(*arguments: str) -> list[str]:
    """The command of the environment that runs the tests."""
    return [sys.executable, "-c", "import commands; commands.main()", *arguments]


@contextmanager
def serving(home: Path, database_url: str, *options: str, desk: bool = True, **settings: str) -> Iterator[Served]:
    """A server that is ready, with these settings over the usual ones; it ends with the block.

    Its `desk` is brought up to date first, as tests make a record alone.
    """
    if desk:
        opened = Desk.open(Settings.from_environment(environment(home, database_url, **settings)))
        upgrade(opened.engine, DESK)
        opened.engine.dispose()
    said = home / f"serve-{time.monotonic_ns()}.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            atalaya("serve", *options), env=environment(home, database_url, **settings), stdout=log, stderr=log
        )
    try:
        yield Served(_ready(said, process), process)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(said: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if found := READY.search(said.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{said.read_text()[-3000:]}")
