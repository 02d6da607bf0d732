"""From a forecast to its entry in the register: the form filled in from what the newest run knows, for a person to
read and save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html

from components.forecast_parts import name
from components.icons import icon
from domain.forecast.sealed import CELL, Sealed, Target
from domain.registers.fields import Field
from locales import Words


def asked(target: Target) -> str:
    """How an address names a target."""
    return f"{target.code}@{target.cell}"


def ways(code: str, targets: Sequence[Target], words: Words) -> list[html.P]:
    """A link for each target that was forecast, to the form of this entry filled in from it."""
    if not targets:
        return []
    links: list[Any] = [html.Span(words.text("registers.card.from"))]
    for target in targets:
        query = urlencode({"view": "algorithms", "edit": code, "card": asked(target)})
        links += [html.A(_name(target, words), href=f"/registers?{query}", className="button plain")]
    return [html.P(links, className="register-card")]


def _name(target: Target, words: Words) -> str:
    told = name(target, words)
    return told if target.cell == CELL else f"{told}, {target.cell} m"


def notice(
    sealed: Sealed, before: Mapping[str, Any], shown: Mapping[str, Any], parts: Sequence[Field], zone: str, words: Words
) -> html.Div:
    """That nothing is saved yet, and which fields the run filled in; `before` and `shown` are as the form has it."""
    filled = [words.text(f"registers.algorithm.{part.name}") for part in parts if shown[part.name] != before[part.name]]
    when = words.instant(sealed.made_at, zone)
    told = words.text("registers.card.told", target=_name(sealed.target, words), when=when, seal=sealed.seal[:12])
    head = html.P([icon("info", 16), html.Span([html.Strong(words.text("registers.card.unsaved")), " ", told])])
    if not filled:
        return html.Div(
            [head, html.P(words.text("registers.card.same"))], className="card register-filled", role="status"
        )
    summary = html.Summary(words.text("registers.card.filled", count=len(filled)), className="quiet small")
    fields = html.Details([summary, html.Ul([html.Li(one) for one in filled])], className="rest")
    return html.Div([head, fields], className="card register-filled", role="status")
