"""Adoption for other programs: the JSON twin of the page, and its table as CSV."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from components import adoption_out, tables_out
from domain.adoption_question import Question
from services import adoption
from web import export
from web.session import actor, query, store, words

blueprint = Blueprint("adoption", __name__)


@blueprint.get("/api/v1/adoption")
def twin() -> Response:
    """The rows and totals of the adoption page; takes its `day`."""
    return jsonify(adoption_out.twin(adoption.standing(store(), actor(), _asked().day), words()))


@blueprint.get("/export/adoption.csv")
def table() -> Response:
    """The same as a table."""
    found = adoption.export(store(), actor(), _asked().day)
    pieces = tables_out.table(adoption_out.COLUMNS, adoption_out.lines(found, words()), export.dialect())
    stem = f"atalaya-{words().text('adoption_out.file')}-{found.day.isoformat()}"
    return export.attachment(pieces, f"{stem}.csv", "csv")


def _asked() -> Question:
    return Question.from_query({key: values[-1] for key, values in query().items()})
