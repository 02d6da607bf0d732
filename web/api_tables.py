"""Registrations handed in by a program: judged and stored whole, or refused with what is wrong in each row."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from domain.errors import Invalid
from domain.people import Permission, require
from domain.tables import Counting, Delivery, Kind, Status, Terms
from services import tables
from web.session import actor, store, words

blueprint = Blueprint("deliveries", __name__, url_prefix="/api/v1/adoption")
MOST_ROWS = 200_000


@blueprint.post("/registrations")
def registrations() -> ResponseReturnValue:
    """Take {"counting", "rows"} as JSON, or text/csv with `counting` in the query; 201 stored, 422 refused."""
    require(actor(), Permission.TABLES)
    body = request.get_data(cache=False)
    with TemporaryDirectory(prefix="atalaya-") as folder:
        path = Path(folder) / ("api.csv" if request.mimetype == "text/csv" else "api.json")
        counting = _of_csv(body) if path.suffix == ".csv" else _of_json(body)
        path.write_bytes(body)
        found = tables.deliver(store(), actor(), path, Terms(Kind.REGISTRATIONS, counting))
    return jsonify(_told(found)), 201 if found.status is Status.STORED else 422


def _of_csv(body: bytes) -> Counting:
    _bounded(body.count(b"\n"))
    return _counting(request.args.get("counting", Counting.CUMULATIVE))


def _of_json(body: bytes) -> Counting:
    if request.mimetype != "application/json":
        raise Invalid("tables.body")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("tables.body") from None
    if not isinstance(told, dict) or not isinstance(told.get("rows"), list):
        raise Invalid("tables.body")
    _bounded(len(told["rows"]))
    return _counting(told.get("counting", Counting.CUMULATIVE))


def _bounded(rows: int) -> None:
    if rows > MOST_ROWS:
        raise Invalid("tables.too_long", file="-", limit=MOST_ROWS)


def _counting(given: object) -> Counting:
    if given not in list(Counting):
        raise Invalid("tables.counting")
    return Counting(str(given))


def _told(found: Delivery) -> dict[str, object]:
    said = words()
    told: dict[str, object] = {"delivery": found.id, "status": found.status, "rows": found.rows}
    if found.status is Status.STORED:
        return told | {"stored": found.stored, "known": found.known}
    return told | {
        "problems": [
            {
                "line": one.line,
                "reason": one.reason,
                "sentence": said.text(f"tables.problems.{one.reason}", **one.details),
            }
            for one in found.problems
        ]
    }
