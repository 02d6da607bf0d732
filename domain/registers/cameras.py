"""The register of cameras: one entry for each camera in public space, told to everybody.

Sound is never recorded, so that is no field but a constant. The city's own number of a camera is kept to know it
again in the next table, and is never published.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from domain.registers.fields import NO, Entry, Field, Kind, Listed, Problem, Value, day, understood

SOUND = False
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is read for another


class Precision(StrEnum):
    """How exactly a camera's place is published."""

    CORNER = "corner"
    BLOCK = "block"
    SECTOR = "sector"


class Status(StrEnum):
    ACTIVE = "active"
    FAULTY = "faulty"
    PLANNED = "planned"
    REMOVED = "removed"


TYPES = ("fixed", "ptz", "dome", "drone", "body", "plate_portal", "mobile")
MOBILE = ("drone", "body", "mobile")  # have no place of their own

FIELDS = (
    Field("name", "place", most=120),
    Field("lon", "place", Kind.NUMBER, most=180, least=-180),
    Field("lat", "place", Kind.NUMBER, most=90, least=-90),
    Field("sector", "place", most=80),
    Field("precision", "place", Kind.CHOICE, True, choices=tuple(Precision)),
    Field("type", "camera", Kind.CHOICE, True, choices=TYPES),
    Field("operator", "responsible", required=True),
    Field("owner", "responsible", required=True),
    Field("vendor", "responsible"),
    Field("contact", "responsible", required=True),
    Field("purpose", "rules", required=True, most=400),
    Field("legal_basis", "rules", required=True, most=400),
    Field("legal_link", "rules", Kind.LINK, most=300),
    Field("retention_days", "rules", Kind.WHOLE, True, most=730, least=1),
    Field("shared_with", "rules", Kind.LIST, most=500),
    Field("assessment", "rules", Kind.LINK, most=300),
    Field("analytics", "camera", Kind.LIST),
    Field("face_recognition", "camera", Kind.YES, True),
    Field("plate_reading", "camera", Kind.YES, True),
    Field("field_of_view", "camera", most=300),
    Field("privacy_mask", "camera", Kind.YES),
    Field("sign", "camera", Kind.YES),
    Field("installed", "life", Kind.DAY),
    Field("valid_until", "life", Kind.DAY, True),
    Field("removed", "life", Kind.DAY),
    Field("status", "life", Kind.CHOICE, True, choices=tuple(Status)),
    Field("uptime", "life", Kind.SHARE, most=100),
    Field("certified", "life", Kind.DAY),
    Field("reference", "life", most=60),
)
PRIVATE = ("reference",)


class Camera(Listed):
    """A camera's entry."""

    __slots__ = ()

    @property
    def active(self) -> bool:
        return self.entry["status"] == Status.ACTIVE


def new_code() -> str:
    """A public name that says nothing of order, place or number."""
    return "CAM-" + "".join(secrets.choice(LETTERS) for _ in range(8))


def check(given: Mapping[str, object], today: date) -> tuple[dict[str, Value], list[Problem]]:
    """A camera's entry, and everything that is wrong with it."""
    entry, problems = understood(FIELDS, given)
    told = {problem.field for problem in problems}
    return entry, problems + [one for one in _rules(entry, today, given.get("sound")) if one.field not in told]


def _rules(entry: Entry, today: date, sound: object) -> list[Problem]:
    installed, until, removed = (day(entry[name]) for name in ("installed", "valid_until", "removed"))
    certified = day(entry["certified"])
    wrong = [
        (bool(sound) and str(sound).casefold().strip() not in NO, "sound", "sound"),
        (bool(installed and until and until < installed), "valid_until", "before_installed"),
        (bool(installed and removed and removed < installed), "removed", "before_installed"),
        ((entry["status"] == Status.REMOVED) != (removed is not None), "removed", "removed_day"),
        (bool(certified and certified > today), "certified", "to_come"),
    ]
    return [Problem(name, reason) for is_so, name, reason in wrong if is_so] + _place(entry)


def _place(entry: Entry) -> list[Problem]:
    lon, lat, precision = entry["lon"], entry["lat"], entry["precision"]
    if (lon is None) != (lat is None):
        return [Problem("lat" if lat is None else "lon", "half_a_point")]
    if lon == 0 and lat == 0:
        return [Problem("lon", "no_place")]
    if precision == Precision.SECTOR or entry["type"] in MOBILE:
        return [] if entry["sector"] else [Problem("sector", "needed_sector")]
    return [Problem("lon", "needed_point")] if lon is None else []


def reminders(entry: Entry, today: date) -> list[str]:
    """What somebody must see to: `registers.reminders.<one>` says it. A camera that is gone asks for nothing."""
    if entry["status"] == Status.REMOVED:
        return []
    certified, until = day(entry["certified"]), day(entry["valid_until"])
    due = []
    if entry["status"] != Status.PLANNED and (certified is None or a_month_after(certified) < today):
        due.append("certification")
    if until is not None and until < today:
        due.append("expired")
    elif until is not None and until <= today + timedelta(days=30):
        due.append("expires")
    return due


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last.

    >>> a_month_after(date(2026, 1, 31)), a_month_after(date(2026, 12, 5))
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 5))
    """
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    last = (date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))
