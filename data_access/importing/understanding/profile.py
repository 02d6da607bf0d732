"""Profiles: small data files that say how a source writes its incidents. `docs/importers-profiles.md` explains them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pyproj.exceptions import ProjError

from data_access.importing.chunk import FILE_COLUMN, FOLDER_COLUMN, KINDS, Layout
from data_access.importing.understanding.coordinates import Bounds, System, transformer
from data_access.importing.understanding.dates import ORDERS, read_clock
from data_access.importing.understanding.labels import KINDS as LABEL_KINDS
from data_access.importing.understanding.labels import Reader, rules
from data_access.importing.understanding.persons import persons
from data_access.importing.understanding.texts import plain
from data_access.importing.understanding.zones import surroundings
from domain.errors import Invalid, NotFound

FOLDER = Path(__file__).parent / "profiles"
TIMES = ("date", "time", "datetime", "parts", "start", "end", "reported")
FIELDS = ("type", *TIMES, "lat", "lon", "vehicle", "item", "weapon", "precinct", "place", "id", "origin", "cases")
WRITTEN_WITH = {"parts": ("-", "-", " ", ":", ":")}  # year, month, day, hour, minute, second
LITERAL = "="  # in front of a text that stands for a column
OPTIONAL = (FOLDER_COLUMN, FILE_COLUMN)


@dataclass(frozen=True, slots=True)
class Clock:
    """How times are to be understood."""

    order: str = "dmy"  # of 03/04/2021; a year in front leaves no doubt
    unknown: frozenset[int] = frozenset()  # times of day, in seconds, that mean "hour not known"
    month_only: bool = False  # the day is always the first and means the month
    witness: str | None = None  # a column with the local time that decides between local time and UTC


@dataclass(frozen=True, slots=True)
class Withheld:
    """What the publisher writes where it holds place and time back."""

    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One way in which the source's files are written."""

    layout: Layout
    columns: Mapping[str, tuple[str, ...]]  # field -> columns and "=literals", joined by a space
    clock: Clock
    system: System
    withheld: Withheld | None
    reader: Reader

    @property
    def sources(self) -> frozenset[str]:
        """The columns that this shape looks at."""
        named = [part for parts in self.columns.values() for part in parts if not part.startswith(LITERAL)]
        named += [column for column in (self.clock.witness, self.withheld and self.withheld.column) if column]
        return frozenset([*named, *self.layout.required])

    @property
    def reads(self) -> frozenset[str]:
        """The same as `column_key` names them."""
        return frozenset(map(column_key, self.sources))

    def fits(self, columns: Iterable[str]) -> bool:
        return not self.missing(columns)

    def missing(self, columns: Iterable[str]) -> list[str]:
        found = set(map(column_key, columns))
        return [column for column in self.layout.required if column_key(column) not in found]


