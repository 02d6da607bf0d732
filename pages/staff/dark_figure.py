"""How much stays in the dark? The share of crimes that nobody reported, as the survey estimates it."""

from __future__ import annotations

from dash import html, register_page

from components import dark_figure as view
from domain.people import Permission, may
from services import linking, surveys
from web import session

register_page(
    __name__,
    path="/dark-figure",
    title="Atalaya",
    label="surveys.dark.nav",
    icon="dark-figure",
    group="adoption",
    permission=Permission.SURVEYS,
)


def layout(where: str | list[str] = "", **_: object) -> html.Div:
    store, actor = session.store(), session.actor()
    found = surveys.dark_figure(store, actor, where if isinstance(where, str) else "")
    # What is real and what is not are never shown together.
    alike = found.surrounding is not None and found.synthetic == session.here().synthetic
    bound = linking.bound(store, actor) if alike and may(actor, Permission.EXPLORE) else None
    return view.page(found, bound, session.words(), may_deliver=may(actor, Permission.TABLES))
