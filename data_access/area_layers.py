"""What a layer of areas says: which columns name, count and group its rows, and the areas they make."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from data_access.area_files import Polygons, polygons
from data_access.areas import METRES_PER_DEGREE, free_code, plain, slug
from domain.errors import Invalid

LEVELS = ("precinct", "zone")
NAMES: tuple[str, ...] = (
    "nombre",
    "name",
    "nom",
    "colonia",
    "barrio",
    "neighbourhood",
    "neighborhood",
    "comuna",
    "alcaldia",
)
NAMES += ("localidad", "departamento", "distrito", "district", "precinct", "sector", "cuadrante", "zona", "zone")
POPULATIONS = ("population", "poblacion", "habitantes", "pobtot", "poptot", "pob_tot", "pop", "pob")
TITLED = re.compile(r"^(?!name|nombre|nom$|id$|objectid|code|codigo|cod)[^\W\d_]+$", re.IGNORECASE)
SEAM = 12.0  # metres: slits narrower than this between the parts of a dissolved area are closed


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to read a file of areas; a column that is None is guessed (name, population) or not there (the rest)."""

    path: Path
    level: str
    name: str | None = None
    population: str | None = None
    year: int | None = None
    code: str | None = None
    parent: str | None = None
    dissolve: str | None = None
    source: str | None = None
    crs: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One area of a file; `parent` is the name of the precinct it is part of."""

    code: str
    name: str
    level: str
    parent: str | None
    population: int | None
    shape: Any


@dataclass(frozen=True, slots=True)
class Layer:
    """The areas of a file, precincts first, and what was decided while it was read."""

    areas: tuple[Drawn, ...]
    guessed: dict[str, str] = field(default_factory=dict)  # name or population -> the column taken
    repaired: int = 0
    joined: int = 0  # rows that were parts of another row's area


def layer(wanted: Wanted) -> Layer:
    """Read and understand a file of areas. Raises Invalid."""
    if wanted.level not in LEVELS:
        raise Invalid("areas.level", level=wanted.level)
    found = polygons(wanted.path, wanted.crs)
    columns, guessed = _columns(found.columns, wanted)
    parts = _rows(found, columns, wanted)
    joined = _joined(parts)
    if wanted.code:
        _check_codes(joined)
    drawn = _told_apart(joined)
    if wanted.dissolve:
        drawn = [*_dissolved(drawn), *drawn]
    return Layer(tuple(drawn), guessed, found.repaired, len(parts) - sum(area.level == wanted.level for area in drawn))


# --- columns ---------------------------------------------------------------------------------------------------


def _columns(frame: pd.DataFrame, wanted: Wanted) -> tuple[dict[str, str | None], dict[str, str]]:
    given = {
        "name": wanted.name,
        "population": wanted.population,
        "code": wanted.code,
        "parent": wanted.parent or wanted.dissolve,
    }
    columns = {use: _known(frame, column) if column else None for use, column in given.items()}
    free = frame.drop(columns=[column for column in columns.values() if column])
    guesses = {"name": _guess_name(free), "population": _guess_population(free)}
    guessed = {use: column for use, column in guesses.items() if columns[use] is None and column is not None}
    columns |= guessed
    if columns["name"] is None:
        raise Invalid("areas.no_name", known=_listed(frame))
    return columns, guessed


def _known(frame: pd.DataFrame, column: str) -> str:
    for name in map(str, frame.columns):
        if name.casefold() == column.strip().casefold():
            return name
    raise Invalid("areas.column", column=column, known=_listed(frame))


def _listed(frame: pd.DataFrame) -> str:
    return ", ".join(map(str, frame.columns)) or "-"


def _guess_name(frame: pd.DataFrame) -> str | None:
    """The column that is called like a name and tells the most rows apart."""
    ranked = [
        (slug(column) != name, -frame[column].nunique(), order, column)
        for order, name in enumerate(NAMES)
        for column in map(str, frame.columns)
        if slug(column).startswith(name) and frame[column].notna().all()
    ]
    return min(ranked)[-1] if ranked else None


def _guess_population(frame: pd.DataFrame) -> str | None:
    for name in POPULATIONS:
        for column in map(str, frame.columns):
            if slug(column) == slug(name):
                return column
    return None


# --- rows ------------------------------------------------------------------------------------------------------


def _rows(found: Polygons, columns: dict[str, str | None], wanted: Wanted) -> list[Drawn]:
    frame, count = found.columns, len(found.shapes)
    names = [_name(value, str(columns["name"]), row) for row, value in enumerate(frame[columns["name"]], 1)]
    parents = [_text(value) or None for value in frame[columns["parent"]]] if columns["parent"] else [None] * count
    people = _people(frame[columns["population"]]) if columns["population"] else [None] * count
    codes = [_text(value) for value in frame[columns["code"]]] if columns["code"] else [""] * count
    if columns["code"] and not all(codes):
        raise Invalid("areas.row_code", row=codes.index("") + 1)
    return [
        Drawn(_code(code, name, parent, wanted.level), name, wanted.level, parent, population, shape)
        for code, name, parent, population, shape in zip(codes, names, parents, people, found.shapes, strict=True)
    ]


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())[:120]


def _name(value: Any, column: str, row: int) -> str:
    """A row's name; a bare number gets the column's own name before it."""
    name = _text(value)
    if not name:
        raise Invalid("areas.row_name", row=row, column=column)
    return f"{column.capitalize()} {int(name)}" if name.isdecimal() and TITLED.match(column) else name


def _code(given: str, name: str, parent: str | None, level: str) -> str:
    """A code for URLs. Zones have a prefix, so that none takes a precinct's."""
    if level == "precinct":
        return slug(given or name)
    return "z-" + (slug(given) if given else slug(f"{parent or ''} {name}"))


