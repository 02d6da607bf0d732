"""The incidents of the demo city, all at once, as columns of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from numpy.random import Generator

from config.place import Place
from data_access.demo import rates, times
from data_access.demo.streets import SURFACES, Corners, Town, build
from data_access.demo.tables import Tables, tables
from domain.taxonomy import taxonomy

Integers = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

RIDERS, WALKERS = -1, -2  # the two parts of the story, beside the numbers of the ordinary types
NO_POINT, NO_POINT_FRAUD, WITHHELD, NO_COMMUNE = 0.033, 0.2, 0.03, 0.08
AT_CORNER = 0.42
REPEATED = 0.12
REPEATING = ("burglary.home", "vehicle.contents")
ALONG, ASIDE = 5.0, 3.5  # metres that a point is off its corner or street
DEGREES = 5


@dataclass(frozen=True)
class _Drawn:
    """Incidents before they are told as rows: numbers of commune, kind, story, day and corner."""

    commune: Integers
    kind: Integers
    part: Integers  # RIDERS, WALKERS or 0
    day: Integers
    corner: Integers

    def __len__(self) -> int:
        return len(self.day)


def incidents(place: Place, until: date, years: int, rows: int, seed: int) -> pd.DataFrame:
    """About `rows` incidents over `years` whole years up to `until`, in the order in which they happened.

    The columns are those of the record without id, source, batch and areas; `commune` is a code or None. The same
    arguments give the same values.
    """
    rng = np.random.default_rng(seed)
    book = tables()
    days = rates.days_of(until, years)
    town = build(place, book, rng)
    drawn = _near_repeats(_draw(book, town, days, rows, rng), book, len(days), rng)
    frame = pd.concat(
        [_when(drawn, book, days, place.zone, rng), _what(drawn, book, rng), _where(drawn, book, town, rng)], axis=1
    )
    frame = frame.sort_values(["occurred_from", "reported_at"], kind="stable", ignore_index=True)
    frame["key"] = np.arange(1, len(frame) + 1)
    frame["external_id"] = [f"D{number:07d}" for number in frame["key"]]
    return frame


# --- how many, where on the street grid ------------------------------------------------------------------------


def _draw(book: Tables, town: Town, days: list[date], rows: int, rng: Generator) -> _Drawn:
    commune_at, kind_at = rates.at(book)
    week = book.rhythms[book.kinds[kind_at].rhythm].week
    riders, walkers = rates.story(days, rows, week, rng)
    ordinary = rates.counts(book, days, rows - int(riders.sum() + walkers.sum()), rng)
    commune, kind, day = (np.repeat(at, ordinary[ordinary > 0]) for at in np.nonzero(ordinary))
    told = [np.repeat(np.arange(len(days)), counts) for counts in (riders, walkers)]
    extra = sum(map(len, told))
    drawn = _Drawn(
        commune=np.concatenate([commune, np.full(extra, commune_at)]),
        kind=np.concatenate([kind, np.full(extra, kind_at)]),
        part=np.concatenate([np.zeros(len(day)), np.full(len(told[0]), RIDERS), np.full(len(told[1]), WALKERS)]).astype(
            np.int64
        ),
        day=np.concatenate([day, *told]),
        corner=np.zeros(len(day) + extra, dtype=np.int64),
    )
    _settle(drawn, book, town, rng)
    return drawn


def _settle(drawn: _Drawn, book: Tables, town: Town, rng: Generator) -> None:
    """Choose each incident's corner by the surface that its type follows."""
    surfaces = np.array([SURFACES.index(kind.places) for kind in book.kinds])[drawn.kind]
    surfaces[drawn.part == RIDERS] = SURFACES.index("commerce")
    for number, corners in enumerate(town.corners):
        for surface, name in enumerate(SURFACES):
            mine = np.flatnonzero((drawn.commune == number) & (surfaces == surface))
            reached = np.cumsum(corners.weights[name])
            drawn.corner[mine] = np.minimum(np.searchsorted(reached, rng.random(len(mine))), len(reached) - 1)


def _near_repeats(drawn: _Drawn, book: Tables, days: int, rng: Generator) -> _Drawn:
    """Some burglaries and thefts from vehicles follow another one, days later, at the same corner."""
    for name in REPEATING:
        kind = [k.code for k in book.kinds].index(name)
        for commune in range(len(book.communes)):
            mine = np.flatnonzero((drawn.kind == kind) & (drawn.commune == commune))
            if not len(mine):
                continue
            again = rng.choice(mine, int(len(mine) * REPEATED), replace=False)
            first = rng.choice(mine, len(again))
            drawn.corner[again] = drawn.corner[first]
            later = drawn.day[first] + 1 + rng.exponential(6, len(again)).astype(np.int64)
            drawn.day[again] = np.where(later < days, later, drawn.day[again])
    return drawn


# --- when ------------------------------------------------------------------------------------------------------


