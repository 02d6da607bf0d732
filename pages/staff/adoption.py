"""Who is connected? Registered addresses of every precinct against its goal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html, register_page

from components import adoption_view as view
from components.adoption_answer import ordered
from domain.adoption import Adoption
from domain.adoption_question import Question
from domain.errors import Invalid, NotFound
from domain.people import Permission, may
from locales import Words
from services import adoption, territory
from web import session

register_page(
    __name__,
    path="/adoption",
    title="Atalaya",
    label="adoption.nav",
    icon="connected",
    group="adoption",
    permission=Permission.ADOPTION,
)

Parts = dict[str, str]


def layout(**query: str) -> html.Div:
    """The page, already answered: the first view needs no second request."""
    question = Question.from_query(query)
    try:
        found, left_out = _standing(question)
    except NotFound:
        return view.nothing(session.words(), may_deliver=may(session.actor(), Permission.TABLES))
    words, question = session.words(found.names), _among(found, question)
    drawn = {
        "standing": _standing_parts(found, question, words, left_out=left_out),
        "compared": _compared(question, words),
        "close": _close(question, words),
    }
    return view.page(drawn, words)


def _standing(question: Question) -> tuple[Adoption, bool]:
    """The day asked for, or the last one where that has no data."""
    store, actor = session.store(), session.actor()
    try:
        return adoption.standing(store, actor, question.day), False
    except Invalid:
        return adoption.standing(store, actor), True


def _words() -> Words:
    return session.words(adoption.names(session.store(), session.actor()))


def _among(found: Adoption, question: Question) -> Question:
    """The question as this reader may ask it on that day."""
    codes = [row.precinct for row in ordered(found)]
    return replace(question.among(codes, found.outlooks), day=found.day)


def _standing_parts(found: Adoption, question: Question, words: Words, *, left_out: bool) -> Parts:
    outlines = territory.outlines(session.store(), session.actor())
    return view.standing(found, outlines, question, words, left_out=left_out)


def _compared(question: Question, words: Words) -> Parts:
    curves = adoption.curves(session.store(), session.actor(), question.compare, question.day)
    return view.compared(curves, question, words)


def _close(question: Question, words: Words) -> Parts:
    store, actor = session.store(), session.actor()
    detail = adoption.detail(store, actor, question.precinct, question.day) if question.precinct else None
    return view.looked_at(detail, words)


# What the server draws is put into its places, each answer on its own: the day redraws more than a comparison.
for name, place in view.ANSWERS.items():
    clientside_callback(
        ClientsideFunction("page", "fill"),
        Output(f"adoption-{place}", "data-drawn"),
        Input(f"adoption-{name}-drawn", "data"),
    )


@callback(
    Output("adoption-standing-drawn", "data"),
    Input("adoption-standing-asked", "data"),
    running=[(Output("adoption-page", "className"), "adoption-page waiting", "adoption-page")],
    prevent_initial_call=True,
)
def standing(asked: Any) -> Parts:
    """Another day: the sentence, cards, map, table, scatter and populations."""
    found, left_out = _standing(Question.from_query(asked))
    question, words = _among(found, Question.from_query(asked)), session.words(found.names)
    return _standing_parts(found, question, words, left_out=left_out)


@callback(
    Output("adoption-compared-drawn", "data"), Input("adoption-compared-asked", "data"), prevent_initial_call=True
)
def compared(asked: Any) -> Parts:
    """Other precincts side by side, or by the other clock."""
    return _compared(Question.from_query(asked), _words())


@callback(Output("adoption-close-drawn", "data"), Input("adoption-close-asked", "data"), prevent_initial_call=True)
def close(asked: Any) -> Parts:
    """Another precinct close by. The service refuses those that are not the reader's."""
    return _close(Question.from_query(asked), _words())
