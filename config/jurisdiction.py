"""The laws that a desk works under: one data file each in `config/jurisdictions/`, signed off by a lawyer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from domain.footage.deadlines import Days, Term, Track
from domain.footage.draft import Authority

FOLDER = Path(__file__).parent / "jurisdictions"
DEFAULT = "chile"

AS_WRITTEN = (
    "version",
    "name",
    "zone",
    "reference",
    "help",
    "retention_days",
    "preserve_days",
    "most_held_days",
    "camera_precision",
)

Said = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Rule:
    """The term of a track, from one day to another. In business days, 0 where there are none: `fix` to mend a request,
    `notify` to tell third parties and `oppose` for them to oppose."""

    track: Track
    since: date
    until: date
    term: Term
    acknowledge: bool
    fix: int
    notify: int
    oppose: int
    law: Said


@dataclass(frozen=True, slots=True)
class Appeal:
    """Where one may turn to after a refusal, and after silence; without a term where the law sets none."""

    track: Track
    term: Term | None
    silence: bool
    body: Said


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the law lets a request be refused."""

    code: str
    track: Track
    text: Said


@dataclass(frozen=True, slots=True)
class Ordering:
    """An authority of the place that may order footage, by its name there."""

    code: Authority
    text: Said


@dataclass(frozen=True, slots=True)
class Legal:
    """A text that a requester agrees to or is shown; the version is written down with the request."""

    version: str
    text: Said


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One profile. Days count as its calendar and clock say."""

    code: str
    version: str
    name: Said
    zone: str
    country: str  # of the calendar
    subdivision: str
    closed: frozenset[date]  # beside the calendar's
    open: frozenset[date]  # in spite of it
    retention_days: int
    preserve_days: int
    most_held_days: int
    camera_precision: str  # how exactly a camera is told where its table does not say
    documents: tuple[str, ...]
    plates: tuple[str, ...]  # patterns
    reference: str  # pattern; empty: any
    rules: tuple[Rule, ...]
    appeals: tuple[Appeal, ...]
    grounds: tuple[Ground, ...]
    authorities: tuple[Ordering, ...]
    undertaking: Legal
    notice: Legal
    help: Said  # for who is in danger
    confirm: Mapping[str, tuple[str, ...]]  # what the lawyer must settle

    def rule(self, track: Track, received: date) -> Rule | None:
        """The rule in force on the day of receipt; None where the law sets no term."""
        return next((rule for rule in self.rules if rule.track is track and rule.since <= received <= rule.until), None)


def codes() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def jurisdiction(code: str = DEFAULT) -> Jurisdiction:
    """The profile of a file's name; raises FileNotFoundError where there is none."""
    table = tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    calendar = table["calendar"]
    return Jurisdiction(
        code=code,
        country=calendar["country"],
        subdivision=calendar["subdivision"],
        closed=frozenset(calendar["closed"]),
        open=frozenset(calendar["open"]),
        documents=tuple(table["documents"]),
        plates=tuple(table["plates"]),
        rules=tuple(_rule(row) for row in table["term"]),
        appeals=tuple(_appeal(row) for row in table["appeal"]),
        grounds=tuple(Ground(row["code"], Track(row["track"]), _said(row)) for row in table["ground"]),
        authorities=tuple(Ordering(Authority(row["code"]), _said(row)) for row in table["authority"]),
        undertaking=Legal(table["undertaking"]["version"], _said(table["undertaking"])),
        notice=Legal(table["notice"]["version"], _said(table["notice"])),
        confirm={language: tuple(lines) for language, lines in table["confirm"].items()},
        **{name: table[name] for name in AS_WRITTEN},
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        track=Track(row["track"]),
        since=row.get("since", date.min),
        until=row.get("until", date.max),
        term=Term(row["days"], Days(row["kind"]), row.get("extension", 0)),
        acknowledge=row.get("acknowledge", False),
        fix=row.get("fix", 0),
        notify=row.get("notify", 0),
        oppose=row.get("oppose", 0),
        law=row["law"],
    )


def _appeal(row: Mapping[str, Any]) -> Appeal:
    term = Term(row["days"], Days(row["kind"])) if "days" in row else None
    return Appeal(Track(row["track"]), term, row["silence"], row["body"])


def _said(row: Mapping[str, Any]) -> Said:
    return {language: row[language] for language in ("es", "en")}
