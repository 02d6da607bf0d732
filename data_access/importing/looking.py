"""A look at a file before it is imported: its first rows as read and as understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data_access.importing.chunk import Layout
from data_access.importing.reading.readers import read_any
from data_access.importing.storing.judging import judged, taken
from data_access.importing.understanding.persons import about_person
from data_access.importing.understanding.profile import Profile
from data_access.importing.understanding.texts import plain

ROWS = 50  # looked at
SHOWN = ("occurred_from", "occurred_to", "precision", "type", "vehicle", "item", "weapon", "label", "lon", "lat")

# Words that columns are named with, the most telling first; the first field that claims a column has it.
WORDS: dict[str, tuple[str, ...]] = {
    "id": ("ID", "CASE NUMBER", "INCIDENTID", "INCIDENT ID", "CRIME ID", "FOLIO", "NUMERO DE CASO", "UID", "RUC"),
    "lat": ("LAT", "LATITUDE", "LATITUD", "Y"),
    "lon": ("LON", "LNG", "LONG", "LONGITUDE", "LONGITUD", "X"),
    "datetime": ("DATETIME", "FECHA HORA", "FECHA Y HORA", "OCCURRED AT", "DATE TIME", "TIMESTAMP"),
    "date": ("DATE", "FECHA", "FECHA HECHO", "FECHA DEL HECHO", "FECHA DELITO", "DATE OCCURRED", "OCCURRED ON", "DIA"),
    "time": ("TIME", "HORA", "HORA HECHO", "HORA DEL HECHO", "HOUR", "TIME OCCURRED"),
    "type": ("TYPE", "TIPO", "DELITO", "CRIME TYPE", "OFFENSE", "OFFENCE", "TIPO DELITO", "CATEGORY", "PRIMARY TYPE"),
    "vehicle": ("VEHICLE", "VEHICULO", "MEDIO TRANSPORTE", "MEDIO DE TRANSPORTE", "MOVIL AGRESOR"),
    "item": ("ITEM", "ESPECIE", "OBJETO", "STOLEN ITEM", "ESPECIE SUSTRAIDA"),
    "weapon": ("WEAPON", "ARMA", "ARMA EMPLEADA", "ARMAS MEDIO"),
    "precinct": ("PRECINCT", "COMUNA", "COMISARIA", "DISTRICT", "ALCALDIA", "CUADRANTE", "LOCALIDAD", "MUNICIPIO"),
    "place": ("PLACE", "LUGAR", "BARRIO", "LOCATION", "NEIGHBOURHOOD", "NEIGHBORHOOD", "DIRECCION", "ADDRESS"),
    "origin": ("ORIGIN", "ORIGEN"),
}


@dataclass(frozen=True)
class Preview:
    """The first rows of a file. Columns about persons are named and never shown.

    `rows`: what was read. `understood`: what the profile makes of them, by position in `rows`. `problems`: (line,
    reason, details). `mapping`: a guess of the field that each column holds.
    """

    layout: Layout
    columns: list[str]
    rows: list[dict[str, str]]
    lines: list[int]
    dropped: list[str]
    mapping: dict[str, str]
    understood: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[int, str, dict[str, object]]] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)


def look(path: Path, layouts: Sequence[Layout], profile: Profile | None = None) -> Preview:
    """Read the first rows of a file; raises Invalid where it cannot be read in any of the layouts."""
    layout, chunks = read_any(path, layouts)
    chunk = next(islice(chunks, 1), None)
    if chunk is None:
        return Preview(layout, [], [], [], [], {})
    flaws = {at: flaw for at, flaw in chunk.flaws.items() if at < ROWS}
    head = taken(chunk, np.arange(min(ROWS, len(chunk.lines))))
    columns = [str(name) for name in head.frame.columns]
    dropped = [name for name in columns if about_person(name) and not (profile and name in profile.keep)]
    shown = head.frame.drop(columns=dropped)
    preview = Preview(
        layout=layout,
        columns=columns,
        rows=[{str(k): v for k, v in row.items() if isinstance(v, str)} for row in shown.to_dict("records")],
        lines=head.lines.tolist(),
        dropped=dropped,
        mapping=suggestions(list(shown.columns)),
    )
    if profile is not None:
        for part, clean in judged(profile, type(head)(head.files, head.lines, head.frame, flaws)):
            lines = part.lines.tolist()
            preview.understood.extend(_told(clean.rows, lines))
            preview.problems.extend((lines[at], reason, details) for at, reason, details in clean.rejects)
            preview.unmapped.extend(label for _, label, code in clean.labels if code is None)
    return preview


def _told(rows: pd.DataFrame, lines: list[int]) -> list[dict[str, Any]]:
    told = rows[list(SHOWN)].astype(object).where(rows[list(SHOWN)].notna(), None)
    columns = {name: told[name].tolist() for name in SHOWN}
    at = [lines[position] for position in rows["position"].tolist()]
    return [{"line": line, **{name: columns[name][i] for name in SHOWN}} for i, line in enumerate(at)]


def suggestions(columns: Sequence[str]) -> dict[str, str]:
    """A guess of the field that each column holds, by its name; each field is guessed once."""
    named = {plain(column.replace("_", " ")): column for column in reversed(columns) if not about_person(column)}
    found: dict[str, str] = {}
    for target, words in WORDS.items():
        hit = next((named[word] for word in words if word in named and named[word] not in found), None)
        if hit is not None:
            found[hit] = target
    if "date" in found.values() and "datetime" in found.values():
        found = {column: target for column, target in found.items() if target not in ("date", "time")}
    return found
