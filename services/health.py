"""Whether the house can answer: the record is there and of this version, and the incident index can be opened."""

from __future__ import annotations

from data_access.migrate import require_head
from data_access.store import Store
from domain.errors import Stale


def ready(store: Store) -> bool:
    if not store.answers():
        return False
    try:
        require_head(store.engine)
        store.snapshot()
    except (Stale, OSError):
        return False
    return True
