"""Wiring only: settings -> store -> server -> pages -> shell. `app:server` is what gunicorn serves."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash, html

from config.settings import Settings
from data_access.store import Store
from web import pages
from web.server import create_server


def create_app(settings: Settings) -> Dash:
    """The portal, ready to serve. One for each process: Dash's registries of pages and callbacks are global."""
    server = create_server(settings, Store.open(settings))
    app = Dash(
        __name__,
        server=server,
        use_pages=True,
        pages_folder="",
        title="Atalaya",
        update_title=None,
        compress=True,
        enable_mcp=False,
        suppress_callback_exceptions=True,
    )
    pages.register(settings.face)
    app.layout = lambda: html.Div(dash.page_container)
    # Dash finishes its own set-up in the first request, and two first requests at once can break it.
    server.test_client().get("/_favicon.ico")
    return app


def __getattr__(name: str) -> Any:
    """`server` is made when first asked for, so that importing this module starts nothing."""
    if name != "server":
        raise AttributeError(name)
    globals()["server"] = create_app(Settings.from_environment()).server
    return globals()["server"]
