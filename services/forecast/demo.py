"""The demo's year of forecasts: made at once, week after week, each from the synthetic incidents before it.

They are sealed as if on the Sunday before their week, are marked synthetic like the incidents, and go with the demo.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from analytics.forecast.panel import WEEK
from data_access.desk import Desk
from data_access.forecast import counting, rows
from data_access.store import Store
from domain.errors import NotFound
from domain.forecast.sealed import Target
from domain.people import Actor, Permission, require
from domain.progress import Progress
from services import clock, registers
from services.forecast import card, runs, scoring
from services.forecast.place import begins_at, configured, is_synthetic, zone_of

WEEKS, REFIT = 52, 26
LEAST = 52  # known weeks before the first
ENTRY = "pronostico-semanal"  # in the demo's register of algorithms
EARLY = 6 * 3600  # seconds before a week begins: Sunday at six
SETTLED = (7 * 24 + 12) * 3600  # after it has begun: the next Monday at noon


def is_wanted(store: Store) -> bool:
    """Whether there is a demo city without its year of forecasts, or with a part of it only."""
    snapshot = store.snapshot()
    if not is_synthetic(snapshot) or not snapshot.rows:
        return False
    with store.engine.connect() as connection:
        held = {(one.target, one.week) for one in rows.listing(connection, synthetic=True)}
    weeks = _weeks(store)
    return any((target, week) not in held for target in configured("") for week in weeks)


def fill(store: Store, actor: Actor, progress: Progress) -> None:
    """Make what is missing of the year, every target's weeks in order; `progress` may raise to end it.

    What is sealed stays, so that it can be taken up where it was left. Raises Forbidden, or NotFound without a demo.
    """
    require(actor, Permission.FORECAST_RUN)
    if not is_synthetic(store.snapshot()):
        raise NotFound("forecast.none")
    targets, weeks = configured(""), _weeks(store)
    for turn, target in enumerate(targets):
        _year(store, actor, target, weeks, partial(_tell, progress, turn, len(targets)))


def tell_register(store: Store, desk: Desk, actor: Actor) -> None:
    """Bring the demo's entry in the register of algorithms up to the newest forecast. Raises Forbidden."""
    held = {one.code: one for one in registers.algorithms(desk, actor)}
    if ENTRY in held and held[ENTRY].synthetic:
        entry = held[ENTRY]
        given = card.draft(store, actor, configured("")[0], entry.entry)
        registers.save_algorithm(store, desk, actor, ENTRY, given, entry.version)


def _tell(progress: Progress, turn: int, targets: int, done: int) -> None:
    progress(turn * (WEEKS + 1) + done, targets * (WEEKS + 1), "demo_year")


def _weeks(store: Store) -> list[date]:
    """The Mondays of the last whole year of data, and the one to come; fewer in a short demo."""
    known = counting.weeks(store.snapshot()).numbers
    if len(known) < LEAST:
        return []
    last = int(known[-1])
    return [counting.monday_of(week) for week in range(max(last - WEEKS + 1, int(known[0]) + LEAST), last + 2)]


def _year(store: Store, actor: Actor, target: Target, weeks: list[date], tell: Callable[[int], None]) -> None:
    """One target's weeks, the models fitted anew in the middle."""
    zone = zone_of(store)
    with store.engine.connect() as connection:
        held = {one.week for one in rows.listing(connection, synthetic=True, target=target)}
    for half in (weeks[:REFIT], weeks[REFIT:]):
        missing = [week for week in half if week not in held]
        fitted = runs.fit(store, actor, target, half[0]) if missing else None
        for week in missing:
            tell(weeks.index(week))
            begins = begins_at(week, zone)
            runs.run(store, actor, target, week, now=partial(int, begins - EARLY), fitted=fitted)
            if (week + WEEK).month != week.month or week == weeks[-1]:
                scoring.score(store, actor, target, min(begins + SETTLED, clock.now()))
