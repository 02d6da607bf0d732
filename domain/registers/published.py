"""The registers as they are published: which columns, and how exactly a camera's place is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import cos, radians
from typing import NamedTuple

from domain.registers.agreements import FIELDS as AGREED
from domain.registers.agreements import Agreement
from domain.registers.algorithms import FIELDS as SAID
from domain.registers.algorithms import PLACES, Algorithm
from domain.registers.cameras import FIELDS, PRIVATE, SOUND, Camera, Precision
from domain.registers.fields import LANGUAGES, Field, Kind, Listed, Value

BLOCK = 100.0  # metres
DEGREE = 111_320.0  # metres of latitude
DIGITS = 5  # of a degree: about a metre

Cell = str | int | float | None


class Table(NamedTuple):
    """One part of a release: its columns and rows of texts and numbers, None where nothing is said."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


_SHOWN = tuple(one.name for one in FIELDS if one.name not in PRIVATE)
CAMERAS = ("camera_id", *_SHOWN, "sound", "version", "updated", "synthetic")


def _columns(fields: Iterable[Field]) -> tuple[str, ...]:
    """A column for each field, and one for each language where both are told."""
    return tuple(
        column
        for one in fields
        for column in ([f"{one.name}_{language}" for language in LANGUAGES] if one.kind is Kind.BOTH else [one.name])
    )


_ALGORITHM, _AGREEMENT = _columns(SAID + PLACES), _columns(AGREED)
ALGORITHMS = ("algorithm_id", *_ALGORITHM, "version", "updated", "synthetic")
AGREEMENTS = ("agreement_id", *_AGREEMENT, "version", "updated", "synthetic")


def cameras(register: Iterable[Camera]) -> Table:
    """A row for each camera, its place told as exactly as its entry says and no more.

    The name and the view of a camera would give away what a block or a sector hides, so they go with corners alone.
    """
    return Table(CAMERAS, [_camera(one) for one in register])


def algorithms(register: Iterable[Algorithm]) -> Table:
    """A row for each algorithm, in both languages."""
    return Table(ALGORITHMS, [_listed(one, _ALGORITHM) for one in register])


def agreements(register: Iterable[Agreement]) -> Table:
    """A row for each agreement, in both languages."""
    return Table(AGREEMENTS, [_listed(one, _AGREEMENT) for one in register])


def place(lon: float, lat: float, precision: object) -> tuple[float | None, float | None]:
    """A point as exactly as it may be told: as it is, in the middle of its square of a block's size, or not at all.

    >>> place(-70.650123, -33.501234, "corner"), place(-70.650123, -33.501234, "sector")
    ((-70.65012, -33.50123), (None, None))
    """
    if precision == Precision.CORNER:
        return round(lon, DIGITS), round(lat, DIGITS)
    if precision != Precision.BLOCK:
        return None, None
    height = BLOCK / DEGREE
    middle = round(lat / height) * height
    width = height / max(cos(radians(middle)), 0.01)
    return round(round(lon / width) * width, DIGITS), round(middle, DIGITS)


def _camera(camera: Camera) -> tuple[Cell, ...]:
    shown = dict(camera.entry)
    shown["lon"], shown["lat"] = _placed(camera)
    if shown["precision"] != Precision.CORNER:
        shown["name"] = shown["field_of_view"] = None
    told = tuple(_cell(shown.get(name)) for name in _SHOWN)
    return (camera.code, *told, _cell(SOUND), *_state(camera))


def _placed(camera: Camera) -> tuple[float | None, float | None]:
    lon, lat = camera.entry["lon"], camera.entry["lat"]
    if not isinstance(lon, float | int) or not isinstance(lat, float | int):
        return None, None
    return place(lon, lat, camera.entry["precision"])


def _listed(one: Listed, columns: Sequence[str]) -> tuple[Cell, ...]:
    told: dict[str, Cell] = {}
    for name, value in one.entry.items():
        if isinstance(value, Mapping):
            told |= {f"{name}_{language}": text or None for language, text in value.items()}
        else:
            told[name] = _cell(value)
    return (one.code, *(told.get(column) for column in columns), *_state(one))


def _state(one: Listed) -> tuple[Cell, ...]:
    return one.version, datetime.fromtimestamp(one.at, UTC).date().isoformat(), _cell(one.synthetic)


def _cell(value: Value) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "; ".join(value) or None
    if isinstance(value, Mapping):
        raise TypeError("a text in both languages has a column for each")
    return value if value != "" else None
