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


def last_days(end: date, days: int) -> Window:
    """The `days` whole days that end on `end`."""
    return Window(end - timedelta(days=days - 1), end)
