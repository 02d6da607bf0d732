"""What people take away of the question on screen: /export/... with the filter's keys and, where wished, `lang`."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, request

from components import export_note, map_image, picture_text, summary_out, tables_out
from components.zipped import Member, zipped
from domain.exports import Export, Note
from domain.filter import Filter
from locales import Words
from services import exports, pictures
from services.ground import ground
from web.session import actor, here, language, query, store, words

blueprint = Blueprint("exports", __name__, url_prefix="/export")


@blueprint.get("/incidents.csv")
def incidents_csv() -> Response:
    """One row for each incident."""
    export, rows = exports.incidents(store(), actor(), _asked(), "csv")
    said = words(export.precincts)
    lines = (tables_out.incident(row, said) for row in rows)
    return _file(tables_out.table(tables_out.COLUMNS, lines, dialect()), export, "incidents", "csv", said)


@blueprint.get("/incidents.zip")
def incidents_zip() -> Response:
    """The same table with the note that explains it."""
    export, rows = exports.incidents(store(), actor(), _asked(), "zip")
    said = words(export.precincts)
    lines = (tables_out.incident(row, said) for row in rows)
    table = tables_out.table(tables_out.COLUMNS, lines, dialect())
    note = export_note.readme(_note(export, said), said)
    members = [Member(said.text("exports.readme"), [tables_out.BYTE_ORDER_MARK + note])]
    members.append(Member(f"{_stem(export, 'incidents', said)}.csv", table))
    return _file(zipped(members), export, "incidents", "zip", said)


@blueprint.get("/incidents.geojson")
def incidents_geojson() -> Response:
    """The same incidents for maps; those without a point have a null geometry."""
    export, rows = exports.incidents(store(), actor(), _asked(), "geojson")
    said = words(export.precincts)
    pieces = tables_out.geojson(rows, export, _note(export, said), said)
    return _file(pieces, export, "incidents", "geojson", said)


@blueprint.get("/summary.csv")
def summary_csv() -> Response:
    """The counts of the page."""
    export = exports.summary(store(), actor(), _asked())
    said = words(export.precincts)
    lines = summary_out.lines(export, _note(export, said), said)
    return _file(tables_out.table(summary_out.COLUMNS, lines, dialect()), export, "summary", "csv", said)


@blueprint.get("/map.png")
def map_png() -> Response:
    """The map; `side=change` draws what changed in place of two maps side by side."""
    shown = pictures.picture(store(), actor(), _asked(), request.args.get("side"))
    said = words(shown.export.precincts)
    text = picture_text.written(shown.export, _note(shown.export, said), list(shown.panels), said)
    return _file([map_image.png(text, shown.panels, shown.frame)], shown.export, "map", "png", said)


TYPES = {
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "geojson": "application/geo+json",
    "png": "image/png",
}


def _asked() -> Filter:
    return Filter.from_query(query(), ground(store()))


def dialect() -> tables_out.Dialect:
    return tables_out.SPREADSHEET[language()] if request.args.get("for") == "spreadsheet" else tables_out.STANDARD


def _note(export: Export, said: Words) -> Note:
    city = here()
    return export_note.note(export, said, city.name, city.zone)


def _stem(export: Export, subject: str, said: Words) -> str:
    return export_note.stem(export.found.filter, said.text(f"exports.{subject}"))


def _file(pieces: Iterable[str | bytes], export: Export, subject: str, ending: str, said: Words) -> Response:
    return attachment(pieces, f"{_stem(export, subject, said)}.{ending}", ending)


def attachment(pieces: Iterable[str | bytes], name: str, ending: str) -> Response:
    """A file that is sent while it is made, and that no cache keeps."""
    response = Response(pieces, content_type=TYPES[ending])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.cache_control.no_store = True
    return response
