"""Invented neighbourhoods: each precinct of the programme cut into parts named by where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from numpy.random import Generator
from scipy.optimize import linear_sum_assignment

from config.place import Commune, Place
from data_access.areas import slug
from data_access.demo.programme import programme
from data_access.demo.streets import Plane, outlines

Floats = npt.NDArray[np.float64]
ROUNDS = 12  # of moving each seed to its part's middle
SHADES = 12.0  # how alike the parts are in people per area


@dataclass(frozen=True)
class Sector:
    """One neighbourhood; `precinct` is a code, `shape` is in WGS 84."""

    code: str
    name: str
    precinct: str
    population: int
    shape: Any


def sectors(place: Place, seed: int) -> list[Sector]:
    """The neighbourhoods of every precinct of the programme; those of a precinct add up to its ground and people."""
    rng, plane, made = np.random.default_rng([seed, 1]), Plane(*place.centre), list[Sector]()
    for commune, outline in zip(place.communes, outlines(place), strict=True):
        told = programme().precincts.get(commune.code)
        if told:
            made += _parts(commune, outline, told.sectors, plane, rng)
    return made


def _parts(commune: Commune, outline: Any, count: int, plane: Plane, rng: Generator) -> list[Sector]:
    ground = shapely.transform(outline, plane.metres)
    seeds = _spread(ground, count, rng)
    cells = _cells(ground, seeds)
    weights = shapely.area(cells) * rng.gamma(SHADES, size=count)
    people = rng.multinomial(commune.population, weights / weights.sum())
    cut = shapely.intersection(shapely.transform(cells, plane.degrees), outline)
    names = _names(seeds)
    return [
        Sector(f"{commune.code}-{slug(name)}", f"{commune.name} {name}", commune.code, int(number), shape)
        for name, number, shape in zip(names, people, cut, strict=True)
    ]


def _spread(ground: Any, count: int, rng: Generator) -> Floats:
    """Seeds inside the outline, evenly apart."""
    west, south, east, north = ground.bounds
    tried = rng.uniform([west, south], [east, north], (count * 40, 2))
    seeds: Floats = tried[shapely.contains_xy(ground, tried[:, 0], tried[:, 1])][:count]
    for _ in range(ROUNDS):
        seeds = shapely.get_coordinates(shapely.centroid(_cells(ground, seeds)))
    return seeds


def _cells(ground: Any, seeds: Floats) -> Any:
    """For each seed the part of the ground that is nearest to it."""
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=ground, ordered=True)
    return shapely.intersection(shapely.get_parts(drawn), ground)


def _names(seeds: Floats) -> list[str]:
    """The names of the compass that fit best together."""
    away = (seeds - seeds.mean(axis=0)) / seeds.std(axis=0)
    compass = programme().compass
    far = ((away[:, None] - np.array(list(compass.values()))) ** 2).sum(axis=2)
    return [list(compass)[number] for number in linear_sum_assignment(far)[1]]
