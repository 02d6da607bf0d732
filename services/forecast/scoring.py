"""Scoring: once a week is whole, every forecast of it made on time is held against what came, and again when late
reports change that. Then the rule says whether the main model keeps the lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from analytics.forecast.ceiling import ceiling
from analytics.forecast.content import Content
from analytics.forecast.metrics import score as measure
from analytics.forecast.panel import WEEK
from data_access.engine import writing
from data_access.forecast import counting, rows
from data_access.forecast.counting import Numbers, Spots
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.forecast.models import MAIN, Model
from domain.forecast.sealed import Entry, Sealed, Target
from domain.people import SYSTEM, Actor, Permission, require
from services import audit, clock
from services.forecast import standing, switching
from services.forecast.place import is_synthetic, zone_of

NEEDED = {"demoted": False, "restored": True}  # what the model must be for a decision to change anything


def score(store: Store, actor: Actor, target: Target | None = None, now: int | None = None) -> list[Sealed]:
    """Score what can be scored of a target, or of all; the forecasts that got a new score. Raises Forbidden."""
    require(actor, Permission.FORECAST_RUN)
    snapshot = store.snapshot()
    with store.engine.connect() as connection:
        sealed = rows.listing(connection, is_synthetic(snapshot), target)
    done: list[Sealed] = []
    for one in sorted({one.target for one in sealed}):
        mine = [forecast for forecast in sealed if forecast.target == one]
        done += _score_target(store, actor, snapshot, one, mine, clock.now() if now is None else now)
    return done


def _score_target(
    store: Store, actor: Actor, snapshot: Snapshot, target: Target, sealed: Sequence[Sealed], now: int
) -> list[Sealed]:
    held, clocked = counting.weeks(snapshot, target), datetime.fromtimestamp(now, zone_of(store))
    ready = [one for one in sealed if not one.late and held.holds(counting.number_of(one.week))]
    if not ready:
        return []
    first, last = min(one.week for one in ready), max(one.week for one in ready)
    found: dict[int, Spots] = {}
    done = []
    with writing(store.engine) as connection:
        rows.alone(connection)
        scores = rows.scored(connection, is_synthetic(snapshot), target)
        for one in ready:
            content = rows.content(connection, one.id)
            epsg = content.lattice.epsg
            if epsg not in found:
                found[epsg] = counting.spots(snapshot, last + WEEK, target.cell, epsg, target.types, first)
            week = counting.number_of(one.week)
            counts, outside = counting.observed(snapshot, found[epsg], target, content.lattice, week)
            if _add(connection, one, content, counts, outside, snapshot.name, scores.get(one.id, []), now):
                done.append(one)
        _judge(connection, target, is_synthetic(snapshot), clocked)
        if done:
            audit.note(connection, actor, "forecast.score", target.code, cell=target.cell, weeks=len(done))
    return done


def _add(
    connection: Connection,
    sealed: Sealed,
    content: Content,
    counts: Numbers,
    outside: int,
    snapshot: str,
    before: Sequence[rows.Score],
    now: int,
) -> bool:
    """Write a score down, unless the same was observed before."""
    observed = tuple((int(cell), int(counts[cell])) for cell in counts.nonzero()[0])
    if before and (before[-1].observed, before[-1].outside) == (observed, outside):
        return False
    previous = before[-1].sha256 if before else ""
    told = measured(content, counts, outside)
    rows.add_score(connection, sealed, now, snapshot, observed, outside, told, previous)
    return True


def measured(content: Content, counts: Numbers, outside: int) -> Mapping[str, Any]:
    """Every model's score, and the ceiling of the main model or, without it, of the leader, as plain JSON."""
    km2 = content.lattice.km2
    models = {
        str(model): measure(rates, counts, km2=km2, outside=outside).plain()
        for model, rates in zip(content.models, content.rates, strict=True)
    }
    main = content.of(MAIN if content.has_main else Model(content.facts["leader"]))
    return {"models": models, "ceiling": [asdict(one) for one in ceiling(main)]}


def _judge(connection: Connection, target: Target, synthetic: bool, now: datetime) -> None:
    """Write down what the rule has decided since it was last asked; `now` is on the city's clock."""
    log = rows.entries(connection, target, synthetic)
    verdict = standing.judge(standing.newest(connection, target, synthetic), log, now)
    known = {entry.month for entry in log if entry.month}
    demoted = standing.is_demoted(log)
    for decision in verdict.decisions:
        month = f"{decision.month:%Y-%m}"
        if month in known or demoted is not NEEDED[decision.action]:
            continue
        demoted = not demoted
        reason = ", ".join(str(one) for one in decision.reasons)
        entry = Entry(int(now.timestamp()), SYSTEM.email, str(decision.action), month, reason)
        switching.log(connection, SYSTEM, target, entry, synthetic)
