"""Pages that anyone may read, written on the server: the first answer holds the figures, and nothing needs JavaScript.

A page is one function in a file under `pages/public/`. It takes a Visit and returns what is drawn, as Dash's HTML
components, `Html` or text; a form is an ordinary form. `docs/decisions/public-on-the-server.md` says why.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial, wraps
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import FileStorage

from components import public_parts, public_preview
from components.markup import Html, attribute
from domain.errors import Invalid, NotFound
from domain.release.lattice import ALL
from locales import LANGUAGES, Words
from services import published
from web import public_shell
from web.session import city, edition, releases, site, words

PACKAGE = "pages.public"
GROUPS = ("figures", "watching", "footage", "about")  # of the navigation, in its order
YEAR = 365 * 86_400
BODY = 64 * 1024  # bytes that a form may have, where its page says nothing else


@dataclass(frozen=True, slots=True)
class Page:
    """`label` and `described` name sentences; `order` 0 keeps a page out of the navigation.

    A page that takes POST is somebody's own: it is never cached.
    """

    path: str
    label: str
    described: str
    draw: Callable[[Visit], Any]
    order: int = 0
    group: str = "about"
    first: bool = False  # in the header too
    methods: tuple[str, ...] = ("GET",)
    scripts: tuple[str, ...] = ()  # files of assets/public that make the page nicer where they run
    body: int = BODY
    indexed: bool = True  # whether search engines may keep it


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page, as far as a page may know it."""

    words: Words
    city: str
    method: str
    query: Mapping[str, list[str]]
    form: Mapping[str, list[str]]
    files: Mapping[str, FileStorage]
    address: str  # where the caller is, for limits alone
    root: str  # this site, with a slash at its end

    def chosen(self, key: str, known: Collection[str], otherwise: str) -> str:
        """The value of a key of the address, out of a closed list. Raises Invalid for any other or for several."""
        given = self.query.get(key, [])
        if not given or given == [""]:
            return otherwise
        if len(given) > 1 or given[0] not in known:
            raise Invalid("public.choice")
        return given[0]

    def said(self, name: str) -> str:
        """What a field of the form holds; empty where it was not sent."""
        return (self.form.get(name) or [""])[0]

    def token(self) -> Html:
        """The hidden field that every form with method POST carries."""
        value = attribute("value", generate_csrf())
        return Html(f'<input type="hidden" name="csrf_token"{value}>')


@dataclass(frozen=True, slots=True)
class Answer:
    """A page that says more than what is drawn: its status, its title, data for machines in its head."""

    drawn: Any
    status: int = 200
    title: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)  # JSON-LD


@dataclass(frozen=True, slots=True)
class Moved:
    """Go on to another address, by GET: of this site, of a provider that the settings name, or of the quick way out."""

    path: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of somebody's own, which their browser saves and nothing keeps on the way."""

    media: str
    name: str
    size: int  # bytes
    blocks: Iterable[bytes]

    def sent(self) -> Response:
        response = Response(self.blocks, mimetype=self.media)
        response.headers.set("Content-Disposition", "attachment", filename=self.name)
        response.content_length = self.size
        response.cache_control.no_store = True
        return response


@dataclass(frozen=True, slots=True)
class Way:
    """An address that draws nothing and leads on."""

    path: str
    methods: tuple[str, ...]
    lead: Callable[[Visit], Moved]


_pages: dict[str, Page] = {}
_ways: dict[str, Way] = {}


def page(path: str, *, label: str, described: str, **known: Any) -> Callable[[Callable[[Visit], Any]], Any]:
    """Register the function below as the page at an address. `known` are the other fields of Page."""

    def keep(draw: Callable[[Visit], Any]) -> Callable[[Visit], Any]:
        _pages[draw.__name__] = Page(path, label, described, draw, **known)
        return draw

    return keep


def way(path: str, *methods: str) -> Callable[[Callable[[Visit], Moved]], Callable[[Visit], Moved]]:
    """Register the function below as an address that leads on to another."""

    def keep(lead: Callable[[Visit], Moved]) -> Callable[[Visit], Moved]:
        _ways[lead.__name__] = Way(path, methods, lead)
        return lead

    return keep


