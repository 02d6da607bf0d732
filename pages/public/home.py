"""What can a resident read here? The front door of the public face."""

from __future__ import annotations

from dash import html, register_page

from components.icons import icon
from web import session

register_page(__name__, path="/", title="Atalaya")

PROMISES = (("chart", "figures"), ("place", "privacy"), ("world", "open"))


def layout(**_query: str) -> html.Div:
    """Published releases will be listed here; until the first one, what they will hold and what they will not."""
    words, here = session.words(), session.here()
    promises = [
        html.Li(
            [
                icon(image, 24),
                html.Div([html.H2(words.text(f"home.{name}.title")), html.P(words.text(f"home.{name}.told"))]),
            ]
        )
        for image, name in PROMISES
    ]
    return html.Div(
        [
            html.H1(words.text("home.title", place=here.name)),
            html.P(words.text("home.lead"), className="lead"),
            html.P(words.text("home.nothing"), className="card"),
            html.Ul(promises, className="promises"),
        ],
        className="home",
    )
