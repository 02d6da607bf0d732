"""The index follows the record: after imports, corrections and undo, in both databases, among threads and processes."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import delete, insert, update

from config.settings import Settings
from data_access.index import Index, build, record, refresh
from data_access.index.match import match
from data_access.index.snapshot import Corrupt, Snapshot
from data_access.schema import areas, batches, incidents
from data_access.store import Store
from domain.filter import Filter, Ground
from domain.periods import Window
from tests.incidents import (
    BOX,
    PRECINCTS,
    Row,
    day,
    ground,
    make_ground,
    matching,
    plain,
    random_rows,
    row,
    store_batch,
)

EVER = Filter(Window(day("1900-01-01"), day("2200-12-31")))


def made(count: int, seed: int = 1, start: int = 1, source: int = 1) -> list[Row]:
    """Random incidents of one source with ids from `start` on."""
    rows = random_rows(np.random.default_rng(seed), count)
    return [one | {"id": one["id"] + start - 1, "source_id": source} for one in rows]


@pytest.fixture
def city(store: Store) -> Store:
    """A record with its sources and precincts, and one batch of 300 incidents."""
    with store.engine.begin() as connection:
        make_ground(connection)
        store_batch(connection, 1, made(300))
    return store


def ids(found: Snapshot) -> list[int]:
    return sorted(found.column("id").tolist())


def add(store: Store, number: int, rows: list[Row], **more: Any) -> None:
    with store.engine.begin() as connection:
        store_batch(connection, number, rows, **more)


def undo(store: Store, number: int) -> None:
    with store.engine.begin() as connection:
        connection.execute(delete(incidents).where(incidents.c.batch_id == number))
        connection.execute(update(batches).where(batches.c.id == number).values(status="undone"))


# --- what is read -----------------------------------------------------------------------------------------------


def test_the_index_holds_what_the_record_holds(city: Store) -> None:
    found = refresh(city)
    rows = made(300)
    frame, held = plain(rows, grid=found.grid), ground(found)
    assert ids(found) == sorted(one["id"] for one in rows)
    for asked in (EVER, Filter.from_query({"type": "robbery", "hours": "22-5"}, held).during(EVER.window)):
        here = match(found, asked, held)
        kept = frame[matching(frame, asked, held)]
        assert here.total == len(kept)
        assert here.by_cell()[-3:].tolist() == [
            (kept["where"] == place).sum() for place in ("missing", "withheld", "outside")
        ]


def test_both_databases_give_the_same_snapshot(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    names = []
    for number, url in enumerate((sqlite_url, postgres_url)):
        store = Store.open(Settings(home=tmp_path / str(number), database_url=url, secret_key="x"))
        with store.engine.begin() as connection:
            make_ground(connection)
            store_batch(connection, 1, made(500))
        names.append(refresh(store).name)
        store.engine.dispose()
    assert names[0] == names[1]


def test_rows_are_read_in_chunks_without_loss(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "CHUNK", 7)
    monkeypatch.setattr(record, "BLOCK", 700)
    told: list[tuple[int, int]] = []
    found = refresh(city, progress=lambda done, total: told.append((done, total)))
    assert ids(found) == list(range(1, 301))
    assert len(told) > 20
    assert told[-1] == (300, 300)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_column_that_is_empty_in_all_rows_is_read_too(store: Store) -> None:
    with store.engine.begin() as connection:
        make_ground(connection)
        store_batch(connection, 1, [row(n, location="missing", precinct="", occurred_to=None) for n in range(1, 4)])
    found = refresh(store)
    assert match(found, EVER, ground(found)).by_cell()[-3:].tolist() == [3, 0, 0]
    assert found.precincts == ("",)


def test_an_empty_record_has_an_index(store: Store) -> None:
    found = store.snapshot()
    assert (found.rows, found.manifest["facts"]["batches"]) == (0, [])
    assert store.index.is_fresh(store.engine)
    assert Index(store.home / "index").current(store.engine).name == found.name


@pytest.mark.parametrize("status", ["running", "failed", "undone"])
def test_only_finished_imports_are_shown(city: Store, status: str) -> None:
    add(city, 2, [], status=status, stored=5)
    assert refresh(city).manifest["facts"]["batches"] == [1]


# --- the map ----------------------------------------------------------------------------------------------------


def outline(store: Store, code: str, *box: float) -> None:
    with store.engine.begin() as connection:
        drawn = shapely.to_wkb(shapely.box(*box))
        connection.execute(update(areas).where(areas.c.code == code).values(geometry=drawn))


def test_the_map_is_where_nearly_all_points_lie(store: Store) -> None:
    with store.engine.begin() as connection:
        make_ground(connection)
        many = [row(n, lon=-70.7 + n * 1e-5, lat=-33.5 + n * 1e-5) for n in range(1, 5001)]
        store_batch(connection, 1, [*many, row(9_000, lon=10.0, lat=50.0)])
    west, south, east, north = refresh(store).grid.bounds
    assert -70.72 < west < -70.69
    assert -70.66 < east < -70.63
    assert -33.52 < south < north < -33.43


def test_drawn_precincts_that_hold_the_points_are_the_map(city: Store) -> None:
    outline(city, "centro", -70.80, -33.60, -70.50, -33.30)
    outline(city, "norte", -70.65, -33.40, -70.60, -33.35)
    west, south, east, north = refresh(city, full=True).grid.bounds
    assert -70.82 < west < -70.80 < -70.50 < east < -70.48
    assert -33.62 < south < -33.60 < -33.30 < north < -33.28


def test_precincts_that_hold_only_some_of_the_points_do_not_cut_the_map(city: Store) -> None:
    outline(city, "centro", -70.66, -33.46, -70.65, -33.45)
    west, south, east, north = refresh(city, full=True).grid.bounds
    assert west < BOX[0]
    assert east > BOX[2]
    assert south < BOX[1]
    assert north > BOX[3]


def test_an_empty_precinct_is_no_part_of_the_map(city: Store) -> None:
    with city.engine.begin() as connection:
        far = {"id": 9, "code": "far", "name": "Far", "level": "precinct", "origin": "test"}
        connection.execute(insert(areas).values(far | {"geometry": shapely.to_wkb(shapely.box(10, 50, 11, 51))}))
    assert refresh(city, full=True).grid.bounds[2] < -70.5


# --- following --------------------------------------------------------------------------------------------------


def same(one: Snapshot, two: Snapshot) -> bool:
    """The same rows in the same order: everything that is asked of them is answered alike."""
    told = ("first", "pairs", "items", "precincts", "origins", "has_hours", "complete_to", "grid", "facts")
    return one.name == two.name and all(one.manifest[key] == two.manifest[key] for key in told)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Notes of every reading of the record which batches it was held to; None is all of them."""
    seen: list[Any] = []
    rows = record.rows

    def noted(connection: Any, sources: Any, only: Any) -> Any:
        seen.append(only)
        return rows(connection, sources, only)

    monkeypatch.setattr(record, "rows", noted)
    return seen


