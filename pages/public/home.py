"""What can a resident read here? The front door of the public face."""

from __future__ import annotations

from typing import Any

from dash import html

from components import public_home
from services import published
from web import public, session


@public.page("/", label="home.nav", described="home.described", order=1, group="figures")
def home(visit: public.Visit) -> Any:
    """The few figures that matter; before the first release, what there will be."""
    words, edition = visit.words, published.edition(session.releases())
    if edition is None:
        head = [html.H1(words.text("home.title", place=visit.city)), html.P(words.text("home.lead"), className="lead")]
        return [*head, html.P(words.text("home.nothing"), className="card"), public_home.ways(words)]
    return public_home.page(published.front(session.releases()), edition, words)
