"""The document around every public page: light, one column, large type, the style inside, no script but the page's."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dash import html
from flask import has_request_context, render_template, request

from components.markup import Html, markup
from config.jurisdiction import jurisdiction
from web import session

ASSETS = Path(__file__).parent.parent / "assets" / "public"
SCHEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    text: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    description: str
    drawn: Any
    path: str = ""  # empty: not to be found by search engines
    scripts: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


def document(told: Document, groups: Sequence[Group] = ()) -> str:
    """The whole page as HTML."""
    return render_template(
        "public.html",
        told=told,
        body=markup(told.drawn),
        groups=[group for group in groups if group.links],
        city=session.city(),
        tongue=tongue(session.words().language),
        style=style(),
        scheme=scheme(),
        schemes=SCHEMES,
        data=_json(told.data) if told.data else "",
        version=version,
        staff=session.settings().face == "both",
        root=session.site(),
        address=_address,
    )


def tongue(language: str) -> str:
    """The language of a page as browsers and screen readers know it: Spanish is that of the law's country."""
    return f"es-{jurisdiction(session.settings().jurisdiction).country}" if language == "es" else language


@cache
def style() -> str:
    """The style sheets of the public face as one; they travel inside the page, as a request more is a second more."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.css")))


@cache
def version(name: str) -> str:
    """What changes with a file's content, so that browsers may keep the file for good."""
    return sha256((ASSETS / name).read_bytes()).hexdigest()[:12]


@cache
def policy() -> str:
    """What a public page may run and load: its own files, and the one style that is written inside."""
    digest = b64encode(sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self'; style-src 'sha256-{digest}'; img-src 'self' data:; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def scheme() -> str:
    """Light, dark, or as the reader's system has it."""
    if not has_request_context():
        return SCHEMES[0]
    wanted = (request.args.get("scheme"), request.cookies.get("scheme"))
    return next((given for given in wanted if given in SCHEMES), SCHEMES[0])


def _address(**changed: str) -> str:
    """The present address with one of its switches set otherwise."""
    kept = [(key, value) for key, values in request.args.lists() for value in values if key not in changed]
    return "?" + urlencode([*kept, *changed.items()])


def _json(data: Mapping[str, Any]) -> Html:
    """JSON that cannot end the element it stands in."""
    return Html(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))


def error(title: str, sentence: str) -> str:
    """What went wrong, and the way home."""
    home = html.A(session.words().text("public.home"), href="/")
    drawn = [html.H1(title), html.P(sentence, className="lead"), html.P(home)]
    return document(Document(title=title, description=sentence, drawn=drawn))