@pytest.fixture
def drawn(city: Store) -> Store:
    """The same city with an outline around it, so that its map stays as it is."""
    outline(city, "centro", *BOX)
    outline(city, "norte", -70.75, -33.55, -70.55, -33.35)
    return city


def test_a_new_batch_is_added_and_gives_what_reading_all_would_give(
    drawn: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(drawn)
    seen = counting(monkeypatch)
    add(drawn, 2, made(120, seed=2, start=301, source=2), source=2)
    grown = refresh(drawn)
    assert seen == [[2]]
    assert ids(grown) == list(range(1, 421))
    assert same(grown, refresh(drawn, full=True))


def test_a_correction_replaces_the_row_it_corrects(drawn: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(drawn)
    add(drawn, 2, [], stored=0, updated=3)
    changes = {"type": "damage.arson", "vehicle": "truck", "occurred_from": row(1, "2026-01-05 03:00")["occurred_from"]}
    with drawn.engine.begin() as connection:
        corrected = update(incidents).where(incidents.c.id.in_([5, 6, 7]))
        connection.execute(corrected.values(batch_id=2, occurred_to=None, **changes))
    seen = counting(monkeypatch)
    found = refresh(drawn)
    assert seen == [[2]]
    assert ids(found) == list(range(1, 301))
    asked = Filter(EVER.window, types=frozenset({"damage.arson"}))
    assert sorted(match(found, asked, ground(found)).values("id").tolist()) == [5, 6, 7]
    assert same(found, refresh(drawn, full=True))


def test_an_undone_batch_leaves_no_row_and_no_code(drawn: Store) -> None:
    before = refresh(drawn)
    add(drawn, 2, [row(900, "1999-01-01 10:00", type="traffic.death", item="cargo")])
    assert refresh(drawn).first.year == 1999
    undo(drawn, 2)
    after = refresh(drawn)
    assert after.name == before.name
    assert "cargo" not in after.items


def test_undo_of_a_correction_brings_the_old_row_back(drawn: Store) -> None:
    before = refresh(drawn)
    add(drawn, 2, [], stored=0, updated=1)
    with drawn.engine.begin() as connection:
        old = connection.execute(incidents.select().where(incidents.c.id == 9)).mappings().one()
        connection.execute(update(incidents).where(incidents.c.id == 9).values(batch_id=2, item="cargo"))
    assert "cargo" in refresh(drawn).items
    with drawn.engine.begin() as connection:
        connection.execute(update(incidents).where(incidents.c.id == 9).values(**old))
        connection.execute(update(batches).where(batches.c.id == 2).values(status="undone"))
    assert refresh(drawn).name == before.name


def test_a_new_precinct_shows_after_a_full_reading(drawn: Store) -> None:
    refresh(drawn)
    with drawn.engine.begin() as connection:
        connection.execute(insert(areas).values(id=9, code="nuevo", name="N", level="precinct", origin="test"))
        connection.execute(update(incidents).where(incidents.c.id < 50).values(precinct_id=9))
    found = refresh(drawn, full=True)
    assert "nuevo" in found.precincts
    assert match(found, Filter(EVER.window, precincts=frozenset({"nuevo"})), ground(found)).total > 0


def test_nothing_new_is_nothing_to_do(drawn: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = refresh(drawn)
    seen = counting(monkeypatch)
    assert refresh(drawn).name == before.name
    assert seen == []


def test_points_that_stray_off_the_map_have_it_drawn_anew(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = refresh(city)
    seen = counting(monkeypatch)
    add(city, 2, [row(n, lon=-70.3, lat=-33.45) for n in range(301, 341)])
    after = refresh(city)
    assert seen == [[2], None]
    assert after.grid.bounds[2] > -70.3 > before.grid.bounds[2]
    assert ids(after) == list(range(1, 341))
    assert same(after, refresh(city, full=True))


def test_incidents_that_were_known_to_lie_outside_do_not_move_the_map(
    city: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(city)
    seen = counting(monkeypatch)
    add(city, 2, [row(n, location="outside") for n in range(301, 341)])
    refresh(city)
    assert seen == [[2]]


def test_another_vocabulary_is_read_from_the_record(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Newer:
        version = "9999.1"

    refresh(city)
    monkeypatch.setattr(build, "taxonomy", Newer)
    seen = counting(monkeypatch)
    assert refresh(city).manifest["taxonomy"] == "9999.1"
    assert seen == [None]


# --- the demo ---------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(store: Store) -> Store:
    """A record whose second source is synthetic, with 30 incidents of it."""
    with store.engine.begin() as connection:
        make_ground(connection, synthetic=[2])
        store_batch(connection, 1, made(30, source=2), source=2)
    return store


def test_real_incidents_put_the_demo_aside_and_their_undo_brings_it_back(demo: Store) -> None:
    before = refresh(demo)
    assert before.manifest["facts"]["synthetic"] is True
    add(demo, 2, made(10, seed=5, start=31))
    real = refresh(demo)
    assert (real.manifest["facts"]["synthetic"], ids(real)) == (False, list(range(31, 41)))
    undo(demo, 2)
    assert refresh(demo).name == before.name


def test_an_import_that_stored_nothing_leaves_the_demo(demo: Store) -> None:
    add(demo, 2, [], stored=0)
    found = refresh(demo)
    assert (found.manifest["facts"]["synthetic"], found.rows) == (True, 30)


# --- current, fresh, whole --------------------------------------------------------------------------------------


def test_the_index_is_fresh_until_the_record_changes(city: Store) -> None:
    assert not city.index.is_fresh(city.engine)
    refresh(city)
    assert city.index.is_fresh(city.engine)
    add(city, 2, made(3, seed=3, start=301))
    assert not city.index.is_fresh(city.engine)
    refresh(city)
    assert city.index.is_fresh(city.engine)
    undo(city, 2)
    assert not city.index.is_fresh(city.engine)


def test_what_another_process_built_is_taken_up_at_the_next_question(city: Store) -> None:
    first = city.snapshot()
    add(city, 2, made(3, seed=3, start=301))
    assert city.snapshot() is first
    built = refresh(Store(city.engine, city.home))
    assert city.snapshot().name == built.name != first.name


def test_a_new_process_follows_what_a_killed_one_left_behind(city: Store) -> None:
    refresh(city)
    add(city, 2, made(3, seed=3, start=301))
    assert ids(Index(city.home / "index").current(city.engine)) == list(range(1, 304))
    undo(city, 2)
    assert ids(Index(city.home / "index").current(city.engine)) == list(range(1, 301))


def damaged(folder: Path, file: str) -> None:
    if file == "current":
        (folder / file).write_bytes(b"\xff\xfe\x00nonsense")
        return
    path = folder / (folder / "current").read_text() / file
    content = bytearray(path.read_bytes())
    content[-1] ^= 255
    path.write_bytes(content)


@pytest.mark.parametrize("file", ["off.npy", "cell.npy", "id.npy", "manifest.json", "current"])
def test_a_damaged_index_is_built_again_when_a_process_opens_it(city: Store, file: str) -> None:
    whole = refresh(city)
    damaged(city.home / "index", file)
    opened = Index(city.home / "index")
    assert opened.current(city.engine).name == whole.name
    assert opened.verify().name == whole.name
    assert ids(opened.current(city.engine)) == list(range(1, 301))


@pytest.mark.parametrize(
    "damage", ["missing current", "empty current", "wrong current", "missing folder", "no folder at all"]
)
def test_a_missing_index_is_built_when_it_is_asked_for(city: Store, damage: str) -> None:
    whole = refresh(city)
    folder = city.home / "index"
    if damage == "missing current":
        (folder / "current").unlink()
    elif damage in ("empty current", "wrong current"):
        (folder / "current").write_text("" if damage.startswith("empty") else "../index")
    else:
        os.rename(folder / whole.name if damage == "missing folder" else folder, city.home / "away")
    assert Index(folder).current(city.engine).name == whole.name


def test_a_damaged_snapshot_is_not_built_upon(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(city)
    damaged(city.home / "index", "cell.npy")
    add(city, 2, made(3, seed=3, start=301))
    seen = counting(monkeypatch)
    assert ids(refresh(city)) == list(range(1, 304))
    assert seen == [None]


def test_verifying_says_what_is_wrong(city: Store) -> None:
    with pytest.raises(Corrupt):
        city.index.verify()
    refresh(city)
    assert city.index.verify().rows == 300
    damaged(city.home / "index", "when.npy")
    with pytest.raises(Corrupt, match="when"):
        city.index.verify()


def test_a_builder_that_dies_leaves_the_index_as_it_was(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = refresh(city)
    add(city, 2, made(3, seed=3, start=301))
    for step in ("save", "rename", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(*{"save": (np, "save"), "rename": (os, "rename"), "replace": (os, "replace")}[step], _die)
            with pytest.raises(RuntimeError):
                refresh(city)
        assert Index(city.home / "index").verify().name == before.name
    assert ids(refresh(city)) == list(range(1, 304))
    assert not list((city.home / "index").glob("building-*"))


def _die(*_: object, **__: object) -> None:
    raise RuntimeError("killed")


# --- together ---------------------------------------------------------------------------------------------------


def test_threads_that_all_ask_first_share_one_snapshot(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = counting(monkeypatch)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: city.snapshot(), range(32)))
    assert len({id(one) for one in found}) == 1
    assert seen == [None]


def test_a_builder_waits_for_the_one_before(city: Store) -> None:
    with ThreadPoolExecutor(1) as pool:
        with build.locked(city.home / "index"):
            waiting = pool.submit(refresh, city)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
            assert not (city.home / "index" / "current").exists()
        assert waiting.result(30).rows == 300


def test_whoever_waited_for_the_index_does_not_build_it_again(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = counting(monkeypatch)
    with ThreadPoolExecutor(1) as pool, city.engine.connect() as connection:
        with build.locked(city.home / "index"):
            waiting = pool.submit(Index(city.home / "index").current, city.engine)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
            built = build.build(connection, city.home / "index")
        assert waiting.result(30).name == built.name
    assert seen == [None]


def test_processes_that_build_at_once_agree_and_leave_a_whole_index(sqlite_store: Store) -> None:
    city = sqlite_store
    with city.engine.begin() as connection:
        make_ground(connection)
        store_batch(connection, 1, made(300))
    url = city.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        names = pool.starmap(_build, [(url, str(city.home), full) for full in (True, False, True, False)])
    assert len(set(names)) == 1
    assert city.index.verify().name == names[0]
    assert not list((city.home / "index").glob("building-*"))


def _build(url: str, home: str, full: bool) -> str:
    store = Store.open(Settings(home=Path(home), database_url=url, secret_key="x"))
    return refresh(store, full).name


def test_questions_go_on_while_the_index_is_switched(city: Store) -> None:
    def ask(store: Store) -> set[int]:
        return {match(found, EVER, _ground(found)).total for found in (store.snapshot() for _ in range(60))}

    allowed = {match(refresh(city), EVER, _ground(city.snapshot())).total}
    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask, Store(city.engine, city.home)) for _ in range(3)]
        for number in range(2, 7):
            add(city, number, [row(300 + number)])
            found = refresh(Store(city.engine, city.home))
            allowed.add(match(found, EVER, _ground(found)).total)
        assert set().union(*(one.result() for one in asking)) <= allowed


def _ground(found: Snapshot) -> Ground:
    return ground(found)


def test_the_name_is_the_same_for_the_same_content_and_no_other(city: Store) -> None:
    first = refresh(city)
    assert refresh(city, full=True).name == first.name
    with city.engine.begin() as connection:
        connection.execute(update(incidents).where(incidents.c.id == 1).values(item="tools"))
    assert refresh(city, full=True).name != first.name


def test_every_precinct_of_the_record_can_be_asked_for(city: Store) -> None:
    found = refresh(city)
    frame = plain(made(300), grid=found.grid)
    for code in PRECINCTS:
        asked = Filter(EVER.window, precincts=frozenset({code}))
        assert match(found, asked, ground(found)).total == matching(frame, asked, ground(found)).sum()
