"""Tables for other programs: RFC 4180 text that no spreadsheet takes for formulas, and GeoJSON.

Both are written as they are read: memory holds a few hundred rows whatever the length of the answer.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from io import StringIO
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from domain.cells import harmless
from domain.exploration import Incident
from domain.exports import Export, Note
from locales import Words

AT_ONCE = 500  # rows in one piece of output
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for the system's old encoding

COLUMNS = (
    *("id", "occurred_from", "occurred_to", "precision", "time_zone", "type", "type_name", "label"),
    *("vehicle", "vehicle_name", "item", "item_name", "weapon", "weapon_name"),
    *("precinct", "precinct_name", "place", "lon", "lat", "origin", "source"),
)

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells and decimals are parted; spreadsheets set to Spanish want `;` and a decimal comma."""

    separator: str = ","
    decimal: str = "."


STANDARD = Dialect()
SPREADSHEET = {"es": Dialect(";", ","), "en": STANDARD}


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], dialect: Dialect = STANDARD) -> Iterator[str]:
    """A CSV table in pieces: UTF-8 with a byte order mark, lines end with CR LF."""
    yield BYTE_ORDER_MARK + _lines([head], dialect)
    for some in _in_pieces(rows):
        yield _lines(some, dialect)


def _in_pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _lines(rows: Iterable[Sequence[Cell]], dialect: Dialect) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=dialect.separator, lineterminator="\r\n")
    writer.writerows([_cell(value, dialect) for value in row] for row in rows)
    return buffer.getvalue()


def _cell(value: Cell, dialect: Dialect) -> Cell:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, float):
        return repr(value).replace(".", dialect.decimal)
    return value


def incident(row: Incident, words: Words) -> tuple[Cell, ...]:
    """One incident under `COLUMNS`; times on the clock that `time_zone` names, as exact as the source tells them."""
    return (
        row.id,
        local(row.occurred_from, row),
        None if row.occurred_to is None else local(row.occurred_to, row),
        row.precision,
        row.zone,
        row.type,
        words.term("type", row.type),
        row.label,
        row.vehicle,
        words.term("vehicle", row.vehicle),
        row.item,
        words.term("item", row.item),
        row.weapon,
        words.term("weapon", row.weapon),
        row.precinct,
        words.term("precinct", row.precinct or ""),
        row.place,
        row.lon,
        row.lat,
        row.origin,
        row.source,
    )


def local(seconds: int, row: Incident) -> str:
    """An instant as the source's clock showed it, without the parts that the source does not know."""
    form = {"month": "%Y-%m", "day": "%Y-%m-%d"}.get(row.precision, "%Y-%m-%d %H:%M")
    return datetime.fromtimestamp(seconds, ZoneInfo(row.zone)).strftime(form)


# --- GeoJSON ----------------------------------------------------------------------------------------------------


def geojson(rows: Iterable[Incident], export: Export, note: Note, words: Words) -> Iterator[str]:
    """A FeatureCollection in pieces; incidents without a point are in it too, with a null geometry."""
    head = json.dumps(metadata(export, note), ensure_ascii=False)
    yield f'{{"type": "FeatureCollection", "metadata": {head}, "features": ['
    before = "\n"
    for some in _in_pieces(rows):
        yield before + ",\n".join(json.dumps(feature(row, words), ensure_ascii=False) for row in some)
        before = ",\n"
    yield "\n]}\n"


def metadata(export: Export, note: Note) -> dict[str, Any]:
    places = export.found.places
    return {
        "place": note.place,
        "sentence": note.answer,
        "query": note.query,
        "total": export.found.total,
        "places": asdict(places) | {"unmapped": places.unmapped},
        "data_to": export.data_to.isoformat(),
        "data": note.data,
        "synthetic": export.synthetic,
        "caveats": [line for line in (note.synthetic, *note.caveats) if line],
    }


def feature(row: Incident, words: Words) -> dict[str, Any]:
    """One incident with the properties of `COLUMNS`; coordinates as stored."""
    told = dict(zip(COLUMNS, incident(row, words), strict=True))
    del told["lon"], told["lat"]
    point = None if row.lon is None else {"type": "Point", "coordinates": [row.lon, row.lat]}
    return {"type": "Feature", "id": told.pop("id"), "geometry": point, "properties": told}
