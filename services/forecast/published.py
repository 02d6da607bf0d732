"""What a release tells of forecasts: how good they were beside simple ones, past fifths of risk by zone, who bore the
flags, and when a model stepped back. Never a cell, never a single week, and nothing of a quarter that is not closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.forecast.metrics import Score
from analytics.forecast.quintiles import FIFTHS, quintiles
from analytics.forecast.told import Exposure
from data_access.forecast import rows
from data_access.forecast.zones import Zones
from data_access.releases.ground import Ground
from data_access.store import Store
from domain.forecast.models import COVERAGES, REFERENCE, Model
from domain.forecast.sealed import Sealed, Target
from domain.periods import Quarter
from domain.release.parts import Cell, Column, Kind, Part
from locales import told
from services.forecast import board, exposed, standing
from services.forecast.exposed import EVENTS

SHARES = tuple(f"hit_rate_{coverage * 100:g}" for coverage in COVERAGES)
COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "accuracy": {
        **dict.fromkeys(("quarter", "target"), Kind.CODE),
        "cell": Kind.NUMBER,
        "model": Kind.CODE,
        **dict.fromkeys(("weeks", *SHARES, "pai_5", "skill"), Kind.NUMBER),
    },
    "fifths": {**dict.fromkeys(("quarter", "target", "zone"), Kind.CODE), "fifth": Kind.NUMBER},
    "exposure": {
        **dict.fromkeys(("quarter", "target"), Kind.CODE),
        **dict.fromkeys(("cell", "weeks"), Kind.NUMBER),
        "basis": Kind.CODE,
        **dict.fromkeys(("gini", "alarms"), Kind.NUMBER),
    },
    "precincts": {
        **dict.fromkeys(("quarter", "target"), Kind.CODE),
        "cell": Kind.NUMBER,
        "precinct": Kind.CODE,
        **dict.fromkeys(("share", "ratio", "longest"), Kind.NUMBER),
        "warned": Kind.TEXT,
    },
    "seals": {"forecasts": Kind.NUMBER, "seal": Kind.TEXT, "scores": Kind.NUMBER, "scored": Kind.TEXT},
    "log": {"month": Kind.PERIOD, "target": Kind.CODE, "action": Kind.CODE, "reason": Kind.TEXT},
}


def parts(
    store: Store, connection: Connection, ground: Ground, synthetic: bool, zone: ZoneInfo, today: date
) -> list[Part]:
    """The parts of a release, none where nothing was scored in a closed quarter; months are those of the clock."""
    sealed = rows.listing(connection, synthetic)
    rowed: dict[str, list[Sequence[Cell]]] = {name: [] for name in COLUMNS}
    where = Zones(connection, ground.published, synthetic)
    for target in sorted({one.target for one in sealed}):
        weeks = standing.newest(connection, target, synthetic)
        quarters = exposed.closed((one.week for one, _ in weeks), today)
        for quarter in quarters:
            held = [(one, scores) for one, scores in weeks if quarter.holds(one.week)]
            rowed["accuracy"] += _accuracy(quarter, target, [scores for _, scores in held])
            found = exposed.of_quarter(connection, store.snapshot(), target, [one for one, _ in held])
            _bear(rowed, quarter, target, found, {area.code for area in ground.precincts})
        if quarters:
            newest = [one for one, _ in weeks if quarters[-1].holds(one.week)]
            rowed["fifths"] += _fifths(connection, where, quarters[-1], target, newest, today)
        rowed["log"] += _log(connection, target, synthetic, zone, today)
    if not rowed["accuracy"]:
        return []
    rowed["seals"].append(astuple(rows.tail(connection, synthetic)))
    return [_part(name, content) for name, content in rowed.items()]


def _bear(
    rowed: Mapping[str, list[Sequence[Cell]]],
    quarter: Quarter,
    target: Target,
    found: Exposure | None,
    precincts: Collection[str],
) -> None:
    """Add who bore the flags of a quarter: the city as a whole, and each published precinct. No count of incidents."""
    if found is None:
        return
    audit, head = found.audit, (str(quarter), target.code, target.cell)
    rowed["exposure"].append((*head, audit.weeks, str(audit.basis), _rounded(audit.gini), len(audit.alarms)))
    for area in audit.areas:
        if area.code in precincts:
            borne = (_rounded(area.share), _rounded(area.size_ratio, 1), area.longest, " ".join(area.warned))
            rowed["precincts"].append((*head, area.code, *borne))


def _accuracy(quarter: Quarter, target: Target, weeks: Sequence[Mapping[Model, Score]]) -> Iterable[Sequence[Cell]]:
    """A row for each model, over the weeks in which all were scored."""
    sums = board.pooled(board.together(weeks))
    if not sums or sums[REFERENCE].events < EVENTS:
        return
    for model, score in sums.items():
        rates = [_rounded(score.hits(coverage).hit_rate) for coverage in COVERAGES]
        pai, skill = score.hits(0.05).pai, score.skill(sums[REFERENCE])
        start = str(quarter), target.code, target.cell, str(model), score.weeks
        yield (*start, *rates, _rounded(pai, 1), _rounded(skill))


def _rounded(value: float | None, decimals: int = 2) -> float | None:
    return None if value is None else round(value, decimals) + 0.0  # never -0.0


def _fifths(
    connection: Connection,
    where: Zones,
    quarter: Quarter,
    target: Target,
    sealed: Sequence[Sealed],
    today: date,
) -> Iterable[Sequence[Cell]]:
    """The fifth of each zone that has cells, by what was forecast of it for each km2 where crime is known."""
    if not sealed:
        return
    rates: dict[date, NDArray[np.floating]] = {}
    km2 = np.zeros(len(where.published))
    for one in sealed:
        content = rows.content(connection, one.id)
        zone = where(content)
        inside = zone >= 0
        leader = content.of(Model(content.facts["leader"]))
        rates[one.week] = np.bincount(zone[inside], leader[inside], len(where.published)).astype(np.float64)
        cells = np.bincount(zone[inside], minlength=len(where.published))
        km2 = np.asarray(cells * content.lattice.km2, dtype=np.float64)
    held = np.flatnonzero(km2)
    if len(held) < FIFTHS:
        return
    found = quintiles(
        {week: values[held] for week, values in rates.items()},
        np.arange(len(held)),
        km2[held],
        quarter.window,
        today,
    )
    for number, fifth in zip(held.tolist(), found.fifth, strict=True):
        yield str(quarter), target.code, where.published[number].code, fifth


def _log(
    connection: Connection, target: Target, synthetic: bool, zone: ZoneInfo, today: date
) -> Iterable[Sequence[Cell]]:
    """What happened to the model, by month; who it was is told to staff alone."""
    for entry in reversed(rows.entries(connection, target, synthetic)):
        when = datetime.fromtimestamp(entry.at, zone).date()
        if when <= today:
            yield f"{when:%Y-%m}", target.code, entry.action, "" if entry.month else entry.reason


def _part(name: str, content: Sequence[Sequence[Cell]]) -> Part:
    columns = tuple(Column(code, kind, told(f"forecast_public.columns.{code}")) for code, kind in COLUMNS[name].items())
    title, notes = told(f"forecast_public.parts.{name}"), told(f"forecast_public.notes.{name}")
    return Part(f"forecast_{name}", title, columns, content, notes)
