"""The places that the portal knows by name: one data file each in `config/places/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from config.settings import PLACES

DEFAULT = "santiago"  # where the demo city lies


@dataclass(frozen=True, slots=True)
class Commune:
    """A precinct that a place names itself; `cut` is its official code."""

    code: str
    cut: str
    name: str
    population: int


@dataclass(frozen=True, slots=True)
class Place:
    """A city: its clock, its language and where to look first, [lon, lat]."""

    name: str
    zone: str
    language: str
    centre: tuple[float, float]
    communes: tuple[Commune, ...]


@cache
def place(code: str = "") -> Place:
    """The place of a file's name, or the demo's; raises FileNotFoundError where there is none."""
    table = tomllib.loads((PLACES / f"{code or DEFAULT}.toml").read_text(encoding="utf-8"))
    communes = tuple(Commune(**row) for row in table.get("commune", []))
    lon, lat = table["centre"]
    return Place(table["name"], table["zone"], table["language"], (lon, lat), communes)
