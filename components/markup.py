"""Dash's HTML components as a string, for the parts of a page that change often and listen to nothing themselves.

Dash keeps every component in its store and asks each of them about every change: a thousand table cells and bars
made a filter change take seconds in the browser. As one string in one store they take milliseconds. Everything that
is text is escaped here, and `assets/page.js` puts the string into its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from dash.development.base_component import Component

VOID = frozenset({"br", "hr", "img"})
NAMES = {"className": "class", "tabIndex": "tabindex", "colSpan": "colspan", "htmlFor": "for"}


class Html(str):
    """HTML that is written already; whoever writes it has escaped its texts. For long tables and drawn lines."""

    __slots__ = ()


def markup(drawn: Any) -> str:
    """The HTML of components, texts, numbers and lists of them; None draws nothing.

    Raises TypeError for a component of another library, which needs Dash in the browser.
    """
    if drawn is None:
        return ""
    if isinstance(drawn, Html):
        return drawn
    if isinstance(drawn, list | tuple):
        return "".join(map(markup, drawn))
    if isinstance(drawn, Component):
        return _element(drawn)
    return escape(str(drawn))


def _element(component: Component) -> str:
    told = component.to_plotly_json()
    if told["namespace"] != "dash_html_components":
        raise TypeError(f"{told['type']} is no plain HTML")
    tag, props = told["type"].lower(), told["props"]
    inside = markup(props.pop("children", None))
    attributes = "".join(attribute(name, value) for name, value in props.items())
    return f"<{tag}{attributes}>" if tag in VOID else f"<{tag}{attributes}>{inside}</{tag}>"


def attribute(name: str, value: Any) -> str:
    """An attribute with the blank before it; nothing for what is None or False."""
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = _style(value) if name == "style" else str(value)
    return f' {NAMES.get(name, name)}="{escape(text)}"'


def _style(rules: dict[str, Any]) -> str:
    """Style rules as CSS writes them: kebab case, and pixels where a plain number stands for a length."""
    return ";".join(f"{_rule(name)}:{_length(name, value)}" for name, value in rules.items())


def _rule(name: str) -> str:
    return name if name.startswith("--") else re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def _length(name: str, value: Any) -> str:
    plain = isinstance(value, int | float) and not name.startswith("--") and name not in ("opacity", "zIndex", "flex")
    return f"{value}px" if plain else str(value)


def select(options: Sequence[tuple[str, str]], label: str, chosen: str = "", **known: str) -> Html:
    """A list to choose from, of (value, name), written at once: it may be long. `known` are its attributes."""
    attributes = "".join(attribute(name.replace("_", "-"), value) for name, value in known.items())
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
        for value, name in options
    )
    return Html(f'<select class="chooser" aria-label="{escape(label)}"{attributes}>{listed}</select>')
