"""Loading a file of incidents: the file, how it reads, the load itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dash import ALL, Input, Output, State, callback, dcc, html, no_update, register_page

from components import import_form, import_preview, import_steps
from components.import_form import DECIMALS, NONE, ORDERS, OWN, SAMPLES, Guess
from domain.errors import DomainError, Invalid
from domain.people import Permission
from locales import Words
from services import imports, jobs, uploads
from services.imports import Preview, Reading
from web import session

POLL = 700  # milliseconds

register_page(__name__, path="/imports/load", title="Atalaya", label="loading.load", permission=Permission.IMPORT)

FORM = (
    Input("load-profile", "value"),
    Input({"load-column": ALL}, "value"),
    Input("load-zone", "value"),
    Input("load-order", "value"),
    Input("load-decimal", "value"),
    Input("load-crs", "value"),
)
HELD = (State("load-columns", "data"), State("load-upload", "data"))


def layout(upload: str = "", job: str = "", **_: str) -> html.Div:
    """The step that the address names: a file to choose, an uploaded file to read, a job to watch."""
    words = session.words()
    if job:
        return import_steps.frame("loading", _watch(_number(job), words), words)
    if upload:
        return import_steps.frame("reading", _read(upload, words), words)
    return import_steps.frame("file", import_steps.choose(session.settings().max_upload_mb, words), words)


# --- how it reads -----------------------------------------------------------------------------------------------


def _read(token: str, words: Words) -> list[Any]:
    store, actor = session.store(), session.actor()
    path = uploads.path(store, actor, token)
    look, problem = _first_look(path, words)
    columns = [column for column in look.columns if column not in look.dropped] if look else []
    fitting = imports.fitting(actor, path, look.columns if look else [])
    guess = Guess(
        file=path.name,
        profile=fitting[0] if fitting else OWN if columns else imports.profiles(actor)[0].name,
        columns=columns,
        samples=_samples(look) if look else {},
        mapping=look.mapping if look else {},
        zone=session.here().zone,
        decimal=_decimal(look) if look else ".",
    )
    form = import_form.reading(guess, imports.profiles(actor), imports.FIELDS, words)
    return [
        *([import_steps.problem(problem)] if problem and not fitting else []),
        html.Div([form, html.Section(id="load-preview", className="card load-preview")], className="load-split"),
        import_steps.foot(words),
        dcc.Store(id="load-columns", data=columns),
        dcc.Store(id="load-upload", data=token),
    ]


def _first_look(path: Path, words: Words) -> tuple[Preview | None, str]:
    """The file without a profile; some can only be read with theirs."""
    try:
        return imports.preview(session.actor(), path), ""
    except Invalid as problem:
        return None, words.error(problem)


def _samples(look: Preview) -> dict[str, list[str]]:
    values = {column: [row[column] for row in look.rows if row.get(column)] for column in look.columns}
    return {column: list(dict.fromkeys(found))[:SAMPLES] for column, found in values.items()}


def _decimal(look: Preview) -> str:
    """The decimal mark that the coordinates have."""
    columns = [column for column, field in look.mapping.items() if field in ("lat", "lon")]
    return "," if any("," in row.get(column, "") for row in look.rows for column in columns) else "."


def _reading(form: Sequence[Any], columns: Any, source: Any = "") -> Reading:
    """What the form says. Raises Invalid for what no form sends."""
    profile, fields, zone, order, decimal, crs = form
    texts = (profile, zone, crs, source, *(fields if isinstance(fields, list) else [None]))
    if not all(isinstance(text, str) for text in texts) or order not in ORDERS or decimal not in DECIMALS:
        raise Invalid("malformed")
    if profile != OWN:
        return Reading(profile=profile, source=source)
    if not isinstance(columns, list) or len(columns) != len(fields):
        raise Invalid("malformed")
    mapping = {str(column): field for column, field in zip(columns, fields, strict=True) if field != NONE}
    return Reading(mapping=mapping, source=source.strip(), zone=zone, order=order, decimal=decimal, crs=crs)


def _zone(reading: Reading) -> str:
    shipped = {profile.name: profile.zone for profile in imports.profiles(session.actor())}
    return shipped.get(reading.profile, reading.zone)


@callback(
    Output("load-preview", "children"),
    Output("load-own", "hidden"),
    Output("load-start", "disabled"),
    Output("load-verdict", "children"),
    *FORM,
    *HELD,
)
def look(*given: Any) -> tuple[list[Any], bool, bool, str]:
    """The first rows as the form would have them read."""
    *form, columns, token = given
    words, own = session.words(), form[0] == OWN
    path = uploads.path(session.store(), session.actor(), str(token))
    try:
        reading = _reading(form, columns)
        found = imports.preview(session.actor(), path, reading)
    except DomainError as problem:
        return [import_steps.problem(words.error(problem))], not own, True, ""
    verdict = import_preview.verdict(found, words)
    return import_preview.preview(found, _zone(reading), words), not own, not found.understood, verdict


@callback(
    Output("_pages_location", "href", allow_duplicate=True),
    Input("load-start", "n_clicks"),
    *(State(part.component_id, part.component_property) for part in FORM),
    *HELD,
    State("load-source", "value"),
    prevent_initial_call=True,
)
def start(clicks: int | None, *given: Any) -> Any:
    """Queue the import and go to watch it."""
    if not clicks:  # Dash calls it once when the button appears
        return no_update
    *form, columns, token, source = given
    reading = _reading(form, columns, source)
    return f"/imports/load?job={jobs.submit_import(session.store(), session.actor(), [str(token)], reading)}"


# --- loading ----------------------------------------------------------------------------------------------------


def _number(value: Any) -> int:
    text = str(value)
    if not text.isdecimal() or len(text) > 9:
        raise Invalid("malformed")
    return int(text)


def _watch(job: int, words: Words) -> list[Any]:
    drawn, over = _progress(job, words)
    cancel = html.Button(words.text("loading.cancel"), id="load-cancel", className="button plain", hidden=over)
    return [
        html.Div([html.Div(drawn, id="load-progress"), cancel], className="card load-progress"),
        html.P(words.text("loading.leave"), className="quiet-text"),
        dcc.Interval(id="load-poll", interval=POLL, disabled=over),
        dcc.Store(id="load-job", data=job),
    ]


def _progress(number: int, words: Words) -> tuple[list[Any], bool]:
    """How far a job is, drawn, and whether it is over."""
    store, actor = session.store(), session.actor()
    job = jobs.find(store, actor, number)
    done = job.result.get("batch") if job.status == "done" else None
    batch = imports.report(store, actor, done).batch if done is not None else None
    return import_steps.progress(job, batch, job.result.get("failure"), words), job.ended


@callback(
    Output("load-progress", "children"),
    Output("load-poll", "disabled"),
    Output("load-cancel", "hidden"),
    Input("load-poll", "n_intervals"),
    State("load-job", "data"),
    prevent_initial_call=True,
)
def watch(_ticks: int, job: Any) -> tuple[list[Any], bool, bool]:
    """How far the load is."""
    drawn, over = _progress(_number(job), session.words())
    return drawn, over, over


@callback(
    Output("load-cancel", "disabled"),
    Input("load-cancel", "n_clicks"),
    State("load-job", "data"),
    prevent_initial_call=True,
)
def cancel(clicks: int | None, job: Any) -> bool:
    """Ask the load to stop; nothing of it stays."""
    if not clicks:
        return False
    jobs.cancel(session.store(), session.actor(), _number(job))
    return True
