"""Who bore the flags of a closed quarter, as the public reads it: the audit of exposure, precinct by precinct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components import public_parts as parts
from components.forecast_parts import decimal, percent
from domain.periods import Quarter
from domain.release.shown import Row
from locales import Words

COLUMNS = ("share", "ratio", "longest", "warned")


def quarter_named(code: str, words: Words) -> str:
    """A quarter as a person says it."""
    quarter = Quarter.parse(code)
    return words.text("forecast_public.quarter", number=quarter.number, year=str(quarter.year))


def exposure(city: Sequence[Row], precincts: Sequence[Row], names: Mapping[str, str], words: Words) -> list[Any]:
    """One target's audit of its newest quarter; `names` are those of the precincts."""
    newest = max((row["quarter"] for row in city), default="")
    if not newest:
        return []
    whole = next(row for row in city if row["quarter"] == newest)
    held = sorted((row for row in precincts if row["quarter"] == newest), key=lambda row: -row["share"])
    title = _text("title", words, quarter=quarter_named(newest, words))
    even = _text("even", words, gini=decimal(whole["gini"], words)) + " " if whole["gini"] is not None else ""
    alarms = [names.get(row["precinct"], row["precinct"]) for row in held if row["warned"]]
    said = _text("alarms", words, count=len(alarms), areas=words.listed(alarms)) if alarms else _text("none", words)
    heads = [(words.text("public.heads.precinct"), False)]
    heads += [(_text(column, words), column != "warned") for column in COLUMNS]
    lines = [_line(row, names, words) for row in held]
    return [
        html.H3(title),
        html.P([even, said]),
        html.P(_text("told", words)),
        parts.opened(words.text("forecast_public.as_table"), parts.table(title, heads, lines)),
    ]


def _text(key: str, words: Words, **said: object) -> str:
    return words.text(f"forecast_public.exposure.{key}", **said)


def _line(row: Row, names: Mapping[str, str], words: Words) -> list[str]:
    warned = words.listed(words.text(f"forecast.exposure.warned.{code}").lower() for code in row["warned"].split())
    return [
        names.get(row["precinct"], row["precinct"]),
        percent(row["share"], words),
        decimal(row["ratio"], words, 1),
        words.number(int(row["longest"])),
        warned or "–",
    ]
