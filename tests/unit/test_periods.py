"""Windows of whole days, and the windows they are compared with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Quarter, Window, last_days

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
windows = st.builds(lambda start, length: Window(start, start + timedelta(days=length)), days, st.integers(0, 4000))


@given(windows)
def test_every_window_compared_with_is_of_equal_length(window: Window) -> None:
    for other in (window.previous(), window.last_year(), window.starting(date(2000, 2, 29))):
        assert other.days == window.days


@given(windows)
def test_the_previous_window_ends_the_day_before(window: Window) -> None:
    assert window.previous().end + timedelta(days=1) == window.start


@given(windows)
def test_last_year_starts_on_the_same_calendar_day_a_year_before(window: Window) -> None:
    start = window.last_year().start
    assert start.year == window.start.year - 1
    assert (start.month, start.day) == (window.start.month, window.start.day) or (start.month, start.day) == (2, 28)


@given(days, st.integers(1, 400))
def test_the_last_days_are_as_many_as_asked_and_end_when_asked(end: date, count: int) -> None:
    window = last_days(end, count)
    assert (window.days, window.end) == (count, end)


@pytest.mark.parametrize(
    ("window", "previous", "last_year"),
    [
        (("2024-02-29", "2024-02-29"), ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
        (("2024-02-29", "2024-03-06"), ("2024-02-22", "2024-02-28"), ("2023-02-28", "2023-03-06")),
        (("2025-02-28", "2025-03-01"), ("2025-02-26", "2025-02-27"), ("2024-02-28", "2024-02-29")),
        (("2024-01-01", "2024-12-31"), ("2022-12-31", "2023-12-31"), ("2023-01-01", "2024-01-01")),
        (("2026-11-01", "2026-11-28"), ("2026-10-04", "2026-10-31"), ("2025-11-01", "2025-11-28")),
    ],
)
def test_neighbouring_windows(window: tuple[str, str], previous: tuple[str, str], last_year: tuple[str, str]) -> None:
    own = Window(*map(date.fromisoformat, window))
    assert own.previous() == Window(*map(date.fromisoformat, previous))
    assert own.last_year() == Window(*map(date.fromisoformat, last_year))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_its_quarter_and_quarters_follow_each_other(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.window.start <= day <= quarter.window.end
    assert quarter.next == Quarter.of(quarter.window.end + timedelta(days=1))
    assert Quarter.parse(str(quarter)) == quarter
