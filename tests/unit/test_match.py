"""Whatever is asked of the index, the answer is the one that asking every row gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.grid import mercator
from data_access.index.match import Circle, Match, Selection, match, week_edges
from data_access.index.snapshot import HOURS, WHENS, Snapshot, merged
from domain.filter import ORIGINS, Filter, Ground
from domain.periods import Window
from tests.incidents import (
    BOX,
    ITEMS,
    PRECINCTS,
    TYPES,
    VEHICLES,
    day,
    distance,
    ground,
    matching,
    plain,
    random_rows,
    row,
    snapshot,
)


def chosen(codes: Sequence[Any]) -> st.SearchStrategy[frozenset[Any] | None]:
    """Mostly everything or most of it, so that most questions find something."""
    most = st.frozensets(st.sampled_from(codes), min_size=len(codes) * 2 // 3)
    return st.none() | st.just(frozenset(codes)) | most | st.frozensets(st.sampled_from(codes), max_size=1)


corner = st.tuples(st.floats(BOX[0] - 0.02, BOX[2] + 0.02), st.floats(BOX[1] - 0.02, BOX[3] + 0.02))
windows = st.builds(
    lambda first, length: Window(first, first + timedelta(days=length)),
    st.dates(date(2025, 12, 10), date(2026, 3, 1)),
    st.sampled_from([0, 6, 27, 70, 400]),
)
filters = st.builds(
    Filter,
    window=windows,
    types=chosen(TYPES),
    vehicles=chosen(VEHICLES),
    items=chosen(ITEMS),
    hours=chosen(range(24)),
    weekdays=chosen(range(1, 8)),
    precincts=chosen(PRECINCTS),
    origins=chosen(ORIGINS),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], tuple[Snapshot, Ground, pd.DataFrame]]:
    """`made(seed, count)` is a snapshot of random incidents, its ground, and the same incidents in a plain table."""
    folder = tmp_path_factory.mktemp("index")
    known: dict[tuple[int, int], tuple[Snapshot, Ground, pd.DataFrame]] = {}

    def make(seed: int, count: int) -> tuple[Snapshot, Ground, pd.DataFrame]:
        if (seed, count) not in known:
            rows = random_rows(np.random.default_rng(seed), count)
            found = snapshot(folder / f"{seed}-{count}", rows)
            known[seed, count] = found, ground(found), plain(rows)
        return known[seed, count]

    return make


broad = st.sampled_from(
    [
        Filter(Window(date(2025, 1, 1), date(2027, 1, 1)), types=frozenset(TYPES)),
        Filter(Window(date(2025, 1, 1), date(2027, 1, 1)), types=frozenset(TYPES), hours=frozenset(range(4, 20))),
        Filter(Window(date(2026, 1, 1), date(2026, 1, 31)), vehicles=frozenset({"foot", "motorcycle"})),
    ]
)

slow = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
seeds, sizes = st.integers(1, 6), st.sampled_from([0, 1, 2, 40, 600])


@slow
@given(seeds, sizes, filters)
def test_all_that_is_counted_is_what_asking_every_row_gives(made: Any, seed: int, size: int, asked: Filter) -> None:
    found, held, frame = made(seed, size)
    here = match(found, asked, held)
    kept = frame[matching(frame, asked, held)]
    assert here.total == len(kept)
    assert sorted(here.values("id").tolist()) == sorted(kept["id"])
    assert by_pair(here) == Counter(zip(kept["type"], kept["vehicle"], strict=True))
    assert coded(here.tally("item", len(found.items)), found.items) == Counter(kept["item"])
    assert coded(here.tally("precinct", len(found.precincts)), found.precincts) == Counter(kept["precinct"])
    assert coded(here.tally("origin", 2), ORIGINS) == Counter(kept["origin"])
    assert by_when(here) == Counter(zip(kept["weekday"], kept["hour"], strict=True))
    assert off_map(here) == Counter(kept["where"])
    days = here.per_day().sum(axis=0).tolist()
    assert {found.date_of(here.selection.start + n): count for n, count in enumerate(days) if count} == Counter(
        kept["day"]
    )


@slow
@given(seeds, broad, st.lists(corner, min_size=3, max_size=7))
def test_a_drawn_area_holds_the_points_that_lie_in_it(made: Any, seed: int, asked: Filter, corners: list) -> None:
    found, held, frame = made(seed, 600)
    shape = shapely.make_valid(shapely.Polygon(np.column_stack(mercator(*np.array(corners).T))), method="structure")
    held_ids = set(match(found, replace(asked, area=tuple(corners)), held).values("id").tolist())
    kept = frame[matching(frame, asked, held) & (frame["where"] == "point")]
    away = distance(kept, shapely.boundary(shape)) > 1
    inside = distance(kept, shape) == 0
    assert {*kept["id"][inside & away]} <= held_ids <= {*kept["id"][inside | ~away]}


@slow
@given(seeds, broad, corner, st.floats(1, 5000))
def test_a_clicked_place_holds_what_lies_within_its_radius(
    made: Any, seed: int, asked: Filter, at: tuple, radius: float
) -> None:
    found, held, frame = made(seed, 600)
    around = replace(Selection.of(asked, found, held), also=Circle(*at, radius))
    ids = set(Match(found, around).values("id").tolist())
    kept = frame[matching(frame, asked, held) & (frame["where"] == "point")]
    metres = distance(kept, shapely.points(*mercator(*np.array([at]).T))[0]) * np.cos(np.radians(at[1]))
    slack = 2 + radius * 0.01
    assert {*kept["id"][metres < radius - slack]} <= ids <= {*kept["id"][metres < radius + slack]}


@slow
@given(seeds, sizes, filters)
def test_windows_side_by_side_add_up(made: Any, seed: int, size: int, asked: Filter) -> None:
    found, held, _ = made(seed, size)
    edges = week_edges(asked.window)
    parts = [Window(start, end - timedelta(days=1)) for start, end in pairwise(edges)]
    counts = [match(found, asked, held, part).total for part in parts]
    here = match(found, asked, held)
    assert sum(counts) == here.total
    assert here.table(np.array([found.day(edge) for edge in edges])).sum(axis=0).tolist() == counts


def by_pair(here: Match) -> dict[tuple[str, str], int]:
    counts = zip(here.selection.pairs.tolist(), here.by_pair().tolist(), strict=True)
    return {here.snapshot.pairs[pair]: count for pair, count in counts if count}


def coded(counts: np.ndarray, codes: Sequence[str]) -> dict[str, int]:
    return {code: count for code, count in zip(codes, counts.tolist(), strict=True) if count}


def by_when(here: Match) -> dict[tuple[int, int], int]:
    counts = here.by_when().tolist()
    assert len(counts) == WHENS
    told = {
        (when // HOURS + 1, when % HOURS if when % HOURS < 24 else -1): n for when, n in enumerate(counts[:-1]) if n
    }
    return told | ({(0, -1): counts[-1]} if counts[-1] else {})


def off_map(here: Match) -> dict[str, int]:
    cells = here.by_cell()
    told = dict(zip(("missing", "withheld", "outside"), cells[-3:].tolist(), strict=True))
    return {name: count for name, count in ({"point": int(cells[:-3].sum())} | told).items() if count}


def test_periods_beyond_the_selection_hold_nothing_of_it(tmp_path: Path) -> None:
    found = snapshot(tmp_path, [row(n, f"2026-03-0{n} 12:00") for n in range(1, 10)])
    here = match(found, Filter(Window(day("2026-03-03"), day("2026-03-05"))), ground(found))
    assert here.table(np.array([0, 3, 9])).sum(axis=0).tolist() == [1, 2]


# --- edges ------------------------------------------------------------------------------------------------------


def one_day(text: str) -> Filter:
    return Filter(Window(day(text), day(text)))


def count(found: Snapshot, asked: Filter) -> int:
    return match(found, asked, ground(found)).total


def test_the_first_and_the_last_day_belong_to_the_window(tmp_path: Path) -> None:
    found = snapshot(tmp_path, [row(1, "2026-03-01 00:00"), row(2, "2026-03-05 12:00"), row(3, "2026-03-09 23:59:59")])
    assert [count(found, one_day(f"2026-03-0{n}")) for n in (1, 2, 5, 9)] == [1, 0, 1, 1]
    assert count(found, Filter(Window(day("2026-03-01"), day("2026-03-09")))) == 3
    assert count(found, Filter(Window(day("2026-03-02"), day("2026-03-08")))) == 1


@pytest.mark.parametrize(
    "window", [("1900-01-01", "2026-02-28"), ("2026-03-11", "2200-12-31"), ("2026-03-11", "2026-03-11")]
)
def test_a_window_outside_the_data_matches_nothing(tmp_path: Path, window: tuple[str, str]) -> None:
    found = snapshot(tmp_path, [row(1, "2026-03-01 12:00"), row(2, "2026-03-10 12:00")])
    here = match(found, Filter(Window(*map(day, window))), ground(found))
    assert (here.total, here.by_cell().sum(), here.by_when().sum(), here.per_day().sum()) == (0, 0, 0, 0)


def test_a_window_far_wider_than_the_data_holds_all_of_it(tmp_path: Path) -> None:
    found = snapshot(tmp_path, [row(1), row(2)])
    assert count(found, Filter(Window(day("1900-01-01"), day("2200-12-31")))) == 2


def test_nothing_recorded_is_nothing_found(tmp_path: Path) -> None:
    found = snapshot(tmp_path, [])
    everywhere = ((-71.0, -34.0), (-70.0, -34.0), (-70.0, -33.0))
    for asked in (one_day("2026-03-10"), Filter(Window(day("1900-01-01"), day("2200-12-31")), area=everywhere)):
        here = match(found, asked, ground(found))
        assert (here.total, here.by_pair().tolist(), here.tally("item", 3).tolist()) == (0, [], [0, 0, 0])
        assert len(here.values("id")) == 0


@pytest.mark.parametrize(
    ("changes", "weekday", "hour"),
    [
        ({}, 2, 12),
        ({"occurred_to": 1_200}, 2, 12),  # until 12:50
        ({"occurred_to": 1_800}, 2, None),  # until 13:00
        ({"occurred_to": 40_000}, 2, None),
        ({"occurred_to": 43_200}, None, None),  # over midnight
        ({"precision": "hour"}, 2, 12),
        ({"precision": "day"}, 2, None),
        ({"precision": "month"}, None, None),
    ],
)
def test_an_hour_or_weekday_that_is_not_known_is_never_matched(
    tmp_path: Path, changes: dict[str, Any], weekday: int | None, hour: int | None
) -> None:
    one = row(1, "2026-03-10 12:30")
    if "occurred_to" in changes:
        changes = changes | {"occurred_to": one["occurred_from"] + changes["occurred_to"]}
    found = snapshot(tmp_path, [one | changes])
    day_ = one_day("2026-03-10")
    assert [n for n in range(1, 8) if count(found, replace(day_, weekdays=frozenset({n})))] == (
        [weekday] if weekday else []
    )
    assert [n for n in range(24) if count(found, replace(day_, hours=frozenset({n})))] == (
        [] if hour is None else [hour]
    )
    assert count(found, replace(day_, hours=frozenset(range(24)))) == (hour is not None)
    assert count(found, day_) == 1


def test_clocks_that_change_are_followed(tmp_path: Path) -> None:
    """In Santiago 5 April 2026 had 23:30 twice on the 4th, and 6 September 2026 had no 00:30."""
    first = 1_775_359_800  # 2026-04-05 03:30 UTC: 23:30 of the 4th, summer time
    rows = [
        row(1, first - 3600),
        row(2, first),
        row(3, first + 3600),
        row(4, "2026-09-05 23:30"),
        row(5, "2026-09-06 01:30"),
    ]
    frame = plain(rows)
    found = snapshot(tmp_path, rows)
    for text in ("2026-04-04", "2026-04-05", "2026-09-05", "2026-09-06"):
        for hour in range(24):
            asked = replace(one_day(text), hours=frozenset({hour}))
            assert count(found, asked) == matching(frame, asked, ground(found)).sum()
    assert count(found, replace(one_day("2026-04-04"), hours=frozenset({23}))) == 2


def test_each_source_is_read_on_its_own_clock(tmp_path: Path) -> None:
    instant = 1_773_153_000  # 2026-03-10 14:30 UTC
    found = snapshot(tmp_path, [row(1, instant), row(2, instant, source_id=2)])
    at = [replace(one_day("2026-03-10"), hours=frozenset({hour})) for hour in (11, 20)]  # Kathmandu is at +05:45
    assert [count(found, asked) for asked in at] == [1, 1]


def test_days_before_1970_are_days_too(tmp_path: Path) -> None:
    found = snapshot(tmp_path, [row(1, "1903-05-04 23:59"), row(2, "1969-12-31 23:30"), row(3, "1970-01-01 00:30")])
    assert [count(found, one_day(text)) for text in ("1903-05-04", "1969-12-31", "1970-01-01")] == [1, 1, 1]
    monday = replace(one_day("1903-05-04"), weekdays=frozenset({1}), hours=frozenset({23}))
    assert count(found, monday) == 1


AREAS = {
    "a bow": ((-70.66, -33.46), (-70.64, -33.44), (-70.64, -33.46), (-70.66, -33.44)),
    "a spike": (
        (-70.66, -33.46),
        (-70.64, -33.46),
        (-70.64, -33.44),
        (-70.62, -33.42),
        (-70.64, -33.44),
        (-70.66, -33.44),
    ),
    "a line": ((-70.66, -33.46), (-70.65, -33.45), (-70.64, -33.44)),
    "a point": ((-70.65, -33.45),) * 3,
    "nothing": (),
    "clockwise": ((-70.66, -33.46), (-70.66, -33.44), (-70.64, -33.44), (-70.64, -33.46)),
}


@pytest.mark.parametrize(
    ("name", "inside"), [("a bow", 0), ("a spike", 1), ("a line", 0), ("a point", 0), ("nothing", 0), ("clockwise", 1)]
)
def test_areas_of_any_shape_are_answered(tmp_path: Path, name: str, inside: int) -> None:
    found = snapshot(tmp_path, [row(1, lon=-70.65, lat=-33.4555), row(2, location="missing")])
    assert count(found, replace(one_day("2026-03-10"), area=AREAS[name])) == inside


def test_both_wings_of_a_bow_hold_points(tmp_path: Path) -> None:
    wings = [row(1, lon=-70.6425, lat=-33.45), row(2, lon=-70.6575, lat=-33.45), row(3, lon=-70.65, lat=-33.4425)]
    assert count(snapshot(tmp_path, wings), replace(one_day("2026-03-10"), area=AREAS["a bow"])) == 2


def test_types_that_nobody_may_name_are_left_out(tmp_path: Path) -> None:
    found = snapshot(tmp_path, [row(1), row(2, type="sexual.rape"), row(3, type="of.another.vocabulary")])
    assert count(found, one_day("2026-03-10")) == 1
    assert count(found, replace(one_day("2026-03-10"), types=frozenset({"sexual.rape"}))) == 1


# --- runs and weeks ---------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_runs_that_touch_are_joined_and_nothing_else_is(steps: list[tuple[int, int]]) -> None:
    at, starts, ends = 0, [], []
    for gap, length in steps:
        starts.append(at + gap)
        at += gap + length
        ends.append(at)
    runs = list(merged(np.array(starts, np.uint32), np.array(ends, np.uint32)))
    assert [n for start, end in runs for n in range(start, end)] == [
        n for start, end in zip(starts, ends, strict=True) for n in range(start, end)
    ]
    assert all(start < end for start, end in runs)
    assert all(end < start for (_, end), (start, _) in pairwise(runs))


@given(windows)
def test_weeks_run_from_monday_and_cover_the_window(window: Window) -> None:
    edges = week_edges(window)
    assert (edges[0], edges[-1]) == (window.start, window.end + timedelta(days=1))
    assert all(1 <= (end - start).days <= 7 for start, end in pairwise(edges))
    assert all(edge.weekday() == 0 for edge in edges[1:-1])
