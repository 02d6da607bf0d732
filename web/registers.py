"""What the page of registers sends and fetches outside of callbacks: a table of cameras, and what is wrong with it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from components import register_import, tables_out
from domain.people import Permission
from services import registers, uploads
from web import export, uploading
from web.session import actor, desk, settings, store, words

blueprint = Blueprint("registers", __name__, url_prefix="/registers")


@blueprint.post("/upload")
def upload() -> Response:
    """Take the body as a file."""
    return uploading.take(Permission.REGISTERS)


@blueprint.get("/problems.csv")
def problems() -> Response:
    """What is wrong in an uploaded table, row by row; the query holds what the form says of all its cameras."""
    said, given = words(), request.args.to_dict()
    path = uploads.path(store(), actor(), given.pop("upload", ""), Permission.REGISTERS)
    found = registers.look(store(), desk(), actor(), path, given, settings().jurisdiction).problems
    columns = [said.text("registers.heads.line"), "field", "reason", said.text("registers.heads.problem")]
    rows = ((one.line or "", one.field, one.reason, register_import.sentence(one, said)) for one in found)
    return export.attachment(
        tables_out.table(columns, rows, export.dialect()), said.text("registers.take.problems_file"), "csv"
    )
