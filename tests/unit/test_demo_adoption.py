"""The demo's adoption ends on the programme's own figures, grows like one and is the same for the same seed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest
import shapely

from config.place import place
from data_access.demo.adoption import Fact, History, history, launch
from data_access.demo.programme import programme
from data_access.demo.sectors import Sector, sectors
from data_access.demo.streets import outlines
from tests.adoption import SOUTH

SANTIAGO, UNTIL, SEED = place("santiago"), date(2026, 11, 20), 2026
PARTS = sectors(SANTIAGO, SEED)


def made(until: date = UNTIL, seed: int = SEED) -> History:
    return history(until, seed, sectors(SANTIAGO, seed))


def by_area(found: History, measure: str) -> dict[str, list[Fact]]:
    """What is true in the end, in the order of days: a correction in the place of what it corrects."""
    facts: dict[str, dict[date, Fact]] = defaultdict(dict)
    for fact in (*found.told, *found.corrected):
        if fact.measure == measure:
            facts[fact.area][fact.day] = fact
    return {area: [days[day] for day in sorted(days)] for area, days in facts.items()}


@pytest.mark.parametrize("until", [UNTIL, date(2024, 2, 29), date(2027, 1, 1)])
def test_the_last_day_tells_the_programmes_own_figures(until: date) -> None:
    found = made(until)
    addresses, reports = by_area(found, "addresses"), by_area(found, "reports")
    for code, _, registered, _, _, _, _, told in SOUTH:
        assert addresses[code][-1] == Fact(code, until, "addresses", registered)
        assert reports[code][-1] == Fact(code, until, "reports", told)


def test_the_same_seed_and_day_tell_the_same_and_another_seed_something_else() -> None:
    assert made() == made()
    assert made().told != made(seed=SEED + 1).told


@pytest.mark.parametrize("seed", [0, SEED, 99])
@pytest.mark.parametrize("measure", ["addresses", "reports"])
def test_no_count_falls_and_each_day_is_told_once(seed: int, measure: str) -> None:
    found = made(seed=seed)
    for area, facts in by_area(found, measure).items():
        counts = [fact.count for fact in facts if fact.count is not None]
        assert counts == sorted(counts), area
    told = [(fact.area, fact.day, fact.measure) for fact in found.told]
    assert len(told) == len(set(told))


def test_what_was_told_first_does_not_fall_either() -> None:
    code = programme().corrected.precinct
    counts = [fact.count or 0 for fact in made().told if fact.area == code and fact.measure == "addresses"]
    assert counts == sorted(counts)


def test_growth_is_uneven_and_keeps_a_week() -> None:
    facts = by_area(made(), "addresses")["san-miguel"]
    added = [
        (b.day.weekday(), (b.count or 0) - (a.count or 0))
        for a, b in pairwise(facts)
        if b.day.toordinal() - a.day.toordinal() == 1
    ]
    numbers = [number for _, number in added]
    mean = sum(numbers) / len(numbers)
    assert sum((number - mean) ** 2 for number in numbers) / len(numbers) > 2 * mean, "more than Poisson"
    saturdays = [number for weekday, number in added if weekday == 5]
    assert sum(saturdays) / len(saturdays) > 1.1 * mean


def test_days_are_missing_and_one_precinct_lost_a_month() -> None:
    found = by_area(made(), "addresses")
    for code in programme().precincts:
        days = (UNTIL - launch(code, UNTIL)).days + 1
        assert 0.88 * days < len(found[code]) <= days
    lost = [fact.day for fact in found["la-cisterna"] if fact.count is None]
    assert {(day.year, day.month) for day in lost} == {(2026, 8)}
    assert len(lost) > 25


def test_a_correction_raises_the_last_days_of_a_month() -> None:
    found = made()
    before = {
        fact.day: fact.count or 0 for fact in found.told if (fact.area, fact.measure) == ("san-joaquin", "addresses")
    }
    assert {fact.day.month for fact in found.corrected} == {9}
    assert max(fact.day for fact in found.corrected) == date(2026, 9, 30)
    assert all((fact.count or 0) >= before[fact.day] for fact in found.corrected)
    assert (found.corrected[-1].count or 0) > before[found.corrected[-1].day]


# --- neighbourhoods --------------------------------------------------------------------------------------------


def of(code: str) -> list[Sector]:
    return [part for part in PARTS if part.precinct == code]


@pytest.mark.parametrize(("commune", "outline"), list(zip(SANTIAGO.communes, outlines(SANTIAGO), strict=True)))
def test_neighbourhoods_share_out_the_ground_and_the_people(commune: object, outline: object) -> None:
    told = programme().precincts.get(commune.code)  # type: ignore[attr-defined]
    parts = of(commune.code)  # type: ignore[attr-defined]
    assert len(parts) == (told.sectors if told else 0)
    if told:
        assert sum(part.population for part in parts) == commune.population  # type: ignore[attr-defined]
        shapes = [part.shape for part in parts]
        whole = shapely.area(outline)
        assert shapely.symmetric_difference(shapely.union_all(shapes), outline).area < 1e-9 * whole
        assert sum(shape.area for shape in shapes) == pytest.approx(whole, rel=1e-9)


def test_every_neighbourhood_has_a_name_of_its_own() -> None:
    assert len({part.code for part in PARTS}) == len({part.name for part in PARTS}) == len(PARTS) > 40
    north, south = (next(part for part in PARTS if part.code == f"el-bosque-{side}") for side in ("norte", "sur"))
    assert north.shape.centroid.y > south.shape.centroid.y


def test_neighbourhoods_add_up_to_less_than_their_precinct_and_are_covered_unequally() -> None:
    found = by_area(made(), "addresses")
    for code in programme().precincts:
        last = {part.code: found[part.code][-1].count or 0 for part in of(code)}
        whole = found[code][-1].count or 0
        assert 0.93 * whole < sum(last.values()) <= whole
        shares = [last[part.code] / part.population for part in of(code)]
        assert max(shares) > 1.5 * min(shares)
