"""Closed months of adoption: added once, read and checked, never changed. The demo's and real ones are kept apart."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select
from sqlalchemy.exc import IntegrityError

from data_access.deliveries import synthetic
from data_access.schema import closings, deliveries
from domain.errors import NotFound, Stale
from domain.revisions import Closed, Closing, Content, canonical, digest
from domain.tables import Kind


def add(connection: Connection, content: Content) -> Closing:
    """Write a month down. Raises Stale where it is closed already."""
    text = canonical(content)
    row = {
        "month": content["month"],
        "synthetic": content["synthetic"],
        "closed_at": content["closed_at"],
        "actor": content["closed_by"],
    }
    try:
        connection.execute(insert(closings).values(**row, content=text, sha256=digest(text)))
    except IntegrityError as problem:
        raise Stale("revisions.closed", month=content["month"]) from problem
    return Closing(**row, sha256=digest(text), text=text, content=content)


def listing(connection: Connection) -> list[Closed]:
    """Which months are closed of what counts now, newest first."""
    columns = [closings.c[name] for name in ("month", "synthetic", "closed_at", "actor", "sha256")]
    query = select(*columns).where(closings.c.synthetic == _made_up(connection))
    return [Closed(*row) for row in connection.execute(query.order_by(closings.c.month.desc()))]


def read(connection: Connection, month: str) -> Closing:
    """A closed month of what counts now. Raises NotFound."""
    counts = closings.c.synthetic == _made_up(connection)
    row = connection.execute(select(closings).where(closings.c.month == month, counts)).one_or_none()
    if row is None:
        raise NotFound("revisions.none", month=month)
    return _closing(row)


def remove_demo(connection: Connection) -> int:
    """Take out the demo's own, which go with the demo; returns how many they were."""
    return connection.execute(delete(closings).where(closings.c.synthetic)).rowcount


def _made_up(connection: Connection) -> bool:
    """Whether the demo's own are shown: while its deliveries count. Real ones stay when all real ones are withdrawn."""
    demo = deliveries.c.kind == Kind.REGISTRATIONS, deliveries.c.status == "stored", deliveries.c.synthetic
    return bool(connection.scalar(select(exists().where(*demo)))) and synthetic(connection, Kind.REGISTRATIONS)


def _closing(row: Row[Any]) -> Closing:
    return Closing(row.month, row.synthetic, row.closed_at, row.actor, row.sha256, row.content, _read(row.content))


def _read(text: str) -> Content:
    """What was tampered with may be no JSON at all; it is still listed, and told."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
