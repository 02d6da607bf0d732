"""What the worker does for the desk beside its jobs: tell of what cannot wait, send letters, and once a day delete what
is due, and write down where the chains end."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field

from config.settings import Settings
from data_access.desk import Desk, events
from data_access.mail import Post
from data_access.store import Store
from domain.people import SYSTEM
from services import audit, clock
from services.footage import alarms, mailing, retention, waiting

log = logging.getLogger(__name__)

DAY = 86_400
PAUSE = 5  # seconds between two looks
DONE = "upkeep"  # the event of a day's round, which other workers see


@dataclass
class Upkeep:
    """One worker's part. Called between jobs; whatever happens in it, the worker lives on."""

    desk: Desk
    settings: Settings
    store: Store
    _next: int = field(default=0, init=False)

    def __call__(self) -> None:
        now = clock.now()
        if now < self._next:
            return
        self._next = now + PAUSE
        try:
            if self.settings.supervisor:
                alarms.late_holds(self.desk, self.settings.supervisor, now)
            if self.settings.smtp_url:
                mailing.send_waiting(self.desk, Post(self.settings.smtp_url, self.settings.mail_from), now)
            if _due(self.desk, now):
                daily(self.desk, now)
            audit.anchor(self.store, self.desk, now)
        except Exception:
            self._next = now + DAY // 24
            log.exception("The desk's upkeep failed, %s", secrets.token_hex(4))


def daily(desk: Desk, now: int) -> tuple[list[waiting.Moved], list[retention.Gone]]:
    """A day's round: what waited too long is closed, what is due is deleted."""
    moved, gone = waiting.overdue(desk, now), retention.retain(desk, now)
    with desk.writing() as connection:
        events.append(connection, "", now, SYSTEM.email, DONE, {"moved": len(moved), "deleted": len(gone)})
    return moved, gone


def _due(desk: Desk, now: int) -> bool:
    with desk.engine.connect() as connection:
        return events.count(connection, DONE, now - DAY + 1, now + 1) == 0
