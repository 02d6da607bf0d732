"""The files of a release: tables with their metadata, outlines, texts, and one archive with the same bytes every time.

CSV as RFC 4180 in UTF-8; a Data Package (datapackage.org) and CSV on the Web (w3.org/TR/tabular-metadata) describe it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.cells import harmless
from domain.release.parts import Cell, Column, Kind, Part

ARCHIVE = "release.zip"
MANIFEST = "manifest.json"
PACKAGE = "datapackage.json"
LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}
MEDIA = {"csv": "text/csv", "json": "application/json", "geojson": "application/geo+json", "md": "text/markdown"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that an archive can tell
FIELD = {Kind.COUNT: "integer", Kind.NUMBER: "number"}
DATATYPE = {Kind.COUNT: "integer", Kind.NUMBER: "double"}

Files = dict[str, bytes]


def of_part(part: Part) -> Files:
    """A part as a table and the metadata of it."""
    return {
        f"{part.name}.csv": _table([column.name for column in part.columns], part.rows),
        f"{part.name}.csv-metadata.json": plain(_metadata(part)),
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n")
    write.writerow(head)
    write.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode()


def _metadata(part: Part) -> dict[str, Any]:
    columns = [
        {
            "name": column.name,
            "titles": column.name,
            "dc:description": dict(column.told),
            "datatype": DATATYPE.get(column.kind, "string"),
        }
        for column in part.columns
    ]
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{part.name}.csv",
        "dc:title": dict(part.title),
        "dc:license": {"@id": LICENCE["path"]},
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns},
    }


def package(manifest: Mapping[str, Any], parts: Sequence[Part], files: Mapping[str, bytes]) -> bytes:
    """The Data Package of a release: its tables as tabular resources, the rest as files."""
    tables = {f"{part.name}.csv": part for part in parts}
    resources = [_resource(name, files[name], tables.get(name)) for name in sorted(files) if not _describes(name)]
    told = {
        "profile": "data-package",
        "name": f"{manifest['name']}-{manifest['number']:04d}",
        "title": manifest["title"]["es"],
        "description": manifest["description"]["es"],
        "version": f"{manifest['number']}.0.0",
        "created": manifest["issued"],
        "licenses": [LICENCE],
        "sources": [{"title": title} for title in manifest["sources"]],
        "resources": resources,
    }
    return plain(told)


def _describes(name: str) -> bool:
    return name.endswith(".csv-metadata.json")


def _resource(name: str, content: bytes, part: Part | None) -> dict[str, Any]:
    stem, _, ending = name.rpartition(".")
    told: dict[str, Any] = {
        "name": stem.lower().replace(".", "-") if part else name.lower().replace(".", "-"),
        "path": name,
        "mediatype": MEDIA[ending],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if part is None:
        return told
    fields = [_field(column) for column in part.columns]
    return told | {"profile": "tabular-data-resource", "title": part.title["es"], "schema": {"fields": fields}}


def _field(column: Column) -> dict[str, Any]:
    return {"name": column.name, "type": FIELD.get(column.kind, "string"), "description": column.told["es"]}


def listed(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Path, size, hash and media type of each file, for the manifest."""
    return [
        {
            "path": name,
            "bytes": len(files[name]),
            "sha256": hashlib.sha256(files[name]).hexdigest(),
            "media": MEDIA[name.rpartition(".")[2]],
        }
        for name in sorted(files)
    ]


def plain(told: Any) -> bytes:
    """JSON that is always written the same way."""
    return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive that depends on the files alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, files[name], compresslevel=6)
    return held.getvalue()


def unzipped(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
