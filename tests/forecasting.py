"""A small city with a few hot places, and forecasts of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import update

from analytics.forecast.content import Content
from analytics.forecast.panel import Lattice
from data_access.engine import writing
from data_access.forecast import rows
from data_access.schema import areas
from data_access.store import Store
from domain.forecast.models import BASELINES, MAIN, Model
from domain.forecast.sealed import Sealed, Target
from domain.people import SYSTEM, Actor
from services.forecast import runs
from services.forecast.place import begins_at, zone_of
from tests.incidents import BOX, PRECINCTS, ZONES, Row, row, settle

FIRST = date(2025, 1, 6)  # a Monday
STREET = Target.of(["robbery.street"])
WEEK = timedelta(days=7)
TYPES = ("robbery.street", "robbery.home", "theft.shop", "drugs.offence")
HOUR = 3600


def city(
    weeks: int, per_week: int = 40, seed: int = 5, without: Collection[int] = (), types: Sequence[str] = TYPES
) -> list[Row]:
    """Incidents of some weeks from FIRST on, most of them in a few of a hundred places; nothing in weeks `without`."""
    rng = np.random.default_rng(seed)
    west, south, east, north = BOX
    chance = rng.gamma(0.4, size=100)
    chance /= chance.sum()
    start = int(datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=ZoneInfo(ZONES[1])).timestamp())
    made: list[Row] = []
    for week in (week for week in range(weeks) if week not in without):
        for place in rng.choice(100, size=rng.poisson(per_week), p=chance):
            lon = west + (place % 10 + rng.uniform(0.45, 0.55)) * (east - west) / 10
            lat = south + (place // 10 + rng.uniform(0.45, 0.55)) * (north - south) / 10
            at = start + week * 604_800 + int(rng.integers(0, 7)) * 86_400
            kind = str(rng.choice(types))
            made.append(row(len(made) + 1, at, type=kind, lon=float(lon), lat=float(lat), precinct=""))
    return made


def monday(week: int) -> date:
    return FIRST + week * WEEK


def founded(store: Store, weeks: int, **how: Any) -> Store:
    """An empty record that is given the city, and three precincts that touch and do not overlap."""
    settle(store, city(weeks, **how))
    west, south, east, north = BOX
    width = (east - west) / 3
    with store.engine.begin() as connection:
        for number, code in enumerate(PRECINCTS):
            strip = shapely.box(west + number * width, south - 0.1, west + (number + 1) * width, north + 0.1)
            drawn = update(areas).where(areas.c.code == code).values(geometry=shapely.to_wkb(strip))
            connection.execute(drawn)
    return store


def before(store: Store, week: date, seconds: int = HOUR) -> Callable[[], int]:
    """A clock that stands so long before a week begins; after it where `seconds` are below zero."""
    instant = begins_at(week, zone_of(store)) - seconds
    return lambda: instant


def sealed(store: Store, week: int, target: Target = STREET, actor: Actor = SYSTEM, early: int = HOUR) -> Sealed:
    """A forecast made before the week of this number."""
    return runs.run(store, actor, target, monday(week), now=before(store, monday(week), early))


def invented(
    store: Store, week: int, rates: dict[Model, Sequence[float]], target: Target = STREET, early: int = HOUR
) -> Sealed:
    """A sealed forecast that says what a test wants, for cells in a row in the middle of the city's map."""
    count = len(next(iter(rates.values())))
    where = np.arange(count, dtype=np.int32)
    lattice = Lattice(32719, target.cell, 1388 + where, np.full(count, 25194, np.int32))
    none = np.zeros(count, np.float32)
    facts = {"snapshot": "test", "version": "1", "seed": 0, "parameters": {}, "leader": "ewma", "without": ""}
    content = Content(
        week=monday(week),
        lattice=lattice,
        models=tuple(rates),
        rates=np.array(list(rates.values()), np.float32),
        low=none,
        high=none,
        reasons=(),
        strength=np.zeros((0, count), np.float32),
        areas=(),
        area=np.full(count, -1, np.int32),
        facts=facts,
    )
    instant = begins_at(monday(week), zone_of(store))
    with writing(store.engine) as connection:
        return rows.seal(
            connection, target, monday(week), instant, lambda: instant - early, content.to_bytes(), "test", False, facts
        )


def every(rate: float, main: float) -> dict[Model, Sequence[float]]:
    """Rates of every model in two cells: the baselines alike, the main one its own."""
    return dict.fromkeys(BASELINES, (rate, rate)) | {MAIN: (main, main)}
