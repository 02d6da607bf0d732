"""The fields of a register as a table, and one way to read an entry: from a form, a file or the record.

An entry is a plain mapping that JSON can hold: texts, whole numbers, shares, ISO dates, true or false, tuples of
texts, and for what is said in both languages a mapping of language to text. What is not said is None.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LANGUAGES = ("es", "en")
YES = frozenset({"yes", "y", "true", "1", "si", "sí", "s", "verdadero", "x"})
NO = frozenset({"no", "n", "false", "0", "falso"})
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,17})?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)

Value = str | int | float | bool | tuple[str, ...] | Mapping[str, str] | None
Entry = Mapping[str, Value]


class Kind(StrEnum):
    TEXT = "text"
    BOTH = "both"  # a text in each language
    CHOICE = "choice"  # one code of a closed list
    DAY = "day"
    WHOLE = "whole"
    NUMBER = "number"
    SHARE = "share"  # from 0 to 1; people also write per cent, which is all that is over 1
    YES = "yes"
    LINK = "link"
    LIST = "list"  # of texts, apart by semicolons or lines


@dataclass(frozen=True, slots=True)
class Field:
    """A field; `most` is how long its text may be or how large its number."""

    name: str
    section: str
    kind: Kind = Kind.TEXT
    required: bool = False
    most: int = 200
    least: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field; `registers.problems.<reason>` says it.

    `line` is that of a table, as a text editor or spreadsheet counts; in a form, and of a table as a whole, it is 0.
    """

    field: str
    reason: str
    details: Mapping[str, object] = dataclasses.field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as it stood at one version: `version` counts its rows from 1, `at` is when that one was written."""

    code: str
    version: int
    at: int
    actor: str
    entry: Entry
    synthetic: bool


class _Wrong(Exception):
    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason, self.details = reason, details


def understood(fields: Sequence[Field], given: Mapping[str, object]) -> tuple[dict[str, Value], list[Problem]]:
    """The entry that was given, and what is wrong with it; what cannot be read is None in it."""
    entry: dict[str, Value] = {}
    problems = []
    for one in fields:
        try:
            entry[one.name] = _READ[one.kind](given.get(one.name), one)
        except _Wrong as wrong:
            entry[one.name] = None
            problems.append(Problem(one.name, wrong.reason, wrong.details))
    missing = [one for one in fields if one.required and is_empty(entry[one.name], one)]
    told = {problem.field for problem in problems}
    return entry, problems + [Problem(one.name, "needed") for one in missing if one.name not in told]


def is_empty(value: Value, of: Field) -> bool:
    """Whether a value says nothing; of a text in both languages, whether either is missing."""
    if of.kind is Kind.BOTH:
        return not isinstance(value, Mapping) or not all(value.get(language) for language in LANGUAGES)
    return value is None or value == ""


def day(value: Value) -> date | None:
    """The date of a field of days."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None


# --- one reader for each kind ----------------------------------------------------------------------------------


def _text(value: object, of: Field) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Wrong("malformed")
    text = str(value).strip()
    if not all(letter.isprintable() or letter == "\n" for letter in text.replace("\r\n", "\n")):
        raise _Wrong("malformed")
    if len(text) > of.most:
        raise _Wrong("too_long", limit=of.most)
    return text.replace("\r\n", "\n")


def _both(value: object, of: Field) -> Value:
    if value is None:
        return None
    if isinstance(value, Mapping):
        found = {language: _text(value.get(language), of) for language in LANGUAGES}
        return found if any(found.values()) else None
    raise _Wrong("malformed")


def _choice(value: object, of: Field) -> Value:
    text = _short(value)
    if text and text not in of.choices:
        raise _Wrong("not_a_choice", value=text[:60], choices=", ".join(of.choices))
    return text or None


def _day(value: object, of: Field) -> Value:
    text = _short(value)
    if not text:
        return None
    if turned := _DAY_FIRST.fullmatch(text):
        text = f"{turned[3]}-{turned[2]:0>2}-{turned[1]:0>2}"
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        raise _Wrong("day_unreadable", value=text[:60]) from None
    if not 1970 <= found.year <= 2200:
        raise _Wrong("day_unreadable", value=text[:60])
    return found.isoformat()


def _number(value: object, of: Field) -> Value:
    text = _short(value)
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise _Wrong("number_unreadable", value=text[:60])
    number = float(text.replace(",", "."))
    if not of.least <= number <= of.most:
        raise _Wrong("number_outside", value=text[:60], least=of.least, most=of.most)
    return number


def _whole(value: object, of: Field) -> Value:
    number = _number(value, of)
    if not isinstance(number, float):
        return None
    if number != int(number):
        raise _Wrong("number_unreadable", value=str(value)[:60])
    return int(number)


def _share(value: object, of: Field) -> Value:
    if isinstance(value, float) and 0 <= value <= 1:  # as the record keeps it
        return value
    text = _short(value)
    number = _number(text.removesuffix("%").strip(), of)
    if not isinstance(number, float):
        return None
    return number if number <= 1 and "%" not in text else round(number / 100, 6)


def _yes(value: object, of: Field) -> Value:
    if value is None or isinstance(value, bool):
        return value
    text = _short(value).casefold()
    if not text:
        return None
    if text not in YES | NO:
        raise _Wrong("yes_unreadable", value=text[:60])
    return text in YES


def _link(value: object, of: Field) -> Value:
    text = _text(value, of)
    if text and not re.fullmatch(r"https?://[^\s<>\"']+", text):
        raise _Wrong("no_link", value=text[:60])
    return text


def _list(value: object, of: Field) -> Value:
    if isinstance(value, list | tuple):
        parts = [_text(part, of) for part in value]
    else:
        parts = re.split(r"[;\n]", _text(value, of))
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _short(value: object) -> str:
    return _text(value, Field("", "")).strip()


_READ: Mapping[Kind, Callable[[object, Field], Value]] = {
    Kind.TEXT: _text,
    Kind.BOTH: _both,
    Kind.CHOICE: _choice,
    Kind.DAY: _day,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.YES: _yes,
    Kind.LINK: _link,
    Kind.LIST: _list,
}
