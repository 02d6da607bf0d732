"""The synthetic demo city: loaded, removed, asked for. It is never counted together with real incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.place import place
from data_access import index
from data_access.deliveries import synthetic
from data_access.demo import deliveries, record
from data_access.demo.record import ROWS, SEED, YEARS, Wanted
from data_access.engine import writing
from data_access.store import Store
from domain.errors import Forbidden, Invalid
from domain.people import Actor, Permission, Role, require
from domain.tables import Kind
from services import accounts, clock, revisions
from services.audit import note

PLACE = "santiago"
MOST_ROWS, MOST_YEARS = 20_000_000, 20
Step = Callable[[str], None]

__all__ = ["ROWS", "SEED", "YEARS", "Wanted", "complete", "is_empty", "is_loaded", "load", "remove", "yesterday"]


def yesterday() -> date:
    """The last whole day in the demo city."""
    return (datetime.fromtimestamp(clock.now(), UTC).astimezone(ZoneInfo(place(PLACE).zone)) - timedelta(days=1)).date()


def is_loaded(store: Store) -> bool:
    """Whether the demo city is in the record. Anybody may know: every page tells that its data are synthetic."""
    with store.engine.connect() as connection:
        return record.is_loaded(connection)


def is_empty(store: Store) -> bool:
    """Whether there are no incidents, real or synthetic."""
    with store.engine.connect() as connection:
        return not record.is_loaded(connection) and not record.is_real(connection)


def load(
    store: Store, actor: Actor, wanted: Wanted, production: bool, step: Step = lambda name: None
) -> tuple[int, list[tuple[str, str, Role]]]:
    """Load the demo city in the place of the one there is, its index and its accounts.

    Returns the number of incidents and the accounts: address, password, role. `step` is told "incidents", "index",
    "adoption" and "accounts" as they begin. Raises Forbidden without permission or in production, where everybody
    would know a password, and Invalid where real incidents are loaded.
    """
    require(actor, Permission.IMPORT)
    require(actor, Permission.AREAS)
    if production:
        raise Forbidden("demo.production")
    _check(wanted)
    step("incidents")
    with writing(store.engine) as connection:
        if record.is_real(connection):
            raise Invalid("demo.real")
        count = record.load(connection, place(PLACE), wanted, actor.email, clock.now())
        note(connection, actor, "demo.loaded", until=wanted.until.isoformat(), rows=count, seed=wanted.seed)
    step("index")
    index.refresh(store, full=True)
    step("adoption")
    _tell_adoption(store, actor, wanted)
    step("accounts")
    return count, accounts.ensure_demo(store)


def complete(store: Store, actor: Actor, step: Step = lambda name: None) -> None:
    """Add what a demo city that an earlier release loaded does not tell: adoption and surveys. Raises Forbidden."""
    require(actor, Permission.IMPORT)
    require(actor, Permission.AREAS)
    with store.engine.connect() as connection:
        wanted, told = record.wanted(connection), deliveries.are_there(connection)
    if wanted and not told:
        step("adoption")
        _tell_adoption(store, actor, wanted)


def _tell_adoption(store: Store, actor: Actor, wanted: Wanted) -> None:
    """The months are closed before the corrections come, as in life."""
    with writing(store.engine) as connection:
        found = deliveries.load(connection, place(PLACE), wanted.until, wanted.seed, actor.email, clock.now())
        alone = synthetic(connection, Kind.REGISTRATIONS)
    if alone:
        revisions.close_all(store, actor)
    with writing(store.engine) as connection:
        deliveries.correct(connection, found, actor.email, clock.now())


def _check(wanted: Wanted) -> None:
    if not 0 <= wanted.seed < 2**32:
        raise Invalid("demo.seed", most=2**32 - 1)
    if not 1 <= wanted.rows <= MOST_ROWS:
        raise Invalid("demo.rows", most=MOST_ROWS)
    if not 1 <= wanted.years <= MOST_YEARS:
        raise Invalid("demo.years", most=MOST_YEARS)
    if not 1990 <= wanted.until.year <= 2100:
        raise Invalid("demo.until")


def remove(store: Store, actor: Actor) -> int:
    """Take the demo city and its accounts out; returns the number of incidents. Raises Forbidden.

    Outlines that real incidents have come to lie in stay as ordinary areas.
    """
    require(actor, Permission.IMPORT)
    require(actor, Permission.AREAS)
    accounts.remove_demo(store)
    with writing(store.engine) as connection:
        count = record.remove(connection, clock.now())
        if count:
            note(connection, actor, "demo.removed", rows=count)
    index.refresh(store, full=True)
    return count
