"""A published release of a small demo city with its registers and some requests, as the portal itself builds it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection

from config.place import place
from data_access.demo import registers
from data_access.desk import Desk
from data_access.engine import make_engine
from data_access.migrate import DESK, upgrade
from data_access.store import Store
from domain.footage.states import Resolution, Status
from domain.people import SYSTEM
from services import demo, releases
from tests.requests import a_request

UNTIL = date(2026, 9, 30)
ROWS = 30_000
QUARTER = int(datetime(2026, 4, 10, tzinfo=UTC).timestamp())
DAY = 86_400


def publish(home: Path) -> Path:
    """The folder of releases under a home whose record and desk are made for it; the record is left where it is."""
    store = Store(make_engine(f"sqlite:///{home / 'atalaya.sqlite'}"), home)
    desk = Desk(make_engine(f"sqlite:///{home / 'desk.sqlite'}"), home / "desk", ("of the test",))
    upgrade(store.engine)
    upgrade(desk.engine, DESK)
    demo.load(store, SYSTEM, demo.Wanted(UNTIL, rows=ROWS), production=False)
    now = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())
    with desk.writing() as connection:
        registers.load(connection, place(), date(2026, 11, 20), 7, "system", now)
        for number in range(40):
            _ask(connection, desk, number)
    releases.publish_demo(store, desk)
    for engine in (store.engine, desk.engine):
        engine.dispose()
    return store.releases


def _ask(connection: Connection, desk: Desk, number: int) -> None:
    received = QUARTER + number * DAY
    closed = {"status": Status.DELIVERED, "resolution": Resolution.FULL, "closed_at": received + 9 * DAY}
    values = closed if number % 3 else {}
    a_request(connection, desk, f"F{number:04d}", received_at=received, synthetic=True, **values)
