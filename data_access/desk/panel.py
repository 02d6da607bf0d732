"""The panel of use, counted month by month from the registers, the audit log and the desk's record."""

from __future__ import annotations

import json
from collections import Counter
from statistics import median

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from data_access.desk import registers
from data_access.desk_schema import cameras, events, evidence, holds, requests
from data_access.schema import audit
from domain.footage.custody import SEARCH
from domain.footage.deadlines import Track
from domain.footage.draft import Authority
from domain.footage.handling import Act, Purpose, Use
from domain.footage.states import Resolution
from domain.registers.panel import COLUMNS, FEWEST, MEASURES, Measure, Month, Source, closed
from domain.registers.published import Table
from domain.release.lattice import rounded

ON_TIME = 86_400  # seconds after its last day within which a file must be gone
FILED = "filed"  # as the desk notes that a request came
IDENTITY = "identity_viewed"  # as the desk notes that somebody looked at who asks
LOST = "incident"  # and that footage was overwritten while it was to be kept
GRANTED = (Resolution.FULL, Resolution.PARTIAL, Resolution.VIEWING)

Numbers = dict[tuple[str, str], float]  # by measure and part


def use(record: Connection, desk: Connection, zone: str, now: int, real: bool = False) -> Table:
    """Every measure of every closed month: a rounded count or an exact value, and whether it was measured at all.

    `record` holds the audit log, `desk` the rest. A month that a source did not cover from its first day is not
    measured by it; what the register says at a month's end is. With `real` nothing that the demo invented counts.
    """
    since = _since(record, desk)
    known = [instant for instant in since.values() if instant is not None]
    if not known:
        return Table(COLUMNS, [])
    rows = []
    for month in closed(min(known), now, zone):
        told = _month(
            record, desk, real, month, {source for source, start in since.items() if _covers(source, start, month)}
        )
        rows += [
            (month.name, one.name, part, *_cells(one, told.get((one.name, part))))
            for one in MEASURES
            for part in one.parts
        ]
    return Table(COLUMNS, rows)


def _cells(measure: Measure, number: float | None) -> tuple[float | None, float | None, str]:
    if number is None:
        return None, None, "false"
    return (None, number, "true") if measure.exact else (number, None, "true")


def _since(record: Connection, desk: Connection) -> dict[Source, int | None]:
    """From when on each source tells anything."""
    return {
        Source.REGISTER: desk.scalar(select(func.min(cameras.c.at))),
        Source.LOG: record.scalar(select(func.min(audit.c.at))),
        Source.REQUESTS: desk.scalar(select(func.min(requests.c.received_at))),
        Source.DESK: desk.scalar(select(func.min(events.c.at))),
    }


def _covers(source: Source, start: int | None, month: Month) -> bool:
    """Requests are dated by what they say themselves, so that a history of them covers its first month too."""
    if start is None:
        return False
    return start < month.end if source in (Source.REGISTER, Source.REQUESTS) else start <= month.start


def _month(record: Connection, desk: Connection, real: bool, month: Month, covered: set[Source]) -> Numbers:
    found: Numbers = {}
    shown = _shown(desk, real)
    if Source.REGISTER in covered:
        found |= _register(desk, month, real)
    if Source.LOG in covered:
        found |= _log(record, month)
    if Source.REQUESTS in covered:
        found |= _requests(desk, month, shown)
    if Source.DESK in covered:
        found |= _desk(desk, month, shown) | _acts(desk, month, shown)
    return found


def _register(desk: Connection, month: Month, real: bool) -> Numbers:
    active = [camera for camera in registers.cameras(desk, month.end, real) if camera.active]
    told = [uptime for camera in active if isinstance(uptime := camera.entry["uptime"], float)]
    bodies = {body for camera in active for body in camera.entry["shared_with"] or ()}  # type: ignore[union-attr]
    found: Numbers = {("active_cameras", ""): len(active), ("sharing_bodies", ""): len(bodies)}
    seen = [str(certified)[:7] for camera in active if (certified := camera.entry["certified"])]
    if seen:  # where no camera was ever certified nobody keeps count of it
        found["certified_share", ""] = round(seen.count(month.name) / len(active), 3)
    agreed = registers.agreements(desk, month.end, real)
    if agreed:  # a register that nobody began says nothing, not nought
        found["sharing_agreements", ""] = sum(one.in_force(month.name) for one in agreed)
    return found | ({("median_uptime", ""): round(median(told), 3)} if told else {})


def _log(record: Connection, month: Month) -> Numbers:
    wanted = or_(audit.c.action == "incidents.viewed", audit.c.action.startswith("export."))
    inside = and_(audit.c.at >= month.start, audit.c.at < month.end, wanted)
    rows = record.execute(select(audit.c.action, func.count()).where(inside).group_by(audit.c.action))
    told = {action: rounded(count) for action, count in rows}
    parts = next(one.parts for one in MEASURES if one.name == "exports")
    exports = {("exports", part): told.get(f"export.{part}", 0) for part in parts}
    return {("incident_lists", ""): told.get("incidents.viewed", 0), **exports}


