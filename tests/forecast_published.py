"""A small demo city with six weeks of forecasts in place of a year, made by the worker and published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event

import pytest

from config.place import place
from data_access.demo import registers as invented
from data_access.desk import Desk
from data_access.engine import make_engine
from data_access.store import Store
from domain.forecast.sealed import Target
from domain.people import SYSTEM
from services import clock, demo, jobs
from services.forecast import demo as year

UNTIL = date(2026, 10, 31)
NOW = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp())
TARGET = Target.of(["robbery", "theft"], 1000)


@contextmanager
def forecast_city(home: Path, record: Path, desk: Path) -> Iterator[tuple[Store, Desk]]:
    """The city in a home, from templates of empty databases; the clock stands at NOW."""
    engines = [make_engine(f"sqlite:///{home / name}") for name in ("atalaya.sqlite", "desk.sqlite")]
    for template, name in ((record, "atalaya.sqlite"), (desk, "desk.sqlite")):
        shutil.copyfile(template, home / name)
    store, held = Store(engines[0], home), Desk(engines[1], home / "desk", ("of the test",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        patch.setattr(year, "configured", lambda code: [TARGET])
        patch.setattr(year, "WEEKS", 6)
        patch.setattr(year, "REFIT", 6)
        demo.load(store, SYSTEM, demo.Wanted(UNTIL, rows=15_000, years=2), production=False)
        with held.writing() as connection:
            invented.load(connection, place(), UNTIL, 7, "system", 1_790_000_000)
        assert jobs.submit_demo_year(store, SYSTEM)
        assert not jobs.submit_demo_year(store, SYSTEM), "it is queued already"
        done: list[jobs.Job] = []
        jobs.work(store, Event(), once=True, tell=done.append, desk=held)
        assert done[-1].status == "done", done[-1].result
        yield store, held
    for engine in engines:
        engine.dispose()
