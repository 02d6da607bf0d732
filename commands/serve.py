"""`atalaya serve`: gunicorn with the settings of this installation, and the job worker beside it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from config.settings import Settings
from data_access.desk import Desk
from data_access.migrate import DESK, require_head, upgrade
from data_access.store import Store
from domain.errors import Forbidden, Stale
from domain.filter import Filter
from domain.people import SYSTEM
from locales import LANGUAGES, Words
from services.accounts import any_demo, ensure_demo
from services.ground import ground
from services.incidents import explore

GRACE = 30  # seconds that a request under way is given when the server stops


@click.command()
@click.option(
    "--demo", "with_demo", is_flag=True, help="First migrate, and load the demo city if there is nothing else."
)
def command(with_demo: bool) -> None:
    """Serve the portal until it is told to stop."""
    settings = Settings.from_environment()
    portal, desk = Portal(settings), Desk.open(settings)
    if settings.face != "public":
        _examine(settings, desk, with_demo)
    require_head(desk.engine, DESK)
    desk.engine.dispose()
    portal.run()


def _examine(settings: Settings, desk: Desk, with_demo: bool) -> None:
    """The record that staff's pages need; the process that serves the public alone never opens it."""
    store = Store.open(settings)
    if with_demo:
        _prepare(settings, store, desk)
    require_head(store.engine)
    if settings.production and any_demo(store):
        raise Forbidden("serve.demo_accounts")
    store.engine.dispose()


def _prepare(settings: Settings, store: Store, desk: Desk) -> None:
    """What `make run` does before it serves."""
    from services import demo, demo_desk, jobs

    upgrade(store.engine)
    upgrade(desk.engine, DESK)
    if demo.is_empty(store):
        wanted = demo.Wanted(demo.yesterday())
        demo.load(store, SYSTEM, wanted, settings.production, lambda step: _say(f"demo.step.{step}"))
    demo.complete(store, SYSTEM, lambda step: _say(f"demo.step.{step}"))
    demo_desk.complete(store, desk, SYSTEM, settings.production, lambda step: _say(f"demo.step.{step}"))
    if not settings.production and jobs.submit_demo_year(store, SYSTEM):
        _say("demo.step.forecasts")
    _say("serve.starting")


def _say(key: str, **parts: object) -> None:
    """A sentence in every language: nobody has said yet which is theirs."""
    click.echo(" / ".join(Words(spoken).text(key, **parts) for spoken in LANGUAGES))


class Portal(BaseApplication):
    """gunicorn around `app:server`, which the first process makes once: its workers share that memory."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.listener = None if "LISTEN_FDS" in os.environ else _listen(settings.host, settings.port)
        self.worker: subprocess.Popen[bytes] | None = None
        super().__init__()

    def load_config(self) -> None:
        chosen: dict[str, Any] = {
            "proc_name": "atalaya",
            "worker_class": "gthread",
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "preload_app": True,
            "timeout": 120,
            "graceful_timeout": GRACE,
            "keepalive": 75,  # longer than a proxy or a reader pauses: a connection is not closed under a request
            "limit_request_line": 8190,  # a drawn area is part of the address
            "loglevel": "info" if self.settings.production else "warning",
            "control_socket_disable": True,
            "when_ready": self.before_workers,
            "post_worker_init": begin,
            "on_exit": self.after_workers,
        }
        if self.listener is not None:
            chosen["bind"] = f"fd://{self.listener.fileno()}"
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return import_app("app:server")

    def before_workers(self, arbiter: Any) -> None:
        """What the first answer loads, the workers share; a connection to the database they must not."""
        answer_once(self.wsgi(), arbiter.log)
        house = self.wsgi().extensions["atalaya"]
        for engine in (house.desk.engine, house.store and house.store.engine):
            if engine is not None:
                engine.dispose()
        if house.store is not None and not self.settings.work_apart:
            self.worker = _start_work()

    def after_workers(self, _arbiter: Any) -> None:
        if self.worker is not None and self.worker.poll() is None:
            self.worker.terminate()
            self.worker.wait(GRACE)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise Stale("serve.address", host=host, port=str(port), reason=error.strerror or str(error)) from error
    return listener


def _start_work() -> subprocess.Popen[bytes]:
    """The job worker, which the kernel ends should this process be killed."""
    tied = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    command = [*tied, sys.executable, "-c", "import commands; commands.main()", "work"]
    # A session of its own: Ctrl-C reaches the server alone, which then tells the worker.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603


def answer_once(server: Any, log: Any) -> None:
    """Ask for the first page and the first map, so that no person waits for imports, index and connection."""
    store = server.extensions["atalaya"].store
    try:
        server.test_client().get("/")
        if store is not None:
            explore(store, SYSTEM, Filter.from_query({}, ground(store)))
    except Exception:
        log.exception("The first answer failed; /healthz tells when the portal is ready")


def begin(worker: Any) -> None:
    """A worker answers once before it takes requests; the first one of all tells where the portal is."""
    answer_once(worker.wsgi, worker.log)
    house = worker.wsgi.extensions["atalaya"]
    if worker.age == 1 and not house.settings.production:
        host, port = worker.sockets[0].getsockname()[:2]
        _invite(house.store, house.settings.face, f"http://{host}:{port}")


def _invite(store: Store | None, face: str, address: str) -> None:
    """What a person who started the portal needs to know; where to click comes last."""
    if store is not None and any_demo(store):
        accounts = ensure_demo(store)
        _say("serve.demo", password=accounts[0][1])
        for email, _, _ in accounts:
            click.echo(f"  {email}")
    if face != "staff":
        _say("serve.public", address=address)
    if face != "public":
        _say("serve.staff", address=f"{address}/login")
