"""The dark figure and perception as tables: the shares with their intervals, and what must be known of them."""

from __future__ import annotations

from collections.abc import Iterator

from components import dark_figure, perception
from components.survey_words import item_name, shown, worth
from components.tables_out import Cell
from domain.surveys import DarkFigure, Estimate, Felt, Perception
from locales import Words

DARK = (
    *("part", "survey", "year", "item", "name", "place", "unit"),
    *("not_reported_percent", "low_percent", "high_percent", "level_percent", "answers", "worth"),
)
FELT = (
    *("part", "survey", "year", "area", "name", "parent", "item", "item_name", "percent", "low_percent"),
    *("high_percent", "level_percent", "answers", "design", "worth", "recorded_from", "recorded_to"),
    *("recorded_crime_per_1000", "recorded_incivilities_per_1000"),
)
Line = tuple[Cell, ...]


def dark(found: DarkFigure, words: Words) -> Iterator[Line]:
    """Under `DARK`: notes, the goal, a row for each crime and year, and what was not asked."""
    notes = [words.text(f"surveys.dark.read.{name}") for name in ("yearly", "survey", "reports")]
    notes += [words.text("surveys.synthetic")] if found.synthetic else []
    for note in [*notes, *dark_figure.silent_told(found, words)]:
        yield _line(DARK, {"part": "about", "name": note})
    if found.goal is not None:
        goal = {"name": dark_figure.goal_told(found.goal, words), "not_reported_percent": _times(found.goal.share)}
        yield _line(DARK, {"part": "goal", **goal})
    for series in found.series:
        for point in series.points:
            percent, low, high = _shares(point)
            told = {"not_reported_percent": percent, "low_percent": low, "high_percent": high}
            told |= {"part": "share", "place": point.place, "unit": point.unit.value, **_common(point, words)}
            yield _line(DARK, told | {"item": point.item, "name": item_name(point.item, words)})
    for code in found.not_asked:
        name = item_name(code, words)
        yield _line(DARK, {"part": "not_asked", "item": code, "name": name, "worth": words.text("surveys.not_asked")})


def felt(found: Perception, words: Words) -> Iterator[Line]:
    """Under `FELT`: notes, and for each area what it feels and sees, with what is recorded beside the feeling."""
    notes = perception.cautions(found, words)
    notes += [words.text("surveys.synthetic")] if found.synthetic else []
    notes += [words.text("surveys.perception.met_told")] if found.met else []
    for note in notes:
        yield _line(FELT, {"part": "about", "name": note})
    for estimate in found.everybody:
        yield _line(FELT, {"part": "everybody", "name": estimate.place, **_answer(estimate, words)})
    for part, areas in (("area", found.areas), ("met", found.met)):
        for area in areas:
            yield _line(FELT, {"part": part, **_place(area), **_answer(area.unsafe, words), **_recorded(area, found)})
            for seen in area.incivilities:
                yield _line(FELT, {"part": part, **_place(area), **_answer(seen, words)})


def _place(area: Felt) -> dict[str, Cell]:
    return {"area": area.code, "name": area.name, "parent": area.parent}


def _answer(estimate: Estimate, words: Words) -> dict[str, Cell]:
    percent, low, high = _shares(estimate)
    told: dict[str, Cell] = {"percent": percent, "low_percent": low, "high_percent": high}
    told |= {"item": estimate.item, "item_name": item_name(estimate.item, words), "design": estimate.design.value}
    return told | _common(estimate, words)


def _common(estimate: Estimate, words: Words) -> dict[str, Cell]:
    level = _times(estimate.level)
    told: dict[str, Cell] = {"survey": estimate.survey, "year": estimate.year, "level_percent": level}
    return told | {"answers": estimate.answers, "worth": worth(estimate, words)}


def _recorded(area: Felt, found: Perception) -> dict[str, Cell]:
    if area.recorded is None or found.window is None:
        return {}
    return {
        "recorded_from": found.window.start.isoformat(),
        "recorded_to": found.window.end.isoformat(),
        "recorded_crime_per_1000": round(area.recorded.crime, 2),
        "recorded_incivilities_per_1000": round(area.recorded.incivilities, 2),
    }


def _shares(estimate: Estimate) -> tuple[Cell, Cell, Cell]:
    """Share, low and high in percent; nothing of what is not estimable."""
    if not shown(estimate):
        return None, None, None
    return _times(estimate.share), _times(estimate.low), _times(estimate.high)


def _times(share: float | None) -> Cell:
    return None if share is None else round(100 * share, 2)


def _line(columns: tuple[str, ...], values: dict[str, Cell]) -> Line:
    return tuple(values.get(column) for column in columns)
