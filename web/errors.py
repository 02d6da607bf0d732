"""The one place that turns what went wrong into a page, a notice or a status. No caller ever sees a traceback."""

from __future__ import annotations

import logging
import secrets

from dash.exceptions import DependencyException
from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from components import shell
from domain.errors import DomainError, Forbidden, NotFound, Unproved
from services import audit
from web import public_shell
from web.session import actor, house, words

log = logging.getLogger("atalaya")

SIGNED_OUT = 401  # a browser's cue to sign in again
REFUSED = (SIGNED_OUT, 403, 429)  # what is written to the log, whoever asked
CODES = {400: "malformed", 404: "not_found", 405: "method", 413: "too_large", 415: "malformed"}
PERSONS = frozenset(
    {
        "/",
        "/<path:path>",
        "imports.rejects",
        "imports.undo",
        "tables.problems",
        "tables.refused",
        "tables.withdraw",
        "revisions.sheet",
        "revisions.record",
        "revisions.close",
        "forecast.places",
        "forecast.scores",
        "forecast.exposure",
        "forecast.run",
        "forecast.cancel",
        "forecast.switch",
        "desk.evidence",
        "desk.manifest",
        "desk.letter",
        "desk.paper",
    }
)
ROOMS = ("security", "directory", "password", "second_factor", "public")  # blueprints of pages alone


class Unexpected(DomainError):
    """Something that nobody foresaw; the id finds it in the log."""

    status = 500


def listen(server: Flask) -> None:
    server.register_error_handler(DomainError, answer)
    server.register_error_handler(CSRFError, lambda error: answer(_Refused("cross_site")))
    server.register_error_handler(HTTPException, _http)
    server.register_error_handler(DependencyException, lambda error: answer(NotFound("not_found")))
    server.register_error_handler(Exception, lambda error: answer(logged(error)))
    server.after_request(_tell)


def answer(error: DomainError) -> ResponseReturnValue:
    """A page for a person, JSON for a program; the sentence is in the reader's language."""
    title, sentence = sentences(error)
    refused(error)
    if request.blueprint == "public" or (house().store is None and not request.path.startswith("/api/")):
        return public_shell.error(title, sentence), status(error)
    if for_a_person():
        return render_template("error.html", title=title, sentence=sentence), status(error)
    told = {"error": error.code, "message": sentence, "notices": shell.notice(words(), sentence)}
    if isinstance(error, Unproved):
        told["again"] = True  # the browser asks for the proof, and then once more for what was refused
    return jsonify(told), status(error)


def status(error: DomainError) -> int:
    return SIGNED_OUT if error.code == "signed_out" else error.status


def sentences(error: DomainError) -> tuple[str, str]:
    """A heading and what to do next."""
    said = words()
    return said.text("accounts.error_title"), said.error(error)


def logged(error: Exception) -> Unexpected:
    """What to tell of an error that nobody foresaw, which is written to the log under the same id."""
    id = secrets.token_hex(4)
    log.error("%s %r failed: %s", request.method, request.path, id, exc_info=error)
    return Unexpected("unexpected", id=id)


def for_a_person() -> bool:
    """Whether a browser shows the answer as a page."""
    return request.endpoint in PERSONS or request.blueprint in ROOMS


def refused(error: DomainError) -> None:
    """Let the log tell of a refusal, and the audit log of who was signed in and asked for what is not theirs."""
    if status(error) in REFUSED or error.code == "malformed":
        g.refused = error.code
    barred = isinstance(error, Forbidden) and not isinstance(error, Unproved)
    record = house().store
    if barred and record is not None and actor().id:
        audit.refused(record, actor(), _route(), error.code)


def _tell(response: Response) -> Response:
    """A line for each refusal: why, where, who and from which address. Nothing that was sent is in it."""
    if (why := g.get("refused")) or response.status_code in REFUSED:
        told = (why or response.status_code, request.method, _route(), actor().id or "nobody", request.remote_addr)
        log.warning("refused (%s): %s %s, by %s from %s", *told)
    return response


def _route() -> str:
    """What was asked for, without its values: the page that it belongs to, else Flask's name of the address."""
    return str(g.get("route") or request.endpoint or "no route")


class _Refused(DomainError):
    status = 403


def _http(error: HTTPException) -> ResponseReturnValue:
    """Flask's own refusals, in the portal's words; redirects pass."""
    code = error.code or 500
    if isinstance(error, SecurityError):  # a name that is not this site's: a page would lead back to it
        g.refused = "host"
        return Response("", code, mimetype="text/plain")
    if code < 400:
        return error.get_response()
    told = DomainError(CODES.get(code, "malformed"), megabytes=(request.max_content_length or 0) / 2**20)
    told.status = code
    return answer(told)
