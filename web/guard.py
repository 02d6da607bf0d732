"""The door: every request passes here before anything answers. What is not named below is refused to all.

Services hold the lock proper. The door keeps callers out of what they have no business asking at all, so that a page
or callback that forgets to ask a service is still closed: a callback may be used by whoever may open its page.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from dash import Dash, html
from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import Authorization

from components import shell
from domain.errors import DomainError, Forbidden, Invalid, NotFound
from domain.people import ANONYMOUS, Actor, Permission, require
from services import sign_in
from web import callbacks, errors, login, pages, public
from web.session import actor, house, settings, store


class Door(Enum):
    ANYONE = 1
    HALF_IN = 2  # the password was given, or the directory said who it is, and the second factor is missing
    SIGNED_IN = 3
    NOBODY = 4


Rule = Door | Permission

# Every route by its blueprint, or by its endpoint where it has none. A page's address and a callback follow the page.
ROUTES: dict[str, Rule] = {
    "health": Door.ANYONE,
    "public": Door.ANYONE,
    "published": Door.ANYONE,
    "_dash_assets": Door.ANYONE,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": Door.ANYONE,
    "/_favicon.ico": Door.ANYONE,
    "/_reload-hash": Door.ANYONE,
    "security.login": Door.ANYONE,
    "security.logout": Door.SIGNED_IN,
    "directory": Door.ANYONE,
    "password": Door.SIGNED_IN,
    "second_factor": Door.HALF_IN,
    "again": Door.SIGNED_IN,
    "session": Door.SIGNED_IN,
    "heat": Permission.EXPLORE,
    "api": Permission.EXPLORE,
    "imports": Permission.IMPORT,
    "adoption": Permission.ADOPTION,
    "exports": Permission.EXPLORE,
    "surveys": Permission.SURVEYS,
    "revisions": Permission.ADOPTION,
    "revisions.close": Permission.TABLES,
    "tables": Permission.TABLES,
    "registers": Permission.REGISTERS,
    "releases": Permission.RELEASES_READ,
    "releases.build": Permission.RELEASES,
    "releases.cancel": Permission.RELEASES,
    "releases.approve": Permission.PUBLISH,
    "releases.reject": Permission.PUBLISH,
    "forecast": Permission.FORECAST,
    "forecast.run": Permission.FORECAST_RUN,
    "forecast.cancel": Permission.FORECAST_RUN,
    "forecast.switch": Permission.FORECAST_RUN,
    "desk": Permission.CASES,
    "intake": Permission.INTAKE,
    "review": Permission.REVIEW,
    "deliveries": Permission.TABLES,
    "exports.incidents_csv": Permission.ROWS,
    "exports.incidents_zip": Permission.ROWS,
    "exports.incidents_geojson": Permission.ROWS,
}
FRAME = ("/_dash-layout", "/_dash-dependencies")  # what every page stands in
CALLBACK = "/_dash-update-component"
PAGES = ("/", "/<path:path>")
HOMES = ("/", "/staff")  # lead on to the first page of one's own
BY_TOKEN = ("api", "adoption", "deliveries")  # the only addresses where a bearer token counts
OWING = ("password", "security", "again", "session")  # open to who must change the password first
# Where a body may be as large as the settings say.
UPLOADS = ("imports.upload", "tables.upload", "registers.upload", "desk.upload", "intake.file")
BYTES = 8 * 1024 * 1024
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

csrf = CSRFProtect()


def stand(server: Flask, app: Dash | None) -> None:
    """Put the door before everything that the server answers; the public alone is served without an application."""
    server.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(server)
    server.before_request(lambda: check(app))


def check(app: Dash | None) -> ResponseReturnValue | None:
    """Refuse, by raising Forbidden, NotFound or Invalid, or send to the sign-in page; None lets the request pass."""
    if request.routing_exception is not None:
        return None
    g.actor = _who()
    if request.endpoint not in UPLOADS:
        request.max_content_length = _room()
    if request.method in UNSAFE and not g.get("by_token"):
        _same_site()
    if request.endpoint in PAGES and request.path in HOMES:
        return redirect(_home())
    wanted = rule(app)
    try:
        admit(wanted)
    except Forbidden:
        if g.actor is ANONYMOUS and errors.for_a_person():
            return redirect(_sign_in())
        raise
    if wanted is not Door.ANYONE and login.owes_password() and request.blueprint not in OWING:
        if errors.for_a_person():
            return redirect(url_for("password.change"))
        raise Forbidden("password.must_change")
    if request.method in UNSAFE and not g.get("by_token"):
        csrf.protect()
    if actor() is not ANONYMOUS and not _by_itself():
        login.seen()
    return None


def admit(rule: Rule) -> None:
    """Refuse the present actor unless the rule lets them pass."""
    if rule is Door.ANYONE or (rule is Door.HALF_IN and login.pending() is not None):
        return
    if actor() is ANONYMOUS:
        raise Forbidden("signed_out")
    if rule is Door.NOBODY:
        raise Forbidden("forbidden")
    if isinstance(rule, Permission):
        require(actor(), rule)


def rule(app: Dash | None) -> Rule:
    """What the present request needs. Raises NotFound for an address without page, Invalid for a broken callback."""
    endpoint = request.endpoint or ""
    if endpoint in PAGES:
        return page_rule(_page(request.path))
    if endpoint in FRAME:
        return Door.SIGNED_IN
    if endpoint == CALLBACK and app is not None:
        return _callback_rule(app)
    return ROUTES.get(endpoint) or ROUTES.get(request.blueprint or "") or Door.NOBODY


def page_rule(page: pages.Page) -> Rule:
    return pages.permission(page) or Door.SIGNED_IN


def output_rule(output: str) -> Rule:
    """What a callback needs, by its output."""
    page = pages.of_callback(output)
    return Door.SIGNED_IN if page is None else page_rule(page)


def allows(rule: Rule) -> bool:
    try:
        admit(rule)
    except Forbidden:
        return False
    return True


def wrap(page: pages.Page, layout: pages.Layout) -> pages.Layout:
    """A layout that asks the door again, since Dash gives layouts to callbacks too, and that tells what went wrong
    where Dash would leave the page before on screen."""

    def guarded(**query: Any) -> Any:
        try:
            admit(page_rule(page))
            return layout(**query)
        except DomainError as error:
            return _told(error)
        except Exception as error:
            return _told(errors.logged(error))

    return guarded


def _told(error: DomainError) -> html.Div:
    title, sentence = errors.sentences(error)
    errors.refused(error)
    return html.Div([html.H1(title), html.P(sentence)], className="page-error", role="alert")


def _page(path: str) -> pages.Page:
    page = pages.of_path(path)
    if page is None:
        raise NotFound("not_found")
    g.route = page["path"]
    return page


def _callback_rule(app: Dash) -> Rule:
    try:
        body = callbacks.understood(app, request.get_json(silent=True))
    except RecursionError:
        raise Invalid("malformed") from None
    if callbacks.is_router(body):
        return page_rule(_page(callbacks.pathname(body)))
    if (page := pages.of_callback(body["output"])) is not None:
        g.route = page["path"]
    return output_rule(body["output"])


def _home() -> str:
    """The first page of the navigation that the actor may open, or the sign-in page."""
    shown = [page for page in pages.every() if page.get("icon") and page.get("group") in shell.GROUPS]
    for page in sorted(shown, key=lambda page: shell.GROUPS.index(page["group"])):
        if allows(page_rule(page)):
            return str(page["relative_path"])
    return url_for("security.login") if actor() is ANONYMOUS else "/account"


def _sign_in() -> str:
    """The sign-in page, which leads back to the page that was asked for."""
    asked = request.full_path.rstrip("?") if request.endpoint in PAGES and request.path != "/" else None
    return url_for("security.login", next=asked)


def _by_itself() -> bool:
    """Whether a page asks on its own, by a clock that runs while nobody is there."""
    if request.endpoint == CALLBACK:
        changed = request.get_json(silent=True).get("changedPropIds", [])  # `rule` has understood it
        return bool(changed) and all(prop.endswith(".n_intervals") for prop in changed)
    return request.endpoint == "session.left"


def _room() -> int:
    """How many bytes a body may have."""
    if (page := public.of_endpoint(request.endpoint or "")) is not None:
        return page.body
    return public.BODY if actor() is ANONYMOUS else BYTES


def _who() -> Actor:
    if house().store is None:
        return ANONYMOUS
    bearer = request.authorization
    if request.blueprint in BY_TOKEN and bearer is not None and bearer.type == "bearer":
        return _of_token(bearer)
    found: Actor = current_user.actor if current_user.is_authenticated else ANONYMOUS
    return found


def _of_token(bearer: Authorization) -> Actor:
    account = sign_in.token_account(store(), bearer.token or "", demo=not settings().production)
    if account is None:
        raise Forbidden("signed_out")
    g.by_token = True
    return account.actor


def _origins() -> tuple[str, ...]:
    """This site as browsers name it: in production by TLS alone, which the proxy ends."""
    schemes = ("https",) if settings().production else ("http", "https")
    return tuple(f"{scheme}://{request.host}" for scheme in schemes)


def _same_site() -> None:
    """Refuse what another site makes a browser send. Old clients that tell nothing still need the token."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("cross_site")
    if origin is not None and origin not in _origins():
        raise Forbidden("cross_site")
    if request.blueprint == "security" and request.is_json:
        raise Invalid("malformed")
