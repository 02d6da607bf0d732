"""Who is connected? Where every precinct stands against its goal, where it is going, and one precinct close by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.adoption import coverage
from analytics.adoption.history import WEEK, History, month_ends, weekly
from data_access import adoption as record
from data_access import areas
from data_access.areas import Area
from data_access.deliveries import synthetic
from data_access.store import Store
from domain.adoption import (
    Adoption,
    Curve,
    Detail,
    Goal,
    Population,
    Standing,
    Week,
    chosen,
    ranked,
    total,
)
from domain.errors import Forbidden, Invalid, NotFound
from domain.people import Actor, Permission, require
from domain.tables import Kind
from services import audit
from services.outlooks import outlooks

WEEKS_SHOWN = 52


@dataclass(frozen=True)
class _Known:
    """What the record says up to a day, and of which areas by code."""

    day: date
    history: History
    areas: Mapping[str, Area]
    populations: Mapping[str, Sequence[Population]]  # by code; "" is the whole territory
    goals: Mapping[str, Goal]


def standing(store: Store, actor: Actor, day: date | None = None) -> Adoption:
    """Every precinct on a day, the last with data where none is named.

    Raises Forbidden, NotFound where nothing was delivered, Invalid for a day outside the history.
    """
    require(actor, Permission.ADOPTION)
    whole, known, made_up = _known(store, day)
    rows = ranked(_standings(known, list(known.areas.values())))
    seen = [row for row in rows if actor.sees(row.precinct)]
    return Adoption(
        day=known.day,
        first=whole.first,
        last=whole.last,
        rows=tuple(rows),
        total=total(rows),
        outlooks=outlooks(known.history, [known.areas[row.precinct].id for row in seen], seen, known.day),
        own=actor.own_precincts,
        populations=tuple(p for code in ("", *known.areas) for p in known.populations.get(code, ())),
        default_goal=known.goals.get(""),
        synthetic=made_up,
        names={area.code: area.name for area in known.areas.values()},
    )


def export(store: Store, actor: Actor, day: date | None = None) -> Adoption:
    """The same for a file that leaves the portal, which the audit log tells. Raises as `standing` does."""
    found = standing(store, actor, day)
    audit.record(store, actor, "export.adoption", found.day.isoformat())
    return found


def names(store: Store, actor: Actor) -> Mapping[str, str]:
    """The names of the precincts that are followed, by code. Raises Forbidden, NotFound where nothing was delivered."""
    require(actor, Permission.ADOPTION)
    _, known, _ = _known(store, None)
    return {area.code: area.name for area in known.areas.values()}


def curves(store: Store, actor: Actor, codes: Sequence[str], day: date | None = None) -> list[Curve]:
    """Registered addresses at the ends of months up to a day, for each of these precincts that is known.

    Every precinct may be compared. Raises as `standing` does.
    """
    require(actor, Permission.ADOPTION)
    _, known, _ = _known(store, day)
    found = [known.areas[code] for code in dict.fromkeys(codes) if code in known.areas]
    days = tuple(month_ends(known.history.first, known.day))
    return [
        Curve(row.precinct, row.launched, days, _month_levels(known.history, area.id, days), row.target)
        for row, area in zip(_standings(known, found), found, strict=True)
    ]


def detail(store: Store, actor: Actor, precinct: str, day: date | None = None) -> Detail:
    """One precinct close by. Raises Forbidden for one that is not the reader's, NotFound for one nobody knows."""
    require(actor, Permission.ADOPTION)
    if not actor.sees(precinct):
        raise Forbidden("adoption.precinct", precinct=precinct)
    _, known, _ = _known(store, day)
    if precinct not in known.areas:
        raise NotFound("adoption.precinct_unknown", precinct=precinct)
    area = known.areas[precinct]
    row = next(row for row in ranked(_standings(known, list(known.areas.values()))) if row.precinct == precinct)
    parts, names = _neighbourhoods(store, known, area)
    curve, unequal = _coverage(parts)
    place = known.history.places.get(area.id)
    return Detail(
        standing=row,
        outlook=outlooks(known.history, [area.id], [row], known.day)[precinct],
        weeks=_weeks(known.history, area.id, known.day),
        gaps=() if place is None else known.history.gaps(place),
        neighbourhoods=tuple(sorted(parts, key=lambda part: (part.breadth is None, part.breadth or 0))),
        names=names,
        lorenz=curve,
        gini=unequal,
    )


# --- what is known ---------------------------------------------------------------------------------------------


