"""What an exploration answers: plain records that pages draw, exports write and the JSON twin prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.filter import Filter
from domain.periods import Window


@dataclass(frozen=True, slots=True)
class Change:
    """A count beside the count of the window it is compared with."""

    now: int
    before: int
    percent: float | None  # None where the base is zero: the place or type is "new"
    p: float  # two-sided; chance of a difference this large if nothing changed
    beyond: bool  # beyond usual variation


@dataclass(frozen=True, slots=True)
class Rank:
    """One line of a ranking; `change` only where a window is compared."""

    code: str
    count: int
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """A week, Monday to Sunday, cut to the window; `days` under 7 marks an incomplete one."""

    start: date
    days: int
    count: int
    before: int | None  # the same place in the compared window; None where nothing is compared


@dataclass(frozen=True, slots=True)
class Legend:
    """The classes of the heat image: `breaks` are the lower edges, in incidents per km2 per 28 days."""

    breaks: tuple[float, ...]
    bandwidth: float  # metres


@dataclass(frozen=True, slots=True)
class Places:
    """Where the matching incidents lie: `point` are on the map, the others are only in the tables."""

    point: int
    missing: int
    withheld: int
    outside: int

    @property
    def unmapped(self) -> int:
        return self.missing + self.withheld + self.outside


@dataclass(frozen=True, slots=True)
class Exploration:
    filter: Filter  # as answered: clipped to what the actor may see
    snapshot: str  # name of the incident index that answered
    scope: str  # names what the actor may see; part of the heat image's address
    other: Window | None
    total: int
    places: Places
    change: Change | None
    by_type: tuple[Rank, ...]
    by_vehicle: tuple[Rank, ...]
    by_item: tuple[Rank, ...]
    by_precinct: tuple[Rank, ...]  # code "" gathers those in no known precinct
    matrix: tuple[tuple[int, ...], ...]  # 7 weekdays from Monday x 24 hours
    hour_unknown: int  # matching, and in no cell of the matrix
    series: tuple[Week, ...]
    legend: Legend
    sensitive_left_out: bool  # types that this reader's question leaves out because they are sensitive


@dataclass(frozen=True, slots=True)
class Place:
    """What happened around a clicked point."""

    lon: float
    lat: float
    radius: float  # metres
    total: int
    by_type: tuple[Rank, ...]
    by_vehicle: tuple[Rank, ...]
    by_hour: tuple[int, ...]  # 24
    hour_unknown: int


@dataclass(frozen=True, slots=True)
class Incident:
    """One row of the record as a reader with permission sees it."""

    id: int
    occurred_from: int
    occurred_to: int | None
    precision: str
    zone: str  # the clock of the source
    type: str
    label: str
    vehicle: str
    item: str
    weapon: str
    precinct: str | None  # code
    place: str | None
    lon: float | None
    lat: float | None
    origin: str
    source: str


@dataclass(frozen=True, slots=True)
class IncidentPage:
    rows: tuple[Incident, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Options:
    """What the filter bar offers here, and what every page says of the data."""

    first: date
    last: date  # the last complete day
    types: tuple[str, ...]  # codes present in the data that this actor may ask for
    vehicles: tuple[str, ...]  # empty where the column carries no information
    items: tuple[str, ...]
    origins: tuple[str, ...]
    precincts: tuple[tuple[str, str], ...]  # (code, name) that this actor may see
    bounds: tuple[float, float, float, float]  # west, south, east, north of the heat image
    snapshot: str
    scope: str
    synthetic: bool
    loaded_at: int | None  # when the newest import finished
    has_hours: bool
