"""How rows become a snapshot, and what a snapshot on disk can be trusted with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.grid import Grid
from data_access.index import build
from data_access.index.columns import Columns, Vocabulary, encode
from data_access.index.snapshot import COLUMNS, Corrupt, Snapshot, name_of
from tests.incidents import GRID, ZONES, random_rows, row, snapshot, table

FACTS = {"batches": [1], "synthetic": False, "loaded_at": 1}


@pytest.fixture
def whole(tmp_path: Path) -> Snapshot:
    return snapshot(tmp_path / "index", random_rows(np.random.default_rng(1), 400))


def written(folder: Path, columns: Columns, words: Vocabulary) -> Snapshot:
    folder.mkdir(exist_ok=True)
    return build.write(folder, columns, words, GRID, FACTS)


# --- order ------------------------------------------------------------------------------------------------------


def test_rows_are_ordered_by_type_vehicle_day_and_id(tmp_path: Path) -> None:
    rows = random_rows(np.random.default_rng(2), 300)
    found = snapshot(tmp_path / "index", rows)
    kinds = {one["id"]: (one["type"], one["vehicle"]) for one in rows}
    order = []
    for pair in range(len(found.pairs)):
        for day in range(found.days):
            ids = found.column("id")[found.off[pair, day] : found.off[pair, day + 1]].tolist()
            assert ids == sorted(ids)
            assert {kinds[number] for number in ids} <= {found.pairs[pair]}
            order += ids
    assert order == found.column("id").tolist()
    assert list(found.pairs) == sorted(set(kinds.values()))
    assert found.off[-1, -1] == len(rows) == found.rows


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_one_content_has_one_name_however_it_came_together(tmp_path_factory, seed: int, parts: int) -> None:
    rows = random_rows(np.random.default_rng(seed), 60)
    folder = tmp_path_factory.mktemp("index")
    once = snapshot(folder / "once", rows)
    words = Vocabulary.empty()
    shuffled = [rows[n] for n in np.random.default_rng(seed + 1).permutation(len(rows))]
    pieces = [encode(table(shuffled[k::parts]), ZONES, GRID, words) for k in range(parts)]
    again = written(folder / "again", Columns.joined(pieces), words)
    assert again.name == once.name


def test_another_content_has_another_name(tmp_path: Path) -> None:
    rows = random_rows(np.random.default_rng(3), 50)
    first = snapshot(tmp_path / "index", rows).name
    assert snapshot(tmp_path / "index", [*rows[:-1], rows[-1] | {"item": "cash", "id": 99}]).name != first
    assert snapshot(tmp_path / "index", rows[:-1]).name != first
    assert snapshot(tmp_path / "index", rows).name == first


def test_codes_that_no_row_holds_any_more_are_forgotten(tmp_path: Path) -> None:
    words = Vocabulary({("theft.shop", "car"): 0}, {"bag": 0}, {"": 0, "gone": 1})
    found = written(tmp_path / "index", encode(table([row()]), ZONES, GRID, words), words)
    assert found.pairs == (("robbery.street", "foot"),)
    assert (found.items, found.precincts) == (("phone",), ("", "centro"))


def test_more_codes_than_a_column_can_number_are_refused() -> None:
    words = Vocabulary({}, {}, {f"p{n}": n for n in range(65_535)})
    encode(table([row(precinct="one more")]), ZONES, GRID, words)
    with pytest.raises(OverflowError):
        encode(table([row(precinct="one too many")]), ZONES, GRID, words)


def test_nothing_to_encode_is_nothing_encoded() -> None:
    columns = encode(table([]), ZONES, GRID, Vocabulary.empty())
    assert {len(getattr(columns, name)) for name in Columns.__dataclass_fields__} == {0}


def test_columns_have_the_types_that_the_files_are_read_with(whole: Snapshot) -> None:
    assert {name: str(whole.column(name).dtype) for name in COLUMNS} == COLUMNS


def test_a_point_off_the_map_is_told_from_one_that_is_missing() -> None:
    lone = [
        row(1),
        row(2, lon=-60.0),
        row(3, location="missing"),
        row(4, location="withheld"),
        row(5, location="outside"),
    ]
    cells = encode(table(lone), ZONES, GRID, Vocabulary.empty()).cell
    assert cells[0] < GRID.cells
    assert (cells[1:] - GRID.cells).tolist() == [2, 0, 1, 2]


# --- what a snapshot says of itself -----------------------------------------------------------------------------


def daily(tmp_path: Path, counts: list[int]) -> Snapshot:
    """A snapshot with so many incidents on each day from 1 March 2026 on."""
    days = [date(2026, 3, 1) + timedelta(days=n) for n, count in enumerate(counts) for _ in range(count)]
    return snapshot(tmp_path / "index", [row(n, f"{day} 12:00") for n, day in enumerate(days, start=1)])


@pytest.mark.parametrize(
    ("counts", "last"),
    [
        ([10, 10, 10], 3),
        ([10, 10, 10, 1], 3),  # a day that has only begun to arrive
        ([10, 10, 10, 2], 4),
        ([10, 0, 0, 10, 0, 0, 10], 7),
        ([1, 0, 0, 1], 4),
        ([100, 90, 110, 3, 2, 1], 3),
        ([1], 1),
    ],
)
def test_the_last_complete_day_is_one_with_a_usual_count(tmp_path: Path, counts: list[int], last: int) -> None:
    assert daily(tmp_path, counts).complete_to == date(2026, 3, last)


def test_an_empty_snapshot_says_so_and_has_a_map(tmp_path: Path) -> None:
    empty = snapshot(tmp_path / "index", [])
    assert (empty.rows, empty.days, empty.pairs, empty.items, empty.precincts) == (0, 1, (), (), ("",))
    assert empty.first == empty.complete_to == date.today()
    assert Snapshot.open(empty.folder).rows == 0


@pytest.mark.parametrize(
    ("rows", "origins", "has_hours"),
    [
        ([row()], ["formal"], True),
        ([row(origin="informal", precision="day")], ["informal"], False),
        ([row(1, precision="month"), row(2, origin="informal", precision="day")], ["formal", "informal"], False),
    ],
)
def test_it_says_which_columns_carry_information(tmp_path: Path, rows: list, origins: list, has_hours: bool) -> None:
    manifest = snapshot(tmp_path / "index", rows).manifest
    assert (manifest["origins"], manifest["has_hours"]) == (origins, has_hours)


def test_a_stray_date_costs_room_and_no_more(tmp_path: Path) -> None:
    found = snapshot(tmp_path / "index", [row(1, "1900-01-02 12:00"), *(row(n) for n in range(2, 40))])
    assert found.first == date(1900, 1, 2)
    assert found.complete_to == date(2026, 3, 10)


# --- on disk ----------------------------------------------------------------------------------------------------

FILES = [f"{column}.npy" for column in COLUMNS] + ["manifest.json"]
Damage = Callable[[Path], None]


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def grown(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def flipped(at: float) -> Damage:
    def flip(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[int(at * (len(content) - 1))] ^= 1
        path.write_bytes(content)

    return flip


def swapped(path: Path) -> None:
    """Big-endian for little-endian in the header: the bytes of the column stay the same."""
    path.write_bytes(path.read_bytes().replace(b"'<", b"'>").replace(b'"rows": 400', b'"rows": 401'))


DAMAGE: dict[str, Damage] = {
    "missing": Path.unlink,
    "cut": cut,
    "emptied": emptied,
    "grown": grown,
    "first byte": flipped(0),
    "header": flipped(0.01),
    "middle": flipped(0.5),
    "last byte": flipped(1),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", FILES)
def test_damage_to_any_file_is_found(whole: Snapshot, file: str, damage: str) -> None:
    assert Snapshot.open(whole.folder).name == whole.name
    DAMAGE[damage](whole.folder / file)
    with pytest.raises(Corrupt):
        Snapshot.open(whole.folder)


@pytest.mark.parametrize("file", ["off.npy", "cell.npy", "id.npy", "manifest.json"])
def test_a_header_that_lies_about_the_numbers_is_found(whole: Snapshot, file: str) -> None:
    swapped(whole.folder / file)
    with pytest.raises(Corrupt):
        Snapshot.open(whole.folder)


def test_another_layout_is_not_read(whole: Snapshot) -> None:
    text = json.dumps(whole.manifest | {"layout": 0}).encode()
    other = whole.folder.parent / name_of(text)
    whole.folder.rename(other)
    (other / "manifest.json").write_bytes(text)
    with pytest.raises(Corrupt, match="layout"):
        Snapshot.open(other)


def test_a_snapshot_under_another_name_is_not_trusted(whole: Snapshot) -> None:
    other = whole.folder.rename(whole.folder.parent / "000000000000")
    with pytest.raises(Corrupt):
        Snapshot.open(other)


def test_writing_again_replaces_what_is_damaged_under_the_same_name(whole: Snapshot, tmp_path: Path) -> None:
    before = np.array(whole.column("cell"))
    flipped(0.5)(whole.folder / "cell.npy")
    words = Vocabulary.empty()
    rows = random_rows(np.random.default_rng(1), 400)
    again = build.write(whole.folder.parent, encode(table(rows), ZONES, GRID, words), words, GRID, FACTS)
    assert again.name == whole.name
    np.testing.assert_array_equal(Snapshot.open(again.folder).column("cell"), before)


def test_old_snapshots_are_removed_and_one_that_is_open_stays_readable(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    opened = snapshot(folder, random_rows(np.random.default_rng(9), 2_000))
    before = np.array(opened.column("fine"))
    for number in range(4):
        words = Vocabulary.empty()
        build.write(folder, encode(table([row(number + 1)]), ZONES, GRID, words), words, GRID, FACTS)
    names = {path.name for path in folder.iterdir() if path.is_dir()}
    assert len(names) == build.KEPT
    assert (folder / "current").read_text() in names
    assert not opened.folder.exists()
    for name in COLUMNS:
        assert opened.column(name).nbytes
    np.testing.assert_array_equal(opened.column("fine"), before)


def test_what_a_crashed_builder_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "index" / "building-crashed"
    found = snapshot(tmp_path / "index", [row()])
    left.mkdir()
    words = Vocabulary.empty()
    build.write(tmp_path / "index", encode(table([row(2)]), ZONES, GRID, words), words, GRID, FACTS)
    assert not left.exists()
    assert found.folder.exists()


def test_the_columns_of_an_open_snapshot_cannot_be_written_to(tmp_path: Path) -> None:
    found = snapshot(tmp_path / "index", random_rows(np.random.default_rng(4), 3_000))
    with pytest.raises(ValueError, match="read-only"):
        found.column("cell")[0] = 1


def test_days_outside_the_span_are_held_at_its_ends(whole: Snapshot) -> None:
    assert whole.day(date(1900, 1, 1)) == 0
    assert whole.day(date(2200, 1, 1)) == whole.days
    assert [whole.date_of(whole.day(whole.first + timedelta(days=n))) for n in (0, 7)] == [
        whole.first,
        whole.first + timedelta(days=7),
    ]


def test_the_map_is_kept_to_the_last_digit(tmp_path: Path) -> None:
    grid = Grid.around(-99.36, 19.05, -98.94, 19.59)
    found = snapshot(tmp_path / "index", [row()], grid)
    assert Snapshot.open(found.folder).grid == grid
