"""The first rows of a file as they come and as they are understood, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from dash import html

from components.icons import icon
from components.import_report import example
from locales import Words

SHOWN = 8  # rows
PROBLEMS = 10
COLUMNS = ("line", "when", "type", "vehicle", "item", "point")


class Preview(Protocol):
    """A look at a file."""

    columns: list[str]
    rows: list[dict[str, str]]
    lines: list[int]
    dropped: list[str]
    understood: list[dict[str, Any]]
    problems: list[tuple[int, str, dict[str, object]]]
    unmapped: list[str]


def preview(look: Preview, zone: str, words: Words) -> list[Any]:
    """What would be imported; `zone` is the clock of the file."""
    return [
        html.P(verdict(look, words), className="sentence"),
        *_dropped(look, words),
        *_problems(look, words),
        *_unlabelled(look, words),
        _understood(look, zone, words),
        _raw(look, words),
    ]


def verdict(look: Preview, words: Words) -> str:
    """How many of the rows looked at are understood."""
    return words.text("loading.looked", count=len(look.rows), understood=len(look.understood))


def _dropped(look: Preview, words: Words) -> list[html.P]:
    if not look.dropped:
        return []
    told = words.text("loading.dropped_told", count=len(look.dropped), columns=words.listed(look.dropped))
    return [html.P([icon("info", 16), html.Span(told)], className="notice info")]


def _problems(look: Preview, words: Words) -> list[html.Section]:
    if not look.problems:
        return []
    lines = [html.Li(example(line, reason, detail, words)) for line, reason, detail in look.problems[:PROBLEMS]]
    more = len(look.problems) - PROBLEMS
    rest = [html.P(words.text("imports.more", count=more), className="quiet-text")] if more > 0 else []
    title = html.H2(words.text("loading.problems", count=len(look.problems)))
    return [html.Section([title, html.Ul(lines, className="examples"), *rest])]


def _unlabelled(look: Preview, words: Words) -> list[html.P]:
    labels = sorted(set(look.unmapped))
    if not labels:
        return []
    told = words.text("loading.unlabelled", labels=words.listed(f"«{label}»" for label in labels[:5]))
    return [html.P([icon("info", 16), html.Span(told)], className="notice info")]


def _understood(look: Preview, zone: str, words: Words) -> html.Section:
    rows = [[row["line"], *_cells(row, zone, words)] for row in look.understood[:SHOWN]]
    heads = [words.text(f"loading.preview.{name}") for name in COLUMNS]
    return _section("understood", heads, rows, words)


def _cells(row: Mapping[str, Any], zone: str, words: Words) -> list[str]:
    point = "–" if row["lon"] is None else f"{row['lat']:.5f}, {row['lon']:.5f}"
    label = f"{words.term('type', row['type'])} ({row['label']})"
    return [
        when(row["occurred_from"], row["precision"], zone, words),
        label,
        words.term("vehicle", row["vehicle"]),
        words.term("item", row["item"]),
        point,
    ]


def when(seconds: int, precision: str, zone: str, words: Words) -> str:
    """An instant on the file's clock, as exact as it is known."""
    if precision in ("minute", "hour"):
        return words.instant(seconds, zone)
    day = datetime.fromtimestamp(seconds, ZoneInfo(zone)).date()
    return words.day(day) if precision == "day" else f"{day:%Y-%m}"


def _raw(look: Preview, words: Words) -> html.Section:
    names = [column for column in look.columns if column not in look.dropped]
    pairs = list(zip(look.lines, look.rows, strict=False))[:SHOWN]
    rows = [[line, *(row.get(name, "") for name in names)] for line, row in pairs]
    return _section("raw", [words.text("loading.preview.line"), *names], rows, words)


def _section(name: str, heads: Sequence[str], rows: Sequence[Sequence[object]], words: Words) -> html.Section:
    title = words.text(f"loading.preview.{name}")
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])),
            html.Tbody([html.Tr([html.Td(str(cell)) for cell in row]) for row in rows]),
        ],
        className="table incidents",
    )
    scrolling = html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": title})
    return html.Section([html.H2(title), scrolling])
