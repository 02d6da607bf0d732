"""Pages of incidents are cut from one order: no row lost, none twice, the same as sorting everything would give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.index.match import Match, match
from data_access.index.snapshot import Snapshot
from domain.filter import ORIGINS, Filter, Ground
from domain.periods import Window
from services.rows import SORTS, Ordering, page
from tests.incidents import PRECINCTS, TYPES, VEHICLES, day, ground, matching, plain, random_rows, row, snapshot

EVER = Filter(Window(day("1900-01-01"), day("2200-12-31")), types=frozenset(TYPES))
orderings = st.builds(Ordering, st.sampled_from(SORTS), st.booleans())
City = tuple[Snapshot, Ground, pd.DataFrame]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Four hundred incidents in twelve days, with many ties."""
    rows = random_rows(np.random.default_rng(5), 400, days=12)
    rows = [one | {"occurred_from": one["occurred_from"] // 3_600 * 3_600} for one in rows]
    found = snapshot(tmp_path_factory.mktemp("rows") / "index", rows)
    return found, ground(found), plain(rows)


def in_order(kept: pd.DataFrame, ordering: Ordering) -> list[int]:
    """The ids as sorting all of them gives: ties newest first, except where the oldest are wanted first."""
    if ordering.column == "occurred":
        return kept.sort_values(["day", "minute", "id"], ascending=ordering.ascending)["id"].tolist()
    by = [ordering.column, "day", "minute", "id"]
    return kept.sort_values(by, ascending=[ordering.ascending, False, False, False])["id"].tolist()


filters = st.builds(
    Filter,
    window=st.sampled_from(
        [EVER.window, Window(day("2025-12-22"), day("2025-12-25")), Window(day("2030-01-01"), day("2030-01-02"))]
    ),
    types=st.frozensets(st.sampled_from(TYPES), min_size=1),
    vehicles=st.none() | st.frozensets(st.sampled_from(VEHICLES)),
    hours=st.none() | st.frozensets(st.integers(0, 23)),
    precincts=st.none() | st.frozensets(st.sampled_from(PRECINCTS)),
    origins=st.none() | st.frozensets(st.sampled_from(ORIGINS)),
)


@settings(max_examples=120)
@given(filters, orderings, st.integers(0, 420), st.integers(0, 200))
def test_a_page_is_the_stretch_of_what_sorting_everything_gives(
    city: City, asked: Filter, ordering: Ordering, start: int, length: int
) -> None:
    found, held, frame = city
    wanted = in_order(frame[matching(frame, asked, held)], ordering)
    here = match(found, asked, held)
    assert page(here, ordering, start, start + length).tolist() == wanted[start : start + length]


@pytest.mark.parametrize("column", SORTS)
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_the_pages_together_are_all_rows_once(city: City, column: str, ascending: bool, size: int) -> None:
    found, held, frame = city
    here, ordering = match(found, EVER, held), Ordering(column, ascending)
    pages = [page(here, ordering, at, at + size).tolist() for at in range(0, here.total + size, size)]
    assert [number for part in pages for number in part] == in_order(frame, ordering)
    assert not pages[-1]


def test_the_same_page_is_the_same_rows_however_they_were_read(tmp_path: Path) -> None:
    rows = random_rows(np.random.default_rng(6), 120, days=3)
    first, second = snapshot(tmp_path / "one", rows), snapshot(tmp_path / "two", rows[::-1])
    for column in SORTS:
        pages = [
            page(match(found, EVER, ground(found)), Ordering(column), 30, 60).tolist() for found in (first, second)
        ]
        assert pages[0] == pages[1]


def test_incidents_of_one_hour_are_in_the_order_of_their_minutes(tmp_path: Path) -> None:
    at = ["2026-03-10 12:50", "2026-03-10 12:05", "2026-03-10 12:31", "2026-03-10 00:00", "2026-03-09 23:59"]
    rows = [row(n, text, vehicle=VEHICLES[n % 3]) for n, text in enumerate(at, start=1)]
    here = match(*(lambda found: (found, EVER, ground(found)))(snapshot(tmp_path / "index", rows)))
    assert page(here, Ordering(), 0, 9).tolist() == [1, 3, 2, 4, 5]
    assert page(here, Ordering(ascending=True), 0, 9).tolist() == [5, 4, 2, 3, 1]


def test_a_page_reads_the_rows_of_its_own_days_alone(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    found, held, _ = city
    read: list[int] = []
    values = Match.values

    def counted(self: Match, column: str) -> Any:
        kept = values(self, column)
        read.append(len(kept))
        return kept

    monkeypatch.setattr(Match, "values", counted)
    page(match(found, replace(EVER, precincts=None), held), Ordering(), 0, 5)
    assert max(read) < found.rows / 4
