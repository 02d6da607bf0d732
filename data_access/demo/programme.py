"""What the demo city's adoption is made from, read from `config/demo/adoption.toml`, which says what each means."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from data_access.demo.tables import FOLDER


@dataclass(frozen=True, slots=True)
class Precinct:
    addresses: int
    reports: int
    launched: int
    middle: float
    width: float
    sectors: int
    uneven: float


@dataclass(frozen=True, slots=True)
class Goal:
    share: str
    rounding: str
    years: int
    baseline: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    week: tuple[float, ...]
    shape: float
    absent: float
    unplaced: float


@dataclass(frozen=True, slots=True)
class Lost:
    precinct: str
    months: int


@dataclass(frozen=True, slots=True)
class Corrected:
    precinct: str
    months: int
    days: int


@dataclass(frozen=True, slots=True)
class Programme:
    source: str
    text: str
    invented: str
    people: int
    goals: Mapping[str, Goal]  # by measure
    precincts: Mapping[str, Precinct]  # by code
    course: Course
    lost: Lost
    corrected: Corrected
    told_otherwise: Mapping[str, int]
    compass: Mapping[str, tuple[float, float]]


@cache
def programme() -> Programme:
    """The reporting app's programme in the demo city."""
    table = tomllib.loads((FOLDER / "adoption.toml").read_text(encoding="utf-8"))
    course = table["course"] | {"week": tuple(table["course"]["week"])}
    return Programme(
        source=table["source"],
        text=table["text"],
        invented=table["invented"],
        people=table["people"],
        goals={measure: Goal(**row) for measure, row in table["goal"].items()},
        precincts={code: Precinct(**row) for code, row in table["precinct"].items()},
        course=Course(**course),
        lost=Lost(**table["lost"]),
        corrected=Corrected(**table["corrected"]),
        told_otherwise=table["told_otherwise"],
        compass={name: (east, north) for name, (east, north) in table["compass"].items()},
    )
