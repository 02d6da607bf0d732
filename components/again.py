"""The question who it is, once more, in front of what cannot be taken back. `assets/desk.js` asks it on any page."""

from __future__ import annotations

from dash import html

from components.footage_case_forms import box, form, labelled
from components.markup import Html, markup
from locales import Words


def dialog(factor: bool, words: Words) -> Html:
    """The password, and a code where there is a second factor; what was typed elsewhere stays behind it."""
    known = box("password", "again-password", "password", autocomplete="current-password")
    fields = [labelled("again-password", words.text("desk.again.password"), known)]
    if factor:
        code = box("code", "again-code", autocomplete="one-time-code", autocapitalize="none", spellcheck="false")
        fields.append(
            labelled("again-code", words.text("accounts.factor.code"), code, words.text("accounts.factor.hint"))
        )
    drawn = form("again", "/again", fields, words.text("desk.again.send"), proves="1")
    leave = form("again-not", "", [], words.text("desk.again.leave"), leaves="1")
    title = html.H2(words.text("desk.again.title"), id="again-title")
    return Html(
        markup(
            html.Dialog(
                [title, html.P(words.text("desk.again.told")), drawn, leave],
                id="again",
                className="card",
                **{"aria-labelledby": "again-title", "data-failed": words.text("desk.failed")},
            )
        )
    )


def ending(words: Words, over: bool) -> Html:
    """That the session ends soon and how to go on; `over` is whether it ends whatever is done."""
    told = html.Span(words.text(f"ui.session.{'over' if over else 'soon'}"))
    more = html.Button(words.text("ui.session.stay"), className="button", type="button", **{"data-stay": "1"})
    return Html(markup([told, None if over else more]))
