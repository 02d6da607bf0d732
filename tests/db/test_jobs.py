"""The queue: every job done once, told of while it runs, stopped when asked, buried when its worker dies."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import update

from data_access import jobs as queue
from data_access.engine import Busy, impatient, make_engine, writing
from data_access.schema import jobs as table
from data_access.store import Store
from domain.errors import Forbidden, Invalid, NotFound
from domain.people import SYSTEM, Actor, Role
from services import accounts, jobs, uploads
from services.imports import Reading
from tests.importing import count, row, write_csv

MAPPING = {"delito": "type", "fecha": "datetime", "lat": "lat", "lon": "lon"}
READING = Reading(mapping=MAPPING, source="city")


def handed_in(store: Store, tmp_path: Path, rows: int = 3, actor: Actor = SYSTEM, source: str = "city") -> int:
    """Queue the import of a file with so many good rows."""
    path = write_csv(tmp_path / f"{source}.csv", [row(n) for n in range(rows)])
    token = uploads.keep(store, actor, path.name, io.BytesIO(path.read_bytes()), 10)
    return jobs.submit_import(store, actor, [token], Reading(mapping=MAPPING, source=source))


def finish(store: Store) -> list[tuple[int, str]]:
    """Do all that waits, and what was told of it."""
    told: list[tuple[int, str]] = []
    jobs.work(store, Event(), once=True, tell=lambda job: told.append((job.id, job.status)))
    return told


def test_a_job_is_done_and_told_of(store: Store, tmp_path: Path) -> None:
    number = handed_in(store, tmp_path)
    assert jobs.find(store, SYSTEM, number).status == "waiting"
    assert finish(store) == [(number, "running"), (number, "done")]
    job = jobs.find(store, SYSTEM, number)
    assert (job.status, job.result, job.ended) == ("done", {"batch": 1}, True)
    assert count(store) == 3
    assert not list((store.home / "uploads").iterdir())


def test_jobs_are_done_in_their_order(store: Store, tmp_path: Path) -> None:
    numbers = [handed_in(store, tmp_path, source=name) for name in ("one", "two", "three")]
    assert [number for number, status in finish(store) if status == "done"] == numbers


def test_no_job_is_claimed_twice(store: Store) -> None:
    with writing(store.engine) as connection:
        wanted = {queue.add(connection, "import", "system", 0, {}, 1) for _ in range(12)}
    claimed: list[int] = []

    def claim() -> None:
        while True:
            with writing(store.engine) as connection:
                job = queue.claim(connection, 1)
            if job is None:
                return
            claimed.append(job.id)

    threads = [Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(wanted)


def test_a_job_that_fails_says_why_and_the_worker_lives_on(store: Store, tmp_path: Path) -> None:
    token = uploads.keep(store, SYSTEM, "a.csv", io.BytesIO(b"x,y\n1,2\n"), 10)
    bad = jobs.submit_import(store, SYSTEM, [token], READING)
    good = handed_in(store, tmp_path)
    assert (good, "done") in finish(store)
    failure = jobs.find(store, SYSTEM, bad).result["failure"]
    assert (failure["code"], failure["details"]["missing"]) == ("import.columns", ", ".join(MAPPING))
    assert uploads.path(store, SYSTEM, token).name == "a.csv"  # kept, to be tried with another reading


def test_an_unexpected_failure_gets_a_mark_for_the_log(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    number = handed_in(store, tmp_path)

    def broken(*_: object) -> None:
        raise RuntimeError("no more room")

    monkeypatch.setitem(jobs.DOING, "import", broken)
    finish(store)
    failure = jobs.find(store, SYSTEM, number).result["failure"]
    assert failure["code"] == "unexpected"
    assert failure["details"]["id"] in caplog.text


def test_a_waiting_job_that_is_cancelled_is_never_begun(store: Store, tmp_path: Path) -> None:
    number = handed_in(store, tmp_path)
    jobs.cancel(store, SYSTEM, number)
    assert finish(store) == []
    assert jobs.find(store, SYSTEM, number).status == "cancelled"


def test_a_running_job_that_is_cancelled_stores_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = handed_in(store, tmp_path)
    do = jobs.DOING["import"]

    def cancelled(store: Store, actor: Actor, job: queue.Job, pulse: jobs.Pulse) -> None:
        jobs.cancel(store, SYSTEM, number)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not pulse.asked_to_stop:
            time.sleep(0.05)
        do(store, actor, job, pulse)

    monkeypatch.setitem(jobs.DOING, "import", cancelled)
    assert (number, "cancelled") in finish(store)
    assert count(store) == 0


def test_what_is_stored_is_not_cancelled_any_more(store: Store, tmp_path: Path) -> None:
    with jobs.Pulse(store, jobs.find(store, SYSTEM, handed_in(store, tmp_path))) as pulse:
        with writing(store.engine) as connection:
            pulse.finish(connection, 1)
        pulse._cancelled.set()
        pulse(1, 1, "index")


def test_a_job_without_a_sign_of_life_is_buried(store: Store, tmp_path: Path) -> None:
    numbers = [handed_in(store, tmp_path, source=name) for name in ("dead", "stored", "alive")]
    now = int(time.time())
    with writing(store.engine) as connection:
        for number, beat in zip(numbers, (now - 90, now - 90, now), strict=True):
            connection.execute(update(table).where(table.c.id == number).values(status="running", beat_at=beat))
        connection.execute(update(table).where(table.c.id == numbers[1]).values(result='{"batch": 7}'))
    finish(store)
    dead, stored, alive = (jobs.find(store, SYSTEM, number) for number in numbers)
    assert (dead.status, dead.result["failure"]["code"]) == ("failed", "jobs.abandoned")
    assert (stored.status, stored.result) == ("done", {"batch": 7})
    assert alive.status == "running"


def test_an_import_of_a_source_that_is_being_imported_waits(store: Store, tmp_path: Path) -> None:
    from data_access.importing.storing import batches

    number = handed_in(store, tmp_path)
    job = jobs.next_job(store)
    assert job is not None
    with batches.alone(store.home, "city"):
        assert jobs.do(store, job).status == "waiting"
    assert (number, "done") in finish(store)


def test_a_job_is_done_with_the_roles_that_its_sender_holds_then(store: Store, tmp_path: Path) -> None:
    accounts.add(store, SYSTEM, "ana@ciudad.cl", [Role.ANALYST])
    actor = next(found.actor for found in accounts.every(store, SYSTEM) if found.email == "ana@ciudad.cl")
    number = handed_in(store, tmp_path, actor=actor)
    accounts.set_roles(store, SYSTEM, "ana@ciudad.cl", [Role.OPERATOR])
    finish(store)
    assert jobs.find(store, SYSTEM, number).result["failure"]["code"] == "forbidden"
    assert count(store) == 0


def test_only_those_who_may_import_see_and_stop_jobs(store: Store, tmp_path: Path) -> None:
    number = handed_in(store, tmp_path)
    stranger = Actor(5, "b@c.cl", frozenset({Role.INSPECTOR}))
    for act in (lambda: jobs.find(store, stranger, number), lambda: jobs.cancel(store, stranger, number)):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Forbidden):
        jobs.submit_import(store, stranger, [], READING)
    with pytest.raises(NotFound):
        jobs.find(store, SYSTEM, number + 1)
    with pytest.raises(Invalid, match="no_upload"):
        jobs.submit_import(store, SYSTEM, ["../../etc/passwd"], READING)


WORKER = """
import sys, time
from pathlib import Path
from threading import Event
from data_access.engine import make_engine
from data_access.store import Store
from services import jobs
url, home = sys.argv[1:]
do = jobs.DOING["import"]
class Slow:
    def __init__(self, pulse): self.pulse = pulse
    def __getattr__(self, name): return getattr(self.pulse, name)
    def __call__(self, done, total, step):
        self.pulse(done, total, step)
        if step == "store":
            print("there", flush=True)
            time.sleep(60)
jobs.DOING["import"] = lambda store, actor, job, pulse: do(store, actor, job, Slow(pulse))
jobs.work(Store(make_engine(url), Path(home)), Event())
"""


def test_a_killed_worker_leaves_the_record_as_before_and_its_job_is_told_as_failed(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    number = handed_in(store, tmp_path)
    command = [sys.executable, "-c", WORKER, database_url, str(store.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "there\n"
        worker.send_signal(signal.SIGKILL)
    assert jobs.find(store, SYSTEM, number).status == "running"
    with writing(store.engine) as connection:  # a minute later
        connection.execute(update(table).values(beat_at=1))
    finish(store)
    assert jobs.find(store, SYSTEM, number).result["failure"]["code"] == "jobs.abandoned"
    assert count(store) == 0


def test_sqlite_does_not_keep_a_worker_waiting(sqlite_store: Store, sqlite_url: str) -> None:
    other = make_engine(sqlite_url)
    with writing(other), pytest.raises(Busy), impatient(sqlite_store.engine):
        pass
    with impatient(sqlite_store.engine) as connection:
        assert queue.claim(connection, os.getpid()) is None
    other.dispose()
