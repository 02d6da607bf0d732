"""The audit of published numbers: it proves what is safe, and finds what every naive scheme gives away."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from analytics.disclosure import System, audit, small


def system(truth: Any, sums: Any, low: Any, high: Any) -> System:
    numbers = [np.asarray(one, dtype=np.int64) for one in (truth, low, high)]
    return System(numbers[0], sparse.csr_array(np.asarray(sums, dtype=np.int64)), *numbers[1:])


def rounded(values: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    told = 5 * ((2 * values + 5) // 10)
    return np.maximum(told - 2, 0), told + 2


def judged(known: System, cells: Any = None, rooms: Any = ()) -> Any:
    published = np.arange(known.sums.shape[0]) if cells is None else np.asarray(cells)
    return audit(known, small(known, published), [np.array(room) for room in rooms])


def table(truth: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The cells of a table and all its margins, as sums of the cells; the margins last."""
    truth = np.asarray(truth)
    rows, columns = truth.shape
    cell = np.eye(rows * columns, dtype=np.int64)
    by_row = np.kron(np.eye(rows, dtype=np.int64), np.ones((1, columns), dtype=np.int64))
    by_column = np.kron(np.ones((1, rows), dtype=np.int64), np.eye(columns, dtype=np.int64))
    return truth.ravel(), np.vstack([cell, by_row, by_column, np.ones((1, rows * columns), dtype=np.int64)])


def plain(known: System, cell: int) -> tuple[int, int]:
    """The least and greatest value of a sum in whole worlds, by one program each over everything that is known."""
    row = np.asarray(known.sums[[cell]].todense()).ravel().astype(float)
    rows = LinearConstraint(known.sums.astype(float), known.low, known.high)
    return whole(row, rows), -whole(-row, rows)


def whole(aim: np.ndarray[Any, Any], rows: LinearConstraint) -> int:
    for integral in (0, 1):
        found = milp(aim, integrality=np.full(len(aim), integral), constraints=rows)
        assert found.status == 0
        if np.allclose(found.x, np.rint(found.x), atol=1e-6):
            break
    return round(found.fun)


def given_away(known: System, cell: int) -> bool:
    """The rule of the gate, from the plain programs."""
    least, greatest = plain(known, cell)
    return bool(greatest - least + 1 < 3 or (known.now[cell] <= 2 and least > 0))


def brute(known: System, cell: int, most: int) -> tuple[int, int]:
    """The range of a sum over every world there is."""
    worlds = np.array(list(product(range(most + 1), repeat=len(known.truth))))
    values = worlds @ np.asarray(known.sums.todense()).T
    held = values[((values >= known.low) & (values <= known.high)).all(axis=1), cell]
    return int(held.min()), int(held.max())


# --- worked examples -------------------------------------------------------------------------------------------


def test_a_number_rounded_by_itself_is_safe() -> None:
    for count in (1, 2, 3, 4):
        low, high = rounded(np.array([count]))
        assert not judged(system([count], [[1]], low, high)).failing.any()


def test_a_small_number_told_exactly_is_found() -> None:
    verdict = judged(system([3], [[1]], [3], [3]))
    assert verdict.failing.tolist() == [True]
    assert (verdict.least.tolist(), verdict.greatest.tolist()) == ([3], [3])


def test_two_numbers_rounded_up_under_a_total_rounded_down_are_found() -> None:
    # 3 and 3 are told as 5 and 5, and their total with a 1 as 5: each 5 can only be 3 or 4.
    low, high = rounded(np.array([3, 3, 1, 7]))
    verdict = judged(system([3, 3, 1], [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], low, high))
    assert verdict.failing.tolist() == [True, True, True]
    assert verdict.greatest.tolist()[:2] == [4, 4]


def test_an_exact_total_over_zeros_makes_a_rare_incident_certain() -> None:
    # Three zeros that may be 0 to 2 under an exact total of 6 must all be 2.
    low, high = [0, 0, 0, 6], [2, 2, 2, 6]
    verdict = judged(system([2, 2, 2], [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], low, high))
    assert verdict.failing.all()


def test_a_sum_that_the_truth_does_not_keep_to_says_nothing() -> None:
    low, high = rounded(np.array([2]))
    verdict = judged(system([2], [[1], [1]], [low[0], 9], [high[0], 9]), cells=[0])
    assert not verdict.failing.any()


# --- the naive schemes that must be found unsafe ---------------------------------------------------------------

CITY = np.random.default_rng(7).poisson(np.random.default_rng(8).gamma(0.6, 6.0, (6, 5)))


def share_found(known: System, cells: Any) -> float:
    verdict = judged(known, cells)
    assert len(verdict.cells), "there are small numbers to look for"
    return float(verdict.failing.mean())


