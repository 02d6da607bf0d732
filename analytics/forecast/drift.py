"""Has the world moved away from what a model learned? Of its level, and of where and what its inputs are.

Level: a two-sided cumulative sum of Poisson log-likelihood ratios (Page, Biometrika 41 (1954) 100-115; Lucas, "Counted
data CUSUM's", Technometrics 27 (1985) 129-144), divided by the dispersion of the weeks before. Where nothing moves, a
sum reaches h on average not before exp(h) weeks (Lorden, Annals of Mathematical Statistics 42 (1971) 1897-1908): with
both sides, a false alarm in about 74 weeks or more for h = 5.
Inputs: population stability index, with its customary .10 and .25 (Siddiqi, "Credit Risk Scorecards", 2006), which
counts only where it is also beyond chance: over G groups and samples of n and m it is about (1/n + 1/m) times a
chi-square of G - 1 degrees when nothing moved (Yurdakul and Naranjo, Journal of Risk Model Validation 14 (2020)).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analytics.forecast.metrics import Floats

RECENT = 8  # weeks
STEP = 1.15  # times as many events as predicted, or as few: what the level's sums look for
LEVEL_WATCH, LEVEL_ALARM = 3.0, 5.0  # of the sums
INPUT_WATCH, INPUT_ALARM = 0.10, 0.25  # of the index
CHANCE = 0.01  # that inputs which did not move would look as if they had
SPARE = 0.5  # added to each group: an empty one would be infinitely far


class Word(StrEnum):
    OK = "ok"
    WATCH = "watch"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Level:
    """Predicted over observed in the recent `weeks`, None where nothing happened; `more` and `fewer` are the sums
    after the newest week for more, and for fewer, events than predicted."""

    word: Word
    ratio: float | None
    more: float
    fewer: float
    dispersion: float
    weeks: int


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the shares of groups are from those learned from; `chance` is that of an index as large if they are the
    same. `group` is the place of the one that moved most."""

    word: Word
    index: float
    chance: float
    group: int


@dataclass(frozen=True, slots=True)
class Drift:
    """The level, and the inputs by name: areas, types. `word` is the worst of them."""

    level: Level
    inputs: dict[str, Shift]

    @property
    def word(self) -> Word:
        return max((self.level.word, *(shift.word for shift in self.inputs.values())), key=list(Word).index)


def level(predicted: ArrayLike, observed: ArrayLike, *, recent: int = RECENT) -> Level:
    """The drift of the level; `predicted` and `observed` events, shape (weeks,), oldest first.

    Dispersion is learned from the weeks before the recent ones, and taken as 1, that of Poisson counts, where there
    are fewer of them than recent ones. Raises ValueError for shapes that differ, no week, events that are negative or
    not finite, or a week in which none was predicted.

    >>> str(level([100] * 12, [104, 97, 95, 103, 99, 106, 98, 101, 94, 105, 100, 102]).word)
    'ok'
    >>> moved = level([100] * 12, [104, 97, 95, 103, 130, 128, 135, 126, 131, 129, 127, 133])
    >>> str(moved.word), round(moved.ratio, 2)
    ('alarm', 0.77)
    """
    mu, y = _weeks(predicted), _weeks(observed)
    if mu.shape != y.shape or not mu.all():
        raise ValueError("each week needs what was predicted, above zero, and what was observed")
    spread = _dispersion(mu[:-recent], y[:-recent]) if mu.size >= 2 * recent else 1.0
    more, fewer = (_cusum(mu, y, step, spread) for step in (STEP, 1 / STEP))
    events = float(y[-recent:].sum())
    ratio = float(mu[-recent:].sum()) / events if events else None
    return Level(_word(max(more, fewer), LEVEL_WATCH, LEVEL_ALARM), ratio, more, fewer, spread, mu[-recent:].size)


def shift(learned: ArrayLike, recent: ArrayLike) -> Shift:
    """The drift of one input: its events by group, both of shape (groups,), while learning and in the recent weeks.

    Raises ValueError for shapes that differ, fewer than two groups, no event on either side, or counts that are
    negative or not finite.

    >>> same = shift([50, 30, 20], [26, 14, 10])
    >>> str(same.word), round(same.index, 4)
    ('ok', 0.0018)
    >>> moved = shift([500, 300, 200], [20, 30, 50])
    >>> str(moved.word), moved.group
    ('alarm', 2)
    """
    before, now = _weeks(learned), _weeks(recent)
    if before.shape != now.shape or before.size < 2 or not before.sum() or not now.sum():
        raise ValueError("shares of the same two or more groups, with events on both sides")
    p, q = ((counts + SPARE) / (counts + SPARE).sum() for counts in (before, now))
    parts = (q - p) * np.log(q / p)
    index = float(parts.sum())
    chance = float(stats.chi2.sf(index / (1 / before.sum() + 1 / now.sum()), before.size - 1))
    word = _word(index, INPUT_WATCH, INPUT_ALARM) if chance < CHANCE else Word.OK
    return Shift(word, index, chance, int(np.argmax(parts)))


def _weeks(values: ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not found.size or not np.isfinite(found).all() or found.min() < 0:
        raise ValueError("at least one value, finite and not negative")
    return found


def _dispersion(mu: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Pearson's, and never under that of Poisson counts."""
    return max(1.0, float(np.mean((y - mu) ** 2 / mu)))


def _cusum(mu: Floats, y: Floats, step: float, spread: float) -> float:
    total = 0.0
    for gain in ((y * log(step) - mu * (step - 1)) / spread).tolist():
        total = max(0.0, total + gain)
    return total


def _word(value: float, watch: float, alarm: float) -> Word:
    return Word.ALARM if value >= alarm else Word.WATCH if value >= watch else Word.OK
