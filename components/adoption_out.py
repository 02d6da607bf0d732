"""Adoption as a table and as JSON: the rows, the totals, who said what of the populations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from components.tables_out import Cell
from domain.adoption import Adoption, Outlook, Population, Standing, Total
from locales import Words

COLUMNS = (
    *("part", "precinct", "name", "registered", "observed", "launched", "population", "population_year"),
    *("population_source", "goal_percent", "rounding", "due", "target", "missing", "compliance_percent", "reports"),
    *("reports_per_1000_registered", "rank", "pace_per_month", "pace_low", "pace_high", "pace_needed", "arrival"),
    *("arrival_day", "arrival_earliest", "arrival_latest"),
)
Line = tuple[Cell, ...]


def lines(found: Adoption, words: Words) -> Iterator[Line]:
    """The table's rows under `COLUMNS`: what must be known of it, precincts, totals, every statement of population."""
    yield from (_line({"part": "about", "name": note}) for note in notes(found, words))
    for row in twin(found, words)["rows"]:
        yield _line({"part": "precinct", **row, **row.get("outlook", {})})
    yield _line({"part": "total", **twin_total(found.total)})
    for stated in found.populations:
        yield _line({"part": "population", "name": found.names.get(stated.precinct, ""), **_population(stated)})


def _line(values: dict[str, Any]) -> Line:
    return tuple(values.get(column) for column in COLUMNS)


def notes(found: Adoption, words: Words) -> list[str]:
    """What must be known wherever the figures go."""
    told = [words.text("adoption_out.day", day=words.day(found.day)), words.text("adoption_out.people")]
    told.append(words.text("adoption_out.totals"))
    return [*([words.text("adoption_out.synthetic")] if found.synthetic else []), *told]


def twin(found: Adoption, words: Words) -> dict[str, Any]:
    """The page's figures as JSON. Shares are rounded as on the page; what is missing is null."""
    return {
        "day": found.day.isoformat(),
        "history": [found.first.isoformat(), found.last.isoformat()],
        "synthetic": found.synthetic,
        "notes": notes(found, words),
        "rows": [_row(row, found) for row in found.rows],
        "total": twin_total(found.total),
        "populations": [_population(stated) for stated in found.populations],
    }


def _row(row: Standing, found: Adoption) -> dict[str, Any]:
    told = {
        "precinct": row.precinct,
        "name": found.names.get(row.precinct, row.precinct),
        "registered": row.registered,
        "observed": _day(row.observed),
        "launched": _day(row.launched),
        "population": row.population and row.population.people,
        "population_year": row.population and row.population.year,
        "population_source": row.population and row.population.source,
        "goal_percent": row.goal and float(row.goal.share * 100),
        "rounding": row.goal and row.goal.rounding.value,
        "due": _day(row.goal.due if row.goal else None),
        "target": row.target,
        "missing": row.missing,
        "compliance_percent": _rounded(row.compliance, 100),
        "reports": row.reports,
        "reports_per_1000_registered": _rounded(row.depth, 1000),
        "rank": row.rank,
    }
    outlook = found.outlooks.get(row.precinct)
    return told if outlook is None else told | {"outlook": _outlook(outlook)}


def _outlook(outlook: Outlook) -> dict[str, Any]:
    pace, arrival = outlook.pace, outlook.arrival
    return {
        "pace_per_month": pace and round(pace.monthly, 1),
        "pace_low": pace and round(pace.low, 1),
        "pace_high": pace and round(pace.high, 1),
        "pace_needed": None if outlook.needed is None else round(outlook.needed, 1),
        "slowing": pace and pace.slowing,
        "arrival": arrival.coming.value,
        "arrival_day": _day(arrival.day),
        "arrival_earliest": _day(arrival.earliest),
        "arrival_latest": _day(arrival.latest),
    }


def twin_total(total: Total) -> dict[str, Any]:
    return {
        "precincts": total.precincts,
        "without_data": list(total.without_data),
        "registered": total.registered,
        "population": total.population,
        "target": total.target,
        "missing": total.missing,
        "compliance_percent": _rounded(total.compliance, 100),
        "reports": total.reports,
        "reports_per_1000_registered": _rounded(total.depth, 1000),
    }


def _population(stated: Population) -> dict[str, Any]:
    return {
        "precinct": stated.precinct,
        "population": stated.people,
        "population_year": stated.year,
        "population_source": stated.source,
    }


def _rounded(share: float | None, times: int) -> float | None:
    return None if share is None else round(share * times, 1)


def _day(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
