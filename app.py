"""Wiring only: settings -> store -> server -> pages in their shell. `app:server` is what gunicorn serves."""

from __future__ import annotations

from typing import Any

from dash import Dash
from flask import Flask

from config.settings import Settings
from data_access.desk import Desk
from data_access.store import Store
from web import portal
from web.server import create_public, create_server


def create_app(settings: Settings) -> Dash:
    """The portal for staff, ready to serve. One for each process: Dash's registries are global."""
    return portal.create(create_server(settings, Store.open(settings), Desk.open(settings)), settings)


def create(settings: Settings) -> Flask:
    """The server of this process's face. That of the public alone never opens the record."""
    return create_public(settings, Desk.open(settings)) if settings.face == "public" else create_app(settings).server


def __getattr__(name: str) -> Any:
    """`server` is made when first asked for, so that importing this module starts nothing."""
    if name != "server":
        raise AttributeError(name)
    globals()["server"] = create(Settings.from_environment())
    return globals()["server"]
