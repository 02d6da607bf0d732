"""Is there a camera here? One answer for a place, a limited number of times, and never which camera."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from analytics.near import Near, holding, near
from data_access.areas import plain
from data_access.desk import Desk, tries
from data_access.engine import writing
from domain.errors import Invalid, Throttled
from domain.registers.cameras import Precision, Status
from services import clock, published
from services.footage.filing import prefix

LONGEST = 60  # letters of a corner
JOINING = frozenset({"con", "y", "and", "esquina", "esq"})
WINDOW, LIMIT = 3_600, 30  # seconds; questions of one visitor in them
POINT = re.compile(r"\s*(-?\d{1,3}[.,]\d{1,12})\s*[,;\s]\s*(-?\d{1,3}[.,]\d{1,12})\s*", re.ASCII)


def ask(releases: Path, desk: Desk, text: str, source: str) -> Near:
    """What the published register's active cameras let be said of a place.

    `text` is latitude and longitude as a telephone's map copies them, or the names of a corner's streets. Raises
    Invalid for what is neither a point nor a corner of the register, Throttled or NotFound.
    """
    corner = [] if POINT.fullmatch(text) else _corner(releases, text[:LONGEST])
    place = None if corner else point(text)
    now, key = clock.now(), desk.seal.hashed("camera check", prefix(source))
    with writing(desk.engine) as connection:
        wait = tries.take(connection, key, now, WINDOW, LIMIT)
    if wait:
        raise Throttled("too_many", seconds=wait)
    return Near.YES if place is None else _near(releases, place[1], place[0])


def point(text: str) -> tuple[float, float]:
    """Latitude and longitude. Raises Invalid("public.point").

    >>> point("-33.45, -70.66"), point("-33,45 -70,66")
    ((-33.45, -70.66), (-33.45, -70.66))
    """
    found = POINT.fullmatch(text)
    if found is None:
        raise Invalid("public.point")
    lat, lon = (float(part.replace(",", ".")) for part in found.groups())
    if abs(lat) > 90 or abs(lon) > 180:
        raise Invalid("public.point")
    return lat, lon


def _corner(releases: Path, text: str) -> list[str]:
    """The names of active cameras that hold every word of a corner; two words at least."""
    asked = set(plain(text).split()) - JOINING
    names = [row["name"] or "" for row in published.rows(releases, "cameras") if row["status"] == Status.ACTIVE]
    return [name for name in names if asked <= set(plain(name).split())] if len(asked) > 1 else []


def _near(releases: Path, lon: float, lat: float) -> Near:
    active = [row for row in published.rows(releases, "cameras") if row["status"] == Status.ACTIVE]
    placed = [row for row in active if row["lon"] is not None]
    lons, lats = (np.array([row[name] for row in placed], np.float64) for name in ("lon", "lat"))
    sectors = [row["sector"] for row in active if row["precision"] == Precision.SECTOR]
    outlines = {area.code: area.outline for area in published.outlines(releases) if area.outline}
    precisions = [row["precision"] for row in placed]
    return near(lon, lat, (lons, lats, precisions), sectors, holding(lon, lat, outlines))
