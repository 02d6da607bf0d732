"""Statistics of requests for footage: the part of a release, and the same numbers for the desk."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from analytics import requests
from analytics.requests import Codes, Line
from config.jurisdiction import codes, jurisdiction
from data_access.desk import Desk, counting
from data_access.store import Store
from domain.footage.draft import Kind
from domain.footage.handling import NOT_HELD, OUTCOMES
from domain.footage.intake import Channel
from domain.people import Actor, Permission, require
from domain.release.lattice import CLOSED_DAYS
from domain.release.parts import Column, Part
from domain.release.parts import Kind as Holds
from locales import told
from services import audit
from services.footage.letters import WEB

NAME = "request_statistics"
CHANNELS = (WEB, *Channel, counting.IMPORTED)


def listed(desk: Desk, actor: Actor, zone: str, today: date) -> list[Line]:
    """The numbers of every quarter that is over, those too that are not published yet. Raises Forbidden."""
    require(actor, Permission.CASES)
    return _lines(desk, zone, today, 1)


def export(store: Store, desk: Desk, actor: Actor, zone: str, today: date) -> list[Line]:
    """The same for a file that leaves the portal, which the audit log tells. Raises Forbidden."""
    found = listed(desk, actor, zone, today)
    audit.record(store, actor, "export.requests")
    return found


def part(desk: Desk, zone: str, now: int) -> Part:
    """The table of a release: quarters that ended thirty days ago at least."""
    lines = _lines(desk, zone, datetime.fromtimestamp(now, ZoneInfo(zone)).date(), CLOSED_DAYS)
    rows = [(line.quarter, line.measure, line.item, line.count, line.value) for line in lines]
    kinds = {"quarter": Holds.PERIOD, "count": Holds.COUNT, "value": Holds.NUMBER}
    names = ("quarter", "measure", "item", "count", "value")
    columns = tuple(Column(name, kinds.get(name, Holds.CODE), _said(f"columns.{name}")) for name in names)
    return Part(NAME, _said("title"), columns, rows, _said("notes"))


def _lines(desk: Desk, zone: str, today: date, closed_days: int) -> list[Line]:
    with desk.engine.connect() as connection:
        which = counting.shown(connection)
        first = counting.first(connection, which)
        if first is None:
            return []
        wanted = requests.quarters(datetime.fromtimestamp(first, ZoneInfo(zone)).date(), today, closed_days)
        return requests.statistics(
            counting.asked(connection, which, zone),
            counting.appeals(connection, which, zone),
            counting.kept(connection, which, zone),
            _codes(),
            wanted,
        )


def _codes() -> Codes:
    grounds = dict.fromkeys(ground.code for code in codes() for ground in jurisdiction(code).grounds)
    return Codes(tuple(Kind), CHANNELS, NOT_HELD, tuple(grounds), OUTCOMES)


def _said(key: str) -> dict[str, str]:
    return told(f"requests.{key}")
