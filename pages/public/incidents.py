"""Where does it happen, and how has it changed? From the current release alone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from components import public_incidents, public_parts
from components.markup import Html, markup
from domain.release.lattice import ALL
from locales import Words
from services import published
from web import public, session


@public.page(
    "/zones", label="public.zones.nav", described="public.zones.described", order=10, group="figures", first=True
)
@public.released("zones")
def zones(visit: public.Visit) -> Any:
    """The map of a period and family: zones in a year, precincts in a month."""
    releases = session.releases()
    known = published.choices(releases)
    periods = (*known.years, *known.months)
    if not periods:
        return public_parts.nothing_here("zones", visit.words)
    period = visit.chosen("period", periods, periods[0])
    family = visit.chosen("family", known.families, ALL)
    return _zones(releases, session.edition().sha256, period, family, visit.words.language)


@lru_cache(maxsize=32)
def _zones(releases: Path, _release: str, period: str, family: str, language: str) -> Html:
    """Drawn once for each question: the map of a large city takes a second, and everybody asks for the same."""
    plan, known = published.plan(releases, period, family), published.choices(releases)
    return Html(markup(public_incidents.zones(plan, known, session.edition(), Words(language))))


@public.page(
    "/trends", label="public.trends.nav", described="public.trends.described", order=11, group="figures", first=True
)
@public.released("trends")
def trends(visit: public.Visit) -> Any:
    """Month by month, for the whole city or a precinct."""
    releases = session.releases()
    known = published.choices(releases)
    precinct = visit.chosen("precinct", (ALL, *known.precincts), ALL)
    series = published.series(releases, precinct, visit.chosen("family", known.families, ALL))
    return public_incidents.trends(series, known, session.edition(), visit.words)