def _requests(desk: Connection, month: Month, shown: ColumnElement[bool]) -> Numbers:
    authority = requests.c.tracks.contains(Track.AUTHORITY)
    received = and_(requests.c.received_at >= month.start, requests.c.received_at < month.end, shown)
    closed_then = and_(requests.c.closed_at >= month.start, requests.c.closed_at < month.end, shown)
    granted = and_(closed_then, authority, requests.c.resolution.in_(GRANTED))
    count = select(func.count()).select_from(requests)
    return {
        ("authorities_granted", ""): rounded(desk.scalar(count.where(granted)) or 0),
        ("requests_authorities", ""): rounded(desk.scalar(count.where(received, authority)) or 0),
        ("requests_residents", ""): rounded(desk.scalar(count.where(received, ~authority)) or 0),
        **_bodies(desk, "requests_by_body", and_(received, authority)),
        **_bodies(desk, "granted_by_body", granted),
    }


def _bodies(desk: Connection, measure: str, which: ColumnElement[bool]) -> Numbers:
    """Requests by who ordered them, as the chain tells it; a history that was taken in names nobody."""
    filed = events.join(requests, and_(requests.c.folio == events.c.folio, events.c.action == FILED))
    rows = desk.execute(select(events.c.details).select_from(filed).where(which))
    told = Counter(json.loads(details).get("body") for (details,) in rows)
    return {(measure, str(body)): rounded(told[body]) for body in Authority}


def _shown(desk: Connection, real: bool) -> ColumnElement[bool]:
    """The real requests, or the demo's while there are none and they may be told."""
    real = real or bool(desk.scalar(select(exists(select(requests.c.id).where(~requests.c.synthetic)))))
    return requests.c.synthetic == (not real)


def _desk(desk: Connection, month: Month, shown: ColumnElement[bool]) -> Numbers:
    released = and_(holds.c.released_at >= month.start, holds.c.released_at < month.end)
    kept = or_(holds.c.released_at.is_(None), holds.c.released_at >= month.end)
    active = and_(holds.c.placed_at < month.end, holds.c.until >= month.end, kept)
    due = and_(evidence.c.delete_after >= month.start, evidence.c.delete_after < month.end)
    gone = evidence.c.destroyed_at <= evidence.c.delete_after + ON_TIME
    wanted = {
        "holds_active": (holds, active),
        "holds_released": (holds, released),
        "deletions_due": (evidence, due),
        "deletions_on_time": (evidence, and_(due, gone)),
    }
    told: Numbers = {
        (name, ""): rounded(
            desk.scalar(
                select(func.count())
                .select_from(table.join(requests, requests.c.id == table.c.request_id))
                .where(which, shown)
            )
            or 0
        )
        for name, (table, which) in wanted.items()
    }
    return told | _share(told["deletions_on_time", ""], told["deletions_due", ""])


def _share(part: float, whole: float) -> Numbers:
    """Of numbers that are rounded already, so that it tells no more than they do."""
    return {("deletions_share", ""): round(min(part / whole, 1), 2)} if whole >= FEWEST else {}


def _acts(desk: Connection, month: Month, shown: ColumnElement[bool]) -> Numbers:
    """What was done with footage and with who asks, as the chain of events tells it, by the purpose that was said;
    searches by what they came to."""
    inside = and_(
        events.c.at >= month.start,
        events.c.at < month.end,
        events.c.action.in_([Act.LOCATE, Act.VIEW, Act.DELIVER, IDENTITY, LOST]),
    )
    of_a_case = events.join(requests, requests.c.folio == events.c.folio)
    rows = desk.execute(select(events.c.action, events.c.details).select_from(of_a_case).where(inside, shown))
    told = Counter((action, _purpose(details)) for action, details in rows)
    searches: Numbers = {("footage_searches", found): rounded(told[Act.LOCATE, found]) for found in SEARCH[0].choices}
    views: Numbers = {("footage_views", str(use)): rounded(told[Act.VIEW, use]) for use in Use}
    identities: Numbers = {("identity_views", str(purpose)): rounded(told[IDENTITY, purpose]) for purpose in Purpose}
    delivered = sum(count for (action, _), count in told.items() if action == Act.DELIVER)
    lost = sum(count for (action, _), count in told.items() if action == LOST)
    return {
        **searches,
        **views,
        **identities,
        ("footage_delivered", ""): rounded(delivered),
        ("footage_lost", ""): rounded(lost),
    }


def _purpose(details: str) -> str:
    told = json.loads(details)
    return str(told.get("use") or told.get("purpose") or told.get("found") or "")
