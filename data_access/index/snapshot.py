"""A snapshot of the incident index: read-only columns on disk, mapped and shared by every process.

Rows are ordered by (type, vehicle) pair and by day inside each pair; `off[pair, day]` says where a day starts.
A filter of dates, types and vehicles is therefore a short list of runs, and counts by pair and period come from
the offsets alone: cost follows the answer, not the history. Other filters mask only the rows inside the runs.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.grid import Grid

LAYOUT = 1
HOURS = 25  # 24 and one for "unknown"
WHENS = 7 * HOURS + 1  # weekday x hour, and one for an unknown weekday
MISSING, WITHHELD, OUTSIDE = 0, 1, 2  # cell numbers past the grid's last, for incidents off the map

COLUMNS: dict[str, str] = {
    "off": "uint32",  # (pairs, days + 1)
    "cell": "uint32",
    "fine": "uint32",
    "when": "uint8",  # weekday * 25 + hour
    "item": "uint8",
    "origin": "uint8",
    "precinct": "uint16",  # 0: none known
    "id": "int64",  # the record's row
}

Array = NDArray[Any]


class Corrupt(Exception):
    """The files of a snapshot are not what its manifest says."""


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot. `manifest` is plain JSON; columns are memory-mapped on first use."""

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, folder: Path, check: bool = True) -> Snapshot:
        """Map a snapshot's folder; raises Corrupt where a file is missing, cut or changed."""
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Corrupt(f"manifest of {folder.name}: {error}") from error
        if manifest.get("layout") != LAYOUT:
            raise Corrupt(f"layout {manifest.get('layout')} of {folder.name}")
        snapshot = cls(folder, manifest)
        if check:
            snapshot.verify()
        return snapshot

    def verify(self) -> None:
        """Compare every column with the checksum in the manifest."""
        for name, said in self.manifest["checksums"].items():
            try:
                found = checksum(self.column(name))
            except (OSError, ValueError) as error:
                raise Corrupt(f"{name} of {self.name}: {error}") from error
            if found != said:
                raise Corrupt(f"{name} of {self.name} differs from its checksum")

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def rows(self) -> int:
        return int(self.manifest["rows"])

    @cached_property
    def first(self) -> date:
        return date.fromisoformat(self.manifest["first"])

    @cached_property
    def days(self) -> int:
        return int(self.off.shape[1]) - 1

    @cached_property
    def complete_to(self) -> date:
        return date.fromisoformat(self.manifest["complete_to"])

    @cached_property
    def grid(self) -> Grid:
        return Grid(**self.manifest["grid"])

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(type, vehicle) of each pair, in the order of the rows."""
        return tuple((kind, vehicle) for kind, vehicle in self.manifest["pairs"])

    @cached_property
    def items(self) -> tuple[str, ...]:
        return tuple(self.manifest["items"])

    @cached_property
    def precincts(self) -> tuple[str, ...]:
        """Codes by number; number 0 is "" and stands for no known precinct."""
        return tuple(self.manifest["precincts"])

    @cached_property
    def memory(self) -> dict[str, Any]:
        """What others derive once from this snapshot and keep for as long as it is current."""
        return {}

    @cached_property
    def _columns(self) -> dict[str, Array]:
        return {}

    def column(self, name: str) -> Array:
        """One column, memory-mapped. `off` has shape (pairs, days + 1), the others (rows,)."""
        if name not in self._columns:
            path = self.folder / f"{name}.npy"
            self._columns[name] = np.load(path, mmap_mode="r" if path.stat().st_size > 4096 else None).view(np.ndarray)
        return self._columns[name]

    @property
    def off(self) -> Array:
        return self.column("off")

    def day(self, when: date) -> int:
        """The number of a day, held inside the snapshot's span."""
        return min(max((when - self.first).days, 0), self.days)

    def date_of(self, number: int) -> date:
        return self.first + timedelta(days=number)


def checksum(column: Array) -> int:
    return zlib.crc32(np.ascontiguousarray(column).data.cast("B")) if column.size else 0


Run = tuple[int, int]


def merged(starts: Array, ends: Array) -> Iterator[Run]:
    """Runs of rows with those that touch joined; empty ones are dropped."""
    at, until = 0, 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if start == end:
            continue
        if start == until:
            until = end
            continue
        if until > at:
            yield at, until
        at, until = start, end
    if until > at:
        yield at, until
