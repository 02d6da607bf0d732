"""Roughly where a time zone is: enough to notice latitude and longitude exchanged where no bounds are given."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

REACH = 15.0  # degrees on each side of the zone's chief city
_PLACE = re.compile(r"([+-]\d{4,7})([+-]\d{5,7})")


@cache
def surroundings(zone: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north around the chief city of a zone, as its own table tells; None for UTC and the like.

    >>> surroundings("America/Bogota")
    (-89.1, -10.4, -59.1, 19.6)
    """
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    place = next((_PLACE.fullmatch(row[1]) for row in rows if row[2] == zone), None)
    if place is None:
        return None
    lat, lon = _degrees(place[1], 2), _degrees(place[2], 3)
    return round(lon - REACH, 1), round(lat - REACH, 1), round(lon + REACH, 1), round(lat + REACH, 1)


def _degrees(text: str, width: int) -> float:
    """Sign, degrees and minutes; seconds do not matter here."""
    size = int(text[1 : 1 + width]) + round(int(text[1 + width : 3 + width]) / 60, 1)
    return -size if text[0] == "-" else size
