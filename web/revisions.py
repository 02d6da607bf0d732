"""Closed months of adoption: the sheet as PDF, the record as it was hashed, and closing one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from components import revision_sheet
from services import revisions
from web.session import actor, here, language, store, words

blueprint = Blueprint("revisions", __name__, url_prefix="/adoption/revisions")


@blueprint.get("/<month>.pdf")
def sheet(month: str) -> Response:
    """The table of all precincts and a page for each that the reader may see, or for the one of `precinct`.

    `lang` is es, en or both; `download` saves it in the place of showing it.
    """
    closed, codes = revisions.sheet(store(), actor(), month, request.args.get("precinct", ""))
    spoken = revision_sheet.languages(request.args.get("lang", ""), language())
    drawn = revision_sheet.pdf(closed, codes, spoken, here().zone)
    kind = "attachment" if request.args.get("download") else "inline"
    return _file(drawn, "application/pdf", kind, words().text("revisions.file", month=month))


@blueprint.get("/<month>.json")
def record(month: str) -> Response:
    """The text that was hashed, byte for byte; the header X-SHA256 holds its hash."""
    closed = revisions.whole(store(), actor(), month)
    response = _file(closed.text, "application/json", "attachment", f"atalaya-{month}.json")
    response.headers["X-SHA256"] = closed.sha256
    return response


@blueprint.post("/<month>/close")
def close(month: str) -> ResponseReturnValue:
    """Close a month and show it."""
    closed = revisions.close(store(), actor(), month)
    return redirect(f"/adoption/revisions?month={closed.month}")


def _file(content: str | bytes, kind: str, disposition: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", disposition, filename=name)
    response.cache_control.no_store = True
    return response
