"""Newer and older: turning the pages of a list."""

from __future__ import annotations

from collections.abc import Callable

from dash import dcc, html

from components.icons import icon
from locales import Words


def pager(texts: str, start: int, page: int, total: int, address: Callable[[int], str], words: Words) -> list[html.Nav]:
    """Links to the pages beside the one that begins at `start`, nothing where all is on one; sentences below `texts`,
    and `address` tells where the page lies that begins at a place."""
    if total <= page:
        return []
    told = words.text(f"{texts}.of", first=start + 1, last=min(start + page, total), total=total)
    turns = [("left", "newer", start - page), ("right", "older", start + page)]
    links = [
        dcc.Link(
            [icon(image, 18), html.Span(words.text(f"{texts}.{name}"), className="visually-hidden")],
            href=address(to),
            className="button plain",
        )
        for image, name, to in turns
        if 0 <= to < total
    ]
    return [html.Nav([html.Span(told), *links], className="pager", **{"aria-label": words.text(f"{texts}.pages")})]
