"""The monthly revision sheet: the table of all precincts, then one page of A4 for each, as a PDF.

The same closing, precincts, languages and clock give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from components import sheet
from domain.adoption import RANKED_FROM, Coming
from domain.revisions import Closing, Content, last_day
from locales import LANGUAGES, Words

BIG = ("registered", "target", "missing", "compliance", "reports_per_1000")
COLUMNS = ("registered", "population", "target", "missing", "compliance", "reports", "new")
CAUTIONS = ("addresses", "dark")
NONE = "–"


def pdf(closing: Closing, codes: Sequence[str], languages: Sequence[str], zone: str) -> bytes:
    """The sheet with a page for each of the precincts `codes`, in one language after the other."""
    told = {"parts": [_part(closing, codes, Words(language), zone) for language in languages]}
    return sheet.pdf("revision", told, closing.closed_at)


def languages(asked: str, own: str) -> tuple[str, ...]:
    """The languages that `lang` asks for: one of them, "both", or else the reader's own."""
    return LANGUAGES if asked == "both" else (asked,) if asked in LANGUAGES else (own,)


def month(closing_month: str, words: Words) -> str:
    """A month as one says it, such as "October 2026"."""
    return words.month(last_day(closing_month))


def said(row: Content, name: str, words: Words) -> str:
    """A figure of a precinct or of the total in the reader's way; a dash where it is missing."""
    value = row[name]
    if isinstance(value, Mapping):
        value = value["people"]
    if value is None:
        return NONE
    if name == "compliance":
        return words.percent(float(value), 1)
    return words.number(float(value), 1) if name == "reports_per_1000" else words.number(value)


def notes(content: Content, words: Words) -> list[str]:
    """What must be known of the total: how the target is made, and who is in no sum."""
    names, total = {row["precinct"]: row["name"] for row in content["precincts"]}, content["total"]
    data, new = set(total["without_data"]), set(total["without_new"])
    told = [words.text("revisions.sheet.sums")]
    for key, codes in (("without", data), ("without_new", new - data)):
        if codes:
            listed = words.listed(name for code, name in names.items() if code in codes)
            told.append(words.text(f"revisions.sheet.{key}", names=listed))
    return told


# --- one language ----------------------------------------------------------------------------------------------


def _part(closing: Closing, codes: Sequence[str], words: Words, zone: str) -> dict[str, Any]:
    rows = {row["precinct"]: row for row in closing.content["precincts"]}
    when = words.instant(closing.closed_at, zone)
    return {
        "lang": words.language,
        "title": words.text("revisions.sheet.title"),
        "month": month(closing.month, words),
        "closed": words.text("revisions.sheet.closed", when=when, who=words.author(closing.actor)),
        "synthetic": words.text("revisions.sheet.synthetic") if closing.synthetic else "",
        "mark": words.text("revisions.sheet.mark", mark=closing.short),
        "page": words.text("revisions.sheet.page", page="{page}", pages="{pages}"),
        "cautions": [words.text(f"revisions.sheet.{name}") for name in CAUTIONS],
        "table": _table(closing.content, words),
        "pages": [_page(rows[code], closing.content, words) for code in codes],
    }


def _table(content: Content, words: Words) -> dict[str, Any]:
    total = content["total"]
    return {
        "title": words.text("revisions.sheet.all"),
        "heads": [words.text(f"revisions.figures.{name}") for name in ("precinct", *COLUMNS)],
        "rows": [[row["name"], *(said(row, name, words) for name in COLUMNS)] for row in content["precincts"]],
        "total": [words.text("revisions.total"), *(said(total, name, words) for name in COLUMNS)],
        "notes": notes(content, words),
    }


# --- one precinct ----------------------------------------------------------------------------------------------


def _page(row: Content, content: Content, words: Words) -> dict[str, Any]:
    share = None if row["compliance"] is None else float(row["compliance"])
    return {
        "name": row["name"],
        "figures": [
            {"value": said(row, name, words), "label": words.text(f"revisions.figures.{name}")} for name in BIG
        ],
        "share": share,
        "share_said": "" if share is None else words.text("revisions.sheet.share", share=words.percent(share, 1)),
        "new_title": words.text("revisions.sheet.new_title"),
        "new": _new(row, content["month"], words),
        "months": [_bar(one, words) for one in row["months"]],
        "facts_title": words.text("revisions.sheet.facts"),
        "facts": [
            {"term": words.text(f"revisions.sheet.{name}"), "text": text} for name, text in _facts(row, content, words)
        ],
    }


