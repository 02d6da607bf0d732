"""Everything can be taken away: one menu at the same place on every page."""

from __future__ import annotations

from dash import html

from components.icons import icon
from locales import Words

EXPORTS = (
    ("table", "/export/incidents.csv", "csv"),
    ("place", "/export/incidents.geojson", "geojson"),
    ("image", "/export/map.png", "png"),
)


def share_menu(words: Words, *, rows: bool) -> html.Details:
    """Copy the link, take the data or the picture, print. Single incidents only for who may see `rows`.

    `assets/filter.js` keeps the addresses at the question on screen.
    """
    taken = [
        html.A(
            [icon(image, 18), words.text(f"ui.share.{name}")],
            href=address,
            className="menu-item",
            **{"data-export": address},
        )
        for image, address, name in EXPORTS
        if rows or name == "png"
    ]
    items = [
        html.Button(
            [icon("link", 18), words.text("ui.share.copy")],
            className="menu-item",
            **{"data-do": "copy-link", "data-said": words.text("ui.share.copied")},
        ),
        *taken,
        html.Button([icon("print", 18), words.text("ui.share.print")], className="menu-item", **{"data-do": "print"}),
    ]
    known = {"aria-label": words.text("ui.share.title")}
    face = html.Summary([icon("share", 18), html.Span(words.text("ui.share.title"))], className="button plain", **known)
    return html.Details([face, html.Div(items, className="panel menu")], className="popup share")
