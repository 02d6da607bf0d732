"""`atalaya work`: the worker that does what pages ask for."""

from __future__ import annotations

import signal
import sys
from threading import Event

import click

from commands import language
from commands.opened import opened, opened_desk
from config.settings import Settings
from locales import Words
from services import jobs
from services.footage.upkeep import Upkeep
from services.jobs import Job


@click.command()
@click.option("--once", is_flag=True, help="Do what waits and leave.")
def command(once: bool) -> None:
    """Do the long work that pages ask for, send letters, delete what is due. Several workers may share one record."""
    store = opened()
    words = Words(language())
    stop = Event()

    def leave(_number: int, _frame: object) -> None:
        stop.set()
        sys.exit(0)  # a job under way is rolled back and told as failed

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    click.echo(words.text("imports.jobs.ready"), err=True)
    desk = opened_desk()
    upkeep = Upkeep(desk, Settings.from_environment(), store)
    jobs.work(store, stop, once, lambda job: click.echo(_told(words, job)), upkeep, desk)


def _told(words: Words, job: Job) -> str:
    parts: dict[str, object] = {"job": str(job.id), "kind": job.kind}
    if job.status == "failed":
        failure = job.result["failure"]
        parts["reason"] = words.text(f"errors.{failure['code']}", **failure["details"])
    return words.text(f"imports.jobs.{job.status}", **parts)
