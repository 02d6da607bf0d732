"""The switch: a person turns the main model off or on, or restores it, and says why. Baselines always remain."""

from __future__ import annotations

from sqlalchemy import Connection

from data_access.engine import writing
from data_access.forecast import rows
from data_access.store import Store
from domain.errors import Illegal, Invalid
from domain.forecast.sealed import Entry, Standing, Target
from domain.people import Actor, Permission, require
from services import audit, clock
from services.forecast import standing
from services.forecast.place import is_synthetic

LEAST, MOST = 10, 500  # characters of a reason


def off(store: Store, actor: Actor, target: Target, reason: str) -> Standing:
    """Turn a target's main model off. Raises Forbidden, Invalid without a reason, Illegal where it is off."""
    return _switch(store, actor, target, "off", reason)


def on(store: Store, actor: Actor, target: Target, reason: str) -> Standing:
    """Turn it on again; a demotion stands. Raises Forbidden, Invalid without a reason, Illegal where it is on."""
    return _switch(store, actor, target, "on", reason)


def restore(store: Store, actor: Actor, target: Target, reason: str) -> Standing:
    """Take a demotion back; what was scored before does not count against the model again.

    Raises Forbidden, Invalid without a reason, Illegal where it is not demoted.
    """
    return _switch(store, actor, target, "restored", reason)


def _switch(store: Store, actor: Actor, target: Target, action: str, reason: str) -> Standing:
    require(actor, Permission.FORECAST_RUN)
    target = Target.of(target.codes, target.cell)
    said = " ".join(reason.split())
    if not LEAST <= len(said) <= MOST:
        raise Invalid("forecast.reason", least=LEAST, most=MOST)
    synthetic = is_synthetic(store.snapshot())
    with writing(store.engine) as connection:
        rows.alone(connection)
        _check(standing.read(connection, target, synthetic), action)
        log(connection, actor, target, Entry(clock.now(), actor.email, action, "", said), synthetic)
        return standing.read(connection, target, synthetic)


def _check(now: Standing, action: str) -> None:
    possible = {"off": not now.off, "on": now.off, "restored": now.demoted}
    if not possible[action]:
        raise Illegal(f"forecast.not_{action}")


def log(connection: Connection, actor: Actor, target: Target, entry: Entry, synthetic: bool) -> None:
    """Add an entry to the target's log, and to the audit log."""
    rows.add_entry(connection, target, entry, synthetic)
    told = {"cell": target.cell, "switched": entry.action, "reason": entry.reason}
    audit.note(connection, actor, "forecast.switch", target.code, **told)
