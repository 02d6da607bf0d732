"""The Flask server that everything hangs on."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings
from data_access.desk import Desk
from data_access.store import Store
from locales import LANGUAGES
from web import (
    adoption,
    api,
    api_tables,
    directory,
    errors,
    export,
    footage_desk,
    footage_intake,
    footage_review,
    forecast,
    guard,
    headers,
    health,
    heat,
    imports,
    login,
    public,
    published,
    registers,
    releases,
    revisions,
    second_factor,
    surveys,
    tables,
)
from web.session import House, words


def create_server(settings: Settings, store: Store, desk: Desk) -> Flask:
    """The server of staff's pages, and of the public ones where one process serves both; Dash goes on top."""
    server = _server(settings, store, desk)
    rooms = (heat, api, adoption, api_tables, export, footage_desk, forecast, imports, registers, releases, revisions)
    for room in (*rooms, footage_intake, footage_review, surveys, tables):
        server.register_blueprint(room.blueprint)
    if settings.face == "both":
        _open(server)
    server.register_blueprint(second_factor.blueprint)
    server.register_blueprint(directory.blueprint)
    login.install(server, second_factor.Steps())
    return server


def create_public(settings: Settings, desk: Desk) -> Flask:
    """The whole server of the public alone. It knows no record, no account and no callback."""
    server = _server(settings, None, desk)
    _open(server)
    guard.stand(server, None)
    headers.write(server, None)
    Compress(server)
    return server


def _open(server: Flask) -> None:
    """What is for anyone."""
    public.install(server)
    server.register_blueprint(published.blueprint)


def _server(settings: Settings, store: Store | None, desk: Desk) -> Flask:
    """What every face has."""
    server = Flask("web", static_folder=None)
    server.secret_key = settings.secret_key
    server.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        SESSION_COOKIE_NAME=headers.session_cookie(settings),
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    if settings.hosts:  # the portal asks itself for its first answers, by this name
        server.config["TRUSTED_HOSTS"] = [*settings.hosts, "localhost"]
    server.extensions["atalaya"] = House(settings, store, desk)
    server.register_blueprint(health.blueprint)
    server.context_processor(lambda: {"words": words(), "languages": LANGUAGES})
    errors.listen(server)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    return server
