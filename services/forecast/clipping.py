"""A forecast narrowed to the precincts that its reader may see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.forecast.allocation import Plan
from analytics.forecast.content import Content
from analytics.forecast.panel import Bools, Lattice
from domain.errors import NotFound
from domain.people import Actor


def mask(content: Content, actor: Actor) -> Bools | None:
    """Which cells the reader may see, shape (cells,), None for all of them; raises NotFound where there is none."""
    if actor.precincts is None:
        return None
    own = np.array([code in actor.precincts for code in content.areas] + [False], dtype=np.bool_)
    found = own[content.area]  # -1, no precinct, is the last
    if not found.any():
        raise NotFound("forecast.not_yours")
    return np.asarray(found)


def content(whole: Content, mine: Bools) -> Content:
    """The same forecast of some cells alone. What ranks them asks the whole city (`metrics.depth`), never this."""
    grid = whole.lattice
    return replace(
        whole,
        lattice=Lattice(grid.epsg, grid.size, grid.x[mine], grid.y[mine]),
        rates=whole.rates[:, mine],
        low=whole.low[mine],
        high=whole.high[mine],
        strength=whole.strength[:, mine],
        area=whole.area[mine],
    )


def plan(whole: Plan, mine: Bools) -> Plan:
    """The places in some cells alone, numbered as `content` numbers them."""
    number = np.cumsum(mine) - 1
    places = tuple(replace(place, cell=int(number[place.cell])) for place in whole.places if mine[place.cell])
    capped = tuple(
        replace(one, cells=tuple(int(number[cell]) for cell in one.cells))
        for one in whole.capped
        if all(mine[cell] for cell in one.cells)
    )
    return replace(whole, places=places, capped=capped)
