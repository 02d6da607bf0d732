"""My recording, by the link that the office gave me. The link's secret stands behind a #, which browsers never send,
and reaches the server in the body of a form alone."""

from __future__ import annotations

from typing import Any

from dash import html

from components import fields
from domain.errors import NotFound
from services.footage import delivery
from web import public, session


@public.page(
    "/footage/download",
    label="footage_download.title",
    described="footage_download.lead",
    methods=("GET", "POST"),
    scripts=("download.js",),
)
def footage_download(visit: public.Visit) -> Any:
    if visit.method == "GET":
        return _ask(visit)
    try:
        found, blocks = delivery.download(session.desk(), visit.said("link").strip())
    except NotFound as error:
        return public.Answer(_ask(visit, visit.words.error(error)), error.status)
    return public.File(found.media, found.name, found.bytes, blocks)


def _ask(visit: public.Visit, wrong: str = "") -> list[Any]:
    words = visit.words
    typed = fields.Typed({}, {"link": wrong} if wrong else {})
    control = fields.line(
        typed, "link", words.text("footage_download.link"), words.text("footage_download.hint"), autocomplete="off"
    )
    send = html.Button(words.text("footage_download.send"), type="submit", className="button")
    return [
        html.H1(words.text("footage_download.title")),
        html.P(words.text("footage_download.lead"), className="lead"),
        html.Form([visit.token(), control, send], method="post", action="/footage/download", noValidate=True),
        html.P(words.text("footage_download.own"), className="quiet"),
    ]
