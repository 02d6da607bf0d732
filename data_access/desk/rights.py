"""What the role of the public's process may do in the desk's database, on PostgreSQL.

It files requests, moves them as their requester may, and adds to the chain of events; it changes no event, no camera
and nothing that staff decided. SQLite knows no roles: there the rights of the file are all or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine, text

from data_access.desk_schema import metadata

ROLE = "atalaya_public"
SEE, ADD = "SELECT", "SELECT, INSERT"
RIGHTS: Mapping[str, str] = {
    "alembic_version": SEE,
    "cameras": SEE,
    "algorithms": SEE,
    "footage_requests": f"{ADD}, UPDATE (version, status, resolution, due_at, closed_at)",
    "case_events": ADD,
    "case_texts": ADD,
    "holds": f"{ADD}, UPDATE (until)",
    "evidence": ADD,
    "grants": f'{ADD}, UPDATE ("left")',
    "outbox": "SELECT (id), INSERT",
    "tries": f"{ADD}, DELETE",
}


def grant(engine: Engine) -> bool:
    """Give the role these rights and no others; False where there is no such role. For the owner of the tables."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.begin() as connection:
        if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ROLE}).first() is None:
            return False
        for statement in _statements():
            connection.exec_driver_sql(statement)
    return True


def _statements() -> list[str]:
    found = [f"REVOKE ALL ON ALL {what} IN SCHEMA public FROM {ROLE}" for what in ("TABLES", "SEQUENCES")]
    found.append(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    found += [f"GRANT {rights} ON {table} TO {ROLE}" for table, rights in RIGHTS.items()]
    numbered = [name for name, rights in RIGHTS.items() if "INSERT" in rights and name in metadata.tables]
    found += [f"GRANT USAGE ON SEQUENCE {name}_id_seq TO {ROLE}" for name in numbered if name != "evidence"]
    return found
