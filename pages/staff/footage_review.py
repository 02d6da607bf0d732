"""Who looked at who asks, and what for? One view in twenty of each week, for who watches over the desk."""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html, register_page

from components import footage_review
from components.markup import markup
from domain.people import Permission
from services.footage import reviewing
from web import session
from web.footage_review import zone

register_page(
    __name__,
    path="/desk/review",
    label="desk.review.nav",
    icon="check",
    group="requests",
    permission=Permission.REVIEW,
)


def layout(week: str = "", **_: object) -> html.Div:
    desk, store, actor, words = session.desk(), session.store(), session.actor(), session.words()
    found = reviewing.review(desk, store, actor, zone(), week)
    weeks = reviewing.recent(desk, store, actor, zone())
    drawn = {"desk-review": markup(footage_review.page(found, weeks, actor.email, zone(), words))}
    filled = dcc.Store(id="desk-review-filled")
    return html.Div([html.Div(id="desk-review"), dcc.Store(id="desk-review-drawn", data=drawn), filled])


clientside_callback(
    ClientsideFunction("page", "fill"), Output("desk-review-filled", "data"), Input("desk-review-drawn", "data")
)
