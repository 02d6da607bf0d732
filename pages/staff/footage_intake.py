"""Who came, telephoned or wrote? The form for requests that did not come over the portal."""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html, register_page

from components import footage_intake
from components.markup import markup
from domain.footage.draft import Kind
from domain.people import Permission
from web import session
from web.footage_intake import blank

register_page(
    __name__,
    path="/desk/new",
    label="desk.new.title",
    group="requests",
    permission=Permission.INTAKE,
)


def layout(kind: str = "", **_: object) -> html.Div:
    words = session.words()
    drawn = blank(Kind(kind)) if kind in tuple(Kind) else footage_intake.choose(words)
    return html.Div(
        [
            footage_intake.frame(words),
            dcc.Store(id="desk-new-drawn", data={footage_intake.PLACE: markup(drawn)}),
            dcc.Store(id="desk-new-filled"),
        ]
    )


clientside_callback(
    ClientsideFunction("page", "fill"), Output("desk-new-filled", "data"), Input("desk-new-drawn", "data")
)