@dataclass(frozen=True, slots=True)
class Profile:
    """A source and the shapes that its files come in. `keep`: columns about persons, each with its purpose."""

    name: str
    title: Mapping[str, str]
    zone: str
    shapes: tuple[Shape, ...]
    keep: Mapping[str, str] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        return self.layouts[0]

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts in the order in which a reader should try them on a file."""
        return tuple(shape.layout for shape in self.shapes)

    def shape(self, columns: Sequence[str]) -> Shape:
        """The first shape whose columns are all there; raises Invalid, naming what the likeliest one misses."""
        for shape in self.shapes:
            if shape.fits(columns):
                return shape
        nearest = min((shape.missing(columns) for shape in self.shapes), key=len)
        raise Invalid("import.column_missing", columns=", ".join(nearest), found=", ".join(columns))


def column_key(column: str) -> str:
    """The form in which column names are compared: case, accents and spaces at the ends do not count."""
    return plain(column)


@cache
def load(name: str) -> Profile:
    """A shipped profile; raises NotFound."""
    if name not in names():
        raise NotFound("import.profile_unknown", profile=name, known=", ".join(names()))
    return parse(name, tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def parse(name: str, tables: Mapping[str, Any]) -> Profile:
    """A profile from its tables; every `[[shape]]` adds to, and goes before, what stands outside of them.

    Raises Invalid for tables that make no sense and for a column about persons that is not declared.
    """
    try:
        profile = _parsed(name, tables)
    except (AttributeError, KeyError, TypeError, ValueError, re.error) as problem:
        reason = f"{type(problem).__name__}: {problem}"
        raise Invalid("import.profile_malformed", profile=name, reason=reason) from problem
    undeclared = persons(sorted({column for shape in profile.shapes for column in shape.sources}), profile.keep)
    if undeclared:
        raise Invalid("import.person_column", column=undeclared[0])
    return profile


def _parsed(name: str, tables: Mapping[str, Any]) -> Profile:
    outside = {key: value for key, value in tables.items() if key not in ("shape", "title", "zone", "persons")}
    return Profile(
        name=name,
        title=tables["title"],
        zone=_zone(tables["zone"]),
        shapes=tuple(_shape(_merged(outside, inside), tables["zone"]) for inside in tables.get("shape", [{}])),
        keep=tables.get("persons", {}).get("keep", {}),
    )


def _merged(outside: Mapping[str, Any], inside: Mapping[str, Any]) -> dict[str, Any]:
    tables = {key: dict(value) for key, value in outside.items()}
    for key, value in inside.items():
        tables[key] = {**tables.get(key, {}), **value}
    return tables


def _shape(tables: Mapping[str, Mapping[str, Any]], zone: str) -> Shape:
    columns = {name: _parts(name, value) for name, value in tables["columns"].items()}
    labels = tables.get("labels", {})
    return Shape(
        layout=_layout(tables.get("layout", {}), columns),
        columns=columns,
        clock=_clock(tables.get("time", {})),
        system=_system(tables.get("coordinates", {}), zone),
        withheld=Withheld(**tables["withheld"]) if "withheld" in tables else None,
        reader=Reader(
            rules={kind: rules(kind, labels.get(kind, ())) for kind in LABEL_KINDS},
            derived=frozenset(kind for kind in LABEL_KINDS[1:] if columns.get(kind) == columns["type"]),
        ),
    )


def _parts(name: str, value: str | Sequence[str]) -> tuple[str, ...]:
    if name not in FIELDS:
        raise Invalid("import.field_unknown", field=name, known=", ".join(FIELDS))
    return (value,) if isinstance(value, str) else tuple(value)


def _layout(table: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> Layout:
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    if known.get("header") == 0:  # data files have no null
        known["header"] = None
    if "required" not in known:
        needed = [part for name in ("type", *TIMES[:5], "lat", "lon") for part in columns.get(name, ())]
        known["required"] = tuple(dict.fromkeys(c for c in needed if not c.startswith(LITERAL) and c not in OPTIONAL))
    if known.get("kind", "csv") not in KINDS:
        raise ValueError(f"no kind of file {known['kind']!r}")
    return Layout(**known)


def _clock(table: Mapping[str, Any]) -> Clock:
    if table.get("order", "dmy") not in ORDERS:
        raise Invalid("import.order_unknown", order=table["order"], known=", ".join(ORDERS))
    unknown = frozenset(read_clock(text)[0] for text in table.get("unknown", ()))
    return Clock(**{**table, "unknown": unknown})


def _system(table: Mapping[str, Any], zone: str) -> System:
    known = dict(table)
    if "crs" in known:
        try:
            transformer(known["crs"])
        except ProjError:
            raise Invalid("import.crs_unknown", crs=known["crs"]) from None
    if "bounds" in known:
        known["bounds"] = tuple(map(float, known["bounds"]))
    else:
        known["near"] = surroundings(zone)
    return System(**known)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid("import.zone_unknown", zone=name) from None
    return name


def from_mapping(
    mapping: Mapping[str, str],
    *,
    name: str = "custom",
    title: Mapping[str, str] | None = None,
    zone: str = "UTC",
    layout: Layout | None = None,
    order: str = "dmy",
    unknown_times: Sequence[str] = (),
    decimal: str = ".",
    crs: str = "EPSG:4326",
    bounds: Bounds | None = None,
) -> Profile:
    """A profile from `{column: field}` for any file; two columns may fill one field and are joined in their order.

    Raises Invalid for an unknown field, a column about persons, or a mapping without a type or a time.
    """
    columns: dict[str, list[str]] = {}
    for column, target in mapping.items():
        columns.setdefault(target, []).append(column)
    if "type" not in columns or not {"date", "datetime", "parts", "start"} & set(columns):
        raise Invalid("import.mapping_incomplete", fields=", ".join(columns))
    tables: dict[str, Any] = {
        "title": title or {"es": name, "en": name},
        "zone": zone,
        "columns": columns,
        "time": {"order": order, "unknown": unknown_times},
        "coordinates": {"decimal": decimal, "crs": crs, **({"bounds": bounds} if bounds else {})},
        "layout": _told(layout) if layout else {},
    }
    return parse(name, tables)


def _told(layout: Layout) -> dict[str, Any]:
    """What a layout says beyond the usual, as a table."""
    said = {f.name: getattr(layout, f.name) for f in fields(Layout)}
    return {key: value for key, value in said.items() if value != () or key != "required"}