def _people(column: pd.Series[Any]) -> list[int | None]:
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = (numbers.isna() & column.notna()) | (numbers < 0) | (numbers > 2e9)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise Invalid("areas.row_population", row=row + 1, value=str(column.iloc[row]), column=str(column.name))
    return [None if pd.isna(number) else round(number) for number in numbers]


# --- areas -----------------------------------------------------------------------------------------------------


def _joined(rows: list[Drawn]) -> list[Drawn]:
    """Rows with one code, name and parent are parts of one area: islands, or a shape cut up by its maker."""
    groups: dict[tuple[str, str, str | None], list[Drawn]] = {}
    for row in rows:
        groups.setdefault((row.code, row.name, row.parent), []).append(row)
    return [group[0] if len(group) == 1 else _union(group) for group in groups.values()]


def _union(parts: list[Drawn]) -> Drawn:
    """One area of several; its population is theirs together, unless each row tells that of the whole."""
    people = [part.population for part in parts if part.population is not None]
    total = people[0] if len(set(people)) == 1 else sum(people) if len(people) == len(parts) else None
    return replace(parts[0], population=total, shape=shapely.union_all([part.shape for part in parts]))


def _told_apart(rows: list[Drawn]) -> list[Drawn]:
    """Areas that share a name get their parent's, and where that does not help a number; codes that meet get one."""
    twice = Counter(plain(row.name) for row in rows)
    rows = [
        replace(r, name=f"{r.name} ({r.parent})"[:120]) if twice[plain(r.name)] > 1 and r.parent else r for r in rows
    ]
    seen: Counter[str] = Counter()
    codes: set[str] = set()
    told = []
    for row in rows:
        seen[row.name] += 1
        name = row.name if seen[row.name] == 1 else f"{row.name} {seen[row.name]}"
        told.append(replace(row, name=name, code=free_code(row.code, codes)))
        codes.add(told[-1].code)
    return told


def _dissolved(zones: list[Drawn]) -> list[Drawn]:
    """One precinct of all zones with the same parent."""
    groups: dict[str, list[Drawn]] = {}
    for number, zone in enumerate(zones, 1):
        if zone.parent is None:
            raise Invalid("areas.row_parent", row=number)
        groups.setdefault(zone.parent, []).append(zone)
    return [_precinct(name, parts) for name, parts in sorted(groups.items())]


def _precinct(name: str, parts: list[Drawn]) -> Drawn:
    people = [part.population for part in parts]
    seam = SEAM / METRES_PER_DEGREE
    grown = shapely.union_all(shapely.buffer([part.shape for part in parts], seam, join_style="mitre"))
    shape = shapely.make_valid(shapely.buffer(grown, -seam, join_style="mitre"))
    total = None if None in people else sum(number for number in people if number is not None)
    return Drawn(slug(name), name, "precinct", None, total, shape)


def _check_codes(drawn: list[Drawn]) -> None:
    for code, count in Counter(area.code for area in drawn).items():
        if count > 1:
            names = [area.name for area in drawn if area.code == code]
            raise Invalid("areas.same_code", shared=code, names=", ".join(names[:5]))
