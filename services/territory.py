"""The whole territory's precincts by name and outline, for who may see where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_access import areas
from data_access.store import Store
from domain.people import Actor, Permission, require


def names(store: Store, actor: Actor) -> Mapping[str, str]:
    """The names of all precincts by code, in their usual order. Raises Forbidden."""
    require(actor, Permission.ADOPTION)
    with store.engine.connect() as connection:
        return {area.code: area.name for area in areas.listing(connection, "precinct")}


def outlines(store: Store, actor: Actor) -> dict[str, Any]:
    """GeoJSON outlines of all precincts that have one. Raises Forbidden."""
    require(actor, Permission.ADOPTION)
    with store.engine.connect() as connection:
        return areas.outlines(connection, "precinct")
