"""Is this e-mail address mine? The code of the letter counts once somebody presses the button."""

from __future__ import annotations

from typing import Any

from dash import html

from components import footage_link
from components.footage_told import FOLLOW
from domain.errors import NotFound, Throttled
from services.footage import following
from web import public, session


@public.page(
    "/confirm",
    label="footage_confirm.title",
    described="footage_confirm.lead",
    methods=("GET", "POST"),
    indexed=False,
    scripts=(footage_link.SCRIPT,),
)
def footage_confirm(visit: public.Visit) -> Any:
    if visit.method == "GET":
        return _ask(visit)
    try:
        following.confirm_address(session.desk(), visit.said(footage_link.FIELD), visit.address)
    except (NotFound, Throttled) as error:
        return public.Answer(_ask(visit, visit.words.error(error)), error.status)
    return [
        html.H1(visit.words.text("footage_confirm.done")),
        html.P(visit.words.text("footage_confirm.done_told"), className="lead", role="status"),
        html.P(html.A(visit.words.text("footage_public.follow"), href=FOLLOW)),
    ]


def _ask(visit: public.Visit, wrong: str = "") -> list[Any]:
    return footage_link.ask("footage_confirm", "/confirm", visit.token(), visit.words, wrong)
