"""What data do we have? Past imports, and what became of each."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, clientside_callback, html, register_page

from components import import_list, import_report
from components.import_list import PAGE, Frame
from domain.errors import NotFound
from domain.people import Permission, may
from services import imports, jobs
from web import session
from web.imports import form_token

EXAMPLES = 5  # rejected rows told in the report

register_page(
    __name__,
    path="/imports",
    title="Atalaya",
    label="loading.nav",
    icon="import",
    group="administration",
    permission=Permission.IMPORTS_READ,
)


def layout(batch: str = "", start: str = "0", **_: str) -> html.Div:
    """The list; with `batch` the report of one import beside it."""
    store, actor = session.store(), session.actor()
    first = int(start) // PAGE * PAGE if start.isdecimal() else 0
    found, total = imports.batches(store, actor, first, PAGE)
    under_way = [job for job in jobs.own(store, actor) if not job.ended] if may(actor, Permission.IMPORT) else []
    frame = _frame()
    listed = import_list.page(found, total, first, under_way, frame)
    return html.Div([listed, _report(batch, frame)]) if batch else html.Div([listed])


def _frame() -> Frame:
    zone = session.here().zone
    return Frame(session.words(), zone, may(session.actor(), Permission.IMPORT), form_token())


def _report(number: str, frame: Frame) -> Any:
    if not number.isdecimal() or len(number) > 9:
        raise NotFound("import.no_batch", batch=number)
    store, actor = session.store(), session.actor()
    told = imports.report(store, actor, int(number))
    examples, _ = imports.rejected(store, actor, int(number), limit=EXAMPLES) if frame.may_load else ([], 0)
    return import_report.drawer(told.batch, told.unmapped, examples, frame)


clientside_callback(ClientsideFunction("imports", "opened"), Input("import-drawer", "id"))
