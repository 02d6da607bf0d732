"""Is there a camera here? Yes or no about one point, from what is published and never by name.

Distances are great-circle distances on a sphere of 6,371,008.8 m, the mean radius of IUGG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape

REACH = 100.0  # metres
RADIUS = 6_371_008.8
BLOCK_ERROR = 72.0  # metres that a camera told by its block may stand from where it is told: half the square's diagonal

Floats = npt.NDArray[np.float64]


class Near(StrEnum):
    """What can be said of a point."""

    YES = "yes"  # a camera stands within reach
    BLOCK = "block"  # one may: it is told by its block
    SECTOR = "sector"  # one watches this sector; where in it is not told
    NO = "no"


def near(
    lon: float,
    lat: float,
    cameras: tuple[Floats, Floats, Sequence[str]],
    sectors: Sequence[str] = (),
    here: str = "",
) -> Near:
    """The surest thing that can be said about a point.

    lon, lat: the point, degrees in WGS 84. cameras: longitudes, latitudes and precisions ("corner" or "block") of the
    active cameras that are told by a point. sectors: those of the active cameras told by their sector alone, and
    `here` the sector that holds the point. Raises ValueError for a point that is none.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("no point on Earth")
    lons, lats, precisions = cameras
    away = distances(lon, lat, lons, lats)
    exact = np.array([one == "corner" for one in precisions], np.bool_)
    if bool(np.any(exact & (away <= REACH))):
        return Near.YES
    if bool(np.any(~exact & (away <= REACH + BLOCK_ERROR))):
        return Near.BLOCK
    return Near.SECTOR if here and here in sectors else Near.NO


def distances(lon: float, lat: float, lons: Floats, lats: Floats) -> Floats:
    """Metres from a point to each of many, by the haversine formula (Sinnott 1984)."""
    x, y, xs, ys = np.radians(lon), np.radians(lat), np.radians(lons), np.radians(lats)
    half = np.sin((ys - y) / 2) ** 2 + np.cos(y) * np.cos(ys) * np.sin((xs - x) / 2) ** 2
    return np.asarray(2 * RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))), np.float64)


def holding(lon: float, lat: float, outlines: Mapping[str, Mapping[str, Any]]) -> str:
    """The code of the first outline, a GeoJSON geometry, that holds a point; empty where none does."""
    point = shapely.Point(lon, lat)
    return next((code for code, outline in outlines.items() if shape(outline).covers(point)), "")
