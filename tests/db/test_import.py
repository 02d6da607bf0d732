"""Storing imports: all or nothing, nothing twice, corrections kept, and everything undone again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from data_access.engine import writing
from data_access.importing.storing import batches, loader
from data_access.importing.storing.loader import Order
from data_access.schema import areas, incidents, labels, rejects, revisions, sources
from data_access.schema import batches as batch_table
from data_access.store import Store
from domain.errors import Invalid, NotFound
from tests.importing import HEADER, KEYED, NOW, PLAIN, count, find, load, row, stored, write_csv


def undo(store: Store, number: int) -> None:
    with writing(store.engine) as connection:
        batches.undo(connection, number, NOW)


# --- storing ---------------------------------------------------------------------------------------------------


def test_a_row_is_stored_as_its_profile_understands_it(store: Store, tmp_path: Path) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1)]), profile=KEYED)
    (found,) = stored(store)
    assert (found["external_id"], found["type"], found["label"]) == ("F1", "theft.other", "HURTO")
    assert (found["lon"], found["lat"], found["location"]) == (-70.65, -33.40001, "point")
    assert found["occurred_from"] == 1_704_200_460  # 2024-01-02 10:01 in Santiago
    assert (found["precision"], found["sensitive"], found["origin"]) == ("minute", False, "formal")
    assert (batch.status, batch.rows, batch.stored, batch.finished_at) == ("loaded", 1, 1, NOW)
    assert batch.files[0]["name"] == "a.csv"
    assert len(batch.files[0]["sha256"]) == 64


def test_the_report_tells_what_was_dropped_located_and_not_understood(store: Store, tmp_path: Path) -> None:
    odd = [row(2, delito="ALGO NUEVO"), row(3, lat="", lon=""), row(4, fecha="ayer"), row(5, delito="ALGO NUEVO")]
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1), *odd]))
    report = batch.report
    assert report["dropped"] == ["nombre_victima"]
    assert report["located"] == {"point": 3, "missing": 1}
    assert report["reasons"] == {"date_impossible": 1}
    assert (report["first"], report["last"]) == ("2024-01-02", "2024-01-06")
    with store.engine.connect() as connection:
        assert batches.unmapped(connection, batch.id) == [("type", "ALGO NUEVO", 2)]


def test_nothing_about_persons_reaches_the_record(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1), row(2, fecha="ayer")]))
    with store.engine.connect() as connection:
        for table in (incidents, rejects, labels, batch_table):
            text = str(connection.execute(select(table)).all())
            assert "Persona" not in text, table.name


def test_precincts_that_only_the_source_names_become_areas(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1), row(2, comuna="Norte"), row(3, comuna="")]))
    with store.engine.connect() as connection:
        named = dict(connection.execute(select(areas.c.name, areas.c.id)).all())
    assert set(named) == {"Centro", "Norte"}
    assert sorted((r["precinct_id"] for r in stored(store)), key=str) == sorted([*named.values(), None], key=str)


def test_a_killed_import_of_before_is_told_as_failed(store: Store, tmp_path: Path) -> None:
    with writing(store.engine) as connection:
        source = batches.source_id(connection, "city", "America/Santiago")
        dead = batches.begin(connection, source, [], "ana", NOW)
    load(store, write_csv(tmp_path / "a.csv", [row(1)]))
    assert find(store, dead).status == "failed"
    assert find(store, dead).report["failure"]["code"] == "import.interrupted"


def test_a_source_keeps_to_one_zone(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1)])
    load(store, path)
    with writing(store.engine) as connection, pytest.raises(Invalid, match="zone"):
        batches.source_id(connection, "city", "UTC")


def test_two_imports_of_one_source_do_not_run_at_once(store: Store, tmp_path: Path) -> None:
    with batches.alone(store.home, "city"), pytest.raises(Invalid, match="busy"):
        load(store, write_csv(tmp_path / "a.csv", [row(1)]))
    load(store, write_csv(tmp_path / "a.csv", [row(1)]))


# --- nothing twice ---------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1), row(1), row(1), row(2)])
    load(store, path)
    before = stored(store)
    again = load(store, path)
    assert (again.stored, again.duplicates, again.updated) == (0, 4, 0)
    assert stored(store) == before


def test_equal_rows_without_an_id_are_different_incidents(store: Store, tmp_path: Path) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1)] * 3))
    assert (batch.stored, batch.duplicates) == (3, 0)


def test_one_more_of_equal_rows_adds_one(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1)] * 3))
    batch = load(store, write_csv(tmp_path / "b.csv", [row(2), *[row(1)] * 4]))
    assert (batch.stored, batch.duplicates) == (2, 3)


def test_overlapping_files_add_only_what_is_new(store: Store, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [row(n) for n in range(1, 8)])
    second = write_csv(tmp_path / "b.csv", [row(n) for n in range(5, 12)])
    both = load(store, first, second)
    assert (both.rows, both.stored, both.duplicates) == (14, 11, 3)
    assert both.report["known"] == 0  # all within this import


def test_an_id_that_comes_again_in_its_file_is_the_same_incident(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1), row(1, delito="ROBO"), row(2)])
    batch = load(store, path, profile=KEYED)
    assert (batch.stored, batch.duplicates, batch.updated) == (2, 1, 0)
    assert {found["type"] for found in stored(store)} == {"theft.other"}


def test_sources_do_not_share_their_ids(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1)])
    load(store, path, profile=KEYED)
    assert load(store, path, profile=KEYED, source="other").stored == 1


FILES = st.lists(st.lists(st.integers(0, 6), max_size=12), min_size=1, max_size=4)


@given(files=FILES, keyed=st.booleans(), bad=st.sets(st.integers(0, 6), max_size=2))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_always_are_stored_duplicates_and_rejected(
    store: Store, tmp_path: Path, files: list[list[int]], keyed: bool, bad: set[int]
) -> None:
    source = f"s{os.urandom(6).hex()}"
    profile = KEYED if keyed else PLAIN
    most: dict[int, int] = {}
    for number, content in enumerate(files):
        made = [row(n, **({"fecha": "ayer"} if n in bad else {})) for n in content]
        batch = load(store, write_csv(tmp_path / f"{number}.csv", made), profile=profile, source=source)
        good = {n: 1 if keyed else content.count(n) for n in content if n not in bad}
        fresh = sum(max(times - most.get(n, 0), 0) for n, times in good.items())
        most |= {n: max(times, most.get(n, 0)) for n, times in good.items()}
        assert (batch.rows, batch.stored) == (len(content), fresh)
        assert batch.rejected == sum(1 for n in content if n in bad)
    assert len(stored(store, source)) == sum(most.values())


BITS = [
    '"',
    ",",
    ";",
    "\n",
    "\r",
    "\0",
    "1e400",
    "nan",
    "inf",
    "9" * 30,
    "31/02/2024",
    "=1+1",
    "'",
    "ñ",
    "🚲",
    "\u2028",
    "-0",
]


@given(edits=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), st.sampled_from(BITS)), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_is_imported_or_refused_in_words(
    sqlite_store: Store, tmp_path: Path, edits: list[tuple[int, int, str]]
) -> None:
    path = write_csv(tmp_path / "a.csv", map(row, range(8)))
    text = path.read_text(encoding="utf-8")
    for at, length, bit in edits:
        text = text[:at] + bit + text[at + length :]
    path.write_text(text, encoding="utf-8", newline="")
    with contextlib.suppress(Invalid):
        load(sqlite_store, path, profile=KEYED)


# --- corrections -----------------------------------------------------------------------------------------------


def test_a_known_id_with_other_content_corrects_the_incident(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1), row(2), row(3)]), profile=KEYED)
    moved = [row(1), row(2, delito="ROBO", lat="-33.5"), row(4)]
    batch = load(store, write_csv(tmp_path / "b.csv", moved), profile=KEYED)
    assert (batch.stored, batch.duplicates, batch.updated) == (1, 2, 1)
    found = {r["external_id"]: r for r in stored(store)}
    assert (found["F2"]["type"], found["F2"]["lat"], found["F2"]["batch_id"]) == ("robbery.street", -33.5, batch.id)
    assert found["F1"]["batch_id"] != batch.id
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(revisions)) == 1


def test_a_correction_of_the_precinct_alone_counts_where_there_is_no_point(store: Store, tmp_path: Path) -> None:
    nowhere = {"lat": "", "lon": ""}
    load(store, write_csv(tmp_path / "a.csv", [row(1, **nowhere), row(2)]), profile=KEYED)
    moved = [row(1, comuna="Norte", **nowhere), row(2)]
    assert load(store, write_csv(tmp_path / "b.csv", moved), profile=KEYED).updated == 1


# --- undoing ---------------------------------------------------------------------------------------------------


def test_undoing_takes_out_what_was_stored_and_puts_back_what_was_corrected(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1), row(2)]), profile=KEYED)
    before = stored(store)
    paths = [
        write_csv(tmp_path / "b.csv", [row(1, delito="ROBO"), row(3)]),
        write_csv(tmp_path / "c.csv", [row(1, delito="VIOLACION"), row(3, delito="ROBO")]),
    ]
    batch = load(store, *paths, profile=KEYED)
    assert (batch.stored, batch.updated) == (1, 3)
    undo(store, batch.id)
    assert stored(store) == before
    assert find(store, batch.id).status == "undone"
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(revisions)) == 0


def test_an_import_on_which_later_ones_stand_is_undone_after_them(store: Store, tmp_path: Path) -> None:
    first = load(store, write_csv(tmp_path / "a.csv", [row(1), row(2)]))
    second = load(store, write_csv(tmp_path / "b.csv", [row(2), row(3)]))
    apart = load(store, write_csv(tmp_path / "c.csv", [row(9)]))
    with pytest.raises(Invalid) as caught:
        undo(store, first.id)
    assert (caught.value.code, caught.value.details["later"]) == ("import.undo_later", str(second.id))
    assert count(store) == 4
    undo(store, second.id)
    undo(store, first.id)
    assert [found["batch_id"] for found in stored(store)] == [apart.id]


def test_what_was_undone_can_be_imported_again(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1), row(2)])
    undo(store, load(store, path).id)
    assert load(store, path).stored == 2


def test_only_a_loaded_import_can_be_undone(store: Store, tmp_path: Path) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1)]))
    undo(store, batch.id)
    with pytest.raises(Invalid, match="not_loaded"):
        undo(store, batch.id)
    with pytest.raises(NotFound):
        undo(store, 999)


# --- all or nothing --------------------------------------------------------------------------------------------


def test_a_file_that_fails_takes_the_others_with_it(store: Store, tmp_path: Path) -> None:
    good = write_csv(tmp_path / "a.csv", [row(n) for n in range(5)])
    bad = tmp_path / "b.csv"
    bad.write_bytes(b"folio,delito\n1,2\n")
    with pytest.raises(Invalid, match="columns"):
        load(store, good, bad)
    assert count(store) == 0
    assert [find(store, 1).status, find(store, 1).stored] == ["failed", 0]
    assert find(store, 1).report["failure"]["details"]["file"] == "b.csv"


def test_a_missing_file_is_told_before_anything_is_begun(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no_file"):
        load(store, write_csv(tmp_path / "a.csv", [row(1)]), tmp_path / "none.csv")
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(batch_table)) == 0


def test_a_file_that_is_mostly_rejected_is_the_wrong_one(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*[row(n, fecha="ayer") for n in range(30)], *map(row, range(20))])
    with pytest.raises(Invalid) as caught:
        load(store, path)
    assert caught.value.code == "import.mistaken"
    batch = find(store, 1)
    assert (batch.status, batch.rows, batch.rejected, batch.stored) == ("failed", 50, 30, 0)
    assert count(store) == 0
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(rejects)) == 30


def test_a_few_bad_rows_are_no_wrong_file(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*[row(n, fecha="ayer") for n in range(19)], row(1)])
    assert load(store, path).rejected == 19


@pytest.mark.parametrize("step", ["read", "store"])
def test_an_import_that_is_stopped_leaves_the_record_as_before(store: Store, tmp_path: Path, step: str) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1)]), profile=KEYED)
    before = stored(store)
    path = write_csv(tmp_path / "b.csv", [row(1, delito="ROBO"), row(2, comuna="Norte")])

    def progress(done: int, total: int, now: str) -> None:
        if now == step:
            raise Invalid("import.cancelled")

    with pytest.raises(Invalid, match="cancelled"):
        loader.load(store, Order([path], KEYED, "city", "ana"), lambda: NOW, progress)
    assert stored(store) == before
    assert find(store, 2).status == "failed"
    assert not (store.home / "spool").exists() or not list((store.home / "spool").iterdir())
    with store.engine.connect() as connection:
        assert "Norte" not in connection.scalars(select(areas.c.name)).all()


KILLED = """
import sys, time
from pathlib import Path
from data_access.engine import make_engine
from data_access.importing.storing.loader import Order, load
from data_access.store import Store
from tests.importing import KEYED
url, home, path, step = sys.argv[1:]
def progress(done, total, now):
    if now == step:
        print("there", flush=True)
        time.sleep(60)
