"""How do we answer? The statistics of requests for footage, before they are published."""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html, register_page

from components import footage_statistics
from components.markup import markup
from domain.people import Permission
from web import session
from web.footage_desk import grounds, told

register_page(
    __name__,
    path="/desk/statistics",
    label="desk.statistics.title",
    group="requests",
    permission=Permission.CASES,
)


def layout(**_: object) -> html.Div:
    words = session.words()
    drawn = {"desk-statistics": markup(footage_statistics.page(told(), grounds(words.language), words))}
    filled = dcc.Store(id="desk-statistics-filled")
    return html.Div([html.Div(id="desk-statistics"), dcc.Store(id="desk-statistics-drawn", data=drawn), filled])


clientside_callback(
    ClientsideFunction("page", "fill"), Output("desk-statistics-filled", "data"), Input("desk-statistics-drawn", "data")
)
