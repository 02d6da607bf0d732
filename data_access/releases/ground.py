"""Where numbers are published for: precincts, and zones with enough people to hide among.

A place is the finest thing counted: a zone of the record, or what of a precinct lies in no zone. Zones below the
minimum are joined to a neighbour in the same precinct until each has enough residents; a precinct whose zones cannot
be told apart, or that has none, is one zone by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from data_access import areas
from data_access.areas import METRES_PER_DEGREE, NAMED_BY_SOURCE, Area
from data_access.schema import areas as areas_table
from data_access.schema import incidents
from domain.errors import Invalid
from domain.release.lattice import RESIDENTS, UNKNOWN

TOUCHING = 15 / METRES_PER_DEGREE  # degrees between outlines that are taken for neighbours
NAMED = 100  # incidents that a precinct without an outline must have to be named

Integers = NDArray[np.int64]
Members = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A published zone: the zones of the record that it joins, or a whole precinct by its own code."""

    code: str
    name: str
    precinct: str
    residents: int | None
    members: Members


@dataclass(frozen=True, slots=True)
class Frozen:
    """The areas of an earlier release: codes of its precincts, and its zones."""

    precincts: Members
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class Ground:
    """The areas of the record and how they are joined. `places` are codes: zones, precincts, and the unknown last."""

    precincts: tuple[Area, ...]
    zones: tuple[Area, ...]
    shapes: Mapping[str, Any]
    published: tuple[Zone, ...]

    @cached_property
    def places(self) -> tuple[str, ...]:
        return (*(zone.code for zone in self.zones), *(area.code for area in self.precincts), UNKNOWN)

    @cached_property
    def precinct_of(self) -> Integers:
        """The number of each place's precinct; the last is unknown."""
        number = {area.code: place for place, area in enumerate(self.precincts)}
        of_zones = [number[zone.parent or ""] for zone in self.zones]
        return np.array([*of_zones, *range(len(self.precincts) + 1)], dtype=np.int64)

    @cached_property
    def zone_of(self) -> Integers:
        """The number of the published zone that each place counts in; the last is unknown."""
        number = {code: place for place, zone in enumerate(self.published) for code in zone.members}
        return np.array([number.get(code, len(self.published)) for code in self.places], dtype=np.int64)

    def place(self, precinct: pd.Series, zone: pd.Series) -> tuple[Integers, Integers]:
        """The numbers of precinct and place for incidents with these ids of areas."""
        by_id = {area.id: place for place, area in enumerate(self.precincts)}
        told = np.asarray(precinct.map(by_id).fillna(len(self.precincts)), dtype=np.int64)
        zones = {area.id: place for place, area in enumerate(self.zones)}
        rest = len(self.zones) + told
        found = np.asarray(zone.map(zones).to_numpy(dtype=np.float64, na_value=np.nan))
        known = np.isfinite(found)
        known[known] = self.precinct_of[found[known].astype(np.int64)] == told[known]
        return told, np.asarray(np.where(known, np.nan_to_num(found), rest), dtype=np.int64)


def ground(connection: Connection, frozen: Frozen | None = None) -> Ground:
    """The areas in use, joined until every zone may be published, or as an earlier release had them.

    Raises Invalid where an area of the earlier release is no longer in the record.
    """
    kept = set(frozen.precincts) if frozen else _busy(connection)
    precincts = [
        (area, shape)
        for area, shape in areas.shapes(connection, "precinct")
        if (area.code in kept or (not frozen and (area.drawn or area.origin != NAMED_BY_SOURCE)))
    ]
    codes = {area.code for area, _ in precincts}
    zones = [(area, s) for area, s in areas.shapes(connection, "zone") if s is not None and area.parent in codes]
    shapes = {area.code: shape for area, shape in [*precincts, *zones] if shape is not None}
    known = tuple(area for area, _ in precincts), tuple(area for area, _ in zones)
    if frozen and not {*frozen.precincts, *chain(*(zone.members for zone in frozen.zones))} <= set(_codes(*known)):
        raise Invalid("release.ground_changed")
    return Ground(*known, shapes, frozen.zones if frozen else _published(*known, shapes))


def _codes(*levels: Sequence[Area]) -> list[str]:
    return [area.code for area in chain(*levels)]