def _new(row: Content, closed: str, words: Words) -> str:
    name = month(closed, words)
    if row["new"] is None:
        return words.text("revisions.sheet.new_unknown", month=name)
    return words.text("revisions.sheet.new", count=row["new"], month=name)


def _bar(one: Content, words: Words) -> dict[str, Any]:
    end = last_day(one["month"])
    label = words.day(end, "LLL y" if end.month == 1 else "LLL")
    return {"label": label, "value": one["new"], "said": NONE if one["new"] is None else words.number(one["new"])}


def _facts(row: Content, content: Content, words: Words) -> list[tuple[str, str]]:
    outlook = row["outlook"] or {"pace": None, "needed": None, "arrival": {"coming": Coming.UNKNOWN}}
    return [
        ("pace", _pace(outlook["pace"], words)),
        ("needed", _needed(row, outlook["needed"], words)),
        ("arrival", _arrival(outlook["arrival"], words)),
        ("population", _population(row, content["populations"], words)),
        ("goal", _goal(row["goal"], words)),
        ("observed", _observed(row, words)),
        ("rank", _rank(row, content, words)),
    ]


def _pace(pace: Content | None, words: Words) -> str:
    if pace is None:
        return words.text("revisions.sheet.pace_none")
    parts = {name: words.number(float(pace[name])) for name in ("monthly", "low", "high")}
    told = words.text("revisions.sheet.pace_said", weeks=pace["weeks"], **parts)
    return f"{told} {words.text('revisions.sheet.pace_slowing')}" if pace["slowing"] else told


def _needed(row: Content, needed: str | None, words: Words) -> str:
    if row["missing"] is None:
        return words.text("revisions.sheet.needed_unknown")
    if row["missing"] == 0:
        return words.text("revisions.sheet.needed_reached")
    if needed is None:
        return words.text("revisions.sheet.needed_none")
    due = _day(row["goal"]["due"], words)
    return words.text("revisions.sheet.needed_said", monthly=words.number(float(needed)), due=due)


def _arrival(arrival: Content, words: Words) -> str:
    coming = arrival["coming"]
    days = {name: _day(arrival.get(name), words) for name in ("day", "earliest", "latest")}
    endless = coming == Coming.DATED and arrival["latest"] is None
    return words.text(f"revisions.sheet.arrival_{'endless' if endless else coming}", **days)


def _population(row: Content, stated: Sequence[Content], words: Words) -> str:
    chosen = row["population"]
    if chosen is None:
        return words.text("revisions.sheet.population_none")
    told = words.text("revisions.sheet.population_said", people=chosen["people"], source=_source(chosen))
    others = [one for one in stated if one["precinct"] == row["precinct"] and {**one, "precinct": ""} != _plain(chosen)]
    if not others:
        return told
    listed = words.listed(
        words.text("revisions.sheet.stated", people=one["people"], source=_source(one)) for one in others
    )
    return f"{told} {words.text('revisions.sheet.population_other', others=listed)}"


def _plain(population: Content) -> dict[str, Any]:
    return {**population, "precinct": ""}


def _source(population: Content) -> str:
    return ", ".join(str(part) for part in (population["source"], population["year"]) if part)


def _goal(goal: Content | None, words: Words) -> str:
    if goal is None:
        return words.text("revisions.sheet.goal_none")
    share = float(goal["share"])
    return words.text(
        "revisions.sheet.goal_said",
        share=words.percent(share, 0 if round(share * 100, 6) % 1 == 0 else 1),
        rounding=words.text(f"revisions.rounding.{goal['rounding']}"),
        source=goal["source"],
    )


def _observed(row: Content, words: Words) -> str:
    if row["observed"] is None:
        return words.text("revisions.sheet.observed_none")
    return words.text("revisions.sheet.observed_said", day=_day(row["observed"], words))


def _rank(row: Content, content: Content, words: Words) -> str:
    if row["rank"] is None:
        return words.text("revisions.sheet.rank_none", least=RANKED_FROM)
    ranked = sum(other["rank"] is not None for other in content["precincts"])
    return words.text("revisions.sheet.rank_said", rank=row["rank"], count=ranked)


def _day(day: str | None, words: Words) -> str:
    return "" if day is None else words.day(date.fromisoformat(day))
