"""The form for requests as the desk fills it in, for who came to the counter, telephoned or wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components import footage_form, footage_told
from components.fields import hidden, line, radios, summary
from components.footage_form import Sheet
from components.icons import icon
from domain.footage.codes import shown
from domain.footage.draft import Draft, Kind
from domain.footage.intake import Channel
from domain.footage.view import Receipt
from locales import Words

ADDRESS, PLACE = "/desk/new", "desk-new"
OWN = ("channel", "arrived_day", "arrived_time", "language")  # the fields that residents are not asked


def frame(words: Words) -> html.Div:
    """The place of the form, under its title."""
    back = html.A([icon("left", 18), words.text("desk.queue.title")], href="/desk", className="quiet")
    return html.Div(
        [
            html.Div([back, html.H1(words.text("desk.new.title"))], className="page-head desk-head"),
            html.Div(id=PLACE, className="desk-intake"),
        ],
        id="desk-page",
        className="desk-page",
        **{"data-failed": words.text("desk.failed")},
    )


def choose(words: Words) -> list[Any]:
    """What it is needed for, first: each kind asks only what it needs."""
    paper = html.A(words.text("desk.new.paper"), href=f"{footage_told.FORM}?print=1")
    kinds = footage_told.kinds(words, lambda kind: f"{ADDRESS}?kind={kind}", Kind)
    return [html.P(words.text("desk.new.choose"), className="sentence"), kinds, html.P(paper)]


def form(sheet: Sheet, kind: Kind, once: str, languages: Sequence[str], told: str = "") -> list[Any]:
    """How the request came, then the residents' own questions. `told` is what went wrong as a whole."""
    words = sheet.words
    drawn = footage_form.form(
        sheet,
        ADDRESS,
        hidden("once", once),
        hidden("kind", kind),
        _arrival(sheet, languages),
        *footage_form.questions(sheet),
        html.P(told or None, className="desk-wrong", role="alert", hidden=not told, **{"data-told": ""}),
        html.Div(html.Button(words.text("desk.new.send"), type="submit", className="button"), className="button-row"),
        desk="new",
        whole="1",
        shows=PLACE,
    )
    return [
        html.H2(words.text(f"footage_form.kind.{kind}")),
        html.P(html.A(words.text("footage_form.change"), href=ADDRESS)),
        None if kind is Kind.AUTHORITY else html.P(words.text("desk.new.told"), className="told"),
        summary(sheet.typed, words.text("footage_form.wrong_title")),
        html.P(words.text("footage_form.required"), className="quiet-text"),
        drawn,
    ]


def _arrival(sheet: Sheet, languages: Sequence[str]) -> html.Fieldset:
    words, typed = sheet.words, sheet.typed
    channels = [(str(one), words.text(f"desk.channels.{one}")) for one in Channel]
    spoken = [(one, words.text(f"ui.languages.{one}")) for one in languages]
    when = [
        line(typed, "arrived_day", words.text("desk.new.day"), type="date", max=sheet.offered.today),
        line(typed, "arrived_time", words.text("desk.new.time"), type="time"),
    ]
    return html.Fieldset(
        [
            html.Legend(html.H2(words.text("desk.new.legend"))),
            html.P(words.text("desk.new.hint"), className="hint"),
            radios(typed, "channel", words.text("desk.new.channel"), channels),
            html.Div(when, className="row"),
            radios(typed, "language", words.text("desk.new.language"), spoken),
        ],
        className="group",
    )


def wrong(words: Words, told: dict[str, str]) -> dict[str, str]:
    """Sentences for the codes of what is wrong, the desk's own fields first."""
    own = {name: words.text(f"desk.new.wrong.{told[name]}") for name in OWN if name in told}
    return own | footage_form.told_wrong(words, {name: code for name, code in told.items() if name not in OWN})


def done(told: Receipt, draft: Draft, outlook: Any, words: Words) -> html.Div:
    """The receipt with the code, to be printed and handed over or read out; a delicate case is not opened from here."""
    same = None
    if told.duplicate_of:
        known = html.A(shown(told.duplicate_of), href=f"/desk/case/{told.duplicate_of}")
        same = html.P([words.text("desk.new.same"), " ", known], className="told")
    case = html.A(words.text("desk.new.case"), href=f"/desk/case/{told.folio}")
    said = words.text("footage_public.result.print")
    press = html.Button(said, type="button", className="button", **{"data-do": "print"})
    return html.Div(
        [
            *footage_told.filed(told, draft.kind, words, outlook),
            same,
            html.P(words.text("desk.new.hand_over")),
            html.Div(press, className="button-row"),
            html.P(words.text("desk.new.delicate") if draft.sensitive else case),
            html.P(html.A(words.text("desk.new.another"), href=ADDRESS)),
        ],
        tabIndex="-1",
        role="status",
    )
