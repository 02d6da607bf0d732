"""Is this e-mail address mine? The code of the letter stands behind a #, and counts once somebody presses the button:
programs that look through mail open links and press nothing."""

from __future__ import annotations

from typing import Any

from dash import html

from components import fields
from components.footage_told import FOLLOW
from domain.errors import NotFound, Throttled
from services.footage import following
from web import public, session


@public.page(
    "/confirm",
    label="footage_confirm.title",
    described="footage_confirm.lead",
    methods=("GET", "POST"),
    scripts=("download.js",),
)
def footage_confirm(visit: public.Visit) -> Any:
    if visit.method == "GET":
        return _ask(visit)
    try:
        following.confirm_address(session.desk(), visit.said("link"), visit.address)
    except (NotFound, Throttled) as error:
        return public.Answer(_ask(visit, visit.words.error(error)), error.status)
    return [
        html.H1(visit.words.text("footage_confirm.done")),
        html.P(visit.words.text("footage_confirm.done_told"), className="lead", role="status"),
        html.P(html.A(visit.words.text("footage_public.follow"), href=FOLLOW)),
    ]


def _ask(visit: public.Visit, wrong: str = "") -> list[Any]:
    words = visit.words
    typed = fields.Typed({}, {"link": wrong} if wrong else {})
    control = fields.line(
        typed, "link", words.text("footage_confirm.code"), words.text("footage_confirm.hint"), autocomplete="off"
    )
    send = html.Button(words.text("footage_confirm.send"), type="submit", className="button")
    return [
        html.H1(words.text("footage_confirm.title")),
        html.P(words.text("footage_confirm.lead"), className="lead"),
        html.Form([visit.token(), control, send], method="post", action="/confirm", noValidate=True),
    ]
