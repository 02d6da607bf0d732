"""Which weeks a source holds: silence that chance can hardly have made is missing data, and a week with it unknown.

One rule: a stretch is missing where many incidents were to be expected and next to none came. Of twenty expected none
comes once in 500 million times (Poisson), of ten once in 22,000; quiet days and dead seasons bring more than a tenth
of the usual. What is usual is told by the year and the quarter before, so that a week stays as known as it was when it
was over, but for a silence that had begun.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import trim_mean

from analytics.forecast.panel import Bools

YEAR, QUARTER = 52, 13  # weeks that say what is usual, whichever say less; a year is the most of a stretch that counts
FIRST = 8  # weeks that have too little past, and are judged by each other
SETTLED = 26  # weeks after which a low level is the usual one
TRIMMED = 0.125  # of the weeks at either end before their mean: bulk dates, gaps
LITTLE = 0.1  # of what is usual
STRAY = 0.02  # of what is usual: not even a low level
A_STRETCH, A_DAY = 20, 10  # incidents to be expected: weeks differ by season as well as by chance

Numbers = NDArray[np.int64]


def whole(daily: Numbers) -> Bools:
    """Which weeks of a city are known, shape (weeks,), from its incidents of all types a day, shape (weeks, 7).

    Unknown are stretches of weeks with less than a tenth of the usual, weeks with such a day, and strays before the
    history begins. A level that stays low for half a year is the usual one from then on.
    """
    totals = daily.sum(axis=1)
    return _held(totals, LITTLE) & ~_with_a_silent_day(daily, totals)


def told(totals: Numbers) -> Bools:
    """Which of a city's known weeks tell of one crime, shape (weeks,), from its incidents a week: no silent stretch.

    A crime that dies out does so over months: its last silence is what the quarter before made likely, and is known.
    One that stops from one week to the next is a source that fell silent.
    """
    return _held(totals, 0.0)


def _held(totals: Numbers, little: float) -> Bools:
    """Weeks in no stretch of weeks with at most `little` of the usual, of which twenty incidents were expected."""
    begin = _beginning(totals)
    known = np.arange(len(totals)) >= begin
    past = list(range(begin, min(begin + FIRST, len(totals))))
    stretch: list[int] = []
    for week in range(begin, len(totals)):
        usual = min(float(trim_mean(totals[past[-weeks:]], TRIMMED)) for weeks in (YEAR, QUARTER))
        if totals[week] > little * usual:
            past += [one for one in (*stretch, week) if known[one] and one >= begin + FIRST]
            stretch = []
            continue
        stretch.append(week)
        known[stretch] = usual * min(len(stretch), YEAR) < A_STRETCH
        if len(stretch) >= SETTLED and np.median(totals[stretch[-SETTLED:]]) > STRAY * usual:
            past, stretch = stretch[-SETTLED:], []
    return known


def _beginning(totals: Numbers) -> int:
    """The week in which a history begins: all before it are strays, a fiftieth of what the next eight make usual."""
    begin = 0
    while len(totals) - begin > FIRST:
        rest = totals[begin:]
        usual = np.median(np.lib.stride_tricks.sliding_window_view(rest, FIRST), axis=1)
        expected = usual * np.arange(len(usual))
        before = np.cumsum(rest)[: len(usual)] - rest[: len(usual)]
        starts = (expected >= A_STRETCH) & (rest[: len(usual)] >= usual / 2)
        share = np.divide(before, expected, out=np.ones(len(usual)), where=starts)
        if share.min() >= STRAY:
            break
        begin += int(share.argmin())
    return begin


def _with_a_silent_day(daily: Numbers, totals: Numbers) -> Bools:
    """Weeks with a day of less than a tenth of the usual, of which ten incidents are usual on that day of the week."""
    held = np.flatnonzero(totals)
    silent = np.zeros(len(daily), dtype=np.bool_)
    for week in held:
        at = int(np.searchsorted(held, week))
        usual = np.median(daily[held[max(at - YEAR, 0) : at] if at >= FIRST else held[:FIRST]], axis=0)
        silent[week] = ((usual >= A_DAY) & (daily[week] < LITTLE * usual)).any()
    return silent
