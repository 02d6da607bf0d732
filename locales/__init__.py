"""What the portal says, in the reader's language. A leaf: any room may import it, it imports only `domain`.

Sentences live in `<language>/<subject>.toml` and are named by a key, the subject first: "filter.area".
A sentence that counts is a table with the plural forms of its language; `count` chooses the form.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval, format_skeleton, get_day_names
from babel.lists import format_list
from babel.numbers import get_decimal_symbol, get_group_symbol

from domain.errors import DomainError
from domain.periods import Window
from domain.taxonomy import taxonomy

FOLDER = Path(__file__).parent
LANGUAGES = ("es", "en")
DEFAULT = "es"
REGIONS = {"es": "es_CL", "en": "en_GB"}


@cache
def catalogue(language: str) -> dict[str, str | dict[str, str]]:
    """Every sentence of a language by its key."""
    found: dict[str, str | dict[str, str]] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        _flatten(tomllib.loads(path.read_text(encoding="utf-8")), path.stem, found)
    return found


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(REGIONS[language])


@cache
def _marks(language: str) -> dict[int, str]:
    """From how Python writes numbers to how a language does."""
    marks = {",": get_group_symbol(_locale(language)), ".": get_decimal_symbol(_locale(language))}
    return {ord(mark): str(written) for mark, written in marks.items()}


def _flatten(table: Mapping[str, object], prefix: str, found: dict[str, str | dict[str, str]]) -> None:
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, str):
            found[name] = value
        elif isinstance(value, dict) and "other" in value and set(value) <= {"zero", "one", "many", "other"}:
            found[name] = {form: str(text) for form, text in value.items()}
        elif isinstance(value, dict):
            _flatten(value, name, found)


@dataclass(frozen=True)
class Words:
    """One language's way of saying things. `precincts` names this city's precincts by code."""

    language: str = DEFAULT
    precincts: Mapping[str, str] = field(default_factory=dict)

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    def text(self, key: str, **parts: object) -> str:
        """The sentence of a key with its parts filled in; numbers are written for the language."""
        sentence = catalogue(self.language)[key]
        if isinstance(sentence, dict):
            count = parts.get("count", 0)
            form = "zero" if count == 0 and "zero" in sentence else self.locale.plural_form(count)  # type: ignore[arg-type]
            sentence = sentence.get(form) or sentence["other"]
        return sentence.format(**{name: self._part(value) for name, value in parts.items()})

    def error(self, error: DomainError) -> str:
        """What went wrong and what to do next."""
        return self.text(f"errors.{error.code}", **error.details)

    def number(self, value: float, decimals: int = 0) -> str:
        """As Babel's `format_decimal` writes it, in a tenth of the time: pages hold thousands of numbers."""
        written = f"{round(value, decimals):,.{decimals}f}"
        return (written.rstrip("0").rstrip(".") if decimals else written).translate(_marks(self.language))

    def percent(self, share: float, decimals: int = 0) -> str:
        return f"{Decimal(str(share)) * 100:,.{decimals}f} %".translate(_marks(self.language))

    def day(self, day: date, form: str = "d MMM y") -> str:
        return _day(day, form, self.language)

    def month(self, day: date) -> str:
        """The month of a day as one says it.

        >>> Words("es").month(date(2026, 9, 1)), Words("en").month(date(2026, 9, 1))
        ('septiembre de 2026', 'September 2026')
        """
        return _month(day, self.language)

    def period(self, name: str) -> str:
        """A year as it is, a month by its name.

        >>> Words("en").period("2026-10"), Words("en").period("2025")
        ('October 2026', '2025')
        """
        return self.month(date.fromisoformat(f"{name}-01")) if "-" in name else name

    def window(self, window: Window) -> str:
        if window.days == 1:
            return self.day(window.start)
        return format_interval(window.start, window.end, "yMMMd", locale=self.locale)

    def instant(self, seconds: int, zone: str, form: str = "d MMM y, HH:mm") -> str:
        """A moment on a zone's clock; `form` is a pattern of the Unicode locale data."""
        return format_datetime(datetime.fromtimestamp(seconds, ZoneInfo(zone)), form, locale=self.locale)

    def day_of(self, seconds: int, zone: str) -> str:
        """The day of a moment on a zone's clock, in full."""
        return self.day(datetime.fromtimestamp(seconds, ZoneInfo(zone)).date(), "long")

    def appointment(self, seconds: int, zone: str) -> str:
        """A moment to come, with its weekday, on a zone's clock."""
        at = datetime.fromtimestamp(seconds, ZoneInfo(zone))
        return f"{self.day(at.date(), 'full')}, {at:%H:%M}"

    def weekday(self, number: int, width: Literal["wide", "abbreviated", "narrow"] = "wide") -> str:
        """The name of a weekday; 1 is Monday."""
        return str(get_day_names(width, locale=self.locale)[number - 1])

    def listed(self, names: Iterable[str]) -> str:
        return format_list(list(names), locale=self.locale)

    def term(self, kind: str, code: str) -> str:
        """The name of a code: kind is type, family, vehicle, item, weapon, precinct or origin."""
        if kind == "precinct":
            return self.precincts.get(code, code) if code else self.text("filter.precinct.unknown")
        if kind == "origin":
            return self.text(f"filter.origins.{code}")
        terms = {"family": "families"}.get(kind, f"{kind}s")
        known = getattr(taxonomy(), terms)
        return known[code].name(self.language) if code in known else code

    def author(self, actor: str) -> str:
        """Who did something: an account's e-mail as it is, the portal itself in words."""
        return self.text(f"ui.actors.{actor}") if f"ui.actors.{actor}" in catalogue(self.language) else actor

    def _part(self, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        return self.number(value, 0 if isinstance(value, int) else 1)


def told(key: str, **parts: object) -> dict[str, str]:
    """A sentence in every language, by language."""
    return {language: Words(language).text(key, **parts) for language in LANGUAGES}


@lru_cache(maxsize=16_384)
def _day(day: date, form: str, language: str) -> str:
    """Kept: a table of precincts says the same months hundreds of times."""
    return format_date(day, form, locale=_locale(language))


@lru_cache(maxsize=1024)
def _month(day: date, language: str) -> str:
    return str(format_skeleton("yMMMM", day, locale=_locale(language)))
