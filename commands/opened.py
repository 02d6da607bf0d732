"""The databases that commands work on."""

from __future__ import annotations

from config.settings import Settings
from data_access.desk import Desk
from data_access.migrate import DESK, require_head
from data_access.store import Store


def opened() -> Store:
    """The store of this installation; raises a DomainError that names the command to run where it is not up to date."""
    store = Store.open(Settings.from_environment())
    require_head(store.engine)
    return store


def opened_desk() -> Desk:
    """The desk of this installation; raises a DomainError that names the command to run where it is not up to date."""
    desk = Desk.open(Settings.from_environment())
    require_head(desk.engine, DESK)
    return desk
