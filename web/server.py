"""The Flask server that everything hangs on."""

from __future__ import annotations

from flask import Flask

from config.settings import Settings
from data_access.store import Store
from web import api, health, heat
from web.session import House


def create_server(settings: Settings, store: Store) -> Flask:
    server = Flask("web", static_folder=None)
    server.secret_key = settings.secret_key
    server.config["MAX_CONTENT_LENGTH"] = settings.max_upload_mb * 1024 * 1024
    server.extensions["atalaya"] = House(settings, store)
    for room in (health, heat, api):
        server.register_blueprint(room.blueprint)
    return server
