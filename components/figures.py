"""The total and the rankings: counts first, change beside them, a click narrows the question."""

from __future__ import annotations

from typing import Any

from dash import html

from components.answer import percent, signed, verdict
from domain.exploration import Change, Exploration, Places, Rank
from locales import Words

SHOWN = 6  # lines of a ranking before "all"


def total_card(found: Exploration, words: Words) -> html.Section:
    """How many, against what, and how many of them the map can show."""
    parts: list[Any] = [
        html.Div(
            [
                html.Span(words.number(found.total), className="big"),
                html.Span(words.text("heat.incidents_word", count=found.total), className="big-unit"),
            ],
            className="total-line",
        )
    ]
    if found.change is not None and found.other is not None:
        parts.append(_change_line(found.change, words.window(found.other), words))
    parts.append(_located(found.total, found.places, words))
    return html.Section(parts, className="card total", **{"aria-label": words.text("heat.total")})


def _change_line(change: Change, window: str, words: Words) -> html.Div:
    figures = f"{signed(change, words)} ({percent(change, words)})"
    before = words.text("heat.before", count=change.before, window=window)
    return html.Div(
        [
            html.Div([html.Span(figures, className="change-figures"), verdict(change, words)], className="change-line"),
            html.Div(before, className="quiet-text"),
        ]
    )


def _located(total: int, places: Places, words: Words) -> html.Div:
    """Map total + unmapped = total, always in sight."""
    share = places.point / total if total else 0.0
    bar = html.Div(html.Div(style={"width": f"{100 * share:.2f}%"}), className="share-bar", **{"aria-hidden": "true"})
    told = words.text("heat.located", point=places.point, unmapped=places.unmapped, total=total)
    return html.Div(
        [bar, html.Div(told, className="quiet-text", title=_why_unmapped(places, words))], className="located"
    )


def _why_unmapped(places: Places, words: Words) -> str:
    return words.text("heat.why_unmapped", missing=places.missing, withheld=places.withheld, outside=places.outside)


def ranking(kind: str, ranks: tuple[Rank, ...], chosen: frozenset[str] | None, words: Words) -> html.Section:
    """Bars by code, largest first; the compared window as a tick. A click adds or removes the code."""
    top = max((max(rank.count, rank.change.before if rank.change else 0) for rank in ranks), default=0)
    lines = [html.Li(_bar(kind, rank, top, chosen or frozenset(), words)) for rank in ranks]
    rest = lines[SHOWN:]
    parts: list[Any] = [
        html.H2(words.text(f"heat.by.{kind}"), id=f"by-{kind}-title"),
        html.Ol(lines[:SHOWN], className="bars"),
    ]
    if rest:
        more = html.Summary(words.text("heat.show_rest", count=len(rest)), className="quiet small")
        parts.append(
            html.Details([more, html.Ol(rest, className="bars", start=SHOWN + 1)], id=f"rest-{kind}", className="rest")
        )
    return html.Section(parts, className="card ranking", **{"aria-labelledby": f"by-{kind}-title"})


def _bar(kind: str, rank: Rank, top: int, chosen: frozenset[str], words: Words) -> html.Button:
    name = words.term(kind, rank.code)
    parts: list[Any] = [
        html.Span(name, className="bar-name"),
        html.Span(words.number(rank.count), className="bar-count"),
        *([_bar_change(rank.change, words)] if rank.change else []),
        html.Span(_marks(rank, top), className="bar-track", **{"aria-hidden": "true"}),
    ]
    act = {"data-do": "toggle", "data-key": kind, "data-value": rank.code} if rank.code else {}
    pressed = {"aria-pressed": "true" if rank.code in chosen else "false"} if rank.code else {}
    return html.Button(parts, className="bar", disabled=not rank.code, title=name, **act, **pressed)


def _marks(rank: Rank, top: int) -> list[html.Span]:
    marks = [html.Span(className="bar-fill", style={"width": _share(rank.count, top)})]
    if rank.change is not None:
        marks.append(html.Span(className="bar-tick", style={"left": _share(rank.change.before, top)}))
    return marks


def _share(count: int, top: int) -> str:
    return f"{100 * count / top if top else 0:.2f}%"


def _bar_change(change: Change, words: Words) -> html.Span:
    direction = "up" if change.now > change.before else "down"
    beyond = f"beyond {direction}" if change.beyond else "within"
    told = f"{words.number(change.before)} → {words.number(change.now)}, {percent(change, words)}"
    hidden = html.Span(words.text("heat.beyond") if change.beyond else "", className="visually-hidden")
    return html.Span([signed(change, words), hidden], className=f"bar-change {beyond}", **{"data-told": told})
