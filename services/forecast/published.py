"""What a release tells of forecasts: how good they were beside simple ones, past fifths of risk by zone, and when a
model stepped back. Never a cell, never a single week, and nothing of a quarter that is not closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.forecast.metrics import Score
from analytics.forecast.quintiles import FIFTHS, quintiles
from data_access.forecast import rows
from data_access.forecast.zones import Zones
from data_access.releases.ground import Zone
from domain.forecast.models import COVERAGES, REFERENCE, Model
from domain.forecast.sealed import Sealed, Target
from domain.periods import Window
from domain.release.lattice import CLOSED_DAYS
from domain.release.parts import Cell, Column, Kind, Part
from locales import told
from services.forecast import board, standing

EVENTS = 30  # that a quarter must have for a share of them to be told
SHARES = tuple(f"hit_rate_{coverage * 100:g}" for coverage in COVERAGES)
COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "accuracy": {
        **dict.fromkeys(("quarter", "target"), Kind.CODE),
        "cell": Kind.NUMBER,
        "model": Kind.CODE,
        **dict.fromkeys(("weeks", *SHARES, "pai_5", "skill"), Kind.NUMBER),
    },
    "fifths": {**dict.fromkeys(("quarter", "target", "zone"), Kind.CODE), "fifth": Kind.NUMBER},
    "seals": {"forecasts": Kind.NUMBER, "seal": Kind.TEXT},
    "log": {"month": Kind.PERIOD, "target": Kind.CODE, "action": Kind.CODE, "reason": Kind.TEXT},
}


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three calendar months; a week belongs to the one that holds it whole."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def window(self) -> Window:
        after = date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)
        return Window(date(self.year, self.number * 3 - 2, 1), after - timedelta(days=1))

    def holds(self, week: date) -> bool:
        return self.window.start <= week and week + timedelta(days=6) <= self.window.end

    def is_closed(self, today: date) -> bool:
        return today >= self.window.end + timedelta(days=CLOSED_DAYS)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def parts(
    connection: Connection, published: Sequence[Zone], synthetic: bool, zone: ZoneInfo, today: date
) -> list[Part]:
    """The parts of a release, none where nothing was scored in a closed quarter; months are those of the clock."""
    sealed = rows.listing(connection, synthetic)
    targets = sorted({one.target for one in sealed})
    accuracy: list[Sequence[Cell]] = []
    fifths: list[Sequence[Cell]] = []
    log: list[Sequence[Cell]] = []
    where = Zones(connection, published, synthetic)
    for target in targets:
        weeks = standing.newest(connection, target, synthetic)
        quarters = _closed([sealed.week for sealed, _ in weeks], today)
        for quarter in quarters:
            held = [(sealed, scores) for sealed, scores in weeks if quarter.holds(sealed.week)]
            accuracy += _accuracy(quarter, target, [scores for _, scores in held])
        if quarters:
            newest = [sealed for sealed, _ in weeks if quarters[-1].holds(sealed.week)]
            fifths += _fifths(connection, where, quarters[-1], target, newest, today)
        log += _log(connection, target, synthetic, zone, today)
    if not accuracy:
        return []
    seals = [(len(sealed), sealed[-1].seal)]
    return [_part("accuracy", accuracy), _part("fifths", fifths), _part("log", log), _part("seals", seals)]


def _closed(weeks: Iterable[date], today: date) -> list[Quarter]:
    """The closed quarters that hold any of some weeks, the oldest first."""
    found = {Quarter.of(week) for week in weeks}
    return sorted((one for one in found if one.is_closed(today)), key=str)


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
