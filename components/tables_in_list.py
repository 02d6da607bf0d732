"""The tables that were delivered: what became of each, why it was refused, and the way to withdraw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components import tables_in
from components.icons import icon
from components.import_list import Frame
from components.pager import pager
from domain.tables import Delivery, Status
from locales import Words

PAGE = 20
NUMBERS = ("rows", "stored", "known")
MARKS = {Status.STORED: "check", Status.REFUSED: "warning", Status.WITHDRAWN: "reset"}
CLASSES = {Status.STORED: "loaded", Status.REFUSED: "failed", Status.WITHDRAWN: "undone"}


def table(found: Sequence[Delivery], total: int, start: int, frame: Frame) -> html.Section:
    """The deliveries from `start` on, newest first."""
    words = frame.words
    title = html.H2(words.text("tables.deliveries"))
    if not found:
        return html.Section([title, html.P(words.text("tables.none"), className="quiet-text")], className="card")
    columns = ("delivery", "kind", "at", *NUMBERS, "status")
    heads = [html.Th(words.text(f"tables.heads.{name}"), scope="col", className=name) for name in columns]
    rows = html.Tbody([_row(one, frame) for one in found])
    caption = html.Caption(words.text("tables.deliveries"), className="visually-hidden")
    drawn = html.Table([caption, html.Thead(html.Tr(heads)), rows], className="table wide imports-table")
    return html.Section(
        [title, drawn, *pager("tables", start, PAGE, total, lambda to: f"/tables?start={to}", words)], className="card"
    )


def _row(one: Delivery, frame: Frame) -> html.Tr:
    words = frame.words
    name = words.text("tables.delivery", delivery=str(one.id))
    link = dcc.Link(name, href=f"/tables?delivery={one.id}", className="import-link")
    numbers = [
        html.Td(
            words.number(getattr(one, name)),
            className="number",
            **{"data-label": words.text(f"tables.heads.{name}")},
        )
        for name in NUMBERS
    ]
    return html.Tr(
        [
            html.Th([link, html.Div(one.file, className="quiet-text files")], scope="row"),
            html.Td(words.text(f"tables.kinds.{one.kind}"), className="source"),
            html.Td(frame.when(one.at), className="started"),
            *numbers,
            html.Td(status(one, words), className="status"),
        ]
    )


def status(one: Delivery, words: Words) -> html.Span:
    """Stored, refused or withdrawn: a mark and a word."""
    said = words.text(f"tables.statuses.{one.status}")
    return html.Span([icon(MARKS[one.status], 16), said], className=f"import-status {CLASSES[one.status]}")


def report(one: Delivery, frame: Frame) -> html.Section:
    """One delivery, over the list."""
    words = frame.words
    close = dcc.Link(
        [icon("close", 20), html.Span(words.text("tables.close"), className="visually-hidden")],
        href="/tables",
        className="quiet",
    )
    head = [html.H2(words.text("tables.delivery", delivery=str(one.id))), close]
    wrong = tables_in.problems(one.problems, len(one.problems), f"/tables/{one.id}/problems.csv", words)
    return html.Section(
        [
            html.Div(head, className="drawer-head"),
            html.P(outcome(one, words), className="sentence"),
            _facts(one, frame),
            *(wrong if one.problems else []),
            *(_withdraw(one, frame) if one.status is Status.STORED else []),
        ],
        className="card tables-report",
    )


def outcome(one: Delivery, words: Words) -> str:
    """What became of a delivery."""
    told = {"delivery": str(one.id), "rows": one.rows, "stored": one.stored, "known": one.known}
    return words.text(f"tables.{one.status}", **told)


def _facts(one: Delivery, frame: Frame) -> html.Dl:
    words = frame.words
    said = {
        "status": status(one, words),
        "kind": f"{words.text(f'tables.kinds.{one.kind}')}: {one.file}",
        "at": frame.when(one.at),
        "actor": frame.words.author(one.actor),
    }
    parts = [
        part for name, value in said.items() for part in (html.Dt(words.text(f"tables.heads.{name}")), html.Dd(value))
    ]
    return html.Dl(parts, className="facts")


def _withdraw(one: Delivery, frame: Frame) -> list[Any]:
    """Withdrawing asks once more; it is a plain form, so that it works whatever the browser runs."""
    words = frame.words
    summary = html.Summary([icon("reset", 18), words.text("tables.withdraw")], className="button plain")
    form = html.Form(
        [
            dcc.Input(type="hidden", name="csrf_token", value=frame.token),
            html.Button(words.text("tables.withdraw_sure"), type="submit", className="button danger"),
        ],
        action=f"/tables/{one.id}/withdraw",
        method="POST",
    )
    panel = html.Div([html.P(words.text("tables.withdraw_told")), form], className="undo-panel")
    return [html.Details([summary, panel], className="undo")]
