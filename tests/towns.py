"""Two published towns that attacks are tried on: the demo city in small, and a borough of Mexico City as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from analytics.forecast.panel import WEEK
from data_access.desk import Desk
from data_access.engine import make_engine
from data_access.migrate import DESK, upgrade
from data_access.store import Store
from domain.forecast.sealed import Target
from domain.people import SYSTEM
from services import clock, demo, imports, releases
from services.forecast import runs, scoring
from services.forecast.place import begins_at, zone_of
from services.forecast.published import Quarter
from services.imports import Reading
from tests.releasing import BUILDER, SECOND, instant

NOW = instant("2026-11-20")
UNTIL = date(2026, 10, 31)


@contextmanager
def opened(home: Path) -> Iterator[tuple[Store, Desk]]:
    """The record and the desk that lie under a home."""
    store = Store(make_engine(f"sqlite:///{home / 'atalaya.sqlite'}"), home)
    desk = Desk(make_engine(f"sqlite:///{home / 'desk.sqlite'}"), home / "desk", ("of the test",))
    yield store, desk
    store.engine.dispose()
    desk.engine.dispose()


@contextmanager
def copied(home: Path, to: Path) -> Iterator[tuple[Store, Desk]]:
    """A town of one's own to change, on the day that it was published."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("*-wal", "*-shm"))  # of who reads it at this moment
    with pytest.MonkeyPatch.context() as patch, opened(to) as held:
        patch.setattr(clock, "now", lambda: NOW)
        yield held


def invented(home: Path) -> Path:
    """The demo city, published by the program itself."""
    with _new(home) as (store, desk):
        demo.load(store, SYSTEM, demo.Wanted(UNTIL, rows=12_000, years=2), production=False)
        releases.publish_demo(store, desk)
    return home


def real(home: Path, shared_data: Path) -> Path:
    """Milpa Alta, built by one person and approved by another."""
    with _new(home) as (store, desk):
        path = shared_data / "cdmx-carpetas-2019-2024" / "milpa_alta.tar.gz"
        imports.load(store, SYSTEM, [path], Reading(profile="mexico-city"))
        releases.approve(store, SECOND, releases.build(store, desk, BUILDER).number)
    return home


def foreseen(store: Store, quarter: Quarter, target: Target) -> None:
    """Forecasts of the weeks of a quarter, each sealed on the evening before it, and scored long after."""
    zone, start = zone_of(store), quarter.window.start
    monday = start + timedelta(days=-start.weekday() % 7)
    weeks = [monday + n * WEEK for n in range(13) if quarter.holds(monday + n * WEEK)]
    fitted = runs.fit(store, SYSTEM, target, weeks[0])
    for week in weeks:
        eve = begins_at(week, zone) - 6 * 3600
        runs.run(store, SYSTEM, target, week, now=lambda at=eve: at, fitted=fitted)  # type: ignore[misc]
    scoring.score(store, SYSTEM, target)


@contextmanager
def _new(home: Path) -> Iterator[tuple[Store, Desk]]:
    with pytest.MonkeyPatch.context() as patch, opened(home) as (store, desk):
        patch.setattr(clock, "now", lambda: NOW)
        upgrade(store.engine)
        upgrade(desk.engine, DESK)
        yield store, desk
