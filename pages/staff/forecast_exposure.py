"""Who is flagged how often? The audit of exposure."""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, clientside_callback, html, register_page

from components import forecast_exposure as view
from domain.errors import NotFound
from domain.people import Permission
from services.forecast import tracking
from web import forecast_asked as asked
from web import session

register_page(
    __name__,
    path="/forecast/exposure",
    title="Atalaya",
    label="forecast.exposure.nav",
    permission=Permission.FORECAST,
)

clientside_callback(
    ClientsideFunction("page", "fill"),
    Output("forecast-exposure", "data-drawn"),
    Input("forecast-exposure-drawn", "data"),
)


def layout(**query: str) -> html.Div:
    """Every precinct's share of the flags, and what the coming week's guards took and drew."""
    store, actor, known = session.store(), session.actor(), asked.targets()
    if not known:
        return asked.empty("exposure")
    target = asked.target(query, known)
    try:
        found = tracking.exposure(store, actor, target)
        coming = tracking.coming(store, actor, target)
    except NotFound as none:
        return asked.empty("exposure", session.words().error(none))
    return view.page(view.Shown(found, target, known, coming.plan, coming.sealed.synthetic), asked.frame())
