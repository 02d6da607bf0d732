"""The closed list of tables under disclosure control.

One nested geography (whole, precinct, zone), calendar periods that never overlap, and no table beside these: what is
not asked for here cannot be asked for. Every number and every margin is rounded to base 5. Codes that nobody used are
published too, as zeros: that a row is there says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BASE = 5
SLACK = 2  # how far a true count lies from its rounded one at most
BAND_HOURS = 6
CLOSED_DAYS = 30  # after its end before a period may be published
RESIDENTS = 500  # that a zone must have at least

ALL = "all"  # a margin
UNKNOWN = "unknown"  # a place or an hour that the source does not tell
BANDS = ("night", "morning", "afternoon", "evening", UNKNOWN)  # of six hours each, from midnight


class Space(StrEnum):
    WHOLE = "whole"
    PRECINCT = "precinct"
    ZONE = "zone"


class Time(StrEnum):
    MONTH = "month"
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

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a number."""
        place = () if self.space is Space.WHOLE else (str(self.space),)
        return (str(self.time), *place, str(self.what), *(("band",) if self.bands else ()))


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
