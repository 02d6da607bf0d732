"""Icons: one set that ships in `assets/icons`, drawn as masks so that they take the colour of the text."""

from __future__ import annotations

from dash import html


def icon(name: str, size: int = 20) -> html.Span:
    """A decoration of `size` pixels; the label beside it says what it means."""
    address = f"url(/assets/icons/{name}.svg)"
    return html.Span(
        className="icon", style={"--icon": address, "width": size, "height": size}, **{"aria-hidden": "true"}
    )
