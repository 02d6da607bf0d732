"""What the pages of imports send and fetch outside of callbacks: a file, the rejected rows, an import undone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from domain.people import Permission
from services import imports
from web import uploading
from web.session import actor, store, words

blueprint = Blueprint("imports", __name__, url_prefix="/imports")


def form_token() -> str:
    """What a form must send back, so that no other site can send it."""
    return str(generate_csrf())


@blueprint.post("/upload")
def upload() -> Response:
    """Take the body as a file."""
    return uploading.take(Permission.IMPORT)


@blueprint.get("/<int:batch>/rejects.csv")
def rejects(batch: int) -> Response:
    """The rejected rows in their source's layout, to be mended and loaded again."""
    said = words()

    def say(reason: str, detail: dict[str, Any]) -> str:
        return said.text(f"rejects.{reason}", **detail)

    response = Response(imports.rejects_csv(store(), actor(), batch, say), mimetype="text/csv")
    name = said.text("loading.rejects_file", batch=str(batch))
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.post("/<int:batch>/undo")
def undo(batch: int) -> ResponseReturnValue:
    """Take an import out again and show what became of it."""
    imports.undo(store(), actor(), batch)
    return redirect(f"/imports?batch={batch}")
