"""The numbers that the demo city is made from, read from `config/demo/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent.parent / "config" / "demo"
Mix = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Commune:
    """How a commune is built: `east` ends its built-up part, `turn` is in degrees, `block` in metres."""

    code: str
    turn: float
    block: float
    trend: float
    east: float = 180.0


@dataclass(frozen=True, slots=True)
class Axis:
    name: str
    pull: float
    line: tuple[tuple[float, float], ...]
    metro: bool = False


@dataclass(frozen=True, slots=True)
class Centre:
    at: tuple[float, float]
    draw: float
    reach: float
    night: float


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of incident happens; the file says what each number means."""

    code: str
    yearly: tuple[float, ...]
    places: str
    rhythm: str
    vehicle: str
    item: str
    weapon: str
    informal: float
    window: float
    wait: float
    season: tuple[float, int]
    trend: float

    @property
    def family(self) -> str:
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Rhythm:
    peaks: tuple[tuple[float, float, float], ...]
    floor: float
    week: tuple[float, ...]
    night: float


@dataclass(frozen=True, slots=True)
class Special:
    month: int
    day: int
    factor: float
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    communes: tuple[Commune, ...]
    axes: tuple[Axis, ...]
    centres: tuple[Centre, ...]
    kinds: tuple[Kind, ...]
    rhythms: Mapping[str, Rhythm]
    mixes: Mapping[str, Mapping[str, Mix]]
    specials: tuple[Special, ...]


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _rows(kind: Any, rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(kind(**{key: _frozen(value) for key, value in row.items()}) for row in rows)


@cache
def tables() -> Tables:
    """The tables of the demo city."""
    city = tomllib.loads((FOLDER / "city.toml").read_text(encoding="utf-8"))
    crime = tomllib.loads((FOLDER / "crime.toml").read_text(encoding="utf-8"))
    codes = [row["code"] for row in city["commune"]]
    assert codes == crime["communes"], "config/demo/crime.toml counts its communes in another order"
    return Tables(
        communes=_rows(Commune, city["commune"]),
        axes=_rows(Axis, city["axis"]),
        centres=_rows(Centre, city["centre"]),
        kinds=_rows(Kind, crime["type"]),
        rhythms={name: _rows(Rhythm, [row])[0] for name, row in crime["rhythm"].items()},
        mixes=crime["mix"],
        specials=_rows(Special, crime["special"]),
    )
