"""Degrees to cells and back: nothing is lost, nothing moves by more than a step, borders belong to one side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from analytics.grid import SIDE, STEPS, Grid, degrees, mercator

SANTIAGO = (-70.80, -33.65, -70.45, -33.33)
boxes = st.builds(
    lambda west, south, width, height: (west, south, west + width, south + height),
    st.floats(-179, 178),
    st.floats(-80, 79),
    st.floats(0, 1),
    st.floats(0, 1),
)


def test_metres_are_those_of_epsg_3857() -> None:
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    lon, lat = np.meshgrid(np.linspace(-180, 180, 25), np.linspace(-85, 85, 23))
    for ours, theirs in zip(mercator(lon, lat), to_metres.transform(lon, lat), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_degrees_come_back_as_they_went(lon: float, lat: float) -> None:
    back = degrees(*mercator(np.array([lon]), np.array([lat])))
    np.testing.assert_allclose(np.concatenate(back), [lon, lat], atol=1e-9)


@given(boxes, st.floats(0, 1), st.floats(0, 1))
def test_every_point_of_the_box_has_a_cell_that_holds_it(box: tuple, across: float, up: float) -> None:
    grid = Grid.around(*box)
    west, south, east, north = box
    lon, lat = np.array([west + across * (east - west)]), np.array([south + up * (north - south)])
    cell, fine, inside = grid.place(lon, lat)
    assert inside.all()
    row, column = divmod(int(cell[0]), grid.columns)
    x, y = grid.centres()
    there = mercator(lon, lat)
    assert abs(x[row, column] - there[0][0]) <= grid.size / 2 + grid.step
    assert abs(y[row, column] - there[1][0]) <= grid.size / 2 + grid.step
    back = grid.points(fine)
    assert abs(back[0][0] - there[0][0]) <= grid.step / 2 + 1e-6
    assert abs(back[1][0] - there[1][0]) <= grid.step / 2 + 1e-6


@given(boxes)
def test_a_grid_has_square_cells_at_most_as_many_as_agreed_and_a_margin_around_the_box(box: tuple) -> None:
    grid = Grid.around(*box)
    assert max(grid.columns, grid.rows) == SIDE
    assert grid.step * STEPS == pytest.approx(SIDE * grid.size)
    west, south, east, north = grid.bounds
    assert west < box[0] <= box[2] < east
    assert south < box[1] <= box[3] < north


def test_a_step_of_a_city_is_under_a_metre() -> None:
    assert Grid.around(*SANTIAGO).step < 1


def test_the_fine_position_and_the_cell_are_never_more_than_a_step_apart() -> None:
    grid = Grid.around(*SANTIAGO)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-70.80, -70.45, 5000), rng.uniform(-33.65, -33.33, 5000)
    cell, fine, _ = grid.place(lon, lat)
    x, y = grid.points(fine)
    centre_x, centre_y = (axis.ravel()[cell] for axis in grid.centres())
    assert np.abs(x - centre_x).max() <= grid.size / 2 + grid.step
    assert np.abs(y - centre_y).max() <= grid.size / 2 + grid.step


def test_rows_run_from_north_to_south_and_columns_from_west_to_east() -> None:
    grid = Grid.around(*SANTIAGO)
    west, south, east, north = grid.bounds
    inside = 1e-6
    corners = [(west + inside, north - inside), (east - inside, north - inside), (west + inside, south + inside)]
    cell, _, held = grid.place(*np.array(corners).T)
    assert held.all()
    assert cell.tolist() == [0, grid.columns - 1, (grid.rows - 1) * grid.columns]


def test_the_western_and_southern_border_belong_to_the_map_and_beyond_nothing_does() -> None:
    grid = Grid.around(*SANTIAGO)
    x = np.array(
        [grid.west, grid.west - 1e-3, grid.west + grid.columns * grid.size + 1e-3, grid.west + 1, grid.west + 1]
    )
    y = np.array(
        [grid.south, grid.south + 1, grid.south + 1, grid.south - 1e-3, grid.south + grid.rows * grid.size + 1e-3]
    )
    lon, lat = degrees(x + 1e-7, y + 1e-7)
    assert grid.place(lon, lat)[2].tolist() == [True, False, False, False, False]


def test_a_point_on_a_border_between_cells_lies_in_one_of_the_two() -> None:
    grid = Grid.around(*SANTIAGO)
    for number in (1, 163, 200, 366):
        lon, lat = degrees(np.array([grid.west + number * grid.size]), np.array([grid.south + 0.5 * grid.size]))
        assert int(grid.place(lon, lat)[0][0]) % grid.columns in (number - 1, number)


@pytest.mark.parametrize(("lon", "lat"), [(np.nan, -33.5), (-70.6, np.nan), (np.inf, -33.5), (0, 0), (-70.6, 89.9)])
def test_what_is_not_on_the_map_is_told_apart(lon: float, lat: float) -> None:
    cell, fine, inside = Grid.around(*SANTIAGO).place(np.array([lon]), np.array([lat]))
    assert not inside.any()
    assert (cell.dtype, fine.dtype) == (np.uint32, np.uint32)


def test_nothing_to_place_is_nothing_placed() -> None:
    assert [len(part) for part in Grid.around(*SANTIAGO).place(np.empty(0), np.empty(0))] == [0, 0, 0]


@pytest.mark.parametrize(
    "box", [(-70.6, -33.4, -70.6, -33.4), (-70.6, -33.4, -70.6, -33.3), (-70.7, -33.4, -70.6, -33.4)]
)
def test_a_point_or_a_line_is_a_map_of_a_kilometre_at_least(box: tuple) -> None:
    grid = Grid.around(*box)
    assert min(grid.columns, grid.rows) * grid.size >= 990
    assert grid.place(np.array([box[0]]), np.array([box[1]]))[2].all()


@pytest.mark.parametrize("latitude", [-80, -53.2, -33.45, 0, 19.4, 64.1])
def test_true_metres_are_those_of_a_geodesic_to_half_a_percent(latitude: float) -> None:
    grid = Grid.around(10, latitude - 0.05, 10.1, latitude + 0.05)
    _, south, _, north = grid.bounds
    middle = grid.rows // 2
    lat = north + (south - north) * (middle + 0.5) / grid.rows
    wide = Geod(ellps="sphere", a=6_378_137, b=6_378_137).inv(10, lat, 10.01, lat)[2]
    here = grid.scale()[middle] * (
        mercator(np.array([10.01]), np.array([lat]))[0] - mercator(np.array([10.0]), np.array([lat]))[0]
    )
    assert here[0] == pytest.approx(wide, rel=0.005)
