"""The accounts of the portal, and the panel where one of them is made or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from components.icons import icon
from components.own_account import secret
from domain.people import OWN_PRECINCTS_ONLY, Account, Role
from locales import Words

ACCOUNT = "accounts.list.account"
COLUMNS = ("email", "name", "roles", "precincts", "state")


def page(listed: html.Div, words: Words) -> html.Div:
    add = html.Button(
        [icon("account", 18), words.text("accounts.list.add")], id="account-add", className="button", type="button"
    )
    head = [html.H1(words.text("accounts.list.title")), html.Div(className="spring"), add]
    return html.Div(
        [
            html.Div(html.Div(head, className="title-row"), className="page-head"),
            html.P(words.text("accounts.list.lead"), className="sentence"),
            html.Div(
                [
                    html.Div(listed, id="account-list"),
                    html.Section(id="account-form", **{"aria-live": "polite", "aria-label": words.text(ACCOUNT)}),
                ],
                className="account-split",
            ),
        ],
        className="accounts-page",
    )


def table(accounts: Sequence[Account], precincts: Mapping[str, str], words: Words) -> html.Div:
    label = words.text("accounts.list.title")
    heads = [html.Th(words.text(f"accounts.list.{name}"), scope="col") for name in COLUMNS]
    found = html.Table(
        [
            html.Caption(label, className="visually-hidden"),
            html.Thead(html.Tr([*heads, html.Td()])),
            html.Tbody([_row(account, precincts, words) for account in accounts]),
        ],
        className="table wide words",
    )
    return html.Div(found, className="scrolling", tabIndex="0", role="region", **{"aria-label": label})


def _row(account: Account, precincts: Mapping[str, str], words: Words) -> html.Tr:
    names = words.listed(sorted(precincts.get(code, code) for code in account.precincts))
    known = {"type": "account-edit", "account": account.id}
    change = html.Button(
        [words.text("accounts.list.change"), html.Span(f" {account.email}", className="visually-hidden")],
        id=known,
        className="quiet small",
        type="button",
    )
    cells = [account.name, _roles(account.roles, words), names, _state_told(account, words), change]
    return html.Tr([html.Th(account.email, scope="row"), *[html.Td(cell) for cell in cells]])


def _state(account: Account) -> str:
    return "deactivated" if not account.active else "demo" if account.demo else "active"


def _state_told(account: Account, words: Words) -> str:
    told = [words.text(f"accounts.list.{_state(account)}")]
    if account.asks_factor:
        told.append(words.text(f"accounts.factor.{'missing' if account.factor_since is None else 'has'}"))
    if account.linked:
        told.append(words.text("accounts.directory.has"))
    return ", ".join(told)


def _roles(roles: frozenset[Role], words: Words) -> str:
    return words.listed(words.text(f"ui.roles.{role}") for role in sorted(roles))


def form(account: Account | None, precincts: Mapping[str, str], words: Words, told: Any = None) -> html.Div:
    """The fields of an account, or of one to be added; `told` is what became of the last action."""
    fields = [
        dmc.TextInput(
            id="account-email",
            label=words.text("accounts.list.email"),
            value=account.email if account else "",
            readOnly=account is not None,
        ),
        dmc.TextInput(
            id="account-name",
            label=words.text("accounts.list.name"),
            value=account.name if account else "",
            readOnly=account is not None,
        ),
        *_choices(account, precincts, words),
        html.Button(
            words.text(f"accounts.list.{'save' if account else 'add'}"),
            id={"type": "account-save", "account": account.id if account else 0},
            className="button",
            type="button",
        ),
    ]
    return _panel([told, *fields, *_actions(account, words)], account.email if account else words.text(ACCOUNT), words)


def _panel(parts: Sequence[Any], title: str, words: Words) -> html.Div:
    known = {"aria-label": words.text("ui.close")}
    close = html.Button(icon("close", 18), id="account-close", className="quiet", type="button", **known)
    head = html.Div([html.H2(title), html.Div(className="spring"), close], className="title-row")
    return html.Div([head, *parts], className="card account-form")


def _choices(account: Account | None, precincts: Mapping[str, str], words: Words) -> list[dmc.MultiSelect]:
    own_only = words.listed(words.text(f"ui.roles.{role}") for role in sorted(OWN_PRECINCTS_ONLY))
    return [
        dmc.MultiSelect(
            id="account-roles",
            label=words.text("accounts.list.roles"),
            data=[{"value": str(role), "label": words.text(f"ui.roles.{role}")} for role in Role],
            value=sorted(account.roles) if account else [],
        ),
        dmc.MultiSelect(
            id="account-precincts",
            label=words.text("accounts.list.precincts"),
            description=words.text("accounts.list.precincts_told", role=own_only),
            data=[{"value": code, "label": name} for code, name in sorted(precincts.items(), key=lambda one: one[1])],
            value=sorted(account.precincts) if account else [],
            searchable=True,
        ),
    ]


def _actions(account: Account | None, words: Words) -> list[Any]:
    if account is None:
        return []
    names = ("password", "revoke", "deactivate") if account.active else ("activate",)
    labels = {name: words.text(f"accounts.list.{name}") for name in names}
    if account.factor_since is not None:
        labels["reset"] = words.text("accounts.factor.reset")
    if account.linked:
        labels["unlink"] = words.text("accounts.directory.remove")
    return [
        html.H2(words.text("accounts.list.more")),
        *(
            html.Button(
                label,
                id={"type": "account-do", "do": name, "account": account.id},
                className="button plain",
                type="button",
            )
            for name, label in labels.items()
        ),
    ]


def password(email: str, value: str, words: Words) -> html.Div:
    """A password that was made up, this once."""
    return secret(words.text("accounts.list.password_made", email=email), value, words)


def added(email: str, value: str, words: Words) -> html.Div:
    return _panel([password(email, value, words)], email, words)


def said(key: str, words: Words) -> html.P:
    return html.P(words.text(f"accounts.list.{key}"), className="told")
