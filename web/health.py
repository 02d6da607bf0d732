"""Whether this process can answer; load balancers and service managers ask."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services import health
from web.session import store

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    return {"status": "ok"} if health.ready(store()) else ({"status": "not ready"}, 503)
