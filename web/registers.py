"""What the page of registers sends outside of callbacks: a table of cameras."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from domain.people import Permission
from services import uploads
from web.session import actor, settings, store

blueprint = Blueprint("registers", __name__, url_prefix="/registers")


@blueprint.post("/upload")
def upload() -> Response:
    """Take the body as a file, written to disk as it comes; `name` is what its sender calls it."""
    name, most = request.args.get("name", ""), settings().max_upload_mb
    return jsonify(upload=uploads.keep(store(), actor(), name, request.stream, most, Permission.REGISTERS))
