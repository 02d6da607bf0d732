"""The heat image: /heat/<snapshot>/<scope>/<side>.png with the filter's query; the same address is always the same
image, so browsers keep it for a day, and forget it when its reader signs out."""

from __future__ import annotations

from flask import Blueprint, Response, request

from components import heat_image
from domain.filter import Filter
from services.ground import ground
from services.heat import heat
from web.session import actor, query, store

blueprint = Blueprint("heat", __name__)
A_DAY = 86_400


@blueprint.get("/heat/<snapshot>/<scope>/<side>.png")
def image(snapshot: str, scope: str, side: str) -> Response:
    """`ground` is light or dark; the other keys are the filter's."""
    shade = request.args.get("ground", "light")
    asked = Filter.from_query(query(), ground(store()))
    classes = heat(store(), actor(), asked, side, snapshot, scope)
    return kept(heat_image.png(classes, side, shade if shade in heat_image.GROUNDS else "light"))


def kept(drawn: bytes) -> Response:
    """An image whose address is that of no other, so that its reader's browser may keep it."""
    response = Response(drawn, mimetype="image/png")
    response.cache_control.private = True
    response.cache_control.immutable = True
    response.cache_control.max_age = A_DAY
    response.add_etag()
    return response.make_conditional(request)
