"""Where a map looks first."""

from __future__ import annotations

from typing import Any

import pytest

from components.maps import Bounds, Under

GROUND = (-71.0, -34.0, -70.0, -33.0)


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}, "properties": {}}


@pytest.mark.parametrize(
    ("precincts", "seen"),
    [
        ([], GROUND),
        ([square(-70.6, -33.5, -70.5, -33.4)], (-70.6, -33.5, -70.5, -33.4)),
        ([square(-70.6, -33.5, -70.5, -33.4), square(-70.9, -33.6, -70.8, -33.5)], (-70.9, -33.6, -70.5, -33.4)),
        ([square(-72.0, -33.5, -70.5, -30.0)], (-71.0, -33.5, -70.5, -33.0)),  # no further than the heat's ground
        ([square(10, 10, 11, 11)], GROUND),  # another city's outlines
    ],
)
def test_a_map_looks_first_at_the_readers_own_precincts(precincts: list[dict[str, Any]], seen: Bounds) -> None:
    assert Under(GROUND, {"type": "FeatureCollection", "features": precincts}).view == seen
