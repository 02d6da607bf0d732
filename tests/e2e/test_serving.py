"""One server or several workers or several servers on PostgreSQL: the same answers, and none is lost."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import expect

from data_access.engine import make_engine
from data_access.store import Store
from domain.people import SYSTEM, Role
from services import accounts, demo
from tests.e2e.conftest import SignIn
from tests.postgres import Postgres
from tests.serving import PATIENCE, Served, atalaya, environment, serving

SUMMARY = "/api/v1/incidents/summary"
DATES = (
    {},
    {"from": "2026-03-01", "to": "2026-09-30"},
    {"from": "2023-11-01", "to": "2026-10-31"},
    {"from": "2026-10-31", "to": "2026-10-31"},
)
NARROWED = (
    {},
    {"type": "robbery"},
    {"type": "robbery,theft", "vehicle": "motorcycle", "compare": "previous"},
    {"hours": "20-5", "days": "5-7"},
    {"precinct": "las-condes,providencia", "compare": "year"},
    {"area": "-70.70,-33.55,-70.60,-33.45", "origin": "formal"},
    {"item": "phone", "origin": "informal"},
    {"type": "no-such-type", "hours": "99"},
)
QUESTIONS = [when | what for when in DATES for what in NARROWED]


@pytest.fixture(scope="module")
def city(
    postgres_server: Postgres, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, str]]:
    """A demo city in PostgreSQL, and its address."""
    url = postgres_server.url(postgres_server.new(postgres_template))
    store = Store(make_engine(url), tmp_path_factory.mktemp("postgres"))
    demo.load(store, SYSTEM, demo.Wanted(date(2026, 10, 31), rows=20_000), production=False)
    yield store, url
    store.engine.dispose()


@pytest.fixture(scope="module")
def token(city: tuple[Store, str]) -> str:
    return accounts.make_token(city[0], SYSTEM, "analyst@demo.atalaya")


def answers(served: Served, *others: Served, token: str) -> list[Any]:
    """The answer to every question, asked many at once and of each server in turn."""
    with ThreadPoolExecutor(8) as askers:
        asked = zip(cycle((served, *others)), QUESTIONS, strict=False)
        told = list(askers.map(lambda pair: pair[0].ask(SUMMARY, pair[1], token), asked))
    assert {status for status, _ in told} == {200}
    return [answer for _, answer in told]


def workers(served: Served, wanted: int, before: frozenset[int] = frozenset()) -> frozenset[int]:
    """The processes of the workers, once there are as many as wanted and none of those before."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = frozenset(child.pid for child in psutil.Process(served.process.pid).children())
        if (len(found) == wanted and not found & before) or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def test_several_workers_and_several_servers_answer_as_one(city: tuple[Store, str], token: str) -> None:
    store, url = city
    with serving(store.home, url, ATALAYA_WORKERS="1", ATALAYA_WORK_APART="1") as one:
        single = answers(one, token=token)
        assert len({answer["total"] for answer in single}) > 10  # the questions tell answers apart
        with serving(store.home, url, ATALAYA_WORKERS="3", ATALAYA_WORK_APART="1") as three:
            assert len(workers(three, 3)) == 3
            assert answers(three, token=token) == single
            assert answers(one, three, token=token) == single
            demo.load(store, SYSTEM, demo.Wanted(date(2026, 10, 31), rows=5_000), production=False)
            newer = answers(one, token=token)
            assert newer != single
            assert answers(three, token=token) == newer
            assert answers(three, one, token=token) == newer


def test_a_reload_loses_no_request_and_changes_the_workers(city: tuple[Store, str]) -> None:
    store, url = city
    with serving(store.home, url, ATALAYA_WORKERS="2", ATALAYA_WORK_APART="1") as served:
        before = workers(served, 2)
        stop, told = threading.Event(), []
        asking = threading.Thread(
            target=lambda: [told.append(served.ask("/healthz")[0]) for _ in iter(stop.is_set, True)]
        )
        asking.start()
        served.process.send_signal(signal.SIGHUP)
        after = workers(served, 2, before)
        stop.set()
        asking.join()
    assert len(after) == 2
    assert not after & before
    assert set(told) == {200}


def test_whoever_stops_the_server_stops_its_workers_too(city: tuple[Store, str]) -> None:
    store, url = city
    with serving(store.home, url, ATALAYA_WORKERS="2") as served:
        family = psutil.Process(served.process.pid).children(recursive=True)
        assert len(family) >= 2
        served.process.terminate()
        assert served.process.wait(60) == 0
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_a_taken_port_is_told(city: tuple[Store, str]) -> None:
    store, url = city
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = _ended("serve", environment=environment(store.home, url, PORT=str(port)))
    assert ended.returncode == 1
    assert re.fullmatch(rf"Error: .*127\.0\.0\.1:{port} \(Address already in use\).*\n", ended.stderr)


def test_a_record_that_was_not_migrated_is_not_served(tmp_path: Path) -> None:
    ended = _ended("serve", environment=environment(tmp_path, ""))
    assert ended.returncode == 1
    assert "atalaya migrate" in ended.stderr


def test_bad_settings_are_one_line_and_status_two(tmp_path: Path) -> None:
    ended = _ended("serve", environment=environment(tmp_path, "", PORT="http"))
    assert (ended.returncode, ended.stderr) == (2, "Error: PORT must be a whole number from 0 to 65535, not 'http'\n")


def test_production_is_not_served_with_accounts_that_everybody_knows(city: tuple[Store, str]) -> None:
    store, url = city
    keys = {"ATALAYA_DESK_KEY": "fedcba98" * 8, "ATALAYA_SIGNING_KEY": "89abcdef" * 8}
    production = {"ATALAYA_PRODUCTION": "1", "SECRET_KEY": "0123456789abcdef" * 4, **keys}
    ended = _ended("serve", environment=environment(store.home, url, PORT="0", **production))
    assert ended.returncode == 1
    assert "atalaya demo remove" in ended.stderr


def _ended(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        atalaya(*arguments), env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )


def test_what_make_run_starts_makes_its_own_city_and_keeps_it(tmp_path: Path) -> None:
    with serving(tmp_path, "", "--demo", ATALAYA_WORKERS="1") as first:
        store = Store(make_engine(f"sqlite:///{tmp_path / 'atalaya.sqlite'}"), tmp_path)
        token = accounts.make_token(store, SYSTEM, "inspector@demo.atalaya")
        status, before = first.ask(SUMMARY, {"from": "2000-01-01"}, token)
        assert (status, before["total"] > 200_000) == (200, True)
        for path, told in (("/requests", "<table"), ("/cameras", "<table"), ("/login", "password")):
            with urllib.request.urlopen(f"{first.address}{path}", timeout=60) as page:
                assert told in page.read().decode(), path
    with serving(tmp_path, "", "--demo", ATALAYA_WORKERS="1") as second:
        assert second.ask(SUMMARY, {"from": "2000-01-01"}, token) == (200, before)
    store.engine.dispose()


def test_the_first_visit_is_answered_and_leads_to_the_map(served: Served, signed_in: SignIn) -> None:
    assert served.ask("/healthz") == (200, {"status": "ok"})
    page = signed_in(Role.INSPECTOR)
    expect(page.locator("main, [role=main]").first).to_be_visible()
    assert page.url.startswith(f"{served.address}/map")
