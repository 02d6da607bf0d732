"""Who did what? The audit log, for those who watch over the portal."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dash import html, register_page

from components import audit_table
from components.audit_table import PAGE, Asked
from domain.audit import Wanted
from domain.people import Permission
from services import audit
from web import session

register_page(
    __name__,
    path="/audit",
    label="accounts.audit.nav",
    icon="audit",
    group="administration",
    permission=Permission.AUDIT,
)


def layout(**query: str | list[str]) -> html.Div:
    store, reader, zone = session.store(), session.actor(), session.here().zone
    asked = _asked({key: value for key, value in query.items() if isinstance(value, str)})
    wanted = Wanted(asked.actor, asked.action, _instant(asked.since, zone), _instant(asked.until, zone, days=1))
    events, total = audit.read(store, reader, wanted, asked.start, PAGE)
    return audit_table.page(events, total, asked, audit.actions(store, reader), session.words(), zone)


def _asked(query: dict[str, str]) -> Asked:
    actor, action, since, until, start = (query.get(key, "") for key in ("actor", "action", "since", "until", "start"))
    return Asked(actor.strip(), action, since, until, int(start) if start.isdecimal() and len(start) < 10 else 0)


def _instant(day: str, zone: str, days: int = 0) -> int | None:
    """Midnight of a day in the city, or of `days` later; None for what is no day."""
    try:
        local = datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), ZoneInfo(zone))
        return int(local.timestamp())
    except (ValueError, OverflowError):
        return None
