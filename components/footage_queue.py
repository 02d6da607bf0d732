"""The queue of requests for footage: what is due first, and what one looks for in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html

from components.footage_case_forms import box, labelled
from components.icons import icon
from components.markup import Html, attribute, markup
from domain.footage.case import ALL, DUE, OPEN_ONES, Line, Queue, Wanted, last_day
from domain.footage.codes import shown
from domain.footage.states import TIMED, Status
from locales import Words

PAGE = 50
COLUMNS = ("folio", "due", "status", "kind", "officer", "received")
ADDRESS = "/desk"


def page(found: Queue, wanted: Wanted, start: int, now: int, zone: str, words: Words, files: bool = False) -> html.Div:
    """`files`: the reader may file what came otherwise than over the portal."""
    parts = [
        html.Div([html.H1(words.text("desk.queue.title")), *_ways(files, words)], className="page-head desk-head"),
        html.P(_sentence(found, words), className="sentence"),
        _shortcuts(found, wanted, words),
        _filter(found, wanted, words),
        html.P(words.text("desk.queue.found", count=found.total), className="quiet-text", role="status"),
        _table(found, now, zone, words),
        _pager(wanted, start, found.total, words),
    ]
    return html.Div(parts, className="desk-page")


def _ways(files: bool, words: Words) -> list[html.A]:
    """From the queue to what stands beside it."""
    new = [html.A(words.text("desk.new.link"), href="/desk/new", className="button plain")] if files else []
    return [html.A(words.text("desk.statistics.title"), href="/desk/statistics", className="quiet"), *new]


def _sentence(found: Queue, words: Words) -> str:
    counts = found.counts
    told = {name: getattr(counts, name) for name in ("overdue", "soon", "unconfirmed")}
    return words.text("desk.queue.sentence", count=counts.open, **told)


def _shortcuts(found: Queue, wanted: Wanted, words: Words) -> html.Nav:
    """The four heaps that matter, each with its count, as links."""
    counts = found.counts
    heaps = [
        ("open", counts.open, Wanted()),
        ("overdue", counts.overdue, Wanted(due="0")),
        ("soon", counts.soon, Wanted(due="5")),
        ("unconfirmed", counts.unconfirmed, Wanted(unconfirmed=True)),
    ]
    links = [
        html.A(
            [html.Span(words.number(count), className="desk-count"), html.Span(words.text(f"desk.queue.heaps.{name}"))],
            href=address(heap),
            className=f"card desk-heap {name}",
            **({"aria-current": "true"} if heap == wanted else {}),
        )
        for name, count, heap in heaps
    ]
    return html.Nav(links, className="desk-heaps", **{"aria-label": words.text("desk.queue.heaps_told")})


def address(wanted: Wanted, start: int = 0) -> str:
    pairs = wanted.to_query() | ({"start": str(start)} if start else {})
    return f"{ADDRESS}?{urlencode(pairs)}" if pairs else ADDRESS


def _filter(found: Queue, wanted: Wanted, words: Words) -> Html:
    """A plain form: what is asked for is in the address, and can be sent to a colleague."""
    statuses = [(name, _status(name, found, words)) for name in (OPEN_ONES, ALL, *Status)]
    anything = ("", words.text("desk.queue.any"))
    kinds = [anything, *((kind, words.text(f"desk.kinds.{kind}")) for kind in found.kinds)]
    officers = [anything, *((officer, officer) for officer in found.officers)]
    due = [(value, words.text(f"desk.queue.within.d{value}")) for value in DUE]
    lists = [("status", statuses), ("kind", kinds), ("officer", officers), ("due", due)]
    fields = [_list(name, options, getattr(wanted, name), words) for name, options in lists]
    camera = labelled("desk-camera", words.text("desk.queue.camera"), box("camera", "desk-camera", value=wanted.camera))
    ticked = attribute("checked", wanted.unconfirmed)
    tick = Html(f'<input type="checkbox" name="unconfirmed" value="1" id="desk-unconfirmed"{ticked}>')
    only = html.Label([tick, words.text("desk.queue.unconfirmed")], htmlFor="desk-unconfirmed", className="desk-tick")
    show = html.Button(words.text("desk.queue.show"), className="button plain", type="submit")
    inside = markup([*fields, camera, only, show])
    return Html(f'<form class="fields desk-filter" action="{ADDRESS}" method="get" data-asks="">{inside}</form>')


def _list(name: str, options: Sequence[tuple[str, str]], value: str, words: Words) -> html.Div:
    id = f"desk-{name}"
    chosen = "".join(
        f"<option{attribute('value', known)}{attribute('selected', known == value)}>{markup(said)}</option>"
        for known, said in options
    )
    control = Html(f'<select class="chooser" name="{name}" id="{id}">{chosen}</select>')
    return html.Div([html.Label(words.text(f"desk.queue.{name}"), htmlFor=id), control], className="desk-field")


def _status(name: str, found: Queue, words: Words) -> str:
    if name in (OPEN_ONES, ALL):
        return words.text(f"desk.queue.{name}_ones")
    return f"{words.text(f'desk.status.{name}')} ({words.number(found.counts.by_status.get(name, 0))})"


def _table(found: Queue, now: int, zone: str, words: Words) -> html.Div:
    if not found.lines:
        return html.Div(html.P(words.text("desk.queue.empty")), className="card desk-empty")
    heads = [html.Th(words.text(f"desk.queue.{name}"), scope="col") for name in COLUMNS]
    title = words.text("desk.queue.title")
    rows = [_row(line, now, zone, words) for line in found.lines]
    table = html.Table(
        [html.Caption(title, className="visually-hidden"), html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="table wide words desk-cards",
    )
    return html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": title})


def _row(line: Line, now: int, zone: str, words: Words) -> html.Tr:
    label = {name: words.text(f"desk.queue.{name}") for name in COLUMNS}
    cells = {
        "due": due(line, now, zone, words),
        "status": [status(line.status, words), *flags(line, words)],
        "kind": words.text(f"desk.kinds.{line.kind}"),
        "officer": line.officer or words.text("desk.nobody"),
        "received": words.instant(line.received_at, zone, "d MMM y"),
    }
    link = html.A(shown(line.folio), href=f"/desk/case/{line.folio}", className="desk-folio")
    return html.Tr(
        [
            html.Th(link, scope="row"),
            *[html.Td(cell, **{"data-label": label[name]}) for name, cell in cells.items()],
        ]
    )


def due(line: Line, now: int, zone: str, words: Words) -> Any:
    """The last legal day and how far it is, in words."""
    if line.due_at is None:
        return words.text("desk.no_date")
    day = last_day(line.due_at, zone)
    written = html.Span(words.day(day), className="number")
    if line.status not in TIMED:
        return [written, " ", html.Span(words.text("desk.stopped"), className="quiet-text")]
    left = (day - last_day(now + 1, zone)).days
    late = html.Span(words.text(f"desk.{'over' if left < 0 else 'left'}", count=abs(left)), className="quiet-text")
    return [html.Span(icon("warning", 16), className="desk-late") if left < 0 else None, written, " ", late]


def status(found: Status, words: Words) -> html.Span:
    return html.Span(words.text(f"desk.status.{found}"), className="desk-status")


def flags(line: Any, words: Words) -> list[html.Span]:
    """What is particular about a case, as words."""
    named = [name for name in ("sensitive", "extended", "conflict", "synthetic") if getattr(line, name, False)]
    if getattr(line, "unconfirmed", 0):
        named.insert(0, "unconfirmed")
    return [html.Span(words.text(f"desk.flags.{name}"), className=f"desk-flag {name}") for name in named]


def _pager(wanted: Wanted, start: int, total: int, words: Words) -> html.Nav:
    links = []
    if start > 0:
        links.append(html.A(words.text("desk.queue.before"), href=address(wanted, max(0, start - PAGE))))
    if start + PAGE < total:
        links.append(html.A(words.text("desk.queue.after"), href=address(wanted, start + PAGE)))
    return html.Nav(links, className="pages", **{"aria-label": words.text("desk.queue.pages")})
