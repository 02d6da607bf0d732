"""What the record says of surveys: the newest fact on each share, and the goal for the dark figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, false, func, or_, select

from data_access.adoption import date_of
from data_access.areas import Area
from data_access.deliveries import live
from data_access.index.record import live_batches
from data_access.schema import estimates, goals, incidents
from domain.periods import Window
from domain.surveys import DarkGoal, Design, Estimate, Topic, Unit
from domain.tables import Kind

DARK_FIGURE = "dark_figure"


def read(connection: Connection, shown: Iterable[Area]) -> list[Estimate]:
    """Every share that counts, by survey, topic, item, place and year; those of areas not shown are left out."""
    known = {area.id: area for area in shown}
    query = select(estimates).where(estimates.c.delivery_id.in_(live(connection, Kind.SURVEY)))
    newest: dict[tuple[object, ...], Estimate] = {}
    for row in connection.execute(query.order_by(estimates.c.id)):
        if row.area_id is not None and row.area_id not in known:
            continue
        code, place = (known[row.area_id].code, known[row.area_id].name) if row.area_id else ("", row.place)
        key = (row.survey, row.topic, row.item, code, place, row.unit, row.design, row.year)
        newest[key] = Estimate(
            survey=row.survey,
            year=row.year,
            topic=Topic(row.topic),
            item=row.item,
            precinct=code,
            place=place,
            unit=Unit(row.unit),
            share=row.share,
            low=row.low,
            high=row.high,
            level=row.level,
            answers=row.answers,
            design=Design(row.design),
        )
    return [newest[key] for key in sorted(newest, key=repr)]


def dark_goal(connection: Connection) -> DarkGoal | None:
    """The newest goal for the dark figure of the whole territory."""
    held = goals.c.delivery_id.in_(live(connection, Kind.GOALS))
    query = select(goals).where(held, goals.c.measure == DARK_FIGURE, goals.c.area_id.is_(None))
    row = connection.execute(query.order_by(goals.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    baseline = None if row.baseline is None else float(row.baseline)
    return DarkGoal(float(row.share), baseline, date_of(row.starts), date_of(row.due), row.source)


def by_neighbourhood(
    connection: Connection, zones: Iterable[int], types: Iterable[str], window: Window
) -> dict[int, int]:
    """Incidents of the shown sources by area id, that began within a window on their source's own clock."""
    columns = incidents.c
    _, clocks, _ = live_batches(connection)
    during = [
        and_(
            columns.source_id == source,
            columns.occurred_from >= _midnight(window.start, clock),
            columns.occurred_from < _midnight(window.end + timedelta(days=1), clock),
        )
        for source, clock in clocks.items()
    ]
    query = (
        select(columns.zone_id, func.count())
        .where(or_(false(), *during), columns.zone_id.in_(list(zones)), columns.type.in_(list(types)))
        .group_by(columns.zone_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _midnight(day: date, clock: str) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(clock)).timestamp())
