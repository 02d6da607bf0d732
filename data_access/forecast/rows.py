"""Sealed forecasts, their scores and the log: added and read, never changed.

Every forecast's seal covers all that its row says and the seal before it, and every score's hash the score before it,
so that whatever is changed, taken out or slipped in shows.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from analytics.forecast.content import Content
from data_access.index.columns import EPOCH
from data_access.schema import forecast_log, forecasts, scores
from domain.errors import NotFound, Stale
from domain.forecast.sealed import Entry, Sealed, Target

SEALED = [column for column in forecasts.c if column.name != "content"]
COVERED = [column.name for column in SEALED if column.name not in ("id", "seal")]


@dataclass(frozen=True, slots=True)
class Score:
    """What a week brought, as the record held it when it was scored: `observed` are cells with their incidents."""

    id: int
    forecast: int
    at: int
    snapshot: str
    observed: tuple[tuple[int, int], ...]
    outside: int
    told: Mapping[str, Any]  # plain JSON: scores by model, ceilings
    sha256: str


def canonical(value: object) -> bytes:
    """The one way to write a plain value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: object) -> str:
    return sha256(canonical(value)).hexdigest()


def alone(connection: Connection) -> None:
    """Let nobody else add to a chain until this transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE forecasts, forecast_scores, forecast_log IN SHARE ROW EXCLUSIVE MODE")


def seal(
    connection: Connection,
    target: Target,
    week: date,
    begins_at: int,
    now: Callable[[], int],
    content: bytes,
    actor: str,
    synthetic: bool,
    facts: Mapping[str, Any],
) -> Sealed:
    """Write a forecast down behind the newest one; `facts` has the content's snapshot, version, seed, parameters.

    The clock is read once nobody else can write: who waited into the week is late.
    """
    alone(connection)
    last = select(forecasts.c.seal).where(forecasts.c.synthetic == synthetic).order_by(forecasts.c.id.desc()).limit(1)
    row: dict[str, Any] = {
        "target": target.code,
        "cell": target.cell,
        "week": (week - EPOCH).days,
        "begins_at": begins_at,
        "made_at": now(),
        "snapshot": facts["snapshot"],
        "version": facts["version"],
        "seed": facts["seed"],
        "parameters": canonical(facts["parameters"]).decode(),
        "sha256": sha256(content).hexdigest(),
        "previous": connection.scalar(last) or "",
        "actor": actor,
        "synthetic": synthetic,
    }
    row["seal"] = digest(row)
    kept = insert(forecasts).values(row | {"content": zlib.compress(content, 6)}).returning(*SEALED)
    return _sealed(connection.execute(kept).one())


def _sealed(row: Row[Any]) -> Sealed:
    plain = row._asdict()
    target = Target(tuple(plain.pop("target").split("+")), plain.pop("cell"))
    week = date.fromordinal(EPOCH.toordinal() + plain.pop("week"))
    return Sealed(target=target, week=week, **plain | {"parameters": json.loads(plain["parameters"])})


def listing(
    connection: Connection, synthetic: bool, target: Target | None = None, week: date | None = None
) -> list[Sealed]:
    """The forecasts in the order in which they were sealed, of one target and week where they are named."""
    query = select(*SEALED).where(forecasts.c.synthetic == synthetic).order_by(forecasts.c.id)
    if target is not None:
        query = query.where(forecasts.c.target == target.code, forecasts.c.cell == target.cell)
    if week is not None:
        query = query.where(forecasts.c.week == (week - EPOCH).days)
    return [_sealed(row) for row in connection.execute(query)]


def content(connection: Connection, id: int) -> Content:
    """What a forecast says. Raises NotFound, or Stale where it is not what was sealed."""
    row = connection.execute(select(forecasts.c.content, forecasts.c.sha256).where(forecasts.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("forecast.none")
    raw = _unpacked(row.content)
    if raw is None or sha256(raw).hexdigest() != row.sha256:
        raise Stale("forecast.tampered", forecast=str(id))
    return Content.from_bytes(raw)


def _unpacked(packed: bytes) -> bytes | None:
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return None


def broken(connection: Connection, synthetic: bool) -> list[tuple[int, str]]:
    """The forecasts and scores that are not what was written: number of the forecast, and what is wrong with it.

    "content", "row" or "order" of a forecast, "score" of one of its scores.
    """
    wrong: list[tuple[int, str]] = []
    previous = ""
    query = select(forecasts).where(forecasts.c.synthetic == synthetic).order_by(forecasts.c.id)
    for row in connection.execute(query.execution_options(yield_per=20)):
        plain = row._asdict()
        raw = _unpacked(plain["content"])
        if raw is None or sha256(raw).hexdigest() != plain["sha256"]:
            wrong.append((row.id, "content"))
        if digest({name: plain[name] for name in COVERED}) != plain["seal"]:
            wrong.append((row.id, "row"))
        if plain["previous"] != previous:
            wrong.append((row.id, "order"))
        previous = plain["seal"]
    return wrong + [(number, "score") for number in _broken_scores(connection, synthetic)]


# --- scores ----------------------------------------------------------------------------------------------------


def add_score(
    connection: Connection,
    of: Sealed,
    at: int,
    snapshot: str,
    observed: tuple[tuple[int, int], ...],
    outside: int,
    told: Mapping[str, Any],
    previous: str,
) -> None:
    """Write a score down behind the newest one of its forecast, whose hash is `previous`; empty for the first."""
    seen = canonical({"cells": observed, "outside": outside}).decode()
    row = {"scored_at": at, "snapshot": snapshot, "observed": seen, "scores": canonical(told).decode()}
    found = digest(row | {"forecast": of.seal, "previous": previous})
    connection.execute(insert(scores).values(row | {"forecast_id": of.id, "sha256": found, "synthetic": of.synthetic}))


def scored(
    connection: Connection, synthetic: bool, target: Target | None = None, week: date | None = None
) -> dict[int, list[Score]]:
    """The scores of each forecast, oldest first; of one target and week where they are named."""
    query = select(scores).join(forecasts).where(scores.c.synthetic == synthetic).order_by(scores.c.id)
    if target is not None:
        query = query.where(forecasts.c.target == target.code, forecasts.c.cell == target.cell)
    if week is not None:
        query = query.where(forecasts.c.week == (week - EPOCH).days)
    found: dict[int, list[Score]] = {}
    for row in connection.execute(query):
        found.setdefault(row.forecast_id, []).append(_score(row))
    return found


def _score(row: Row[Any]) -> Score:
    observed = json.loads(row.observed)
    cells = tuple((cell, count) for cell, count in observed["cells"])
    told = json.loads(row.scores)
    return Score(row.id, row.forecast_id, row.scored_at, row.snapshot, cells, observed["outside"], told, row.sha256)


def _broken_scores(connection: Connection, synthetic: bool) -> list[int]:
    query = select(scores, forecasts.c.seal).join(forecasts).where(scores.c.synthetic == synthetic)
    last: dict[int, str] = {}
    wrong = []
    for row in connection.execute(query.order_by(scores.c.id)):
        plain = {name: getattr(row, name) for name in ("scored_at", "snapshot", "observed", "scores")}
        previous = last.get(row.forecast_id, "")
        if digest(plain | {"forecast": row.seal, "previous": previous}) != row.sha256:
            wrong.append(row.forecast_id)
        last[row.forecast_id] = row.sha256
    return wrong


@dataclass(frozen=True, slots=True)
class Tail:
    """How far a chain reached: how many forecasts and the newest's seal, how many scores and one hash over theirs."""

    forecasts: int
    seal: str
    scores: int
    scored: str


