"""Rows in a chain: each holds the hash of the one before.

hash = SHA-256(previous || row as canonical JSON). Whoever changes, drops or reorders a row breaks the chain from there
on. Write where one writer is let in at a time.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, select

FIRST = "0" * 64


def hashed(row: Mapping[str, Any], fields: Iterable[str]) -> str:
    """The hash of a row that has its `previous`."""
    return sha256((row["previous"] + canonical({name: row[name] for name in fields})).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with its keys in order and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def missing(connection: Connection, column: Column[str], hashes: Collection[str]) -> tuple[str, ...]:
    """Those of some hashes, written down elsewhere, that no row has."""
    found = set(connection.execute(select(column).where(column.in_(hashes))).scalars())
    return tuple(one for one in hashes if one != FIRST and one not in found)
