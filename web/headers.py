"""What every answer tells the browser: what it may run, load, frame, remember and send elsewhere."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, request
from flask_wtf.csrf import generate_csrf

from config.settings import Settings
from locales import LANGUAGES
from web import public as pages
from web import public_shell
from web.session import settings

YEAR = 365 * 86_400
PUBLIC = ("public", "published")  # the blueprints whose answers are for anyone
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",  # map tiles want to know the site, never the filter
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def write(server: Flask, app: Dash | None) -> None:
    """Let every answer carry them; without an application all are the public's."""
    server.after_request(lambda response: _written(app, response))


def csrf_cookie(settings: Settings) -> str:
    """The cookie that the browser's half of Dash sends back as a header."""
    return "__Host-csrf" if settings.production else "csrf"


def session_cookie(settings: Settings) -> str:
    return "__Host-session" if settings.production else "session"


def _written(app: Dash | None, response: Response) -> Response:
    house = settings()
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    public = app is None or request.blueprint in PUBLIC
    policy = public_shell.policy() if app is None or public else _policy(app, house.tiles_url)
    response.headers["Content-Security-Policy"] = policy
    if not public or response.status_code >= 400 or _apart():
        response.headers["X-Robots-Tag"] = "noindex"
    if house.production:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html":
        _keep_choices(response, house)
        if not public:
            csrf = {"secure": house.production, "samesite": "Lax", "path": "/"}
            response.set_cookie(csrf_cookie(house), generate_csrf(), **csrf)
    return response


def _apart() -> bool:
    """Whether an answer of the public pages is somebody's own, which no search engine is to keep."""
    page = pages.of_endpoint(request.endpoint or "")
    return page is not None and (request.method == "POST" or not page.indexed)


def _keep_choices(response: Response, house: Settings) -> None:
    """What the address chose stays chosen in this browser: neither is a secret."""
    wanted, scheme = request.args.get("lang"), request.args.get("scheme")
    if wanted in LANGUAGES:
        remember(wanted, response)
    if scheme in public_shell.SCHEMES:
        response.set_cookie("scheme", scheme, max_age=YEAR, secure=house.production, samesite="Lax", httponly=True)


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
