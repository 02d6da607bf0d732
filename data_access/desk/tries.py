"""How often something was tried, by a keyed hash of who tried what: limits in a sliding window."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from data_access.desk_schema import tries

DAY = 86_400  # seconds; nothing is counted over longer


def wait(connection: Connection, key: str, at: int, window: int, limit: int) -> int:
    """Seconds until another try is due; 0: now. Until the transaction ends nobody else counts the same key."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({int(key[:15], 16)})")
    newest = select(tries.c.at).where(tries.c.key == key, tries.c.at > at - window).order_by(tries.c.at.desc())
    oldest = connection.execute(newest.offset(limit - 1).limit(1)).scalar()
    return 0 if oldest is None else max(oldest + window - at, 1)


def take(connection: Connection, key: str, at: int, window: int, limit: int) -> int:
    """Count a try that is due, whatever comes of it; else the seconds until one is."""
    seconds = wait(connection, key, at, window, limit)
    if not seconds:
        add(connection, key, at)
    return seconds


def add(connection: Connection, key: str, at: int) -> None:
    """Count a try, and forget those of yesterday."""
    connection.execute(delete(tries).where(tries.c.at <= at - DAY))
    connection.execute(insert(tries).values(key=key, at=at))
