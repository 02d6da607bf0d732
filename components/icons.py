"""Icons: one set that ships in `assets/icons`, drawn as masks so that they take the colour of the text.

They travel inside the page: two dozen files would be two dozen requests of a telephone on a slow line.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote

from dash import html

FOLDER = Path(__file__).parent.parent / "assets" / "icons"


def icon(name: str, size: int = 20) -> html.Span:
    """A decoration of `size` pixels; the label beside it says what it means."""
    style = {"--icon": _mask(name), "width": size, "height": size}
    return html.Span(className="icon", style=style, **{"aria-hidden": "true"})


@cache
def _mask(name: str) -> str:
    drawn = (FOLDER / f"{name}.svg").read_text(encoding="utf-8").strip()
    return f'url("data:image/svg+xml,{quote(drawn, safe=" /:=,")}")'.replace("%22", "'")
