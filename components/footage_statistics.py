"""How requests for footage are answered, quarter by quarter, with those that are not published yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import html

from analytics.requests import Line
from components.icons import icon
from components.public_parts import count
from components.tables_out import Cell
from locales import Words

CSV = "/desk/statistics.csv"
COLUMNS = ("quarter", "measure", "item", "count", "value")
Grounds = Mapping[str, str]  # what the law refuses for, by code


def page(lines: Sequence[Line], grounds: Grounds, words: Words) -> html.Div:
    quarters = sorted({line.quarter for line in lines}, reverse=True)
    back = html.A([icon("left", 18), words.text("desk.queue.title")], href="/desk", className="quiet")
    drawn = [_quarter(name, lines, grounds, words, first=name == quarters[0]) for name in quarters]
    return html.Div(
        [
            html.Div([back, html.H1(words.text("desk.statistics.title"))], className="page-head desk-head"),
            html.P(words.text("desk.statistics.told"), className="sentence"),
            html.P(html.A(words.text("desk.statistics.csv"), href=CSV, className="button plain")) if drawn else None,
            *(drawn or [html.P(words.text("desk.statistics.none"))]),
        ],
        className="desk-page",
    )


def rows(lines: Sequence[Line]) -> Iterator[tuple[Cell, ...]]:
    """The same for a table of another program, in codes."""
    return ((line.quarter, line.measure, line.item, line.count, line.value) for line in lines)


def _quarter(name: str, lines: Sequence[Line], grounds: Grounds, words: Words, first: bool) -> html.Details:
    title = words.text("public.requests.quarter", quarter=name[-1], year=name[:4])
    heads = [
        html.Th(words.text("desk.statistics.item"), scope="col"),
        html.Th(words.text("desk.statistics.number"), scope="col", className="number"),
    ]
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if line.quarter == name:
            groups.setdefault(line.measure, []).append(line)
    parts = [_group(measure, found, grounds, words) for measure, found in groups.items()]
    caption = html.Caption(title, className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(heads)), *parts], className="table statistics")
    return html.Details([html.Summary(html.H2(title)), table], className="card desk-part", open=first)


def _group(measure: str, lines: Sequence[Line], grounds: Grounds, words: Words) -> html.Tbody:
    head = html.Th(words.text(f"requests.measures.{measure}"), scope="rowgroup", colSpan=2)
    return html.Tbody([html.Tr(head), *(html.Tr(_cells(line, grounds, words)) for line in lines)])


def _cells(line: Line, grounds: Grounds, words: Words) -> list[Any]:
    item = grounds.get(line.item) or words.text(f"requests.items.{line.item}")
    return [html.Th(item, scope="row"), html.Td(_number(line, words), className="number")]


def _number(line: Line, words: Words) -> str:
    if line.count is not None:
        return count(line.count, words)
    if line.value is None:
        return words.text("public.requests.few")
    return words.percent(line.value / 100) if line.item == "percent" else words.number(line.value, 1)
