"""Whether a process can answer: what its face needs is there, and of this version."""

from __future__ import annotations

from data_access.desk import Desk
from data_access.migrate import DESK, require_head
from data_access.store import Store
from domain.errors import Stale


def ready(store: Store | None, desk: Desk) -> bool:
    """The desk, and for staff the record and the incident index too. Releases may be none."""
    try:
        require_head(desk.engine, DESK)
        return store is None or _record_ready(store)
    except (Stale, OSError):
        return False


def _record_ready(store: Store) -> bool:
    if not store.answers():
        return False
    require_head(store.engine)
    store.snapshot()
    return True
