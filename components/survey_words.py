"""How shares of a survey are said: the item, the share with its interval, and how far it may be used."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from dash import html

from domain.surveys import Design, Estimate, Worth
from domain.taxonomy import taxonomy
from locales import Words, catalogue

UNBROKEN = "\N{NO-BREAK SPACE}"


def item_name(item: str, words: Words) -> str:
    """A crime type or family, a question or a disorder; what nobody named is called by its code."""
    if f"surveys.items.{item}" in catalogue(words.language):
        return words.text(f"surveys.items.{item}")
    kind = "family" if item in taxonomy().families else "type"
    return words.term(kind, item)


def percent(share: float | None, words: Words) -> str:
    return "–" if share is None else words.percent(share).replace(" ", UNBROKEN)


def interval(estimate: Estimate, words: Words) -> str:
    """The interval in whole percent; a dash where none is told."""
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{words.number(100 * estimate.low)}–{percent(estimate.high, words)}"


def rate(value: float, words: Words) -> str:
    """A rate with one decimal, a round one too, so that they stand under each other."""
    return format_decimal(value, "#,##0.0", locale=words.locale)


def hundred(share: float, words: Words) -> str:
    """How many of a hundred."""
    return words.number(100 * share)


def worth(estimate: Estimate, words: Words) -> str:
    """How far the share may be used, with the reason."""
    if estimate.why is None:
        return words.text("surveys.worth.sound" if estimate.design is Design.PROBABILITY else "surveys.worth.gathered")
    return words.text(f"surveys.worth.{estimate.why}", count=estimate.answers or 0)


def shown(estimate: Estimate) -> bool:
    """Whether the share may be shown as a figure."""
    return estimate.worth is not Worth.NONE


def figure(estimate: Estimate, words: Words) -> list[Any]:
    """The share with its interval, quiet where it is weak, or that it cannot be estimated."""
    told = {"title": worth(estimate, words)}
    if not shown(estimate):
        return [html.Span(words.text("surveys.not_estimable"), className="quiet-text", **told)]
    weak = " weak" if estimate.worth is Worth.WEAK else ""
    span = html.Span(f" ({interval(estimate, words)})", className="quiet-text")
    return [html.Span([html.B(percent(estimate.share, words)), span], className=f"share-told{weak}", **told)]


def notes(lines: list[str]) -> html.Ul:
    return html.Ul([html.Li(line) for line in lines], className="survey-notes")


def table(heads: list[Any], rows: list[html.Tr], label: str) -> html.Div:
    """A table that scrolls where it is wider than its place."""
    drawn = html.Table(
        [
            html.Caption(label, className="visually-hidden"),
            html.Thead(html.Tr([head if isinstance(head, html.Th) else html.Th(head, scope="col") for head in heads])),
            html.Tbody(rows),
        ],
        className="table wide",
    )
    return html.Div(drawn, className="scrolling", tabIndex="0", role="group", **{"aria-label": label})
