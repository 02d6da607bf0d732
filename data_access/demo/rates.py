"""How many incidents of each type each commune has on each day: level, trend, season, week, chance and the story.

The story of Las Condes, in weeks before the last day: from 78 on everything falls there by 29 % a year, while
pedestrian robbery by riders of motorcycles rises from one or two a week to about eight, between 78 and 30; from 20 on,
pedestrian robbery falls to 22 % below the ten weeks before.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from data_access.demo.tables import Kind, Special, Tables

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

STORY_COMMUNE = "las-condes"
STORY_TYPE = "robbery.street"
FALL_WEEKS, TOP_WEEKS, ANSWER_WEEKS = 78, 30, 20
FALL_A_YEAR, ANSWER = 0.29, 0.22
RIDERS_BEFORE, RIDERS_TOP, WALKERS = 1.5, 8.0, 6.0  # a week
PHASES = (20, 30, 46, 62, 78)  # weeks before the last day
AT_ROWS = 250_000 / (3 * 365.25)  # incidents a day for which the story's numbers hold
WEEK_MEMORY = 0.7
CITY_NOISE, TYPE_NOISE, OWN_NOISE = 0.05, 0.06, 0.11


def days_of(until: date, years: int) -> list[date]:
    """The days of the record: whole years that end on `until`."""
    try:
        start = until.replace(year=until.year - years)
    except ValueError:  # 29 February
        start = until.replace(year=until.year - years, day=28)
    return [start + timedelta(days=n) for n in range(1, (until - start).days + 1)]


def expected(tables: Tables, days: list[date], rng: Generator) -> Floats:
    """Relative expected counts by commune, type and day, the story left out."""
    level = np.array([kind.yearly for kind in tables.kinds]).T
    story = at(tables)
    level[story] = 0
    years = np.arange(-len(days) + 1, 1) / 365.25
    rates: Floats = level[:, :, None] * np.stack([_course(kind, days, tables) for kind in tables.kinds])
    rates *= _trend(tables, years) * _chance((*level.shape, len(days)), rng)
    rates[story[0]] *= falling(len(days))
    return rates


def at(tables: Tables) -> tuple[int, int]:
    communes, kinds = [c.code for c in tables.communes], [k.code for k in tables.kinds]
    return communes.index(STORY_COMMUNE), kinds.index(STORY_TYPE)


def _trend(tables: Tables, years: Floats) -> Floats:
    """The slow course of each commune and type; in the story's commune there is none but the story."""
    slopes = np.add.outer([commune.trend for commune in tables.communes], [kind.trend for kind in tables.kinds])
    slopes[at(tables)[0]] = 0
    trend: Floats = np.exp(slopes[:, :, None] * years)
    return trend


def _course(kind: Kind, days: list[date], tables: Tables) -> Floats:
    """One type's days: season, weekday and the days that are not like others."""
    size, month = kind.season
    turn = np.array([day.timetuple().tm_yday for day in days]) / 365.25 - (month - 0.5) / 12
    week = np.array(tables.rhythms[kind.rhythm].week)[[day.weekday() for day in days]]
    special = np.array([_special(kind, day, tables.specials) for day in days])
    course: Floats = np.exp(size * np.cos(2 * np.pi * turn)) * week * special
    return course


def _special(kind: Kind, day: date, specials: tuple[Special, ...]) -> float:
    for special in specials:
        if (special.month, special.day) == (day.month, day.day) and kind.family in special.families:
            return special.factor
    return 1.0


def falling(days: int) -> Floats:
    """The fall of everything else in the story's commune: level, then by a constant share."""
    weeks = np.arange(days - 1, -1, -1) / 7
    fall: Floats = (1 - FALL_A_YEAR) ** (np.maximum(FALL_WEEKS - weeks, 0) / 52.18)
    return fall


def _chance(shape: tuple[int, int, int], rng: Generator) -> Floats:
    """Weeks that are busier or quieter than others, together and apart, each remembering the one before."""
    communes, kinds, days = shape
    noise = CITY_NOISE * _drift((communes, 1), days, rng)
    noise = noise + TYPE_NOISE * _drift((1, kinds), days, rng)
    chance: Floats = np.exp(noise + OWN_NOISE * _drift((communes, kinds), days, rng))
    return chance


def _drift(shape: tuple[int, int], days: int, rng: Generator) -> Floats:
    """An autoregressive series of weeks with deviation 1, one value a day."""
    weeks = np.empty((*shape, days // 7 + 2))
    weeks[..., 0] = rng.normal(size=shape)
    for week in range(1, weeks.shape[-1]):
        fresh = np.sqrt(1 - WEEK_MEMORY**2) * rng.normal(size=shape)
        weeks[..., week] = WEEK_MEMORY * weeks[..., week - 1] + fresh
    return weeks[..., np.arange(days) // 7]


def counts(tables: Tables, days: list[date], rows: int, rng: Generator) -> Integers:
    """Whole counts by commune, type and day that add up to `rows` less those of the story."""
    rates = expected(tables, days, rng)
    drawn = rng.multinomial(rows, (rates / rates.sum()).ravel())
    return drawn.reshape(rates.shape)


def story(days: list[date], rows: int, week: tuple[float, ...], rng: Generator) -> tuple[Integers, Integers]:
    """Pedestrian robberies of the story a day: by riders of motorcycles, and by others."""
    ago = np.arange(len(days) - 1, -1, -1) / 7
    scale = rows / len(days) / AT_ROWS
    risen = np.clip((FALL_WEEKS - ago) / (FALL_WEEKS - TOP_WEEKS), 0, 1)
    answered = np.where(ago < ANSWER_WEEKS, 1 - ANSWER, 1.0)
    riders = (RIDERS_BEFORE + (RIDERS_TOP - RIDERS_BEFORE) * risen) * answered
    weekday = np.array(week)[[day.weekday() for day in days]]
    phase = np.searchsorted(PHASES, ago, side="right")
    walkers = WALKERS * answered * scale * weekday / 7
    return _scattered(riders * scale * weekday / 7, phase, rng), _scattered(walkers, phase, rng)


def _scattered(rates: Floats, phase: Integers, rng: Generator) -> Integers:
    """Whole counts scattered by chance over the days of each phase, with each phase's total as expected.

    With a few a week, totals drawn by chance too would hide the story's course in one telling out of three.
    """
    found = np.zeros(len(rates), dtype=np.int64)
    for number in np.unique(phase):
        mine = phase == number
        total = rates[mine].sum()
        if total:
            found[mine] = rng.multinomial(round(total), rates[mine] / total)
    return found