def hidden(values: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """Primary suppression: from 1 to 4 nothing but that is told."""
    is_small = (values >= 1) & (values <= 4)
    return np.where(is_small, 1, values), np.where(is_small, 4, values)


def test_hiding_small_numbers_under_exact_totals_is_found_unsafe() -> None:
    truth, sums = table(CITY)
    low, high = hidden(sums @ truth)
    assert share_found(system(truth, sums, low, high), range(CITY.size)) > 0.5


def test_free_windows_with_small_numbers_hidden_are_found_unsafe() -> None:
    # Days of one type in one place: every window may be asked for, so long ones are subtracted from longer ones.
    days = np.array([2, 0, 7, 3, 0, 6, 1, 9, 0, 4, 8, 1])
    windows = np.array([[int(a <= d <= b) for d in range(12)] for a in range(12) for b in range(a, 12)])
    low, high = hidden(windows @ days)
    single = [place for place, window in enumerate(windows) if window.sum() == 1]
    assert share_found(system(days, windows, low, high), single) > 0.6


def test_free_windows_are_found_unsafe_even_when_rounded() -> None:
    days = np.array([2, 0, 7, 3, 0, 6, 1, 9, 0, 4, 8, 1])
    windows = np.array([[int(a <= d <= b) for d in range(12)] for a in range(12) for b in range(a, 12)])
    low, high = rounded(windows @ days)
    single = [place for place, window in enumerate(windows) if window.sum() == 1]
    assert share_found(system(days, windows, low, high), single) > 0.5


def test_base_three_tells_that_a_rare_incident_happened() -> None:
    truth, sums = table(CITY)
    values = sums @ truth
    told = 3 * ((2 * values + 3) // 6)
    known = system(truth, sums, np.maximum(told - 1, 0), told + 1)
    rare = np.flatnonzero((truth >= 2) & (truth <= 2))
    assert share_found(known, rare) > 0.9


def test_base_five_everywhere_gives_no_small_number_of_the_same_city_away() -> None:
    truth, sums = table(CITY)
    low, high = rounded(sums @ truth)
    assert share_found(system(truth, sums, low, high), range(CITY.size)) == 0


# --- against every world there is ------------------------------------------------------------------------------

TABLES = st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(any)


@given(TABLES, st.lists(st.booleans(), min_size=9, max_size=9))
@settings(max_examples=60)
def test_the_verdict_is_that_of_all_worlds(counts: list[int], exact: list[bool]) -> None:
    truth, sums = table(np.array(counts).reshape(2, 2))
    values = sums @ truth
    low, high = rounded(values)
    low, high = np.where(exact, values, low), np.where(exact, values, high)
    known = system(truth, sums, low, high)
    verdict = judged(known, rooms=[[0, 2], [1, 3]])
    for cell, count, fails in zip(verdict.cells, verdict.counts, verdict.failing, strict=True):
        least, greatest = brute(known, int(cell), 7)
        assert fails == (greatest - least + 1 < 3 or (count <= 2 and least > 0))


@given(TABLES)
@settings(max_examples=40)
def test_every_range_holds_the_truth_and_lies_inside_what_is_told(counts: list[int]) -> None:
    truth, sums = table(np.array(counts).reshape(2, 2))
    low, high = rounded(sums @ truth)
    verdict = judged(system(truth, sums, low, high))
    assert (verdict.least >= low[verdict.cells]).all()
    assert (verdict.least <= verdict.counts).all()
    assert (verdict.counts <= verdict.greatest).all()
    assert (verdict.greatest <= high[verdict.cells]).all()


@pytest.mark.parametrize("rooms", [[], [[0], [1], [2], [3]], [[0, 1], [2, 3]], [[1, 2], [0, 1, 2, 3]]])
def test_the_verdict_does_not_depend_on_where_worlds_are_looked_for(rooms: list[list[int]]) -> None:
    truth, sums = table([[3, 3], [1, 2]])
    low, high = rounded(sums @ truth)
    verdict = judged(system(truth, sums, low, high), rooms=rooms)
    assert verdict.failing.tolist() == judged(system(truth, sums, low, high)).failing.tolist()


@st.composite
def lattices(draw: st.DrawFn) -> tuple[System, list[list[int]]]:
    """A table of rows, columns and layers with every margin rounded, some of the sums exact, and some rooms."""
    shape = draw(st.tuples(st.integers(2, 3), st.integers(2, 3), st.integers(1, 2)))
    size = int(np.prod(shape))
    truth = np.array(draw(st.lists(st.integers(0, 6), min_size=size, max_size=size)))
    at = np.arange(size).reshape(shape)
    sets = [at, *(one for axis in range(3) for one in np.moveaxis(at, axis, 0)), *at.reshape(-1, shape[2]), *at.ravel()]
    sums = np.array([np.isin(np.arange(size), part) for part in sets], dtype=np.int64)
    low, high = rounded(sums @ truth)
    exact = np.array(draw(st.lists(st.sampled_from([False] * 3 + [True]), min_size=len(sums), max_size=len(sums))))
    values = sums @ truth
    rooms = draw(st.lists(st.lists(st.integers(0, size - 1), min_size=1, unique=True), max_size=4))
    return system(truth, sums, np.where(exact, values, low), np.where(exact, values, high)), rooms


@given(lattices())
@settings(max_examples=30, deadline=None)
def test_the_verdict_is_that_of_the_plain_programs(drawn: tuple[System, list[list[int]]]) -> None:
    known, rooms = drawn
    verdict = judged(known, rooms=rooms)
    assert verdict.failing.tolist() == [given_away(known, int(cell)) for cell in verdict.cells]
    for cell, least, greatest in zip(verdict.cells, verdict.least, verdict.greatest, strict=True):
        lowest, highest = plain(known, int(cell))
        assert lowest <= least <= greatest <= highest


@given(lattices())
@settings(max_examples=15, deadline=None)
def test_worlds_found_before_change_no_verdict(drawn: tuple[System, list[list[int]]]) -> None:
    known, rooms = drawn
    cells, worlds = small(known, np.arange(known.sums.shape[0])), list[tuple[Any, Any]]()
    loose = system(known.truth, known.sums.todense(), np.maximum(known.low - 3, 0), known.high + 3)
    audit(loose, cells, [np.array(room) for room in rooms], worlds=worlds)
    again = audit(known, cells, worlds=worlds)
    assert again.failing.tolist() == judged(known).failing.tolist()
