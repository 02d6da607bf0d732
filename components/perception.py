"""How do neighbours feel? Fear and incivilities by neighbourhood, beside what is recorded there."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components import dark_figure_plot as plot
from components.icons import icon
from components.share import menu
from components.survey_words import figure, hundred, interval, item_name, notes, percent, rate, shown, table, worth
from domain.surveys import Estimate, Felt, Perception, Worth
from locales import Words


def page(found: Perception, words: Words, *, may_deliver: bool) -> html.Div:
    if not (found.areas or found.met or found.everybody):
        return _nothing(found, words, may_deliver=may_deliver)
    return html.Div(
        [
            _head(found, words),
            _areas(found, words) if found.areas else None,
            _met(found, words) if found.met else None,
            _sources(found, words),
        ],
        className="survey-page",
    )


def _head(found: Perception, words: Words) -> html.Div:
    csv = html.A([icon("table", 18), words.text("ui.share.csv")], href="/export/perception.csv", className="menu-item")
    title = [html.H1(words.text("surveys.perception.title")), html.Div(className="spring"), menu([csv], words)]
    return html.Div(
        [
            html.Div(title, className="title-row"),
            html.P(sentence(found, words), className="sentence"),
            html.Div([icon("info", 20), notes(cautions(found, words))], className="survey-box", role="note"),
        ],
        className="page-head",
    )


def sentence(found: Perception, words: Words) -> str:
    """The least safe and the safest among those whose share is sound, and all together where a survey says it."""
    sound = [area for area in found.areas if area.unsafe.worth is Worth.SOUND]
    all_told = [_everybody(estimate, words) for estimate in found.everybody if shown(estimate)]
    if not sound:
        return " ".join([words.text("surveys.perception.nothing_sound"), *all_told])
    worst, best = sound[0], sound[-1]
    told = {"worst": worst.name, "worst_year": str(worst.unsafe.year), "most": hundred(worst.unsafe.share or 0, words)}
    if len(sound) == 1:
        return " ".join([words.text("surveys.perception.single", **told), *all_told])
    told |= {"best": best.name, "best_year": str(best.unsafe.year), "least": hundred(best.unsafe.share or 0, words)}
    return " ".join([words.text("surveys.perception.spread", **told), *all_told])


def _everybody(estimate: Estimate, words: Words) -> str:
    told = {"share": percent(estimate.share, words), "interval": interval(estimate, words)}
    return words.text("surveys.perception.everybody", place=estimate.place, **told)


def cautions(found: Perception, words: Words) -> list[str]:
    """What must be known before the figures are compared."""
    lines = [words.text("surveys.perception.beside")]
    small = sum(area.unsafe.worth is not Worth.SOUND for area in found.areas)
    if small:
        lines.append(words.text("surveys.perception.small", count=small))
    if found.window is not None:
        lines.append(words.text("surveys.perception.recorded", window=words.window(found.window)))
    else:
        key = "recorded_none" if found.may_explore else "recorded_closed"
        lines.append(words.text(f"surveys.perception.{key}"))
    if found.hidden:
        lines.append(words.text("surveys.perception.hidden", count=found.hidden))
    return lines


def _areas(found: Perception, words: Words) -> html.Section:
    names = ["area", "unsafe", "both", "seen", *(["crime", "incivilities"] if found.window else []), "answers", "worth"]
    title = words.text("surveys.perception.by_area")
    per = html.Span(words.text("surveys.perception.people"), className="quiet-text")
    heads: list[Any] = [
        html.Th([words.text(f"surveys.columns.{name}"), html.Br(), per], scope="col")
        if name in ("crime", "incivilities")
        else words.text(f"surveys.columns.{name}")
        for name in names
    ]
    rows = [_row(area, found, words) for area in found.areas]
    key = [
        html.Span([html.I(className="swatch dot"), words.text("surveys.key.unsafe")]),
        html.Span([html.I(className="swatch square"), words.text("surveys.key.seen")]),
    ]
    return html.Section(
        [html.H2(title, id="felt-areas"), html.Div(key, className="key quiet-text"), table(heads, rows, title)],
        className="card survey-areas",
        **{"aria-labelledby": "felt-areas"},
    )


def _row(area: Felt, found: Perception, words: Words) -> html.Tr:
    most = next((seen for seen in area.incivilities if shown(seen)), None)
    marks = [(area.unsafe, "felt"), *([(most, "seen")] if most else [])]
    cells: list[Any] = [figure(area.unsafe, words), plot.track(marks, words), _seen(most, words)]
    if found.window is not None:
        cells += (
            ["–", "–"]
            if area.recorded is None
            else [rate(area.recorded.crime, words), rate(area.recorded.incivilities, words)]
        )
    answers = "–" if area.unsafe.answers is None else words.number(area.unsafe.answers)
    cells += [answers, worth(area.unsafe, words)]
    return html.Tr([_name(area, words), *map(html.Td, cells)], className=f"worth-{area.unsafe.worth}")


def _name(area: Felt, words: Words) -> html.Th:
    parent = [html.Span(f" {words.term('precinct', area.parent)}", className="quiet-text")] if area.parent else []
    return html.Th([area.name, *parent], scope="row")


def _seen(estimate: Estimate | None, words: Words) -> Any:
    if estimate is None:
        return "–"
    return [item_name(estimate.item, words), " ", *figure(estimate, words)]


def _met(found: Perception, words: Words) -> html.Section:
    names = ("area", "unsafe", "answers", "worth")
    heads = [words.text(f"surveys.columns.{name}") for name in names]
    title = words.text("surveys.perception.met")
    rows = [
        html.Tr(
            [
                _name(area, words),
                html.Td(figure(area.unsafe, words)),
                html.Td("–" if area.unsafe.answers is None else words.number(area.unsafe.answers)),
                html.Td(worth(area.unsafe, words)),
            ],
            className=f"worth-{area.unsafe.worth}",
        )
        for area in found.met
    ]
    warning = html.P([icon("warning", 18), words.text("surveys.perception.met_told")], className="notice warning")
    return html.Section(
        [html.H2(title, id="felt-met"), warning, table(list(heads), rows, title)],
        className="card",
        **{"aria-labelledby": "felt-met"},
    )


def _sources(found: Perception, words: Words) -> html.Section:
    held = [*(area.unsafe for area in (*found.areas, *found.met)), *found.everybody]
    surveys = sorted({estimate.survey for estimate in held})
    levels = words.listed(words.percent(level) for level in sorted({estimate.level for estimate in held}))
    told = [words.text("surveys.source", survey=words.listed(surveys), level=levels)]
    told += [words.text("surveys.synthetic")] if found.synthetic else []
    told.append(words.text("surveys.rule"))
    return html.Section(
        [html.H2(words.text("surveys.sources"), id="felt-sources"), notes(told)],
        className="card",
        **{"aria-labelledby": "felt-sources"},
    )


def _nothing(found: Perception, words: Words, *, may_deliver: bool) -> html.Div:
    step = dcc.Link(words.text("surveys.empty.deliver"), href="/tables", className="button")
    hidden = [words.text("surveys.perception.hidden", count=found.hidden)] if found.hidden else []
    title = html.H1(words.text("surveys.perception.title"))
    return html.Div(
        [
            html.Div(html.Div(title, className="title-row"), className="page-head"),
            html.Div(
                [
                    html.H2(words.text("surveys.perception.empty")),
                    *map(html.P, hidden),
                    html.P(words.text("surveys.empty.how")),
                    step if may_deliver else html.P(words.text("surveys.empty.ask"), className="quiet-text"),
                ],
                className="card empty",
            ),
        ],
        className="survey-page",
    )
