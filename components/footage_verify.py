"""The forms that check a file's fingerprint and a manifest's signature in the browser, and how to do it without."""

from __future__ import annotations

import json
from collections.abc import Sequence
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


SIGNED = ("signed", "former", "changed", "stranger", "nofile", "malformed", "unable")


def check(words: Words, keys: Sequence[tuple[str, str]]) -> list[Any]:
    """The forms are hidden until their script runs: without it nothing would happen. `keys` are the published ones,
    each with whether it is the current one or a former."""
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
        *_manifest(words, keys),
    ]


def _manifest(words: Words, keys: Sequence[tuple[str, str]]) -> list[Any]:
    """Whether a manifest is as it was signed, and by one of the published keys; nothing while none is published."""
    if not keys:
        return []
    typed, say = Typed(), SAY + "manifest."
    told = {f"data-{key}": words.text(say + key) for key in SIGNED}
    form = html.Form(
        [
            line(typed, "manifest-file", words.text(say + "file"), type="file", accept="application/json,.json"),
            html.Button(words.text(say + "check"), type="submit"),
        ],
        id="manifest",
        hidden=True,
        **{"data-keys": json.dumps(dict(keys))},
    )
    listed = [
        part for key, state in keys for part in (html.Dt(words.text(f"{say}state_{state}")), html.Dd(html.Code(key)))
    ]
    return [
        html.H2(words.text(say + "title")),
        html.P(words.text(say + "lead")),
        form,
        html.P(id="manifest-told", role="status", **told),
        html.H3(words.text(say + "keys")),
        html.P(words.text(say + "keys_told")),
        html.Dl(listed, className="keys"),
    ]
