"""A table before it is delivered: how it is to be taken, how it reads, and what is wrong in it row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import dash_mantine_components as dmc
from dash import dcc, html

from components import import_steps
from components.icons import icon
from domain.tables import Counting, Kind, Problem
from locales import Words

SHARES = ("share", "low", "high")
YEARS = ("year",)


class Judged(Protocol):
    """What a table says and what is wrong with it."""

    rows: int
    wrong: int
    problems: tuple[Problem, ...]
    first: tuple[dict[str, object], ...]
    unused: tuple[str, ...]
    left_out: int
    new: int
    known: int
    corrections: int


def choose(megabytes: int, words: Words) -> html.Section:
    """Where a table is dropped or chosen, and which columns it should have."""
    columns = [
        part
        for kind in Kind
        for part in (html.Dt(words.text(f"tables.kinds.{kind}")), html.Dd(words.text(f"tables.columns_of.{kind}")))
    ]
    layouts = html.Details(
        [html.Summary(words.text("tables.layouts"), className="quiet small"), html.Dl(columns, className="facts")],
        className="rest",
    )
    told = words.text("tables.kinds_told", megabytes=megabytes)
    return html.Section([*import_steps.upload("/tables", "/tables", told, words), layouts], className="tables-choose")


def form(file: str, kind: Kind, token: str, words: Words) -> html.Section:
    """How an uploaded table is to be taken, its check, and the button that delivers it."""
    head = html.Div(
        [
            html.H2(words.text("tables.file", file=file)),
            dcc.Link(words.text("tables.another"), href="/tables", className="quiet small"),
        ],
        className="tables-file",
    )
    deliver = html.Button(words.text("tables.deliver"), id="tables-deliver", className="button", disabled=True)
    return html.Section(
        [
            html.Div([head, *_choices(kind, words)], className="card load-form"),
            html.Section(id="tables-look", className="card load-preview", **{"aria-label": words.text("tables.look")}),
            html.Div([deliver, html.Span(id="tables-verdict", **{"aria-live": "polite"})], className="load-foot"),
            dcc.Store(id="tables-upload", data=token),
        ],
        className="tables-reading",
    )


def _choices(kind: Kind, words: Words) -> list[Any]:
    counting = dmc.Select(
        id="tables-counting",
        label=words.text("tables.counting"),
        data=[{"value": one, "label": words.text(f"tables.countings.{one}")} for one in Counting],
        value=Counting.CUMULATIVE,
        allowDeselect=False,
    )
    kinds = dmc.Select(
        id="tables-kind",
        label=words.text("tables.kind"),
        data=[{"value": one, "label": words.text(f"tables.kinds.{one}")} for one in Kind],
        value=kind,
        allowDeselect=False,
    )
    known = dmc.Checkbox(id="tables-known", label=words.text("tables.only_known"), checked=False)
    told = words.text("tables.source_told")
    label = words.text("tables.source")
    source = dmc.TextInput(id="tables-source", label=label, description=told, value="", debounce=True)
    return [
        kinds,
        html.Div(counting, id="tables-counting-part", hidden=kind is not Kind.REGISTRATIONS),
        html.Div(source, id="tables-source-part", hidden=kind not in (Kind.POPULATIONS, Kind.GOALS)),
        html.Div(known, id="tables-known-part", hidden=kind is not Kind.POPULATIONS),
    ]


# --- the check -------------------------------------------------------------------------------------------------


def verdict(found: Judged, words: Words) -> str:
    """What delivering the table would do, or that it cannot be delivered."""
    if found.wrong:
        return words.text("tables.verdict_bad", count=found.wrong, rows=found.rows)
    if not found.new + found.corrections:
        return words.text("tables.verdict_nothing")
    counts = {"new": found.new, "corrections": found.corrections, "known": found.known}
    return words.text("tables.verdict_good", rows=found.rows, **counts)


def look(found: Judged, download: str, words: Words) -> list[Any]:
    """A judged table; `download` is where its problems are a file."""
    mark, tone = ("warning", "sentence done wrong") if found.wrong else ("check", "sentence done")
    said = html.P([icon(mark, 20), html.Span(verdict(found, words))], className=tone)
    notes = []
    if found.left_out:
        notes.append(words.text("tables.left_out", count=found.left_out))
    if found.unused:
        notes.append(words.text("tables.unused", columns=words.listed(found.unused)))
    told = [html.P([icon("info", 16), html.Span(note)], className="notice info") for note in notes]
    listed = problems(found.problems, found.wrong, download, words) if found.wrong else []
    return [said, *listed, *told, *(_first(found.first, words) if found.first else [])]


def problems(found: Sequence[Problem], total: int, download: str, words: Words) -> list[Any]:
    """What is wrong, row by row, and the same as a file."""
    title = words.text("tables.problems_title", count=total)
    rows = [html.Tr([html.Th(_line(one, words), scope="row"), html.Td(sentence(one, words))]) for one in found[:200]]
    table = _table([words.text("tables.heads.line"), words.text("tables.heads.problem")], rows, "tables-problems")
    more = (
        [html.P(words.text("tables.first_told", count=len(rows)), className="quiet-text")] if total > len(rows) else []
    )
    link = html.A([icon("download", 18), words.text("tables.download")], href=download, className="button plain")
    return [html.Section([html.H3(title), *more, _scrolling(table, title), html.Div(link, className="button-row")])]


def sentence(problem: Problem, words: Words) -> str:
    """What is wrong and what to do."""
    return words.text(f"tables.problems.{problem.reason}", **problem.details)


def _line(problem: Problem, words: Words) -> str:
    return words.number(problem.line) if problem.line else words.text("tables.whole")


def _first(rows: Sequence[Mapping[str, object]], words: Words) -> list[Any]:
    names = list(rows[0])
    heads = [words.text(f"tables.heads.{name}") for name in names]
    body = [html.Tr([html.Td(_said(name, row[name], words)) for name in names]) for row in rows]
    title = words.text("tables.first")
    return [html.Section([html.H3(title), _scrolling(_table(heads, body, "tables-first"), title)])]


def _said(name: str, value: object, words: Words) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, float) and name in SHARES:
        return words.percent(value, 1)
    return words.number(value) if isinstance(value, (int, float)) and name not in YEARS else str(value)


def _table(heads: Sequence[str], rows: Sequence[html.Tr], name: str) -> html.Table:
    head = html.Thead(html.Tr([html.Th(one, scope="col") for one in heads]))
    return html.Table([head, html.Tbody(list(rows))], className=f"table {name}")


def _scrolling(table: html.Table, label: str) -> html.Div:
    return html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": label})
