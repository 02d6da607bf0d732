"""The code behind the # of a link in a letter: a script puts it into the form, and a person presses the button.

Programs that look through mail open links and press nothing, and what follows a # is in no log.
"""

from __future__ import annotations

from typing import Any

from dash import html

from components.fields import Typed, line
from components.markup import Html
from locales import Words

FIELD = "link"
SCRIPT = "link.js"


def ask(texts: str, action: str, token: Html, words: Words, wrong: str = "") -> list[Any]:
    """The page that asks for the code, its sentences below the key `texts`."""
    typed = Typed({}, {FIELD: wrong} if wrong else {})
    field = line(typed, FIELD, words.text(f"{texts}.code"), words.text(f"{texts}.hint"), autocomplete="off")
    send = html.Button(words.text(f"{texts}.send"), type="submit", className="button")
    return [
        html.H1(words.text(f"{texts}.title")),
        html.P(words.text(f"{texts}.lead"), className="lead"),
        html.Form([token, field, send], method="post", action=action, noValidate=True),
    ]
