"""Whether this process can answer; load balancers and service managers ask."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from web.session import store

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    try:
        with store().engine.connect() as connection:
            connection.execute(text("select 1 from users"))
    except SQLAlchemyError:
        return {"status": "not ready"}, 503
    return {"status": "ok"}
