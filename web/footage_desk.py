"""What the staff desk sends: the forms of a case, its files, its manifest. A form's answer is JSON: what to show, or
what is wrong at which field; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from components import (
    footage_case,
    footage_case_moves,
    footage_statistics,
    letter_sheet,
    revision_sheet,
    tables_out,
)
from components.markup import markup
from config.jurisdiction import codes, jurisdiction
from data_access.desk import Desk
from domain.errors import DomainError, Forbidden, Illegal, Invalid, NotFound, Stale, Unproved
from domain.footage.case import Case, Sheet
from domain.footage.codes import shown
from domain.footage.states import Resolution, Status
from domain.people import Actor, Permission, require
from services import clock
from services.footage import cases, custody, delivery, letters, moving, papers, placing, statistics
from web import errors, public
from web.export import attachment, dialect
from web.session import actor, desk, here, language, settings, site, store, words

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
LASTING = 120  # seconds that an opened file may be fetched


@dataclass(frozen=True, slots=True)
class Form:
    """What a form holds, as text."""

    folio: str

    def __call__(self, name: str) -> str:
        return request.form.get(name, "")

    @property
    def told(self) -> dict[str, str]:
        return request.form.to_dict()

    @property
    def version(self) -> int:
        text = self("version")
        if not text.isdecimal() or len(text) > 9:
            raise Invalid("malformed")
        return int(text)

    @property
    def after(self) -> Status:
        return _one_of(Status, self("after"))

    @property
    def resolution(self) -> Resolution | None:
        return _one_of(Resolution, self("resolution")) if self("resolution") else None


def _one_of(kind: Any, text: str) -> Any:
    if text not in tuple(kind):
        raise Invalid("malformed")
    return kind(text)


# --- moves and what goes with them -----------------------------------------------------------------------------


@blueprint.post("/case/<folio>/<act>")
def act(folio: str, act: str) -> ResponseReturnValue:
    """One of the forms of a case."""
    require(actor(), Permission.CASES)
    if act not in ACTS:
        raise NotFound("not_found")
    return answered(folio, lambda: ACTS[act](Form(folio)))


def _move(form: Form) -> dict[str, Any]:
    moving.move(desk(), actor(), form.folio, form.version, form.after, form.resolution, form.told)
    return {}


def _agree(form: Form) -> dict[str, Any]:
    if form.resolution is None:
        raise Invalid("malformed")
    moving.agree(desk(), actor(), form.folio, form.version, form.resolution, form.told)
    return {}


def _assign(form: Form) -> dict[str, Any]:
    moving.assign(desk(), actor(), form.folio, form.version, form.told)
    return {}


def _extend(form: Form) -> dict[str, Any]:
    moving.extend(desk(), actor(), form.folio, form.version, form.told)
    return {}


def _identify(form: Form) -> dict[str, Any]:
    moving.identify(desk(), actor(), form.folio, form.told)
    return {}


def _note(form: Form) -> dict[str, Any]:
    moving.note(desk(), actor(), form.folio, form.told)
    return {}


def _conflict(form: Form) -> dict[str, Any]:
    moving.conflict(desk(), actor(), form.folio)
    return {}


def _identity(form: Form) -> dict[str, Any]:
    known = cases.identity(desk(), actor(), form.folio, form("purpose"))
    return {"shown": markup(footage_case_moves.person(known, words()))}


def _viewing(form: Form) -> dict[str, Any]:
    at = _instant(form, "at")
    if at is None:
        raise Invalid("footage.incomplete", fields={"at": "missing"})
    delivery.appoint(desk(), actor(), form.folio, at)
    return {}


def _instant(form: Form, name: str) -> int | None:
    """What a field says by the clock of the case's law; None where it says no time."""
    zone = jurisdiction(cases.sheet(desk(), actor(), form.folio).case.jurisdiction).zone
    try:
        return int(datetime.fromisoformat(form(name)).replace(tzinfo=ZoneInfo(zone)).timestamp())
    except (ValueError, OverflowError):
        return None


