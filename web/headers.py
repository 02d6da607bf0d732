"""What every answer tells the browser: what it may run, load, frame, remember and send elsewhere."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from dash import Dash
from flask import Response, request
from flask_wtf.csrf import generate_csrf

from config.settings import Settings
from locales import LANGUAGES
from web.session import settings

YEAR = 365 * 86_400
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",  # map tiles want to know the site, never the filter
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def write(app: Dash) -> None:
    app.server.after_request(lambda response: _written(app, response))


def csrf_cookie(settings: Settings) -> str:
    """The cookie that the browser's half of Dash sends back as a header."""
    return "__Host-csrf" if settings.production else "csrf"


def session_cookie(settings: Settings) -> str:
    return "__Host-session" if settings.production else "session"


def _written(app: Dash, response: Response) -> Response:
    house = settings()
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    response.headers["Content-Security-Policy"] = _policy(app, house.tiles_url)
    if house.production:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html":
        _write_cookies(response, house)
    return response


def _write_cookies(response: Response, house: Settings) -> None:
    kept = {"secure": house.production, "samesite": "Lax", "path": "/"}
    response.set_cookie(csrf_cookie(house), generate_csrf(), **kept)
    wanted = request.args.get("lang")
    if wanted in LANGUAGES:
        remember(wanted, response)


def remember(language: str, response: Response) -> Response:
    """Keep a language in the browser. It is no secret, and the page's own switch writes it too."""
    response.set_cookie("language", language, max_age=YEAR, secure=settings().production, samesite="Lax")
    return response


@cache
def _policy(app: Dash, tiles_url: str) -> str:
    """Only style attributes may be inline: Dash's own scripts are named by their hashes, known once it has started."""
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *app.csp_hashes()]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": " ".join(["'self'", "data:", "blob:", *_tile_hosts(tiles_url)]),
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _tile_hosts(url: str) -> list[str]:
    """Where the base map comes from; the {s} of an address stands for several hosts."""
    found = urlsplit(url.replace("{s}", "*"))
    return [f"{found.scheme}://{found.netloc}"] if found.scheme in ("http", "https") else []
