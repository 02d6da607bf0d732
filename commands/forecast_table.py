"""A backtest as a table of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from typing import TYPE_CHECKING

from domain.forecast.models import COVERAGES, REFERENCE, Model
from locales import Words

if TYPE_CHECKING:
    from services.forecast.backtest import Backtest

NAMES = 32  # characters of a model's name
NUMBERS = 10
SURE = 20  # of a figure with its interval


def table(found: Backtest, words: Words) -> Iterator[str]:
    """Line by line: what was tested, every model at each coverage, and how well its rates fit."""
    yield from _head(found, words)
    for coverage in COVERAGES:
        yield ""
        yield from _at(found, coverage, words)
    yield ""
    yield from _fit(found, words)


def _head(found: Backtest, words: Words) -> Iterator[str]:
    events = found.pooled[REFERENCE].events
    yield words.text(
        "forecast_commands.head",
        target=found.target.code,
        cell=found.target.cell,
        cells=found.cells,
        weeks=len(found.mondays),
        first=found.mondays[0].isoformat(),
        last=found.mondays[-1].isoformat(),
        events=events,
        weekly=events / len(found.mondays),
    )
    if len(found.mondays) < found.wanted.weeks:
        yield words.text(
            "forecast_commands.short", asked=found.wanted.weeks, weeks=len(found.mondays), learned=found.learned
        )
    if found.without:
        yield words.text("forecast_commands.without")


def _row(name: str, *cells: str) -> str:
    return f"{name:<{NAMES}}" + "".join(f"{cell:>{NUMBERS}}" for cell in cells)


def _number(value: float | None, decimals: int = 3) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"


def _sure(value: float, low: float, high: float) -> str:
    """A figure with its interval."""
    return f"{_number(value)} [{_number(low)}, {_number(high)}]"


def _wide(text: str) -> str:
    return f"  {text:<{SURE}}"


def _name(model: Model, words: Words) -> str:
    return words.text(f"forecast.models.{model}")


def _at(found: Backtest, coverage: float, words: Words) -> Iterator[str]:
    title = words.text("forecast_commands.coverage", coverage=words.percent(coverage))
    ratio = words.text("forecast_commands.ratio")
    yield _row(title, _wide("HR [95 %]"), "PAI", "PEI", "RRI", "n/km2") + f"  {ratio}"
    for model, score in found.pooled.items():
        hits = score.hits(coverage)
        figures = map(_number, (hits.pai, hits.pei, hits.rri, hits.efficiency))
        sure = (found.hit_rate(model, coverage), found.hit_ratio(model, coverage))
        rate, against = (_sure(*astuple(one)) if one else "-" for one in sure)
        yield _row(_name(model, words), _wide(rate), *figures) + f"  {against}"
    best = next(one for one in found.ceiling if one.coverage == coverage)
    reached = _wide(_number(best.hit_rate))
    yield _row(words.text("forecast_commands.ceiling"), reached, "", _number(best.pei))


def _fit(found: Backtest, words: Words) -> Iterator[str]:
    columns = ("skill", "over_ewma", "level", "seconds_fit", "seconds_forecast")
    yield _row("", *(words.text(f"forecast_commands.{name}") for name in columns))
    for model, score in found.pooled.items():
        skill, over = found.skill(model), found.skill(model, Model.EWMA)
        fits = found.fits[model]
        yield _row(
            _name(model, words),
            _number(skill and skill.value, 4),
            _number(over and over.value, 4),
            _number(score.level),
            _number(sum(fits) / len(fits), 2),
            _number(found.forecasts[model], 2),
        )
