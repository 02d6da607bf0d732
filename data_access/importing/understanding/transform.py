"""Rows as a source writes them into incidents as the record keeps them."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.importing.chunk import Chunk
from data_access.importing.understanding.columns import Columns
from data_access.importing.understanding.coordinates import LOCATIONS, Located, doubt, locate, number
from data_access.importing.understanding.dates import DAY, PRECISIONS
from data_access.importing.understanding.labels import KINDS, UNREAD
from data_access.importing.understanding.persons import persons
from data_access.importing.understanding.profile import Profile, Shape, column_key
from data_access.importing.understanding.texts import Texts, digest, mixed, plain
from data_access.importing.understanding.times import Times, read_times
from domain.taxonomy import taxonomy

LABEL_LENGTH, PLACE_LENGTH, AREA_LENGTH, ID_LENGTH = 200, 200, 120, 80
TOLD = 80  # characters of a cell that a reject repeats
FAR = 1e9  # no coordinate of any system lies beyond
CRUMB = 1e6  # coordinates are the same when they agree to a millionth of their unit
_FORMULA = re.compile(r"=|[+\-@][A-Za-z]+[(|!]")

Mask = npt.NDArray[np.bool_]
Reject = tuple[int, str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Clean:
    """What one chunk became. Every position of the chunk is in `rows`, in `rejects` or in `skipped`, and in one only.

    `rows` has the columns identity (uint64), external_id, occurred_from, occurred_to, precision, reported_at, type,
    vehicle, item, weapon, label, lon, lat, location, place, precinct, origin, sensitive and position. `identity` comes
    from the source's id (then `external_id` is not NA) or else from the content: rows with equal content have equal
    identities, and whether they are repeats or like events is for the loader to settle by counting them.
    """

    rows: pd.DataFrame
    rejects: list[Reject]
    labels: Counter[tuple[str, str, str | None]]  # kind, the source's words, the code that a rule gave
    dropped: list[str]  # columns about persons
    located: Counter[str]
    raw_kept: list[str]  # columns that a reject may keep: those that the profile reads
    skipped: list[int]  # banners, totals, footnotes and empty lines
    cases: int  # what the rows stand for where the source counts in a column; else their number


def transform(profile: Profile, chunk: Chunk, now: int | None = None, damaged: bool = False) -> Clean:
    """Incidents from raw rows; raises Invalid where the file as a whole is the wrong one.

    `now`, in seconds since 1970, is when the file is read: what lies more than a day after it cannot have happened.
    `damaged` rows, which their reader refuses, may have cells in the wrong columns: they say nothing about the file.
    """
    dropped = persons(chunk.frame.columns, profile.keep)
    frame = chunk.frame.drop(columns=dropped)
    shape = profile.shape(list(frame.columns))
    columns = Columns(shape, frame)
    withheld = _withheld(columns, shape)
    times = read_times(columns, profile.zone, withheld)
    located = locate(columns["lon"], columns["lat"], shape.system, withheld)
    if not damaged:
        doubt(located, shape.system, f"{columns.told('lon')}, {columns.told('lat')}")
    skipped = columns.no_records(~times.present)
    rejects = _rejects(columns, times, located, skipped, int(time.time()) if now is None else now)
    accepted = ~skipped
    accepted[[position for position, _, _ in rejects]] = False
    return Clean(
        rows=_rows(columns, times, located, withheld)[accepted].reset_index(drop=True),
        rejects=rejects,
        labels=_labels(columns, accepted),
        dropped=dropped,
        located=Counter(np.asarray(LOCATIONS)[located.location[accepted]].tolist()),
        raw_kept=[column for column in frame.columns if column_key(column) in shape.reads],
        skipped=np.flatnonzero(skipped).tolist(),
        cases=_cases(columns, accepted),
    )


def _withheld(columns: Columns, shape: Shape) -> Mask:
    if shape.withheld is None:
        return np.zeros(len(columns.frame), bool)
    mark = plain(shape.withheld.value)
    return columns.column(shape.withheld.column).each(lambda text: plain(text) == mark, False, np.bool_)


# --- rejecting -------------------------------------------------------------------------------------------------


def _rejects(columns: Columns, times: Times, located: Located, skipped: Mask, now: int) -> list[Reject]:
    """Rows that cannot be incidents, each with its first reason, by position."""
    found: dict[int, Reject] = {}

    def refuse(rows: Mask, reason: str, name: str) -> None:
        for row in map(int, np.flatnonzero(rows & ~skipped)):
            told: dict[str, object] = {"column": columns.told(name), "value": columns[name].at(row)[:TOLD]}
            found.setdefault(row, (row, reason, told))

    for name in columns.shape.columns:
        refuse(columns[name].each(lambda text: bool(_FORMULA.match(text)), False, np.bool_), "formula", name)
    refuse(~columns["type"].present, "type_missing", "type")
    refuse(~times.present, "date_missing", times.field)
    refuse(~times.ok, "date_impossible", times.field)
    refuse(times.occurred > now + DAY, "date_future", times.field)
    refuse(times.has_end & (times.ended > now + DAY), "date_future", "end")
    refuse(times.has_end & (times.ended < times.occurred), "date_reversed", "end")
    refuse(located.unreadable & np.isnan(located.x), "coordinates_unreadable", "lon")
    refuse(located.unreadable, "coordinates_unreadable", "lat")
    return [found[row] for row in sorted(found)]


# --- keeping ---------------------------------------------------------------------------------------------------


def _rows(columns: Columns, times: Times, located: Located, withheld: Mask) -> pd.DataFrame:
    codes = {kind: _codes(columns, kind) for kind in KINDS}
    sensitive = taxonomy().sensitive
    return pd.DataFrame(
        {
            "identity": _identity(columns, times, located),
            "external_id": _text(columns["id"], ID_LENGTH),
            "occurred_from": times.occurred,
            "occurred_to": pd.arrays.IntegerArray(times.ended, ~times.has_end),
            "precision": np.asarray(PRECISIONS, object)[times.precision],
            "reported_at": pd.arrays.IntegerArray(times.reported, ~times.has_reported),
            **codes,
            "label": _text(columns["type"], LABEL_LENGTH),
            "lon": located.lon,
            "lat": located.lat,
            "location": np.asarray(LOCATIONS, object)[located.location],
            "place": _text(columns["place"].only(~withheld), PLACE_LENGTH),
            "precinct": _text(columns["precinct"], AREA_LENGTH),
            "origin": columns["origin"].each(_origin, "formal"),
            "sensitive": np.isin(codes["type"].astype(str), sorted(sensitive)),
            "position": np.arange(len(columns.frame)),
        }
    )


def _codes(columns: Columns, kind: str) -> npt.NDArray[np.object_]:
    return columns[kind].each(lambda label: columns.shape.reader.read(kind, label)[0], UNREAD[kind])


def _text(texts: Texts, length: int) -> npt.NDArray[np.object_]:
    return texts.each(lambda text: text[:length], None)


def _origin(text: str) -> str:
    return "informal" if plain(text).startswith("INFORMAL") else "formal"


def _identity(columns: Columns, times: Times, located: Located) -> npt.NDArray[np.uint64]:
    """The same for the same event, whatever the file: from its id, or from what it says apart from any rule of ours.

    Only columns of the profile count, and none about persons: those are gone by now.
    """
    ids = columns["id"]
    by_id = mixed([ids.each(lambda text: digest(f"id:{text}"), 0, np.uint64)])
    told = [columns[kind].digest() for kind in KINDS if kind == "type" or kind not in columns.shape.reader.derived]
    told += [columns[name].digest() for name in ("place", "precinct")]
    near = [np.clip(np.nan_to_num(axis), -FAR, FAR) for axis in (located.x, located.y)]
    points = [np.round(axis * CRUMB).astype(np.int64) for axis in near]
    content = mixed([*told, *(part.view(np.uint64) for part in (*times.stamps, *points))])
    return np.where(ids.present, by_id, content)


def _labels(columns: Columns, accepted: Mask) -> Counter[tuple[str, str, str | None]]:
    found: Counter[tuple[str, str, str | None]] = Counter()
    reader = columns.shape.reader
    for kind in KINDS:
        texts = columns[kind].only(accepted)
        counts = np.bincount(texts.codes[texts.present], minlength=len(texts.values))
        for label, rows in zip(texts.values, counts.tolist(), strict=True):
            code = reader.read(kind, label)[1]
            if rows and (code is not None or kind not in reader.derived):
                found[kind, label[:LABEL_LENGTH], code] += rows
    return found


def _cases(columns: Columns, accepted: Mask) -> int:
    if not columns.has("cases"):
        return int(accepted.sum())
    counted = columns["cases"].each(number, np.nan, np.float64)
    return int(np.nansum(np.where(accepted, np.nan_to_num(counted, nan=1), 0)))
