"""The closed list of tables under disclosure control.

One nested geography (whole, precinct, zone), calendar periods that never overlap, and no table beside these: what is
not asked for here cannot be asked for. Every number and every margin is rounded to base 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BASE = 5
BAND_HOURS = 6


class Space(StrEnum):
    WHOLE = "whole"
    PRECINCT = "precinct"
    ZONE = "zone"


class Time(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class What(StrEnum):
    TYPE = "type"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Table:
    """One published table. Sensitive types are in `sensitive` alone, and in no total of the others."""

    name: str
    space: Space
    time: Time
    what: What
    bands: bool = False
    sensitive: bool = False


TABLES = (
    Table("month_type", Space.WHOLE, Time.MONTH, What.TYPE),
    Table("precinct_month_family", Space.PRECINCT, Time.MONTH, What.FAMILY),
    Table("zone_year_family", Space.ZONE, Time.YEAR, What.FAMILY),
    Table("year_family_band", Space.WHOLE, Time.YEAR, What.FAMILY, bands=True),
    Table("sensitive_year", Space.WHOLE, Time.YEAR, What.FAMILY, sensitive=True),
)


def rounded(count: int) -> int:
    """To the nearest multiple of five, halves up: who reads 5 knows that it was 3 to 7, who reads 0 that it was 0 to 2.

    >>> [rounded(n) for n in (0, 2, 3, 7, 8)]
    [0, 0, 5, 5, 10]
    """
    return BASE * ((2 * count + BASE) // (2 * BASE))
