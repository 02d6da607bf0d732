"""Is there a camera here? Yes or no for a point, a limited number of times, and never which camera."""

from __future__ import annotations

import re
from math import cos, hypot, radians
from pathlib import Path

from data_access.desk import Desk, tries
from data_access.engine import writing
from domain.errors import Invalid, Throttled
from domain.release.shown import Row
from services import clock, published
from services.footage.filing import prefix

NEAR = 100.0  # metres
METRES = 111_320.0  # of a degree of latitude
WINDOW, LIMIT = 3_600, 30  # seconds; questions of one visitor in them
POINT = re.compile(r"\s*(-?\d{1,3}[.,]\d{1,12})\s*[,;\s]\s*(-?\d{1,3}[.,]\d{1,12})\s*", re.ASCII)


def ask(releases: Path, desk: Desk, text: str, source: str) -> bool:
    """Whether an active camera of the published register stands within `NEAR` metres of a point.

    `text` is latitude and longitude as a telephone's map copies them. Raises Invalid, Throttled or NotFound.
    """
    lat, lon = point(text)
    now, key = clock.now(), desk.seal.hashed("camera check", prefix(source))
    with writing(desk.engine) as connection:
        wait = tries.wait(connection, key, now, WINDOW, LIMIT)
        if not wait:
            tries.add(connection, key, now)
    if wait:
        raise Throttled("too_many", seconds=wait)
    return any(_stands(row, lon, lat) for row in published.rows(releases, "cameras"))


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


def _stands(row: Row, lon: float, lat: float) -> bool:
    if row["status"] != "active" or row["lon"] is None or row["lat"] is None:
        return False
    return hypot((row["lon"] - lon) * cos(radians(lat)), row["lat"] - lat) * METRES <= NEAR
