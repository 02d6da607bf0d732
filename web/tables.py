"""What the page of tables sends and fetches outside of callbacks: a file, its problems, a delivery withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from components import tables_out
from domain.errors import Invalid
from domain.people import Permission
from domain.tables import Counting, Kind, Problem, Terms
from services import tables, uploads
from web import export, uploading
from web.session import actor, store, words

blueprint = Blueprint("tables", __name__, url_prefix="/tables")


@blueprint.post("/upload")
def upload() -> Response:
    """Take the body as a file."""
    return uploading.take(Permission.TABLES)


@blueprint.get("/problems.csv")
def problems() -> Response:
    """What is wrong in an uploaded file, row by row, as the query says to take it."""
    path = uploads.path(store(), actor(), request.args.get("upload", ""), Permission.TABLES)
    return _table(tables.look(store(), actor(), path, terms(request.args)).problems)


@blueprint.get("/<int:delivery>/problems.csv")
def refused(delivery: int) -> Response:
    """Why a delivery was refused, row by row."""
    return _table(tables.find(store(), actor(), delivery).problems)


@blueprint.post("/<int:delivery>/withdraw")
def withdraw(delivery: int) -> ResponseReturnValue:
    """Let a delivery count no more and show it."""
    tables.withdraw(store(), actor(), delivery)
    return redirect(f"/tables?delivery={delivery}")


def terms(given: Mapping[str, object]) -> Terms:
    """How a table is to be taken, as the page's form says. Raises Invalid for what no form sends."""
    kind, counting = given.get("kind"), given.get("counting") or Counting.CUMULATIVE
    source = given.get("source") or ""
    if kind not in list(Kind) or counting not in list(Counting) or not isinstance(source, str):
        raise Invalid("malformed")
    return Terms(Kind(str(kind)), Counting(str(counting)), bool(given.get("known")), source.strip()[:200])


def _table(found: tuple[Problem, ...]) -> Response:
    said = words()
    columns = [said.text("tables.heads.line"), "reason", said.text("tables.heads.problem")]
    lines = ((one.line, one.reason, said.text(f"tables.problems.{one.reason}", **one.details)) for one in found)
    return export.attachment(
        tables_out.table(columns, lines, export.dialect()), said.text("tables.problems_file"), "csv"
    )
