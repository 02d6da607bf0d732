"""The whole territory's precincts, for who may see where each of them stands."""

from __future__ import annotations

from typing import Any

from data_access import areas
from data_access.store import Store
from domain.people import Actor, Permission, may, require


def outlines(store: Store, actor: Actor) -> dict[str, Any]:
    """GeoJSON outlines of all precincts that have one, for who reads adoption or forecasts. Raises Forbidden."""
    require(actor, Permission.FORECAST if may(actor, Permission.FORECAST) else Permission.ADOPTION)
    with store.engine.connect() as connection:
        return areas.outlines(connection, "precinct")