ACTS: dict[str, Callable[[Form], dict[str, Any]]] = {
    "move": _move,
    "agree": _agree,
    "assign": _assign,
    "extend": _extend,
    "identify": _identify,
    "note": _note,
    "conflict": _conflict,
    "identity": _identity,
    "viewing": _viewing,
}


@blueprint.post("/case/<folio>/hold/<int:hold>/<act>")
def hold(folio: str, hold: int, act: str) -> ResponseReturnValue:
    """Confirm a hold, say what the search of it came to, hold a camera as it, prolong it, or let it go."""
    require(actor(), Permission.CASES)
    acts = {
        "confirm": custody.confirm,
        "locate": custody.locate,
        "place": _place,
        "prolong": custody.prolong,
        "release": custody.release,
    }
    if act not in acts:
        raise NotFound("not_found")
    return answered(folio, lambda: acts[act](desk(), actor(), folio, hold, Form(folio).told) or {})


def _place(desk: Desk, actor: Actor, folio: str, hold: int, told: Mapping[str, str]) -> None:
    form = Form(folio)
    placing.place(desk, actor, folio, hold, form("camera"), _instant(form, "starts"), _instant(form, "ends"))


@blueprint.get("/case/<folio>/letter/<int:number>")
def letter(folio: str, number: int) -> str:
    """A letter of a case, to be printed."""
    return render_template("letter.html", letter=letters.read(desk(), actor(), _letter(folio, number)))


@blueprint.get("/case/<folio>/paper/<paper>.pdf")
def paper(folio: str, paper: str) -> Response:
    """An official letter of a case, to be printed and signed. `lang` is es, en or both."""
    spoken = revision_sheet.languages(request.args.get("lang", ""), language())
    prints = papers.printed(desk(), actor(), folio, paper, spoken)
    zone = jurisdiction(settings().jurisdiction).zone
    made = Response(letter_sheet.pdf(prints, here().name, zone), mimetype="application/pdf")
    made.headers.set("Content-Disposition", "inline", filename=letter_sheet.name(prints[0], words()))
    made.cache_control.no_store = True
    return made


@blueprint.post("/case/<folio>/letter/<int:number>/handed")
def handed(folio: str, number: int) -> ResponseReturnValue:
    """Note that a letter was given to who asked."""
    return answered(folio, lambda: letters.handed_over(desk(), actor(), _letter(folio, number)) or {})


def _letter(folio: str, number: int) -> int:
    """The number of a letter, if it is of the case."""
    if all(one.id != number for one in cases.sheet(desk(), actor(), folio).letters):
        raise NotFound("letters.unknown", letter=str(number))
    return number


# --- files -----------------------------------------------------------------------------------------------------


@blueprint.post("/case/<folio>/evidence")
def upload(folio: str) -> ResponseReturnValue:
    """Take the body as a file of a case, encrypted as it comes in; the query says which and with what it was made."""
    require(actor(), Permission.CASES)
    told = request.args.to_dict()

    def keep() -> dict[str, Any]:
        kind, name, most = told.get("kind", ""), told.get("name", ""), settings().max_upload_mb
        custody.keep(desk(), actor(), folio, kind, name, request.stream, most, told)
        return {}

    return answered(folio, keep)


@blueprint.post("/case/<folio>/evidence/<piece>/<act>")
def piece(folio: str, piece: str, act: str) -> ResponseReturnValue:
    """Say what a file is opened for, compare it with the chain, or make a link that opens it."""
    require(actor(), Permission.CASES)
    acts = {"open": _open, "verify": _verify, "link": _link}
    if act not in acts:
        raise NotFound("not_found")
    return answered(folio, lambda: {"shown": markup(acts[act](folio, piece))})


def _open(folio: str, id: str) -> Any:
    what_for = request.form.get("use", "")
    opened = custody.use(desk(), actor(), folio, id, what_for)
    ticket = _tickets().dumps([actor().id, folio, id, what_for])
    return footage_case_moves.opened(f"/desk/evidence/{ticket}", opened.name, words())


