"""Two lists of one kind of event: the published example, links by hand, and what linking never does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.linking import Reports, by_chance, chapman, link


def reports(*told: tuple[float, float, float, int]) -> Reports:
    x, y, hours, kind = np.array(told, dtype=float).reshape(-1, 4).T
    return Reports(x, y, hours, kind.astype(np.int64))


def test_the_published_example_of_rabbits() -> None:
    # 87 marked, 14 caught, 7 of them marked: Skalski, Robson and Simmons (1983); Pollock et al. (1990), Wildlife
    # Monographs 107, give 164 with a standard error of 35.82.
    found = chapman(87, 14, 7)
    assert found.total == 164
    assert found.error == pytest.approx(35.82, abs=0.005)


@pytest.mark.parametrize(("first", "second", "both", "total"), [(10, 15, 5, 28.33), (100, 100, 20, 484.76)])
def test_the_estimate_is_chapmans(first: int, second: int, both: int, total: float) -> None:
    assert chapman(first, second, both).total == pytest.approx(total, abs=0.01)


@given(st.integers(0, 500), st.integers(0, 500), st.data())
def test_there_are_never_fewer_events_than_the_lists_know(first: int, second: int, data: st.DataObject) -> None:
    both = data.draw(st.integers(0, min(first, second)))
    found, known = chapman(first, second, both), first + second - both
    assert known - 1e-6 <= found.low <= found.total + 1e-6
    assert found.total <= found.high + 1e-6
    assert chapman(second, first, both).total == pytest.approx(found.total)


def test_where_every_report_is_linked_nothing_is_unseen() -> None:
    found = chapman(40, 40, 40)
    assert (found.total, found.error, found.low, found.high) == (40, 0, 40, 40)


@pytest.mark.parametrize(("first", "second", "both"), [(5, 3, 4), (3, 3, -1)])
def test_lists_that_cannot_be_are_refused(first: int, second: int, both: int) -> None:
    with pytest.raises(ValueError, match="more than it has"):
        chapman(first, second, both)


def test_the_interval_holds_as_often_as_it_says() -> None:
    random, held = np.random.default_rng(7), 0
    for _ in range(400):
        formal, informal = random.random(1000) < 0.4, random.random(1000) < 0.25
        found = chapman(formal.sum(), informal.sum(), (formal & informal).sum())
        held += found.low <= 1000 <= found.high
    assert held / 400 >= 0.92


def test_who_reports_twice_makes_the_estimate_a_lower_bound() -> None:
    random = np.random.default_rng(8)
    eager = random.random(5000) < 0.3
    formal = random.random(5000) < np.where(eager, 0.8, 0.1)
    informal = random.random(5000) < np.where(eager, 0.6, 0.05)
    assert chapman(formal.sum(), informal.sum(), (formal & informal).sum()).total < 0.7 * 5000


def test_the_nearest_are_linked_first_and_each_once() -> None:
    first = reports((0, 0, 0, 1), (60, 0, 0, 1))
    second = reports((50, 0, 0, 1), (0, 90, 0.5, 1))
    # The second report of the first list is 10 m from the first of the other; what is left is 90 m away.
    assert link(first, second, 100, 2).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("other", "linked"),
    [
        ((0, 100, 0, 1), True),
        ((0, 100.1, 0, 1), False),
        ((80, 80, 0, 1), False),  # inside the square, outside the circle
        ((0, 0, 2, 1), True),
        ((0, 0, -2.1, 1), False),
        ((0, 0, 0, 2), False),
        ((0, 0, 0, 1), True),
    ],
)
def test_linked_is_what_is_near_in_place_time_and_type(other: tuple[float, float, float, int], linked: bool) -> None:
    assert bool(len(link(reports((0, 0, 0, 1)), reports(other), 100, 2))) is linked


def test_an_empty_list_links_nothing() -> None:
    assert link(reports(), reports((0, 0, 0, 1)), 100, 2).shape == (0, 2)


near = st.tuples(st.floats(0, 300), st.floats(0, 300), st.floats(0, 8), st.integers(1, 2))


@given(st.lists(near, max_size=12), st.lists(near, max_size=12))
def test_every_link_keeps_the_limits_and_nothing_near_is_left_over(
    one: list[tuple[float, float, float, int]], other: list[tuple[float, float, float, int]]
) -> None:
    pairs = link(reports(*one), reports(*other), 100, 2)

    def fits(i: int, j: int) -> bool:
        (x, y, t, kind), (u, v, s, sort) = one[i], other[j]
        return kind == sort and np.hypot(x - u, y - v) <= 100 + 1e-6 and abs(t - s) <= 2 + 1e-9

    assert all(fits(i, j) for i, j in pairs.tolist())
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)
    free_one, free_other = set(range(len(one))) - set(pairs[:, 0]), set(range(len(other))) - set(pairs[:, 1])

    def clearly(i: int, j: int) -> bool:
        (x, y, t, kind), (u, v, s, sort) = one[i], other[j]
        return kind == sort and np.hypot(x - u, y - v) < 99.9 and abs(t - s) < 1.99

    assert not any(clearly(i, j) for i in free_one for j in free_other)


def test_chance_links_are_counted_by_moving_one_list() -> None:
    random = np.random.default_rng(3)
    # A thousand reports on both lists: all are linked, and moved by a week hardly any.
    told = [(random.uniform(0, 9000), random.uniform(0, 9000), random.uniform(0, 8000), 1) for _ in range(1000)]
    same = reports(*told)
    assert len(link(same, same, 150, 3)) == 1000
    assert by_chance(same, same, 150, 3, (-168, 168)) < 20
