"""Files sent outside of callbacks, written to disk as they come."""

from __future__ import annotations

from flask import Response, jsonify, request

from domain.people import Permission
from services import uploads
from web.session import actor, settings, store


def take(needs: Permission) -> Response:
    """Keep the body as a file; `name` in the query is what its sender calls it."""
    name, most = request.args.get("name", ""), settings().max_upload_mb
    return jsonify(upload=uploads.keep(store(), actor(), name, request.stream, most, needs))
