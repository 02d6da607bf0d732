"""What can a resident read here? The front door of the public face."""

from __future__ import annotations

from typing import Any

from dash import html

from web import public


@public.page("/", label="home.nav", described="home.described", order=1, group="figures")
def home(visit: public.Visit) -> list[Any]:
    words = visit.words
    return [
        html.H1(words.text("home.title", place=visit.city)),
        html.P(words.text("home.lead"), className="lead"),
        html.P(words.text("home.nothing"), className="card"),
    ]
