"""A table of cameras before it is taken: what holds for all of them, what it would do, and what is wrong row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dash import dcc, html

from components import import_steps, register_form
from components.icons import icon
from domain.registers.cameras import FIELDS
from domain.registers.fields import Problem
from locales import Words

ALONE = ("name", "lon", "lat", "sector", "reference", "removed", "uptime", "field_of_view")  # of one camera
COMMON = tuple(field for field in FIELDS if field.name not in ALONE)
SHOWN = 200  # problems


class Judged(Protocol):
    """What a table says and what is wrong with it."""

    file: str
    rows: int
    new: int
    changed: int
    known: int
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]


def choose(megabytes: int, columns: Mapping[str, Sequence[str]], words: Words) -> list[Any]:
    """Where a table is dropped or chosen, and which headers are recognised."""
    told = html.P(words.text("registers.take.told"), className="quiet-text")
    parts = [
        part
        for name, headers in columns.items()
        for part in (html.Dt(words.text(f"registers.camera.{name}")), html.Dd(", ".join(headers)))
    ]
    summary = html.Summary(words.text("registers.take.columns"), className="quiet small")
    known = html.Details([summary, html.Dl(parts, className="facts")], className="rest")
    kinds = words.text("registers.take.kinds", megabytes=megabytes)
    return [told, *import_steps.upload("/registers", "/registers", kinds, words), known]


def form(file: str, token: str, precision: str, words: Words) -> list[Any]:
    """What holds for every camera of an uploaded table, its check, and the button that takes it."""
    another = dcc.Link(words.text("registers.take.another"), href="/registers?view=import", className="quiet small")
    head = html.Div([html.H2(words.text("registers.take.file", file=file)), another], className="tables-file")
    look = html.Button(words.text("registers.take.look"), id="register-look", className="button plain", type="button")
    take = html.Button(
        words.text("registers.take.take"), id="register-take", className="button", type="button", disabled=True
    )
    seen = html.Section(id="register-seen", **{"aria-label": words.text("registers.take.look"), "aria-live": "polite"})
    return [
        head,
        html.Section([html.P(words.text("registers.take.common_told")), common(precision, words)], className="card"),
        html.Div([look, take], className="button-row"),
        seen,
        dcc.Store(id="register-upload", data=token),
    ]


def common(precision: str, words: Words) -> html.Fieldset:
    inputs = [
        register_form.input_of("camera", part, {"precision": precision, "status": "active"}.get(part.name), words)
        for part in COMMON
    ]
    legend = html.Legend(words.text("registers.take.common"))
    return html.Fieldset([legend, html.Div(inputs, className="register-fields")], className="register-common")


def look(found: Judged, download: str, words: Words) -> list[Any]:
    """What taking the table would do, or why it cannot be taken; `download` is where its problems are a file."""
    wrong = bool(found.problems)
    mark, tone = ("warning", "sentence done wrong") if wrong else ("check", "sentence done")
    said = html.P([icon(mark, 20), html.Span(verdict(found, words))], className=tone)
    unused = words.text("registers.take.unused", columns=words.listed(found.unused)) if found.unused else ""
    notes = [html.P([icon("info", 16), html.Span(unused)], className="notice info")] if unused else []
    return [said, *(_problems(found.problems, download, words) if wrong else []), *notes]


def verdict(found: Judged, words: Words) -> str:
    if found.problems:
        return words.text("registers.take.bad", count=len(found.problems), rows=found.rows)
    if not found.new + found.changed:
        return words.text("registers.take.nothing")
    return words.text("registers.take.good", rows=found.rows, new=found.new, changed=found.changed, known=found.known)


def sentence(problem: Problem, words: Words) -> str:
    """What is wrong in which column, and what to do."""
    said = register_form.problem_sentence(problem, words)
    return f"{words.text(f'registers.camera.{problem.field}')}: {said}" if problem.field else said


def _problems(found: Sequence[Problem], download: str, words: Words) -> list[Any]:
    heads = [html.Th(words.text(f"registers.heads.{name}"), scope="col") for name in ("line", "problem")]
    rows = [html.Tr([html.Th(_line(one, words), scope="row"), html.Td(sentence(one, words))]) for one in found[:SHOWN]]
    title = words.text("registers.take.problems", count=len(found))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table words tables-problems")
    more = (
        [html.P(words.text("registers.take.first", count=SHOWN), className="quiet-text")] if len(found) > SHOWN else []
    )
    link = html.A(
        [icon("download", 18), words.text("registers.take.download")], href=download, className="button plain"
    )
    return [
        html.H3(title),
        html.Div(link, className="button-row"),
        *more,
        html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": title}),
    ]


def _line(problem: Problem, words: Words) -> str:
    return words.number(problem.line) if problem.line else words.text("registers.whole")
