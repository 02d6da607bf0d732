"""What an address asks of the forecast's pages. Reading it never fails: what makes no sense asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from dash import html

from components.forecast_image import Bounds
from components.forecast_parts import PATH, Frame, nothing, notice
from components.maps import Under
from domain.forecast.models import COVERAGES
from domain.forecast.sealed import CELL, Sealed, Target
from services import ground, jobs, territory
from services.forecast import tracking
from web.session import actor, here, settings, store, words

Query = Mapping[str, str]
USUAL = COVERAGES[1]  # the share of the area that is shown first


def targets() -> list[Target]:
    """What is forecast here. Raises Forbidden."""
    return tracking.targets(store(), actor(), settings().place)


def target(query: Query, known: Sequence[Target]) -> Target:
    """The target asked for among those that are known, or the first of them."""
    code, cell = query.get("target"), query.get("cell", str(CELL))
    return next((one for one in known if one.code == code and str(one.cell) == cell), known[0])


def monday(query: Query) -> date | None:
    """The week asked for."""
    try:
        found = date.fromisoformat(query.get("week", ""))
    except ValueError:
        return None
    return None if found.weekday() else found


def coverage(query: Query) -> float:
    """The share of the area asked for, in hundredths."""
    return next((one for one in COVERAGES if query.get("area") == f"{100 * one:.0f}"), USUAL)


def place(query: Query) -> int:
    """The number of the place asked for; 0 for none."""
    told = query.get("place", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0


def frame() -> Frame:
    """How the pages speak to this reader."""
    return Frame(words(ground.precinct_names(store(), store().snapshot())), here().zone)


def under(bounds: Bounds) -> Under:
    """What lies under a forecast's cells."""
    house = settings()
    return Under(bounds, territory.outlines(store(), actor()), house.tiles_url, house.tiles_attribution)


def under_way() -> list[html.P]:
    """That the demo's year of forecasts is being made, and how far it is."""
    job = jobs.demo_year_under_way(store())
    if job is None:
        return []
    told = words().text("forecast.demo_year", done=job.done, total=job.total) if job.total else ""
    return [notice("info", told or words().text("forecast.demo_year_waits"))]


def empty(page: str, *said: str) -> html.Div:
    """A page with nothing to show: whether the demo's year is under way, why there is nothing, and how to get it."""
    how = words().text(f"forecast.{page}.how")
    return nothing(page, words(), [*under_way(), *map(html.P, (*said, how))])


def image(sealed: Sealed, shown: str, **more: object) -> str:
    """Where a picture of a forecast's cells lies; the browser adds the colours of its ground."""
    query = {"target": sealed.target.code, "cell": sealed.target.cell, "week": sealed.week, "show": shown}
    known = {"seal": sealed.seal, "scope": ground.scope_of(actor())}
    return f"{PATH}/cells.png?{urlencode(query | more | known, safe='+')}"
