"""Writing snapshots: from the record, or from the snapshot before it and what was imported since.

A snapshot is written beside the others and put in place by one rename of the file `current`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.grid import Grid
from data_access.index import record
from data_access.index.columns import EPOCH, PAIRS, Columns, Vocabulary, encode
from data_access.index.snapshot import COLUMNS, HOURS, LAYOUT, WHENS, Array, Snapshot, checksum, name_of
from domain.filter import ORIGINS
from domain.taxonomy import taxonomy

Progress = Callable[[int, int], None]
NOWHERE = (-70.9, -33.7, -70.4, -33.3)  # the map of a portal that holds no points yet
COMPLETE_SHARE = 0.2  # of a usual day's count: what the last days need to be taken as whole
KEPT = 2  # snapshots left on disk: the current one, and the one that a process may be about to open
STRAYING = 0.01  # of new points may lie off the old map before it is drawn anew
BUILDING = "building-"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One builder at a time, in all processes."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(
    connection: Connection, folder: Path, old: Snapshot | None = None, progress: Progress | None = None
) -> Snapshot:
    """Write the snapshot of the record as it is, put it in place and return it.

    `old` is what may be built upon; without it every row is read again.
    """
    shown, zones, synthetic = record.live_batches(connection)
    facts = {"batches": shown, "synthetic": synthetic, "loaded_at": record.newest_import(connection, shown)}
    added = None if old is None else _added(old, shown)
    if old is not None and added == []:
        return old
    if old is not None and added is not None:
        words = _vocabulary(old)
        columns, strayed = _read(connection, zones, old.grid, words, added, progress)
        if strayed <= STRAYING * len(columns.id):
            kept = _unsorted(old).only(~np.isin(old.column("id"), columns.id))
            return write(folder, Columns.joined([kept, columns]), words, old.grid, facts)
    grid, words = Grid.around(*(record.territory(connection, list(zones)) or NOWHERE)), Vocabulary.empty()
    columns, _ = _read(connection, zones, grid, words, None, progress)
    return write(folder, columns, words, grid, facts)


def _read(
    connection: Connection,
    zones: dict[int, str],
    grid: Grid,
    words: Vocabulary,
    only: list[int] | None,
    progress: Progress | None,
) -> tuple[Columns, int]:
    """Rows of the record as columns, and how many of their points lie off the map."""
    parts, strayed = [_no_columns()], 0
    total, done = record.count(connection, list(zones)), 0
    for table in record.rows(connection, list(zones), only):
        part = encode(table, zones, grid, words)
        located = table.num_rows - int(np.count_nonzero(part.cell >= grid.cells))
        strayed += pc.sum(pc.equal(table["location"], "point")).as_py() - located
        parts.append(part)
        done += table.num_rows
        if progress:
            progress(done, total)
    return Columns.joined(parts), strayed


def _added(old: Snapshot, shown: list[int]) -> list[int] | None:
    """The batches that are new since a snapshot, or None where it cannot be built upon."""
    held = set(old.manifest["facts"]["batches"])
    if not old.rows or old.manifest["taxonomy"] != taxonomy().version or not held <= set(shown):
        return None
    return [number for number in shown if number not in held]


def _vocabulary(old: Snapshot) -> Vocabulary:
    pairs = {pair: number for number, pair in enumerate(old.pairs)}
    items = {code: number for number, code in enumerate(old.items)}
    return Vocabulary(pairs, items, {code: number for number, code in enumerate(old.precincts)})


def _unsorted(old: Snapshot) -> Columns:
    """A snapshot's rows with their pair and day written out again."""
    off = old.off.astype(np.int64)
    lengths = off[:, 1:] - off[:, :-1]
    pairs, days = lengths.shape
    pair = np.repeat(np.arange(pairs, dtype=PAIRS), lengths.sum(axis=1))
    start = (old.first - EPOCH).days
    day = np.repeat(np.tile(np.arange(start, start + days, dtype=np.int32), pairs), lengths.ravel())
    rest = {name: np.asarray(old.column(name)) for name in COLUMNS if name != "off"}
    return Columns(pair=pair, day=day, **rest)


def _no_columns() -> Columns:
    kinds = {"pair": PAIRS, "day": "int32", **COLUMNS}
    return Columns(**{name: np.empty(0, kinds[name]) for name in Columns.__dataclass_fields__})


