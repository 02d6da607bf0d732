"""Which published zone holds each cell of a forecast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from analytics.forecast.content import Content
from data_access.areas import Assigner
from data_access.forecast.counting import middles
from data_access.releases.ground import Zone
from data_access.schema import areas


class Zones:
    """The published zones of a release, the areas of the record read once.

    A published zone joins zones of the record, or is a whole precinct; `invented` zones are the demo's.
    """

    def __init__(self, connection: Connection, published: Sequence[Zone], invented: bool) -> None:
        self.published = published
        self._place = {code: number for number, zone in enumerate(published) for code in zone.members}
        self._codes = {row.id: row.code for row in connection.execute(select(areas.c.id, areas.c.code))}
        self._assigner = Assigner(connection, invented)

    def __call__(self, content: Content) -> NDArray[np.int64]:
        """The place in `published` of the zone that holds each cell's middle, shape (cells,), -1 where none does."""
        _, held = self._assigner.locate(*middles(content.lattice))
        named = [self._codes.get(id, "") for id in held.tolist()]
        within = [content.areas[at] if at >= 0 else "" for at in content.area.tolist()]
        place = self._place
        found = (place.get(zone, place.get(precinct, -1)) for zone, precinct in zip(named, within, strict=True))
        return np.fromiter(found, np.int64, content.lattice.cells)
