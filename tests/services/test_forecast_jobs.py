"""Forecasts in the worker: told of while they are made, stopped when asked, begun again when their worker dies."""

from __future__ import annotations

import time
from datetime import date
from threading import Event

import pytest
from sqlalchemy import update

from data_access import jobs as queue
from data_access.engine import writing
from data_access.schema import jobs as table
from data_access.store import Store
from domain.errors import Invalid
from domain.forecast.sealed import Target
from domain.people import SYSTEM, Role
from services import jobs
from services.forecast import runs
from tests.forecasting import STREET, before, founded, monday
from tests.incidents import person


def work(store: Store) -> None:
    jobs.work(store, Event(), once=True)


def submitted(store: Store, week: date | None = None) -> int:
    return jobs.submit_forecast(store, SYSTEM, STREET, week or monday(12))


def left_behind(store: Store, number: int, result: str | None = None) -> None:
    """As a worker leaves a job that dies over it."""
    lost = {"status": "running", "beat_at": int(time.time()) - 90, "result": result}
    with writing(store.engine) as connection:
        connection.execute(update(table).where(table.c.id == number).values(**lost))


def test_a_forecast_is_made_by_the_worker_with_a_log_of_its_steps(store: Store) -> None:
    founded(store, 12)
    number = submitted(store)
    work(store)
    job = jobs.find(store, SYSTEM, number, "forecast")
    one = runs.listing(store, SYSTEM)[0]
    assert (job.status, job.result["forecast"]) == ("done", one.id)
    assert (one.week, one.target, one.actor) == (monday(12), STREET, "system")
    steps = [step for _, step in job.log]
    assert (steps[0], steps[-2:]) == ("counting", ["sealing", "sealed"])
    assert {"weeks_52", "ewma", "boosted"} <= set(steps)
    times = [at for at, _ in job.log]
    assert times == sorted(times)
    assert jobs.forecasts_of(store, SYSTEM)[0].id == number


def test_a_forecast_that_waits_past_its_week_is_of_that_week_and_late(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(sqlite_store, 12)
    monkeypatch.setattr(jobs.clock, "now", before(sqlite_store, monday(12)))
    number = jobs.submit_forecast(sqlite_store, SYSTEM, STREET)
    assert jobs.find(sqlite_store, SYSTEM, number, "forecast").arguments["week"] == monday(12).isoformat()
    monkeypatch.undo()
    work(sqlite_store)  # long after
    (one,) = runs.listing(sqlite_store, SYSTEM)
    assert (one.week, one.late) == (monday(12), True)


def test_what_cannot_be_forecast_fails_with_its_reason_and_seals_nothing(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    number = submitted(sqlite_store, monday(60))
    work(sqlite_store)
    job = jobs.find(sqlite_store, SYSTEM, number, "forecast")
    assert (job.status, job.result["failure"]["code"]) == ("failed", "forecast.stale_data")
    assert job.log[0][1] == "counting"
    assert runs.listing(sqlite_store, SYSTEM) == []
    with pytest.raises(Invalid, match="not_victim_reported"):
        jobs.submit_forecast(sqlite_store, SYSTEM, Target(("drugs.offence",)))


def test_a_forecast_whose_worker_died_waits_again_and_is_sealed_once(store: Store) -> None:
    founded(store, 12)
    number = submitted(store)
    left_behind(store, number, '{"log": [[1, "counting"], [2, "kde"]]}')
    work(store)
    job = jobs.find(store, SYSTEM, number, "forecast")
    assert job.status == "done"
    assert [step for _, step in job.log][:4] == ["counting", "kde", "again", "counting"]
    assert len(runs.listing(store, SYSTEM)) == 1


def test_a_forecast_that_was_sealed_before_its_worker_died_is_done(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    number = submitted(sqlite_store)
    left_behind(sqlite_store, number, '{"forecast": 7, "log": [[1, "counting"], [2, "sealed"]]}')
    work(sqlite_store)
    assert jobs.find(sqlite_store, SYSTEM, number, "forecast").status == "done"
    assert runs.listing(sqlite_store, SYSTEM) == []


def test_a_forecast_that_ends_every_worker_is_given_up(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    number = submitted(sqlite_store)
    left_behind(sqlite_store, number, '{"log": [[1, "counting"], [2, "again"], [3, "again"], [4, "again"]]}')
    work(sqlite_store)
    job = jobs.find(sqlite_store, SYSTEM, number, "forecast")
    assert (job.status, job.result["failure"]["code"]) == ("failed", "jobs.abandoned")


def test_a_worker_that_is_told_to_go_leaves_the_forecast_to_the_next(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(sqlite_store, 12)
    number = submitted(sqlite_store)
    with monkeypatch.context() as patched:

        def told_to_go(*_: object) -> None:
            raise SystemExit(0)

        patched.setitem(jobs.DOING, "forecast", told_to_go)
        with pytest.raises(SystemExit):
            work(sqlite_store)
    assert jobs.find(sqlite_store, SYSTEM, number, "forecast").status == "waiting"
    work(sqlite_store)
    assert jobs.find(sqlite_store, SYSTEM, number, "forecast").status == "done"


def test_a_forecast_stops_when_asked_and_seals_nothing(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    founded(sqlite_store, 12)
    number, do = submitted(sqlite_store), jobs.DOING["forecast"]

    def cancelled(store: Store, actor: object, job: queue.Job, pulse: jobs.Pulse) -> None:
        jobs.cancel(store, SYSTEM, number, "forecast")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not pulse.asked_to_stop:
            time.sleep(0.05)
        do(store, SYSTEM, job, pulse)

    monkeypatch.setitem(jobs.DOING, "forecast", cancelled)
    work(sqlite_store)
    assert jobs.find(sqlite_store, SYSTEM, number, "forecast").status == "cancelled"
    assert runs.listing(sqlite_store, SYSTEM) == []


def test_a_forecast_left_by_its_worker_and_cancelled_meanwhile_is_not_begun_again(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    number = submitted(sqlite_store)
    left_behind(sqlite_store, number)
    jobs.cancel(sqlite_store, SYSTEM, number, "forecast")
    work(sqlite_store)
    assert jobs.find(sqlite_store, SYSTEM, number, "forecast").status == "cancelled"
    assert runs.listing(sqlite_store, SYSTEM) == []


def test_the_log_of_a_running_forecast_is_written_and_never_over_its_result(store: Store) -> None:
    founded(store, 9)
    number = submitted(store)
    with writing(store.engine) as connection:
        queue.claim(connection, 5)
        queue.tell(connection, number, [(5, "counting")])
    assert jobs.find(store, SYSTEM, number, "forecast").log == [(5, "counting")]
    with writing(store.engine) as connection:
        queue.came_to(connection, number, {"forecast": 3, "log": [(5, "counting"), (6, "sealed")]}, 6)
        queue.tell(connection, number, [(5, "counting"), (6, "kde")])
    assert jobs.find(store, SYSTEM, number, "forecast").result["forecast"] == 3


def test_the_work_is_done_with_the_roles_that_the_asker_holds_when_it_is_done(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    number = jobs.submit_forecast(sqlite_store, person(Role.ANALYST), STREET, monday(12))
    work(sqlite_store)
    job = jobs.find(sqlite_store, SYSTEM, number, "forecast")
    assert (job.status, job.result["failure"]["code"]) == ("failed", "forbidden")
