"""Targets and what follows from them, without a record: the South Precinct's table and what holds for any other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adoption import Goal, Population, Rounding, Standing, chosen, total
from tests.adoption import SOUTH, TOTAL


def goal(share: str = "0.10", rounding: Rounding = Rounding.CEILING) -> Goal:
    return Goal("", Decimal(share), rounding, None, None, "", "programme")


def standing(
    code: str, registered: int | None, people: int | None, reports: int | None = None, aim: Goal | None = None
) -> Standing:
    population = None if people is None else Population(code, people, None, "programme")
    return Standing(code, registered, None, None, reports, population, aim or goal(), None)


SEVEN = [standing(code, registered, people, reports) for code, _, registered, people, _, _, _, reports in SOUTH]


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


@pytest.mark.parametrize(("row", "told"), list(zip(SEVEN, SOUTH, strict=True)))
def test_a_precincts_target_is_the_ceiling_of_its_tenth(row: Standing, told: tuple[object, ...]) -> None:
    assert (row.target, row.missing, percent(row.compliance)) == told[4:7]


@pytest.mark.parametrize(
    ("rounding", "wrong"),
    [(Rounding.CEILING, 0), (Rounding.HALF_UP, 3), (Rounding.HALF_EVEN, 4), (Rounding.FLOOR, 6)],
)
def test_no_other_rounding_gives_the_programmes_targets(rounding: Rounding, wrong: int) -> None:
    found = [goal(rounding=rounding).target(people) for _, _, _, people, *_ in SOUTH]
    assert sum(mine != told for mine, (_, _, _, _, told, *_) in zip(found, SOUTH, strict=True)) == wrong


def test_the_whole_target_is_the_sum_of_targets_and_not_the_target_of_the_sum() -> None:
    found = total(SEVEN)
    assert (
        found.registered,
        found.population,
        found.target,
        found.missing,
        percent(found.compliance),
        found.reports,
    ) == TOTAL
    assert found.population is not None
    assert goal().target(found.population) == 83_188
    assert goal().target(850_000) == 85_000, "of the people that the programme's text tells"


def test_what_is_missing_is_never_zero() -> None:
    silent, homeless = standing("a", None, 1000), standing("b", 50, None, reports=7)
    assert (silent.target, silent.missing, silent.compliance, silent.breadth) == (100, None, None, None)
    assert (homeless.target, homeless.missing, homeless.compliance, homeless.breadth) == (None, None, None, None)
    assert homeless.depth == 0.14
    found = total([silent, homeless])
    assert (found.precincts, found.without_data, found.registered, found.target) == (1, ("a",), None, 100)


def test_where_nobody_is_registered_reports_have_no_depth() -> None:
    nobody = standing("a", 0, 1000, reports=0)
    assert (nobody.compliance, nobody.missing, nobody.depth) == (0.0, 100, None)


def test_a_reached_target_leaves_nothing_missing_and_lends_nothing_to_others() -> None:
    rows = [standing("a", 150, 1000), standing("b", 30, 1000)]
    assert [row.missing for row in rows] == [0, 70]
    assert total(rows).missing == 70


counts = st.integers(0, 10**7)
people = st.integers(1, 10**8)
shares = st.decimals("0.0001", "1", places=4)


@given(people, shares)
def test_the_ceiling_is_the_least_whole_number_that_reaches_the_share(number: int, share: Decimal) -> None:
    target = goal(str(share)).target(number)
    assert target - 1 < share * number <= target


@given(people, shares, st.sampled_from(Rounding))
def test_every_rounding_lies_within_one_of_the_share(number: int, share: Decimal, rounding: Rounding) -> None:
    assert abs(goal(str(share), rounding).target(number) - share * number) < 1


@given(st.lists(st.tuples(counts, people, counts), min_size=1, max_size=12))
def test_sums_are_those_of_the_rows(rows: list[tuple[int, int, int]]) -> None:
    held = [standing(str(n), *row) for n, row in enumerate(rows)]
    found = total(held)
    assert found.target == sum(row.target or 0 for row in held) >= goal().target(found.population or 0)
    assert found.missing == sum(row.missing or 0 for row in held)
    assert found.registered == sum(registered for registered, _, _ in rows)
    assert found.missing is not None
    assert found.missing >= max(found.target - (found.registered or 0), 0)


@given(st.lists(st.tuples(counts, people), min_size=1, max_size=6), people)
def test_a_precinct_without_data_changes_no_sum_but_target_and_population(
    rows: list[tuple[int, int]], number: int
) -> None:
    held = [standing(str(n), *row) for n, row in enumerate(rows)]
    before, after = total(held), total([*held, standing("silent", None, number)])
    assert (after.registered, after.missing, after.reports) == (before.registered, before.missing, before.reports)
    assert after.target == (before.target or 0) + goal().target(number)
    assert after.without_data == ("silent",)


@pytest.mark.parametrize(
    ("years", "year", "counts"),
    [
        ([2002, 2024, 2035], 2026, 2024),
        ([2002, 2024, 2026], 2026, 2026),
        ([None, 2002], 2026, 2002),
        ([None, 2035], 2026, None),
        ([2030, 2035], 2026, 2030),
    ],
)
def test_a_projection_for_a_year_to_come_does_not_count_yet(
    years: list[int | None], year: int, counts: int | None
) -> None:
    found = chosen([Population("a", 1, said, "ine") for said in years], "ine", year)
    assert found is not None
    assert found.year == counts


def test_only_the_source_of_the_goal_counts() -> None:
    stated = [Population("a", 1, 2024, "ine"), Population("a", 2, 2020, "programme")]
    assert chosen(stated, "programme", 2026) == stated[1]
    assert chosen(stated, "", 2026) == stated[0]
    assert chosen(stated, "nobody", 2026) is None
