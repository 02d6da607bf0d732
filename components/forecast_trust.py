"""Can the forecast's numbers be trusted: is a rate what it says, has the world moved away, who was demoted and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from dash import html

from analytics.forecast.drift import Drift, Shift
from analytics.forecast.metrics import Calibrated, calibration
from analytics.forecast.told import Tracking
from components.forecast_parts import Frame, decimal, folded, model, notice, reason, row, section, table
from components.markup import Html
from domain.forecast.models import MAIN, Model
from domain.forecast.sealed import Entry
from locales import Words

# --- calibration ------------------------------------------------------------------------------------------------


def calibrated(found: Tracking, words: Words) -> html.Section:
    """Expected beside observed, for cells of like expectation: on the diagonal a rate is what it says."""
    title = words.text("forecast.calibration.title")
    code = _judged(found)
    rows = calibration(found.pooled[code].bins) if code else ()
    if not code or not rows:
        return section("forecast-calibration", title, html.P(words.text("forecast.tracking.none_scored")))
    level = found.pooled[code].level
    told = words.text("forecast.calibration.told", model=model(code, words))
    said = words.text("forecast.calibration.level", level=decimal(level, words)) if level is not None else ""
    return section(
        "forecast-calibration",
        title,
        html.P(f"{told} {said}".strip(), className="quiet-text"),
        _picture(rows, words),
        folded(_bins(rows, words), "forecast-calibration-table", words),
    )


def _judged(found: Tracking) -> Model | None:
    """The main model, or the leader where that was never scored."""
    return next((code for code in (MAIN, found.standing.leader) if code in found.pooled), None)


def _picture(rows: Sequence[Calibrated], words: Words) -> html.Div:
    held = [one for one in rows if one.predicted > 0]
    low = math.floor(math.log10(min(one.predicted for one in held))) if held else -3
    high = math.ceil(math.log10(max(max(one.predicted, one.high) for one in held))) if held else 1
    powers = range(low, high + 1)

    def at(value: float) -> float:
        share = (math.log10(max(value, 10.0**low)) - low) / (high - low)
        return 100 * min(max(share, 0.0), 1.0)

    marks = "".join(_mark(one, at(one.predicted), at(one.observed), at(one.low), at(one.high), words) for one in held)
    lines = "".join(_tick(10.0**power, at(10.0**power), words) for power in powers)
    drawn = (
        '<svg class="calibration-even" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M0 100L100 0"/></svg>{lines}{marks}'
    )
    label = {"aria-label": words.text("forecast.calibration.picture", fits=_fitting(held), count=len(held))}
    plot = html.Div(Html(drawn), className="calibration-plot", role="img", **label)
    x, y = (words.text(f"forecast.calibration.{axis}") for axis in ("predicted", "observed"))
    return html.Div(
        [
            html.Span(y, className="axis-title", **{"aria-hidden": "true"}),
            plot,
            html.Span(x, className="axis-title below", **{"aria-hidden": "true"}),
        ],
        className="calibration-frame",
    )


def _fitting(rows: Sequence[Calibrated]) -> int:
    return sum(one.fits for one in rows)


def _mark(one: Calibrated, x: float, y: float, low: float, high: float, words: Words) -> str:
    kind = "fits" if one.fits else "off"
    parts = {"predicted": _small(one.predicted, words), "observed": _small(one.observed, words), "cells": one.cells}
    told = words.text("forecast.calibration.point", **parts)
    reach = f"left:{x:.1f}%;bottom:{low:.1f}%;height:{high - low:.1f}%"
    spot = f"left:{x:.1f}%;bottom:{y:.1f}%"
    return (
        f'<span class="calibration-reach {kind}" style="{reach}"></span>'
        f'<span class="calibration-mark {kind}" style="{spot}" data-told="{escape(told)}"></span>'
    )


def _tick(value: float, at: float, words: Words) -> str:
    said = _small(value, words)
    return (
        f'<span class="calibration-tick across" style="bottom:{at:.1f}%"><span>{said}</span></span>'
        f'<span class="calibration-tick down" style="left:{at:.1f}%"><span>{said}</span></span>'
    )


def _small(value: float, words: Words) -> str:
    """Two digits that count.

    >>> _small(0.00123, Words("en")), _small(0.25, Words("en")), _small(3.0, Words("en"))
    ('0.0012', '0.25', '3')
    """
    digits = max(0, 1 - math.floor(math.log10(value))) if value > 0 else 0
    return words.number(value, min(digits, 6))


def _bins(rows: Sequence[Calibrated], words: Words) -> Html:
    names = ("predicted", "observed", "interval", "cells", "fits")
    heads = [words.text(f"forecast.calibration.{name}") for name in names]
    lines = [
        row(
            _small(one.predicted, words),
            [
                _small(one.observed, words),
                f"{_small(one.low, words)} – {_small(one.high, words)}",
                words.number(one.cells),
                words.text(f"forecast.calibration.{'inside' if one.fits else 'outside'}"),
            ],
            "" if one.fits else "off",
        )
        for one in rows
    ]
    return table(heads, lines, words.text("forecast.calibration.title"))


# --- drift ------------------------------------------------------------------------------------------------------


def drifted(found: Drift | None, words: Words) -> html.Section:
    """Whether incidents come as many as expected, and from the same places and types as while learning."""
    title = words.text("forecast.drift.title")
    if found is None:
        return section("forecast-drift", title, html.P(words.text("forecast.drift.none"), className="quiet-text"))
    heads = [words.text(f"forecast.drift.{name}") for name in ("what", "figure", "verdict")]
    level = found.level
    ratio = words.text("forecast.drift.ratio", ratio=decimal(level.ratio, words), weeks=level.weeks)
    rows = [row(words.text("forecast.drift.level"), [ratio, _word(level.word, words)], str(level.word))]
    rows += [_shift(name, shift, words) for name, shift in found.inputs.items()]
    return section(
        "forecast-drift",
        title,
        html.P(words.text(f"forecast.drift.told.{found.word}"), className="quiet-text"),
        table(heads, rows, title, "worded"),
    )


def _shift(name: str, shift: Shift, words: Words) -> str:
    told = words.text("forecast.drift.index", index=decimal(shift.index, words, 3))
    return row(words.text(f"forecast.drift.inputs.{name}"), [told, _word(shift.word, words)], str(shift.word))


def _word(word: str, words: Words) -> str:
    return f'<span class="drift-word {word}">{words.text(f"forecast.drift.words.{word}")}</span>'


# --- the log ----------------------------------------------------------------------------------------------------


def log(entries: Sequence[Entry], frame: Frame) -> html.Section:
    """What happened to the main model, newest first."""
    words = frame.words
    title = words.text("forecast.log.title")
    if not entries:
        return section("forecast-log", title, html.P(words.text("forecast.log.none"), className="quiet-text"))
    heads = [words.text(f"forecast.log.{name}") for name in ("when", "action", "who", "reason")]
    rows = [_entry(entry, frame) for entry in entries]
    return section("forecast-log", title, table(heads, rows, title, "worded"))


def _entry(entry: Entry, frame: Frame) -> str:
    words = frame.words
    action = words.text(f"forecast.log.actions.{entry.action}")
    why = reason(entry, words)
    if entry.month:
        why = words.text("forecast.log.month", month=words.period(entry.month), reason=why)
    return row(frame.when(entry.at), [escape(action), escape(words.author(entry.actor)), escape(why)])


def alarms(found: Tracking, words: Words) -> list[html.P]:
    """What of the drift must be known at the head of the page."""
    if found.drift is None or found.drift.word == "ok":
        return []
    kind = "warning" if found.drift.word == "alarm" else "info"
    return [notice(kind, words.text(f"forecast.drift.told.{found.drift.word}"))]
