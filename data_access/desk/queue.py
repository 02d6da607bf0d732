"""The queue of cases by deadline. What is late is asked of the dates, never stored."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from data_access.desk_schema import holds, requests
from domain.footage.case import ALL, OPEN_ONES, SOON, Counts, Line, Wanted
from domain.footage.states import OPEN, TIMED, Resolution, Status

DAY = 86_400
COLUMNS = (
    requests.c.folio,
    requests.c.status,
    requests.c.resolution,
    requests.c.kind,
    requests.c.received_at,
    requests.c.due_at,
    requests.c.officer,
    requests.c.sensitive,
    requests.c.extended,
    requests.c.synthetic,
)
_OPEN, _TIMED = requests.c.status.in_(OPEN), requests.c.status.in_(TIMED)


def lines(
    connection: Connection, wanted: Wanted, now: int, offset: int, limit: int, reader: str | None = None
) -> tuple[tuple[Line, ...], int]:
    """A page of cases by deadline, those without one last, and how many match. With `reader` only that person's own of
    the delicate ones."""
    conditions = [*_conditions(wanted, now), *_seen(reader)]
    total = connection.execute(select(func.count()).select_from(requests).where(*conditions)).scalar_one()
    # Cases whose term runs first, as the others' deadlines are over in any case.
    order = (_TIMED.desc(), _OPEN.desc(), requests.c.due_at.is_(None), requests.c.due_at, requests.c.id)
    page = select(requests.c.id, *COLUMNS).where(*conditions).order_by(*order).offset(offset).limit(limit)
    found = [row._asdict() for row in connection.execute(page)]
    late = _unconfirmed(connection, [row["id"] for row in found], now)
    return tuple(_line(row, late.get(row.pop("id"), 0)) for row in found), total


def _unconfirmed(connection: Connection, ids: list[int], now: int) -> dict[int, int]:
    """How many holds of each case wait too long; asked of the cases of a page alone, as sorting needs them not."""
    late = select(holds.c.request_id, func.count()).where(holds.c.request_id.in_(ids), *_waits(now))
    return {row[0]: row[1] for row in connection.execute(late.group_by(holds.c.request_id))}


def counts(connection: Connection, now: int, reader: str | None = None) -> Counts:
    """What stands in the queue, whatever it is filtered by; `reader` as for `lines`."""
    seen = _seen(reader)
    grouped = select(requests.c.status, func.count()).where(*seen).group_by(requests.c.status)
    by_status = {row[0]: row[1] for row in connection.execute(grouped)}
    due = (requests.c.due_at <= now, requests.c.due_at.between(now + 1, now + SOON * DAY))
    heaps = (*(and_(_TIMED, heap) for heap in due), exists().where(_late(now)))
    once = select(*(func.count().filter(heap) for heap in heaps)).select_from(requests).where(*seen, _OPEN)
    late, soon, unconfirmed = map(int, connection.execute(once).one())
    return Counts(sum(by_status.get(status, 0) for status in OPEN), late, soon, unconfirmed, by_status)


def _seen(reader: str | None) -> list[ColumnElement[bool]]:
    return [] if reader is None else [or_(~requests.c.sensitive, requests.c.officer == reader)]


def kinds(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.scalars(select(requests.c.kind).distinct().order_by(requests.c.kind)))


def officers(connection: Connection) -> tuple[str, ...]:
    """Who has cases."""
    having = select(requests.c.officer).where(requests.c.officer.is_not(None)).distinct()
    return tuple(sorted(filter(None, connection.scalars(having))))


def _late(now: int) -> ColumnElement[bool]:
    """A hold of a case that waits too long for its confirmation."""
    return and_(holds.c.request_id == requests.c.id, *_waits(now))


def _waits(now: int) -> tuple[ColumnElement[bool], ...]:
    return holds.c.confirmed_at.is_(None), holds.c.released_at.is_(None), holds.c.confirm_by < now


def _conditions(wanted: Wanted, now: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status == OPEN_ONES:
        found.append(_OPEN)
    elif wanted.status != ALL:
        found.append(requests.c.status == wanted.status)
    if wanted.kind:
        found.append(requests.c.kind == wanted.kind)
    if wanted.officer:
        found.append(requests.c.officer == wanted.officer)
    if wanted.camera:
        found.append(exists().where(holds.c.request_id == requests.c.id, holds.c.camera == wanted.camera))
    if wanted.due:
        found += [_TIMED, requests.c.due_at <= now + int(wanted.due) * DAY]
    if wanted.unconfirmed:
        found.append(exists().where(_late(now)))
    return found


def _line(row: dict[str, object], unconfirmed: int) -> Line:
    resolution = row["resolution"]
    known = {"status": Status(str(row["status"])), "resolution": Resolution(str(resolution)) if resolution else None}
    return Line(**{**row, **known, "officer": row["officer"] or "", "unconfirmed": unconfirmed})  # type: ignore[arg-type]
