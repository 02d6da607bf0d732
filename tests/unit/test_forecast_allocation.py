"""Recommended places: the hottest first, no area beyond its cap, some drawn at random, all with their reason."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.forecast.allocation import Why, allocate, caps
from analytics.forecast.areas import Area, Basis
from domain.errors import Invalid

# Two areas of eight cells. North has a quarter of the residents and the hottest cells.
AREAS = [Area("north", 8, residents=1_000), Area("south", 8, residents=3_000)]
WHERE = np.repeat([0, 1], 8)
RATES = np.concatenate([np.linspace(2.0, 1.3, 8), np.linspace(1.0, 0.3, 8)])


def test_a_plan_worked_by_hand() -> None:
    plan = allocate(RATES, WHERE, AREAS, places=10, exploration=0.2)
    # North may hold 2 x 1/4 x 10 = 5 of 10. Eight places of risk: five of the north, three of the south.
    risk = [place for place in plan.places if place.why is Why.RISK]
    assert [place.cell for place in risk] == [0, 1, 2, 3, 4, 8, 9, 10]
    assert [place.rank for place in risk] == [1, 2, 3, 4, 5, 9, 10, 11]
    explored = [place for place in plan.places if place.why is Why.EXPLORATION]
    assert len(explored) == 2
    assert {place.area for place in explored} == {"south"}  # the north is full
    (capped,) = plan.capped
    assert (capped.area, capped.most, capped.cells) == ("north", 5, (5, 6, 7))
    assert capped.expected == pytest.approx(1.5 + 1.4 + 1.3)
    assert plan.basis is Basis.POPULATION


def test_where_residents_are_not_known_everywhere_cells_are_the_share() -> None:
    basis, most = caps([Area("north", 2, residents=1_000), Area("south", 14)], places=8)
    assert basis is Basis.CELLS
    assert most.tolist() == [2, 14]


@pytest.mark.parametrize(
    ("residents", "places", "most"),
    [
        ([50, 50], 10, [10, 10]),
        ([10, 90], 10, [2, 18]),
        ([1, 99], 10, [1, 19]),  # one place is the least there is
        ([0, 100], 10, [1, 20]),
        ([29, 71], 100, [58, 142]),
    ],
)
def test_an_area_may_hold_twice_its_share(residents: list[int], places: int, most: list[int]) -> None:
    areas = [Area(str(at), 1, residents=people) for at, people in enumerate(residents)]
    assert caps(areas, places)[1].tolist() == most


def test_a_seed_gives_the_same_places_and_another_explores_elsewhere() -> None:
    random = np.random.default_rng(1)
    rates, where = random.gamma(0.3, 1.0, 600), np.sort(random.integers(0, 6, 600))
    areas = [Area(str(at), 100, residents=1000) for at in range(6)]
    one, same, other = (allocate(rates, where, areas, 40, seed=seed) for seed in (1, 1, 2))
    assert one == same
    of_risk = [[place for place in plan.places if place.why is Why.RISK] for plan in (one, other)]
    assert of_risk[0] == of_risk[1]
    assert one.places != other.places


def test_over_many_weeks_exploration_reaches_every_area() -> None:
    rates = np.linspace(1, 0, 200)
    where, areas = np.repeat(np.arange(10), 20), [Area(str(at), 20, residents=100) for at in range(10)]
    drawn = Counter(
        place.area
        for week in range(60)
        for place in allocate(rates, where, areas, 20, exploration=0.2, seed=week).places
        if place.why is Why.EXPLORATION
    )
    assert set(drawn) >= {area.code for area in areas[5:]}
    assert sum(drawn.values()) == 240


def test_cells_in_no_area_are_nobodys_to_visit() -> None:
    where = WHERE.copy()
    where[:4] = -1
    plan = allocate(RATES, where, AREAS, places=6)
    assert {place.cell for place in plan.places}.isdisjoint(range(4))
    assert all(not set(capped.cells) & set(range(4)) for capped in plan.capped)


def test_where_there_is_no_room_there_are_fewer_places_and_the_plan_says_so() -> None:
    plan = allocate(
        RATES, np.full(16, 1), [Area("north", 0, residents=900), Area("south", 16, residents=100)], places=10
    )
    assert plan.asked == 10
    assert len(plan.places) == 2
    assert plan.capped[0].cells == tuple(range(2, 8))  # of the eight places of risk and two of exploration


plans = st.integers(1, 60).flatmap(
    lambda cells: st.tuples(
        st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0]), min_size=cells, max_size=cells),
        st.lists(st.integers(-1, 3), min_size=cells, max_size=cells),
        st.lists(st.integers(0, 500), min_size=4, max_size=4),
        st.integers(1, 40),
        st.sampled_from([0.10, 0.15, 0.20]),
    )
)


@given(plans)
def test_no_plan_breaks_its_rules(case: tuple[list[float], list[int], list[int], int, float]) -> None:
    rates, where, residents, places, exploration = case
    areas = [Area(str(at), 10, residents=people) for at, people in enumerate(residents)]
    plan = allocate(np.array(rates), np.array(where), areas, places, exploration=exploration)
    assert len({place.cell for place in plan.places}) == len(plan.places) <= places
    held = Counter(place.area for place in plan.places)
    total = sum(residents) or 40
    for area, people in zip(areas, residents, strict=True):
        share = (people if sum(residents) else 10) / total
        assert held[area.code] <= max(1, 2 * share * places + 1e-6)
    explored = [place for place in plan.places if place.why is Why.EXPLORATION]
    assert len(explored) <= 0.2 * places + 1e-9
    if places >= 5 and len(plan.places) == places:
        assert len(explored) >= 0.1 * places - 1e-9
    for place in plan.places:
        assert areas[where[place.cell]].code == place.area
        assert place.rate == rates[place.cell]
        assert place.rank > sum(rate > place.rate for rate in rates)


@given(plans)
def test_a_hotter_cell_is_left_out_for_the_cap_alone(
    case: tuple[list[float], list[int], list[int], int, float],
) -> None:
    rates, where, residents, places, exploration = case
    areas = [Area(str(at), 10, residents=people) for at, people in enumerate(residents)]
    plan = allocate(np.array(rates), np.array(where), areas, places, exploration=exploration)
    risk = [place for place in plan.places if place.why is Why.RISK]
    coldest = min((place.rate for place in risk), default=math.inf)
    most = caps(areas, places)[1]
    full = Counter(place.area for place in risk)
    chosen = {place.cell for place in risk}
    for cell, rate in enumerate(rates):
        if cell not in chosen and where[cell] >= 0 and rate > coldest:
            assert full[areas[where[cell]].code] == most[where[cell]]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"places": 0}, "forecast.places"),
        ({"exploration": 0.0}, "forecast.exploration"),
        ({"exploration": 0.5}, "forecast.exploration"),
        ({"exploration": math.nan}, "forecast.exploration"),
        ({"areas": []}, "forecast.areas"),
        ({"areas": [AREAS[0], AREAS[0]]}, "forecast.areas"),
        ({"areas": [AREAS[0], Area("south", 8, residents=-1)]}, "forecast.area_figures"),
        ({"areas": [AREAS[0], Area("south", 8, reported=math.nan)]}, "forecast.area_figures"),
    ],
)
def test_what_a_person_asks_for_wrongly_is_refused_with_a_reason(wrong: dict[str, Any], code: str) -> None:
    asked = {"areas": AREAS, "places": 4} | wrong
    where = np.minimum(WHERE, len(asked["areas"]) - 1)
    with pytest.raises(Invalid) as refused:
        allocate(RATES, where, asked.pop("areas"), asked.pop("places"), **asked)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("rates", "where"),
    [
        (RATES, WHERE[:-1]),
        (RATES, WHERE.astype(float)),
        (RATES, WHERE + 1),
        (RATES, WHERE - 2),
        (np.full(16, math.nan), WHERE),
        (-RATES, WHERE),
        (RATES.reshape(4, 4), WHERE),
    ],
)
def test_arrays_that_do_not_fit_are_refused(rates: Any, where: Any) -> None:
    with pytest.raises(ValueError, match=r"rates|area"):
        allocate(rates, where, AREAS, 4)