load(Store(make_engine(url), Path(home)), Order([Path(path)], KEYED, "city", "ana"), lambda: 1, progress)
"""


@pytest.mark.parametrize("step", ["read", "store"])
def test_an_import_that_is_killed_leaves_the_record_as_before(
    store: Store, database_url: str, tmp_path: Path, step: str
) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1), row(2)]), profile=KEYED)
    before = stored(store)
    path = write_csv(tmp_path / "b.csv", [row(1, delito="ROBO"), *map(row, range(3, 200))])
    command = [sys.executable, "-c", KILLED, database_url, str(store.home), str(path), step]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        process.send_signal(signal.SIGKILL)
    assert stored(store) == before
    assert find(store, 2).status == "running"
    again = load(store, path, profile=KEYED)  # neither locks nor remains stand in the way
    assert (again.stored, again.updated) == (197, 1)
    assert find(store, 2).status == "failed"


def test_a_row_that_the_database_refuses_stops_the_import(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(n) for n in range(3)])

    def finishing(connection: object, batch: int, tally: object) -> None:
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        loader.load(store, Order([path], PLAIN, "city", "ana"), lambda: NOW, finishing=finishing)
    assert count(store) == 0
    assert find(store, 1).report["failure"]["code"] == "import.stopped"


def test_long_words_are_cut_to_what_the_record_holds(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1, folio="F" * 300, delito="HURTO " * 100)]), profile=KEYED)
    (found,) = stored(store)
    assert (len(found["external_id"]), len(found["label"])) == (80, 200)


def test_values_that_would_break_a_copy_arrive_as_they_were(store: Store, tmp_path: Path) -> None:
    odd = 'HURTO "x", \\N \\. ; 🚲 \u2028 fin'
    load(store, write_csv(tmp_path / "a.csv", [row(1, delito=odd)]))
    assert stored(store)[0]["label"] == " ".join(odd.split())


def test_the_demo_is_no_source_of_an_import(store: Store, tmp_path: Path) -> None:
    with store.engine.begin() as connection:
        connection.execute(sources.insert().values(name="demo", zone="America/Santiago", synthetic=True))
    with pytest.raises(Invalid, match="demo_source"):
        load(store, write_csv(tmp_path / "a.csv", [row(1)], HEADER), source="demo")
