"""What people take away of forecasts as tables: the same as they read, and the audit log tells each."""

from __future__ import annotations

from datetime import date

from analytics.forecast.told import Coming, Exposure, Tracking
from data_access.store import Store
from domain.forecast.sealed import Target
from domain.people import Actor
from services import audit
from services.forecast import tracking


def places(store: Store, actor: Actor, target: Target, week: date | None = None) -> Coming:
    """The forecast whose recommended places leave. Raises as `tracking.coming`."""
    found = tracking.coming(store, actor, target, week)
    _note(store, actor, target, "places", week=found.sealed.week.isoformat())
    return found


def scores(store: Store, actor: Actor, target: Target) -> Tracking:
    """The scored weeks that leave. Raises as `tracking.tracking`."""
    found = tracking.tracking(store, actor, target)
    _note(store, actor, target, "scores")
    return found


def board(store: Store, actor: Actor, target: Target) -> Tracking:
    """The scoreboard that leaves. Raises as `tracking.tracking`."""
    found = tracking.tracking(store, actor, target)
    _note(store, actor, target, "board")
    return found


def exposure(store: Store, actor: Actor, target: Target) -> Exposure:
    """The exposure of precincts that leaves. Raises as `tracking.exposure`."""
    found = tracking.exposure(store, actor, target)
    _note(store, actor, target, "exposure")
    return found


def _note(store: Store, actor: Actor, target: Target, table: str, **details: object) -> None:
    audit.record(store, actor, "export.forecast", target.code, table=table, cell=target.cell, **details)
