"""Is there a camera here? Asked of a published release: what is answered, how often, and what never is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from analytics.near import Near, distances
from data_access.desk import Desk
from domain.errors import Invalid, Throttled
from services import camera_check, published

FAR = 200.0  # metres


@pytest.fixture
def cameras(releases: Path) -> list[dict[str, Any]]:
    return [dict(row) for row in published.rows(releases, "cameras")]


def ask(releases: Path, desk: Desk, lon: float, lat: float, source: str = "192.0.2.1") -> Near:
    return camera_check.ask(releases, desk, f"{lat:.6f}, {lon:.6f}", source)


def alone(one: dict[str, Any], cameras: list[dict[str, Any]]) -> bool:
    """Whether no other active camera is told within reach of this one's point."""
    others = [row for row in cameras if row["lon"] is not None and row is not one and row["status"] == "active"]
    lons, lats = (np.array([row[name] for row in others]) for name in ("lon", "lat"))
    return bool((distances(one["lon"], one["lat"], lons, lats) > FAR).all())


def told_by(precision: str, status: str, cameras: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [row for row in cameras if (row["precision"], row["status"]) == (precision, status)]
    return [row for row in found if row["lon"] is None or alone(row, cameras)][:5]


def test_a_corner_is_a_yes_and_a_block_a_perhaps(releases: Path, sqlite_desk: Desk, cameras: Any) -> None:
    for precision, expected in (("corner", Near.YES), ("block", Near.BLOCK)):
        rows = told_by(precision, "active", cameras)
        assert rows
        assert {ask(releases, sqlite_desk, row["lon"], row["lat"]) for row in rows} == {expected}


def test_a_camera_that_is_gone_is_no_yes(releases: Path, sqlite_desk: Desk, cameras: Any) -> None:
    rows = told_by("corner", "removed", cameras)
    assert rows
    assert Near.YES not in {ask(releases, sqlite_desk, row["lon"], row["lat"]) for row in rows}


def test_a_sector_is_told_apart_from_one_without(releases: Path, sqlite_desk: Desk, cameras: Any) -> None:
    sectors = {row["sector"] for row in told_by("sector", "active", cameras)}
    with_points = [row for row in cameras if row["lon"] is not None]
    lons, lats = (np.array([row[name] for row in with_points]) for name in ("lon", "lat"))
    answers = {}
    for area in published.outlines(releases):
        outline = shape(area.outline)
        tried = shapely.points(*np.random.default_rng(1).uniform(outline.bounds[:2], outline.bounds[2:], (200, 2)).T)
        inside = [point for point in tried if outline.contains(point)]
        point = next(one for one in inside if (distances(one.x, one.y, lons, lats) > FAR).all())
        answers[area.code] = ask(releases, sqlite_desk, point.x, point.y)
    assert sectors
    assert {code for code, answer in answers.items() if answer is Near.SECTOR} >= sectors
    assert set(answers.values()) <= {Near.SECTOR, Near.NO}
    assert ask(releases, sqlite_desk, -60.0, -33.0) is Near.NO


def test_one_visitor_asks_so_often_and_another_is_not_held_up(releases: Path, sqlite_desk: Desk) -> None:
    for _ in range(camera_check.LIMIT):
        ask(releases, sqlite_desk, -70.6, -33.5)
    with pytest.raises(Throttled):
        ask(releases, sqlite_desk, -70.6, -33.5)
    ask(releases, sqlite_desk, -70.6, -33.5, "198.51.100.7")


@pytest.mark.parametrize(
    "text", ["", "here", "-33.5", "-95.1, -70.1", "-33.5, -190.1", "-33.5, -70.6, 3", "9" * 60, "nan, inf"]
)
def test_what_is_no_point_is_refused_and_not_counted(releases: Path, sqlite_desk: Desk, text: str) -> None:
    for _ in range(camera_check.LIMIT + 1):
        with pytest.raises(Invalid):
            camera_check.ask(releases, sqlite_desk, text, "192.0.2.1")


def test_a_corner_of_the_register_is_asked_by_its_streets(releases: Path, sqlite_desk: Desk, cameras: Any) -> None:
    name = next(row["name"] for row in cameras if row["name"] and row["status"] == "active")
    first, _, second = name.partition(" con ")
    for typed in (name, name.upper(), f"  {second} y {first} "):
        assert camera_check.ask(releases, sqlite_desk, typed, "192.0.2.2") is Near.YES
    for typed in ("", "con y", first.split()[0], f"{first} con Avenida Que No Existe", name + " x" * 4_000):
        with pytest.raises(Invalid, match=r"public\.point"):
            camera_check.ask(releases, sqlite_desk, typed, "192.0.2.2")


def test_a_corner_counts_as_a_question_too(releases: Path, sqlite_desk: Desk, cameras: Any) -> None:
    name = next(row["name"] for row in cameras if row["name"] and row["status"] == "active")
    for _ in range(camera_check.LIMIT):
        camera_check.ask(releases, sqlite_desk, name, "192.0.2.3")
    with pytest.raises(Throttled):
        camera_check.ask(releases, sqlite_desk, name, "192.0.2.3")
