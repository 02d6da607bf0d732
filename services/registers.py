"""The registers of cameras, algorithms and agreements: read, written with their history, and taken from a table.

The audit log lies in another database than the registers: what is to be written is noted first, inside the same
step, so that nothing is ever changed that the log does not tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection

from config.jurisdiction import DEFAULT, jurisdiction
from data_access import areas
from data_access.desk import Desk, camera_tables
from data_access.desk import registers as kept
from data_access.desk.camera_tables import Ground, Judged
from data_access.engine import writing
from data_access.store import Store
from domain.errors import Invalid, NotFound, Stale
from domain.people import Actor, Permission, require
from domain.registers import agreements as agreement_rules
from domain.registers import algorithms as algorithm_rules
from domain.registers import cameras as camera_rules
from domain.registers.agreements import Agreement
from domain.registers.algorithms import Algorithm
from domain.registers.cameras import Camera, Status
from domain.registers.fields import Entry, Listed, Problem
from services import audit, clock

Row = TypeVar("Row", bound=Listed)
MARGIN = 0.02  # degrees, about 2 km, that a camera may stand outside the outlines


# --- cameras ---------------------------------------------------------------------------------------------------


def cameras(desk: Desk, actor: Actor) -> list[Camera]:
    """The register as it stands. Raises Forbidden."""
    require(actor, Permission.REGISTERS)
    with desk.engine.connect() as connection:
        return kept.cameras(connection)


def camera(desk: Desk, actor: Actor, code: str) -> list[Camera]:
    """Every version of a camera's entry, oldest first. Raises Forbidden or NotFound."""
    require(actor, Permission.REGISTERS)
    with desk.engine.connect() as connection:
        return _known(kept.camera_history(connection, code), code)


def save_camera(
    store: Store, desk: Desk, actor: Actor, code: str, given: Mapping[str, object], version: int = 0
) -> tuple[str, list[Problem]]:
    """Write a camera's entry, a new one's where `code` is empty; returns its code and what is wrong, if anything.

    With any problem nothing is written. Raises Forbidden, NotFound, or Stale where the entry is no more at `version`.
    """
    require(actor, Permission.REGISTERS)
    entry, problems = camera_rules.check(given, _today())
    if problems:
        return code, problems
    with writing(desk.engine) as connection:
        kept.alone(connection)
        before = _unchanged(kept.camera_history(connection, code), code, version) if code else None
        named = code or camera_rules.new_code()
        audit.record(store, actor, "registers.camera_changed" if code else "registers.camera_added", named)
        kept.add_cameras(connection, {named: entry}, clock.now(), actor.email, bool(before and before.synthetic))
    return named, []


def retire_camera(store: Store, desk: Desk, actor: Actor, code: str, version: int) -> None:
    """Say that a camera is gone since today. Raises Forbidden, NotFound, Stale, or Invalid where it is gone already."""
    require(actor, Permission.REGISTERS)
    with writing(desk.engine) as connection:
        kept.alone(connection)
        before = _unchanged(kept.camera_history(connection, code), code, version)
        if before.entry["status"] == Status.REMOVED:
            raise Invalid("registers.gone", camera=code)
        entry = {**before.entry, "status": Status.REMOVED, "removed": _today().isoformat()}
        audit.record(store, actor, "registers.camera_retired", code)
        kept.add_cameras(connection, {code: entry}, clock.now(), actor.email, before.synthetic)


# --- a table of cameras ----------------------------------------------------------------------------------------


def columns() -> Mapping[str, tuple[str, ...]]:
    """The fields that a table of cameras may have, and the headers under which each is recognised."""
    return camera_tables.headers()


def look(
    store: Store, desk: Desk, actor: Actor, path: Path, common: Mapping[str, object], law: str = DEFAULT
) -> Judged:
    """Judge a table; nothing is stored. `common` stands where neither table nor register says anything, and how exactly
    places are told is up to the jurisdiction `law` where nothing else says it.

    Raises Forbidden, or Invalid for what is no table.
    """
    require(actor, Permission.REGISTERS)
    table = camera_tables.rows(path)
    with store.engine.connect() as record, desk.engine.connect() as connection:
        return camera_tables.judge(table, _real(connection), common, _today(), _ground(record, law))


def take(
    store: Store, desk: Desk, actor: Actor, path: Path, common: Mapping[str, object], law: str = DEFAULT
) -> Judged:
    """Take a table whole, or refuse it whole where it has any problem. Raises Forbidden or Invalid."""
    require(actor, Permission.REGISTERS)
    table = camera_tables.rows(path)
    with store.engine.connect() as record:
        ground = _ground(record, law)
        with writing(desk.engine) as connection:
            kept.alone(connection)
            judged = camera_tables.judge(table, _real(connection), common, _today(), ground)
            _note(store, actor, judged)
            if not judged.problems:
                kept.add_cameras(connection, judged.entries, clock.now(), actor.email)
    return judged


