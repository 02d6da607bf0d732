"""The JSON twin: the same questions and the same numbers as the pages, for a session or a token."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify

from domain.exploration import Exploration, Rank
from domain.filter import Filter, Ground
from services.ground import ground
from services.incidents import explore
from web.session import actor, query, store, words

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/incidents/summary")
def summary() -> Response:
    """The numbers of the heat map page; takes the filter's keys."""
    held = ground(store())
    answer = explore(store(), actor(), Filter.from_query(query(), held))
    return jsonify(twin(answer, held))


def twin(answer: Exploration, held: Ground) -> dict[str, Any]:
    """An exploration as JSON, with the question it answers in words and as a query."""
    asked = answer.filter
    return {
        "query": asked.to_query(),
        "sentence": asked.describe(words(held.precincts)),
        "notes": list(asked.notes),
        "snapshot": answer.snapshot,
        "data_to": held.last.isoformat(),
        "total": answer.total,
        "places": asdict(answer.places) | {"unmapped": answer.places.unmapped},
        "compare": _comparison(answer),
        "by_type": [_line(rank) for rank in answer.by_type],
        "by_vehicle": [_line(rank) for rank in answer.by_vehicle],
        "by_item": [_line(rank) for rank in answer.by_item],
        "by_precinct": [_line(rank) for rank in answer.by_precinct],
        "matrix": answer.matrix,
        "hour_unknown": answer.hour_unknown,
        "series": [_plain(asdict(week)) for week in answer.series],
        "legend": asdict(answer.legend),
        "sensitive_left_out": answer.sensitive_left_out,
    }


def _comparison(answer: Exploration) -> dict[str, Any] | None:
    if answer.other is None or answer.change is None:
        return None
    return _plain({"from": answer.other.start, "to": answer.other.end, **asdict(answer.change)})


def _line(rank: Rank) -> dict[str, Any]:
    line: dict[str, Any] = {"code": rank.code, "count": rank.count}
    return line if rank.change is None else line | {"change": asdict(rank.change)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
