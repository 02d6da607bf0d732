"""The picture of the map that people take away. In the audit log, as every export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics import surface
from analytics.grid import Grid, mercator
from data_access.store import Store
from domain.errors import NotFound
from domain.exports import Export, MapFrame, Outline, Ring
from domain.filter import Filter
from domain.people import Actor
from services import audit
from services.exports import told
from services.ground import outlines
from services.heat import Surfaces
from services.incidents import clipped

Classes = NDArray[np.uint8]


@dataclass(frozen=True)
class Picture:
    """`panels` are class numbers on the grid, shape (rows, columns), by side of the comparison, in order."""

    export: Export
    panels: dict[str, Classes]
    frame: MapFrame


def picture(store: Store, actor: Actor, asked: Filter, side: str | None = None) -> Picture:
    """The map of the window; beside the one it is compared with; or, with side "change", of what changed.

    Raises Forbidden, and NotFound for a change where nothing is compared.
    """
    snapshot, ground, asked = clipped(store, actor, asked)
    if side == "change" and asked.other is None:
        raise NotFound("heat.no_comparison")
    export, drawn = told(snapshot, ground, asked, actor)
    panels = _panels(drawn, snapshot.grid, side)
    audit.record(store, actor, "export.map", asked.canonical(), sides=list(panels))
    return Picture(export, panels, _frame(snapshot.grid, outlines(store, actor), asked))


def _panels(drawn: Surfaces, grid: Grid, side: str | None) -> dict[str, Classes]:
    if drawn.before is None:
        return {"now": surface.classify(drawn.now, drawn.breaks)}
    if side == "change":
        return {"change": surface.change_classes(drawn.now, drawn.before, grid)}
    return {
        "before": surface.classify(drawn.before, drawn.breaks),
        "now": surface.classify(drawn.now, drawn.breaks),
    }


def _frame(grid: Grid, drawn: dict[str, Any], asked: Filter) -> MapFrame:
    return MapFrame(
        aspect=grid.columns / grid.rows,
        kilometres=grid.columns * grid.size * float(grid.scale().mean()) / 1000.0,
        precincts=tuple(_outline(grid, feature) for feature in drawn["features"]),
        area=_ring(grid, asked.area) if asked.area else (),
    )


def _outline(grid: Grid, feature: dict[str, Any]) -> Outline:
    geometry = feature["geometry"]
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return Outline(
        name=feature["properties"]["name"],
        rings=tuple(_ring(grid, ring) for part in parts for ring in part),
        label=_ring(grid, [feature["properties"]["label"]])[0],
    )


def _ring(grid: Grid, points: Sequence[Sequence[float]]) -> Ring:
    degrees = np.array(points, dtype=np.float64)
    x, y = mercator(degrees[:, 0], degrees[:, 1])
    across = (x - grid.west) / (grid.columns * grid.size)
    down = 1.0 - (y - grid.south) / (grid.rows * grid.size)
    return tuple(zip(across.tolist(), down.tolist(), strict=True))
