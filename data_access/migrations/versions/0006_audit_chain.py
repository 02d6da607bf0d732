"""The audit log becomes a chain; what it held before is folded into the first event that has a hash."""

from __future__ import annotations

import json
import time
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

FIELDS = ("at", "actor_id", "actor", "action", "object", "details", "previous")
AUDIT = sa.table("audit_events", sa.column("id"), *(sa.column(name) for name in FIELDS), sa.column("hash"))


def upgrade() -> None:
    op.add_column("audit_events", sa.Column("previous", sa.String(length=64), nullable=True))
    op.add_column("audit_events", sa.Column("hash", sa.String(length=64), nullable=True))
    connection, count, previous = op.get_bind(), 0, "0" * 64
    every = sa.select(AUDIT).order_by(AUDIT.c.id).execution_options(yield_per=1_000)
    for row in connection.execute(every).mappings():
        count, previous = count + 1, _hash({**row, "previous": previous})
    if not count:
        return
    told = json.dumps({"events": count})
    first: dict[str, Any] = {"at": int(time.time()), "actor_id": None, "actor": "system", "action": "audit.chained"}
    first |= {"object": "", "details": told, "previous": previous}
    op.execute(sa.insert(AUDIT).values(**first, hash=_hash(first)))


def _hash(row: dict[str, Any]) -> str:
    said = {name: row[name] for name in FIELDS}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return sha256((row["previous"] + text).encode()).hexdigest()
