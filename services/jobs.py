"""Long work in the background: asked for here, done by `atalaya work`."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import date
from threading import Event, Thread
from typing import Any, TypeVar

from sqlalchemy import Connection

from data_access import accounts
from data_access import jobs as queue
from data_access.desk import Desk
from data_access.engine import Busy, impatient, writing
from data_access.index import refresh
from data_access.jobs import AGAIN, LOG, Job, Line
from data_access.store import Store
from domain.errors import DomainError, Forbidden, Invalid, NotFound
from domain.forecast.sealed import Sealed, Target
from domain.people import SYSTEM, Actor, Permission, require
from services import clock, imports, releases, uploads
from services.forecast import demo as year
from services.forecast import runs
from services.forecast.place import coming_week, zone_of
from services.imports import Reading

__all__ = ["Job"]

T = TypeVar("T")

log = logging.getLogger(__name__)

NEEDS = {
    "import": Permission.IMPORT,
    "release": Permission.RELEASES,
    "forecast": Permission.FORECAST_RUN,
    "demo": Permission.FORECAST_RUN,
}
# A worker that dies leaves nothing half done: another begins again, or goes on where the year was left.
BEGUN_AGAIN = frozenset({"forecast", "demo"})
BEAT_SECONDS = 0.5
DEAD_SECONDS = 60  # without a sign of life
IDLE_SECONDS = 1.0


def submit(store: Store, actor: Actor, kind: str, arguments: Mapping[str, Any]) -> int:
    """Queue a piece of work for the worker; the job's number. Raises Forbidden."""
    require(actor, NEEDS[kind])
    with writing(store.engine) as connection:
        return queue.add(connection, kind, actor.email, actor.id, arguments, clock.now())


def submit_import(store: Store, actor: Actor, tokens: list[str], reading: Reading) -> int:
    """Queue an import of uploaded files. Raises Forbidden, or Invalid where an upload is gone."""
    require(actor, Permission.IMPORT)
    for token in tokens:
        uploads.path(store, actor, token)
    return submit(store, actor, "import", {"uploads": tokens, "reading": vars(reading)})


def submit_release(store: Store, actor: Actor, place: str, correction: bool) -> int:
    """Queue the building of a release; `place` is what the settings call the city. Raises Forbidden."""
    return submit(store, actor, "release", {"place": place, "correction": correction})


def submit_forecast(store: Store, actor: Actor, target: Target, week: date | None = None) -> int:
    """Queue a forecast of a week by its Monday, or of the one that is coming now: made too late, it is of that week and
    marked late. Raises Forbidden, Invalid for the target."""
    require(actor, Permission.FORECAST_RUN)
    target = Target.of(target.codes, target.cell)
    week = week or coming_week(clock.now(), zone_of(store))
    arguments = {"target": target.code, "cell": target.cell, "week": week.isoformat()}
    return submit(store, actor, "forecast", arguments)


def submit_demo_year(store: Store, actor: Actor) -> bool:
    """Queue the demo's year of forecasts where it is wanting and not queued yet. Raises Forbidden."""
    require(actor, Permission.FORECAST_RUN)
    if demo_year_under_way(store) or not year.is_wanted(store):
        return False
    submit(store, actor, "demo", {})
    return True


def demo_year_under_way(store: Store) -> Job | None:
    """The demo's year that is being made, or waits to be. Anybody may know: pages without forecasts say so."""
    with store.engine.connect() as connection:
        held = queue.listing(connection, SYSTEM.id)
    return next((job for job in held if job.kind == "demo" and not job.ended), None)


def find(store: Store, actor: Actor, id: int, kind: str = "import") -> Job:
    """A job of a kind. Raises Forbidden without the permission that the kind needs, or NotFound."""
    require(actor, NEEDS[kind])
    with store.engine.connect() as connection:
        job = queue.get(connection, id)
    if job.kind != kind:
        raise NotFound("jobs.unknown", job=str(id))
    return job


def own(store: Store, actor: Actor) -> list[Job]:
    """One's own imports, newest first. Raises Forbidden."""
    require(actor, Permission.IMPORT)
    return _of(store, actor, "import")


