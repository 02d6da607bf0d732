"""Outlines of the published areas, simplified; nothing finer than a zone is drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from data_access.areas import OUTLINE_METRES, simplified
from data_access.releases.files import Files
from data_access.releases.ground import Ground, Zone


def files(ground: Ground) -> Files:
    """`zones.geojson` and `precincts.geojson`; areas that nobody drew are in neither."""
    zones = [({"code": z.code, "name": z.name, "precinct": z.precinct}, shape(ground, z)) for z in ground.published]
    precincts = [({"code": a.code, "name": a.name}, ground.shapes.get(a.code)) for a in ground.precincts]
    return {"zones.geojson": _written(zones), "precincts.geojson": _written(precincts)}


def shape(ground: Ground, zone: Zone) -> Any:
    """The outline of a published zone: its precinct's where it is all of it."""
    if zone.code in ground.shapes and zone.code == zone.precinct:
        return ground.shapes[zone.code]
    parts = [ground.shapes[code] for code in zone.members if code in ground.shapes]
    return shapely.union_all(parts) if parts else None


def _written(areas: Sequence[tuple[dict[str, str], Any]]) -> bytes:
    drawn = [(told, outline) for told, outline in areas if outline is not None]
    shapes = np.array([outline for _, outline in drawn], dtype=object)
    if len(shapes):
        shapes = simplified(["drawn"] * len(shapes), shapes, OUTLINE_METRES)
    features = [
        {"type": "Feature", "id": told["code"], "properties": told, "geometry": json.loads(shapely.to_geojson(outline))}
        for (told, _), outline in zip(drawn, shapes, strict=True)
    ]
    whole = {"type": "FeatureCollection", "features": features}
    return (json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
