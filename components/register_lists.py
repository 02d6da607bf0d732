"""The registers as staff see them: each as a table, what is to see to, and the way to each entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from components.icons import icon
from components.pager import pager
from domain.registers import algorithms as algorithm_rules
from domain.registers import cameras as camera_rules
from domain.registers.agreements import Agreement
from domain.registers.algorithms import Algorithm
from domain.registers.cameras import Camera
from domain.registers.fields import Listed, Value, day
from locales import Words

PAGE = 50
VIEWS = ("cameras", "algorithms", "agreements", "import")
CAMERA_HEADS = ("code", "name", "sector", "type", "status", "precision", "valid_until", "certified", "due")
AGREEMENT_HEADS = ("code", "body", "starts", "ends")
ALGORITHM_HEADS = ("code", "title", "status", "filled", "due")


def page(view: str, body: Sequence[Any], words: Words) -> html.Div:
    """A part of the page under its title and the way to the others."""
    links = [
        html.A(
            words.text(f"registers.{one}"),
            href=f"/registers?view={one}",
            className="register-view",
            **({"aria-current": "page"} if one == view else {}),
        )
        for one in VIEWS
    ]
    nav = html.Nav(links, className="register-views", **{"aria-label": words.text("registers.views")})
    lead = html.P(words.text("registers.lead"), className="quiet-text")
    head = html.Div([html.H1(words.text("registers.title")), lead, nav], className="page-head")
    return html.Div([head, *body], className="registers-page")


def cameras(found: Sequence[Camera], wanted: str, start: int, today: date, words: Words) -> list[Any]:
    """The cameras that fit what was looked for, a page of them from `start` on."""
    add = dcc.Link(words.text("registers.add_camera"), href="/registers?view=cameras&edit=new", className="button")
    if not found:
        return [
            html.P(words.text("registers.none_cameras"), className="quiet-text"),
            html.Div(add, className="button-row"),
        ]
    fit = [one for one in found if not wanted or wanted.casefold() in _text(one, today, words).casefold()]
    rows = [_camera(one, today, words) for one in fit[start : start + PAGE]]
    table = _table("cameras", CAMERA_HEADS, rows, words)
    turns = pager(
        "registers", start, PAGE, len(fit), lambda to: f"/registers?{urlencode({'q': wanted, 'start': to})}", words
    )
    return [*_synthetic(found, words), _find(wanted, words), table, *turns, add]


def algorithms(found: Sequence[Algorithm], today: date, words: Words) -> list[Any]:
    add = dcc.Link(
        words.text("registers.add_algorithm"), href="/registers?view=algorithms&edit=new", className="button"
    )
    if not found:
        return [html.P(words.text("registers.none_algorithms"), className="quiet-text"), add]
    rows = [_algorithm(one, today, words) for one in found]
    return [*_synthetic(found, words), _table("algorithms", ALGORITHM_HEADS, rows, words), add]


def agreements(found: Sequence[Agreement], words: Words) -> list[Any]:
    add = dcc.Link(
        words.text("registers.add_agreement"), href="/registers?view=agreements&edit=new", className="button"
    )
    if not found:
        return [html.P(words.text("registers.none_agreements"), className="quiet-text"), add]
    rows = [
        _row(
            one.code,
            "agreements",
            AGREEMENT_HEADS,
            [str(one.entry["body"]), _day(one.entry["starts"], words), _day(one.entry["ends"], words)],
            words,
        )
        for one in found
    ]
    return [*_synthetic(found, words), _table("agreements", AGREEMENT_HEADS, rows, words), add]


def due(reminders: Sequence[str], words: Words) -> str:
    """What somebody must see to, in words."""
    return words.listed(words.text(f"registers.reminders.{one}") for one in reminders)


def saved(code: str, version: int, words: Words) -> html.P:
    told = words.text("registers.saved", entry=code, version=str(version))
    return html.P([icon("check", 16), html.Span(told)], className="notice info", role="status")


def _camera(one: Camera, today: date, words: Words) -> html.Tr:
    entry = one.entry
    cells = [
        entry["name"] or words.text("registers.unnamed"),
        words.term("precinct", str(entry["sector"])) if entry["sector"] else "–",
        _choice(entry["type"], words),
        _choice(entry["status"], words),
        _choice(entry["precision"], words),
        _day(entry["valid_until"], words),
        _day(entry["certified"], words),
        _due(camera_rules.reminders(entry, today), words),
    ]
    return _row(one.code, "cameras", CAMERA_HEADS, cells, words)


def _algorithm(one: Algorithm, today: date, words: Words) -> html.Tr:
    filled, asked = algorithm_rules.complete(one.entry)
    cells = [
        said(one.entry["name"], words),
        _choice(one.entry["status"], words),
        words.text("registers.filled", filled=filled, fields=asked),
        _due(algorithm_rules.reminders(one.entry, today), words),
    ]
    return _row(one.code, "algorithms", ALGORITHM_HEADS, cells, words)


def _row(code: str, view: str, heads: Sequence[str], cells: Sequence[Any], words: Words) -> html.Tr:
    link = dcc.Link(code, href=f"/registers?{urlencode({'view': view, 'edit': code})}")
    labelled = [
        html.Td(cell, **{"data-label": words.text(f"registers.heads.{head}")})
        for head, cell in zip(heads[1:], cells, strict=True)
    ]
    return html.Tr([html.Th(link, scope="row"), *labelled])


def _text(one: Camera, today: date, words: Words) -> str:
    """What a camera can be found by."""
    sector = words.term("precinct", str(one.entry["sector"])) if one.entry["sector"] else ""
    told = due(camera_rules.reminders(one.entry, today), words)
    return " ".join((one.code, str(one.entry["name"]), sector, _choice(one.entry["status"], words), told))


def _due(reminders: Sequence[str], words: Words) -> Any:
    if not reminders:
        return html.Span([icon("check", 16), words.text("registers.all_well")], className="import-status loaded")
    return html.Span([icon("warning", 16), due(reminders, words)], className="import-status failed")


def said(value: Value, words: Words) -> str:
    """A name, in the reader's language where it is told in both."""
    return value[words.language] if isinstance(value, dict) else str(value or "")


def _choice(value: Value, words: Words) -> str:
    return words.text(f"registers.choices.{value}") if value else "–"


def _day(value: Value, words: Words) -> str:
    found = day(value)
    return words.day(found) if found else "–"


def _synthetic(found: Sequence[Listed], words: Words) -> list[html.P]:
    if not any(one.synthetic for one in found):
        return []
    return [html.P([icon("info", 16), html.Span(words.text("registers.synthetic"))], className="notice info")]


def _find(wanted: str, words: Words) -> html.Form:
    label = words.text("registers.find")
    fields = [
        html.Label(label, htmlFor="register-find"),
        dcc.Input(id="register-find", name="q", value=wanted, type="search", className="register-find"),
        html.Button(words.text("registers.show"), type="submit", className="button plain"),
    ]
    return html.Form(fields, action="/registers", method="GET", className="register-search")


def _table(name: str, heads: Sequence[str], rows: Sequence[html.Tr], words: Words) -> html.Div:
    label = words.text(f"registers.{name}")
    caption = html.Caption(label, className="visually-hidden")
    head = html.Thead(html.Tr([html.Th(words.text(f"registers.heads.{one}"), scope="col") for one in heads]))
    table = html.Table([caption, head, html.Tbody(list(rows))], className=f"table wide words {name}")
    return html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": label})
