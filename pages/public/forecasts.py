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
    held = [published.rows(releases, name) for name in public_forecast.READ]
    return public_forecast.page(*held, published.zones(releases), session.edition(), visit.words)
