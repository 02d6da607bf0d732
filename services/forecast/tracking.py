"""Forecasts as people read them: the coming week, a past week beside what came, the board over the weeks, exposure.

Whoever sees their own precincts alone gets the cells and places of these, and nothing of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from sqlalchemy import Connection

from analytics.forecast.allocation import Plan, allocate
from analytics.forecast.areas import Area
from analytics.forecast.content import Content
from analytics.forecast.metrics import depth
from analytics.forecast.told import Coming, Exposure, Past, Tracking
from data_access.forecast import counting, rows
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.errors import NotFound
from domain.forecast.models import Model
from domain.forecast.sealed import Sealed, Standing, Target
from domain.people import Actor, Permission, require
from services import clock
from services.forecast import board, clipping, exposed, standing
from services.forecast.place import check_week, coming_week, configured, is_synthetic, zone_of

YEAR = 52  # weeks
FEWEST, MOST, SHARE = 10, 50, 0.01  # recommended places, and the share of the cells that they are between the two


def targets(store: Store, actor: Actor, place: str = "") -> list[Target]:
    """What is forecast here: what the city has chosen, then whatever else was sealed. Raises Forbidden."""
    require(actor, Permission.FORECAST)
    with store.engine.connect() as connection:
        sealed = rows.listing(connection, is_synthetic(store.snapshot()))
    return list(dict.fromkeys([*configured(place), *(one.target for one in reversed(sealed))]))


def coming(store: Store, actor: Actor, target: Target, week: date | None = None) -> Coming:
    """The forecast of the coming week or, without one, of the newest that has begun; or of the week asked for: the last
    made on time, or without one the last.

    Raises Forbidden, NotFound where there is none, or none of a precinct that the reader sees.
    """
    require(actor, Permission.FORECAST)
    snapshot = store.snapshot()
    with store.engine.connect() as connection:
        sealed, superseded = _chosen(connection, snapshot, target, week, coming_week(clock.now(), zone_of(store)))
        content = rows.content(connection, sealed.id)
        now = _led(standing.read(connection, target, sealed.synthetic), content)
        known = exposed.areas(connection, content)
    plan = _plan(content, now.leader, known, counting.number_of(sealed.week))
    held_by = depth(content.of(now.leader))
    mine = clipping.mask(content, actor)
    if mine is not None:
        content, plan, held_by = clipping.content(content, mine), clipping.plan(plan, mine), held_by[mine]
        mine = mine[mine]
    return Coming(sealed, content, now, plan, superseded, mine, held_by)


def _plan(content: Content, leader: Model, known: Sequence[Area], seed: int) -> Plan:
    """The recommended places of a forecast; a city whose precincts are not known is one area."""
    cells = content.lattice.cells
    places = max(FEWEST, min(MOST, int(cells * SHARE)))
    where = content.area if known else np.zeros(cells, dtype=np.int32)
    return allocate(content.of(leader), where, known or [Area("", cells)], places, seed=seed)


def _chosen(
    connection: Connection, snapshot: Snapshot, target: Target, week: date | None, until: date
) -> tuple[Sealed, tuple[Sealed, ...]]:
    """The forecast that counts for a week, and those that it superseded.

    Without a week it is the newest up to `until`: one of a later week must not hide what is wanted now.
    """
    found = rows.listing(connection, is_synthetic(snapshot), target, week and check_week(week))
    if not found:
        raise NotFound("forecast.none", target=target.code)
    weeks = sorted(one.week for one in found)
    shown = max((one for one in weeks if one <= until), default=weeks[0])
    of_week = [one for one in found if one.week == shown]
    on_time = [one for one in of_week if not one.late]
    return (on_time or of_week)[-1], tuple(reversed(on_time[:-1]))


def _led(now: Standing, content: Content) -> Standing:
    """A standing as far as a forecast goes: one without the main model is led by what led it when it was sealed."""
    if now.leader in content.models:
        return now
    return replace(now, leader=Model(content.facts["leader"]))


def past(store: Store, actor: Actor, target: Target, week: date) -> Past:
    """A past week's forecast beside what came, as it was scored or, before that, as the record holds it now.

    Raises Forbidden, NotFound where there is no forecast of that week or it is not over.
    """
    require(actor, Permission.FORECAST)
    snapshot = store.snapshot()
    with store.engine.connect() as connection:
        sealed, _ = _chosen(connection, snapshot, target, week, week)
        content = rows.content(connection, sealed.id)
        scores = rows.scored(connection, sealed.synthetic, target, week).get(sealed.id, [])
    if scores:
        counts, outside = exposed.what_came(scores[-1], content), scores[-1].outside
    else:
        counts, outside = counting.came(snapshot, target, content.lattice, sealed.week)
    held_by = depth(content.of(Model(content.facts["leader"])))
    mine = clipping.mask(content, actor)
    if mine is not None:
        content, counts, held_by = clipping.content(content, mine), counts[mine], held_by[mine]
        mine = mine[mine]
    told = tuple(board.scored(sealed, scores[:number]) for number in range(1, len(scores) + 1))
    return Past(sealed, content, counts, outside, told[-1] if told else None, mine, held_by, told[:-1])


def tracking(store: Store, actor: Actor, target: Target, weeks: int = YEAR) -> Tracking:
    """How good the forecasts of the last weeks were. Raises Forbidden, NotFound where none was scored yet."""
    require(actor, Permission.FORECAST)
    snapshot = store.snapshot()
    synthetic = is_synthetic(snapshot)
    with store.engine.connect() as connection:
        sealed = standing.counted(rows.listing(connection, synthetic, target))
        scores = rows.scored(connection, synthetic, target)
        now = standing.read(connection, target, synthetic)
    held = [board.scored(one, scores[one.id]) for one in sealed if one.id in scores]
    if not held:
        raise NotFound("forecast.unscored", target=target.code)
    newest = [score for score in held if (held[-1].sealed.week - score.sealed.week).days < 7 * weeks]
    ceilings = {one.id: scores[one.id][-1].told["ceiling"] for one in sealed if one.id in scores}
    return board.board(target, newest, ceilings, counting.inputs(snapshot, target, newest[-1].sealed.week), now)


def exposure(store: Store, actor: Actor, target: Target, weeks: int = YEAR) -> Exposure:
    """How often each precinct was flagged in the forecasts of the last weeks, against its crime and its residents.

    A commander gets the figures of their own precincts alone. Raises Forbidden, NotFound where there is no forecast.
    """
    require(actor, Permission.FORECAST)
    snapshot = store.snapshot()
    with store.engine.connect() as connection:
        sealed = standing.counted(rows.listing(connection, is_synthetic(snapshot), target))
        if not sealed:
            raise NotFound("forecast.none", target=target.code)
        sealed = [one for one in sealed if (sealed[-1].week - one.week).days < 7 * weeks]
        found = exposed.exposure(connection, snapshot, target, sealed)
    if found is None:
        raise NotFound("forecast.no_areas")
    own = tuple(area for area in found.audit.areas if actor.sees(area.code))
    benefit = {code: one for code, one in found.benefit.items() if actor.sees(code)}
    return replace(found, audit=replace(found.audit, areas=own), benefit=benefit)
