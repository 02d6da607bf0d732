"""A person's own account: who they are here, their language, their password, their second factor, their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from domain.people import Account, Token
from locales import LANGUAGES, Words

DAYS = ("7", "30", "90")


def page(
    account: Account,
    precincts: Sequence[str],
    tokens: html.Div,
    factor: html.Div,
    directory: tuple[str, html.Div] | None,
    words: Words,
) -> html.Div:
    """`precincts` are the names of the person's own; `directory` is the city's own by its name, where there is one."""
    other = _card(directory[0], html.Div(directory[1], id="own-directory")) if directory else None
    return html.Div(
        [
            html.Div(html.H1(words.text("accounts.own.title")), className="page-head"),
            html.Div(
                [
                    _who(account, precincts, words),
                    _language(account, words),
                    _password(words),
                    other,
                    _card(words.text("accounts.factor.title"), html.Div(factor, id="own-factor")),
                    _tokens(tokens, words),
                ],
                className="cards",
            ),
        ],
        className="accounts-page",
    )


def _who(account: Account, precincts: Sequence[str], words: Words) -> html.Section:
    roles = words.listed(words.text(f"ui.roles.{role}") for role in sorted(account.roles))
    told = {"email": account.email, "name": account.name, "roles": roles, "precincts": words.listed(precincts)}
    pairs = [
        part
        for key, value in told.items()
        if value
        for part in (html.Dt(words.text(f"accounts.list.{key}")), html.Dd(value))
    ]
    return _card(words.text("accounts.own.who"), html.Dl(pairs, className="facts"))


def _language(account: Account, words: Words) -> html.Section:
    choice = dmc.RadioGroup(
        [dmc.Radio(words.text(f"ui.languages.{code}"), value=code) for code in LANGUAGES],
        id="own-language",
        value=account.language,
        label=words.text("accounts.own.language_told"),
    )
    return _card(words.text("ui.language"), choice)


def _password(words: Words) -> html.Section:
    link = html.A(words.text("accounts.password.title"), href="/password", className="button plain")
    return _card(words.text("accounts.sign_in.password"), html.P(words.text("accounts.password.lead")), link)


def directory(account: Account, name: str, words: Words) -> html.Div:
    """Whether the person may come in by the city's own directory, and what they may do about it."""
    if account.demo:
        return html.Div(html.P(words.text("accounts.directory.demo")))
    do, told = ("unlink", "linked") if account.linked else ("link", "none")
    known = {"type": "own-directory", "do": do}
    press = html.Button(words.text(f"accounts.directory.{do}"), id=known, className="button plain", type="button")
    return html.Div([html.P(words.text(f"accounts.directory.{told}", name=name)), press], className="factor")


def _tokens(listed: html.Div, words: Words) -> html.Section:
    days = [{"value": code, "label": words.text("accounts.own.days", count=int(code))} for code in DAYS]
    form = [
        dmc.Select(id="own-days", label=words.text("accounts.own.lasts"), data=days, value="90", allowDeselect=False),
        html.Button(words.text("accounts.own.make"), id="own-make", className="button plain", type="button"),
    ]
    return _card(
        words.text("accounts.own.tokens"),
        html.P(words.text("accounts.own.tokens_told"), className="quiet-text"),
        html.Div(form, className="fields"),
        html.Div(id="own-made", role="status"),
        html.Div(listed, id="own-tokens"),
    )


def made(token: str, words: Words) -> html.Div:
    """A token, this once."""
    return secret(words.text("accounts.own.made"), token, words)


def secret(told: str, value: str, words: Words) -> html.Div:
    """Something to copy now, as it is shown nowhere else."""
    copied = words.text("accounts.list.copied")
    copy = dmc.CopyButton(words.text("accounts.list.copy"), value=value, copiedChildren=copied, variant="default")
    return html.Div([html.P(told), html.Div([html.Code(value), copy], className="secret")], className="told")


def tokens(found: Sequence[Token], now: int, zone: str, words: Words) -> html.Div:
    """The tokens that still work, newest first."""
    living = [token for token in found if token.revoked_at is None and token.expires_at > now]
    if not living:
        return html.Div(html.P(words.text("accounts.own.none"), className="quiet-text"))
    rows = [_token(token, zone, words) for token in living]
    heads = [html.Th(words.text(f"accounts.own.{head}"), scope="col") for head in ("made_at", "ends_at")]
    table = html.Table([html.Thead(html.Tr([*heads, html.Td()])), html.Tbody(rows)], className="table wide words")
    return html.Div(table, className="scrolling")


def _token(token: Token, zone: str, words: Words) -> html.Tr:
    days: list[Any] = [html.Td(words.instant(at, zone, "d MMM y")) for at in (token.created_at, token.expires_at)]
    known = {"type": "own-revoke", "token": token.id}
    revoke = html.Button(words.text("accounts.own.revoke"), id=known, className="quiet small", type="button")
    return html.Tr([*days, html.Td(revoke)])


def _card(title: str, *parts: Any) -> html.Section:
    return html.Section([html.H2(title), *parts], className="card")
