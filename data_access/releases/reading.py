"""Reading releases from their folders alone. The public process knows nothing else of what was counted.

A release lies in a folder named by its number, with four digits. It is put there in one rename when it is approved,
and never changed afterwards.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from data_access.releases.files import ARCHIVE, MANIFEST, unzipped
from domain.errors import NotFound

NUMBERED = re.compile(r"\d{4,}")
DRAFTS = "drafts"


class Changed(Exception):
    """The files of a release are not what its manifest says."""


@dataclass(frozen=True)
class Release:
    """An opened release. `manifest` is plain JSON; tables are read when they are first asked for, and kept."""

    folder: Path
    manifest: Mapping[str, Any]
    sha256: str
    _tables: dict[str, pa.Table] = field(default_factory=dict, repr=False)

    @property
    def number(self) -> int:
        return int(self.manifest["number"])

    @property
    def synthetic(self) -> bool:
        return bool(self.manifest["synthetic"])

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(file["path"] for file in self.manifest["files"])

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables, the lattice's and the registered parts'."""
        return tuple(name.removesuffix(".csv") for name in self.files if name.endswith(".csv"))

    def bytes(self, name: str) -> bytes:
        """A file as it is in the archive. Raises NotFound for anything that is no part of the release."""
        if name != MANIFEST and name not in self.files:
            raise NotFound("not_found")
        return (self.folder / name).read_bytes()

    def archive(self) -> Path:
        """The ZIP of every file."""
        return self.folder / ARCHIVE

    def table(self, name: str) -> pa.Table:
        """A table: texts as strings, counts as whole numbers. Raises NotFound."""
        if name not in self._tables:
            schema = json.loads(self.bytes(f"{name}.csv-metadata.json"))["tableSchema"]["columns"]
            types = {column["name"]: TYPES[column["datatype"]] for column in schema}
            options = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=False)
            self._tables[name] = pa_csv.read_csv(
                io.BytesIO(self.bytes(f"{name}.csv")),
                parse_options=pa_csv.ParseOptions(newlines_in_values=True),
                convert_options=options,
            )
        return self._tables[name]

    def rows(self, name: str, **equal: str) -> list[dict[str, Any]]:
        """The rows of a table whose columns have these values, in the order of the file.

        >>> release.rows("zone_year_family", year="2025", family="theft")  # doctest: +SKIP
        [{'year': '2025', 'zone': 'nunoa-norte', 'family': 'theft', 'count': 120}, ...]
        """
        table = self.table(name)
        if equal:
            masks = [pc.equal(table[column], value) for column, value in equal.items()]
            mask = masks[0]
            for other in masks[1:]:
                mask = pc.and_(mask, other)
            table = table.filter(mask)
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def keyed(self, name: str) -> dict[tuple[str, ...], int]:
        """The numbers of a table of the lattice by the codes that name them."""
        columns = self.table(name).to_pydict()
        counts = columns.pop("count")
        return dict(zip(zip(*columns.values(), strict=True), counts, strict=True))

    def shapes(self, name: str) -> dict[str, Any]:
        """`zones` or `precincts` as a GeoJSON FeatureCollection."""
        found: dict[str, Any] = json.loads(self.bytes(f"{name}.geojson"))
        return found

    def verify(self) -> None:
        """Compare every byte with the manifest, and the archive with both. Raises Changed."""
        told = {file["path"]: file["sha256"] for file in self.manifest["files"]} | {MANIFEST: self.sha256}
        lying = {path.name for path in self.folder.iterdir()} - {ARCHIVE}
        if lying != set(told):
            raise Changed(", ".join(sorted(lying ^ set(told))))
        try:
            zipped = {name: _digest(content) for name, content in unzipped(self.archive().read_bytes())}
        except (BadZipFile, zlib.error, OSError) as problem:
            raise Changed(ARCHIVE) from problem
        if list(zipped) != sorted(told):
            raise Changed(ARCHIVE)
        for name, sha256 in told.items():
            if not sha256 == _digest((self.folder / name).read_bytes()) == zipped[name]:
                raise Changed(name)


TYPES = {"string": pa.string(), "integer": pa.int64(), "double": pa.float64()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def open_at(folder: Path) -> Release:
    """The release in a folder. Raises NotFound."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound("release.unknown", number=folder.name) from error
    return Release(folder, json.loads(text), _digest(text))


@lru_cache(maxsize=8)
def _opened(folder: Path) -> Release:
    return open_at(folder)


def numbers(releases: Path) -> list[int]:
    """The numbers of the approved releases, the newest first."""
    if not releases.is_dir():
        return []
    named = (path.name for path in releases.iterdir() if NUMBERED.fullmatch(path.name))
    return sorted(map(int, named), reverse=True)


def find(releases: Path, number: int) -> Release:
    """An approved release. Raises NotFound."""
    return _opened(releases / folder_name(number))


def current(releases: Path) -> Release | None:
    """The newest approved release, or None where there is none yet."""
    held = numbers(releases)
    return find(releases, held[0]) if held else None


def every(releases: Path) -> Iterator[Release]:
    """The approved releases, the newest first."""
    return (find(releases, number) for number in numbers(releases))


def draft(releases: Path, number: int) -> Release:
    """A release that waits for approval. Raises NotFound."""
    return open_at(releases / DRAFTS / folder_name(number))


def folder_name(number: int) -> str:
    return f"{number:04d}"
