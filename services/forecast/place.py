"""What every forecast asks of the city: its clock, its weeks, and whether its incidents are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.place import Place, place
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.errors import Invalid
from domain.forecast.sealed import Target
from services.here import here


def is_synthetic(snapshot: Snapshot) -> bool:
    return bool(snapshot.manifest["facts"]["synthetic"])


def zone_of(store: Store) -> ZoneInfo:
    """The city's clock: its sources' own, or the demo's."""
    return ZoneInfo(here(store, "", "es").zone)


def begins_at(week: date, zone: ZoneInfo) -> int:
    """The instant at which a week begins on the city's clock."""
    return int(datetime(week.year, week.month, week.day, tzinfo=zone).timestamp())


def ends_at(week: date, zone: ZoneInfo) -> int:
    """The instant at which it is over; a week in which the clock is set is an hour longer or shorter."""
    return begins_at(week + timedelta(days=7), zone)


def coming_week(now: int, zone: ZoneInfo) -> date:
    """The next Monday on the city's clock: never today."""
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    return today + timedelta(days=7 - today.weekday())


def check_week(week: date) -> date:
    """A week is named by its Monday; raises Invalid."""
    if week.weekday():
        monday = week - timedelta(days=week.weekday())
        raise Invalid("forecast.week", week=week.isoformat(), monday=monday.isoformat())
    return week


def configured(code: str) -> list[Target]:
    """What a city has chosen to forecast; raises Invalid for what may not be forecast."""
    chosen: Place = place(code)
    return [Target.parse(one.codes, one.cell) for one in chosen.forecasts]
