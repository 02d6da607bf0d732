"""Releases for programs and to keep: JSON of the tables, and the files byte for byte."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, jsonify, request

from domain.release.shown import Edition
from services import published
from web.public import YEAR, cached
from web.session import query, releases

blueprint = Blueprint("published", __name__)
API = "/api/v1/public"
KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".zip": "application/zip",
}


@blueprint.get("/data/<int:number>/<name>")
def file(number: int, name: str) -> Response:
    """A file of a release. Its address never means anything else, so that it may be kept for good."""
    content, sha256 = published.file(releases(), number, name)
    ending = PurePosixPath(name).suffix
    response = Response(content, content_type=KINDS[ending])
    if ending in (".csv", ".zip"):
        response.headers.set("Content-Disposition", "attachment", filename=_saved(number, name))
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.cache_control.max_age = YEAR
    response.set_etag(sha256)
    return _anywhere(response.make_conditional(request))


@blueprint.get(f"{API}/releases")
def listing() -> Response:
    """Every release, the newest first."""
    return _anywhere(cached(jsonify(releases=[_told(edition) for edition in published.editions(releases())])))


@blueprint.get(f"{API}/tables/<name>")
def table(name: str) -> Response:
    """A table of the current release. Its key columns may each be asked for one of their values; nothing else may."""
    number, rows = published.table(releases(), name, query())
    return _anywhere(cached(jsonify(release=number, table=name, rows=rows)))


def _told(edition: Edition) -> dict[str, object]:
    return {
        "number": edition.number,
        "issued": edition.issued,
        "sha256": edition.sha256,
        "synthetic": edition.synthetic,
        "title": dict(edition.title),
        "months": list(edition.months),
        "years": list(edition.years),
        "files": {file["path"]: f"/data/{edition.number}/{file['path']}" for file in edition.files},
    }


def _saved(number: int, name: str) -> str:
    return f"atalaya-{number:04d}.zip" if name.endswith(".zip") else f"atalaya-{number:04d}-{name}"


def _anywhere(response: Response) -> Response:
    """Other sites may read it too: it is for anyone, and nothing in it is the reader's."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
