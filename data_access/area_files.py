"""Files of areas, opened: GeoJSON, GeoPackage or shapefile, plain or packed, as valid polygons in WGS 84."""

from __future__ import annotations

import gzip
import io
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from data_access.importing.reading.archives import BROKEN, Budget, Unpacked, checked
from domain.errors import Invalid

KEPT = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".geojson", ".json", ".gpkg")
SUFFIXES = {b"SQLite format 3\0": ".gpkg", b"PK\x03\x04": ".zip", b"{": ".geojson", b"\0\0\x27\x0a": ".shp"}
LAYERS = (".shp", ".gpkg", ".geojson", ".json")
BLOCK = 1 << 20
MOST_AREAS = 50_000
WIDEST = 30.0  # degrees: no precinct is wider
# No city of anybody lies south of this; the lands of Latin America, with longitude and latitude swapped, mostly do.
SOUTHERNMOST, NORTHERNMOST = -56.0, 78.5
SHOWN = 5


@dataclass(frozen=True)
class Polygons:
    """A layer of areas: its columns without the geometry, its valid polygons, and how many had to be repaired."""

    columns: pd.DataFrame
    shapes: np.ndarray[Any, np.dtype[np.object_]]
    repaired: int


def polygons(path: Path, crs: str | None = None) -> Polygons:
    """Read a file's areas. `crs` names the coordinate system where the file does not.

    Raises Invalid for what cannot be opened, has no polygons or no coordinate system, or lies nowhere sensible;
    rows are told as counted from 1.
    """
    with _unpacked(path) as plain:
        frame = _projected(_read(plain, path.name), crs, path.name)
    shapes, repaired = _valid(frame.geometry.to_numpy(), path.name)
    _check_where(shapes, path.name)
    columns = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
    return Polygons(columns, shapes, repaired)


# --- opening ---------------------------------------------------------------------------------------------------


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The file that holds the layer: the given one, or what was packed in it, for as long as it is read."""
    budget = Budget(path.name, checked(path))
    with tempfile.TemporaryDirectory() as folder:
        if _head(path)[:2] == b"\x1f\x8b":
            path = _gunzipped(path, Path(folder), budget)
        if _suffix(path) == ".zip":
            path = _unzipped(path, Path(folder), budget)
        # The library that reads layers opens much else, some of which leads to other files.
        if _suffix(path) not in LAYERS:
            raise Invalid("areas.not_a_layer", file=budget.file)
        yield path


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()


def _suffix(path: Path) -> str:
    """What the first bytes of a file say that it is."""
    head = _head(path)
    return next((suffix for magic, suffix in SUFFIXES.items() if head.startswith(magic)), "")


def _gunzipped(path: Path, folder: Path, budget: Budget) -> Path:
    with gzip.open(path) as packed:
        plain = _poured(cast(IO[bytes], packed), folder / "unpacked", path.name, budget)
    return plain.rename(plain.with_suffix(_suffix(plain)))


def _unzipped(path: Path, folder: Path, budget: Budget) -> Path:
    """Take the files of one layer out of an archive, under names of our own."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _wanted(m.filename)]
            chosen = _one_layer([m.filename for m in members], path.name)
            for member in members:
                inside = PurePosixPath(member.filename)
                if inside.with_suffix("") == chosen.with_suffix(""):
                    with archive.open(member) as packed:
                        _poured(packed, folder / f"layer{inside.suffix.lower()}", path.name, budget)
    except BROKEN as problem:
        raise Invalid("areas.unreadable", file=path.name, reason=str(problem)) from problem
    return folder / f"layer{chosen.suffix.lower()}"


def _wanted(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in KEPT and not path.name.startswith(".") and "__MACOSX" not in path.parts


def _one_layer(names: list[str], file: str) -> PurePosixPath:
    layers = [PurePosixPath(name) for name in names if PurePosixPath(name).suffix.lower() in LAYERS]
    if len(layers) != 1:
        code = "areas.several_layers" if layers else "areas.nothing_inside"
        raise Invalid(code, file=file, found=", ".join(str(layer) for layer in layers[:SHOWN]) or "-")
    return layers[0]


def _poured(packed: IO[bytes], path: Path, name: str, budget: Budget) -> Path:
    with path.open("wb") as file:
        stream = io.BufferedReader(Unpacked(packed, name, budget), BLOCK)
        while block := stream.read(BLOCK):
            file.write(block)
    return path


# --- reading ---------------------------------------------------------------------------------------------------


def _read(path: Path, file: str) -> geopandas.GeoDataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = geopandas.read_file(path, layer=_layer(path, file))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyproj.exceptions.CRSError) as problem:
        reason = str(problem).replace(str(path), file).partition(";")[0].rstrip(".")
        raise Invalid("areas.unreadable", file=file, reason=reason) from problem
    except (UnicodeDecodeError, ValueError) as problem:
        raise Invalid("areas.unreadable", file=file, reason=str(problem)) from problem
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise Invalid("areas.no_geometry", file=file)
    if frame.empty:
        raise Invalid("areas.empty", file=file)
    if len(frame) > MOST_AREAS:
        raise Invalid("areas.too_many", file=file, found=len(frame), most=MOST_AREAS)
    return frame