def tail(connection: Connection, synthetic: bool, of: Tail | None = None) -> Tail:
    """The chain as it is, or as far as another tail of it reaches; a seal is empty where there is none.

    Hashes cover what lies before them, so that nobody sees the newest rows go: this is what to keep elsewhere.
    """
    seals, hashes = (
        connection.scalars(select(column).where(table.c.synthetic == synthetic).order_by(table.c.id)).all()
        for table, column in ((forecasts, forecasts.c.seal), (scores, scores.c.sha256))
    )
    if of is not None:
        seals, hashes = seals[: of.forecasts], hashes[: of.scores]
    return Tail(len(seals), seals[-1] if seals else "", len(hashes), digest(list(hashes)))


def knows(connection: Connection, seal: str) -> bool:
    """Whether any forecast has this seal."""
    return connection.scalar(select(forecasts.c.id).where(forecasts.c.seal == seal)) is not None


# --- the log ---------------------------------------------------------------------------------------------------


def add_entry(connection: Connection, target: Target, entry: Entry, synthetic: bool) -> None:
    row = {"target": target.code, "cell": target.cell, "synthetic": synthetic}
    plain = {name: getattr(entry, name) for name in Entry.__slots__}
    connection.execute(insert(forecast_log).values(row | plain))


def entries(connection: Connection, target: Target, synthetic: bool) -> tuple[Entry, ...]:
    """What was logged of a target, newest first."""
    of_target = forecast_log.c.target == target.code, forecast_log.c.cell == target.cell
    query = select(*(forecast_log.c[name] for name in Entry.__slots__)).where(*of_target)
    query = query.where(forecast_log.c.synthetic == synthetic).order_by(forecast_log.c.id.desc())
    return tuple(Entry(*row) for row in connection.execute(query))


def remove_demo(connection: Connection) -> int:
    """Take out the demo's own, which go with the demo; returns how many forecasts they were."""
    for table in (scores, forecast_log):
        connection.execute(delete(table).where(table.c.synthetic))
    return connection.execute(delete(forecasts).where(forecasts.c.synthetic)).rowcount
