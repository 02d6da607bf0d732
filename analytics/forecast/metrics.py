"""How good a forecast was: what its hottest cells caught, how well its rates fit, and how both add up over weeks.

Hit rate and PAI: Chainey, Tompson and Uhlig, "The utility of hotspot mapping for predicting spatial patterns of
crime", Security Journal 21 (2008) 4-28. PEI: Hunt, "Do crime hot spots move?", American University (2016), as used in
the Real-Time Crime Forecasting Challenge of the National Institute of Justice (2017). Search efficiency: Bowers,
Johnson and Pease, "Prospective hot-spotting", British Journal of Criminology 44 (2004) 641-658. Deviance: McCullagh
and Nelder, "Generalized Linear Models" (1989), 2.3. The curve: Johnson et al., "Predictive mapping of crime by ProMap"
(2009). Intervals of counts: Garwood, Biometrika 28 (1936) 437-442.

Every figure is a ratio of sums, so weeks are pooled by adding their scores and never by averaging ratios.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import special

from domain.forecast.models import COVERAGES

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FLOOR = 0.05  # of a forecast's mean rate: no cell is taken to be colder when the deviance is measured
LEAST = 1e-6  # events a week, where a forecast expects none anywhere
SEED = 0
LEVEL = 0.95  # of intervals
STEPS = 100  # of the curve: hundredths of the area
EDGES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # predicted events in a cell-week
ENDS = dict(pairwise(EDGES))  # of a bin, by its beginning


@dataclass(frozen=True, slots=True)
class Hits:
    """What the hottest cells of a forecast caught; over several weeks all but `coverage` are sums."""

    coverage: float  # the share of the area that was asked for
    flagged: int  # cell-weeks, k of each week
    cells: int  # cell-weeks in all
    km2: float  # flagged, a
    hits: int  # events inside, n
    best: int  # events in as many cells, chosen knowing the outcome, n*
    events: int  # N, those outside every cell among them
    predicted: float  # events that the forecast expected inside

    @property
    def hit_rate(self) -> float | None:
        """n / N; None where nothing happened."""
        return _ratio(self.hits, self.events)

    @property
    def pai(self) -> float | None:
        """(n / N) / (a / A): 1 is what chance would catch."""
        return _ratio(self.hits * self.cells, self.events * self.flagged)

    @property
    def pei(self) -> float | None:
        """n / n*: 1 is what nobody could better."""
        return _ratio(self.hits, self.best)

    @property
    def rri(self) -> float | None:
        """Predicted / observed where flagged: 1 is calibrated. (Others divide the other way round.)"""
        return _ratio(self.predicted, self.hits)

    @property
    def efficiency(self) -> float | None:
        """Events caught per km2 flagged and week."""
        return _ratio(self.hits, self.km2)

    def __add__(self, other: Hits) -> Hits:
        if self.coverage != other.coverage:
            raise ValueError("hits at different coverages do not add up")
        return Hits(self.coverage, *map(add, astuple(self)[1:], astuple(other)[1:]))


@dataclass(frozen=True, slots=True)
class Bin:
    """Cell-weeks whose predicted rate lies in [`low`, next bin's low): what was predicted of them and what came."""

    low: float
    cells: int
    predicted: float
    observed: int

    def __add__(self, other: Bin) -> Bin:
        if self.low != other.low:
            raise ValueError("different bins do not add up")
        return Bin(self.low, *map(add, astuple(self)[1:], astuple(other)[1:]))


@dataclass(frozen=True, slots=True)
class Score:
    """One model in one week, or the sum over `weeks` weeks of the same model."""

    weeks: int
    events: int  # those outside every cell among them
    outside: int
    predicted: float  # over all cells
    deviance: float
    at: tuple[Hits, ...]  # by coverage
    curve: tuple[int, ...]  # events in the hottest 0, 1, ..., 100 hundredths of the cells
    bins: tuple[Bin, ...]

    @property
    def level(self) -> float | None:
        """Predicted / observed over all cells: events outside them were nobody's to predict."""
        return _ratio(self.predicted, self.events - self.outside)

    def skill(self, reference: Score) -> float | None:
        """Poisson deviance skill 1 - D / D_ref over the same weeks: 0 is no better, 1 is perfect."""
        if (self.weeks, self.events) != (reference.weeks, reference.events):
            raise ValueError("skill compares two models on the same weeks")
        share = _ratio(self.deviance, reference.deviance)
        return None if share is None else 1 - share

    def hits(self, coverage: float) -> Hits:
        """What the hottest cells caught at a coverage; raises KeyError for one that was not scored."""
        for found in self.at:
            if found.coverage == coverage:
                return found
        raise KeyError(coverage)

    def shares(self) -> list[tuple[float, float]]:
        """The ranked-accuracy curve: (share of the area, share of the events); empty where nothing happened."""
        return [(step / STEPS, caught / self.events) for step, caught in enumerate(self.curve) if self.events]

    def __add__(self, other: Score) -> Score:
        return Score(
            self.weeks + other.weeks,
            self.events + other.events,
            self.outside + other.outside,
            self.predicted + other.predicted,
            self.deviance + other.deviance,
            _added(self.at, other.at),
            _added(self.curve, other.curve),
            _added(self.bins, other.bins),
        )

    def plain(self) -> dict[str, Any]:
        """As JSON holds it; `read` is the way back."""
        return asdict(self)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Self:
        at = tuple(Hits(**hits) for hits in plain["at"])
        bins = tuple(Bin(**row) for row in plain["bins"])
        return cls(**{**plain, "at": at, "curve": tuple(plain["curve"]), "bins": bins})


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A line of the calibration table, events in a cell-week: `low` and `high` hold the mean that `observed` tells.

    It is of the cell-weeks whose predicted rate lies in [`bin_from`, `bin_to`); the last bin has no end.
    """

    bin_from: float
    bin_to: float | None
    cells: int  # cell-weeks
    predicted: float
    observed: float
    low: float
    high: float

    @property
    def fits(self) -> bool:
        return self.low <= self.predicted <= self.high


def score(
    rates: NDArray[np.floating[Any]],
    counts: NDArray[np.integer[Any]],
    *,
    km2: float,
    outside: int = 0,
    coverages: Sequence[float] = COVERAGES,
    seed: int = SEED,
) -> Score:
    """One week of one model: expected events `rates` and what came, `counts`, both of shape (cells,).

    `km2` is the area of one cell and `outside` the events in no cell, which every model missed. Raises ValueError for
    shapes that do not fit, for rates that are negative or not finite, and for negative counts.

    >>> week = score(np.array([2.0, 1.0, 0.5, 0.5]), np.array([1, 2, 0, 0]), km2=0.25, outside=1, coverages=(0.25, 0.5))
    >>> week.events, [hits.hits for hits in week.at], [hits.best for hits in week.at]
    (4, [1, 3], [2, 3])
    >>> week.at[0].hit_rate, week.at[0].pai, week.at[0].pei, week.at[0].rri, week.at[0].efficiency
    (0.25, 1.0, 0.5, 2.0, 4.0)
    """
    mu, y = checked(rates, counts)
    if outside < 0 or not km2 > 0:
        raise ValueError("events outside and the area of a cell cannot be negative")
    order = ranking(mu, seed)
    caught, best, expected = _running(y[order]), _running(np.sort(y)[::-1]), _running(mu[order])
    events = int(caught[-1]) + int(outside)
    at = []
    for coverage in coverages:
        k = flagged(y.size, coverage)
        at.append(
            Hits(coverage, k, y.size, k * km2, int(caught[k]), int(best[k]), events, float(expected[k])),
        )
    curve = tuple(int(caught[y.size * step // STEPS]) for step in range(STEPS + 1))
    return Score(1, events, int(outside), float(mu.sum()), deviance(mu, y), tuple(at), curve, _bins(mu, y))


def pooled(scores: Iterable[Score]) -> Score:
    """The sum of a model's weekly scores; raises ValueError where there is none.

    >>> one = score(np.array([1.0, 0.5]), np.array([1, 0]), km2=1.0, coverages=(0.5,))
    >>> two = score(np.array([1.0, 0.5]), np.array([0, 3]), km2=1.0, coverages=(0.5,))
    >>> pooled([one, two]).hits(0.5).hit_rate
    0.25
    """
    weekly = list(scores)
    if not weekly:
        raise ValueError("no week was scored")
    return reduce(add, weekly)


def flagged(cells: int, coverage: float) -> int:
    """k, the whole number of cells in a share of them.

    >>> flagged(11_877, 0.05), flagged(100, 0.29), flagged(50, 0.01)
    (593, 29, 0)
    """
    if not 0 <= coverage <= 1:
        raise ValueError(f"{coverage} is no share of an area")
    return math.floor(cells * coverage + 1e-9)  # .29 x 100 is a little under 29 in binary


def ranking(rates: NDArray[np.floating[Any]], seed: int = SEED) -> NDArray[np.int64]:
    """The cells from the hottest to the coldest, shape (cells,); equal rates in one random order for all.

    >>> ranking(np.array([0.1, 0.3, 0.2])).tolist()
    [1, 2, 0]
    """
    lot = np.random.default_rng(seed).permutation(rates.size)
    return np.asarray(lot[np.argsort(-rates[lot], kind="stable")], dtype=np.int64)


def depth(rates: NDArray[np.floating[Any]]) -> Floats:
    """The least share of the area, the hottest first, that holds each cell, shape (cells,): flagged at a coverage are
    the cells that no more than that holds.

    >>> depth(np.array([0.1, 0.3, 0.2, 0.0])).tolist()
    [0.75, 0.25, 0.5, 1.0]
    """
    shares = np.empty(rates.size, dtype=np.float64)
    shares[ranking(rates)] = np.arange(1, rates.size + 1) / max(rates.size, 1)
    return shares


def deviance(rates: Floats, counts: NDArray[np.integer[Any]]) -> float:
    """D = 2 sum(y ln(y / mu) - (y - mu)) over cells.

    A mean of counts is exactly zero where nothing happened yet, and infinitely wrong when something does. Rates under
    a twentieth of the forecast's own mean are therefore raised to that, for every model alike. A lower floor would
    flatter any model over the mean of 52 weeks.

    >>> deviance(np.array([1.0, 2.0]), np.array([1, 2]))
    0.0
    >>> round(deviance(np.array([1.0, 2.0]), np.array([2, 0])), 4)
    4.7726
    >>> round(deviance(np.array([0.0, 2.0]), np.array([1, 2])), 4)  # 0 is read as .05
    4.0915
    """
    mu = np.maximum(rates, max(FLOOR * float(np.mean(rates)), LEAST))
    return float(2 * np.sum(special.xlogy(counts, counts / mu) - (counts - mu)))


def calibration(bins: Iterable[Bin], level: float = LEVEL) -> tuple[Calibrated, ...]:
    """The calibration table of a score's bins, empty ones left out. The intervals take counts as Poisson.

    >>> row, = calibration([Bin(0.5, cells=10, predicted=7.0, observed=6)])
    >>> row.predicted, row.observed, round(row.low, 3), round(row.high, 3), row.fits
    (0.7, 0.6, 0.22, 1.306, True)
    """
    rows = []
    for found in bins:
        if found.cells:
            low, high = count_interval(found.observed, level)
            means = (value / found.cells for value in (found.predicted, found.observed, low, high))
            rows.append(Calibrated(found.low, ENDS.get(found.low), found.cells, *means))
    return tuple(rows)


def count_interval(count: int, level: float = LEVEL) -> tuple[float, float]:
    """Garwood's exact interval of the mean of a Poisson count.

    >>> [round(bound, 3) for bound in count_interval(10)]
    [4.795, 18.39]
    """
    tail = (1 - level) / 2
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 1 - tail))


def checked(
    rates: NDArray[np.floating[Any]], counts: NDArray[np.integer[Any]]
) -> tuple[Floats, NDArray[np.integer[Any]]]:
    """The rates in double precision, and the counts; raises ValueError where they are not rates and counts."""
    mu, y = np.asarray(rates, dtype=np.float64), np.asarray(counts)
    if mu.ndim != 1 or mu.shape != y.shape or not mu.size:
        raise ValueError(f"rates of shape {mu.shape} and counts of shape {y.shape} are not those of the same cells")
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0:
        raise ValueError("counts are whole numbers, none of them negative")
    if not np.isfinite(mu).all() or mu.min() < 0:
        raise ValueError("rates are finite numbers, none of them negative")
    return mu, y.astype(np.int64)


def _running(values: NDArray[Any]) -> NDArray[Any]:
    """Sums of the first 0, 1, 2, ... values."""
    return np.concatenate([[0], np.cumsum(values)])


def _bins(mu: Floats, y: NDArray[np.integer[Any]]) -> tuple[Bin, ...]:
    place = np.searchsorted(EDGES, mu, side="right") - 1
    cells, predicted, observed = (np.bincount(place, weights, len(EDGES)) for weights in (None, mu, y))
    return tuple(Bin(low, int(cells[at]), float(predicted[at]), int(observed[at])) for at, low in enumerate(EDGES))


def _ratio(top: float, bottom: float) -> float | None:
    return top / bottom if bottom else None


def _added(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
