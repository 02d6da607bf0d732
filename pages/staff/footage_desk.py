"""What is due first? The queue of requests for footage."""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html, register_page

from components import footage_queue
from components.footage_queue import PAGE
from components.markup import markup
from domain.footage.case import Wanted
from domain.people import Permission, may
from services import clock
from services.footage import cases
from web import session

register_page(
    __name__,
    path="/desk",
    label="desk.nav",
    icon="requests",
    group="requests",
    permission=Permission.CASES,
)


def layout(start: str = "0", **query: str) -> html.Div:
    wanted = Wanted.from_query({key: value for key, value in query.items() if isinstance(value, str)})
    first = int(start) // PAGE * PAGE if start.isdecimal() and len(start) < 7 else 0
    found = cases.listing(session.desk(), session.actor(), wanted, first, PAGE)
    words, zone, files = session.words(), session.here().zone, may(session.actor(), Permission.INTAKE)
    drawn = {"desk-queue": markup(footage_queue.page(found, wanted, first, clock.now(), zone, words, files))}
    # Drawn as HTML: fifty rows of parts would each be kept and asked by Dash.
    return html.Div(
        [html.Div(id="desk-queue"), dcc.Store(id="desk-queue-drawn", data=drawn), dcc.Store(id="desk-queue-filled")]
    )


clientside_callback(
    ClientsideFunction("page", "fill"), Output("desk-queue-filled", "data"), Input("desk-queue-drawn", "data")
)
