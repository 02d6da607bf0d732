"""The incident index beside what one would use otherwise, on the same rows in the same run.

`slice`: finding the matching rows and counting them on the 400 x 400 grid. `whole`: that, smoothed, classed and
written as PNG, with counts by type, vehicle, item and precinct, the hour x weekday matrix and the weekly series.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

from analytics import surface
from benchmarks import city
from benchmarks.city import GRID, TYPES, VEHICLES, City
from benchmarks.measure import median_ms, table
from components.heat_image import png
from data_access.index.match import match
from domain.filter import Filter
from services import heat, incidents

SIZES = (1_000_000, 8_000_000, 30_000_000)
TOO_LONG = 20_000.0  # ms
GROUPS = ("type", "vehicle", "item", "precinct", "hour")


class OfIndex:
    name = "incident index"

    def __init__(self, town: City) -> None:
        self.town = town

    def slice(self, asked: Filter) -> np.ndarray:
        return match(self.town.snapshot, asked, self.town.ground).by_cell()

    def whole(self, asked: Filter) -> bytes:
        _, drawn = incidents.answer(self.town.snapshot, self.town.ground, asked, scope="bench")
        return png(surface.classify(drawn.now, drawn.breaks), "now", "light")


class OfPandas:
    name = "pandas mask"

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def _mask(self, asked: Filter) -> pd.Series:
        first, last, types, vehicles = bounds(asked)
        rows = self.rows
        mask = (rows.day >= first) & (rows.day <= last) & rows.type.isin(types)
        return mask & rows.vehicle.isin(vehicles)

    def slice(self, asked: Filter) -> np.ndarray:
        return np.bincount(self.rows.cell[self._mask(asked)], minlength=GRID.cells + 3)

    def whole(self, asked: Filter) -> bytes:
        found = self.rows[self._mask(asked)]
        for column in GROUPS:
            found[column].value_counts()
        ((found.day - 4) // 7).value_counts()
        return _drawn(np.bincount(found.cell, minlength=GRID.cells + 3))


class OfSql:
    """An SQL engine: one grouped statement for each part of the answer."""

    def __init__(self, name: str, ask: Callable[[str], list[tuple[int, int]]]) -> None:
        self.name, self.ask = name, ask

    def _grouped(self, asked: Filter, key: str) -> list[tuple[int, int]]:
        first, last, types, vehicles = bounds(asked)
        where = f"day between {first} and {last}"
        if len(types) < len(TYPES):
            where += f" and type in ({','.join(map(str, types))}) and vehicle in ({','.join(map(str, vehicles))})"
        return self.ask(f"select {key}, count(*) from incidents where {where} group by 1")

    def slice(self, asked: Filter) -> np.ndarray:
        counts = np.zeros(GRID.cells + 3, dtype=np.int64)
        cells = np.array(self._grouped(asked, "cell"), dtype=np.int64).reshape(-1, 2)
        counts[cells[:, 0]] = cells[:, 1]
        return counts

    def whole(self, asked: Filter) -> bytes:
        for key in (*GROUPS, "(day - 4) / 7"):
            self._grouped(asked, key)
        return _drawn(self.slice(asked))


def bounds(asked: Filter) -> tuple[int, int, list[int], list[int]]:
    """First and last day, types and vehicles of a filter as the numbers in the rows."""
    epoch = np.datetime64("1970-01-01")
    first, last = (int((np.datetime64(day) - epoch).astype(int)) for day in (asked.window.start, asked.window.end))
    types = [n for n, code in enumerate(TYPES) if asked.types is None or code in asked.types]
    vehicles = [n for n, code in enumerate(VEHICLES) if asked.vehicles is None or code in asked.vehicles]
    return first, last, types, vehicles


def _drawn(cells: np.ndarray) -> bytes:
    found = heat.surfaces(GRID, cells, None)
    return png(surface.classify(found.now, found.breaks), "now", "light")


def sqlite_of(rows: pd.DataFrame, path: Path) -> OfSql:
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode=off")
    connection.execute("pragma cache_size=-1000000")
    connection.execute(f"create table incidents ({', '.join(f'{name} integer' for name in rows)})")
    marks = ",".join("?" * len(rows.columns))
    for at in range(0, len(rows), 500_000):
        part = zip(*(rows[name].iloc[at : at + 500_000].tolist() for name in rows), strict=True)
        connection.executemany(f"insert into incidents values ({marks})", part)
    connection.execute("create index found on incidents (type, vehicle, day, cell, hour, item, precinct)")
    connection.execute("analyze")
    connection.commit()
    return OfSql("SQLite, covering index", lambda sql: connection.execute(sql).fetchall())


def duckdb_of(rows: pd.DataFrame, path: Path) -> OfSql:
    connection = duckdb.connect(str(path))
    connection.execute("set enable_progress_bar = false")
    connection.register("rows", rows)
    connection.execute("create table incidents as select * from rows order by type, vehicle, day")
    connection.unregister("rows")
    return OfSql("DuckDB file", lambda sql: connection.execute(sql).fetchall())


def run(sizes: tuple[int, ...] = SIZES) -> None:
    for size in sizes:
        with TemporaryDirectory() as folder:
            _compare(size, Path(folder))


def _compare(size: int, folder: Path) -> None:
    town = city.make(size, folder / "index")
    rows = city.frame(town.columns)
    engines = [OfIndex(town), OfPandas(rows), sqlite_of(rows, folder / "sqlite"), duckdb_of(rows, folder / "duckdb")]
    questions = {"filtered": town.filtered, "everything": town.everything}
    lines = []
    for engine in engines:
        line: list[object] = [engine.name]
        for asked in questions.values():
            assert (engine.slice(asked) == engines[0].slice(asked)).all(), "engines disagree"
            line += _timed(engine, asked)
        lines.append(line)
    lines.append(["pandas / index", *(lines[1][n] / lines[0][n] for n in range(1, 5))])
    heads = ["engine, ms", *(f"{name}, {part}" for name in questions for part in ("slice", "whole"))]
    table(f"{size / 1e6:g} million incidents", heads, lines)


def _timed(engine: OfIndex | OfPandas | OfSql, asked: Filter) -> list[object]:
    """Milliseconds for the slice and for the whole answer, which nobody waits for where the slice takes so long."""
    part = median_ms(lambda: engine.slice(asked))
    return [part, median_ms(lambda: engine.whole(asked)) if part < TOO_LONG else "not run"]


if __name__ == "__main__":
    run()
