"""Whether this process can answer; load balancers and service managers ask."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services import health
from web.session import house

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    found = house()
    return {"status": "ok"} if health.ready(found.store, found.desk) else ({"status": "not ready"}, 503)
