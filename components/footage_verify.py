"""The form that checks a file's fingerprint in the browser, and how to do it without."""

from __future__ import annotations

from typing import Any

from dash import html

from components.fields import Typed, line
from locales import Words

SAY = "footage_public.verify."
TOLD = ("same", "other", "shown", "working", "nofile", "broken")
BY_HAND = (
    ("windows", "certutil -hashfile grabacion.mp4 SHA256"),
    ("mac", "shasum -a 256 grabacion.mp4"),
    ("linux", "sha256sum grabacion.mp4"),
)


def check(words: Words) -> list[Any]:
    """The form is hidden until its script runs: without it nothing would happen."""
    typed, told = Typed(), {f"data-{key}": words.text(SAY + key) for key in TOLD}
    form = html.Form(
        [
            line(typed, "file", words.text(SAY + "file"), type="file"),
            line(
                typed,
                "hash",
                words.text(SAY + "hash"),
                words.text(SAY + "hash_hint"),
                autocomplete="off",
                spellcheck="false",
                maxlength=100,
            ),
            html.Button(words.text(SAY + "check"), type="submit"),
        ],
        id="verify",
        hidden=True,
    )
    hand = [part for name, how in BY_HAND for part in (html.Dt(words.text(SAY + name)), html.Dd(html.Code(how)))]
    return [
        html.H1(words.text(SAY + "title")),
        html.P(words.text(SAY + "lead"), className="lead"),
        html.P(words.text(SAY + "private"), className="note"),
        form,
        html.P(id="verify-told", role="status", **told),
        html.H2(words.text(SAY + "hand_title")),
        html.P(words.text(SAY + "hand")),
        html.Dl(hand),
    ]
