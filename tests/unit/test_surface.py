"""Density, its classes and its change: what a map may show, and what it must not."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analytics.grid import Grid
from analytics.surface import (
    BANDWIDTH,
    QUANTILES,
    bandwidth,
    change_classes,
    class_breaks,
    classify,
    per_unit,
    single,
    smooth,
)

GRID = Grid.around(-70.80, -33.65, -70.45, -33.33)
SMALL = Grid(west=-7_880_000.0, south=-3_980_000.0, size=300.0, columns=60, rows=50)
AREA = (GRID.size * GRID.scale() / 1000) ** 2  # km2 of a cell in each row


def nothing(grid: Grid = GRID) -> NDArray[np.int64]:
    return np.zeros((grid.rows, grid.columns), dtype=np.int64)


def at(*spots: tuple[int, int], grid: Grid = GRID) -> NDArray[np.int64]:
    counts = nothing(grid)
    for row, column in spots:
        counts[row, column] += 1
    return counts


def noise(rate: float, seed: int, grid: Grid = GRID) -> NDArray[np.int64]:
    return np.random.default_rng(seed).poisson(rate, (grid.rows, grid.columns))


def test_smoothing_moves_incidents_about_and_loses_none_away_from_the_edge() -> None:
    counts = nothing()
    counts[50:350, 50:320] = np.random.default_rng(1).poisson(0.3, (300, 270))
    held = (smooth(counts, GRID) * AREA[:, None]).sum()
    assert held == pytest.approx(counts.sum(), rel=1e-5)


def test_the_peak_of_one_incident_is_the_kernels_own() -> None:
    peak = smooth(at((200, 180)), GRID).max()
    assert peak == pytest.approx(1 / (2 * math.pi * (bandwidth(GRID) / 1000) ** 2), rel=0.01)
    assert peak == pytest.approx(single(GRID), rel=0.01)


def test_at_one_bandwidth_from_it_the_density_has_fallen_as_a_gaussian_does() -> None:
    surface = smooth(at((200, 180)), GRID)[200]
    cell = GRID.size * GRID.scale()[200]
    steps = round(bandwidth(GRID) / cell)
    expected = math.exp(-((steps * cell / bandwidth(GRID)) ** 2) / 2)
    assert surface[180 + steps] / surface[180] == pytest.approx(expected, rel=0.02)


def test_the_bandwidth_is_stated_in_metres_and_never_finer_than_the_cells() -> None:
    assert bandwidth(GRID) == BANDWIDTH
    coarse = Grid.around(-72, -35, -70, -33)
    assert bandwidth(coarse) == pytest.approx(1.5 * coarse.size * coarse.scale().mean())


def test_densities_add_up() -> None:
    one, two = noise(0.05, 1), noise(0.1, 2)
    np.testing.assert_allclose(smooth(one + two, GRID), smooth(one, GRID) + smooth(two, GRID), rtol=1e-3, atol=1e-3)


# --- classes ----------------------------------------------------------------------------------------------------


@given(st.floats(0, 3), st.integers(0, 10_000), st.integers(1, 2))
def test_breaks_rise_strictly_and_are_as_many_as_the_legend_has_classes(rate: float, seed: int, sides: int) -> None:
    surfaces = [smooth(noise(rate, seed + side, SMALL), SMALL) for side in range(sides)]
    breaks = class_breaks(surfaces, SMALL)
    assert len(breaks) == len(QUANTILES)
    assert all(low < high for low, high in pairwise(breaks))


def test_a_lone_incident_is_shown_and_never_hot() -> None:
    surface = smooth(at((200, 180)), GRID)
    shown = classify(surface, class_breaks([surface], GRID))
    assert shown.max() == 1
    assert shown[200, 180] == 1


def test_scattered_incidents_are_never_hot() -> None:
    spots = [(row, column) for row in range(20, 400, 40) for column in range(20, 360, 40)]
    surface = smooth(at(*spots), GRID)
    assert classify(surface, class_breaks([surface], GRID)).max() == 1


def test_nothing_is_clear_and_has_breaks_all_the_same() -> None:
    empty = smooth(nothing(), GRID)
    breaks = class_breaks([empty], GRID)
    assert not classify(empty, breaks).any()
    assert breaks[0] > 0


def test_one_extreme_place_does_not_bleach_the_rest() -> None:
    counts = noise(0.2, 5)
    before = classify(smooth(counts, GRID), class_breaks([smooth(counts, GRID)], GRID))
    counts[200, 180] += 10_000
    after = classify(smooth(counts, GRID), class_breaks([smooth(counts, GRID)], GRID))
    assert after.max() == len(QUANTILES)
    away = np.ones_like(after, dtype=bool)
    away[150:250, 130:230] = False
    assert np.mean(np.abs(after[away].astype(int) - before[away]) <= 1) > 0.99


def test_compared_maps_share_their_breaks_whichever_comes_first() -> None:
    quiet, busy = smooth(noise(0.02, 1), GRID), smooth(noise(0.4, 2), GRID)
    locked = class_breaks([quiet, busy], GRID)
    assert locked == class_breaks([busy, quiet], GRID)
    assert classify(quiet, locked).max() < classify(busy, locked).max()


def test_a_class_begins_at_its_lower_edge() -> None:
    assert classify(np.array([[0.0, 0.99, 1.0, 1.5, 2.0, 9.0]]), (1.0, 2.0)).tolist() == [[0, 0, 1, 1, 2, 2]]


def test_the_legend_is_per_28_days_whatever_the_window() -> None:
    assert per_unit((1.0, 2.0), 28) == (1.0, 2.0)
    assert per_unit((13.0, 130.4), 364) == (1.0, 10.0)
    assert per_unit((0.123456,), 7) == (0.49,)


# --- change -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0, 0.01, 1, 50])
def test_equal_maps_show_no_change(rate: float) -> None:
    surface = smooth(noise(rate, 3), GRID)
    assert not change_classes(surface, surface, GRID).any()


@pytest.mark.parametrize("rate", [0.0005, 0.002, 0.01, 0.05, 0.2, 1.0, 5.0])
def test_pure_noise_is_flagged_in_at_most_one_cell_of_twenty(rate: float) -> None:
    now, before = smooth(noise(rate, 11), GRID), smooth(noise(rate, 12), GRID)
    flagged = change_classes(now, before, GRID)
    assert np.mean(flagged > 0) < 0.055
    assert np.mean(np.isin(flagged, (3, 6))) < 0.002
    if rate >= 0.2:
        assert np.mean(flagged > 0) > 0.035


@pytest.mark.parametrize("count", [1, 2])
def test_two_incidents_where_there_was_none_are_no_change(count: int) -> None:
    now, before = smooth(at((200, 180)) * count, GRID), smooth(nothing(), GRID)
    assert not change_classes(now, before, GRID).any()


def test_a_rise_is_a_rise_and_a_fall_is_a_fall_as_strong() -> None:
    quiet = noise(0.3, 21)
    busy = quiet.copy()
    busy[190:210, 170:190] += np.random.default_rng(22).poisson(1.0, (20, 20))
    rise = change_classes(smooth(busy, GRID), smooth(quiet, GRID), GRID)
    fall = change_classes(smooth(quiet, GRID), smooth(busy, GRID), GRID)
    assert rise[200, 180] == 3
    assert fall[200, 180] == 6
    assert set(np.unique(rise)) <= {0, 1, 2, 3}
    np.testing.assert_array_equal(np.where(rise > 0, rise + 3, 0), fall)


def test_a_stronger_change_is_of_a_higher_class() -> None:
    before = smooth(at((200, 180)) * 10, GRID)
    peaks = [
        int(change_classes(smooth(at((200, 180)) * n, GRID), before, GRID)[200, 180]) for n in (10, 17, 20, 24, 40)
    ]
    assert peaks == sorted(peaks)
    assert (peaks[0], peaks[-1]) == (0, 3)
