"""Public pages that are text alone, and the table of request statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components import public_parts as parts
from domain.release.shown import Edition, Row
from locales import Words

QUARTERS = 8


def text(subject: str, sections: Sequence[str], words: Words) -> list[Any]:
    """A title, what matters first, and a heading with a paragraph for each section."""
    return [
        html.H1(words.text(f"public.{subject}.title")),
        html.P(words.text(f"public.{subject}.lead"), className="lead"),
        *(
            part
            for section in sections
            for part in (
                html.H2(words.text(f"public.{subject}.{section}_title")),
                html.P(words.text(f"public.{subject}.{section}")),
            )
        ),
    ]


def requests(rows: Sequence[Row], edition: Edition, words: Words) -> list[Any]:
    """A table for each measure of each of the last quarters, the newest first."""
    head = [html.H1(words.text("public.requests.title")), html.P(words.text("public.requests.lead"), className="lead")]
    quarters = sorted({row["quarter"] for row in rows}, reverse=True)[:QUARTERS]
    if not quarters:
        return [*head, html.P(words.text("public.none"), className="card"), parts.basis(edition, words)]
    newest, *older = quarters
    return [
        *head,
        html.H2(_quarter(newest, words)),
        _table(newest, rows, words),
        *(parts.opened(_quarter(quarter, words), _table(quarter, rows, words)) for quarter in older),
        parts.basis(edition, words),
    ]


def _quarter(name: str, words: Words) -> str:
    return words.text("public.requests.quarter", quarter=name[-1], year=name[:4])


def _table(quarter: str, rows: Sequence[Row], words: Words) -> Any:
    heads = [
        (words.text("requests.columns.measure"), False),
        (words.text("public.requests.item"), False),
        (words.text("public.heads.rounded"), True),
        (words.text("public.requests.value"), True),
    ]
    lines = [
        (
            words.text(f"requests.measures.{row['measure']}"),
            words.text(f"requests.items.{row['item']}"),
            "" if row["count"] is None else parts.count(row["count"], words),
            "" if row["value"] is None else words.number(row["value"], 1),
        )
        for row in rows
        if row["quarter"] == quarter
    ]
    return parts.table(_quarter(quarter, words), heads, lines)
