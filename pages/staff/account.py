"""Who am I here? One's own account."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, dcc, html, register_page
from dash.exceptions import PreventUpdate

from components import own_account
from domain.errors import Invalid
from services import accounts, clock
from web import session

register_page(__name__, path="/account", label="accounts.own.title", group="administration", permission=None)


def layout(**_: str) -> html.Div:
    store, actor = session.store(), session.actor()
    account, names = accounts.own(store, actor), accounts.own_precincts(store, actor)
    page = own_account.page(account, names, _tokens(), session.words())
    return html.Div([page, dcc.Location(id="own-go", refresh=True)])


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
