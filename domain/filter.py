"""The one Filter: what the page, the heat image, the exports, the JSON twin and the cache key all carry.

The query string is its written form. Reading one never raises: what can be repaired is repaired and told in
`notes`; what cannot be understood is dropped, and never so that a reader sees more than was asked for.

    from, to    days, YYYY-MM-DD, both included; default the last 28 complete days of the data
    type        codes of types or families, with commas; default every type that is not sensitive
    vehicle     codes of the offender's mode of transport
    item        codes of what was stolen
    hours       0 to 23 with commas and ranges; 22-5 runs over midnight
    days        1 (Monday) to 7 with commas and ranges
    precinct    codes of precincts
    area        a drawn area: lon,lat;lon,lat;... with three corners or more, or west,south,east,north
    origin      formal or informal
    compare     previous, year, or the first day of a window of equal length
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol
from urllib.parse import urlencode

from domain.people import Actor, Permission, may
from domain.periods import Window, last_days
from domain.taxonomy import Taxonomy, taxonomy

KEYS = ("from", "to", "type", "vehicle", "item", "hours", "days", "precinct", "area", "origin", "compare")
ORIGINS = ("formal", "informal")
DEFAULT_DAYS = 28
MAX_CORNERS = 200
RANGE = re.compile(r"([0-9]{1,2})(?:-([0-9]{1,2}))?")

Codes = frozenset[str] | None
Numbers = frozenset[int] | None
Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a filter can speak of here: the vocabulary, the precincts and the span of the data."""

    taxonomy: Taxonomy
    first: date
    last: date  # the last complete day
    precincts: Mapping[str, str] = field(default_factory=dict)  # code -> name

    @property
    def default_window(self) -> Window:
        return last_days(self.last, DEFAULT_DAYS)

    @property
    def ordinary(self) -> frozenset[str]:
        return frozenset(self.taxonomy.types) - self.taxonomy.sensitive


