"""Populations, goals and survey estimates: what each row of such a table states."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from analytics.survey import wilson
from data_access.tables.cells import NONE, Cells, Floats, Mask, Objects
from data_access.tables.facts import Facts
from data_access.tables.places import Places
from domain.adoption import Rounding

MOST = 2_000_000_000
LAST_YEAR = 2150  # projections look ahead
LEVEL = 0.95


def populations(cells: Cells, places: Places, source: str) -> Facts:
    """How many people live in each area. Without a precinct: in the whole territory."""
    areas = places.areas(cells, needed=False)
    cells.needed("people")
    people, years = cells.counts("people", MOST, least=1), cells.years("year", LAST_YEAR)
    sources = cells.text("source", 200, source)
    cells.twice(areas, years, sources)
    rows = {"area_id": areas, "people": people, "year": years, "source": sources}
    facts = pd.DataFrame({**rows, "row": np.arange(cells.rows)})
    shown = {"precinct": places.named(areas), "people": people, "year": years, "source": sources}
    return Facts(facts, ("area_id", "year", "source"), ("people",), shown)


def goals(cells: Cells, places: Places, source: str) -> Facts:
    """Shares to be reached. Without a precinct: for every one that has no goal of its own."""
    areas = places.areas(cells, needed=False)
    cells.needed("measure", "share")
    measures, roundings = cells.codes("measure"), cells.codes("rounding", Rounding.CEILING)
    shares, baselines = _written(cells.shares("share")), _written(cells.shares("baseline"))
    starts, due = cells.days("starts", end=False), cells.days("due")
    cells.tell((starts >= 0) & (due >= 0) & (due < starts), "due_before_start", cells.cell("due"))
    cells.twice(measures, areas)
    rows = {
        "measure": measures,
        "area_id": areas,
        "share": shares,
        "baseline": baselines,
        "rounding": roundings,
        "starts": starts,
        "due": due,
        "population_source": cells.text("population_source", 200),
        "source": cells.text("source", 200, source),
    }
    shown = {"measure": measures, "precinct": places.named(areas), "share": shares, "rounding": roundings, "due": due}
    facts = pd.DataFrame({**rows, "row": np.arange(cells.rows)})
    return Facts(facts, ("measure", "area_id"), tuple(rows)[2:], shown)


def _written(shares: Objects) -> Objects:
    """Decimals as they are kept, exact: "0.1"."""
    return np.array(["" if share is None else f"{share:f}" for share in shares], dtype=object)


# --- surveys ---------------------------------------------------------------------------------------------------


def survey(cells: Cells, places: Places, today: date) -> Facts:
    """Shares that a survey estimates, with an interval or with the counts that give one."""
    areas = places.areas(cells, needed=False)
    cells.needed("survey", "year", "topic", "item", "unit", "design")
    estimated = _counted(cells) if cells.has("yes") and cells.has("asked") else _stated(cells)
    rows = {
        "survey": cells.text("survey", 120),
        "year": cells.years("year", today.year),
        "topic": cells.codes("topic"),
        "item": cells.text("item", 60),
        "area_id": areas,
        "place": cells.text("place", 120) if cells.has("place") else places.named(areas),
        "unit": cells.codes("unit"),
        **estimated,
        "design": cells.codes("design"),
    }
    key = tuple(rows)[:7]
    cells.twice(*(rows[name] for name in key))
    shown = {name: rows[name] for name in ("survey", "year", "topic", "item", "share", "low", "high", "answers")}
    facts = pd.DataFrame({**rows, "row": np.arange(cells.rows)})
    return Facts(facts, key, tuple(rows)[7:], {**shown, "precinct": places.named(areas)})


def _stated(cells: Cells) -> dict[str, Floats]:
    """Share and interval as the table gives them. An empty share says that it could not be estimated."""
    if not cells.has("share"):
        cells.tell_whole("share_missing")
    share, low, high = (_numbers(cells.shares(name)) for name in ("share", "low", "high"))
    cells.tell((low < 0) != (high < 0), "interval_half", cells.cell("low"))
    whole = (share >= 0) & (low >= 0) & (high >= 0)
    cells.tell(whole & ((low > share) | (share > high)), "interval_outside", cells.cell("share"))
    cells.tell((share < 0) & ((low >= 0) | (high >= 0)) & ~cells.bad, "interval_alone", cells.cell("low"))
    level = _numbers(cells.shares("level"))
    return {
        "share": share,
        "low": low,
        "high": high,
        "level": np.where(level < 0, LEVEL, level),
        "answers": cells.counts("answers", MOST),
    }


def _counted(cells: Cells) -> dict[str, Floats]:
    """Share and its 95 % interval from how many said yes of how many who were asked."""
    cells.needed("yes", "asked")
    yes, asked = cells.counts("yes", MOST), cells.counts("asked", MOST)
    cells.tell(yes > asked, "yes_over_asked", cells.cell("yes"))
    fit: Mask = (yes >= 0) & (asked > 0) & (yes <= asked)
    found = np.full((cells.rows, 3), float(NONE))
    for row in np.flatnonzero(fit).tolist():
        part, whole = int(yes[row]), int(asked[row])
        found[row] = part / whole, *wilson(part, whole, LEVEL)
    share, low, high = found.T
    return {"share": share, "low": low, "high": high, "level": np.full(cells.rows, LEVEL), "answers": asked}


def _numbers(shares: Objects) -> Floats:
    return np.array([float(NONE) if share is None else float(Decimal(share)) for share in shares], np.float64)
