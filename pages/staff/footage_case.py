"""What is next with this request? A case of the desk, without who asks."""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html, register_page

from components import footage_case
from domain.footage import codes
from domain.people import Permission
from services.footage import cases
from web import session
from web.footage_desk import ground

register_page(
    __name__,
    path_template="/desk/case/<folio>",
    label="desk.nav",
    group="requests",
    permission=Permission.CASES,
)


def layout(folio: str = "", **_: str) -> html.Div:
    sheet = cases.sheet(session.desk(), session.actor(), codes.read(folio))
    shown = codes.shown(sheet.case.folio)
    drawn = footage_case.page(sheet, ground(sheet.case))
    return html.Div(
        [
            footage_case.frame(shown, session.words()),
            dcc.Store(id="desk-case-drawn", data=drawn),
            dcc.Store(id="desk-case-filled"),
        ]
    )


clientside_callback(
    ClientsideFunction("page", "fill"), Output("desk-case-filled", "data"), Input("desk-case-drawn", "data")
)
