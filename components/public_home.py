"""The front page of the public face: the few figures that matter, what changed, and the ways on."""

from __future__ import annotations

from typing import Any

from dash import html

from components import public_parts as parts
from domain.release.shown import Edition, Front, Pair
from locales import Words

WAYS = (
    ("/zones", "zones"),
    ("/trends", "trends"),
    ("/cameras", "cameras"),
    ("/footage", "footage"),
    ("/use", "use"),
    ("/data", "data"),
)
NAMED = {"footage": "footage_public.title"}  # where its name is among other sentences'


def page(front: Front, edition: Edition, words: Words) -> list[Any]:
    return [
        html.H1(words.text("home.title", place=edition.city)),
        html.P(words.text("home.lead"), className="lead"),
        html.Div([_card(pair, words) for pair in front.figures], className="figures"),
        html.P(words.text("home.denounced"), className="quiet"),
        *_families(front, words),
        parts.basis(edition, words),
        html.H2(words.text("home.ways")),
        ways(words),
    ]


def ways(words: Words) -> html.Ul:
    """Where to go on from here."""
    links = [
        html.A(
            [html.Strong(words.text(NAMED.get(way, f"public.{way}.nav"))), html.Span(words.text(f"home.{way}"))],
            href=to,
        )
        for to, way in WAYS
    ]
    return html.Ul(list(map(html.Li, links)), className="ways")


def _card(pair: Pair, words: Words) -> html.Div:
    told = [
        html.Span(parts.upper(words.period(pair.period)), className="quiet"),
        html.Strong(parts.about(pair.now, words), className="big"),
        html.Span(words.text("home.incidents"), className="quiet"),
        html.P(_beside(pair, words)),
        change(pair, words),
    ]
    return html.Div(told, className="card")


def _beside(pair: Pair, words: Words) -> str:
    if pair.before is None:
        return words.text("home.no_before", period=words.period(pair.earlier))
    return words.text("home.beside", period=words.period(pair.earlier), count=parts.about(pair.before, words))


def change(pair: Pair, words: Words) -> html.Span | None:
    if pair.change is None:
        return None
    return html.Span(words.text(f"public.change.{pair.change}"), className=f"change {pair.change}")


def _said(pair: Pair, words: Words) -> html.Small | None:
    """The change in words under the name, where a telephone has room for it."""
    if pair.change is None:
        return None
    return html.Small(words.text(f"public.change.{pair.change}"), className=f"said {pair.change}")


def _families(front: Front, words: Words) -> list[Any]:
    if not front.families:
        return []
    _, whole = front.families[-1]
    heads = [
        (words.text("public.heads.family"), False),
        (parts.upper(parts.short(whole.period, words)), True),
        (parts.upper(parts.short(whole.earlier, words)), True),
    ]
    lines = [
        (
            [parts.family(family, words), _said(pair, words)],
            parts.count(pair.now, words),
            parts.count(pair.before, words),
        )
        for family, pair in front.families
    ]
    title = html.H2(words.text("home.changed", period=words.period(whole.period)))
    return [title, parts.table(words.text("home.table"), heads, lines)]
