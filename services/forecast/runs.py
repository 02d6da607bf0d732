"""Runs: a forecast is made from fresh data and sealed before its week begins. What is sealed stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from threadpoolctl import threadpool_limits

from data_access.engine import writing
from data_access.forecast import counting, rows
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.errors import Invalid
from domain.forecast.models import Model
from domain.forecast.sealed import Sealed, Target
from domain.people import Actor, Permission, require
from domain.progress import Progress, silent
from services import audit, clock
from services.forecast import standing
from services.forecast.place import begins_at, check_week, coming_week, is_synthetic, zone_of

# Scikit-learn takes a second to load and a hundred megabytes: whoever only reads forecasts goes without.
if TYPE_CHECKING:
    from services.forecast.making import Fitted, Learned

STEPS = len(Model) + 2  # of a run: counting, every model, sealing
MOST_BEHIND = 8  # weeks between the last known one and the one forecast: a feed that comes once a month is in time

Finish = Callable[[Connection, Sealed], None]


@dataclass(frozen=True, slots=True)
class Broken:
    """A forecast that is not what was sealed: `part` is content, row, order or score."""

    forecast: int
    part: str


def nothing_more(connection: Connection, sealed: Sealed) -> None:
    """The seal is the last act."""


def run(
    store: Store,
    actor: Actor,
    target: Target,
    week: date | None = None,
    progress: Progress = silent,
    now: Callable[[], int] = clock.now,
    finish: Finish = nothing_more,
    fitted: Fitted | None = None,
) -> Sealed:
    """Forecast a target's coming week, or the one that begins on the Monday `week`, and seal it.

    A forecast of the same week supersedes the one before; one made once its week has begun is kept as late. `progress`
    may raise to end the run; `finish` is the last act of the transaction that seals; with `fitted` nothing is learned
    anew. Raises Forbidden; Invalid for what may not be forecast, a day that is no Monday, data that end too early, or
    too little to learn from.
    """
    require(actor, Permission.FORECAST_RUN)
    from services.forecast import making

    target = Target.of(target.codes, target.cell)
    zone, snapshot = zone_of(store), store.snapshot()
    week = check_week(week) if week else coming_week(now(), zone)
    progress(0, STEPS, "counting")
    with store.engine.connect() as connection:
        learned = learn(connection, snapshot, target, week)
        held = standing.read(connection, target, is_synthetic(snapshot))
    with threadpool_limits(1):
        models = fitted or making.fit(learned.panel, held.off, progress)
        content = making.content(learned, target, snapshot.name, models, held.leader)
    raw = content.to_bytes()
    progress(STEPS - 1, STEPS, "sealing")
    instant, made_up = begins_at(week, zone), is_synthetic(snapshot)
    with writing(store.engine) as connection:
        sealed = rows.seal(connection, target, week, instant, now, raw, actor.email, made_up, content.facts)
        _tell(connection, actor, sealed)
        finish(connection, sealed)
    return sealed


def learn(connection: Connection, snapshot: Snapshot, target: Target, week: date) -> Learned:
    """What there is to learn from before a week. Raises Invalid where the data end too long before it."""
    from services.forecast import making

    found = counting.spots(snapshot, week, target.cell)
    panel = counting.panel(snapshot, found, target, week)
    late = making.behind(panel)
    if late > MOST_BEHIND:
        last = counting.monday_of(counting.number_of(week) - late - 1)
        raise Invalid("forecast.stale_data", weeks=late, last=last.isoformat(), most=MOST_BEHIND)
    return making.Learned(panel, *counting.precincts(connection, snapshot, found, panel.lattice))


def fit(store: Store, actor: Actor, target: Target, week: date, progress: Progress = silent) -> Fitted:
    """The models as a run for a week would fit them, to be used for several weeks. Raises as `run` does."""
    require(actor, Permission.FORECAST_RUN)
    from services.forecast import making

    snapshot = store.snapshot()
    with store.engine.connect() as connection:
        learned = learn(connection, snapshot, Target.of(target.codes, target.cell), check_week(week))
    with threadpool_limits(1):
        return making.fit(learned.panel, progress=progress)


def _tell(connection: Connection, actor: Actor, sealed: Sealed) -> None:
    facts = {"cell": sealed.target.cell, "week": sealed.week.isoformat(), "late": sealed.late}
    audit.note(connection, actor, "forecast.run", sealed.target.code, forecast=sealed.id, sha256=sealed.sha256, **facts)


def listing(store: Store, actor: Actor, target: Target | None = None) -> list[Sealed]:
    """Every sealed forecast, newest first, the superseded and the late ones too. Raises Forbidden."""
    require(actor, Permission.FORECAST)
    with store.engine.connect() as connection:
        return rows.listing(connection, is_synthetic(store.snapshot()), target)[::-1]


def verify(store: Store, actor: Actor) -> list[Broken]:
    """Compute every hash and the chain again; what is not as it was sealed, nothing where all is. Raises Forbidden."""
    require(actor, Permission.FORECAST)
    with store.engine.connect() as connection:
        return [Broken(*one) for made_up in (False, True) for one in rows.broken(connection, made_up)]
