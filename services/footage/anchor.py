"""The published end of the chain of events, by which anybody can tell later that it was not written anew."""

from __future__ import annotations

from sqlalchemy import Connection

from data_access.chaining import FIRST
from data_access.desk import events
from domain.registers.panel import closed
from domain.release.parts import Column, Kind, Part
from locales import told

NAME = "request_chain"
COLUMNS = {"month": Kind.PERIOD, "head": Kind.CODE}


def parts(connection: Connection, zone: str, now: int) -> list[Part]:
    """The table of a release: the last hash of the last closed month, or no table where nothing had happened yet."""
    month = closed(now - 32 * 86_400, now, zone)[-1]
    head = events.head(connection, before=month.end)
    if head == FIRST:
        return []
    columns = tuple(Column(name, kind, told(f"chain.columns.{name}")) for name, kind in COLUMNS.items())
    return [Part(NAME, told("chain.title"), columns, [(month.name, head)], told("chain.notes"))]