def _verify(folio: str, id: str) -> Any:
    return footage_case_moves.verified(custody.verify(desk(), actor(), folio, id), words())


def _link(folio: str, id: str) -> Any:
    secret = delivery.link(desk(), actor(), folio, id)
    # Where the public has a site of its own, only the settings know its name.
    known = settings().public_url or settings().face == "both"
    return footage_case_moves.link(site().rstrip("/") if known else "", f"/footage/download#{secret}", words())


@blueprint.get("/evidence/<ticket>")
def evidence(ticket: str) -> Response:
    """A file that was opened a moment ago, for who opened it alone; role and case are asked again, every time it is
    fetched is in the chain."""
    require(actor(), Permission.CASES)
    try:
        who, folio, id, what_for = _tickets().loads(ticket, max_age=LASTING)
    except (BadData, ValueError, TypeError):
        raise NotFound("footage.no_file") from None
    if who != actor().id:
        raise Forbidden("forbidden")
    found, blocks = custody.read(desk(), actor(), folio, id, what_for)
    return public.File(found.media, found.name, found.bytes, blocks).sent()


@blueprint.get("/case/<folio>/manifest")
def manifest(folio: str) -> Response:
    """Every file of a case with its hash, signed."""
    found = jsonify(custody.export_manifest(store(), desk(), actor(), folio))
    found.headers.set("Content-Disposition", "attachment", filename=f"{shown(folio)}.json")
    return found


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="desk.evidence")


# --- statistics ------------------------------------------------------------------------------------------------


@blueprint.get("/statistics.csv")
def statistics_csv() -> Response:
    """The statistics of requests, in codes, of every quarter that is over."""
    lines = statistics.export(store(), desk(), actor(), *_today())
    return attachment(
        tables_out.table(footage_statistics.COLUMNS, footage_statistics.rows(lines), dialect()), "requests.csv", "csv"
    )


def told() -> list[statistics.Line]:
    """The statistics as far as the desk knows them. Raises Forbidden."""
    return statistics.listed(desk(), actor(), *_today())


def _today() -> tuple[str, date]:
    zone = jurisdiction(settings().jurisdiction).zone
    return zone, datetime.fromtimestamp(clock.now(), ZoneInfo(zone)).date()


def grounds(language: str) -> dict[str, str]:
    """What the laws refuse for, by code."""
    return {one.code: one.text[language] for code in codes() for one in jurisdiction(code).grounds}


# --- answers ---------------------------------------------------------------------------------------------------


def ground(case: Case) -> footage_case.Ground:
    """What the page of a case needs to be said."""
    law, said = jurisdiction(case.jurisdiction), words()
    grounds = {one.code: one.text[said.language] for one in law.grounds}
    return footage_case.Ground(said, law.zone, clock.now(), actor().email, grounds)


def answered(folio: str, do: Callable[[], dict[str, Any] | None]) -> ResponseReturnValue:
    """What a form came to, as JSON."""
    try:
        return jsonify(do() or {})
    except (Invalid, Stale, Unproved) as error:
        return jsonify(_refused(folio, error)), error.status


def _refused(folio: str, error: DomainError) -> dict[str, Any]:
    """What went wrong, by field where it is one; where the case is not as its reader thinks, how it is now."""
    said, wrong = words(), error.details.get("fields")
    told: dict[str, Any] = {"error": error.code, "message": errors.sentences(error)[1]}
    if isinstance(wrong, dict):
        told["fields"] = {name: said.text(f"desk.wrong.{reason}") for name, reason in wrong.items()}
    if isinstance(error, Unproved):
        told["again"] = True
    if isinstance(error, Stale | Illegal):
        sheet: Sheet = cases.sheet(desk(), actor(), folio)
        told |= {"version": sheet.case.version, "parts": footage_case.now(sheet, ground(sheet.case))}
    return told
