"""How do neighbours feel? Fear at night and incivilities, beside what is recorded."""

from __future__ import annotations

from dash import html, register_page

from components import perception as view
from domain.people import Permission, may
from services import surveys
from web import session

register_page(
    __name__,
    path="/perception",
    title="Atalaya",
    label="surveys.perception.nav",
    icon="perception",
    group="adoption",
    permission=Permission.SURVEYS,
)


def layout(**_: object) -> html.Div:
    store, actor = session.store(), session.actor()
    return view.page(surveys.perception(store, actor), session.words(), may_deliver=may(actor, Permission.TABLES))
