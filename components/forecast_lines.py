"""The forecasts week by week, and how much more is caught as more of the area is flagged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from analytics.forecast.panel import WEEK
from analytics.forecast.told import Scored, Tracking
from components.forecast_board import AT
from components.forecast_parts import folded, model, notice, percent, row, section, share, table, week
from components.markup import Html
from components.plots import HEIGHT, grid_lines, round_up, svg
from domain.forecast.models import COVERAGES, MAIN, RIVALS, Model
from locales import Words

DRAWN = (MAIN, *RIVALS)
# A model keeps its colour and dash in every picture.
ORDER = (*DRAWN, *(code for code in Model if code not in DRAWN))
KINDS = {code: f"line-{place + 1} dash-{place % 3}" for place, code in enumerate(ORDER)}
TICKS = 6
WIDEST = 0.3  # share of the area that the picture of the curve shows
TOLD = (*COVERAGES, 0.3, 0.5)  # shares that its table tells


# --- by week ----------------------------------------------------------------------------------------------------


def weekly(found: Tracking, words: Words) -> html.Section:
    """The hit rate of the main model and its rivals in each week; weeks that are missing are hatched and named."""
    title = words.text("forecast.weekly.title")
    if not found.weeks:
        return section("forecast-weekly", title, *_missing(found, words))
    scored = {held.sealed.week: held for held in found.weeks}
    mondays = _mondays([*scored, *found.missing])
    drawn = [code for code in DRAWN if code in found.pooled]
    return section(
        "forecast-weekly",
        title,
        html.P(words.text("forecast.weekly.told", area=percent(AT, words)), className="quiet-text"),
        keys(drawn, words, gap=len(mondays) > len(scored)),
        _plot(scored, mondays, drawn, words),
        *_missing(found, words),
        folded(_table(scored, mondays, drawn, words), "forecast-weekly-table", words),
    )


def _mondays(known: Sequence[date]) -> list[date]:
    first, last = min(known), max(known)
    return [first + number * WEEK for number in range((last - first).days // 7 + 1)]


def _missing(found: Tracking, words: Words) -> list[html.P]:
    """Weeks without a forecast on time, or that the source does not hold, by name: they are not zero."""
    if not found.missing:
        return []
    named = words.listed(words.day(monday) for monday in found.missing[:12])
    more = len(found.missing) - 12
    rest = " " + words.text("forecast.weekly.more", count=more) if more > 0 else ""
    return [notice("info", words.text("forecast.weekly.missing", count=len(found.missing), weeks=named) + rest)]


def keys(codes: Sequence[Model], words: Words, *, gap: bool = False) -> html.Div:
    """Which line is whose; a colour never stands alone, as each line has its dash too."""
    drawn = [html.Span([_sample(code), model(code, words)]) for code in codes]
    if gap:
        drawn.append(html.Span([html.I(className="swatch gap-key"), words.text("forecast.weekly.gap")]))
    return html.Div(drawn, className="key quiet-text line-keys")


def _sample(code: Model) -> Html:
    line = f'<path d="M1 4H27" class="{KINDS[code]}"/>'
    return Html(f'<svg class="drawn-lines line-sample" viewBox="0 0 28 8" aria-hidden="true">{line}</svg>')


def _rate(held: Scored | None, code: Model) -> float | None:
    if held is None or code not in held.scores:
        return None
    return held.scores[code].hits(AT).hit_rate


def _plot(scored: dict[date, Scored], mondays: Sequence[date], drawn: Sequence[Model], words: Words) -> html.Div:
    rates = {code: [_rate(scored.get(monday), code) for monday in mondays] for code in drawn}
    top = round_up(100 * max((rate for line in rates.values() for rate in line if rate is not None), default=0.0))
    paths = "".join(f'<path d="{path(line, top)}" class="{KINDS[code]}"/>' for code, line in rates.items())
    hovers = [html.Div(**{"data-told": _told(monday, scored.get(monday), drawn, words)}) for monday in mondays]
    plot = html.Div(
        [
            *grid_lines(top, words, " %"),
            *(gap(i, len(mondays)) for i, monday in enumerate(mondays) if monday not in scored),
            Html(svg(10 * len(mondays), paths).replace("<svg ", '<svg class="drawn-lines" aria-hidden="true" ', 1)),
            html.Div(hovers, className="hovers", **{"aria-hidden": "true"}),
        ],
        className="plot lines-plot",
        role="img",
        **{"aria-label": words.text("forecast.weekly.picture", count=len(scored))},
    )
    return html.Div([plot, html.Div(_ticks(mondays, words), className="ticks", **{"aria-hidden": "true"})])


def path(values: Sequence[float | None], top: float) -> str:
    """A line that stops at what is missing; a point alone is a dot.

    >>> path([0.1, None, 0.2], 20)
    'M5 50.0h.1M25 0.0h.1'
    """
    steps, alone, up = [], False, True
    for i, value in enumerate(values):
        if value is None:
            steps += ["h.1"] if alone else []
            alone, up = False, True
            continue
        steps.append(f"{'M' if up else 'L'}{10 * i + 5} {HEIGHT - HEIGHT * 100 * value / top:.1f}")
        alone, up = up, False
    return "".join(steps) + ("h.1" if alone else "")


def gap(place: int, count: int) -> html.Div:
    """A column without data, hatched."""
    return html.Div(className="gap", style={"left": f"{100 * place / count:.2f}%", "width": f"{100 / count:.2f}%"})


def _told(monday: date, held: Scored | None, drawn: Sequence[Model], words: Words) -> str:
    name = week(monday, words)
    if held is None:
        return f"{name}: {words.text('forecast.weekly.gap')}"
    rates = ", ".join(f"{model(code, words)} {share(_rate(held, code), words)}" for code in drawn)
    return f"{name}: {rates}. {words.text('forecast.weekly.events', count=held.events)}"


def _ticks(mondays: Sequence[date], words: Words) -> list[html.Span]:
    step = max(1, -(-len(mondays) // TICKS))
    return [
        html.Span(words.day(monday, "d MMM yy"), style={"left": f"{100 * (i + 0.5) / len(mondays):.1f}%"})
        for i, monday in enumerate(mondays)
        if i % step == 0
    ]


def _table(scored: dict[date, Scored], mondays: Sequence[date], drawn: Sequence[Model], words: Words) -> Html:
    heads = [words.text("forecast.weekly.week"), *(model(code, words) for code in drawn)]
    heads += [words.text("forecast.weekly.incidents"), words.text("forecast.weekly.rescored")]
    rows = [_line(monday, scored.get(monday), drawn, words) for monday in reversed(mondays)]
    return table(heads, rows, words.text("forecast.weekly.title"))


def _line(monday: date, held: Scored | None, drawn: Sequence[Model], words: Words) -> str:
    name = words.day(monday)
    if held is None:
        return row(name, [words.text("forecast.weekly.gap"), *("–" for _ in range(len(drawn) + 1))], "unranked")
    again = words.text("forecast.weekly.again", count=held.earlier) if held.earlier else "–"
    return row(name, [*(share(_rate(held, code), words) for code in drawn), words.number(held.events), again])


# --- the curve --------------------------------------------------------------------------------------------------


def curve(found: Tracking, words: Words) -> html.Section:
    """What share of the incidents lies in the hottest share of the area, for every model."""
    title = words.text("forecast.curve.title")
    if not found.curve:
        return section("forecast-curve", title, html.P(words.text("forecast.tracking.none_scored")))
    order = [code for code in KINDS if code in found.curve]
    return section(
        "forecast-curve",
        title,
        html.P(words.text("forecast.curve.told"), className="quiet-text"),
        keys(order, words),
        _curves(found, order, words),
        folded(_shares(found, order, words), "forecast-curve-table", words),
    )


def _curves(found: Tracking, order: Sequence[Model], words: Words) -> html.Div:
    top = round_up(100 * max((y for code in order for x, y in found.curve[code] if x <= WIDEST), default=0.0))
    paths = "".join(f'<path d="{_curve(found.curve[code], top)}" class="{KINDS[code]}"/>' for code in reversed(order))
    marks = "".join(f'<path d="M{1000 * x / WIDEST:.0f} 0V{HEIGHT}" class="mark-line"/>' for x in COVERAGES)
    ends = [html.Span(percent(x, words), style={"left": f"{100 * x / WIDEST:.1f}%"}) for x in (*COVERAGES, WIDEST)]
    plot = html.Div(
        [
            *grid_lines(top, words, " %"),
            Html(svg(1000, marks + paths).replace("<svg ", '<svg class="drawn-lines" aria-hidden="true" ', 1)),
        ],
        className="plot lines-plot",
        role="img",
        **{"aria-label": words.text("forecast.curve.picture", area=percent(WIDEST, words))},
    )
    axis = html.Div(ends, className="ticks", **{"aria-hidden": "true"})
    return html.Div([plot, axis, html.P(words.text("forecast.curve.axis"), className="quiet-text axis-title")])


def _curve(points: Sequence[tuple[float, float]], top: float) -> str:
    held = [(x, y) for x, y in points if x <= WIDEST]
    return "M" + "L".join(f"{1000 * x / WIDEST:.1f} {HEIGHT - HEIGHT * 100 * y / top:.2f}" for x, y in held)


def _shares(found: Tracking, order: Sequence[Model], words: Words) -> Html:
    heads = [words.text("forecast.board.model"), *(percent(area, words) for area in TOLD)]
    rows = [row(model(code, words), [share(_at(found.curve[code], area), words) for area in TOLD]) for code in order]
    return table(heads, rows, words.text("forecast.curve.title"))


def _at(points: Sequence[tuple[float, float]], area: float) -> float | None:
    return next((y for x, y in points if abs(x - area) < 1e-9), None)
