"""A whole table judged: what it would add to the record, and everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data_access.importing.reading.archives import checked
from data_access.tables import record, series, statements
from data_access.tables.cells import NONE, Cells, Column, iso
from data_access.tables.facts import Facts, beside
from data_access.tables.places import Places
from data_access.tables.reading import Sheet, form, sheet
from domain.tables import Kind, Problem, Terms

SHOWN = 8  # rows told as they are understood
DAYS, SHARES = ("date", "due"), ("share", "low", "high")


@dataclass(frozen=True)
class Handed:
    """A file as it was handed in."""

    name: str
    sha256: str
    sheet: Sheet


@dataclass(frozen=True)
class Judged:
    """What a table says and what is wrong with it. With any problem none of it may be stored.

    `first` are the first rows as understood; `left_out` counts rows of areas that nobody knows, where they may be.
    `new` and `corrections` are the facts that would be stored, `known` those that the record holds word for word.
    """

    kind: Kind
    file: str
    sha256: str
    rows: int
    wrong: int
    problems: tuple[Problem, ...]  # the first thousand
    first: tuple[dict[str, object], ...]
    unused: tuple[str, ...]  # columns that no field was found for
    left_out: int
    new: int
    known: int
    corrections: int
    frame: pd.DataFrame  # the facts to store


def handed(path: Path, kind: Kind) -> Handed:
    """Read a file. Raises Invalid for what is no table."""
    checked(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Handed(path.name[:255], digest, sheet(path, kind))


def judge(connection: Connection, file: Handed, terms: Terms, today: date, synthetic: bool = False) -> Judged:
    """Judge a table against the record's facts, the real ones or the demo's."""
    cells, places = Cells(file.sheet), Places(connection)
    if not _is_table(cells, terms.kind):
        return _told(cells, file, terms.kind)
    if terms.only_known and terms.kind is Kind.POPULATIONS:
        cells = Cells(places.known(file.sheet))
    cells.flaws()
    facts = _understood(cells, places, terms, file.name, today)
    held = record.facts(connection, terms.kind, (*facts.key, *facts.values), synthetic)
    if terms.kind is Kind.REGISTRATIONS:
        series.judge(cells, facts, held[held["area_id"].isin(facts.frame["area_id"].unique())])
    return _told(cells, file, terms.kind, facts, held)


def _is_table(cells: Cells, kind: Kind) -> bool:
    """Whether there are the columns and rows without which nothing else can be judged."""
    if not cells.rows:
        cells.tell_whole("empty")
        return False
    wanted = form(kind)
    for name in wanted.required:
        if not cells.has(name):
            headers = {"names": ", ".join(wanted.columns[name]), "found": ", ".join(cells.sheet.found)[:300]}
            cells.tell_whole("column_missing", column=name, **headers)
    return cells.wrong == 0


def _understood(cells: Cells, places: Places, terms: Terms, name: str, today: date) -> Facts:
    source = terms.source or name[:200]
    if terms.kind is Kind.REGISTRATIONS:
        return series.registrations(cells, places, terms.counting, today)
    if terms.kind is Kind.POPULATIONS:
        return statements.populations(cells, places, source)
    if terms.kind is Kind.GOALS:
        return statements.goals(cells, places, source)
    return statements.survey(cells, places, today)


def _told(
    cells: Cells, file: Handed, kind: Kind, facts: Facts | None = None, held: pd.DataFrame | None = None
) -> Judged:
    compared = None if facts is None or held is None or cells.wrong else beside(facts, held)
    there = compared.there if compared else np.zeros(0, np.bool_)
    same = compared.same if compared else np.zeros(0, np.bool_)
    return Judged(
        kind=kind,
        file=file.name,
        sha256=file.sha256,
        rows=len(file.sheet.lines),
        wrong=cells.wrong,
        problems=cells.problems,
        first=_first(cells, facts.shown) if facts else (),
        unused=tuple(name for name in file.sheet.found if name not in file.sheet.headers.values()),
        left_out=len(file.sheet.lines) - cells.rows,
        new=int((~there).sum()),
        known=int(same.sum()),
        corrections=int((there & ~same).sum()),
        frame=facts.frame[~same] if facts and compared else pd.DataFrame(),
    )


def _first(cells: Cells, shown: Mapping[str, Column]) -> tuple[dict[str, object], ...]:
    """The first rows without a problem, as understood; None where nothing is said."""
    rows = np.flatnonzero(~cells.bad)[:SHOWN].tolist()
    lines = cells.sheet.lines
    return tuple(
        {"line": int(lines[row])} | {name: _value(name, column[row]) for name, column in shown.items()} for row in rows
    )


def _value(name: str, value: object) -> object:
    if isinstance(value, str):
        return float(value) if name in SHARES and value else value or None
    number = float(value)  # type: ignore[arg-type]
    if number == NONE:
        return None
    if name in DAYS:
        return date.fromisoformat(iso(int(number)))
    return number if name in SHARES else int(number)
