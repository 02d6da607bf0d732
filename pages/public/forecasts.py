"""How good the forecasts of closed quarters were. What is to come is on no public page."""

from __future__ import annotations

from typing import Any

from components import public_forecast
from services import published
from web import public, session


@public.page(
    "/forecasts",
    label="public.forecasts.nav",
    described="public.forecasts.described",
    order=23,
    group="watching",
)
@public.released("forecasts")
def forecasts(visit: public.Visit) -> Any:
    releases = session.releases()
    held = {name: published.rows(releases, name) for name in public_forecast.READ}
    areas = published.zones(releases), published.precincts(releases)
    return public_forecast.page(held, *areas, session.edition(), visit.words)
