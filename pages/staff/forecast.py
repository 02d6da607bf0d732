"""Where in the coming week? The sealed forecast with its places and their reasons."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html, register_page

from components import forecast_coming as view
from components.forecast_image import laid
from components.forecast_parts import address, nothing
from domain.errors import DomainError, NotFound
from domain.forecast.sealed import Target
from domain.people import Permission, may
from services import clock
from services.forecast import tracking
from services.forecast.place import ends_at
from web import forecast_asked as asked
from web import session

WEEKS = 12  # over which the first sentence says whether the forecasts were any good

register_page(
    __name__,
    path="/forecast",
    title="Atalaya",
    label="forecast.nav",
    icon="forecast",
    group="forecast",
    permission=Permission.FORECAST,
)

# What the server draws is put into its places.
clientside_callback(
    ClientsideFunction("page", "fill"), Output("forecast-page", "data-drawn"), Input("forecast-drawn", "data")
)


def layout(**query: str) -> html.Div:
    """The newest forecast of a target, or that of the week asked for; the reasons of every place are in the page."""
    known = asked.targets()
    if not known:
        return _nothing()
    target = asked.target(query, known)
    try:
        found = _found(target, query)
    except NotFound as none:
        return _nothing(none)
    leader, frame = str(found.standing.leader), asked.frame()
    shown = view.Shown(
        found=found,
        tracked=_tracked(target),
        targets=known,
        under=asked.under(laid(found.content.lattice).bounds),
        images={kind: asked.image(found.sealed, kind, leader=leader) for kind in view.SHOWN},
        shown=next((kind for kind in view.SHOWN if kind == query.get("show")), view.SHOWN[0]),
        place=asked.place(query),
        begun=clock.now() >= found.sealed.begins_at,
        over=clock.now() >= ends_at(found.sealed.week, ZoneInfo(frame.zone)),
        asked=asked.monday(query),
        happened="/map" if may(session.actor(), Permission.EXPLORE) else "",
    )
    return view.page(shown, frame)


def _found(target: Target, query: asked.Query) -> Any:
    """The week asked for, or the newest where there is no forecast of that."""
    store, actor, week = session.store(), session.actor(), asked.monday(query)
    try:
        return tracking.coming(store, actor, target, week)
    except NotFound:
        if week is None:
            raise
        return tracking.coming(store, actor, target)


def _tracked(target: Target) -> Any:
    try:
        return tracking.tracking(session.store(), session.actor(), target, WEEKS)
    except NotFound:
        return None


def _nothing(why: DomainError | None = None) -> html.Div:
    """Before there is a forecast: how to get one."""
    words = session.words()
    told: list[Any] = [*asked.under_way(), *([html.P(words.error(why))] if why else [])]
    told.append(html.P(words.text("forecast.coming.how")))
    if may(session.actor(), Permission.FORECAST_RUN):
        told.append(dcc.Link(words.text("forecast.coming.make"), href=address("runs"), className="button"))
    else:
        told.append(html.P(words.text("forecast.coming.ask"), className="quiet-text"))
    return nothing("coming", words, told)
