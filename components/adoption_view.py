"""The adoption page put together: what stands still, and the parts that each answer fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from components.adoption_answer import cards, notes, sentence
from components.adoption_close import chooser, close
from components.adoption_compare import compare
from components.adoption_map import drawing
from components.adoption_sources import sources
from components.adoption_spread import spread
from components.adoption_table import table
from components.icons import icon
from components.markup import Html, markup
from components.share import menu
from domain.adoption import Adoption, Curve, Detail
from domain.adoption_question import Question
from locales import Words

PATH = "/adoption"
PARTS = ("day", "share", "sentence", "notes", "cards", "map", "table", "spread", "chooser", "sources")
# Each asked for on its own; the part that takes it says so to Dash.
ANSWERS = {"standing": "cards", "compared": "compare", "close": "close"}


def address(day: date) -> Callable[[str], str]:
    """Where a precinct is looked at on a day, by its code."""
    return lambda code: f"{PATH}?day={day}&precinct={quote(code)}"


def standing(
    found: Adoption, outlines: Mapping[str, Any], question: Question, words: Words, *, left_out: bool = False
) -> dict[str, str]:
    """What the day decides: the HTML of each part by its id."""
    drawn = [
        _day(found, words),
        _share(found, words),
        sentence(found, words),
        notes(found, words, left_out=left_out),
        cards(found, words),
        drawing(found, outlines, question.precinct, words),
        table(found, address(found.day), question.precinct, words),
        spread(found, words),
        chooser(found, question.precinct, words),
        sources(found, words),
    ]
    return {f"adoption-{name}": markup(part) for name, part in zip(PARTS, drawn, strict=True)}


def compared(curves: Sequence[Curve], question: Question, words: Words) -> dict[str, str]:
    return {"adoption-compare": markup(compare(curves, words.precincts, question, words))}


def looked_at(found: Detail | None, words: Words) -> dict[str, str]:
    return {"adoption-close": markup(close(found, words))}


def _share(found: Adoption, words: Words) -> html.Details:
    """What leaves names its day, so that it says the same tomorrow."""
    day = f"?day={found.day.isoformat()}"
    # In English a spreadsheet reads the common table as it is.
    semicolons = ("table", f"/export/adoption.csv{day}&for=spreadsheet", words.text("ui.share.spreadsheet"))
    spreadsheet = [semicolons] if words.language == "es" else []
    taken = [
        ("table", f"/export/adoption.csv{day}", words.text("ui.share.csv")),
        *spreadsheet,
        ("chart", f"/api/v1/adoption{day}", words.text("adoption.json")),
        ("period", f"{PATH}/revisions", words.text("adoption.revisions")),
    ]
    links = [html.A([icon(image, 18), name], href=target, className="menu-item") for image, target, name in taken]
    return menu(links, words)


def page(drawn: Mapping[str, dict[str, str]], words: Words) -> html.Div:
    """The whole page; `drawn` holds the parts of each answer."""
    return html.Div(
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.H1(words.text("adoption.title")),
                            html.Div(className="spring"),
                            html.Div(id="adoption-day"),
                            html.Div(id="adoption-share"),
                        ],
                        className="title-row",
                    ),
                    html.P(id="adoption-sentence", className="sentence", **{"aria-live": "polite"}),
                    html.Div(id="adoption-notes", className="map-notices"),
                ],
                className="page-head",
            ),
            html.Section(id="adoption-cards", className="adoption-cards", **_label("adoption.cards.title", words)),
            html.Div(
                [
                    html.Div(id="adoption-map", className="card"),
                    html.Div(id="adoption-table", className="card"),
                ],
                className="adoption-split",
            ),
            html.Div([_titled("compare"), _titled("spread")], className="adoption-pair"),
            _close(words),
            _titled("sources"),
            _stores(drawn),
        ],
        id="adoption-page",
        className="adoption-page",
    )


def _label(key: str, words: Words) -> dict[str, str]:
    return {"aria-label": words.text(key)}


def _titled(name: str) -> html.Section:
    return html.Section(
        id=f"adoption-{name}", className=f"card adoption-{name}", **{"aria-labelledby": f"adoption-{name}-title"}
    )


def _close(words: Words) -> html.Section:
    head = [html.H2(words.text("adoption.close.title"), id="adoption-close-title"), html.Div(id="adoption-chooser")]
    return html.Section(
        [html.Div(head, className="section-head"), html.Div(id="adoption-close")],
        id="adoption-close-card",
        className="card adoption-close",
        **{"aria-labelledby": "adoption-close-title"},
    )


def _day(found: Adoption, words: Words) -> Html:
    told = words.text("adoption.day_told", first=words.day(found.first), last=words.day(found.last))
    return Html(
        f'<label class="day-chooser" title="{escape(told)}">{escape(words.text("adoption.day"))}'
        f'<input type="date" class="chooser" id="adoption-day-box" data-asks="day" value="{found.day}" '
        f'min="{found.first}" max="{found.last}" required></label>'
    )


def _stores(drawn: Mapping[str, dict[str, str]]) -> html.Div:
    """What is drawn, and what is asked when the reader changes the day, the comparison or the precinct."""
    asked = [dcc.Store(id=f"adoption-{name}-asked") for name in ANSWERS]
    return html.Div(
        [*asked, *(dcc.Store(id=f"adoption-{name}-drawn", data=drawn[name]) for name in ANSWERS)], hidden=True
    )


def nothing(words: Words, *, may_deliver: bool) -> html.Div:
    """The page before anything was delivered: what it needs, and the next step."""
    step: Any = html.P(words.text("adoption.empty.ask"), className="quiet-text")
    if may_deliver:
        step = dcc.Link(words.text("adoption.empty.deliver"), href="/tables", className="button")
    return html.Div(
        [
            html.Div(html.H1(words.text("adoption.title")), className="title-row"),
            html.Div(
                [
                    html.H2(words.text("adoption.empty.title")),
                    html.P(words.text("adoption.empty.told")),
                    html.P(words.text("adoption.unit"), className="quiet-text"),
                    step,
                ],
                className="card empty",
            ),
        ],
        className="adoption-page",
    )
