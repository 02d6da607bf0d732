"""The places that the portal knows by name: one data file each in `config/places/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from config.settings import PLACES

DEFAULT = "santiago"  # where the demo city lies
CELL = 250  # metres
FORECASTS = ("robbery.street", "vehicle.contents", "robbery+theft+burglary+vehicle")  # where a file names none


@dataclass(frozen=True, slots=True)
class Commune:
    """A precinct that a place names itself; `cut` is its official code."""

    code: str
    cut: str
    name: str
    population: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a city forecasts: codes of types or families joined by +, in cells of so many metres."""

    codes: str
    cell: int


@dataclass(frozen=True, slots=True)
class Place:
    """A city: its clock, its language, where to look first, [lon, lat], and what it forecasts."""

    name: str
    zone: str
    language: str
    centre: tuple[float, float]
    communes: tuple[Commune, ...]
    forecasts: tuple[Forecast, ...]


@cache
def place(code: str = "") -> Place:
    """The place of a file's name, or the demo's; raises FileNotFoundError where there is none."""
    table = tomllib.loads((PLACES / f"{code or DEFAULT}.toml").read_text(encoding="utf-8"))
    communes = tuple(Commune(**row) for row in table.get("commune", []))
    lon, lat = table["centre"]
    told = table.get("forecast", {})
    forecasts = tuple(Forecast(codes, told.get("cell", CELL)) for codes in told.get("targets", FORECASTS))
    return Place(table["name"], table["zone"], table["language"], (lon, lat), communes, forecasts)
