"""Everything can be taken away: one menu at the same place on every page."""

from __future__ import annotations

from dash import html

from components.icons import icon
from locales import Words

# (icon, address, name, whether it has single incidents)
EXPORTS = (
    ("table", "/export/incidents.csv", "csv", True),
    ("table", "/export/incidents.csv?for=spreadsheet", "spreadsheet", True),
    ("info", "/export/incidents.zip", "zip", True),
    ("place", "/export/incidents.geojson", "geojson", True),
    ("chart", "/export/summary.csv", "summary", False),
    ("image", "/export/map.png", "png", False),
)


def share_menu(words: Words, *, rows: bool) -> html.Details:
    """Copy the link, take the data or the picture, print. Single incidents only for who may see `rows`.

    In English a spreadsheet reads the common table as it is. `assets/filter.js` keeps the addresses at the question
    on screen.
    """
    taken = [
        html.A(
            [icon(image, 18), words.text(f"ui.share.{name}")],
            href=address,
            className="menu-item",
            **{"data-export": address},
        )
        for image, address, name, single in EXPORTS
        if (rows or not single) and (words.language == "es" or name != "spreadsheet")
    ]
    return menu(taken, words)


def menu(taken: list[html.A], words: Words) -> html.Details:
    """The menu with a page's own things to take between the link and the printer."""
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
