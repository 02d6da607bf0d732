"""A snapshot of the incident index: read-only columns on disk, mapped and shared by every process.

Rows are ordered by (type, vehicle) pair and by day inside each pair; `off[pair, day]` says where a day starts.
A filter of dates, types and vehicles is therefore a short list of runs, and counts by pair and period come from
the offsets alone: cost follows the answer, not the history. Other filters mask only the rows inside the runs.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.grid import Grid

LAYOUT = 2
HOURS = 25  # 24 and one for "unknown"
WHENS = 7 * HOURS + 1  # weekday x hour, and one for an unknown weekday
MISSING, WITHHELD, OUTSIDE = 0, 1, 2  # cell numbers past the grid's last, for incidents off the map

COLUMNS: dict[str, str] = {
    "off": "uint32",  # (pairs, days + 1)
    "cell": "uint32",
    "fine": "uint32",
    "when": "uint8",  # weekday * 25 + hour
    "minute": "uint16",  # of the day, on the source's clock
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
    """An opened snapshot: `manifest` is plain JSON, `columns` are memory-mapped, `off` with shape (pairs, days + 1),
    the others (rows,). All is mapped when it is opened, so that threads share it and a removed folder stays readable.
    """

    folder: Path
    manifest: dict[str, Any]
    columns: Mapping[str, Array]
    memory: dict[str, Any] = field(default_factory=dict)  # what others derive from it once and keep as long as it

    @classmethod
    def open(cls, folder: Path, check: bool = True) -> Snapshot:
        """Map a snapshot's folder; raises Corrupt where a file is missing, cut or, with `check`, changed."""
        try:
            text = (folder / "manifest.json").read_bytes()
            if name_of(text) != folder.name:
                raise Corrupt(f"the manifest of {folder.name} is not its own")
            manifest = json.loads(text)
            if manifest["layout"] != LAYOUT:
                raise Corrupt(f"layout {manifest['layout']} of {folder.name}")
            return cls(folder, manifest, {name: _mapped(folder, manifest, name, check) for name in COLUMNS})
        except (OSError, ValueError, EOFError) as error:
            raise Corrupt(f"{folder.name}: {error}") from error

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

    def column(self, name: str) -> Array:
        return self.columns[name]

    @property
    def off(self) -> Array:
        return self.column("off")

    def day(self, when: date) -> int:
        """The number of a day, held inside the snapshot's span."""
        return min(max((when - self.first).days, 0), self.days)

    def date_of(self, number: int) -> date:
        return self.first + timedelta(days=number)


def name_of(manifest: bytes) -> str:
    """A snapshot bears the hash of its manifest, which holds the checksums of all else: one name, one content."""
    return hashlib.sha256(manifest).hexdigest()[:12]


def checksum(path: Path) -> int:
    """The CRC-32 of a file."""
    found = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return found


def _mapped(folder: Path, manifest: dict[str, Any], name: str, check: bool) -> Array:
    path = folder / f"{name}.npy"
    if check and checksum(path) != manifest["checksums"][name]:
        raise Corrupt(f"{name} of {folder.name} differs from its checksum")
    # Small files are read whole: an empty one cannot be mapped.
    column: Array = np.load(path, mmap_mode="r" if path.stat().st_size > 4096 else None).view(np.ndarray)
    return column


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
