"""The cells of a delivered table, understood column by column; what cannot be understood is told row by row.

A number or place that is not there is -1, a text that is not there is "".
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.importing.understanding.dates import EPOCH, MONTH, Moment, read_moment
from data_access.importing.understanding.texts import Texts
from data_access.tables.reading import Sheet, heading, vocabulary
from domain.tables import Problem

KEPT = 1000  # problems told one by one
SHOWN = 60  # characters of what stands in a cell

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Column = npt.NDArray[Any]
Details = Callable[[int], dict[str, object]]

# Whole numbers as spreadsheets of either language write them: 7733, 7.733, 7,733, 7 733, 7733.0.
WHOLE = re.compile(r"[+-]?(?:\d{1,3}(?:([.,  '])\d{3})(?:\1\d{3})*|\d{1,15})(?:[.,]0{1,2})?", re.ASCII)
SHARE = re.compile(r"([+-]?\d{1,9}(?:[.,]\d{1,15})?)\s*(%?)", re.ASCII)
MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
YEAR = re.compile(r"(?:19|20|21)\d\d", re.ASCII)
UNREADABLE, NONE = -2, -1


def read_whole(text: str) -> int | None:
    """A whole number, or None.

    >>> read_whole("7.733"), read_whole("1,234,567"), read_whole("12.0"), read_whole("-3"), read_whole("7,5")
    (7733, 1234567, 12, -3, None)
    """
    if not WHOLE.fullmatch(text):
        return None
    return int(re.sub(r"[.,  ']", "", re.sub(r"[.,]0{1,2}$", "", text)))


def read_share(text: str) -> Decimal | None:
    """A share, as a number from 0 to 1 or in per cent.

    >>> read_share("10 %"), read_share("0,10"), read_share("ten")
    (Decimal('0.1'), Decimal('0.1'), None)
    """
    found = SHARE.fullmatch(text)
    if found is None:
        return None
    number = Decimal(found[1].replace(",", ".")) / (100 if found[2] else 1)
    return number.normalize() + 0  # without the minus of -0


def read_day(text: str, end: bool = True) -> int | None:
    """Days since 1970, None where there is no such day; a month alone is its last day, or its first without `end`.

    >>> read_day("2024-02"), read_day("29/02/2024"), read_day("02/2024"), read_day("30/02/2024")
    (19782, 19782, 19782, None)
    """
    if found := MONTH_FIRST.fullmatch(text):
        text = f"{found[2]}-{found[1]}"
    moment: Moment | None = read_moment(text)
    if moment is None:
        return None
    if moment.precision != MONTH or not end:
        return moment.day
    first = EPOCH + timedelta(days=moment.day)
    return moment.day + monthrange(first.year, first.month)[1] - 1


def iso(day: int) -> str:
    return (EPOCH + timedelta(days=int(day))).isoformat()


def number_of(day: date) -> int:
    return (day - EPOCH).days


class Cells:
    """Reads the columns of a sheet and keeps what is wrong in them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows = len(sheet.lines)
        self.bad: Mask = np.zeros(self.rows, np.bool_)
        self.wrong = 0
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The first of them, as the lines of the file come."""
        return tuple(sorted(self._problems, key=lambda problem: problem.line)[:KEPT])

    def tell(self, which: Mask | Ints, reason: str, details: Details = lambda row: {}) -> None:
        """The same thing is wrong in these rows; `details` tells more of one."""
        rows = np.flatnonzero(which) if which.dtype == np.bool_ else which
        self.bad[rows] = True
        self.wrong += len(rows)
        first = rows[np.argsort(self.sheet.lines[rows], kind="stable")[:KEPT]].tolist()
        self._problems += [Problem(int(self.sheet.lines[row]), reason, details(row)) for row in first]

    def tell_whole(self, reason: str, **details: object) -> None:
        """Something is wrong with the table as a whole."""
        self.wrong += 1
        self._problems.append(Problem(0, reason, details))

    def flaws(self) -> None:
        """What the reader itself refused."""
        flaws = self.sheet.flaws
        for reason in sorted({flaw.reason for flaw in flaws.values()}):
            rows = np.array(sorted(row for row, flaw in flaws.items() if flaw.reason == reason), np.int64)
            self.tell(rows, reason, lambda row: dict(flaws[row].details))

    def has(self, name: str) -> bool:
        return name in self.sheet.columns

    def texts(self, name: str) -> Texts:
        return self.sheet.columns.get(name) or Texts.nothing(self.rows)

    def cell(self, name: str) -> Details:
        """Details that show a cell: what its column is called, and what stands there."""
        texts, header = self.texts(name), self.sheet.headers.get(name, name)
        return lambda row: {"column": header, "value": texts.at(row)[:SHOWN]}

    def needed(self, *names: str) -> None:
        """Tell the rows in which a column that must not be empty is."""
        for name in names:
            self.tell(~self.texts(name).present, "empty_cell", self.cell(name))

    def text(self, name: str, limit: int, default: str = "") -> Objects:
        texts = self.texts(name)
        self.tell(texts.each(lambda text: len(text) > limit, False, np.bool_), "too_long", self.limited(name, limit))
        return texts.each(lambda text: text, default)

    def limited(self, name: str, limit: int) -> Details:
        shown = self.cell(name)
        return lambda row: {**shown(row), "limit": limit}

    def counts(self, name: str, most: int, least: int = 0) -> Ints:
        """Whole numbers; -1 where there is none."""
        texts = self.texts(name)
        read = texts.each(lambda text: _bounded(read_whole(text)), NONE, np.int64)
        negative = texts.present & (read == NONE)
        self.tell(read == UNREADABLE, "number_unreadable", self.cell(name))
        self.tell(negative, "negative", self.cell(name))
        self.tell(read > most, "number_too_large", self.limited(name, most))
        small = texts.present & (read >= 0) & (read < least)
        self.tell(small, "number_too_small", self.limited(name, least))
        return np.asarray(np.where(read < least, NONE, np.minimum(read, most)))

    def years(self, name: str, last: int) -> Ints:
        texts = self.texts(name)
        read = texts.each(lambda text: int(text) if YEAR.fullmatch(text) else UNREADABLE, NONE, np.int64)
        self.tell(read == UNREADABLE, "year_unreadable", self.cell(name))
        self.tell(read > last, "year_future", self.limited(name, last))
        return np.asarray(np.maximum(read, NONE))

    def days(self, name: str, end: bool = True) -> Ints:
        """Days since 1970; -1 where there is none. Days before 1970 cannot be read."""
        texts = self.texts(name)
        read = texts.each(lambda text: _after_1970(read_day(text, end)), NONE, np.int64)
        self.tell(read == UNREADABLE, "date_unreadable", self.cell(name))
        return np.asarray(np.maximum(read, NONE))

    def shares(self, name: str) -> Objects:
        """Decimals from 0 to 1; None where there is none."""
        texts = self.texts(name)
        read = texts.each(read_share, None)
        there = np.array([value is not None for value in read], np.bool_)
        self.tell(texts.present & ~there, "share_unreadable", self.cell(name))
        outside = np.array([value is not None and not 0 <= value <= 1 for value in read], np.bool_)
        self.tell(outside, "share_outside", self.cell(name))
        read[outside] = None
        return read

    def codes(self, name: str, default: str = "") -> Objects:
        """The codes of a column with a fixed vocabulary."""
        known, texts, shown = vocabulary(name), self.texts(name), self.cell(name)
        listed = ", ".join(dict.fromkeys(known.values()))
        read = texts.each(lambda text: known.get(heading(text), ""), default)
        self.tell(texts.present & (read == ""), f"{name}_unknown", lambda row: {**shown(row), "known": listed})
        return read

    def twice(self, *keys: Column) -> None:
        """Tell the rows that speak of what a row before them spoke of, among those that could be read."""
        good = np.flatnonzero(~self.bad)
        first = pd.Series(good).groupby(_groups([key[good] for key in keys])).transform("first").to_numpy()
        before = dict(zip(good.tolist(), first.tolist(), strict=True))
        self.tell(good[first != good], "repeated", lambda row: {"first": str(self.sheet.lines[before[row]])})


def _bounded(number: int | None) -> int:
    if number is None or number > 10**15:
        return UNREADABLE
    return max(number, NONE)


def _after_1970(day: int | None) -> int:
    return UNREADABLE if day is None or day < 1 else day


def _groups(keys: Sequence[Column]) -> Ints:
    """One number for each row, equal where all keys are."""
    group = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        codes = np.asarray(pd.factorize(key)[0], np.int64)
        group = np.asarray(pd.factorize(group * (int(codes.max(initial=0)) + 1) + codes)[0], np.int64)
    return group
