"""The panel of use: what is measured of cameras and footage, month by month, and what nobody measures.

Nothing in it is typed: it is counted from the registers, the audit log and the desk's record. What they cannot tell
is "not measured" and never nought. What people did is rounded as all that is published; what counts entries of the
registers, which are published one by one, is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.footage.custody import SEARCH
from domain.footage.draft import Authority
from domain.footage.handling import Purpose, Use

MONTHS = 24  # at most, up to the last closed one
FEWEST = 30  # that a share may be of
COLUMNS = ("month", "measure", "part", "count", "value", "measured")  # a rounded count, or an exact value


class Source(StrEnum):
    """What a measure is counted from."""

    REGISTER = "register"
    LOG = "log"  # the audit log
    REQUESTS = "requests"
    DESK = "desk"  # what the desk did
    NOTHING = "nothing"  # the video system's own log, which the portal does not see


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the panel, or one for each of its `parts`. A share is told of `FEWEST` and more."""

    name: str
    source: Source
    parts: tuple[str, ...] = ("",)
    share: bool = False

    @property
    def exact(self) -> bool:
        """Whether its number is no count of what people did, and so is not rounded to five."""
        return self.share or self.source is Source.REGISTER


EXPORTS = (  # as the log names them
    "incidents",
    "summary",
    "map",
    "forecast",
    "adoption",
    "revisions",
    "dark_figure",
    "perception",
    "rejects",
    "releases",
    "requests",
    "manifest",
)
MEASURES = (
    Measure("active_cameras", Source.REGISTER),
    Measure("median_uptime", Source.REGISTER, share=True),
    Measure("certified_share", Source.REGISTER, share=True),
    Measure("sharing_bodies", Source.REGISTER),
    Measure("sharing_agreements", Source.REGISTER),
    Measure("live_views", Source.NOTHING),
    Measure("exports_without_case", Source.NOTHING),
    Measure("analytics_alerts", Source.NOTHING),
    Measure("alerts_confirmed", Source.NOTHING),
    Measure("outside_audits", Source.NOTHING),
    Measure("incident_lists", Source.LOG),
    Measure("exports", Source.LOG, EXPORTS),
    Measure("requests_residents", Source.REQUESTS),
    Measure("requests_authorities", Source.REQUESTS),
    Measure("requests_by_body", Source.REQUESTS, tuple(Authority)),
    Measure("authorities_granted", Source.REQUESTS),
    Measure("granted_by_body", Source.REQUESTS, tuple(Authority)),
    Measure("footage_searches", Source.DESK, SEARCH[0].choices),
    Measure("footage_views", Source.DESK, tuple(Use)),
    Measure("identity_views", Source.DESK, tuple(Purpose)),
    Measure("footage_delivered", Source.DESK),
    Measure("holds_active", Source.DESK),
    Measure("holds_released", Source.DESK),
    Measure("deletions_due", Source.DESK),
    Measure("deletions_on_time", Source.DESK),
    Measure("deletions_share", Source.DESK, share=True),
    Measure("footage_lost", Source.DESK),
)

SHARES = frozenset(one.name for one in MEASURES if one.share)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month on the city's clock; `start` and `end` are instants, the end not in it."""

    name: str  # 2026-10
    start: int
    end: int


def month(year: int, number: int, zone: str) -> Month:
    """A calendar month; `number` may run over the year's end."""
    first, after = (date(year + (at - 1) // 12, (at - 1) % 12 + 1, 1) for at in (number, number + 1))
    return Month(first.isoformat()[:7], _instant(first, zone), _instant(after, zone))


def closed(since: int, now: int, zone: str) -> list[Month]:
    """The closed months from the one that holds an instant, the last `MONTHS` of them.

    >>> [one.name for one in closed(1_757_000_000, 1_763_800_000, "America/Santiago")]
    ['2025-09', '2025-10']
    """
    here = datetime.fromtimestamp(since, ZoneInfo(zone))
    today = datetime.fromtimestamp(now, ZoneInfo(zone))
    count = (today.year - here.year) * 12 + today.month - here.month
    return [month(here.year, here.month + at, zone) for at in range(max(count - MONTHS, 0), count)]


def _instant(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())
