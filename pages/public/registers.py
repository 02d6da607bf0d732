"""Cameras, how they are used, algorithms, and how requests for footage are answered."""

from __future__ import annotations

from typing import Any

from components import public_registers, public_texts, public_use
from config.jurisdiction import codes, jurisdiction
from domain.errors import Invalid
from domain.registers.cameras import TYPES
from services import camera_check, published
from web import public, session


@public.page(
    "/cameras",
    label="public.cameras.nav",
    described="public.cameras.described",
    order=20,
    group="watching",
    first=True,
    methods=("GET", "POST"),
    scripts=("map.js",),
)
@public.released("cameras")
def cameras(visit: public.Visit) -> Any:
    """The register, or one entry of it; posted, what it says of a point."""
    releases = session.releases()
    rows = published.rows(releases, "cameras")
    if one := visit.chosen("camera", [row["camera_id"] for row in rows], ""):
        entry = next(row for row in rows if row["camera_id"] == one)
        return public.Answer(
            public_registers.camera(entry, session.edition(), visit.words), title=entry["name"] or entry["camera_id"]
        )
    kind = visit.chosen("type", ("all", *TYPES), "all")
    page = int(visit.chosen("page", [str(number) for number in public_registers.pages(rows)], "1"))
    wrong, said, status = "", "", 200
    if visit.method == "POST":
        try:
            near = camera_check.ask(releases, session.desk(), visit.said("point"), visit.address)
            said = visit.words.text(f"public.cameras.{near}")
        except Invalid as error:
            wrong, status = visit.words.error(error), error.status
    asking = public_registers.asking_near(visit.said("point")[:60], wrong, said, visit.token(), visit.words)
    around = published.outlines(releases)
    drawn = public_registers.cameras(rows, kind, page, around, session.edition(), asking, visit.words)
    return public.Answer(drawn, status)


@public.page("/use", label="public.use.nav", described="public.use.described", order=21, group="watching")
@public.released("use")
def use(visit: public.Visit) -> Any:
    releases = session.releases()
    cameras = published.rows(releases, "cameras")
    agreements = published.rows(releases, "sharing_agreements")
    return public_use.page(published.rows(releases, "use"), cameras, agreements, session.edition(), visit.words)


@public.page(
    "/algorithms", label="public.algorithms.nav", described="public.algorithms.described", order=22, group="watching"
)
@public.released("algorithms")
def algorithms(visit: public.Visit) -> Any:
    releases = session.releases()
    measured = bool(published.rows(releases, "forecast_accuracy"))
    return public_registers.algorithms(published.rows(releases, "algorithms"), measured, session.edition(), visit.words)


@public.page("/requests", label="public.requests.nav", described="public.requests.described", order=54, group="footage")
@public.released("requests")
def requests(visit: public.Visit) -> Any:
    rows = published.rows(session.releases(), "request_statistics")
    grounds = [ground for code in codes() for ground in jurisdiction(code).grounds]
    named = {ground.code: ground.text[visit.words.language] for ground in grounds}
    return public_texts.requests(rows, named, session.edition(), visit.words)
