"""The queue of long work: asked for in a page, claimed by one worker, told of while it runs.

A worker tells every few seconds that it is alive. A running job whose last sign is old was left by a worker that
died; its transaction died with it, unless the job's result was written in that same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from data_access.schema import jobs
from domain.errors import NotFound

ENDED = ("done", "failed", "cancelled")


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


def abandoned(connection: Connection, before: int, at: int) -> list[Job]:
    """Close the running jobs without a sign of life since an instant, and return them as they are now."""
    dead = jobs.c.status == "running", jobs.c.beat_at < before
    found = [_job(row) for row in connection.execute(select(jobs).where(*dead).with_for_update())]
    failure = {"failure": {"code": "jobs.abandoned", "details": {}}}
    for job in found:
        if job.result:  # its work was stored; only the word of it was missing
            close(connection, job.id, "done", at)
        else:
            close(connection, job.id, "failed", at, failure)
    return [get(connection, job.id) for job in found]
