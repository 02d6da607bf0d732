"""Lines month by month, drawn on the server; a month that is not published is hatched, never bridged."""

from __future__ import annotations

from collections.abc import Sequence

from components.markup import Html, attribute, markup
from components.plots import round_up
from components.public_map import HATCH
from locales import Words

WIDTH, HEIGHT = 420, 230
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 14, 24
Months = Sequence[tuple[str, int | None]]


def line(months: Months, label: str, words: Words) -> Html:
    """Counts by month on a scale that begins at nought."""
    top = round_up(max((count or 0 for _, count in months), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(months) - 1, 1)
    places = [(LEFT + place * step, month, count) for place, (month, count) in enumerate(months)]
    inside = (
        HATCH + _grid(top, words) + _years(places) + _missing(places, step) + _line(places, top) + _last(places, top)
    )
    box = f"0 0 {WIDTH} {HEIGHT}"
    return Html(f'<svg class="chart" viewBox="{box}" role="img"{attribute("aria-label", label)}>{inside}</svg>')


def _y(count: float, top: int) -> float:
    return HEIGHT - BOTTOM - count / top * (HEIGHT - TOP - BOTTOM)


def _grid(top: int, words: Words) -> str:
    return "".join(
        f'<path class="grid" d="M{LEFT} {_y(value, top):.0f}H{WIDTH - RIGHT}"/>'
        f'<text class="axis end" x="{LEFT - 6}" y="{_y(value, top) + 4:.0f}">{markup(words.number(value))}</text>'
        for value in (0, top // 2, top)
    )


def _years(places: Sequence[tuple[float, str, int | None]]) -> str:
    """A mark where each year begins."""
    return "".join(
        f'<path class="grid" d="M{x:.1f} {HEIGHT - BOTTOM}v5"/>'
        f'<text class="axis" x="{x:.1f}" y="{HEIGHT - 6}">{month[:4]}</text>'
        for x, month, _ in places
        if month.endswith("-01") and x < WIDTH - 24
    )


def _missing(places: Sequence[tuple[float, str, int | None]], step: float) -> str:
    height = HEIGHT - TOP - BOTTOM
    return "".join(
        f'<path class="none" d="M{x - step / 2:.1f} {TOP}h{step:.1f}v{height}h-{step:.1f}z"/>'
        for x, _, count in places
        if count is None
    )


def _line(places: Sequence[tuple[float, str, int | None]], top: int) -> str:
    """Runs of published months, each a line; one alone is a point of it."""
    drawn, pen = [], "M"
    for x, _, count in places:
        if count is None:
            pen = "M"
            continue
        drawn.append(f"{pen}{x:.1f} {_y(count, top):.1f}" + ("h0" if pen == "M" else ""))
        pen = "L"
    return f'<path class="line" d="{"".join(drawn)}"/>'


def _last(places: Sequence[tuple[float, str, int | None]], top: int) -> str:
    known = [(x, count) for x, _, count in places if count is not None]
    if not known:
        return ""
    x, count = known[-1]
    return f'<circle class="dot" cx="{x:.1f}" cy="{_y(count, top):.1f}" r="4"/>'
