"""One set of synthetic rows, handed to every engine that is compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.grid import Grid
from data_access.index import build
from data_access.index.columns import Columns, Vocabulary
from data_access.index.snapshot import Snapshot
from domain.filter import Filter, Ground
from domain.taxonomy import taxonomy

TYPES = tuple(sorted(taxonomy().types.keys() - taxonomy().sensitive))[:30]
VEHICLES = tuple(taxonomy().vehicles)[:8]
ITEMS = tuple(taxonomy().items)[:12]
PRECINCTS = ("", *(f"p{number}" for number in range(1, 13)))
PAIRS = {(kind, vehicle): n for n, (kind, vehicle) in enumerate((k, v) for k in TYPES for v in VEHICLES)}
FIRST, DAYS = 15_000, 15 * 365  # since 1970
GRID = Grid.around(-70.80, -33.65, -70.45, -33.33)


@dataclass(frozen=True)
class City:
    columns: Columns
    snapshot: Snapshot
    ground: Ground

    @property
    def filtered(self) -> Filter:
        """Six months, three types of thirty, two vehicles of eight."""
        start = self.snapshot.date_of(DAYS // 2)
        query = {
            "from": start.isoformat(),
            "to": self.snapshot.date_of(DAYS // 2 + 181).isoformat(),
            "type": ",".join(TYPES[:3]),
            "vehicle": ",".join(VEHICLES[:2]),
        }
        return Filter.from_query(query, self.ground)

    @property
    def everything(self) -> Filter:
        span = {"from": self.snapshot.first.isoformat(), "to": self.snapshot.date_of(DAYS).isoformat()}
        return Filter.from_query(span, self.ground)


def make(rows: int, folder: Path, seed: int = 1) -> City:
    """A city of clustered incidents over fifteen years, and its snapshot under `folder`."""
    rng = np.random.default_rng(seed)
    cell, fine = _places(rng, rows)
    columns = Columns(
        pair=rng.integers(0, len(PAIRS), rows).astype(np.uint16),
        day=rng.integers(FIRST, FIRST + DAYS, rows).astype(np.int32),
        cell=cell,
        fine=fine,
        when=rng.integers(0, 175, rows).astype(np.uint8),
        minute=rng.integers(0, 1440, rows).astype(np.uint16),
        item=rng.integers(0, len(ITEMS), rows).astype(np.uint8),
        origin=rng.integers(0, 2, rows).astype(np.uint8),
        precinct=rng.integers(0, len(PRECINCTS), rows).astype(np.uint16),
        id=np.arange(1, rows + 1, dtype=np.int64),
    )
    words = Vocabulary(
        PAIRS,
        {code: n for n, code in enumerate(ITEMS)},
        {code: n for n, code in enumerate(PRECINCTS)},
    )
    facts = {"batches": [1], "synthetic": True, "loaded_at": None}
    with build.locked(folder):
        snapshot = build.write(folder, columns, words, GRID, facts)
    named = {code: code for code in PRECINCTS if code}
    return City(columns, snapshot, Ground(taxonomy(), snapshot.first, snapshot.complete_to, named))


def _places(rng: np.random.Generator, rows: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Positions around two hundred corners of unequal weight; about 1 % fall off the map."""
    weight = 1 / np.arange(1, 201)
    corner = rng.choice(200, rows, p=weight / weight.sum()).astype(np.int16)
    lon = rng.uniform(-70.75, -70.50, 200)[corner] + rng.normal(0, 0.012, rows)
    lat = rng.uniform(-33.60, -33.38, 200)[corner] + rng.normal(0, 0.012, rows)
    cell, fine, inside = GRID.place(lon, lat)
    return np.where(inside, cell, GRID.cells + 2).astype(np.uint32), fine


def frame(columns: Columns) -> pd.DataFrame:
    """The same rows as a table, with small integers for the codes."""
    return pd.DataFrame(
        {
            "type": (columns.pair // len(VEHICLES)).astype(np.uint8),
            "vehicle": (columns.pair % len(VEHICLES)).astype(np.uint8),
            "day": columns.day,
            "hour": columns.when,
            "item": columns.item,
            "precinct": columns.precinct,
            "cell": columns.cell,
        }
    )
