"""What may one ask of the cameras, how long does it take, and what is kept?"""

from __future__ import annotations

from typing import Any

from dash import html

from components import footage_told
from config.jurisdiction import jurisdiction
from domain.footage.deadlines import Track
from domain.footage.draft import Kind
from services import clock
from services.footage import terms
from web import public, session


@public.page(
    "/footage",
    label="footage_public.title",
    described="footage_form.described",
    order=50,
    group="footage",
    first=True,
    scripts=("footage.js",),
)
def footage(visit: public.Visit) -> list[Any]:
    words, law = visit.words, jurisdiction(session.settings().jurisdiction)
    language, today = words.language, terms.today(law, clock.now())
    rules = [law.rule(track, today) for track in Track]
    laws = [footage_told.Legal(rule.track, rule.law[language], rule.term) for rule in rules if rule is not None]
    return [
        html.H1(words.text("footage_public.title")),
        html.P(words.text("footage_public.lead"), className="lead"),
        html.Div(
            [
                html.A(words.text("footage_public.ask"), href=footage_told.FORM, className="button"),
                html.A(
                    words.text("footage_public.keep"),
                    href=footage_told.address(Kind.PRESERVE),
                    className="button plain",
                ),
                html.A(words.text("footage_public.follow"), href=footage_told.FOLLOW, className="button plain"),
            ],
            className="actions",
        ),
        footage_told.can(words),
        footage_told.long(laws, law.name[language], law.version, words),
        footage_told.kept(law.retention_days, law.preserve_days, words),
        footage_told.safe(law.help[language], words),
        html.P(
            [
                words.text("footage_public.counter"),
                " ",
                html.A(words.text("footage_form.paper"), href=f"{footage_told.FORM}?print=1"),
            ]
        ),
    ]
