"""How much stays in the dark, and how people feel: what surveys say, beside what is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from data_access import areas
from data_access import surveys as record
from data_access.areas import Area
from data_access.deliveries import synthetic
from data_access.store import Store
from domain.people import Actor, Permission, may, require
from domain.surveys import (
    ANY,
    NO_CRIME,
    UNITS,
    DarkFigure,
    Design,
    Estimate,
    Felt,
    LeftOut,
    Perception,
    Recorded,
    Series,
    Surrounding,
    Topic,
    Worth,
)
from domain.tables import Kind
from domain.taxonomy import taxonomy
from services import audit
from services.recorded import rates

UNSAFE = "unsafe_night"


# --- the dark figure -------------------------------------------------------------------------------------------


def dark_figure(store: Store, actor: Actor, where: str = "") -> DarkFigure:
    """The share that nobody reported, by crime type and year; `where` is a place, an area's code or a key.

    Without it the surrounding with most answers is shown. Answers gathered without a design speak for nobody else and
    give no dark figure. Raises Forbidden.
    """
    require(actor, Permission.SURVEYS)
    with store.engine.connect() as connection:
        told = [e for e in record.read(connection, areas.listing(connection)) if _open(actor, e)]
        goal, made_up = record.dark_goal(connection), synthetic(connection, Kind.SURVEY)
    reported = [e for e in told if e.topic is Topic.REPORTED and e.design is Design.PROBABILITY]
    known = _surroundings(reported)
    shown = next(
        (one for one in known if where and where in (one.key, one.precinct, one.place)), next(iter(known), None)
    )
    series = _series(estimate for estimate in reported if _surrounding(estimate) == shown)
    return DarkFigure(
        surrounding=shown,
        surroundings=tuple(known),
        series=tuple(series),
        goal=goal,
        not_asked=_not_asked({one.item for one in series}),
        silent=_silent(told),
        synthetic=made_up,
    )


def export_dark_figure(store: Store, actor: Actor, where: str = "") -> DarkFigure:
    """The same for a file that leaves the portal, which the audit log tells. Raises Forbidden."""
    found = dark_figure(store, actor, where)
    audit.record(store, actor, "export.dark_figure", where)
    return found


def _open(actor: Actor, estimate: Estimate) -> bool:
    """Shares of sensitive crimes in small areas are for those who may see such crimes."""
    if not estimate.precinct or may(actor, Permission.SENSITIVE):
        return True
    return not taxonomy().expand(estimate.item) & taxonomy().sensitive


def _surrounding(estimate: Estimate) -> Surrounding:
    return Surrounding(estimate.survey, estimate.precinct, estimate.place)


def _surroundings(reported: Sequence[Estimate]) -> list[Surrounding]:
    """The widest first: most answers in a year to one question."""
    most: dict[Surrounding, int] = {}
    for estimate in reported:
        where = _surrounding(estimate)
        most[where] = max(most.get(where, 0), estimate.answers or 0)
    return sorted(most, key=lambda where: (bool(where.precinct), -most[where], where.place, where.precinct))


def _series(reported: Iterable[Estimate]) -> list[Series]:
    def key(estimate: Estimate) -> tuple[str, str, str]:
        return estimate.survey, estimate.item, estimate.unit

    found = []
    for _, held in groupby(sorted(reported, key=lambda one: (*key(one), one.year)), key):
        points = tuple(estimate.turned for estimate in held)
        found.append(Series(points[0].survey, points[0].item, points[0].unit, points))
    return sorted(found, key=_place_in_list)


def _place_in_list(series: Series) -> tuple[object, ...]:
    return series.item != ANY, not series.estimable, UNITS.index(series.unit), -(series.last.answers or 0), series.item


def _not_asked(items: set[str]) -> tuple[str, ...]:
    """Families of which nothing was asked, and the types left over of those asked about in part."""
    known = taxonomy()
    covered = frozenset().union(*(known.expand(item) for item in items)) if items else frozenset()
    missing: list[str] = []
    for family in known.families:
        types = known.expand(family)
        if family in NO_CRIME or types <= covered:
            continue
        missing += sorted(types - covered) if types & covered else [family]
    return tuple(missing)


def _silent(told: Sequence[Estimate]) -> tuple[tuple[str, int], ...]:
    asking = {(estimate.survey, estimate.year) for estimate in told if estimate.topic is Topic.REPORTED}
    of_chance = {(e.survey, e.year) for e in told if e.design is Design.PROBABILITY}
    return tuple(sorted(of_chance - asking))


# --- perception ------------------------------------------------------------------------------------------------


def perception(store: Store, actor: Actor) -> Perception:
    """Who feels unsafe at night, by area, beside what is recorded in the last twelve whole months.

    What is recorded is left out for those who may not explore. Raises Forbidden.
    """
    require(actor, Permission.SURVEYS)
    with store.engine.connect() as connection:
        shown = {area.code: area for area in areas.listing(connection)}
        told = record.read(connection, shown.values())
        made_up = synthetic(connection, Kind.SURVEY)
    asked = _newest(estimate for estimate in told if estimate.topic is Topic.FEELING and estimate.item == UNSAFE)
    mine = [e for e in asked if not e.precinct or actor.sees(_precinct_of(shown[e.precinct]))]
    here = [shown[estimate.precinct] for estimate in mine if estimate.precinct]
    left_out = _left_out(store, actor, here, made_up)
    window, counted = (None, {}) if left_out else rates(store, actor, here)
    felt = [(e, _felt(e, shown, told, counted.get(e.precinct))) for e in mine if e.precinct]
    return Perception(
        areas=tuple(one for estimate, one in felt if estimate.design is Design.PROBABILITY),
        met=tuple(one for estimate, one in felt if estimate.design is Design.GATHERED),
        everybody=tuple(sorted((e for e in mine if not e.precinct), key=lambda e: -(e.answers or 0))),
        hidden=len({estimate.precinct for estimate in asked} - {estimate.precinct for estimate in mine}),
        window=window,
        left_out=left_out or (LeftOut.SHORT if window is None else None),
        synthetic=made_up,
    )


def _left_out(store: Store, actor: Actor, here: Sequence[Area], made_up: bool) -> LeftOut | None:
    """Why nothing recorded may stand beside these areas: what is real and what is not are never shown together."""
    if not may(actor, Permission.EXPLORE):
        return LeftOut.CLOSED
    if not here:
        return LeftOut.NOWHERE
    snapshot = store.snapshot()
    return LeftOut.INVENTED if snapshot.rows and snapshot.manifest["facts"]["synthetic"] != made_up else None


def export_perception(store: Store, actor: Actor) -> Perception:
    """The same for a file that leaves the portal, which the audit log tells. Raises Forbidden."""
    found = perception(store, actor)
    audit.record(store, actor, "export.perception", "")
    return found


def _newest(asked: Iterable[Estimate]) -> list[Estimate]:
    """The last year of each place and way of asking, least safe first; what is not estimable last."""
    last: dict[tuple[str, str, Design], Estimate] = {}
    for estimate in asked:
        key = (estimate.precinct, estimate.place, estimate.design)
        if key not in last or estimate.year >= last[key].year:
            last[key] = estimate
    return sorted(last.values(), key=lambda e: (e.worth is Worth.NONE, -(e.share or 0), e.precinct, e.place))


def _precinct_of(area: Area) -> str:
    return area.code if area.level == "precinct" else area.parent or ""


def _felt(unsafe: Estimate, shown: Mapping[str, Area], told: Sequence[Estimate], recorded: Recorded | None) -> Felt:
    area = shown[unsafe.precinct]
    seen = [
        estimate
        for estimate in told
        if estimate.topic is Topic.INCIVILITY
        and (estimate.survey, estimate.year, estimate.precinct, estimate.design)
        == (unsafe.survey, unsafe.year, unsafe.precinct, unsafe.design)
    ]
    seen.sort(key=lambda estimate: (estimate.worth is Worth.NONE, -(estimate.share or 0), estimate.item))
    above = shown.get(area.parent or "")
    parent = "" if area.level == "precinct" else above.name if above else "–"
    return Felt(area.code, area.name, parent, unsafe, tuple(seen), recorded)
