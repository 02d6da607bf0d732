"""Which deliveries count: those stored and not withdrawn, and the demo's own only while nothing real is there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from data_access.schema import areas, batches, deliveries, estimates, goals, populations, registrations, sources
from domain.tables import Kind

ADOPTION = (Kind.REGISTRATIONS, Kind.POPULATIONS, Kind.GOALS)  # these step aside together


def live(connection: Connection, kind: Kind) -> Select[Any]:
    """The ids of the deliveries of a kind whose facts count."""
    chosen = select(deliveries.c.id).where(deliveries.c.kind == kind, deliveries.c.status == "stored")
    return chosen if synthetic(connection, kind) else chosen.where(~deliveries.c.synthetic)


def synthetic(connection: Connection, kind: Kind) -> bool:
    """Whether what counts of this kind is the demo's, or nothing at all.

    Real incidents put it aside too: with them the demo's precincts leave the map.
    """
    group = ADOPTION if kind in ADOPTION else (kind,)
    stored = deliveries.c.kind.in_(group), deliveries.c.status == "stored", ~deliveries.c.synthetic
    incidents = batches.c.source_id == sources.c.id, batches.c.status == "loaded", batches.c.stored > 0
    real = select(exists().where(*stored)), select(exists().where(*incidents, ~sources.c.synthetic))
    return not any(connection.scalar(query) for query in real)


def named(real: bool = False) -> ColumnElement[bool]:
    """Whether a row of `areas` is what some fact speaks of, counted or not: such an area must stay.

    With `real` only what somebody delivered, not the demo's own.
    """
    facts = (registrations, populations, goals, estimates)
    held = [table.c.area_id == areas.c.id for table in facts]
    if real:
        own = select(deliveries.c.id).where(~deliveries.c.synthetic)
        held = [and_(mine, table.c.delivery_id.in_(own)) for mine, table in zip(held, facts, strict=True)]
    return or_(*(exists().where(mine) for mine in held))
