"""Who am I here? One's own account."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, dcc, html, no_update, register_page
from dash.exceptions import PreventUpdate

from components import own_account, own_factor
from domain.errors import Invalid
from services import accounts, clock, directory, second_factor
from web import directory as web_directory
from web import session

register_page(__name__, path="/account", label="accounts.own.title", group="administration", permission=None)


def layout(**_: str) -> html.Div:
    store, actor = session.store(), session.actor()
    account, names = accounts.own(store, actor), accounts.own_precincts(store, actor)
    page = own_account.page(account, names, _tokens(), _factor(), _directory(), session.words())
    kept = dcc.Store(id="own-factor-kept")
    return html.Div([page, kept, dcc.Location(id="own-go", refresh=True)])


def _factor() -> html.Div:
    store, actor, words = session.store(), session.actor(), session.words()
    if accounts.own(store, actor).demo:
        return own_factor.demo(words)
    found = second_factor.state(store, actor)
    return own_factor.state(found.since, found.codes, session.here().zone, words)


def _directory() -> tuple[str, html.Div] | None:
    known = session.settings().staff_provider
    return None if known is None else (known.name, _linked())


def _linked() -> html.Div:
    account = accounts.own(session.store(), session.actor())
    return own_account.directory(account, web_directory.provider().name, session.words())


def _tokens() -> html.Div:
    store, actor = session.store(), session.actor()
    zone = session.here().zone
    return own_account.tokens(accounts.tokens(store, actor, actor.email), clock.now(), zone, session.words())


@callback(Output("own-go", "href"), Input("own-language", "value"), prevent_initial_call=True)
def language(wanted: str) -> str:
    """Remember the language in the account and, by the address, in this browser."""
    accounts.set_language(session.store(), session.actor(), wanted)
    return f"/account?lang={wanted}"


@callback(
    Output("own-made", "children"),
    Output("own-tokens", "children"),
    Input("own-make", "n_clicks"),
    State("own-days", "value"),
    prevent_initial_call=True,
)
def make(_: int, days: str) -> tuple[html.Div, html.Div]:
    if not (isinstance(days, str) and days.isdecimal()):
        raise Invalid("malformed")
    token = accounts.make_token(session.store(), session.actor(), session.actor().email, int(days))
    return own_account.made(token, session.words()), _tokens()


@callback(
    Output("own-tokens", "children", allow_duplicate=True),
    Input({"type": "own-revoke", "token": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def revoke(clicks: list[Any]) -> html.Div:
    store, actor = session.store(), session.actor()
    accounts.own(store, actor)
    chosen = ctx.triggered_id
    if not any(clicks) or not isinstance(chosen, dict):
        raise PreventUpdate
    if not isinstance(chosen.get("token"), int):
        raise Invalid("malformed")
    accounts.revoke_tokens(store, actor, actor.email, chosen["token"])
    return _tokens()


@callback(
    Output("own-directory", "children"),
    Output("own-go", "href", allow_duplicate=True),
    Input({"type": "own-directory", "do": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def link(clicks: list[Any]) -> tuple[Any, Any]:
    """Go to the city's own directory to link one's identity there, or take the link away."""
    store, actor = session.store(), session.actor()
    accounts.own(store, actor)
    chosen = ctx.triggered_id
    if not any(clicks) or not isinstance(chosen, dict):
        raise PreventUpdate
    if chosen.get("do") == "link":
        return no_update, web_directory.link()
    directory.unlink(store, actor)
    return _linked(), no_update


@callback(
    Output("own-factor", "children"),
    Output("own-factor-kept", "data"),
    Input({"type": "own-factor", "do": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def factor(clicks: list[Any]) -> tuple[html.Div, Any]:
    """Offer a device to be set up, or show new recovery codes."""
    store, actor, words = session.store(), session.actor(), session.words()
    accounts.own(store, actor)
    chosen = ctx.triggered_id
    if not any(clicks) or not isinstance(chosen, dict):
        raise PreventUpdate
    if chosen.get("do") == "codes":
        return own_factor.codes(second_factor.codes(store, actor), "codes_new", words), no_update
    offer = second_factor.another(store, actor, session.settings().secret_key)
    return own_factor.offer(offer.key, offer.link, words), offer.kept


@callback(
    Output("own-factor", "children", allow_duplicate=True),
    Input("own-factor-confirm", "n_clicks"),
    State("own-factor-code", "value"),
    State("own-factor-kept", "data"),
    prevent_initial_call=True,
)
def confirm(clicks: Any, code: Any, kept: Any) -> html.Div:
    """Set up the device whose first code is right."""
    store, actor, words = session.store(), session.actor(), session.words()
    accounts.own(store, actor)
    if not clicks:
        raise PreventUpdate
    if not (isinstance(code, str) and isinstance(kept, str)):
        raise Invalid("second_factor.wrong")
    made = second_factor.change(store, actor, session.settings().secret_key, kept, code)
    return own_factor.codes(made, "done", words)