def releases_of(store: Store, actor: Actor) -> list[Job]:
    """The releases that one asked for, newest first; none for who only reads them. Raises Forbidden."""
    require(actor, Permission.RELEASES_READ)
    return _of(store, actor, "release")


def forecasts_of(store: Store, actor: Actor) -> list[Job]:
    """The forecasts that one asked for, newest first. Raises Forbidden."""
    require(actor, Permission.FORECAST_RUN)
    return _of(store, actor, "forecast")


def _of(store: Store, actor: Actor, kind: str) -> list[Job]:
    with store.engine.connect() as connection:
        return [job for job in queue.listing(connection, actor.id) if job.kind == kind]


def cancel(store: Store, actor: Actor, id: int, kind: str = "import") -> None:
    """Ask a job to stop; what it did is rolled back. Raises Forbidden or NotFound."""
    find(store, actor, id, kind)
    with writing(store.engine) as connection:
        queue.cancel(connection, id, clock.now())


# --- the worker ------------------------------------------------------------------------------------------------


def work(
    store: Store,
    stop: Event,
    once: bool = False,
    tell: Callable[[Job], None] = lambda job: None,
    between: Callable[[], None] = lambda: None,
    desk: Desk | None = None,
) -> None:
    """Do waiting jobs until `stop` is set, or with `once` until none waits. Several workers may share a queue.

    `between` is called before each job and while none waits.
    """
    imports.bury(store)
    while not stop.is_set():
        between()
        job = next_job(store)
        if job is not None:
            tell(job)
            tell(do(store, job, desk))
        elif once:
            return
        else:
            stop.wait(IDLE_SECONDS)


def next_job(store: Store) -> Job | None:
    """Close the jobs of workers that died and claim the oldest that waits, if any."""
    now = clock.now()

    def turn(connection: Connection) -> tuple[list[Job], Job | None]:
        dead = queue.abandoned(connection, now - DEAD_SECONDS, now, BEGUN_AGAIN)
        return dead, queue.claim(connection, now)

    dead, job = _patiently(store, turn)
    if any(found.status == "done" and found.kind == "import" for found in dead):
        refresh(store)
    return job


def _patiently(store: Store, act: Callable[[Connection], T]) -> T:
    """Do something short in the record, however long another import holds it."""
    while True:
        try:
            with impatient(store.engine) as connection:
                return act(connection)
        except Busy:
            time.sleep(BEAT_SECONDS)


def do(store: Store, job: Job, desk: Desk | None = None) -> Job:
    """Do one claimed job and close it; whatever happens in it, the worker lives on."""
    status, result = "done", None
    with Pulse(store, job, desk) as pulse:
        try:
            DOING[job.kind](store, _actor(store, job), job, pulse)
        except DomainError as problem:
            status = "cancelled" if problem.code == "import.cancelled" else "failed"
            result = _failure(problem.code, problem.details)
            if problem.code == "import.busy":
                status = "waiting"
        except Exception:
            mark = secrets.token_hex(4)
            log.exception("Job %s failed, %s", job.id, mark)
            status, result = "failed", _failure("unexpected", {"id": mark})
        except BaseException:
            _leave(store, job)
            raise
    if result is not None and pulse.log:
        result |= {LOG: pulse.log}
    return _close(store, job, status, result)


def _leave(store: Store, job: Job) -> None:
    """The worker is told to go while it works."""
    if job.kind in BEGUN_AGAIN and queue.may_begin_again(job):
        _close(store, job, "waiting", None)
    else:
        _close(store, job, "failed", _failure("jobs.abandoned", {}))


def _close(store: Store, job: Job, status: str, result: dict[str, Any] | None) -> Job:
    def act(connection: Connection) -> Job:
        if status == "waiting":
            queue.release(connection, job.id)
        else:
            queue.close(connection, job.id, status, clock.now(), result)
        return queue.get(connection, job.id)

    return _patiently(store, act)


