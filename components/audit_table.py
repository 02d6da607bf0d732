"""The audit log as a table: who did what, when, to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from components.icons import icon
from domain.audit import Event
from locales import Words

PAGE = 50
COLUMNS = ("when", "who", "what", "object", "details")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page asks for, as it was written."""

    actor: str = ""
    action: str = ""
    since: str = ""
    until: str = ""
    start: int = 0

    def address(self, start: int) -> str:
        pairs = {"actor": self.actor, "action": self.action, "since": self.since, "until": self.until}
        kept = {key: value for key, value in pairs.items() if value} | ({"start": str(start)} if start else {})
        return f"/audit?{urlencode(kept)}" if kept else "/audit"


def page(
    events: Sequence[Event], total: int, asked: Asked, actions: Sequence[str], words: Words, zone: str
) -> html.Div:
    return html.Div(
        [
            html.Div(html.H1(words.text("accounts.audit.title")), className="page-head"),
            html.P(words.text("accounts.audit.lead"), className="sentence"),
            _filter(asked, actions, words),
            html.P(words.text("accounts.audit.found", count=total), className="quiet-text", role="status"),
            _table(events, words, zone),
            _pager(asked, total, words),
        ],
        className="accounts-page",
    )


def action_name(action: str, words: Words) -> str:
    return words.text(f"accounts.actions.{action.replace('.', '_')}")


def _filter(asked: Asked, actions: Sequence[str], words: Words) -> html.Form:
    """A plain form: what is asked for is in the address, and can be sent to a colleague."""
    named = [{"value": action, "label": action_name(action, words)} for action in actions]
    day = {"input": {"type": "date"}}
    fields = [
        dmc.TextInput(name="actor", label=words.text("accounts.audit.who"), value=asked.actor),
        dmc.Select(
            name="action",
            label=words.text("accounts.audit.what"),
            data=sorted(named, key=lambda one: one["label"]),
            value=asked.action or None,
            clearable=True,
            placeholder=words.text("accounts.audit.all"),
        ),
        dmc.TextInput(name="since", label=words.text("accounts.audit.since"), value=asked.since, attributes=day),
        dmc.TextInput(name="until", label=words.text("accounts.audit.until"), value=asked.until, attributes=day),
        html.Button(words.text("accounts.audit.show"), className="button", type="submit"),
    ]
    return html.Form(fields, action="/audit", method="GET", className="fields")


def _table(events: Sequence[Event], words: Words, zone: str) -> html.Div:
    label = words.text("accounts.audit.title")
    table = html.Table(
        [
            html.Caption(label, className="visually-hidden"),
            html.Thead(html.Tr([html.Th(words.text(f"accounts.audit.{name}"), scope="col") for name in COLUMNS])),
            html.Tbody([html.Tr([html.Td(cell) for cell in _cells(event, words, zone)]) for event in events]),
        ],
        className="table wide words",
    )
    return html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": label})


def _cells(event: Event, words: Words, zone: str) -> list[Any]:
    when = words.instant(event.at, zone, "d MMM y, HH:mm:ss")
    return [when, event.actor, action_name(event.action, words), event.object, _details(event)]


def _details(event: Event) -> str:
    return "; ".join(f"{name}: {_plain(value)}" for name, value in event.details.items())


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) or "-" if isinstance(value, list) else str(value)


def _pager(asked: Asked, total: int, words: Words) -> html.Nav | None:
    if total <= PAGE:
        return None
    newer, older = max(asked.start - PAGE, 0), asked.start + PAGE
    links = []
    if asked.start > 0:
        links.append(dcc.Link([icon("left", 18), words.text("accounts.audit.newer")], href=asked.address(newer)))
    if older < total:
        links.append(dcc.Link([words.text("accounts.audit.older"), icon("right", 18)], href=asked.address(older)))
    return html.Nav(links, className="pages", **{"aria-label": words.text("accounts.audit.pages")})