class Words(Protocol):
    """How a language says the parts of a filter; `locales.Words` is the one implementation."""

    def text(self, key: str, **parts: object) -> str: ...
    def window(self, window: Window) -> str: ...
    def term(self, kind: str, code: str) -> str: ...
    def listed(self, names: Iterable[str]) -> str: ...
    def weekday(self, number: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """A question to the record. None means "all"; an empty set means that nothing matches."""

    window: Window
    types: Codes = None  # None: every type that is not sensitive
    vehicles: Codes = None
    items: Codes = None
    hours: Numbers = None
    weekdays: Numbers = None
    precincts: Codes = None
    area: tuple[Corner, ...] | None = None
    origins: Codes = None
    compare: str | None = None  # "previous", "year" or an ISO day
    notes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def from_query(cls, query: Mapping[str, object], ground: Ground) -> Filter:
        """Read a query string's pairs. Never raises; unknown keys are ignored."""
        notes: list[str] = []
        raw = {key: _text(query.get(key)) for key in KEYS}
        vocabulary = ground.taxonomy
        read = cls(
            window=_window(raw["from"], raw["to"], ground, notes),
            types=_codes(raw["type"], vocabulary.expand, "type", notes),
            vehicles=_codes(raw["vehicle"], _within(vocabulary.vehicles), "vehicle", notes),
            items=_codes(raw["item"], _within(vocabulary.items), "item", notes),
            hours=_numbers(raw["hours"], 0, 23, "hours", notes),
            weekdays=_numbers(raw["days"], 1, 7, "days", notes),
            precincts=_codes(raw["precinct"], _within(ground.precincts), "precinct", notes),
            area=_area(raw["area"], notes),
            origins=_codes(raw["origin"], _within(ORIGINS), "origin", notes),
            compare=_compare(raw["compare"], notes),
        )
        return replace(read, notes=(*notes, *read._beyond(ground)))

    def to_query(self, ground: Ground | None = None) -> dict[str, str]:
        """The pairs that `from_query` reads back; with a ground, its default dates are left out."""
        pairs = {
            "from": self.window.start.isoformat(),
            "to": self.window.end.isoformat(),
            "type": _joined(self.types),
            "vehicle": _joined(self.vehicles),
            "item": _joined(self.items),
            "hours": _ranges(self.hours, 0, 23),
            "days": _ranges(self.weekdays, 1, 7),
            "precinct": _joined(self.precincts),
            "area": _corners(self.area),
            "origin": _joined(self.origins),
            "compare": self.compare,
        }
        if ground is not None and self.window == ground.default_window:
            del pairs["from"], pairs["to"]
        return {key: value for key, value in pairs.items() if value is not None}

    def canonical(self) -> str:
        """One string per question: the key of caches and the name of the heat image."""
        return urlencode(self.to_query(), safe=",;:-")

    @property
    def other(self) -> Window | None:
        """The window to compare with, of equal length; None where nothing is compared."""
        if self.compare is None:
            return None
        if self.compare == "previous":
            return self.window.previous()
        if self.compare == "year":
            return self.window.last_year()
        return self.window.starting(date.fromisoformat(self.compare))

    def _beyond(self, ground: Ground) -> Iterator[str]:
        """Windows that reach beyond the data: what is missing there must not be read as zero."""
        for key, window in (("dates", self.window), ("compare", self.other)):
            if window is not None and not ground.first <= window.start <= window.end <= ground.last:
                yield f"partial:{key}"

    def during(self, window: Window) -> Filter:
        """The same question about another window."""
        return replace(self, window=window, compare=None)

    def wanted_types(self, ground: Ground) -> frozenset[str]:
        """The leaf types asked for; sensitive ones only where they were named."""
        return ground.ordinary if self.types is None else self.types

    def clip(self, actor: Actor, ground: Ground) -> Filter:
        """Narrow the question to what the actor may see; what is cut is told in `notes`."""
        clipped, notes = self, list(self.notes)
        if self.types is not None and not may(actor, Permission.SENSITIVE):
            allowed = self.types - ground.taxonomy.sensitive
            if allowed != self.types:
                notes.append("clipped:sensitive")
                clipped = replace(clipped, types=allowed)
        if actor.precincts is not None:
            asked = frozenset(ground.precincts) if self.precincts is None else self.precincts
            if asked - actor.precincts and self.precincts is not None:
                notes.append("clipped:precincts")
            clipped = replace(clipped, precincts=asked & actor.precincts)
        return replace(clipped, notes=tuple(notes))

    def describe(self, words: Words) -> str:
        """The question in words, in the reader's language."""
        parts = [self._describe_types(words)]
        parts += self._describe_codes(words)
        parts += self._describe_times(words)
        if self.area is not None:
            parts.append(words.text("filter.area" if self.area else "filter.area_none"))
        return ", ".join(parts)

    def _describe_types(self, words: Words) -> str:
        if self.types is None:
            return words.text("filter.types.all")
        if not self.types:
            return words.text("filter.types.none")
        return words.listed(words.term(kind, code) for kind, code in _families_first(self.types))

    def _describe_codes(self, words: Words) -> list[str]:
        kinds = (
            ("vehicle", self.vehicles),
            ("item", self.items),
            ("precinct", self.precincts),
            ("origin", self.origins),
        )
        return [
            words.text(f"filter.{kind}.named", names=words.listed(words.term(kind, code) for code in sorted(codes)))
            if codes
            else words.text(f"filter.{kind}.none")
            for kind, codes in kinds
            if codes is not None
        ]

    def _describe_times(self, words: Words) -> list[str]:
        said = [words.window(self.window)]
        if self.weekdays is not None:
            names = words.listed(words.weekday(day) for day in sorted(self.weekdays))
            said.append(names or words.text("filter.days_none"))
        if self.hours is not None:
            key = "filter.hours" if self.hours else "filter.hours_none"
            said.append(words.text(key, hours=_ranges(self.hours, 0, 23)))
        return said


# --- reading ---------------------------------------------------------------------------------------------------


def _text(value: object) -> str | None:
    """A query value as one string; repeated keys are joined, as a form would send them."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    return ",".join(str(part) for part in parts if part not in (None, "")).strip() or None


def _day(text: str | None, key: str, notes: list[str]) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        notes.append(f"ignored:{key}")
        return None
    if not 1900 <= day.year <= 2200:  # room for every neighbouring window
        notes.append(f"ignored:{key}")
        return None
    return day


def _window(start: str | None, end: str | None, ground: Ground, notes: list[str]) -> Window:
    first, last = _day(start, "from", notes), _day(end, "to", notes)
    if first is None and last is None:
        return ground.default_window
    if first is None:
        assert last is not None
        return last_days(last, DEFAULT_DAYS)
    if last is None:
        last = max(first, ground.last) if end is None else first + timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        notes.append("repaired:dates")
        first, last = last, first
    return Window(first, last)


def _within(known: Iterable[str]) -> Callable[[str], frozenset[str]]:
    codes = frozenset(known)
    return lambda code: frozenset({code}) & codes


def _codes(text: str | None, expand: Callable[[str], frozenset[str]], key: str, notes: list[str]) -> Codes:
    if text is None:
        return None
    found: set[str] = set()
    for code in filter(None, (part.strip() for part in text.split(","))):
        known = expand(code)
        if not known:
            notes.append(f"ignored:{key}")
        found |= known
    return frozenset(found)


def _numbers(text: str | None, low: int, high: int, key: str, notes: list[str]) -> Numbers:
    if text is None:
        return None
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        read = RANGE.fullmatch(part)
        first, last = (int(read[1]), int(read[2] or read[1])) if read else (-1, -1)
        if not (low <= first <= high and low <= last <= high):
            notes.append(f"ignored:{key}")
            continue
        found |= set(range(first, last + 1)) if first <= last else {*range(first, high + 1), *range(low, last + 1)}
    return None if len(found) == high - low + 1 else frozenset(found)


def _area(text: str | None, notes: list[str]) -> tuple[Corner, ...] | None:
    if text is None:
        return None
    try:
        pairs = [tuple(float(number) for number in corner.split(",")) for corner in text.split(";") if corner]
    except ValueError:
        pairs = []
    if len(pairs) == 1 and len(pairs[0]) == 4:
        west, south, east, north = pairs[0]
        pairs = [(west, south), (east, south), (east, north), (west, north)]
    if not 3 <= len(pairs) <= MAX_CORNERS or not all(_on_earth(pair) for pair in pairs):
        notes.append("ignored:area")
        return ()
    return tuple((round(lon, 5), round(lat, 5)) for lon, lat in pairs)


def _on_earth(pair: tuple[float, ...]) -> bool:
    return len(pair) == 2 and all(map(math.isfinite, pair)) and abs(pair[0]) <= 180 and abs(pair[1]) <= 85


def _compare(text: str | None, notes: list[str]) -> str | None:
    if text is None or text in ("previous", "year"):
        return text
    day = _day(text, "compare", notes)
    return None if day is None else day.isoformat()


# --- telling ---------------------------------------------------------------------------------------------------


def _families_first(types: frozenset[str]) -> list[tuple[str, str]]:
    """A family stands for its types where all of them are asked for."""
    vocabulary = taxonomy()
    whole = {family for family in vocabulary.families if vocabulary.expand(family) <= types}
    single = {code for code in types if code.partition(".")[0] not in whole}
    return [("family", family) for family in sorted(whole)] + [("type", code) for code in sorted(single)]


# --- writing ---------------------------------------------------------------------------------------------------


def _joined(codes: Codes) -> str | None:
    # A lone comma is the written form of "nothing matches": it reads back as an empty set.
    return None if codes is None else ",".join(sorted(codes)) or ","


def _corners(area: tuple[Corner, ...] | None) -> str | None:
    return None if area is None else ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in area) or ";"


def _ranges(numbers: Numbers, low: int, high: int) -> str | None:
    """Runs of numbers; one that goes on from the highest to the lowest, as a night does, is one run."""
    if numbers is None:
        return None
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    if len(runs) > 1 and runs[0][0] == low and runs[-1][1] == high:
        runs[-1][1] = runs.pop(0)[1]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs) or ","
