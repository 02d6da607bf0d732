"""The Flask server that everything hangs on."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings
from data_access.store import Store
from locales import LANGUAGES
from web import adoption, api, api_tables, errors, export, health, heat, imports, login, revisions, surveys, tables
from web.session import House, words


def create_server(settings: Settings, store: Store) -> Flask:
    server = Flask("web", static_folder=None)
    server.secret_key = settings.secret_key
    server.config["MAX_CONTENT_LENGTH"] = settings.max_upload_mb * 1024 * 1024
    server.extensions["atalaya"] = House(settings, store)
    for room in (health, heat, api, adoption, api_tables, export, imports, revisions, surveys, tables):
        server.register_blueprint(room.blueprint)
    server.context_processor(lambda: {"words": words(), "languages": LANGUAGES})
    login.install(server, settings)
    errors.listen(server)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    return server
