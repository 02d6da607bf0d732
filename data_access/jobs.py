"""The queue of long work: asked for in a page, claimed by one worker, told of while it runs.

A worker tells every few seconds that it is alive. A running job whose last sign is old was left by a worker that
died; its transaction died with it, unless the job's result was written in that same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from data_access.schema import jobs
from domain.errors import NotFound

ENDED = ("done", "failed", "cancelled")
LOG = "log"  # in a result: what a running job tells, one line after the other
AGAIN = "again"  # the line of a job that is begun again
MOST_AGAIN = 3  # times, for whatever ends its worker each time

Line = tuple[int, str]  # an instant and a step


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `done` of `total` in the unit of `step`; `result` holds what came of it or a `failure`."""

    id: int
    kind: str
    status: str
    actor: str
    actor_id: int
    arguments: dict[str, Any]
    done: int
    total: int | None
    step: str
    cancel: bool
    result: dict[str, Any]
    created_at: int
    beat_at: int | None
    finished_at: int | None

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def log(self) -> list[Line]:
        """What the job told so far: when, and which step it began."""
        return [(at, step) for at, step in self.result.get(LOG, [])]

    @property
    def is_stored(self) -> bool:
        """Whether what the job is for was written down, whatever became of its worker."""
        return bool(self.result.keys() - {LOG})


def _job(row: Row[Any]) -> Job:
    plain = row._asdict()
    plain["arguments"], plain["result"] = json.loads(plain["arguments"]), json.loads(plain["result"] or "{}")
    return Job(**plain)


def add(connection: Connection, kind: str, actor: str, actor_id: int, arguments: Mapping[str, Any], at: int) -> int:
    row = {"kind": kind, "status": "waiting", "actor": actor, "actor_id": actor_id, "created_at": at}
    made = insert(jobs).values(row | {"arguments": json.dumps(arguments)}).returning(jobs.c.id)
    return int(connection.execute(made).scalar_one())


def get(connection: Connection, id: int) -> Job:
    """The job with this number; raises NotFound."""
    row = connection.execute(select(jobs).where(jobs.c.id == id)).first()
    if row is None:
        raise NotFound("jobs.unknown", job=str(id))
    return _job(row)


def listing(connection: Connection, actor_id: int, limit: int = 20) -> list[Job]:
    """A person's jobs, newest first."""
    mine = select(jobs).where(jobs.c.actor_id == actor_id).order_by(jobs.c.id.desc()).limit(limit)
    return [_job(row) for row in connection.execute(mine)]


def claim(connection: Connection, at: int) -> Job | None:
    """Take the oldest waiting job; in a writing transaction no two workers get the same one."""
    waiting = select(jobs.c.id).where(jobs.c.status == "waiting").order_by(jobs.c.id).limit(1)
    id = connection.scalar(waiting.with_for_update(skip_locked=True))
    if id is None:
        return None
    connection.execute(update(jobs).where(jobs.c.id == id).values(status="running", beat_at=at))
    return get(connection, id)


def beat(connection: Connection, id: int, done: int, total: int, step: str, at: int) -> bool:
    """Tell that a job is alive and how far it is; whether it has been asked to stop."""
    values = {"done": done, "total": total, "step": step, "beat_at": at}
    asked = update(jobs).where(jobs.c.id == id).values(values).returning(jobs.c.cancel)
    return bool(connection.scalar(asked))


def tell(connection: Connection, id: int, log: Sequence[Line]) -> None:
    """Write down what a running job has told so far; nothing once it has come to something."""
    came = jobs.c.result.is_not(None) & jobs.c.result.not_like(f'{{"{LOG}": %')
    told = update(jobs).where(jobs.c.id == id, jobs.c.status == "running", ~came)
    connection.execute(told.values(result=json.dumps({LOG: log})))


def came_to(connection: Connection, id: int, result: Mapping[str, Any], at: int) -> None:
    """Write what a job came to in the transaction that made it so; the worker closes the job after that."""
    connection.execute(update(jobs).where(jobs.c.id == id).values(result=json.dumps(result), beat_at=at))


def close(connection: Connection, id: int, status: str, at: int, result: Mapping[str, Any] | None = None) -> None:
    values: dict[str, Any] = {"status": status, "finished_at": at, "beat_at": at}
    if result is not None:
        values["result"] = json.dumps(result)
    connection.execute(update(jobs).where(jobs.c.id == id).values(values))


def release(connection: Connection, id: int) -> None:
    """Put a claimed job back in the queue."""
    connection.execute(update(jobs).where(jobs.c.id == id).values(status="waiting", beat_at=None))


def cancel(connection: Connection, id: int, at: int) -> None:
    """Ask a job to stop: a waiting one is over at once, a running one stops at its next sign of life."""
    waiting = update(jobs).where(jobs.c.id == id, jobs.c.status == "waiting")
    if not connection.execute(waiting.values(status="cancelled", finished_at=at, cancel=True)).rowcount:
        connection.execute(update(jobs).where(jobs.c.id == id, jobs.c.status == "running").values(cancel=True))


def abandoned(connection: Connection, before: int, at: int, again: Collection[str] = ()) -> list[Job]:
    """Close the running jobs without a sign of life since an instant, and return them as they are now.

    Those of the kinds `again`, which leave nothing half done, wait for another worker in its place.
    """
    dead = jobs.c.status == "running", jobs.c.beat_at < before
    found = [_job(row) for row in connection.execute(select(jobs).where(*dead).with_for_update())]
    for job in found:
        if job.is_stored:  # only the word of it was missing
            close(connection, job.id, "done", at)
        elif job.kind in again and job.cancel:
            close(connection, job.id, "cancelled", at)
        elif job.kind in again and may_begin_again(job):
            release(connection, job.id)
        else:
            failure = {"failure": {"code": "jobs.abandoned", "details": {}}}
            close(connection, job.id, "failed", at, failure | ({LOG: job.log} if job.log else {}))
    return [get(connection, job.id) for job in found]


def may_begin_again(job: Job) -> bool:
    return sum(step == AGAIN for _, step in job.log) < MOST_AGAIN
