"""Surveys for other programs: the dark figure and perception as CSV."""

from __future__ import annotations

from flask import Blueprint, Response, request

from components import surveys_out, tables_out
from services import surveys
from web import export
from web.session import actor, store, words

blueprint = Blueprint("surveys", __name__, url_prefix="/export")


@blueprint.get("/dark-figure.csv")
def dark_figure() -> Response:
    """Every share of the dark figure page; takes its `where`."""
    found = surveys.export_dark_figure(store(), actor(), request.args.get("where", ""))
    pieces = tables_out.table(surveys_out.DARK, surveys_out.dark(found, words()), export.dialect())
    return export.attachment(pieces, f"atalaya-{words().text('surveys.file.dark')}.csv", "csv")


@blueprint.get("/perception.csv")
def perception() -> Response:
    """Every share of the perception page."""
    found = surveys.export_perception(store(), actor())
    pieces = tables_out.table(surveys_out.FELT, surveys_out.felt(found, words()), export.dialect())
    return export.attachment(pieces, f"atalaya-{words().text('surveys.file.felt')}.csv", "csv")