def _layer(path: Path, file: str) -> str | None:
    """The one layer with polygons; a GeoPackage may hold tables and layers beside it."""
    layers = pyogrio.list_layers(path)
    if len(layers) < 2:
        return None
    drawn = [str(name) for name, kind in layers if kind and "Polygon" in str(kind)]
    if len(drawn) != 1:
        raise Invalid("areas.several_layers", file=file, found=", ".join(drawn[:SHOWN]) or "-")
    return drawn[0]


def _projected(frame: geopandas.GeoDataFrame, crs: str | None, file: str) -> geopandas.GeoDataFrame:
    if crs is not None:
        try:
            frame = frame.set_crs(crs, allow_override=True)
        except pyproj.exceptions.CRSError as problem:
            raise Invalid("areas.unknown_crs", crs=crs) from problem
    if frame.crs is None:
        raise Invalid("areas.no_crs", file=file)
    west, south, east, north = frame.total_bounds
    if frame.crs.is_geographic and max(abs(west), abs(east), abs(south) * 2, abs(north) * 2) > 180.001:
        swapped = max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180
        raise Invalid("areas.swapped" if swapped else "areas.not_degrees", file=file, **_told(frame.total_bounds))
    return frame.to_crs(4326)


def _valid(raw: Any, file: str) -> tuple[np.ndarray[Any, np.dtype[np.object_]], int]:
    """The polygons of every row, repaired where they cross themselves."""
    shapes: np.ndarray[Any, np.dtype[np.object_]] = np.asarray(raw, dtype=object)
    _refuse(shapely.is_missing(shapes) | shapely.is_empty(shapes), "areas.row_empty", file, len(shapes))
    others = ~np.isin(shapely.get_type_id(shapes), (3, 6, 7))
    if others.any():
        found = sorted({str(shape.geom_type) for shape in shapes[others]})
        raise Invalid("areas.not_polygons", file=file, found=", ".join(found), rows=_rows(others))
    bad = ~shapely.is_valid(shapes)
    shapes = shapely.force_2d(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad])
    for row in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6))).tolist():
        shapes[row] = _only_polygons(shapes[row])
    _refuse(shapely.area(shapes) == 0, "areas.row_flat", file, len(shapes))
    return shapes, int(bad.sum())


def _only_polygons(shape: Any) -> Any:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_type_id(parts) == 3])


def _refuse(wrong: np.ndarray[Any, np.dtype[np.bool_]], code: str, file: str, rows: int) -> None:
    if wrong.all():
        raise Invalid("areas.no_geometry", file=file)
    if wrong.any():
        raise Invalid(code, file=file, rows=_rows(wrong), count=int(wrong.sum()), of=rows)


def _rows(wrong: np.ndarray[Any, np.dtype[np.bool_]]) -> str:
    found = (np.flatnonzero(wrong) + 1).tolist()
    return ", ".join(map(str, found[:SHOWN])) + ("..." if len(found) > SHOWN else "")


def _check_where(shapes: np.ndarray[Any, np.dtype[np.object_]], file: str) -> None:
    bounds = shapely.bounds(shapes)
    wide = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > WIDEST
    if wide.any():
        raise Invalid("areas.world", file=file, rows=_rows(wide))
    whole = shapely.total_bounds(shapes)
    if not np.isfinite(whole).all():
        raise Invalid("areas.not_degrees", file=file, **_told(whole))
    if whole[1] < SOUTHERNMOST or whole[3] > NORTHERNMOST:
        raise Invalid("areas.swapped", file=file, **_told(whole))


def _told(bounds: Any) -> dict[str, str]:
    return {name: f"{value:.4f}" for name, value in zip(("west", "south", "east", "north"), bounds, strict=True)}