def released(subject: str) -> Callable[[Callable[[Visit], Any]], Callable[[Visit], Any]]:
    """Let a page be asked for once something is published; before that it says so."""

    def closed(draw: Callable[[Visit], Any]) -> Callable[[Visit], Any]:
        @wraps(draw)
        def drawn(visit: Visit) -> Any:
            if published.edition(releases()) is not None:
                return draw(visit)
            return public_parts.nothing_yet(subject, visit.words)

        return drawn

    return closed


def install(server: Flask) -> None:
    """Put every public page on a server."""
    for found in pkgutil.iter_modules(importlib.import_module(PACKAGE).__path__, f"{PACKAGE}."):
        importlib.import_module(found.name)
    blueprint = Blueprint("public", __name__)
    for name, found_page in _pages.items():
        blueprint.add_url_rule(
            found_page.path, name, partial(_answer, found_page), methods=found_page.methods, strict_slashes=False
        )
    for name, found_way in _ways.items():
        blueprint.add_url_rule(found_way.path, name, partial(_lead, found_way), methods=found_way.methods)
    blueprint.add_url_rule("/assets/public/<path:name>", "asset", _asset)
    blueprint.add_url_rule("/preview-<language>.png", "preview", _preview)
    server.register_blueprint(blueprint)


def every() -> list[Page]:
    """The pages in the order of the navigation."""
    return sorted(_pages.values(), key=lambda found: found.order)


def of_endpoint(endpoint: str) -> Page | None:
    blueprint, _, name = endpoint.partition(".")
    return _pages.get(name) if blueprint == "public" else None


def _answer(found: Page) -> ResponseReturnValue:
    drawn = found.draw(_visit())
    if isinstance(drawn, Moved):
        return redirect(drawn.path, 303)
    if isinstance(drawn, File):
        return drawn.sent()
    answer = drawn if isinstance(drawn, Answer) else Answer(drawn)
    said = words()
    written = public_shell.document(
        public_shell.Document(
            title=answer.title or said.text(found.label),
            description=said.text(found.described),
            drawn=answer.drawn,
            path=found.path,
            scripts=found.scripts,
            data=answer.data,
        ),
        _navigation(),
    )
    response = Response(written, answer.status, mimetype="text/html")
    if "POST" in found.methods or answer.status != 200:
        response.cache_control.no_store = True
        return response
    return cached(response)


def _lead(found: Way) -> ResponseReturnValue:
    return redirect(found.lead(_visit()).path, 303)


def _asset(name: str) -> Response:
    """A script or picture of the public pages; the pages name the version in the address."""
    response = send_from_directory(public_shell.ASSETS, name, max_age=YEAR if "v" in request.args else 3600)
    response.cache_control.public = True
    return response


def _preview(language: str) -> ResponseReturnValue:
    """The picture that goes with a link to any page, in a language; before the first release, the site's own."""
    if language not in LANGUAGES:
        raise NotFound("not_found")
    if published.edition(releases()) is None:
        return _asset("share.png")
    response = Response(_drawn(releases(), edition().sha256, language), mimetype="image/png")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # to be shown beside the link, elsewhere
    return cached(response)


@lru_cache(maxsize=2 * len(LANGUAGES))
def _drawn(folder: Path, _release: str, language: str) -> bytes:
    """Drawn once for each release."""
    known = published.choices(folder)
    periods = (*known.years, *known.months)
    plan = published.plan(folder, periods[0], ALL) if periods else None
    return public_preview.png(edition(), published.front(folder), plan, Words(language))


def cached(response: Response) -> Response:
    """Anyone may keep the answer and asks each time whether it still holds."""
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    return response.make_conditional(request)


def _visit() -> Visit:
    return Visit(
        words=words(),
        city=city().name,
        method=request.method,
        query=request.args.to_dict(flat=False),
        form=request.form.to_dict(flat=False),
        files=request.files.to_dict(),
        address=request.remote_addr or "",
        root=site(),
    )


def _navigation() -> list[public_shell.Group]:
    """The links of each group in their order."""
    said = words()
    return [
        public_shell.Group(
            said.text(f"public.groups.{group}"),
            [
                public_shell.Link(found.path, said.text(found.label), found.first)
                for found in every()
                if found.order and found.group == group
            ],
        )
        for group in GROUPS
    ]
