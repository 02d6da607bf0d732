"""The Dash application, where it differs from Dash's own: what it tells whom, in which language, inside which frame."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, _utils, page_container
from flask import Response
from flask_wtf.csrf import generate_csrf

from components import shell
from config.settings import Settings
from domain.errors import DomainError
from domain.exploration import Options
from domain.people import Permission, may
from services import ground
from web import guard, headers, pages
from web.session import actor, here, language, store, words

# Dash's own puts the scripts into a footer, which would be a second one beside the page's. The colours come first, so
# that the first paint has them.
INDEX = """<!DOCTYPE html>
<html lang="{%language%}">
<head>
{%metas%}<title>{%title%}</title>{%favicon%}{%css%}<script src="{%colours%}"></script>
</head>
<body>
{%app_entry%}{%config%}{%scripts%}{%renderer%}
</body>
</html>"""


class Portal(Dash):
    def interpolate_index(self, **parts: Any) -> str:
        """The page with the reader's language on it."""
        written = str(super().interpolate_index(**parts))
        return written.replace("{%language%}", language(), 1).replace(
            "{%colours%}", self.get_asset_url("colours.js"), 1
        )

    def dependencies(self) -> Response:
        """Only the callbacks that the reader may use: the names of the others are nobody's business."""
        usable = [entry for entry in self._callback_list if guard.allows(guard.output_rule(entry["output"]))]
        return Response(_utils.to_json(usable), mimetype="application/json")


def create(server: Any, settings: Settings) -> Portal:
    """The application on a server, with the pages for staff and the door before them."""
    app = Portal(
        "app",
        server=server,
        use_pages=True,
        pages_folder="",
        title="Atalaya",
        update_title=None,
        index_string=INDEX,
        compress=True,
        assets_path_ignore=["public"],
        enable_mcp=False,
        suppress_callback_exceptions=True,
        csrf_token_name=headers.csrf_cookie(settings),
        csrf_header_name="X-CSRFToken",
    )
    guard.stand(server, app)
    headers.write(server, app)
    pages.register(guard.wrap)
    # Dash finishes its own set-up in the first request, and two first requests at once can break it. The frame comes
    # after, as it asks the record, which must not be opened before the server's processes part.
    app.layout = page_container
    server.test_client().get("/_favicon.ico")
    app.layout = _layout
    return app


def _layout() -> dmc.MantineProvider:
    city = here()
    frame = shell.Frame(words(), actor(), city.name, city.zone, generate_csrf(), city.synthetic, _options())
    return shell.layout(frame)


def _options() -> Options | None:
    """What the data can be asked for; nothing where this person may not ask or nothing is loaded yet."""
    if not may(actor(), Permission.EXPLORE):
        return None
    try:
        return ground.options(store(), actor())
    except DomainError:
        return None
