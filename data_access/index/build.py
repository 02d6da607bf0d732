"""Writing snapshots: from the record, or from the snapshot before it and what was imported since.

A snapshot is written beside the others and put in place by one rename of the file `current`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.grid import Grid
from data_access.index import record
from data_access.index.columns import EPOCH, Columns, Vocabulary, encode
from data_access.index.snapshot import COLUMNS, HOURS, LAYOUT, WHENS, Array, Snapshot, checksum
from domain.filter import ORIGINS
from domain.taxonomy import taxonomy

Progress = Callable[[int, int], None]
NOWHERE = (-70.9, -33.7, -70.4, -33.3)  # the map of a portal that holds no points yet
COMPLETE_SHARE = 0.2  # of a usual day's count: what the last days need to be taken as whole
KEPT = 2  # snapshots left on disk: the current one, and the one that pages still open may ask for


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
    added = _added(old, shown, synthetic) if old is not None else None
    if added == [] and old is not None:
        return old
    if added is not None and old is not None:
        grid, words = old.grid, _vocabulary(old)
    else:
        grid = Grid.around(*(record.territory(connection, list(zones)) or NOWHERE))
        words, added = Vocabulary.empty(), None
    parts = []
    total, done = record.count(connection, list(zones)), 0
    for frame in record.rows(connection, list(zones), added):
        parts.append(encode(frame, zones, grid, words))
        done += len(frame)
        if progress:
            progress(done, total)
    columns = Columns.joined(parts) if parts else _no_columns()
    if old is not None and added is not None:
        if _strays(columns, grid):
            return build(connection, folder, None, progress)
        columns = Columns.joined([_unsorted(old).only(~np.isin(old.column("id"), columns.id)), columns])
    facts = {"batches": shown, "synthetic": synthetic, "loaded_at": record.newest_import(connection, shown)}
    return write(folder, columns, words, grid, facts)


def _added(old: Snapshot, shown: list[int], synthetic: bool) -> list[int] | None:
    """The batches that are new since a snapshot, or None where it cannot be built upon."""
    facts = old.manifest["facts"]
    same = facts["synthetic"] == synthetic and old.manifest["taxonomy"] == taxonomy().version
    if not same or not old.rows or not set(facts["batches"]) <= set(shown):
        return None
    return [number for number in shown if number not in facts["batches"]]


def _strays(columns: Columns, grid: Grid) -> bool:
    """Whether new points lie off the old map, so that it must be drawn anew."""
    return bool(len(columns.id)) and float(np.mean(columns.cell == grid.cells + 2)) > 0.01


def _vocabulary(old: Snapshot) -> Vocabulary:
    pairs = {pair: number for number, pair in enumerate(old.pairs)}
    items = {code: number for number, code in enumerate(old.items)}
    return Vocabulary(pairs, items, {code: number for number, code in enumerate(old.precincts)})


def _unsorted(old: Snapshot) -> Columns:
    """A snapshot's rows with their pair and day written out again."""
    off = old.off.astype(np.int64)
    lengths = off[:, 1:] - off[:, :-1]
    pairs, days = lengths.shape
    pair = np.repeat(np.arange(pairs, dtype=np.uint16), lengths.sum(axis=1))
    start = (old.first - EPOCH).days
    day = np.repeat(np.tile(np.arange(start, start + days, dtype=np.int32), pairs), lengths.ravel())
    rest = {name: np.asarray(old.column(name)) for name in COLUMNS if name != "off"}
    return Columns(pair=pair, day=day, **rest)


def _no_columns() -> Columns:
    kinds = {"pair": "uint16", "day": "int32", **COLUMNS}
    return Columns(**{name: np.empty(0, kinds[name]) for name in Columns.__dataclass_fields__})


def write(folder: Path, columns: Columns, words: Vocabulary, grid: Grid, facts: dict[str, Any]) -> Snapshot:
    """Put rows in order, write them as a snapshot and make it the current one."""
    days = columns.day
    first = int(days.min()) if len(days) else (date.today() - EPOCH).days
    span = int(days.max()) - first + 1 if len(days) else 1
    ranks, ordered_pairs = _ranks(words.pairs)
    place = ranks[columns.pair].astype(np.int64) * span + (days - first)
    order = np.argsort(place, kind="stable")
    counts = np.bincount(place, minlength=len(ordered_pairs) * span).reshape(len(ordered_pairs), span)
    arrays: dict[str, Array] = {name: getattr(columns, name)[order] for name in COLUMNS if name != "off"}
    arrays["off"] = _offsets(counts)
    start = EPOCH + timedelta(days=first)
    manifest = {
        "layout": LAYOUT,
        "rows": len(days),
        "taxonomy": taxonomy().version,
        "first": start.isoformat(),
        "complete_to": (start + timedelta(days=_complete(counts.sum(axis=0)))).isoformat(),
        "grid": asdict(grid),
        "pairs": [list(pair) for pair in ordered_pairs],
        "items": list(words.items),
        "precincts": list(words.precincts),
        "origins": [code for number, code in enumerate(ORIGINS) if (columns.origin == number).any()],
        "has_hours": bool(((columns.when % HOURS != HOURS - 1) & (columns.when != WHENS - 1)).any()),
        "facts": facts,
        "checksums": {name: checksum(array) for name, array in arrays.items()},
    }
    return _put_in_place(folder, manifest, arrays)


def _ranks(pairs: dict[tuple[str, str], int]) -> tuple[NDArray[np.int64], list[tuple[str, str]]]:
    """The rank of each pair's number when pairs are in the order of their codes, and that order."""
    ordered = sorted(pairs)
    ranks = np.zeros(max(1, len(pairs)), dtype=np.int64)
    for rank, pair in enumerate(ordered):
        ranks[pairs[pair]] = rank
    return ranks, ordered


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Where each day of each pair starts, with one column more for the end of the last."""
    flat = np.concatenate([[0], np.cumsum(counts.ravel())])
    pairs, span = counts.shape
    index = np.arange(pairs)[:, None] * span + np.arange(span + 1)[None, :]
    return np.asarray(flat[index], dtype=np.uint32)


def _complete(daily: NDArray[np.int64]) -> int:
    """The last day that is whole: a feed often ends with days that have only begun to arrive."""
    busy = daily[daily > 0]
    if not len(busy):
        return len(daily) - 1
    return int(np.flatnonzero(daily >= COMPLETE_SHARE * np.median(busy))[-1])


def _put_in_place(folder: Path, manifest: dict[str, Any], arrays: dict[str, Array]) -> Snapshot:
    text = json.dumps(manifest, sort_keys=True)
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / name).exists():
        fresh = Path(mkdtemp(prefix="building-", dir=folder))
        for column, array in arrays.items():
            np.save(fresh / f"{column}.npy", array)
        (fresh / "manifest.json").write_text(text, encoding="utf-8")
        os.rename(fresh, folder / name)
    pointer = folder / "current.new"
    pointer.write_text(name)
    os.replace(pointer, folder / "current")
    _sweep(folder, name)
    return Snapshot.open(folder / name, check=False)


def _sweep(folder: Path, current: str) -> None:
    """Remove old snapshots and what a crashed builder left; mapped files stay readable until closed."""
    made = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime)
    snapshots = [path for path in made if path.name != current and not path.name.startswith("building-")]
    for path in [*snapshots[KEPT - 1 :], *(path for path in made if path.name.startswith("building-"))]:
        shutil.rmtree(path, ignore_errors=True)