def _failure(code: str, details: Mapping[str, object]) -> dict[str, Any]:
    return {"failure": {"code": code, "details": {name: str(value) for name, value in details.items()}}}


def _actor(store: Store, job: Job) -> Actor:
    """Who asked, with the roles that they hold now."""
    if job.actor_id == SYSTEM.id:
        return SYSTEM
    with store.engine.connect() as connection:
        account = accounts.find(connection, job.actor)
    if account is None or not account.active:
        raise Forbidden("forbidden", permission=str(NEEDS[job.kind]))
    return account.actor


class Pulse:
    """Tells from a thread of its own how far a job is, and hears whether it should stop."""

    def __init__(self, store: Store, job: Job, desk: Desk | None = None) -> None:
        self._store, self.job, self.desk = store, job.id, desk
        self._keeps_log, self._told = job.kind in BEGUN_AGAIN, 0
        self.log: list[Line] = [*job.log, (clock.now(), AGAIN)] if job.log else []
        self._now = (0, 0, "")
        self._cancelled, self._stored, self._over = Event(), Event(), Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def asked_to_stop(self) -> bool:
        return self._cancelled.is_set() and not self._stored.is_set()

    def __call__(self, done: int, total: int, step: str) -> None:
        """Progress as the work itself tells it; raises Invalid once the job should stop."""
        self._now = done, total, step
        if self._keeps_log and (not self.log or self.log[-1][1] != step):
            self.log.append((clock.now(), step))
        if self.asked_to_stop:
            raise Invalid("import.cancelled")

    def finish(self, connection: Connection, batch: int) -> None:
        """Last act of the work's own transaction."""
        queue.came_to(connection, self.job, {"batch": batch}, clock.now())
        self._stored.set()

    def sealed(self, connection: Connection, sealed: Sealed) -> None:
        """Last act of the transaction that seals a forecast."""
        self.log.append((clock.now(), "sealed"))
        queue.came_to(connection, self.job, {"forecast": sealed.id, LOG: self.log}, clock.now())
        self._stored.set()

    def _tell(self, connection: Connection) -> None:
        lines = list(self.log)
        if len(lines) > self._told and not self._stored.is_set():
            queue.tell(connection, self.job, lines)
            self._told = len(lines)

    def _run(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                with impatient(self._store.engine) as connection:
                    if queue.beat(connection, self.job, *self._now, clock.now()):
                        self._cancelled.set()
                    self._tell(connection)
            except Busy:  # the work itself is writing
                continue


def _import(store: Store, actor: Actor, job: Job, pulse: Pulse) -> None:
    tokens, reading = job.arguments["uploads"], Reading(**job.arguments["reading"])
    paths = [uploads.path(store, actor, token) for token in tokens]
    imports.load(store, actor, paths, reading, progress=pulse, finish=pulse.finish)
    for token in tokens:
        uploads.discard(store, actor, token)


def _release(store: Store, actor: Actor, job: Job, pulse: Pulse) -> None:
    if pulse.desk is None:
        raise Invalid("release.no_desk")
    made = releases.build(store, pulse.desk, actor, job.arguments["place"], job.arguments["correction"], pulse)
    with writing(store.engine) as connection:
        queue.came_to(connection, job.id, {"release": made.number}, clock.now())


def _forecast(store: Store, actor: Actor, job: Job, pulse: Pulse) -> None:
    asked = job.arguments
    week = date.fromisoformat(asked["week"])
    runs.run(store, actor, Target.parse(asked["target"], asked["cell"]), week, pulse, finish=pulse.sealed)


def _demo(store: Store, actor: Actor, job: Job, pulse: Pulse) -> None:
    year.fill(store, actor, pulse)
    if pulse.desk is not None:
        year.tell_register(store, pulse.desk, actor)
        releases.publish_demo(store, pulse.desk)
    with writing(store.engine) as connection:
        queue.came_to(connection, job.id, {}, clock.now())


DOING: dict[str, Callable[[Store, Actor, Job, Pulse], None]] = {
    "import": _import,
    "release": _release,
    "forecast": _forecast,
    "demo": _demo,
}
