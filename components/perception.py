"""How do neighbours feel? Fear and incivilities by neighbourhood, beside what is recorded there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components import dark_figure_plot as plot
from components.icons import icon
from components.share import menu
from components.survey_words import figure, hundred, interval, item_name, notes, rate, shown, table, worth
from domain.surveys import Estimate, Felt, LeftOut, Perception, Recorded, Worth
from locales import Words

RECORDED = ("crime", "incivilities")


def page(found: Perception, words: Words, *, may_deliver: bool) -> html.Div:
    if not (found.areas or found.met or found.everybody):
        return _nothing(found, words, may_deliver=may_deliver)
    return html.Div(
        [
            _head(found, words),
            _areas(found, [area for area in found.areas if not area.parent], "precinct", words),
            _areas(found, [area for area in found.areas if area.parent], "neighbourhood", words),
            _plain("met", [(_name(area), area.unsafe) for area in found.met], words, "surveys.perception.met_told"),
            _plain("places", _places(found), words) if len(found.everybody) > 1 else None,
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
    """The least safe and the safest among those whose share is sound, and the widest place that a survey tells of."""
    sound = [area for area in found.areas if area.unsafe.worth is Worth.SOUND]
    all_told = [_everybody(estimate, words) for estimate in found.everybody[:1] if shown(estimate)]
    if not sound:
        none = [] if all_told and not found.areas else [words.text("surveys.perception.nothing_sound")]
        return " ".join([*none, *all_told])
    worst, best = sound[0], sound[-1]
    told = {"worst": worst.name, "worst_year": str(worst.unsafe.year), "most": hundred(worst.unsafe.share or 0, words)}
    if len(sound) == 1:
        return " ".join([words.text("surveys.perception.single", **told), *all_told])
    told |= {"best": best.name, "best_year": str(best.unsafe.year), "least": hundred(best.unsafe.share or 0, words)}
    return " ".join([words.text("surveys.perception.spread", **told), *all_told])


def _everybody(estimate: Estimate, words: Words) -> str:
    told = {"many": hundred(estimate.share or 0, words), "interval": interval(estimate, words)}
    return words.text("surveys.perception.everybody", place=estimate.place, year=str(estimate.year), **told)


def cautions(found: Perception, words: Words) -> list[str]:
    """What must be known before the figures are compared."""
    lines = [words.text("surveys.perception.beside")]
    small = sum(area.unsafe.worth is not Worth.SOUND for area in found.areas)
    if small:
        lines.append(words.text("surveys.perception.small", count=small))
    if found.window is not None:
        lines.append(words.text("surveys.perception.recorded", window=words.window(found.window)))
    if found.left_out is not None and found.left_out is not LeftOut.NOWHERE:
        lines.append(words.text(f"surveys.perception.left_out.{found.left_out}"))
    if found.hidden:
        lines.append(words.text("surveys.perception.hidden", count=found.hidden))
    return lines


def _areas(found: Perception, areas: Sequence[Felt], level: str, words: Words) -> html.Section | None:
    """One table for the precincts and one for neighbourhoods: a part is not set beside its whole."""
    if not areas:
        return None
    recorded = found.window is not None and any(area.recorded for area in areas)
    columns = ["area", "unsafe", "both", "seen", *(RECORDED if recorded else ()), "answers", "worth"]
    title = words.text(f"surveys.perception.by_{level}")
    key = [
        html.Span([html.I(className="swatch dot"), words.text("surveys.key.unsafe")]),
        html.Span([html.I(className="swatch square"), words.text("surveys.key.seen")]),
    ]
    rows = [_row(area, recorded, words) for area in areas]
    told = (
        [html.P(words.text("surveys.perception.not_placed"), className="quiet-text")]
        if not recorded and found.window
        else []
    )
    name = f"felt-{level}"
    return html.Section(
        [
            html.H2(title, id=name),
            *told,
            html.Div(key, className="key quiet-text"),
            table([_head_of(column, words) for column in columns], rows, title),
        ],
        className="card survey-areas",
        **{"aria-labelledby": name},
    )


def _head_of(column: str, words: Words) -> Any:
    name = words.text(f"surveys.columns.{column}")
    if column not in RECORDED:
        return name
    per = html.Span(words.text("surveys.perception.people"), className="quiet-text")
    return html.Th([name, html.Br(), per], scope="col")


def _row(area: Felt, recorded: bool, words: Words) -> html.Tr:
    most = next((seen for seen in area.incivilities if shown(seen)), None)
    marks = [(area.unsafe, "felt"), *([(most, "seen")] if most else [])]
    cells: list[Any] = [figure(area.unsafe, words), plot.track(marks, words), _seen(most, words)]
    if recorded:
        cells += ["–", "–"] if area.recorded is None else _rates(area.recorded, words)
    answers = "–" if area.unsafe.answers is None else words.number(area.unsafe.answers)
    cells += [answers, worth(area.unsafe, words)]
    return html.Tr([_name(area), *map(html.Td, cells)], className=f"worth-{area.unsafe.worth}")


def _rates(recorded: Recorded, words: Words) -> list[str]:
    return [rate(recorded.crime, words), rate(recorded.incivilities, words)]


def _name(area: Felt) -> html.Th:
    parent = [html.Span(area.parent, className="quiet-text")] if area.parent else []
    return html.Th([area.name, *parent], scope="row")


def _seen(estimate: Estimate | None, words: Words) -> Any:
    if estimate is None:
        return "–"
    return [item_name(estimate.item, words), html.Br(), *figure(estimate, words)]


def _places(found: Perception) -> list[tuple[html.Th, Estimate]]:
    return [(html.Th(estimate.place, scope="row"), estimate) for estimate in found.everybody]


def _plain(kind: str, told: Sequence[tuple[html.Th, Estimate]], words: Words, warning: str = "") -> html.Section | None:
    """A table of who feels unsafe, and of nothing beside it."""
    if not told:
        return None
    title, name = words.text(f"surveys.perception.{kind}"), f"felt-{kind}"
    heads = [words.text(f"surveys.columns.{column}") for column in ("area", "unsafe", "answers", "worth")]
    rows = [
        html.Tr(
            [
                head,
                html.Td(figure(estimate, words)),
                html.Td("–" if estimate.answers is None else words.number(estimate.answers)),
                html.Td(worth(estimate, words)),
            ],
            className=f"worth-{estimate.worth}",
        )
        for head, estimate in told
    ]
    warned = [html.P([icon("warning", 18), words.text(warning)], className="notice warning")] if warning else []
    return html.Section(
        [html.H2(title, id=name), *warned, table(list(heads), rows, title)],
        className="card",
        **{"aria-labelledby": name},
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
