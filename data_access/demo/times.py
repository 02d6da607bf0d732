"""When in the day incidents of the demo city happen, how well that is known, and when they are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from data_access.demo.tables import Rhythm

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
HOUR, DAY = 3600, 86_400
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
# How far each hour of a weekend's night belongs to it.
NIGHT = {20: 0.15, 21: 0.4, 22: 0.7, 23: 0.9, 0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0, 4: 0.8, 5: 0.4}
UNCERTAIN = 0.35  # the part of a type with windows whose time is a window
# People round: minutes by how often they are written down.
MINUTES = np.array([13.0 if m == 0 else 6.0 if m == 30 else 3.5 if m % 15 == 0 else 1.6 if m % 5 == 0 else 0.45
                    for m in range(60)])  # fmt: skip


def by_hour(rhythm: Rhythm) -> Floats:
    """The share of each hour in each weekday, 7 x 24, rows from Monday adding up to 1."""
    hours = np.arange(24) + 0.5
    shares = np.full((7, 24), rhythm.floor)
    for peak, width, weight in rhythm.peaks:
        away = np.abs(hours - peak)
        shares += weight * np.exp(-0.5 * (np.minimum(away, 24 - away) / width) ** 2)
    for hour, part in NIGHT.items():
        shares[[FRIDAY, SATURDAY] if hour > 12 else [SATURDAY, SUNDAY], hour] *= rhythm.night**part
    found: Floats = shares / shares.sum(axis=1, keepdims=True)
    return found


def moments(weekdays: Integers, rhythm: Rhythm, rng: Generator) -> Integers:
    """Minutes after midnight for incidents on these weekdays (0 is Monday)."""
    reached = np.cumsum(by_hour(rhythm), axis=1)
    hours = (rng.random(len(weekdays))[:, None] > reached[weekdays][:, :-1]).sum(axis=1)
    minutes = rng.choice(60, len(weekdays), p=MINUTES / MINUTES.sum())
    found: Integers = hours * 60 + minutes
    return found


def instants(days: list[date], numbers: Integers, minutes: Integers, zone: str) -> Integers:
    """Local days and minutes as UTC seconds; an hour that the clock skips is told as the one after."""
    clock = ZoneInfo(zone)
    hours = [datetime(d.year, d.month, d.day, h, tzinfo=clock) for d in days for h in range(24)]
    begun = np.array([int(hour.timestamp()) for hour in hours]).reshape(-1, 24)
    found: Integers = begun[numbers, minutes // 60] + minutes % 60 * 60
    return found


def ending(days: list[date], zone: str) -> int:
    """The last second of the last day, in UTC."""
    after = days[-1] + timedelta(days=1)
    return int(datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(zone)).timestamp()) - 1


def windows(window: Floats, rng: Generator) -> Integers:
    """Seconds between the ends of each incident's time; 0 where it is an instant. `window`: hours, the middle value."""
    length = window * np.exp(0.6 * rng.normal(size=len(window)))
    uncertain = (window > 0) & (rng.random(len(window)) < UNCERTAIN)
    return np.where(uncertain, np.clip(np.round(length * 12) * 300, 1800, 2 * DAY), 0).astype(np.int64)


def precisions(wait: Floats, window: Integers, rng: Generator) -> npt.NDArray[np.object_]:
    """How exactly each time is known: the later something is told, the more often only its day is."""
    draw = rng.random(len(wait))
    whole_day = (draw < 0.008 + np.minimum(wait / 700, 0.16)) & (window == 0)
    hour = (draw > 0.955) & (window == 0)
    return np.where(whole_day, "day", np.where(hour, "hour", "minute")).astype(object)


def told(known: Integers, wait: Floats, end: int, rng: Generator) -> Integers:
    """When incidents known from `known` on are reported; `wait` in hours, the middle value. Never after `end`."""
    delay = np.maximum(wait * np.exp(1.15 * rng.normal(size=len(wait))) * HOUR, 60).astype(np.int64)
    late = known + delay > end
    room = np.maximum(end - known, 0)
    delay[late] = (room[late] * rng.random(int(late.sum()))).astype(np.int64)
    return known + delay // 60 * 60
