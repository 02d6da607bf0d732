"""How much stays in the dark? The share that was not reported, by year and crime type, and how it is to be read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from components import dark_figure_plot as plot
from components.icons import icon
from components.share import menu
from components.survey_words import figure, hundred, interval, item_name, notes, percent, shown, table, worth
from domain.linking import Bound
from domain.surveys import DarkFigure, DarkGoal, Estimate, Series, beyond
from domain.taxonomy import taxonomy
from locales import Words

PATH = "/dark-figure"


def page(found: DarkFigure, bound: Bound | None, words: Words, *, may_deliver: bool) -> html.Div:
    """The whole page; `bound` is what linked lists add, None for who may not see it."""
    if found.surrounding is None:
        return _nothing(found, words, may_deliver=may_deliver)
    body = [_headline(found, found.headline, words)] if found.headline else []
    return html.Div(
        [
            _head(found, words),
            *body,
            _types(found, words),
            html.Div([_not_asked(found, words), _bound(bound, words)], className="survey-pair"),
            _sources(found, words),
        ],
        className="survey-page",
    )


def _head(found: DarkFigure, words: Words) -> html.Div:
    where = f"?{urlencode({'where': _where(found)})}" if _where(found) else ""
    csv = f"/export/dark-figure.csv{where}"
    taken = [html.A([icon("table", 18), words.text("ui.share.csv")], href=csv, className="menu-item")]
    title = [html.H1(words.text("surveys.dark.title")), html.Div(className="spring"), menu(taken, words)]
    head = [html.Div(title, className="title-row"), html.P(sentence(found, words), className="sentence")]
    return html.Div([*head, _choice(found, words), read_so(words)], className="page-head")


def _where(found: DarkFigure) -> str:
    return "" if found.surrounding is None or len(found.surroundings) < 2 else found.surrounding.key


def sentence(found: DarkFigure, words: Words) -> str:
    """The answer in words: the last year, how it changed, the goal."""
    series = found.headline
    if series is None:
        return words.text("surveys.dark.none_told")
    last = series.last
    said = [_told("surveys.dark.sentence", series, last, words)]
    first = next((point for point in series.points if shown(point)), last)
    if first is not last:
        key = "changed" if beyond(last, first) else "unsure"
        said.append(words.text(f"surveys.dark.{key}", year=str(first.year), many=hundred(first.share or 0, words)))
    if found.goal is not None:
        said.append(goal_told(found.goal, words))
    return " ".join(said)


def _told(key: str, series: Series, point: Estimate, words: Words) -> str:
    return words.text(
        key,
        year=str(point.year),
        place=point.place,
        unit=words.text(f"surveys.units_asked.{series.unit}"),
        many=hundred(point.share or 0, words),
        low="–" if point.low is None else hundred(point.low, words),
        high="–" if point.high is None else hundred(point.high, words),
    )


def goal_told(goal: DarkGoal, words: Words) -> str:
    due = words.text("surveys.dark.goal_due", day=words.month(goal.due)) if goal.due else ""
    came = "" if goal.baseline is None else words.text("surveys.dark.goal_from", share=words.percent(goal.baseline))
    return words.text("surveys.dark.goal", share=words.percent(goal.share), came=came, due=due)


def read_so(words: Words) -> html.Div:
    """What must never be read into the figure; always in sight."""
    lines = [words.text(f"surveys.dark.read.{name}") for name in ("yearly", "survey", "reports")]
    return html.Div([icon("info", 20), notes(lines)], className="survey-box", role="note")


def _choice(found: DarkFigure, words: Words) -> html.Nav | None:
    """Other places that were asked, where there are some."""
    if len(found.surroundings) < 2:
        return None
    several = len({one.survey for one in found.surroundings}) > 1
    links = [
        dcc.Link(
            one.key if several else one.place,
            href=f"{PATH}?{urlencode({'where': one.key})}",
            className="preset",
            **({"aria-current": "true"} if one == found.surrounding else {}),
        )
        for one in found.surroundings
    ]
    return html.Nav(links, className="survey-choice", **{"aria-label": words.text("surveys.dark.places")})


# --- all crimes ------------------------------------------------------------------------------------------------


def _headline(found: DarkFigure, series: Series, words: Words) -> html.Div:
    others = [one for one in found.series if one.item == series.item and one is not series]
    rows = [_year(one, point, words) for one in (series, *others) for point in reversed(one.points)]
    heads = ["year", "unit", "share", "interval", "answers", "worth"]
    label = words.text("surveys.dark.by_year")
    told = table([words.text(f"surveys.columns.{head}") for head in heads], rows, label)
    return html.Div(
        [
            html.Section(
                [html.H2(_name(series, words), id="dark-chart"), plot.chart(series, found.goal, words)],
                className="card",
                **{"aria-labelledby": "dark-chart"},
            ),
            html.Section(
                [html.H2(label, id="dark-years"), told], className="card", **{"aria-labelledby": "dark-years"}
            ),
        ],
        className="survey-split",
    )


def _name(series: Series, words: Words) -> str:
    return f"{item_name(series.item, words)}, {words.text(f'surveys.of.{series.unit}')}"


def _year(series: Series, point: Estimate, words: Words) -> html.Tr:
    share = percent(point.share, words) if shown(point) else words.text("surveys.not_estimable")
    cells = [
        words.text(f"surveys.units.{series.unit}"),
        html.B(share),
        interval(point, words) if shown(point) else "–",
        "–" if point.answers is None else words.number(point.answers),
        worth(point, words),
    ]
    return html.Tr([html.Th(str(point.year), scope="row"), *map(html.Td, cells)], className=f"worth-{point.worth}")


# --- by crime type ---------------------------------------------------------------------------------------------


def _types(found: DarkFigure, words: Words) -> html.Section:
    title = words.text("surveys.dark.by_type")
    years = sorted({point.year for series in found.series for point in series.points})
    columns = ("type", "unit", "picture", "answers", "worth")
    names = [words.text(f"surveys.columns.{name}") for name in columns]
    heads = [*names[:2], *map(str, years), names[2], *names[3:]]
    rows = [_row(series, years, words) for series in found.series]
    return html.Section(
        [
            html.H2(title, id="dark-types"),
            html.P(words.text("surveys.dark.by_type_told"), className="quiet-text"),
            table(list(heads), rows, title),
        ],
        className="card survey-types",
        **{"aria-labelledby": "dark-types"},
    )


def _row(series: Series, years: list[int], words: Words) -> html.Tr:
    by_year = {point.year: point for point in series.points}
    cells: list[Any] = [words.text(f"surveys.units.{series.unit}")]
    cells += [figure(by_year[year], words) if year in by_year else words.text("surveys.not_asked") for year in years]
    answers = "–" if series.last.answers is None else words.number(series.last.answers)
    cells += [plot.track([(series.last, "dark")], words), answers, worth(series.last, words)]
    name = html.Th(item_name(series.item, words), scope="row")
    return html.Tr([name, *map(html.Td, cells)], className=f"worth-{series.last.worth}")


def _not_asked(found: DarkFigure, words: Words) -> html.Section:
    """What the survey says nothing of: it is named, so that nobody takes silence for light."""
    families = taxonomy().families
    names = [words.term("family" if code in families else "type", code) for code in found.not_asked]
    return html.Section(
        [
            html.H2(words.text("surveys.dark.not_asked"), id="dark-not-asked"),
            html.P(words.text("surveys.dark.not_asked_told"), className="quiet-text"),
            html.Ul([html.Li(name) for name in names], className="survey-names"),
        ],
        className="card",
        **{"aria-labelledby": "dark-not-asked"},
    )


# --- linked lists, sources, nothing ----------------------------------------------------------------------------


def _bound(bound: Bound | None, words: Words) -> html.Section | None:
    if bound is None:
        return None
    lists = words.text(
        "surveys.bound.lists",
        window=words.window(bound.window),
        formal=bound.formal,
        informal=bound.informal,
        linked=bound.linked,
        metres=round(bound.metres),
        hours=round(bound.hours),
    )
    if bound.mostly_chance:
        answer = words.text("surveys.bound.chance", linked=bound.linked, chance=round(bound.chance))
    elif bound.estimate is None:
        answer = words.text("surveys.bound.none", linked=bound.linked, least=bound.least)
    else:
        answer = words.text(
            "surveys.bound.told", known=bound.known, total=round(bound.estimate.total), low=round(bound.estimate.low)
        )
    lines = [words.text(f"surveys.bound.assumes.{name}") for name in ("closed", "links", "chance", "lower")]
    return html.Section(
        [
            html.H2(words.text("surveys.bound.title"), id="dark-bound"),
            html.P(answer),
            html.P(lists, className="quiet-text"),
            notes(lines),
        ],
        className="card",
        **{"aria-labelledby": "dark-bound"},
    )


def _sources(found: DarkFigure, words: Words) -> html.Section:
    assert found.surrounding is not None
    levels = sorted({point.level for series in found.series for point in series.points})
    told = [
        words.text("surveys.source", survey=found.surrounding.survey, level=words.listed(map(words.percent, levels)))
    ]
    told += silent_told(found, words)
    if found.goal is not None and found.goal.source:
        told.append(words.text("surveys.dark.goal_source", source=found.goal.source))
    told += [words.text("surveys.synthetic")] if found.synthetic else []
    told.append(words.text("surveys.rule"))
    return html.Section(
        [html.H2(words.text("surveys.sources"), id="dark-sources"), notes(told)],
        className="card",
        **{"aria-labelledby": "dark-sources"},
    )


def silent_told(found: DarkFigure, words: Words) -> list[str]:
    """Surveys that were delivered and do not ask who reported: nothing is guessed from them."""
    return [words.text("surveys.dark.silent", survey=survey, year=str(year)) for survey, year in found.silent]


def _nothing(found: DarkFigure, words: Words, *, may_deliver: bool) -> html.Div:
    told = silent_told(found, words)
    step = dcc.Link(words.text("surveys.empty.deliver"), href="/tables", className="button")
    return html.Div(
        [
            html.Div(html.Div(html.H1(words.text("surveys.dark.title")), className="title-row"), className="page-head"),
            html.Div(
                [
                    html.H2(words.text("surveys.dark.empty")),
                    *([notes(told)] if told else []),
                    html.P(words.text("surveys.empty.how")),
                    step if may_deliver else html.P(words.text("surveys.empty.ask"), className="quiet-text"),
                ],
                className="card empty",
            ),
            read_so(words),
        ],
        className="survey-page",
    )
