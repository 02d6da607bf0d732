"""My recording, by the link that the office gave me."""

from __future__ import annotations

from typing import Any

from dash import html

from components import footage_link
from domain.errors import NotFound
from services.footage import delivery
from web import public, session


@public.page(
    "/footage/download",
    label="footage_download.title",
    described="footage_download.lead",
    methods=("GET", "POST"),
    indexed=False,
    scripts=(footage_link.SCRIPT,),
)
def footage_download(visit: public.Visit) -> Any:
    if visit.method == "GET":
        return _ask(visit)
    try:
        found, blocks = delivery.download(session.desk(), visit.said(footage_link.FIELD).strip())
    except NotFound as error:
        return public.Answer(_ask(visit, visit.words.error(error)), error.status)
    return public.File(found.media, found.name, found.bytes, blocks)


def _ask(visit: public.Visit, wrong: str = "") -> list[Any]:
    asked = footage_link.ask("footage_download", "/footage/download", visit.token(), visit.words, wrong)
    return [*asked, html.P(visit.words.text("footage_download.own"), className="quiet")]
