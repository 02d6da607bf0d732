"""Shares with their intervals as pictures: years on a scale of 0 to 100 %, and one line for each row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from components.plots import HEIGHT, line, picture, svg
from components.survey_words import interval, percent, shown
from domain.surveys import DarkGoal, Estimate, Series, Worth
from locales import Words

WIDE = 1000  # units of the goal line's picture


def chart(series: Series, goal: DarkGoal | None, words: Words) -> html.Figure:
    """A point with its interval for each year, the goal as a line, years without an answer hatched."""
    years = _years(series, goal)
    points = {point.year: point for point in series.points}
    drawn = [_column(year, years, points.get(year), series, words) for year in years]
    lines = [line(value, 100, words.percent(value / 100)) for value in (100, 75, 50, 25)]
    plot = html.Div(
        [*lines, *_goal(goal, years), *drawn],
        className="plot survey-plot",
        role="img",
        **{"aria-label": words.text("surveys.dark.chart_told", count=len(series.points))},
    )
    marks = [html.Span(str(year)) for year in years]
    keys = [html.Span([html.I(className="swatch dot"), words.text("surveys.key.share")])]
    if goal is not None:
        keys.append(html.Span([html.I(className="swatch goal"), words.text("surveys.key.goal")]))
    if any(not _drawable(points.get(year)) for year in range(years[0], series.last.year + 1)):
        keys.append(html.Span([html.I(className="swatch hatched"), words.text("surveys.key.gap")]))
    axis = html.Div(marks, className="survey-years", **{"aria-hidden": "true"})
    return html.Figure([plot, axis, html.Div(keys, className="key quiet-text")], className="survey-figure")


def _drawable(point: Estimate | None) -> bool:
    return point is not None and shown(point)


def _years(series: Series, goal: DarkGoal | None) -> range:
    told = [point.year for point in series.points]
    told += [day.year for day in (goal.starts, goal.due) if day is not None] if goal is not None else []
    return range(min(told), max(told) + 1)


def _column(year: int, years: range, point: Estimate | None, series: Series, words: Words) -> html.Div | None:
    """One year: dot and interval, or hatching where the survey has no answer between its first year and its last."""
    place = {"left": f"{100 * (year - years[0]) / len(years):.2f}%", "width": f"{100 / len(years):.2f}%"}
    if point is None or not shown(point):
        asked = series.points[0].year <= year <= series.last.year
        why = "surveys.not_asked" if point is None else "surveys.not_estimable"
        told = f"{year}: {words.text(why)}"
        return html.Div(className="survey-gap", style=place, **{"data-told": told}) if asked else None
    share = 100 * (point.share or 0)
    label = html.Span(words.number(share), className="survey-label", style={"bottom": f"{share:.2f}%"})
    dot = html.I(className="survey-dot", style={"bottom": f"{share:.2f}%"})
    weak = " weak" if point.worth is Worth.WEAK else ""
    told = f"{year}: {percent(point.share, words)} ({interval(point, words)})"
    return html.Div([_reach(point), dot, label], className=f"survey-year{weak}", style=place, **{"data-told": told})


def _reach(point: Estimate) -> html.I | None:
    if point.low is None or point.high is None:
        return None
    sides = {"bottom": f"{100 * point.low:.2f}%", "height": f"{100 * (point.high - point.low):.2f}%"}
    return html.I(className="survey-reach", style=sides)


def _goal(goal: DarkGoal | None, years: range) -> list[html.Div]:
    """From the baseline on the day it starts to the share on the day it is due, or level where these are not told."""
    if goal is None:
        return []
    start = _at(goal.starts, years) if goal.starts else 0.0
    end = _at(goal.due, years) if goal.due else float(WIDE)
    begun = goal.share if goal.baseline is None else goal.baseline
    path = f"M{start:.1f} {HEIGHT * (1 - begun):.1f}L{end:.1f} {HEIGHT * (1 - goal.share):.1f}"
    stroke = 'fill="none" stroke="#000" stroke-width="2" stroke-dasharray="6 4" vector-effect="non-scaling-stroke"'
    return [picture("goal", svg(WIDE, f'<path d="{path}" {stroke}/>'))]


def _at(day: date, years: range) -> float:
    into = day.year - years[0] + (day.timetuple().tm_yday - 1) / 365
    return WIDE * into / len(years)


def track(marks: Sequence[tuple[Estimate, str]], words: Words) -> html.Div:
    """Estimates on one line from 0 to 100 %, each with its interval; `kind` names its colour and shape."""
    parts = []
    for estimate, kind in marks:
        if not shown(estimate):
            continue
        if estimate.low is not None and estimate.high is not None:
            sides = {"left": f"{100 * estimate.low:.2f}%", "width": f"{100 * (estimate.high - estimate.low):.2f}%"}
            parts.append(html.I(className=f"track-reach {kind}", style=sides))
        parts.append(html.I(className=f"track-mark {kind}", style={"left": f"{100 * (estimate.share or 0):.2f}%"}))
    told = "; ".join(f"{percent(e.share, words)} ({interval(e, words)})" for e, _ in marks if shown(e))
    return html.Div(parts, className="track", **{"aria-hidden": "true", "data-told": told})
