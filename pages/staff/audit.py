"""Who did what? The audit log, for those who watch over the portal."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dash import html, register_page

from components import audit_table
from components.audit_table import PAGE, Asked
from config.place import place
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


def layout(actor: str = "", action: str = "", since: str = "", until: str = "", start: str = "0", **_: str) -> html.Div:
    store, reader, zone = session.store(), session.actor(), place(session.settings().place).zone
    asked = Asked(actor.strip(), action, since, until, int(start) if start.isdecimal() and len(start) < 10 else 0)
    wanted = Wanted(asked.actor, asked.action, _instant(since, zone), _instant(until, zone, days=1))
    events, total = audit.read(store, reader, wanted, asked.start, PAGE)
    return audit_table.page(events, total, asked, audit.actions(store, reader), session.words(), zone)


def _instant(day: str, zone: str, days: int = 0) -> int | None:
    """Midnight of a day in the city, or of `days` later; None for what is no day."""
    try:
        local = datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), ZoneInfo(zone))
        return int(local.timestamp())
    except (ValueError, OverflowError):
        return None
