"""Was last week's forecast any good? The scoreboard over the weeks, and any past week beside what came."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, clientside_callback, html, register_page

from components import forecast_tracking as view
from components.forecast_image import laid
from domain.errors import NotFound
from domain.forecast.sealed import Target
from domain.people import Permission
from services.forecast import tracking
from web import forecast_asked as asked
from web import session

register_page(
    __name__,
    path="/forecast/tracking",
    title="Atalaya",
    label="forecast.tracking.rail",
    icon="tracking",
    group="forecast",
    permission=Permission.FORECAST,
)

clientside_callback(
    ClientsideFunction("page", "fill"),
    Output("forecast-tracking", "data-drawn"),
    Input("forecast-tracking-drawn", "data"),
)


def layout(**query: str) -> html.Div:
    """All scored weeks of a target; the map is of the week asked for, or of the newest that was scored."""
    known = asked.targets()
    if not known:
        return asked.empty("tracking")
    target = asked.target(query, known)
    try:
        found = tracking.tracking(session.store(), session.actor(), target)
    except NotFound as none:
        return asked.empty("tracking", session.words().error(none))
    past, coverage = _past(target, found, query), asked.coverage(query)
    area = f"{100 * coverage:.0f}"
    shown = view.Shown(
        found=found,
        targets=known,
        past=past,
        asked=asked.monday(query),
        coverage=coverage,
        under=asked.under(laid(past.content.lattice).bounds) if past else None,
        images={"caught": asked.image(past.sealed, "caught", area=area, scored=_scored(past))} if past else {},
    )
    return view.page(shown, asked.frame())


def _past(target: Target, found: Any, query: asked.Query) -> Any:
    """The week asked for where it was scored, else the newest; None where the reader may see none of it."""
    scored = [held.sealed.week for held in found.weeks]
    week = asked.monday(query)
    try:
        return tracking.past(session.store(), session.actor(), target, week if week in scored else scored[-1])
    except NotFound:
        return None


def _scored(past: Any) -> int:
    """Late reports change what came, and with it the picture: its address holds when it was scored."""
    return past.scored.scored_at if past.scored else 0
