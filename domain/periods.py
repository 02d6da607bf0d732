"""Windows of whole days and the windows they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The days from `start` to `end`, both included.

    >>> Window(date(2026, 11, 1), date(2026, 11, 28)).days
    28
    """

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def starting(self, start: date) -> Window:
        """The window of equal length that starts on another day."""
        return Window(start, start + (self.end - self.start))

    def previous(self) -> Window:
        """The window of equal length that ends the day before this one starts."""
        return self.starting(self.start - timedelta(days=self.days))

    def last_year(self) -> Window:
        """The window of equal length that starts on the same calendar day a year before.

        >>> Window(date(2024, 2, 29), date(2024, 3, 6)).last_year().start
        datetime.date(2023, 2, 28)
        """
        try:
            start = self.start.replace(year=self.start.year - 1)
        except ValueError:  # 29 February
            start = self.start.replace(year=self.start.year - 1, day=28)
        return self.starting(start)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three calendar months; a week belongs to the one that holds it whole."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """
        >>> str(Quarter.of(date(2026, 11, 22)))
        '2026-Q4'
        """
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, code: str) -> Quarter:
        """The quarter that `str` wrote."""
        year, number = code.split("-Q")
        return cls(int(year), int(number))

    @property
    def window(self) -> Window:
        return Window(self.first, self.next.first - timedelta(days=1))

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def holds(self, week: date) -> bool:
        """Whether the week that begins on a Monday lies in it."""
        return self.window.start <= week and week + timedelta(days=6) <= self.window.end

    def has_closed(self, today: date, days: int) -> bool:
        """Whether it ended so many days ago at least."""
        return today >= self.window.end + timedelta(days=days)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def last_days(end: date, days: int) -> Window:
    """The `days` whole days that end on `end`."""
    return Window(end - timedelta(days=days - 1), end)