def _known(store: Store, day: date | None) -> tuple[History, _Known, bool]:
    """The whole history, what is known up to the day, and whether it is the demo's."""
    whole = record.history(store)
    if whole is None or not whole.ids:
        raise NotFound("adoption.none")
    day = day or whole.last
    if not whole.first <= day <= whole.last:
        raise Invalid("adoption.day", first=whole.first.isoformat(), last=whole.last.isoformat())
    with store.engine.connect() as connection:
        shown = areas.listing(connection, "precinct")
        stated = record.stated(connection, shown)
        goals = record.connected_goals(connection, shown)
        made_up = synthetic(connection, Kind.REGISTRATIONS)
    told = set(stated) if "" in goals else set()
    named = {a.code: a for a in shown if a.id in whole.places or a.code in goals or a.code in told}
    return whole, _Known(day, whole.until(day), named, stated, goals), made_up


def _standings(known: _Known, found: Sequence[Area]) -> list[Standing]:
    spans = known.history.spans()
    return [_standing(known, area, spans) for area in found]


def _standing(known: _Known, area: Area, spans: Sequence[tuple[date | None, date | None]]) -> Standing:
    history, place = known.history, known.history.places.get(area.id)
    begun, observed = (None, None) if place is None else spans[place]
    own = known.goals.get(area.code)
    goal = own or known.goals.get("")
    return Standing(
        precinct=area.code,
        registered=None if place is None else _level(history.addresses[place, -1]),
        observed=observed,
        launched=own.starts if own and own.starts else begun,
        reports=None if place is None else _level(history.reports[place, -1]),
        population=chosen(
            known.populations.get(area.code, ()), goal.population_source if goal else "", history.last.year
        ),
        goal=goal,
        rank=None,
    )


def _level(found: np.int64) -> int | None:
    return None if found < 0 else int(found)


# --- over time -------------------------------------------------------------------------------------------------


def _month_levels(history: History, area: int, days: Sequence[date]) -> tuple[int | None, ...]:
    """Registered at the ends of months; None where a month has no data."""
    place = history.places.get(area)
    if place is None:
        return (None,) * len(days)
    found: list[int | None] = []
    start = 0
    for end in ((day - history.first).days for day in days):
        told = history.seen[place, start : end + 1].any()
        found.append(int(history.addresses[place, end]) if told else None)
        start = end + 1
    return tuple(found)


def _weeks(history: History, area: int, day: date) -> tuple[Week, ...]:
    """What the weeks from Monday to Sunday brought, from the one after the launch; the last may be unfinished."""
    place = history.places.get(area)
    if place is None or (begun := history.spans()[place][0]) is None:
        return ()
    spare = 6 - day.weekday()
    own = slice(place, place + 1)
    level = np.pad(history.addresses[own], ((0, 0), (0, spare)), "edge")
    found = weekly(level, np.pad(history.seen[own], ((0, 0), (0, spare)), "constant"), WEEKS_SHOWN)
    sunday = day + timedelta(days=spare)
    mondays = [sunday - timedelta(days=7 * back + 6) for back in reversed(range(WEEKS_SHOWN))]
    told = zip(mondays, found.added[0].tolist(), found.days[0].tolist(), strict=True)
    # What came since an observation before the last week cannot be told of one week.
    known = ((monday, int(added) if 0 < days < 2 * WEEK else None) for monday, added, days in told if monday > begun)
    return tuple(Week(*week) for week in known)


# --- neighbourhoods --------------------------------------------------------------------------------------------


def _neighbourhoods(store: Store, known: _Known, precinct: Area) -> tuple[list[Standing], dict[str, str]]:
    """Where each stands, and its name; nothing where no registrations by neighbourhood were delivered."""
    with store.engine.connect() as connection:
        inside = [area for area in areas.listing(connection, "zone") if area.parent == precinct.code]
        history = record.neighbourhoods(connection, precinct.id)
        stated = record.stated(connection, inside)
    if history is None or history.first > known.day:
        return [], {}
    until = history.until(min(known.day, history.last))
    held = _Known(known.day, until, {area.code: area for area in inside}, stated, {})
    return _standings(held, inside), {area.code: area.name for area in inside}


def _coverage(parts: Sequence[Standing]) -> tuple[tuple[tuple[float, float], ...], float | None]:
    pairs = [(p.population.people, p.registered) for p in parts if p.population and p.registered is not None]
    if len(pairs) < 2 or not any(registered for _, registered in pairs):
        return (), None
    people, addresses = np.array(pairs, dtype=np.float64).T
    x, y = coverage.lorenz(people, addresses)
    return tuple(zip(x.tolist(), y.tolist(), strict=True)), coverage.gini(x, y)
