"""A table of cameras as a city keeps it: found by its headers, judged row by row, taken whole or refused whole.

A row that speaks of a camera the register knows, by its public code, the city's own number or its name and place,
changes what it tells and leaves the rest of that entry as it was.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from data_access.importing.reading.archives import checked
from data_access.importing.reading.readers import read
from data_access.importing.understanding.coordinates import Bounds, within
from data_access.importing.understanding.texts import BLANK, tidy
from data_access.tables.reading import heading, layout
from domain.errors import Invalid
from domain.registers.cameras import FIELDS, Camera, Precision, Status, check, new_code
from domain.registers.fields import Entry, Problem, Value

HEADERS = Path(__file__).with_name("cameras.toml")
MOST_ROWS = 20_000
SWAPPED = 0.5  # of the points that lie elsewhere: from here on the columns are exchanged

Sectors = Callable[[Sequence[float], Sequence[float]], Sequence[str]]


@dataclass(frozen=True)
class Rows:
    """A table as texts by field; `unused` are headers that no field was found for."""

    file: str
    sha256: str
    lines: tuple[int, ...]
    cells: tuple[Mapping[str, str], ...]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """Where cameras may stand: the city's bounds, where they are known, and which sector holds each point; and how
    exactly they are told where nothing else is said."""

    bounds: Bounds | None = None
    sectors: Sectors = field(default=lambda lon, lat: [""] * len(lon))
    precision: str = Precision.CORNER


@dataclass(frozen=True)
class Judged:
    """What a table says and what is wrong with it. With any problem none of it may be stored."""

    file: str
    sha256: str
    rows: int
    new: int
    changed: int
    known: int
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]
    entries: Mapping[str, Entry]  # to be stored, by code


@cache
def headers() -> Mapping[str, tuple[str, ...]]:
    """The headers under which each field is recognised."""
    told = tomllib.loads(HEADERS.read_text(encoding="utf-8"))
    return {name: (name, *aliases) for name, aliases in told.items()}


def rows(path: Path) -> Rows:
    """The rows of a CSV, Excel, Parquet or JSON table, or of the points of a GeoJSON file.

    Raises Invalid for what is none of them, or has more than `MOST_ROWS` rows.
    """
    checked(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    told = list(_features(path) if _is_geojson(path) else _read(path))
    found = list(dict.fromkeys(header for _, row in told for header in row))
    used = _used(found)
    cells = tuple({name: row[header] for name, header in used.items() if row.get(header)} for _, row in told)
    unused = tuple(header for header in found if header not in used.values())
    return Rows(path.name[:255], digest, tuple(line for line, _ in told), cells, unused)


def _used(found: Sequence[str]) -> dict[str, str]:
    """Which header holds which field; a header that two fields know belongs to the first."""
    known = {heading(header): header for header in reversed(found)}
    used: dict[str, str] = {}
    for name, aliases in headers().items():
        free = (known[heading(alias)] for alias in aliases if heading(alias) in known)
        header = next((one for one in free if one not in used.values()), None)
        if header is not None:
            used[name] = header
    return used


def _read(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    seen = 0
    for chunk in read(path, layout(path)):
        seen += len(chunk.lines)
        if seen > MOST_ROWS:
            raise Invalid("tables.too_long", file=path.name, limit=MOST_ROWS)
        for at, (line, values) in enumerate(zip(chunk.lines.tolist(), chunk.frame.to_dict("records"), strict=True)):
            if at in chunk.flaws:
                raise Invalid("registers.row_unreadable", file=path.name, line=str(line))
            yield int(line), {str(header): _cell(value) for header, value in values.items()}


def _cell(value: object) -> str:
    text = tidy(value) if isinstance(value, str) else ""
    return "" if text.lower() in BLANK else text


def _is_geojson(path: Path) -> bool:
    with path.open("rb") as file:
        return path.suffix.lower() in (".geojson", ".json") and b"FeatureCollection" in file.read(4096)


def _features(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Points and their properties, which a feature may lack; the line is the feature's number."""
    try:
        features = json.loads(path.read_bytes())["features"]
        if len(features) > MOST_ROWS:
            raise Invalid("tables.too_long", file=path.name, limit=MOST_ROWS)
        for number, feature in enumerate(features, 1):
            lon, lat = (feature.get("geometry") or {}).get("coordinates", ("", ""))[:2]
            said = {str(name): _cell(str(value)) for name, value in (feature.get("properties") or {}).items()}
            yield number, said | {"lon": str(lon), "lat": str(lat)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid("registers.no_points", file=path.name) from None


# --- judging ---------------------------------------------------------------------------------------------------


def judge(table: Rows, register: Sequence[Camera], common: Mapping[str, object], today: date, ground: Ground) -> Judged:
    """Judge a table against the register. `common` stands where neither the table nor the register says anything."""
    known = {name: camera for camera in register for name in _names(camera.code, camera.entry)}
    cells = _with_sectors(table.cells, ground)
    cameras = [next((known[name] for name in _names("", row) if name in known), None) for row in cells]
    common = {"precision": ground.precision, "status": Status.ACTIVE, **_said(common)}
    problems = _whole(table, common, cameras) + _points(table, ground.bounds) + _repeated(table, cells, cameras)
    told = {problem.field for problem in problems if not problem.line}
    entries: dict[str, Entry] = {}
    new = same = 0
    for line, row, camera in zip(table.lines, cells, cameras, strict=True):
        before = camera.entry if camera else {}
        entry, wrong = check({**common, **_said(before), **row}, today)
        problems += [replace(one, line=line) for one in [*_unknown(row, camera), *wrong] if one.field not in told]
        if camera and _alike(entry, before):
            same += 1
            continue
        new += camera is None
        entries[camera.code if camera else new_code()] = entry
    ordered = tuple(sorted(problems, key=lambda one: one.line))
    changed = len(entries) - new
    return Judged(table.file, table.sha256, len(cells), new, changed, same, ordered, table.unused, entries)


def _names(code: str, entry: Mapping[str, Any]) -> list[str]:
    """What a camera is known again by, the surest first."""
    place = _place(entry)
    return [
        *([f"code {code or entry.get('camera_id')}"] if code or entry.get("camera_id") else []),
        *([f"reference {entry['reference']}"] if entry.get("reference") else []),
        *([f"place {place} {entry.get('name') or ''}"] if place and not entry.get("reference") else []),
    ]


def _place(entry: Mapping[str, Any]) -> str:
    try:
        return f"{float(entry['lon']):.6f} {float(entry['lat']):.6f}"
    except (KeyError, TypeError, ValueError):
        return ""


def _said(entry: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in entry.items() if value not in (None, "", ())}


def _alike(entry: Entry, before: Mapping[str, Value]) -> bool:
    return all(entry[one.name] == before.get(one.name) for one in FIELDS)


def _unknown(row: Mapping[str, str], camera: Camera | None) -> list[Problem]:
    """Public codes are made here: a table cannot bring its own."""
    if row.get("camera_id") and camera is None:
        return [Problem("camera_id", "no_camera", {"value": row["camera_id"][:60]})]
    return []


def _whole(table: Rows, common: Mapping[str, object], cameras: Sequence[Camera | None]) -> list[Problem]:
    """What the table as a whole lacks. One that only changes known cameras needs no more than what it changes."""
    if not table.cells:
        return [Problem("", "empty")]
    if all(cameras):
        return []
    there = {name for row in table.cells for name in row} | set(common)
    places = () if {"lon", "lat"} <= there or "sector" in there else ("lon", "lat")
    required = [one.name for one in FIELDS if one.required]
    return [Problem(name, "column_missing") for name in (*required, *places) if name not in there]


def _points(table: Rows, bounds: Bounds | None) -> list[Problem]:
    """Points that cannot be true: all in one place, exchanged, or in another city."""
    placed = [(line, _place(row)) for line, row in zip(table.lines, table.cells, strict=True)]
    points = [(line, *map(float, place.split())) for line, place in placed if place]
    if not points:
        return []
    lines, lon, lat = (np.array(part) for part in zip(*points, strict=True))
    if len(points) > 1 and len(set(zip(lon.tolist(), lat.tolist(), strict=True))) == 1:
        return [Problem("lon", "all_alike", {"rows": len(points)})]
    if bounds is None:
        return []
    outside = ~within(lon, lat, bounds)
    swapped = outside & within(lat, lon, bounds)
    if swapped.sum() > SWAPPED * len(points):
        return [Problem("lon", "swapped", {"rows": int(swapped.sum())})]
    if len(points) > 1 and outside.all():
        return [Problem("lon", "elsewhere", {"rows": len(points), "value": f"{lon[0]:g} {lat[0]:g}"})]
    return [
        Problem("lon", "outside_city", {"value": f"{x:g} {y:g}"}, int(line))
        for line, x, y in zip(lines[outside], lon[outside], lat[outside], strict=True)
    ]


def _repeated(table: Rows, cells: Sequence[Mapping[str, str]], cameras: Sequence[Camera | None]) -> list[Problem]:
    """Rows that speak of what a row before them spoke of."""
    first: dict[str, int] = {}
    problems = []
    for line, row, camera in zip(table.lines, cells, cameras, strict=True):
        name = next(iter([camera.code] if camera else _names("", row)), "")
        if name and first.setdefault(name, line) != line:
            problems.append(Problem("", "repeated", {"first": str(first[name])}, line))
    return problems


def _with_sectors(cells: Sequence[Mapping[str, str]], ground: Ground) -> list[Mapping[str, str]]:
    """The rows, each with the sector its point lies in where it names none."""
    wanted = [at for at, row in enumerate(cells) if not row.get("sector") and _place(row)]
    if not wanted:
        return list(cells)
    points = [_place(cells[at]).split() for at in wanted]
    found = ground.sectors([float(lon) for lon, _ in points], [float(lat) for _, lat in points])
    named = dict(zip(wanted, found, strict=True))
    return [{**row, "sector": named[at]} if named.get(at) else row for at, row in enumerate(cells)]
