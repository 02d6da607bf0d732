"""Who bears the forecasts of some weeks: how often each precinct was flagged, and what came of the flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.forecast.areas import Area
from analytics.forecast.benefit import Benefit, added, benefit
from analytics.forecast.content import Content
from analytics.forecast.exposure import audit, flags_by_area
from analytics.forecast.metrics import flagged, ranking
from analytics.forecast.panel import WEEK
from analytics.forecast.told import Exposure
from data_access import areas as record
from data_access.forecast import counting, rows
from data_access.forecast.counting import Numbers
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.forecast.models import Model
from domain.forecast.sealed import Sealed, Target
from domain.periods import Quarter
from domain.release.lattice import CLOSED_DAYS
from services.forecast import standing
from services.forecast.place import is_synthetic

FLAGGED = 0.05  # of the area: what counts as flagged
EVENTS = 30  # that a quarter must have for anything of them to be told to the public


def exposure(connection: Connection, snapshot: Snapshot, target: Target, sealed: Sequence[Sealed]) -> Exposure | None:
    """Of a target's forecasts, one a week, oldest first and at least one; None where their precincts are not known."""
    reported = counting.by_precinct(snapshot, target, sealed[0].week, sealed[-1].week + WEEK)
    known = areas(connection, rows.content(connection, sealed[-1].id), reported)
    if not known:
        return None
    scores = rows.scored(connection, sealed[0].synthetic, target)
    flags: list[Mapping[str, int]] = []
    came: list[Mapping[str, Benefit]] = []
    for one in sealed:
        content = rows.content(connection, one.id)
        chosen = _chosen(content)
        counts = flags_by_area(content.area, chosen, len(content.areas)).tolist()
        flags.append(dict(zip(content.areas, counts, strict=True)))
        if one.id in scores:
            observed = what_came(scores[one.id][-1], content)
            came.append(benefit(content.areas, content.area, chosen, observed, content.lattice.km2))
    table = np.array([[week.get(area.code, 0) for area in known] for week in flags], dtype=np.int64)
    return Exposure(audit(table, known), len(came), added(came))


def closed(weeks: Iterable[date], today: date) -> list[Quarter]:
    """The closed quarters that hold any of some weeks, the oldest first."""
    found = {Quarter.of(week) for week in weeks}
    return sorted(one for one in found if one.has_closed(today, CLOSED_DAYS))


def of_quarter(connection: Connection, snapshot: Snapshot, target: Target, sealed: Sequence[Sealed]) -> Exposure | None:
    """The audit of a quarter's forecasts as it may be told to the public, oldest week first.

    None too where the quarter had few incidents: that an area's ratio to reports rang could then tell of single ones.
    """
    found = exposure(connection, snapshot, target, sealed) if sealed else None
    if found is None or sum(one.events for one in found.benefit.values()) < EVENTS:
        return None
    return found


def newest(store: Store, target: Target, today: date) -> tuple[Quarter, Exposure] | None:
    """The newest closed quarter that has an audit; None before the first."""
    snapshot = store.snapshot()
    with store.engine.connect() as connection:
        weeks = [one for one, _ in standing.newest(connection, target, is_synthetic(snapshot))]
        for quarter in reversed(closed((one.week for one in weeks), today)):
            held = [one for one in weeks if quarter.holds(one.week)]
            if (found := of_quarter(connection, snapshot, target, held)) is not None:
                return quarter, found
    return None


def areas(connection: Connection, content: Content, reported: Mapping[str, int] | None = None) -> list[Area]:
    """The precincts of a forecast with their cells and residents."""
    residents = {area.code: area.population for area in record.listing(connection, "precinct")}
    cells = np.bincount(content.area[content.area >= 0], minlength=len(content.areas)).tolist()
    return [
        Area(code, count, residents.get(code), (reported or {}).get(code, 0))
        for code, count in zip(content.areas, cells, strict=True)
    ]


def what_came(score: rows.Score, content: Content) -> Numbers:
    """The incidents of each cell, shape (cells,), as they were scored."""
    counts = np.zeros(content.lattice.cells, dtype=np.int64)
    for cell, count in score.observed:
        counts[cell] = count
    return counts


def _chosen(content: Content) -> NDArray[np.int64]:
    """The flagged cells."""
    rates = content.of(Model(content.facts["leader"]))
    return ranking(rates)[: flagged(content.lattice.cells, FLAGGED)]
