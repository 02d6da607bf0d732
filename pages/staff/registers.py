"""The public registers: cameras, algorithms, agreements; entries and versions, and a city's table of cameras."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from dash import ALL, Input, Output, State, callback, ctx, html, no_update, register_page

from components import import_steps, register_card, register_form, register_import, register_lists
from components.register_form import FIELD
from config.jurisdiction import jurisdiction
from domain.errors import DomainError, Invalid
from domain.forecast.sealed import Target
from domain.people import Permission, may
from domain.registers import agreements as agreement_fields
from domain.registers import algorithms as algorithm_fields
from domain.registers import cameras as camera_fields
from domain.registers.algorithms import About
from domain.registers.fields import Entry, Field, Problem
from locales import Words
from services import clock, registers, uploads
from services.forecast import card as forecast_card
from services.forecast import runs, tracking
from services.ground import ground
from web import session

register_page(
    __name__,
    path="/registers",
    title="Atalaya",
    label="registers.nav",
    icon="tower",
    group="public",
    permission=Permission.REGISTERS,
)

FIELDS = {
    "camera": camera_fields.FIELDS,
    "algorithm": algorithm_fields.FIELDS + algorithm_fields.PLACES,
    "agreement": agreement_fields.FIELDS,
}
VIEWS = {"camera": "cameras", "algorithm": "algorithms", "agreement": "agreements"}
READ: Mapping[str, Callable[..., list[Any]]] = {
    "camera": registers.camera,
    "algorithm": registers.algorithm,
    "agreement": registers.agreement,
}
WRITE: Mapping[str, Callable[..., tuple[str, list[Problem]]]] = {
    "camera": registers.save_camera,
    "algorithm": registers.save_algorithm,
    "agreement": registers.save_agreement,
}
EVERY = State({"type": FIELD, "name": ALL, "language": ALL}, "value")


def layout(
    view: str = "", edit: str = "", saved: str = "", upload: str = "", q: str = "", start: str = "0", **more: str
) -> html.Div:
    """A register as a table or, with `edit`, one of its entries; with `upload` a table that was sent.

    With `card` the form of an algorithm is filled in from the newest forecast of a target.
    """
    words = session.words(ground(session.store()).precincts)
    if view == "import" or upload:
        return register_lists.page("import", _import(upload, words), words)
    subject = next((one for one, name in VIEWS.items() if name == view), "camera")
    first = int(start) if start.isdecimal() and len(start) < 6 else 0
    if edit:
        return register_lists.page(VIEWS[subject], _entry(subject, edit, more.get("card", ""), words), words)
    body = [*_saved(subject, saved, words), *_list(subject, q, first, words)]
    return register_lists.page(VIEWS[subject], body, words)


def _list(subject: str, wanted: str, start: int, words: Words) -> list[Any]:
    desk, actor = session.desk(), session.actor()
    if subject == "algorithm":
        return register_lists.algorithms(registers.algorithms(desk, actor), _today(), words)
    if subject == "agreement":
        return register_lists.agreements(registers.agreements(desk, actor), words)
    return register_lists.cameras(registers.cameras(desk, actor), wanted[:80], start, _today(), words)


def _saved(subject: str, code: str, words: Words) -> list[Any]:
    return [register_lists.saved(code, _history(subject, code)[-1].version, words)] if code else []


def _entry(subject: str, code: str, card: str, words: Words) -> list[Any]:
    """The form of an entry, or of a new one, over its versions."""
    history = [] if code == "new" else _history(subject, code)
    before = history[-1].entry if history else {"precision": _precision()} if subject == "camera" else {}
    version = history[-1].version if history else 0
    forecasts = _forecasts(subject, before)
    chosen = next((one for one in forecasts if register_card.asked(one) == card), None)
    shown, told = _filled(chosen, before, words) if chosen else (_shown(subject, before, words), [])
    gone = before.get("status") == camera_fields.Status.REMOVED
    retire = [register_form.retire(words)] if history and subject == "camera" and not gone else []
    return [
        *register_card.ways(code, forecasts, words),
        *told,
        html.Div(_form(subject, "" if code == "new" else code, shown, [], words), id="register-form"),
        register_form.known(subject, "" if code == "new" else code, version),
        *retire,
        *([register_form.history(history, session.here().zone, words)] if history else []),
    ]


def _shown(subject: str, entry: Entry, words: Words) -> dict[str, Any]:
    return register_form.shown(entry, FIELDS[subject], words)


def _forecasts(subject: str, before: Entry) -> list[Target]:
    """What was forecast, where an entry may be about that: a new one, or one about places."""
    if subject != "algorithm" or before.get("about", About.PLACES) != About.PLACES:
        return []
    if not may(session.actor(), Permission.FORECAST):
        return []
    return sorted({one.target for one in runs.listing(session.store(), session.actor())})


def _filled(target: Target, before: Entry, words: Words) -> tuple[dict[str, Any], list[Any]]:
    """An entry as the newest forecast of a target fills it in, and what is told of that; nothing is written."""
    store, actor = session.store(), session.actor()
    entry = forecast_card.draft(store, actor, target, before)
    shown, parts = _shown("algorithm", entry, words), FIELDS["algorithm"]
    sealed = tracking.coming(store, actor, target).sealed
    old = _shown("algorithm", before, words)
    return shown, [register_card.notice(sealed, old, shown, parts, session.here().zone, words)]


def _form(subject: str, code: str, given: Mapping[str, Any], problems: list[Problem], words: Words) -> html.Div:
    title = code or words.text(f"registers.new_{subject}")
    parts: tuple[Field, ...] = FIELDS[subject]
    return register_form.form(subject, title, parts, given, problems, words)


def _history(subject: str, code: str) -> list[Any]:
    desk, actor = session.desk(), session.actor()
    return READ[subject](desk, actor, code)


def _import(upload: str, words: Words) -> list[Any]:
    if not upload:
        return register_import.choose(session.settings().max_upload_mb, registers.columns(), words)
    path = uploads.path(session.store(), session.actor(), upload, Permission.REGISTERS)
    return register_import.form(path.name, upload, _precision(), words)


def _precision() -> str:
    """How exactly the law of the place lets a camera be told."""
    return jurisdiction(session.settings().jurisdiction).camera_precision


def _today() -> date:
    return datetime.fromtimestamp(clock.now(), UTC).date()


# --- an entry --------------------------------------------------------------------------------------------------


@callback(
    Output("register-form", "children"),
    Output("_pages_location", "href", allow_duplicate=True),
    Input("register-save", "n_clicks"),
    EVERY,
    State("register-entry", "data"),
    prevent_initial_call=True,
)
def save(clicks: int | None, _values: Any, entry: Any) -> Any:
    """Write the entry and go to its list, or say by field what is wrong; nothing typed is lost."""
    subject, code, version = _opened(entry)
    if not clicks:  # Dash calls it once when the button appears
        return no_update, no_update
    given = register_form.given(ctx.states_list[0])
    named, problems = WRITE[subject](session.store(), session.desk(), session.actor(), code, given, version)
    if problems:
        return _form(subject, code, given, problems, session.words()), no_update
    return no_update, f"/registers?{urlencode({'view': VIEWS[subject], 'saved': named})}"


@callback(
    Output("_pages_location", "href", allow_duplicate=True),
    Input("register-retire", "n_clicks"),
    State("register-entry", "data"),
    prevent_initial_call=True,
)
def retire(clicks: int | None, entry: Any) -> Any:
    """Say that a camera is gone."""
    subject, code, version = _opened(entry)
    if not clicks or subject != "camera":
        return no_update
    registers.retire_camera(session.store(), session.desk(), session.actor(), code, version)
    return f"/registers?{urlencode({'view': 'cameras', 'saved': code})}"


def _opened(entry: Any) -> tuple[str, str, int]:
    """Subject, code and version of the entry that the form is of. Raises Invalid for what no form sends."""
    told = entry if isinstance(entry, dict) else {}
    subject, code, version = told.get("subject"), told.get("code"), told.get("version")
    if (
        not isinstance(subject, str)
        or subject not in VIEWS
        or not isinstance(code, str)
        or not isinstance(version, int)
    ):
        raise Invalid("malformed")
    return subject, code, version


# --- a table ---------------------------------------------------------------------------------------------------


@callback(
    Output("register-seen", "children"),
    Output("register-take", "disabled"),
    Input("register-look", "n_clicks"),
    EVERY,
    State("register-upload", "data"),
)
def look(_clicks: int | None, _values: Any, token: Any) -> Any:
    """What taking the table would do."""
    store, actor, words = session.store(), session.actor(), session.words()
    path = uploads.path(store, actor, str(token), Permission.REGISTERS)
    given = register_form.given(ctx.states_list[0])
    try:
        found = registers.look(store, session.desk(), actor, path, given, session.settings().jurisdiction)
    except DomainError as problem:
        return [import_steps.problem(words.error(problem))], True
    return register_import.look(found, _problems(token, given), words), bool(
        found.problems
    ) or not found.new + found.changed


@callback(
    Output("register-seen", "children", allow_duplicate=True),
    Output("_pages_location", "href", allow_duplicate=True),
    Input("register-take", "n_clicks"),
    EVERY,
    State("register-upload", "data"),
    prevent_initial_call=True,
)
def take(clicks: int | None, _values: Any, token: Any) -> Any:
    """Take the table whole and show the register, or say what is wrong."""
    if not clicks:
        return no_update, no_update
    store, actor, words = session.store(), session.actor(), session.words()
    path = uploads.path(store, actor, str(token), Permission.REGISTERS)
    given = register_form.given(ctx.states_list[0])
    found = registers.take(store, session.desk(), actor, path, given, session.settings().jurisdiction)
    if found.problems:
        return register_import.look(found, _problems(token, given), words), no_update
    uploads.discard(store, actor, str(token), Permission.REGISTERS)
    return no_update, "/registers?view=cameras"


def _problems(token: Any, given: Mapping[str, Any]) -> str:
    """Where what is wrong with a table is a file: the table is judged again as the form has it."""
    said = {name: value for name, value in given.items() if isinstance(value, str) and value}
    return f"/registers/problems.csv?{urlencode({**said, 'upload': str(token)})}"
