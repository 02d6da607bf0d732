"""Where and when? Incidents on a map by date, type and vehicle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    html,
    register_page,
)

from components import filter_bar, heat_view, maps, tables
from components.markup import markup
from components.place_panel import place_panel
from domain.errors import Invalid
from domain.exploration import Options
from domain.filter import Filter
from domain.people import Permission, may
from locales import Words
from services import ground as grounds
from services import incidents
from services.rows import rows
from web import session

RADIUS = 250.0  # metres around a clicked point
NEWEST = "0 occurred desc"  # the first page of incidents

register_page(
    __name__,
    path="/map",
    title="Atalaya",
    label="heat.nav",
    icon="map",
    group="explore",
    permission=Permission.EXPLORE,
)


def layout(**query: str) -> html.Div:
    """The page, already answered: the first view needs no second request."""
    store, actor = session.store(), session.actor()
    options, ground = grounds.options(store, actor), grounds.ground(store)
    found = incidents.explore(store, actor, Filter.from_query(query, ground))
    settings = session.settings()
    under = maps.Under(options.bounds, grounds.outlines(store, actor), settings.tiles_url, settings.tiles_attribution)
    return heat_view.page(found, options, ground, under, _words(options), rows=may(actor, Permission.ROWS))


def _words(options: Options) -> Words:
    return replace(session.words(), precincts=dict(options.precincts))


# The heat's path: from a control to the image's address without asking the server.
clientside_callback(
    ClientsideFunction("filter", "gather"),
    Output("query", "data"),
    Output("map-now-heat", "url"),
    Output("map-before-heat", "url"),
    Output("maps", "className"),
    *filter_bar.INPUTS,
    Input("ground", "data"),
    Input("shade", "data"),
    Input("compare-view", "value"),
    State("query", "data"),
)

clientside_callback(
    ClientsideFunction("map", "marked"),
    Input("filter-area", "data"),
    Input("place-at", "data"),
    Input("maps", "className"),
)

clientside_callback(
    ClientsideFunction("map", "clicked"),
    Output("place-at", "data"),
    Input("map-now", "clickData"),
    Input("map-before", "clickData"),
    prevent_initial_call=True,
)


# What the server draws is put into its places; a callback without output would not run for the first answer.
for place_id, store_id in (("figures", "drawn"), ("place-panel", "place-drawn"), ("list-rows", "rows-drawn")):
    clientside_callback(ClientsideFunction("page", "fill"), Output(place_id, "data-drawn"), Input(store_id, "data"))


@callback(
    Output("drawn", "data"),
    Output("ground", "data"),
    Input("query", "data"),
    running=[(Output("heat-page", "className"), "heat-page waiting", "heat-page")],
    prevent_initial_call=True,
)
def answer(query: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The numbers of a changed question."""
    store, actor = session.store(), session.actor()
    options, ground = grounds.options(store, actor), grounds.ground(store)
    found = incidents.explore(store, actor, Filter.from_query(query if isinstance(query, dict) else {}, ground))
    return heat_view.parts(found, options, _words(options)), heat_view.known(found, ground)


# The clicked place and the list of incidents follow the question, and ask only while they are open.
clientside_callback(
    ClientsideFunction("filter", "followers"),
    Output("place-asked", "data"),
    Output("rows-asked", "data"),
    Output("list-places", "hidden"),
    Input("query", "data"),
    Input("place-at", "data"),
    Input("list-kind", "value"),
    Input("rows-view", "data"),
    prevent_initial_call=True,
)


def _number(wanted: object, key: str) -> float:
    """A number that the browser sent; raises Invalid where there is none."""
    found = wanted.get(key) if isinstance(wanted, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Invalid("malformed")
    return float(found)


def _question(wanted: object) -> Filter:
    query = wanted.get("query") if isinstance(wanted, dict) else None
    return Filter.from_query(query if isinstance(query, dict) else {}, grounds.ground(session.store()))


@callback(Output("place-drawn", "data"), Input("place-asked", "data"), prevent_initial_call=True)
def place(wanted: dict[str, Any] | None) -> dict[str, str]:
    """What happened around the clicked point."""
    if wanted is None:
        return {"place-panel": ""}
    lon, lat = _number(wanted, "lon"), _number(wanted, "lat")
    found = incidents.place(session.store(), session.actor(), _question(wanted), lon, lat, RADIUS)
    rows_too = may(session.actor(), Permission.ROWS)
    return {"place-panel": markup(place_panel(found, session.words(), rows=rows_too))}


@callback(Output("rows-drawn", "data"), Input("rows-asked", "data"), prevent_initial_call=True)
def page_of_rows(wanted: dict[str, Any] | None) -> dict[str, str]:
    """A page of incidents. Every view of them is on the record."""
    if wanted is None:
        return {"list-rows": ""}
    start, column, direction = _view(wanted)
    near = incidents.around(_number(wanted, "lon"), _number(wanted, "lat"), RADIUS) if "lon" in wanted else None
    store, actor = session.store(), session.actor()
    found = rows(store, actor, _question(wanted), start, start + tables.PAGE, [(column, direction)], near)
    words = _words(grounds.options(store, actor))
    drawn = tables.incidents(found, start, (column, direction), words, RADIUS if near else None)
    return {"list-rows": markup(drawn)}


def _view(wanted: object) -> tuple[int, str, str]:
    """Which page of the list and in which order, as the heads and the foot of the table ask for it."""
    view = wanted.get("view") if isinstance(wanted, dict) else None
    start, _, order = (view if isinstance(view, str) else NEWEST).partition(" ")
    column, _, direction = order.partition(" ")
    if not (start.isascii() and start.isdigit() and len(start) < 12):
        raise Invalid("malformed")
    return int(start), column, direction
