"""How good the forecasts were, model by model: the scoreboard and the ratios that decide who is better."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from dash import html

from analytics.forecast.bootstrap import Interval
from analytics.forecast.metrics import Score
from analytics.forecast.told import Ratio, Tracking
from components.forecast_parts import (
    address,
    decimal,
    interval,
    model,
    notice,
    percent,
    quiet,
    row,
    section,
    share,
    table,
)
from components.markup import Html
from domain.forecast.models import COVERAGES, MAIN, REFERENCE, RIVALS, Model
from locales import Words

AT = 0.05  # the share of the area that the sentence speaks of
COLUMNS = ("pai", "pei", "rri", "efficiency", "skill", "level")
FEW = 8  # scored weeks; with fewer a ratio says little


def sentence(found: Tracking, words: Words) -> list[Any]:
    """Whether the forecasts were any good."""
    if not found.weeks:
        return [words.text("forecast.tracking.none_scored")]
    told = words.text(
        "forecast.tracking.weeks", count=len(found.weeks), events=sum(week.events for week in found.weeks)
    )
    return [html.Strong(told), " ", caught(found, words), " ", _verdict(found, words)]


def caught(found: Tracking, words: Words) -> str:
    """What the leader caught in a twentieth of the area, beside the simple mean and beside the most possible."""
    leader = found.standing.leader if found.standing.leader in found.pooled else REFERENCE
    parts = {
        "model": model(leader, words),
        "rate": share(found.pooled[leader].hits(AT).hit_rate, words),
        "area": percent(AT, words),
        "mean": share(found.pooled[REFERENCE].hits(AT).hit_rate, words),
    }
    told = words.text(f"forecast.tracking.{'mean_leads' if leader is REFERENCE else 'caught'}", **parts)
    if leader is not MAIN or AT not in found.ceiling:
        return told
    return f"{told} {words.text('forecast.tracking.ceiling', rate=share(found.ceiling[AT], words))}"


def _verdict(found: Tracking, words: Words) -> str:
    """Whether the main model is better than its rivals, beyond chance."""
    ratios = against(found)
    if not ratios:
        return ""
    if len(found.weeks) < FEW:
        return words.text("forecast.tracking.few", count=FEW)
    best = min(ratios, key=lambda ratio: ratio.low)
    kind = "better" if best.low > 1 else "worse" if min(ratio.high for ratio in ratios) < 1 else "alike"
    return words.text(f"forecast.tracking.verdict.{kind}")


def against(found: Tracking) -> list[Ratio]:
    """The main model against each of its rivals."""
    return [ratio for ratio in found.hit_ratio if ratio.model is MAIN and ratio.against in RIVALS]


# --- the scoreboard ---------------------------------------------------------------------------------------------


def board(found: Tracking, words: Words) -> html.Section:
    """Every model over the same weeks, the leader marked; the ceiling under them."""
    heads = [words.text("forecast.board.model")]
    heads += [words.text("forecast.board.hit_rate", area=percent(coverage, words)) for coverage in COVERAGES]
    heads += [words.text(f"forecast.board.{column}") for column in COLUMNS]
    rows = [_row(code, score, found, words) for code, score in _ordered(found)]
    title = words.text("forecast.board.title")
    return section(
        "forecast-board",
        title,
        html.P(words.text("forecast.board.told", count=len(found.weeks)), className="quiet-text"),
        table(heads, rows, title, "board", _ceiling(found, words)),
        html.P(html.A(words.text("forecast.board.csv"), href=_csv(found)), className="quiet-text act"),
        _explained(words),
    )


def _csv(found: Tracking) -> str:
    return address("tracking", found.target).replace("/tracking", "/board.csv", 1)


def _ordered(found: Tracking) -> list[tuple[Model, Score]]:
    return sorted(found.pooled.items(), key=lambda pair: -(pair[1].hits(AT).hit_rate or 0))


def _row(code: Model, score: Score, found: Tracking, words: Words) -> str:
    leads = code is found.standing.leader
    mark = f' <span class="in-use">{escape(words.text("forecast.board.leads"))}</span>' if leads else ""
    best = [max(other.hits(coverage).hit_rate or 0 for other in found.pooled.values()) for coverage in COVERAGES]
    rates = [_rate(found.hit_rate[code][coverage], top, words) for coverage, top in zip(COVERAGES, best, strict=True)]
    return row(
        escape(model(code, words)) + mark, [*rates, *_figures(code, score, found, words)], "own" if leads else ""
    )


def _rate(found: Interval | None, best: float, words: Words) -> str:
    """A hit rate, the best of its column in bold, over its interval."""
    if found is None:
        return "–"
    told = share(found.value, words)
    ends = interval(100 * found.low, 100 * found.high, words, 1)
    return (f"<b>{told}</b>" if found.value >= best else told) + quiet(ends)


def _figures(code: Model, score: Score, found: Tracking, words: Words) -> list[str]:
    at, skill = score.hits(AT), found.skill[code]
    places = (1, 2, 2, 2)
    figures = (at.pai, at.pei, at.rri, at.efficiency)
    gain = "–" if code is REFERENCE or skill is None else decimal(skill.value, words, 3) + _ends(skill, words)
    return [*map(decimal, figures, [words] * len(places), places), gain, decimal(score.level, words)]


def _ends(found: Interval, words: Words) -> str:
    return quiet(interval(found.low, found.high, words, 3))


def _ceiling(found: Tracking, words: Words) -> str:
    if not found.ceiling:
        return ""
    rates = [share(found.ceiling.get(coverage), words) for coverage in COVERAGES]
    return row(escape(words.text("forecast.board.ceiling")), [*rates, *("" for _ in COLUMNS)])


def _explained(words: Words) -> html.Details:
    """What each column means, for those who ask."""
    terms = ("hit", *COLUMNS, "ceiling")
    told = [(words.text(f"forecast.board.{term}"), words.text(f"forecast.board.{term}_told")) for term in terms]
    summary = html.Summary(words.text("forecast.board.explain"), className="quiet small")
    return html.Details([summary, html.Dl(list(map(_term, told)), className="forecast-terms")], className="rest")


def _term(told: tuple[str, str]) -> html.Div:
    return html.Div([html.Dt(told[0]), html.Dd(told[1])])


# --- ratios -----------------------------------------------------------------------------------------------------


def ratios(found: Tracking, words: Words) -> html.Section:
    """Every model against the 52-week mean, and the main one against the EWMA, as points with their intervals."""
    title = words.text("forecast.ratios.title")
    if not found.hit_ratio:
        return section("forecast-ratios", title, html.P(words.text("forecast.ratios.none"), className="quiet-text"))
    held = sorted(found.hit_ratio, key=lambda ratio: (ratio.model is not MAIN, -ratio.value))
    low, high = _span(held)
    heads = [words.text(f"forecast.ratios.{column}") for column in ("pair", "value", "picture")]
    rows = [_ratio(ratio, low, high, words) for ratio in held]
    few = [notice("info", words.text("forecast.tracking.few", count=FEW))] if len(found.weeks) < FEW else []
    return section(
        "forecast-ratios",
        title,
        html.P(words.text("forecast.ratios.told"), className="quiet-text"),
        *few,
        table(heads, rows, title, "ratios"),
    )


def _span(held: Sequence[Ratio]) -> tuple[float, float]:
    """The ends of the common axis, with 1 inside."""
    low = min(0.95, *(ratio.low for ratio in held))
    high = max(1.05, *(ratio.high for ratio in held))
    return low - 0.02, high + 0.02


def _ratio(ratio: Ratio, low: float, high: float, words: Words) -> str:
    pair = words.text("forecast.ratios.against", model=model(ratio.model, words), against=model(ratio.against, words))
    kind = "better" if ratio.low > 1 else "worse" if ratio.high < 1 else "alike"
    told = f"{decimal(ratio.value, words, 3)}{quiet(interval(ratio.low, ratio.high, words, 3))}"
    return row(escape(pair), [told, _track(ratio, low, high, kind, words)])


def _track(ratio: Ratio, low: float, high: float, kind: str, words: Words) -> Html:
    """A line with 1 on it, the interval and the point."""

    def at(value: float) -> float:
        return 100 * (value - low) / (high - low)

    said = escape(words.text(f"forecast.ratios.{kind}"))
    reach = f"left:{at(ratio.low):.1f}%;width:{at(ratio.high) - at(ratio.low):.1f}%"
    return Html(
        f'<span class="ratio {kind}"><span class="ratio-track" aria-hidden="true">'
        f'<span class="ratio-one" style="left:{at(1):.1f}%"></span>'
        f'<span class="ratio-reach" style="{reach}"></span>'
        f'<span class="ratio-mark" style="left:{at(ratio.value):.1f}%"></span></span>'
        f'<span class="quiet-text">{said}</span></span>'
    )
