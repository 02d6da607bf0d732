"""From rates to recommended places: the hottest cells, with a cap by area and some places drawn at random.

Ranking alone sends everybody to the same few areas, and what is never visited is never learned: Ensign et al.,
"Runaway feedback loops in predictive policing", Proceedings of Machine Learning Research 81 (2018). The cap bounds what
an area bears, the drawn places keep every area in sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.areas import Area, Basis, shares, sizes
from analytics.forecast.metrics import SEED, Floats, checked, ranking
from domain.errors import Invalid

CAP = 2.0  # times an area's share of the residents
EXPLORATION = 0.15
EXPLORATIONS = (0.10, 0.20)  # the least and the most


class Why(StrEnum):
    RISK = "risk"
    EXPLORATION = "exploration"


@dataclass(frozen=True, slots=True)
class Place:
    cell: int  # its place in the lattice
    area: str
    rate: float  # events expected
    rank: int  # among all cells, 1 is the hottest
    why: Why


@dataclass(frozen=True, slots=True)
class Capped:
    """What the cap took from an area: hotter cells than some that were chosen."""

    area: str
    most: int  # places the area may hold
    cells: tuple[int, ...]  # left out
    expected: float  # events in them


@dataclass(frozen=True, slots=True)
class Plan:
    """Recommended places, those of risk first and each kind hottest first. `asked` is more than there are places where
    the cap and the cells leave no room."""

    asked: int
    basis: Basis
    places: tuple[Place, ...]
    capped: tuple[Capped, ...]


def allocate(
    rates: NDArray[np.floating],
    area: NDArray[np.integer],
    areas: Sequence[Area],
    places: int,
    *,
    exploration: float = EXPLORATION,
    seed: int = SEED,
) -> Plan:
    """Choose `places` cells; `rates` and `area`, both of shape (cells,): a cell's place in `areas`, or -1.

    An area holds at most twice its share of the residents (of the cells where residents are not known), and may
    always hold one place, the least there is. Cells in no area are nobody's to visit and are not recommended. A share
    `exploration` of the places is drawn from the cells that are left: the caller gives each week a seed of its own.
    Raises Invalid for a number of places or a share that cannot be, ValueError for arrays that do not fit.

    >>> known = [Area("a", 3, residents=100), Area("b", 5, residents=400)]
    >>> rates = np.array([9.0, 8.0, 7.0, 4.0, 3.0, 2.0, 1.0, 0.5])
    >>> plan = allocate(rates, np.array([0, 0, 0, 1, 1, 1, 1, 1]), known, places=5)
    >>> [(place.cell, place.area, str(place.why)) for place in plan.places[:4]]
    [(0, 'a', 'risk'), (1, 'a', 'risk'), (3, 'b', 'risk'), (4, 'b', 'risk')]
    >>> plan.places[4].area, str(plan.places[4].why), plan.capped
    ('b', 'exploration', (Capped(area='a', most=2, cells=(2,), expected=7.0),))
    """
    mu, _ = checked(rates, np.zeros(np.shape(rates), dtype=np.int64))
    where = _where(area, mu.size, len(areas))
    basis, most = caps(areas, places)
    drawn = _drawn(places, exploration)
    order = ranking(mu)
    room = most.copy()
    risk = _fill(order, where, room, places - drawn)
    rest = np.random.default_rng(seed).permutation(np.setdiff1d(order, risk))
    why = dict.fromkeys(risk, Why.RISK) | dict.fromkeys(_fill(rest, where, room, drawn), Why.EXPLORATION)
    found = [
        Place(cell, areas[int(where[cell])].code, float(mu[cell]), rank, why[cell])
        for rank, cell in enumerate(order.tolist(), start=1)
        if cell in why
    ]
    found.sort(key=lambda place: place.why is Why.EXPLORATION)
    hottest = order[where[order] >= 0][: places - drawn]
    lost = [cell for cell in hottest.tolist() if why.get(cell) is not Why.RISK]
    return Plan(places, basis, tuple(found), _capped(lost, mu, where, areas, most))


def caps(areas: Sequence[Area], places: int) -> tuple[Basis, NDArray[np.int64]]:
    """How many of `places` each area may hold, shape (areas,), and by which share.

    >>> caps([Area("a", 1, residents=30), Area("b", 1, residents=70)], places=10)[1].tolist()
    [6, 14]
    """
    if places < 1:
        raise Invalid("forecast.places", least=1)
    basis, size = sizes(areas)
    return basis, np.maximum(np.floor(CAP * shares(size) * places + 1e-9).astype(np.int64), 1)


def _where(area: NDArray[np.integer], cells: int, areas: int) -> NDArray[np.int64]:
    where = np.asarray(area)
    if where.shape != (cells,) or not np.issubdtype(where.dtype, np.integer):
        raise ValueError(f"areas of shape {where.shape} are not those of {cells} cells")
    if where.min() < -1 or where.max() >= areas:
        raise ValueError("a cell lies in an area that was not told")
    return where.astype(np.int64)


def _fill(order: NDArray[np.int64], where: NDArray[np.int64], room: NDArray[np.int64], wanted: int) -> list[int]:
    """The first cells of an order whose area has room, which they take from it."""
    found: list[int] = []
    for cell in order.tolist():
        if len(found) == wanted:
            break
        if where[cell] >= 0 and room[where[cell]]:
            room[where[cell]] -= 1
            found.append(cell)
    return found


def _drawn(places: int, exploration: float) -> int:
    """How many places are drawn: whole, and still within the least and the most; none of fewer than five."""
    least, most = EXPLORATIONS
    if not least <= exploration <= most:
        raise Invalid("forecast.exploration", least=round(100 * least), most=round(100 * most))
    return min(max(round(places * exploration), ceil(places * least - 1e-9)), floor(places * most + 1e-9))


def _capped(
    lost: list[int], mu: Floats, where: NDArray[np.int64], areas: Sequence[Area], most: NDArray[np.int64]
) -> tuple[Capped, ...]:
    """The cells that would have been chosen without the cap, by area."""
    return tuple(
        Capped(area.code, int(most[at]), tuple(held), float(sum(mu[held])))
        for at, area in enumerate(areas)
        if (held := [cell for cell in lost if where[cell] == at])
    )