def _note(store: Store, actor: Actor, judged: Judged) -> None:
    counts = {"rows": judged.rows, "new": judged.new, "changed": judged.changed, "known": judged.known}
    said = {"sha256": judged.sha256, "problems": len(judged.problems), **counts}
    refused = bool(judged.problems)
    audit.record(store, actor, "registers.refused" if refused else "registers.imported", judged.file, **said)


def _real(connection: Connection) -> list[Camera]:
    """A city's table never changes what the demo invented."""
    return [one for one in kept.cameras(connection) if not one.synthetic]


def _ground(record: Connection, law: str) -> Ground:
    """The city's outlines widened a little, and the precinct that holds each point."""
    found, precision = areas.bounds(record), jurisdiction(law).camera_precision
    if found is None:
        return Ground(precision=precision)
    west, south, east, north = found
    codes = {area.id: area.code for area in areas.listing(record, "precinct")}
    assigner = areas.Assigner(record)

    def sectors(lon: Sequence[float], lat: Sequence[float]) -> list[str]:
        held, _ = assigner.assign(np.array(lon), np.array(lat))
        return [codes.get(one, "") for one in held.tolist()]

    return Ground((west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN), sectors, precision)


# --- algorithms ------------------------------------------------------------------------------------------------


def algorithms(desk: Desk, actor: Actor) -> list[Algorithm]:
    """The register as it stands. Raises Forbidden."""
    require(actor, Permission.REGISTERS)
    with desk.engine.connect() as connection:
        return kept.algorithms(connection)


def algorithm(desk: Desk, actor: Actor, code: str) -> list[Algorithm]:
    """Every version of an algorithm's entry, oldest first. Raises Forbidden or NotFound."""
    require(actor, Permission.REGISTERS)
    with desk.engine.connect() as connection:
        return _known(kept.algorithm_history(connection, code), code)


def save_algorithm(
    store: Store, desk: Desk, actor: Actor, code: str, given: Mapping[str, object], version: int = 0
) -> tuple[str, list[Problem]]:
    """Write an algorithm's entry, a new one's where `code` is empty; returns its code and what is wrong, if anything.

    With any problem nothing is written. Raises Forbidden, NotFound, or Stale where the entry is no more at `version`.
    """
    require(actor, Permission.REGISTERS)
    entry, problems = algorithm_rules.check(given)
    if problems:
        return code, problems
    with writing(desk.engine) as connection:
        kept.alone(connection)
        before = _unchanged(kept.algorithm_history(connection, code), code, version) if code else None
        named = code or areas.free_code(_slug(entry), kept.algorithm_codes(connection))
        audit.record(store, actor, "registers.algorithm_changed" if code else "registers.algorithm_added", named)
        kept.add_algorithms(connection, {named: entry}, clock.now(), actor.email, bool(before and before.synthetic))
    return named, []


def _slug(entry: Entry) -> str:
    name = entry["name"]
    return areas.slug(name["es"] if isinstance(name, Mapping) else "")[:32].strip("-")


# --- agreements ------------------------------------------------------------------------------------------------


def agreements(desk: Desk, actor: Actor) -> list[Agreement]:
    """The register as it stands. Raises Forbidden."""
    require(actor, Permission.REGISTERS)
    with desk.engine.connect() as connection:
        return kept.agreements(connection)


def agreement(desk: Desk, actor: Actor, code: str) -> list[Agreement]:
    """Every version of an agreement's entry, oldest first. Raises Forbidden or NotFound."""
    require(actor, Permission.REGISTERS)
    with desk.engine.connect() as connection:
        return _known(kept.agreement_history(connection, code), code)


def save_agreement(
    store: Store, desk: Desk, actor: Actor, code: str, given: Mapping[str, object], version: int = 0
) -> tuple[str, list[Problem]]:
    """Write an agreement's entry, a new one's where `code` is empty; returns its code and what is wrong, if anything.

    With any problem nothing is written. Raises Forbidden, NotFound, or Stale where the entry is no more at `version`.
    """
    require(actor, Permission.REGISTERS)
    entry, problems = agreement_rules.check(given)
    if problems:
        return code, problems
    with writing(desk.engine) as connection:
        kept.alone(connection)
        before = _unchanged(kept.agreement_history(connection, code), code, version) if code else None
        slug = areas.slug(str(entry["body"]))[:32].strip("-")
        named = code or areas.free_code(slug, kept.agreement_codes(connection))
        audit.record(store, actor, "registers.agreement_changed" if code else "registers.agreement_added", named)
        kept.add_agreements(connection, {named: entry}, clock.now(), actor.email, bool(before and before.synthetic))
    return named, []


# --- all ------------------------------------------------------------------------------------------------------


def _known(history: list[Row], code: str) -> list[Row]:
    if not history:
        raise NotFound("registers.unknown", entry=code[:40])
    return history


def _unchanged(history: list[Row], code: str, version: int) -> Row:
    """The newest version of an entry, if it is the one that the writer saw."""
    newest = _known(history, code)[-1]
    if newest.version != version:
        raise Stale("registers.stale", entry=code)
    return newest


def _today() -> date:
    return datetime.fromtimestamp(clock.now(), UTC).date()
