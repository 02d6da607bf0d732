"""A past week: what the forecast flagged, beside what came; what was caught, and what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from dash import html

from analytics.forecast.told import Past, Scored
from components.forecast_coming import legend
from components.forecast_parts import (
    Frame,
    address,
    led_by,
    model,
    notice,
    percent,
    row,
    sealed_line,
    section,
    share,
    table,
    week,
)
from components.markup import Html, select
from domain.forecast.models import COVERAGES, REFERENCE, Model
from locales import Words

SMALL = 30  # incidents; under it a share of them says little
FOUND = ("quiet", "hit", "miss", "outside")


@dataclass(frozen=True, slots=True)
class Came:
    """What came of the flagged cells of a week: cells and incidents, as the reader may see them."""

    flagged: int
    quiet: int
    hit_cells: int
    hits: int
    missed_cells: int
    missed: int
    outside: int

    @property
    def events(self) -> int:
        return self.hits + self.missed + self.outside


def came(past: Past, coverage: float) -> Came:
    """The week's incidents inside and outside the flagged cells; who sees their own precincts alone is told nothing of
    those in no cell."""
    hot, counts = past.depth <= coverage, past.observed
    return Came(
        int(hot.sum()),
        int((hot & (counts == 0)).sum()),
        int((hot & (counts > 0)).sum()),
        int(counts[hot].sum()),
        int((~hot & (counts > 0)).sum()),
        int(counts[~hot].sum()),
        past.outside if past.mine is None else 0,
    )


def drawn(past: Past, coverage: float, frame: Frame) -> list[Any]:
    """The week in words, its figures and its legend."""
    words = frame.words
    found = came(past, coverage)
    return [
        html.P(_sentence(past, found, coverage, words), className="sentence"),
        html.Div(_notices(past, found, frame), className="map-notices"),
        legend("caught", [words.text(f"forecast.past.{one}") for one in FOUND[:3]], False, words),
        _table(found, words),
    ]


def _sentence(past: Past, found: Came, coverage: float, words: Words) -> list[Any]:
    parts = {
        "week": week(past.sealed.week, words),
        "model": model(led_by(past.content), words),
        "area": percent(coverage, words),
        "hits": found.hits,
        "events": found.events,
    }
    if not found.events:
        return [words.text("forecast.past.nothing", **parts)]
    said = [html.Strong(words.text("forecast.past.caught", **parts))]
    if found.events >= SMALL:
        said += [" ", words.text("forecast.past.share", share=share(found.hits / found.events, words))]
    return said


def _notices(past: Past, found: Came, frame: Frame) -> list[html.P]:
    words = frame.words
    told = [notice("warning" if past.sealed.late else "lock", sealed_line(past.sealed, frame))]
    if found.events < SMALL:
        told.append(notice("info", words.text("forecast.past.small", count=found.events)))
    if past.mine is not None:
        told.append(notice("info", words.text("forecast.coming.own")))
    if past.scored is None:
        told.append(notice("info", words.text("forecast.past.not_scored")))
    elif past.scored.earlier:
        told.append(notice("info", words.text("forecast.past.again", count=past.scored.earlier)))
    return told


def _table(found: Came, words: Words) -> Html:
    heads = [words.text(f"forecast.past.columns.{name}") for name in ("cells", "count", "incidents")]
    figures = {
        "quiet": (found.quiet, 0),
        "hit": (found.hit_cells, found.hits),
        "miss": (found.missed_cells, found.missed),
        "outside": (None, found.outside),
    }
    rows = [
        row(
            escape(words.text(f"forecast.past.{name}")),
            ["–" if cells is None else words.number(cells), words.number(incidents)],
        )
        for name, (cells, incidents) in figures.items()
    ]
    return table(heads, rows, words.text("forecast.past.title"))


def scores(past: Past, frame: Frame) -> list[Any]:
    """This week's hit rates beside the simple mean's, and those from before late reports came."""
    if past.scored is None:
        return []
    words = frame.words
    heads = [
        words.text("forecast.board.model"),
        words.text("forecast.past.when"),
        words.text("forecast.weekly.incidents"),
    ]
    heads += [percent(coverage, words) for coverage in COVERAGES]
    codes = dict.fromkeys((led_by(past.content), REFERENCE))
    rows = [
        _rates(scored, code, frame)
        for code in codes
        for scored in (past.scored, *reversed(past.before))
        if code in scored.scores
    ]
    title = words.text("forecast.past.rates")
    return [html.H3(title), table(heads, rows, title)]


def _rates(scored: Scored, code: Model, frame: Frame) -> str:
    words, score = frame.words, scored.scores[code]
    rates = [share(score.hits(coverage).hit_rate, words) for coverage in COVERAGES]
    return row(escape(model(code, words)), [frame.when(scored.scored_at), words.number(scored.events), *rates])


# --- which week -------------------------------------------------------------------------------------------------


def chooser(past: Past, mondays: Sequence[date], coverage: float, words: Words) -> list[Any]:
    """Week and share of the area, by list and by the neighbours' links: both work from the keyboard."""
    target = past.sealed.target

    def at(monday: date, area: float) -> str:
        return address("tracking", target, week=monday, area=round(100 * area)) + "#forecast-past"

    weeks = [(at(monday, coverage), week(monday, words)) for monday in sorted(mondays, reverse=True)]
    areas = [(at(past.sealed.week, area), percent(area, words)) for area in COVERAGES]
    chosen_week = select(weeks, words.text("forecast.past.week"), at(past.sealed.week, coverage), data_goes="")
    chosen_area = select(areas, words.text("forecast.past.area"), at(past.sealed.week, coverage), data_goes="")
    return [
        _step("earlier", max((day for day in mondays if day < past.sealed.week), default=None), at, coverage, words),
        html.Label([words.text("forecast.past.week"), chosen_week], className="day-chooser"),
        _step("later", min((day for day in mondays if day > past.sealed.week), default=None), at, coverage, words),
        html.Label([words.text("forecast.past.area"), chosen_area], className="day-chooser"),
    ]


def _step(way: str, monday: date | None, at: Any, coverage: float, words: Words) -> html.A | None:
    if monday is None:
        return None
    return html.A(
        words.text(f"forecast.past.{way}"), href=at(monday, coverage), className="button plain", **{"data-go": "yes"}
    )


def titled(words: Words, *parts: Any) -> html.Section:
    return section("forecast-past", words.text("forecast.past.title"), *parts)
