"""Reading a table of requests that were answered before there was a desk. Nothing in it about persons is kept."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]
from sqlalchemy import Connection, insert, select

from config.history import Profile
from data_access.desk_schema import requests
from domain.errors import Invalid
from domain.footage.draft import Place
from domain.footage.states import Resolution

AT_ONCE = 1_000  # rows
NOWHERE = json.dumps(asdict(Place()))
MOST_TOLD = 20  # problems


@dataclass(frozen=True, slots=True)
class Answered:
    """One request. `key` tells it from every other, also in a later copy of the table."""

    key: str
    received_at: int  # the first noon of its month
    resolution: Resolution
    sensitive: bool


@dataclass(frozen=True, slots=True)
class History:
    """A table as it was read. `unclear` rows did not tell their month."""

    rows: tuple[Answered, ...]
    unclear: int
    sha256: str


def read(path: Path, by: Profile) -> History:
    """Every row of a table, or Invalid with what is wrong, line by line: a table is taken whole or not at all."""
    rows, found, wrong = _rows(path, by), list[Answered](), list[str]()
    seen: Counter[str] = Counter()
    month, unclear = 1, 0
    for line, (item, code, outcome) in rows:
        resolution = by.outcomes.get(outcome)
        if not item or resolution is None:
            wrong.append(f"{line}: {outcome or item or '-'}"[:80])
            continue
        told = by.month(item)
        month, unclear = told or month, unclear + (told == 0)
        seen[item] += 1
        instant = int(datetime(by.year, month, 1, 12, tzinfo=ZoneInfo(by.zone)).timestamp())
        found.append(Answered(f"{by.name} {item} {seen[item]}", instant, resolution, by.delicate(code)))
    if wrong:
        told_of = "; ".join(wrong[:MOST_TOLD])
        raise Invalid("history.rows", file=path.name, count=len(wrong), rows=told_of)
    if not found:
        raise Invalid("history.empty", file=path.name)
    return History(tuple(found), unclear, sha256(path.read_bytes()).hexdigest())


def _rows(path: Path, by: Profile) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """(line, item, code and outcome) of every row that is not empty."""
    lines = enumerate(_lines(path), 1)
    _, heads = next(lines, (1, []))
    missing = [name for name in by.columns.values() if name not in heads]
    if missing:
        raise Invalid("history.columns", file=path.name, missing=", ".join(missing))
    places = [heads.index(by.columns[name]) for name in ("item", "code", "outcome")]
    for line, cells in lines:
        if any(cells):
            item, code, outcome = (cells[place] if place < len(cells) else "" for place in places)
            yield line, (item, code, outcome)


def _lines(path: Path) -> Iterator[Sequence[str]]:
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from ([cell.strip() for cell in row] for row in csv.reader(file))
            return
        book = openpyxl.load_workbook(path, read_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield ["" if cell is None else str(cell).strip() for cell in row]
        book.close()
    except (OSError, UnicodeDecodeError, csv.Error, InvalidFileException, BadZipFile, KeyError) as error:
        raise Invalid("history.unreadable", file=path.name) from error


# --- in the desk -----------------------------------------------------------------------------------------------


def known(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Which of some keyed hashes are of requests that are there."""
    found: set[str] = set()
    for start in range(0, len(hashes), AT_ONCE):
        part = hashes[start : start + AT_ONCE]
        found.update(connection.scalars(select(requests.c.once).where(requests.c.once.in_(part))))
    return found


def add(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """New requests, closed already; nothing of them is sealed."""
    blank = {"sealed": None, "document": None, "due_at": None, "needs": "", "segments": "[]", "place": NOWHERE}
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(insert(requests), [{**blank, **row} for row in rows[start : start + AT_ONCE]])
