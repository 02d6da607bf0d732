"""Tables under the map: the list of places, and single incidents a page at a time."""

from __future__ import annotations

from typing import Any

from dash import html

from components.answer import percent, signed, verdict
from components.icons import icon
from domain.exploration import Exploration, Incident, IncidentPage, Rank
from locales import Words

PAGE = 25
COLUMNS = ("occurred", "type", "vehicle", "item", "precinct", "place", "origin")
SORTED_BY = frozenset({"occurred", "type", "vehicle", "item", "precinct", "origin"})


def places(found: Exploration, words: Words) -> html.Div:
    """Every precinct with its count: what the map says, for who reads instead of looks."""
    compared = found.change is not None
    heads = ["precinct", "count", "share", *(["count_before", "change", "variation"] if compared else [])]
    rows = [_place_row(rank, found.total, words) for rank in found.by_precinct]
    table = html.Table(
        [
            html.Caption(words.text("heat.list.places"), className="visually-hidden"),
            html.Thead(html.Tr([html.Th(words.text(f"heat.list.{head}"), scope="col") for head in heads])),
            html.Tbody(rows),
        ],
        className="table wide",
    )
    return _scrolling(table, words.text("heat.list.places"))


def _place_row(rank: Rank, total: int, words: Words) -> html.Tr:
    cells: list[Any] = [words.number(rank.count), words.percent(rank.count / total if total else 0, 1)]
    if rank.change is not None:
        figures = f"{signed(rank.change, words)} ({percent(rank.change, words)})"
        cells += [words.number(rank.change.before), figures, verdict(rank.change, words)]
    name = html.Th(words.term("precinct", rank.code), scope="row")
    return html.Tr([name, *[html.Td(cell) for cell in cells]])


def incidents(
    page: IncidentPage, start: int, sort: tuple[str, str], words: Words, near: float | None = None
) -> html.Div:
    """One page of the record, or of what lies within `near` metres of the clicked place.

    Headings sort, the foot turns pages; both ask the server.
    """
    heads = [_heading(column, sort, words) for column in COLUMNS]
    rows = [html.Tr([html.Td(cell) for cell in _cells(row, words)]) for row in page.rows]
    table = html.Table(
        [
            html.Caption(words.text("heat.list.rows"), className="visually-hidden"),
            html.Thead(html.Tr(heads)),
            html.Tbody(rows),
        ],
        className="table wide incidents",
    )
    told = [html.P(words.text("heat.list.near", metres=round(near)), className="quiet-text")] if near else []
    return html.Div([*told, _scrolling(table, words.text("heat.list.rows")), _pager(page, start, sort, words)])


def _scrolling(table: html.Table, label: str) -> html.Div:
    return html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": label})


def _heading(column: str, sort: tuple[str, str], words: Words) -> html.Th:
    name = words.text(f"heat.list.{column}")
    if column not in SORTED_BY:
        return html.Th(name, scope="col")
    active = sort[0] == column
    direction = "desc" if (active and sort[1] == "asc") or (not active and column == "occurred") else "asc"
    image = ("up-arrow" if sort[1] == "asc" else "down-arrow") if active else "sort"
    ordered = {"aria-sort": "ascending" if sort[1] == "asc" else "descending"} if active else {}
    button = html.Button([name, icon(image, 14)], className="quiet", **_asks(0, column, direction))
    return html.Th(button, scope="col", **ordered)


def _asks(start: int, column: str, direction: str) -> dict[str, str]:
    return {"data-rows": f"{start} {column} {direction}"}


def _cells(row: Incident, words: Words) -> list[Any]:
    return [
        _when(row, words),
        html.Span(words.term("type", row.type), title=row.label),
        words.term("vehicle", row.vehicle),
        words.term("item", row.item),
        words.term("precinct", row.precinct or ""),
        row.place or "",
        words.term("origin", row.origin),
    ]


def _when(row: Incident, words: Words) -> str:
    exact = row.precision in ("minute", "hour")
    return words.instant(row.occurred_from, row.zone, "d MMM y, HH:mm" if exact else "d MMM y")


def _pager(page: IncidentPage, start: int, sort: tuple[str, str], words: Words) -> html.Nav:
    last = max(0, (page.total - 1) // PAGE * PAGE)
    end = min(start + PAGE, page.total)
    told = words.text("heat.list.of", first=start + 1 if page.total else 0, last=end, count=page.total)
    buttons = [
        _turn("left", words.text("heat.list.earlier_page"), max(0, start - PAGE), start <= 0, sort),
        _turn("right", words.text("heat.list.later_page"), min(last, start + PAGE), start >= last, sort),
    ]
    return html.Nav([html.Span(told), *buttons], className="pager", **{"aria-label": words.text("heat.list.pages")})


def _turn(image: str, label: str, start: int, off: bool, sort: tuple[str, str]) -> html.Button:
    known = {"aria-label": label}
    return html.Button(icon(image, 18), className="button plain", disabled=off, **_asks(start, *sort), **known)