def _when(drawn: _Drawn, book: Tables, days: list[date], zone: str, rng: Generator) -> pd.DataFrame:
    weekdays = np.array([day.weekday() for day in days])[drawn.day]
    minutes = np.zeros(len(drawn), dtype=np.int64)
    rhythms = np.array([kind.rhythm for kind in book.kinds])[drawn.kind]
    for name, rhythm in book.rhythms.items():
        mine = np.flatnonzero(rhythms == name)
        minutes[mine] = times.moments(weekdays[mine], rhythm, rng)
    wait = np.array([kind.wait for kind in book.kinds])[drawn.kind]
    window = times.windows(np.array([kind.window for kind in book.kinds])[drawn.kind], rng)
    precision = times.precisions(wait, window, rng)
    minutes[precision == "day"] = 0
    minutes[precision == "hour"] -= minutes[precision == "hour"] % 60
    start, end = times.instants(days, drawn.day, minutes, zone), times.ending(days, zone)
    finish = np.minimum(start + window, end)
    known = np.where(precision == "day", np.minimum(start + times.DAY // 2, end), finish)
    return pd.DataFrame(
        {
            "occurred_from": start,
            "occurred_to": pd.Series(finish, dtype="Int64").mask(finish == start),
            "precision": precision,
            "reported_at": times.told(known, wait, end, rng),
        }
    )


# --- what ------------------------------------------------------------------------------------------------------


def _what(drawn: _Drawn, book: Tables, rng: Generator) -> pd.DataFrame:
    types = [taxonomy().types[kind.code] for kind in book.kinds]
    later = drawn.day / max(int(drawn.day.max(initial=0)), 1)
    informal = np.array([kind.informal for kind in book.kinds])[drawn.kind] * (0.8 + 0.35 * later)
    return pd.DataFrame(
        {
            "type": np.array([term.code for term in types], dtype=object)[drawn.kind],
            "label": np.array([term.name("es") for term in types], dtype=object)[drawn.kind],
            "vehicle": _mixed(drawn, book, "vehicle", {RIDERS: "riders", WALKERS: "walkers"}, rng),
            "item": _mixed(drawn, book, "item", {RIDERS: "riders"}, rng),
            "weapon": _mixed(drawn, book, "weapon", {}, rng),
            "origin": np.where(rng.random(len(drawn)) < informal, "informal", "formal").astype(object),
            "sensitive": np.array([term.sensitive for term in types])[drawn.kind],
        }
    )


def _mixed(drawn: _Drawn, book: Tables, trait: str, story: dict[int, str], rng: Generator) -> Objects:
    names = np.array([getattr(kind, trait) for kind in book.kinds], dtype=object)[drawn.kind]
    for part, name in story.items():
        names[drawn.part == part] = name
    values: Objects = np.empty(len(drawn), dtype=object)
    for name, mix in book.mixes[trait].items():
        mine = np.flatnonzero(names == name)
        shares = np.array(list(mix.values()))
        values[mine] = np.array(list(mix), dtype=object)[rng.choice(len(mix), len(mine), p=shares / shares.sum())]
    return values


# --- where -----------------------------------------------------------------------------------------------------


def _where(drawn: _Drawn, book: Tables, town: Town, rng: Generator) -> pd.DataFrame:
    lonlat, names = np.empty((len(drawn), 2)), np.empty(len(drawn), dtype=object)
    for number, corners in enumerate(town.corners):
        mine = np.flatnonzero(drawn.commune == number)
        lonlat[mine] = _points(corners, drawn.corner[mine], town, number, rng)
        names[mine] = corner_names(corners, book)[drawn.corner[mine]]
    location = _locations(drawn, book, rng)
    lonlat[location != "point"] = np.nan
    codes = np.array([commune.code for commune in book.communes], dtype=object)[drawn.commune]
    codes[(location != "point") & (rng.random(len(drawn)) < NO_COMMUNE)] = None
    names[(location == "withheld") | np.array([_sensitive(kind.code) for kind in book.kinds])[drawn.kind]] = None
    return pd.DataFrame(
        {"lon": lonlat[:, 0], "lat": lonlat[:, 1], "location": location, "place": names, "commune": codes}
    )


def _sensitive(code: str) -> bool:
    return code in taxonomy().sensitive


def _points(corners: Corners, chosen: Integers, town: Town, number: int, rng: Generator) -> npt.NDArray[np.float64]:
    """Points at the chosen corners or along their streets, in degrees, all inside the commune's outline."""
    heading = corners.heading[chosen] + np.pi / 2 * (rng.random(len(chosen)) < 0.4) * (corners.axis[chosen] < 0)
    reach = np.where(rng.random(len(chosen)) < AT_CORNER, 0, corners.block[chosen])
    along = reach * rng.uniform(-0.5, 0.5, len(chosen)) + ALONG * rng.normal(size=len(chosen))
    aside = ASIDE * rng.normal(size=len(chosen))
    turn = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    offset = along[:, None] * turn + aside[:, None] * turn[:, ::-1] * [-1, 1]
    found: npt.NDArray[np.float64] = np.round(town.plane.degrees(corners.xy[chosen] + offset), DEGREES)
    outside = ~shapely.contains_xy(town.outlines[number], found[:, 0], found[:, 1])
    found[outside] = np.round(town.plane.degrees(corners.xy[chosen[outside]]), DEGREES)
    return found


def corner_names(corners: Corners, book: Tables) -> Objects:
    """What people would write for each corner; the numbers give away that the streets are invented."""
    return np.array(
        [
            f"{book.axes[axis].name} con Calle {n % 89 + 1}" if axis >= 0 else f"Calle {n % 89 + 1} con Pasaje {n % 61}"
            for n, axis in enumerate(corners.axis.tolist())
        ],
        dtype=object,
    )


def _locations(drawn: _Drawn, book: Tables, rng: Generator) -> Objects:
    missing = np.array([NO_POINT_FRAUD if k.family == "fraud" else NO_POINT for k in book.kinds])[drawn.kind]
    withheld = np.array([WITHHELD if _sensitive(k.code) else 0 for k in book.kinds])[drawn.kind]
    draw: Any = rng.random(len(drawn))
    names = np.where(draw < missing, "missing", np.where(draw < missing + withheld, "withheld", "point"))
    return names.astype(object)