def write(folder: Path, columns: Columns, words: Vocabulary, grid: Grid, facts: dict[str, Any]) -> Snapshot:
    """Put rows in order, write them as a snapshot and make it the current one."""
    days = columns.day
    first = int(days.min()) if len(days) else (date.today() - EPOCH).days
    span = int(days.max()) - first + 1 if len(days) else 1
    pairs, ranks = _ranked(words.pairs, columns.pair)
    items, item_ranks = _ranked(words.items, columns.item)
    precincts, precinct_ranks = _ranked(words.precincts, columns.precinct, always=("",))
    place = ranks[columns.pair] * span + (days - first)
    counts = np.bincount(place, minlength=len(pairs) * span).reshape(len(pairs), span)
    order = _order(place, columns.id)
    del place
    arrays: dict[str, Array] = {name: getattr(columns, name)[order] for name in COLUMNS if name != "off"}
    arrays["item"] = item_ranks.astype(COLUMNS["item"])[arrays["item"]]
    arrays["precinct"] = precinct_ranks.astype(COLUMNS["precinct"])[arrays["precinct"]]
    arrays["off"] = _offsets(counts)
    start = EPOCH + timedelta(days=first)
    manifest = {
        "layout": LAYOUT,
        "rows": len(days),
        "taxonomy": taxonomy().version,
        "first": start.isoformat(),
        "complete_to": (start + timedelta(days=complete(counts.sum(axis=0)))).isoformat(),
        "grid": asdict(grid),
        "pairs": [list(pair) for pair in pairs],
        "items": items,
        "precincts": precincts,
        "origins": [code for number, code in enumerate(ORIGINS) if (columns.origin == number).any()],
        "has_hours": bool(((columns.when % HOURS != HOURS - 1) & (columns.when != WHENS - 1)).any()),
        "facts": facts,
    }
    return _put_in_place(folder, manifest, arrays)


def _ranked(
    numbers: Mapping[Any, int], column: Array, always: Sequence[Any] = ()
) -> tuple[list[Any], NDArray[np.int64]]:
    """The codes that rows hold, in their order, and the rank of each number there.

    Codes are numbered as they come while rows are read; ranks make one content one snapshot, whatever the way to it.
    """
    used = np.bincount(column, minlength=len(numbers))
    ordered = sorted(code for code, number in numbers.items() if used[number] or code in always)
    ranks = np.zeros(max(1, len(numbers)), dtype=np.int64)
    for rank, code in enumerate(ordered):
        ranks[numbers[code]] = rank
    return ordered, ranks


def _order(place: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of rows by pair and day, and by id inside a day."""
    order = np.argsort(place, kind="stable")
    tied = place[order[1:]] == place[order[:-1]]
    if (tied & (ids[order[1:]] < ids[order[:-1]])).any():  # rarely: after a correction
        return np.lexsort((ids, place))
    return order


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Where each day of each pair starts, with one column more for the end of the last."""
    ends = np.cumsum(counts).reshape(counts.shape)
    off = np.zeros((len(counts), counts.shape[1] + 1), dtype=np.uint32)
    off[:, 1:] = ends
    off[1:, 0] = ends[:-1, -1]
    return off


def complete(daily: NDArray[np.int64]) -> int:
    """The last day that is whole: a feed often ends with days that have only begun to arrive."""
    busy = daily[daily > 0]
    if not len(busy):
        return len(daily) - 1
    return int(np.flatnonzero(daily >= COMPLETE_SHARE * np.median(busy))[-1])


def _put_in_place(folder: Path, manifest: dict[str, Any], arrays: dict[str, Array]) -> Snapshot:
    fresh = Path(mkdtemp(prefix=BUILDING, dir=folder))
    for column, array in arrays.items():
        np.save(fresh / f"{column}.npy", array)
    manifest["checksums"] = {column: checksum(fresh / f"{column}.npy") for column in arrays}
    text = json.dumps(manifest, sort_keys=True).encode()
    (fresh / "manifest.json").write_bytes(text)
    name = name_of(text)
    if (folder / name).exists():  # perhaps damaged, and the reason for building again
        os.rename(folder / name, mkdtemp(prefix=BUILDING, dir=folder))
    os.rename(fresh, folder / name)
    pointer = folder / "current.new"
    pointer.write_text(name)
    os.replace(pointer, folder / "current")
    _sweep(folder, name)
    return Snapshot.open(folder / name, check=False)


def _sweep(folder: Path, current: str) -> None:
    """Remove old snapshots and what a crashed builder left; mapped files stay readable until closed."""
    made = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime)
    left = [path for path in made if path.name.startswith(BUILDING)]
    snapshots = [path for path in made if path not in left and path.name != current]
    for path in [*left, *snapshots[KEPT - 1 :]]:
        shutil.rmtree(path, ignore_errors=True)
