"""Delivering tables: choose one, see how it reads and what is wrong in it, deliver it whole; withdraw a past one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import Input, Output, State, callback, html, no_update, register_page

from components import import_steps, tables_in, tables_in_list
from components.import_list import Frame
from components.tables_in_list import PAGE
from domain.errors import DomainError, Invalid
from domain.people import Permission
from domain.tables import Kind
from locales import Words
from services import tables, uploads
from web import session
from web.imports import form_token
from web.tables import terms

register_page(
    __name__,
    path="/tables",
    title="Atalaya",
    label="tables.nav",
    icon="table",
    group="administration",
    permission=Permission.TABLES,
)

FORM = ("tables-kind.value", "tables-counting.value", "tables-known.checked", "tables-source.value")
KEYS = ("kind", "counting", "known", "source")


def layout(upload: str = "", delivery: str = "", start: str = "0", **_: str) -> html.Div:
    """A file to choose or, with `upload`, to check; with `delivery` what became of one; all deliveries below."""
    store, actor, words = session.store(), session.actor(), session.words()
    frame = Frame(words, session.here().zone, may_load=True, token=form_token())
    first = int(start) // PAGE * PAGE if start.isdecimal() and len(start) < 10 else 0
    found, total = tables.deliveries(store, actor, first, PAGE)
    head = [html.H1(words.text("tables.title")), html.P(words.text("tables.told"), className="quiet-text")]
    shown = [tables_in_list.report(tables.find(store, actor, _number(delivery)), frame)] if delivery else []
    step = _read(upload, words) if upload else tables_in.choose(session.settings().max_upload_mb, words)
    below = tables_in_list.table(found, total, first, frame)
    return html.Div([html.Div(head, className="page-head"), *shown, step, below], className="tables-page")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Invalid("malformed")
    return int(text)


def _read(token: str, words: Words) -> Any:
    path = uploads.path(session.store(), session.actor(), token, Permission.TABLES)
    try:
        fitting = tables.fitting(session.actor(), path)
    except Invalid as problem:
        return html.Section([import_steps.problem(words.error(problem))], className="card")
    return tables_in.form(path.name, fitting[0] if fitting else Kind.REGISTRATIONS, token, words)


@callback(
    Output("tables-look", "children"),
    Output("tables-counting-part", "hidden"),
    Output("tables-source-part", "hidden"),
    Output("tables-known-part", "hidden"),
    Output("tables-deliver", "disabled"),
    Output("tables-verdict", "children"),
    *(Input(*part.split(".")) for part in FORM),
    State("tables-upload", "data"),
)
def look(*given: Any) -> tuple[Any, ...]:
    """The table as the form would have it taken."""
    *form, token = given
    store, actor, words = session.store(), session.actor(), session.words()
    path = uploads.path(store, actor, str(token), Permission.TABLES)
    wanted = terms(dict(zip(KEYS, form, strict=True)))
    kind = wanted.kind
    hidden = kind is not Kind.REGISTRATIONS, kind not in (Kind.POPULATIONS, Kind.GOALS), kind is not Kind.POPULATIONS
    try:
        found = tables.look(store, actor, path, wanted)
    except DomainError as problem:
        return [import_steps.problem(words.error(problem))], *hidden, True, ""
    asked = {key: value for key, value in zip(KEYS, form, strict=True) if value}
    download = f"/tables/problems.csv?{urlencode({'upload': token, **asked})}"
    nothing = bool(found.wrong) or not found.new + found.corrections
    return tables_in.look(found, download, words), *hidden, nothing, tables_in.verdict(found, words)


@callback(
    Output("_pages_location", "href", allow_duplicate=True),
    Input("tables-deliver", "n_clicks"),
    *(State(*part.split(".")) for part in FORM),
    State("tables-upload", "data"),
    prevent_initial_call=True,
)
def deliver(clicks: int | None, *given: Any) -> Any:
    """Take the table and show what became of it."""
    if not clicks:  # Dash calls it once when the button appears
        return no_update
    *form, token = given
    store, actor = session.store(), session.actor()
    path = uploads.path(store, actor, str(token), Permission.TABLES)
    found = tables.deliver(store, actor, path, terms(dict(zip(KEYS, form, strict=True))))
    uploads.discard(store, actor, str(token), Permission.TABLES)
    return f"/tables?delivery={found.id}"
