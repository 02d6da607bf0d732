"""Who may do what? The accounts of the portal, for those who administer it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, Input, Output, State, callback, clientside_callback, ctx, html, register_page
from dash.exceptions import PreventUpdate

from components import account_list
from domain.errors import Invalid, NotFound
from domain.people import Account, Permission, Role
from services import accounts, directory, second_factor
from web import session

register_page(
    __name__,
    path="/accounts",
    label="accounts.list.nav",
    icon="accounts",
    group="administration",
    permission=Permission.ACCOUNTS,
)


def layout(**_: str) -> html.Div:
    return account_list.page(_table(), session.words())


def _table() -> html.Div:
    store, actor = session.store(), session.actor()
    found = accounts.every(store, actor)
    return account_list.table(found, accounts.precincts(store, actor), session.words())


def _form(account: Account | None, told: Any = None) -> html.Div:
    known = accounts.precincts(session.store(), session.actor())
    return account_list.form(account, known, session.words(), told)


def _chosen(clicks: list[Any]) -> dict[str, Any]:
    """The id of the button that was pressed; buttons that are only drawn press nothing."""
    accounts.every(session.store(), session.actor())
    if not any(clicks) or not isinstance(ctx.triggered_id, dict):
        raise PreventUpdate
    return dict(ctx.triggered_id)


def _account(number: Any) -> Account:
    for account in accounts.every(session.store(), session.actor()):
        if account.id == number:
            return account
    raise NotFound("not_found")


@callback(Output("account-form", "children"), Input("account-add", "n_clicks"), prevent_initial_call=True)
def begin(_: Any) -> html.Div:
    return _form(None)


@callback(
    Output("account-form", "children", allow_duplicate=True),
    Input({"type": "account-edit", "account": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def edit(clicks: list[Any]) -> html.Div:
    return _form(_account(_chosen(clicks)["account"]))


clientside_callback(
    "(clicks) => clicks ? null : dash_clientside.no_update",
    Output("account-form", "children", allow_duplicate=True),
    Input("account-close", "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output("account-list", "children"),
    Output("account-form", "children", allow_duplicate=True),
    Input({"type": "account-save", "account": ALL}, "n_clicks"),
    State("account-email", "value"),
    State("account-name", "value"),
    State("account-roles", "value"),
    State("account-precincts", "value"),
    prevent_initial_call=True,
)
def save(clicks: list[Any], email: str, name: str, roles: list[str], own: list[str]) -> tuple[html.Div, html.Div]:
    """Add an account, or write the roles and precincts of one."""
    number = _chosen(clicks)["account"]
    wanted, codes = _roles(roles), list(map(str, own or ()))
    if number == 0:
        return _added(str(email or ""), str(name or ""), wanted, codes)
    store, actor, changed = session.store(), session.actor(), _account(number).email
    accounts.set_roles(store, actor, changed, wanted)
    accounts.set_precincts(store, actor, changed, codes)
    return _table(), _form(_account(number), account_list.said("saved", session.words()))


def _added(email: str, name: str, roles: list[Role], codes: list[str]) -> tuple[html.Div, html.Div]:
    password = accounts.add(session.store(), session.actor(), email, roles, name=name, precincts=codes)
    return _table(), account_list.added(email, password, session.words())


def _roles(names: Any) -> list[Role]:
    try:
        return [Role(name) for name in names or ()]
    except (TypeError, ValueError):
        raise Invalid("malformed") from None


@callback(
    Output("account-list", "children", allow_duplicate=True),
    Output("account-form", "children", allow_duplicate=True),
    Input({"type": "account-do", "do": ALL, "account": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def act(clicks: list[Any]) -> tuple[html.Div, html.Div]:
    chosen = _chosen(clicks)
    if chosen["do"] not in ACTIONS:
        raise Invalid("malformed")
    told = ACTIONS[chosen["do"]](_account(chosen["account"]).email)
    return _table(), _form(_account(chosen["account"]), told)


def _password(email: str) -> html.Div:
    made = accounts.set_password(session.store(), session.actor(), email)
    return account_list.password(email, made, session.words())


def _activate(active: bool) -> Callable[[str], html.P]:
    def act(email: str) -> html.P:
        accounts.set_active(session.store(), session.actor(), email, active)
        return account_list.said("saved", session.words())

    return act


def _revoke(email: str) -> html.P:
    accounts.revoke_tokens(session.store(), session.actor(), email)
    return account_list.said("saved", session.words())


def _reset(email: str) -> html.P:
    second_factor.reset(session.store(), session.actor(), email)
    return account_list.said("saved", session.words())


def _unlink(email: str) -> html.P:
    directory.remove(session.store(), session.actor(), email)
    return account_list.said("saved", session.words())


ACTIONS: dict[str, Callable[[str], Any]] = {
    "password": _password,
    "activate": _activate(True),
    "deactivate": _activate(False),
    "revoke": _revoke,
    "reset": _reset,
    "unlink": _unlink,
}
