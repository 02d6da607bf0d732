"""The public page of the panel of use: how much cameras and footage were used, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from dash import html

from components import public_parts as parts
from domain.registers.panel import MEASURES, SHARES, Measure
from domain.release.shown import Edition, Row
from locales import Words

MONTHS = 4  # that a table has room for

Cells = Mapping[tuple[str, str, str], Row]  # by measure, part and month


def page(
    rows: Sequence[Row], cameras: Iterable[Row], agreements: Sequence[Row], edition: Edition, words: Words
) -> list[Any]:
    """The last months of every measure, and with whom footage is shared; what nobody measures is never nought."""
    months = sorted({row["month"] for row in rows}, reverse=True)[:MONTHS]
    if not months:
        return parts.nothing_here("use", words)
    cells = {(row["measure"], row["part"] or "", row["month"]): row for row in rows if row["measured"] == "true"}
    told = {(measure, part) for measure, part, month in cells if month in months}
    heads = [(words.text("registers.panel.measure"), False)]
    heads += [(parts.upper(parts.short(month, words)), True) for month in months]
    return [
        *parts.head("use", words),
        parts.grouped(words.text("public.use.table"), heads, _groups(cells, told, months, words)),
        *_shared(cameras, words),
        *_agreed(agreements, words),
        html.H2(words.text("public.use.unmeasured")),
        html.P(words.text("public.use.unmeasured_told")),
        html.Ul(
            [
                html.Li(_named(one, part, words))
                for one in MEASURES
                for part in one.parts
                if (one.name, part) not in told
            ]
        ),
        html.P(html.A(words.text("public.use.file"), href=f"/data/{edition.number}/use.csv")),
        parts.basis(edition, words),
    ]


def _groups(
    cells: Cells, told: set[tuple[str, str]], months: Sequence[str], words: Words
) -> list[tuple[str, list[list[str]]]]:
    """Measures by what they are counted from; one with parts is a group of its own."""
    found: dict[str, list[list[str]]] = {}
    kept = [(one, part) for one in MEASURES for part in one.parts if (one.name, part) in told]
    for one, part in kept:
        apart = len(one.parts) > 1
        group = words.text(f"registers.measures.{one.name}" if apart else f"public.use.{one.source}")
        name = parts.upper(words.text(f"registers.uses.{part}")) if apart else _named(one, part, words)
        row = [_cell(cells.get((one.name, part, month)), one.name, words) for month in months]
        found.setdefault(group, []).append([name, *row])
    return list(found.items())


def _named(measure: Measure, part: str, words: Words) -> str:
    said = words.text(f"registers.measures.{measure.name}")
    return f"{said}: {words.text(f'registers.uses.{part}').lower()}" if part else said


def _cell(row: Row | None, measure: str, words: Words) -> str:
    if row is None:
        return words.text("registers.panel.not_measured")
    if row["value"] is not None:
        return words.percent(row["value"], 1) if measure in SHARES else words.number(row["value"])
    return parts.count(row["count"], words)


def _shared(cameras: Iterable[Row], words: Words) -> list[Any]:
    """The bodies that the register names beside cameras that are there."""
    named = {body for row in cameras if row["status"] != "removed" for body in (row["shared_with"] or "").split(";")}
    bodies = sorted(filter(None, map(str.strip, named)))
    if not bodies:
        return []
    return [
        html.H2(words.text("public.use.shared")),
        html.P(words.text("public.use.shared_told")),
        html.Ul(list(map(html.Li, bodies))),
    ]


def _agreed(agreements: Sequence[Row], words: Words) -> list[Any]:
    """The agreements of the register, the newest first."""
    if not agreements:
        return []
    names = ("body", "purpose", "shared", "legal_basis", "starts", "ends")
    heads = [(words.text(f"registers.agreement.{name}").partition(" (")[0], False) for name in names]
    lines = [_agreement(row, words) for row in sorted(agreements, key=lambda row: row["starts"], reverse=True)]
    return [
        html.H2(words.text("public.use.agreements")),
        html.P(words.text("public.use.agreements_told")),
        parts.table(words.text("public.use.agreements"), heads, lines),
    ]


def _agreement(row: Row, words: Words) -> list[Any]:
    until = words.day(date.fromisoformat(row["ends"])) if row["ends"] else words.text("public.use.no_end")
    told = [row[f"{name}_{words.language}"] for name in ("purpose", "shared")]
    basis: Any = row["legal_basis"]
    if row["document"]:
        basis = [basis, " ", html.A(words.text("public.use.document"), href=row["document"], rel="noopener")]
    return [row["body"], *told, basis, words.day(date.fromisoformat(row["starts"])), until]