def _busy(connection: Connection) -> set[str]:
    """Precincts with so many incidents that naming them tells nothing.

    That a source names a place nobody drew says that something happened there: where little did, it is unknown.
    """
    counted = select(areas_table.c.code).join(incidents, incidents.c.precinct_id == areas_table.c.id)
    counted = counted.where(~incidents.c.sensitive).group_by(areas_table.c.code).having(func.count() >= NAMED)
    return set(connection.scalars(counted))


# --- joining ---------------------------------------------------------------------------------------------------


def joined(ground: Ground, failing: Iterable[str]) -> Ground:
    """The same areas with each failing zone joined to a neighbour; one that has none gives way to its precinct's."""
    groups = [_Group(zone.members, zone.residents, zone.precinct) for zone in ground.published]
    by_code = {zone.code: group for zone, group in zip(ground.published, groups, strict=True)}
    for code in sorted(failing):
        group = by_code[code]
        if group in groups and (partner := _partner(group, groups, ground.shapes)) is not None:
            groups.remove(group)
            groups.remove(partner)
            groups.append(group.with_(partner))
    return replace(ground, published=_named(groups, ground.precincts, ground.zones))


@dataclass(frozen=True, slots=True)
class _Group:
    members: Members
    residents: int | None
    precinct: str

    @property
    def order(self) -> tuple[int, Members]:
        return self.residents or 0, self.members

    def with_(self, other: _Group) -> _Group:
        known = [group.residents for group in (self, other) if group.residents is not None]
        return _Group(tuple(sorted({*self.members, *other.members})), sum(known) if known else None, self.precinct)


def _published(precincts: Sequence[Area], zones: Sequence[Area], shapes: Mapping[str, Any]) -> tuple[Zone, ...]:
    """Zones joined to the neighbour with the fewest residents, the smallest first. Unknown residents count as none."""
    groups = list[_Group]()
    for precinct in precincts:
        mine = [_Group((z.code,), z.population, precinct.code) for z in zones if z.parent == precinct.code]
        groups += (
            _large_enough(mine, shapes) if mine else [_Group((precinct.code,), precinct.population, precinct.code)]
        )
    return _named(groups, precincts, zones)


def _large_enough(groups: list[_Group], shapes: Mapping[str, Any]) -> list[_Group]:
    while len(groups) > 1:
        least = min(groups, key=lambda group: group.order)
        if (least.residents or 0) >= RESIDENTS:
            break
        partner = _partner(least, groups, shapes)
        assert partner is not None, "there is another zone"
        groups = [group for group in groups if group not in (least, partner)] + [least.with_(partner)]
    return groups


def _partner(group: _Group, groups: Sequence[_Group], shapes: Mapping[str, Any]) -> _Group | None:
    """The neighbour in the same precinct with the fewest residents, or the nearest zone where none touches."""
    others = sorted((g for g in groups if g != group and g.precinct == group.precinct), key=lambda g: g.order)
    if not others:
        return None
    mine = shapely.multipolygons(shapely.get_parts([shapes[code] for code in group.members]))
    apart = np.array([min(shapely.distance(mine, [shapes[c] for c in other.members])) for other in others])
    touching = np.flatnonzero(apart <= TOUCHING)
    return others[int(touching[0] if len(touching) else np.argmin(apart))]


def _named(groups: Sequence[_Group], precincts: Sequence[Area], zones: Sequence[Area]) -> tuple[Zone, ...]:
    """Groups as zones, in the order of their codes. One that holds all zones of a precinct is the precinct."""
    whole = {area.code: area for area in precincts}
    by_code = {area.code: area for area in zones}
    count = Counter(area.parent for area in zones)
    made = list[Zone]()
    for group in groups:
        precinct = whole[group.precinct]
        if len(group.members) >= max(1, count[group.precinct]):
            members = tuple(sorted({*group.members, precinct.code}))
            residents = precinct.population or group.residents
            if residents is None or residents >= RESIDENTS:
                made.append(Zone(precinct.code, precinct.name, precinct.code, residents, members))
            continue
        members = group.members
        names = sorted((by_code[code] for code in members), key=lambda area: (-(area.population or 0), area.code))
        name = names[0].name + (f" +{len(names) - 1}" if names[1:] else "")
        made.append(Zone(members[0], name, precinct.code, group.residents, members))
    return tuple(sorted(made, key=lambda zone: zone.code))
