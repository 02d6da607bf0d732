"""Saying who one is through a provider of identities: the offer before the form, and what came of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import html

from components.fields import hidden
from components.markup import Html
from domain.footage.draft import Kind, Stated
from locales import Words

SAY = "footage_form.identity."
MARK = "identified"  # a field of a form that was shown with what a provider said


def offer(start: str, provider: str, kind: Kind, camera: str, words: Words) -> html.Section:
    """The way to the provider: a link, as a form may not lead to another site."""
    query = {"kind": kind, **({"camera": camera} if camera else {})}
    link = html.A(
        words.text(SAY + "ask", provider=provider),
        href=f"{start}?{urlencode(query)}",
        rel="nofollow",
        className="button plain",
    )
    return _card(words.text(SAY + "title"), words, html.P(words.text(SAY + "told", provider=provider)), html.P(link))


def known(said: Stated, start: str, kind: Kind, token: Html, words: Words) -> html.Section:
    """Who it is by the provider's word, and the way to take that back."""
    told = "whole" if said.proves else "part"
    button = html.Button(words.text(SAY + "forget"), type="submit", className="plain")
    form = html.Form([token, hidden("kind", kind), button], method="post", action=start)
    return _card(
        words.text(SAY + "known", provider=said.provider),
        words,
        facts(said, words),
        html.P(words.text(SAY + told, provider=said.provider)),
        form,
    )


def facts(said: Stated, words: Words) -> html.Dl:
    """What the provider said, which is not to be changed here."""
    told = [(words.text("footage_form.who.name"), said.name)]
    if said.document:
        told.append((words.text(f"footage_form.document.{said.document_type}"), said.document))
    return html.Dl([part for name, value in told if value for part in (html.Dt(name), html.Dd(value))])


def _card(title: str, words: Words, *inside: Any) -> html.Section:
    head = html.H2(title, id="identity-title")
    return html.Section([head, *inside], className="card", **{"aria-labelledby": "identity-title"})
