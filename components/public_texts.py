"""Public pages that are text alone, and the table of request statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components import public_parts as parts
from domain.footage.deadlines import Term
from domain.release.shown import Edition, Row
from locales import Words

QUARTERS = 8
REGISTERS = (("cameras", "/cameras"), ("algorithms", "/algorithms"))


@dataclass(frozen=True, slots=True)
class Beyond:
    """Where one may turn to outside the municipality; `term` None where the law sets none."""

    track: str
    body: str
    term: Term | None
    silence: bool


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


def appeals(help: str, beyond: Sequence[Beyond], words: Words) -> list[Any]:
    """What to do if one does not agree: with an answer, a camera, a figure. `help` is for who is in danger."""

    def part(name: str, *told: Any) -> list[Any]:
        return [html.H2(words.text(f"public.appeals.{name}_title")), *map(html.P, told)]

    def said(name: str) -> str:
        return words.text(f"public.appeals.{name}")

    registers = [html.Li(html.A(words.text(f"public.{name}.nav"), href=to)) for name, to in REGISTERS]
    return [
        *parts.head("appeals", words),
        *part("danger", help),
        *part("answer", said("answer"), html.A(said("answer_link"), href="/footage/follow")),
        html.P(said("after")),
        _beyond(beyond, words),
        *part("machine", said("machine")),
        html.Ul(registers),
        *part("figure", said("figure"), html.A(said("figure_link"), href="/data")),
        *part("own", said("own"), html.A(words.text("public.privacy.nav"), href="/privacy")),
    ]


def _beyond(beyond: Sequence[Beyond], words: Words) -> Any:
    heads = [(words.text(f"public.appeals.{name}"), False) for name in ("by", "body", "term")]
    lines = [(words.text(f"footage_public.tracks.{one.track}"), one.body, _within(one, words)) for one in beyond]
    return parts.table(words.text("public.appeals.answer_title"), heads, lines)


def _within(one: Beyond, words: Words) -> list[Any]:
    if one.term is None:
        return [words.text("public.appeals.open")]
    days = words.text(f"footage_public.days.{one.term.kind}", count=one.term.days)
    return [days, html.Small(words.text("public.appeals.silence"), className="said") if one.silence else None]


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
    heads = [(words.text("public.requests.item"), False), (words.text("public.heads.rounded"), True)]
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row["quarter"] == quarter:
            item = grounds.get(row["item"]) or words.text(f"requests.items.{row['item']}")
            groups.setdefault(row["measure"], []).append((item, _number(row, words)))
    named = [(words.text(f"requests.measures.{measure}"), lines) for measure, lines in groups.items()]
    return parts.grouped(_quarter(quarter, words), heads, named)


def _number(row: Row, words: Words) -> str:
    """A rounded count, or a value that is told of enough requests alone."""
    if row["count"] is not None:
        return parts.count(row["count"], words)
    if row["value"] is None:
        return words.text("public.requests.few")
    return words.percent(row["value"] / 100) if row["item"] == "percent" else words.number(row["value"], 1)
