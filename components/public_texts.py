"""Public pages that are text alone, and the table of request statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components import public_parts as parts
from domain.release.shown import Edition, Row
from locales import Words

QUARTERS = 8


def text(subject: str, sections: Sequence[str], words: Words) -> list[Any]:
    """A title, what matters first, and a heading with a paragraph for each section."""
    return [
        *parts.head(subject, words),
        *(
            part
            for section in sections
            for part in (
                html.H2(words.text(f"public.{subject}.{section}_title")),
                html.P(words.text(f"public.{subject}.{section}")),
            )
        ),
    ]


def requests(rows: Sequence[Row], grounds: Mapping[str, str], edition: Edition, words: Words) -> list[Any]:
    """A table for each of the last quarters, the newest first. `grounds` are names of what the law refuses for."""
    quarters = sorted({row["quarter"] for row in rows}, reverse=True)[:QUARTERS]
    if not quarters:
        return parts.nothing_here("requests", words)
    newest, *older = quarters
    return [
        *parts.head("requests", words),
        html.H2(_quarter(newest, words)),
        _table(newest, rows, grounds, words),
        *(parts.opened(_quarter(quarter, words), _table(quarter, rows, grounds, words)) for quarter in older),
        parts.basis(edition, words),
    ]


def _quarter(name: str, words: Words) -> str:
    return words.text("public.requests.quarter", quarter=name[-1], year=name[:4])


def _table(quarter: str, rows: Sequence[Row], grounds: Mapping[str, str], words: Words) -> Any:
    heads = [
        (words.text("requests.columns.measure"), False),
        (words.text("public.requests.item"), False),
        (words.text("public.heads.rounded"), True),
        (words.text("public.requests.value"), True),
    ]
    lines = [
        (
            words.text(f"requests.measures.{row['measure']}"),
            grounds.get(row["item"]) or words.text(f"requests.items.{row['item']}"),
            "" if row["count"] is None else parts.count(row["count"], words),
            "" if row["value"] is None else words.number(row["value"], 1),
        )
        for row in rows
        if row["quarter"] == quarter
    ]
    return parts.table(_quarter(quarter, words), heads, lines)
