"""What whoever audits found about a view of who asks; the answer is JSON, as of every form of the desk."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from config.jurisdiction import jurisdiction
from domain.errors import Invalid
from domain.people import Permission, require
from services.footage import reviewing
from web.footage_desk import answered
from web.session import actor, desk, settings, store

blueprint = Blueprint("review", __name__, url_prefix="/desk")


@blueprint.post("/review")
def mark() -> ResponseReturnValue:
    """Mark a drawn view."""
    require(actor(), Permission.REVIEW)
    told = request.form.to_dict()
    view = told.get("view", "")
    if not view.isdecimal() or len(view) > 15:
        raise Invalid("malformed")
    return answered("", lambda: reviewing.mark(desk(), store(), actor(), zone(), told.get("week", ""), int(view), told))


def zone() -> str:
    return jurisdiction(settings().jurisdiction).zone
