"""Registrations: counts by area and day, and what may be wrong in a series of them.

A series is judged as it would be with what the record already holds, so that a correction of an earlier day that
would make a later one impossible is told too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from data_access.importing.understanding.dates import EPOCH
from data_access.tables.cells import NONE, Cells, Details, Ints, iso, number_of
from data_access.tables.facts import Facts
from data_access.tables.places import Places
from domain.tables import Counting

MOST = 10**12
MEASURES = ("addresses", "reports")
KEY, VALUES = ("area_id", "measure", "day"), ("counting", "count")
MONTHS_TOLD = 6


def registrations(cells: Cells, places: Places, counting: Counting, today: date) -> Facts:
    """The facts of a table of registrations. An empty count says that it is known to be missing."""
    areas = places.areas(cells, needed=True)
    cells.needed("date")
    days = cells.days("date")
    future = days > number_of(today)
    cells.tell(future, "future", cells.cell("date"))
    days = np.where(future, NONE, days)
    cells.twice(areas, days)
    counts = {"addresses": cells.counts("registered", MOST)}
    if cells.has("reports"):
        counts["reports"] = cells.counts("reports", MOST)
    whole = {"area_id": areas, "day": days, "row": np.arange(cells.rows)}
    parts = [pd.DataFrame({**whole, "measure": name, "count": counts[name]}) for name in counts]
    if "reports" in counts:  # an empty cell beside a count says nothing, it is no gap
        parts[1] = parts[1][parts[1]["count"] != NONE]
    facts = pd.concat(parts, ignore_index=True).assign(counting=str(counting))
    shown = {"precinct": places.named(areas), "date": days, "registered": counts["addresses"]}
    return Facts(facts, KEY, VALUES, shown | {name: counts[name] for name in counts if name == "reports"})


def judge(cells: Cells, facts: Facts, record: pd.DataFrame) -> None:
    """Tell the counts that fall and the months that are missing, in the file and the record together."""
    placed = facts.frame[(facts.frame["area_id"] >= 0) & (facts.frame["day"] >= 0)]
    good = placed[~cells.bad[placed["row"].to_numpy()]]
    _gaps(cells, placed, record)
    whole = pd.concat([record.assign(row=NONE), good], ignore_index=True)
    whole = whole.drop_duplicates(list(KEY), keep="last")
    _falls(cells, whole[whole["count"] != NONE].sort_values(list(KEY), kind="stable"))


# --- falling counts --------------------------------------------------------------------------------------------


def _falls(cells: Cells, series: pd.DataFrame) -> None:
    """Where a count of all is less than the one before it, with the increments told since."""
    if series.empty:
        return
    area, day, count, row = (series[name].to_numpy(np.int64) for name in ("area_id", "day", "count", "row"))
    measure = pd.factorize(series["measure"])[0]
    at = np.arange(len(series))
    opens = np.r_[True, (area[1:] != area[:-1]) | (measure[1:] != measure[:-1])]
    all_until = (series["counting"] == Counting.CUMULATIVE).to_numpy()
    begins = np.maximum.accumulate(np.where(opens | all_until, at, 0))
    sums = np.cumsum(count)
    level = sums - sums[begins] + count[begins]
    before = np.r_[0, level[:-1]]
    falls = ~opens & all_until & (count < before)
    cells.tell(*_told(row, falls & (row >= 0), "falling", _fall(series, before)))
    # The row that falls is the record's: the last row of the file before it is what would make it fall.
    mine = np.maximum.accumulate(np.where(row >= 0, at, NONE))
    blamed = falls & (row < 0) & (np.r_[NONE, mine[:-1]] >= np.r_[0, begins[:-1]])
    later = np.flatnonzero(blamed)
    cause = mine[later - 1]
    told = {int(row[c]): (int(day[at_]), int(count[at_])) for c, at_ in zip(cause, later, strict=True)}
    cells.tell(
        np.array(sorted(told), np.int64),
        "falling_later",
        lambda r: {"day": iso(told[r][0]), "count": told[r][1]},
    )


def _told(row: Ints, which: np.ndarray, reason: str, details: Details) -> tuple[Ints, str, Details]:
    """What `Cells.tell` takes, from positions in the series."""
    found = np.flatnonzero(which)
    where = dict(zip(row[found].tolist(), found.tolist(), strict=True))
    return row[found], reason, lambda r: details(where[r])


def _fall(series: pd.DataFrame, before: Ints) -> Details:
    count, day = series["count"].to_numpy(), series["day"].to_numpy()
    return lambda at: {"count": int(count[at]), "before": int(before[at]), "day": iso(day[at - 1])}


# --- missing months --------------------------------------------------------------------------------------------


def _gaps(cells: Cells, facts: pd.DataFrame, record: pd.DataFrame) -> None:
    """Whole months without any row between two rows of an area, of which at least one is in the file."""
    columns = ["area_id", "day", "row"]
    rows = pd.concat([record.assign(row=NONE)[columns], facts[columns]], ignore_index=True)
    rows = rows.sort_values(["area_id", "day", "row"], kind="stable").drop_duplicates(["area_id", "day"], keep="last")
    area, day, row = (rows[name].to_numpy(np.int64) for name in columns)
    month = (
        (EPOCH.year * 12 + day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)) if len(day) else day
    )
    found = np.flatnonzero((area[1:] == area[:-1]) & (np.diff(month) > 1) & ((row[1:] >= 0) | (row[:-1] >= 0)))
    told = {int(row[at + 1] if row[at + 1] >= 0 else row[at]): at for at in found.tolist()}

    def details(r: int) -> dict[str, object]:
        at = told[r]
        missing = _months(range(int(month[at]) + 1, int(month[at + 1])))
        return {"before": iso(day[at]), "after": iso(day[at + 1]), "months": missing}

    cells.tell(np.array(sorted(told), np.int64), "months_missing", details)


def _months(months: Sequence[int]) -> str:
    """Months, counted since the year 0, as people write them."""
    said = [f"{month // 12}-{month % 12 + 1:02}" for month in months]
    if len(said) <= MONTHS_TOLD:
        return ", ".join(said)
    return ", ".join([*said[: MONTHS_TOLD - 1], "…", said[-1]])
