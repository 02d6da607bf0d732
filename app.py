"""Wiring only: settings -> store -> server -> pages in their shell. `app:server` is what gunicorn serves."""

from __future__ import annotations

from typing import Any

from dash import Dash

from config.settings import Settings
from data_access.store import Store
from web import portal
from web.server import create_server


def create_app(settings: Settings) -> Dash:
    """The portal, ready to serve. One for each process: Dash's registries of pages and callbacks are global."""
    return portal.create(create_server(settings, Store.open(settings)), settings)


def __getattr__(name: str) -> Any:
    """`server` is made when first asked for, so that importing this module starts nothing."""
    if name != "server":
        raise AttributeError(name)
    globals()["server"] = create_app(Settings.from_environment()).server
    return globals()["server"]
