"""A month of adoption as it was closed: what is written down, how it is hashed, and how the record differs since.

What is written is plain data, so that anybody can hash it again: whole numbers, and decimals as text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from domain.adoption import Adoption, Arrival, Curve, Goal, Outlook, Pace, Population, Standing, Total
from domain.errors import Invalid

VERSION = 1
SHORT = 12  # characters of a hash that stand on paper
MONTHS = 12  # of new registrations
FIGURES = ("registered", "new", "reports", "population", "target")  # that a later correction may change

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Closed:
    """That a month is closed: when, by whom, under which hash."""

    month: str  # YYYY-MM
    synthetic: bool
    closed_at: int
    actor: str
    sha256: str

    @property
    def short(self) -> str:
        return self.sha256[:SHORT]


@dataclass(frozen=True, slots=True)
class Closing(Closed):
    """A closed month. `text` is what was hashed; `content` is the same read, without what its reader may not see."""

    text: str
    content: Content

    @property
    def intact(self) -> bool:
        """Whether the text still has its hash and says what the columns beside it say."""
        said = {"month": self.month, "synthetic": self.synthetic, "closed_at": self.closed_at, "closed_by": self.actor}
        try:
            told = json.loads(self.text)
            agrees = all(told[name] == value for name, value in said.items())
        except (ValueError, TypeError, KeyError):
            return False
        return agrees and digest(self.text) == self.sha256

    def clipped(self, sees: Mapping[str, bool]) -> Closing:
        """The same without the outlooks of the precincts whose details a reader may not see."""
        rows = [row if sees[row["precinct"]] else {**row, "outlook": None} for row in self.content["precincts"]]
        return replace(self, content={**self.content, "precincts": rows})


@dataclass(frozen=True, slots=True)
class Month:
    """A month that is over; not closed yet where `closing` is None."""

    month: str
    closing: Closed | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What the record says now of a closed figure. None: nothing."""

    precinct: str
    name: str
    figure: str  # one of FIGURES
    closed: int | None
    now: int | None

    @property
    def change(self) -> int | None:
        return None if self.closed is None or self.now is None else self.now - self.closed


def last_day(month: str) -> date:
    """The last day of a month written YYYY-MM. Raises Invalid for anything else.

    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    if not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", month, re.ASCII):
        raise Invalid("revisions.month", month=month[:20])
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def months(first: date, last: date) -> list[str]:
    """The months from the one of `first` to the last that is over by `last`, newest first."""
    found = []
    day = first
    while (end := last_day(f"{day:%Y-%m}")) <= last:
        found.append(f"{end:%Y-%m}")
        day = end + timedelta(days=1)
    return found[::-1]


def canonical(content: Content) -> str:
    """The one way of writing a content down: sorted keys, no spaces."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def content(adoption: Adoption, curves: Sequence[Curve], at: int, actor: str) -> Content:
    """What is said of the month that ends on the day of `adoption`; `at` is when it is closed, and `actor` by whom."""
    known = {curve.precinct: curve for curve in curves}
    rows = [_row(row, _added(row, known.get(row.precinct)), adoption) for row in adoption.rows]
    return {
        "version": VERSION,
        "month": f"{adoption.day:%Y-%m}",
        "day": adoption.day.isoformat(),
        "synthetic": adoption.synthetic,
        "closed_at": at,
        "closed_by": actor,
        "precincts": rows,
        "total": _total(adoption.total, [row for row in rows if row["target"] is not None]),
        "populations": [{"precinct": one.precinct, **_population(one)} for one in adoption.populations],
    }


def differences(closed: Content, now: Content | None) -> tuple[Difference, ...]:
    """Every figure of every precinct that is another now, in the order of the closed table; None now: no data."""
    before = {row["precinct"]: row for row in closed["precincts"]}
    after = {row["precinct"]: row for row in now["precincts"]} if now else {}
    return tuple(
        Difference(code, (before.get(code) or after[code])["name"], name, old, new)
        for code in dict.fromkeys([*before, *after])
        for name in FIGURES
        if (old := figure(before.get(code), name)) != (new := figure(after.get(code), name))
    )


def figure(row: Content | None, name: str) -> int | None:
    found = None if row is None else row[name]
    return found["people"] if isinstance(found, Mapping) else found


# --- one precinct ----------------------------------------------------------------------------------------------


def _row(row: Standing, added: list[tuple[str, int | None]], adoption: Adoption) -> Content:
    this = f"{adoption.day:%Y-%m}"
    return {
        "precinct": row.precinct,
        "name": adoption.names.get(row.precinct, row.precinct),
        "registered": row.registered,
        "observed": _day(row.observed),
        "launched": _day(row.launched),
        "reports": row.reports,
        "population": None if row.population is None else _population(row.population),
        "goal": None if row.goal is None else _goal(row.goal),
        "target": row.target,
        "missing": row.missing,
        "compliance": ratio(row.registered, row.target),
        "reports_per_1000": ratio(row.reports, row.registered, 1000),
        "rank": row.rank,
        "new": dict(added).get(this),
        "months": [{"month": month, "new": new} for month, new in added[-MONTHS:]],
        "outlook": _outlook(adoption.outlooks.get(row.precinct)),
    }


def _added(row: Standing, curve: Curve | None) -> list[tuple[str, int | None]]:
    """New addresses of each month: between two ends of months with data, or since the launch that the goal names."""
    if curve is None:
        return []
    found: list[tuple[str, int | None]] = []
    before: int | None = None
    launch = row.goal.starts if row.goal else None
    for day, count in zip(curve.days, curve.registered, strict=True):
        if launch is not None and f"{launch:%Y-%m}" == f"{day:%Y-%m}":
            before = 0
        found.append((f"{day:%Y-%m}", None if count is None or before is None else count - before))
        before = count
    return found


def ratio(part: int | None, whole: int | None, per: int = 1) -> str | None:
    """A quotient to six decimals, half to even, as text.

    >>> ratio(7733, 10796)
    '0.716284'
    """
    if part is None or not whole:
        return None
    return str((Decimal(part * per) / whole).quantize(Decimal("0.000001"), ROUND_HALF_EVEN))


def _estimate(value: float | None) -> str | None:
    """What is estimated is written to three decimals."""
    return None if value is None else str(Decimal(str(value)).quantize(Decimal("0.001"), ROUND_HALF_EVEN))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _population(one: Population) -> dict[str, Any]:
    return {"people": one.people, "year": one.year, "source": one.source}


def _goal(goal: Goal) -> Content:
    return {
        "share": str(goal.share),
        "rounding": str(goal.rounding),
        "starts": _day(goal.starts),
        "due": _day(goal.due),
        "population_source": goal.population_source,
        "source": goal.source,
    }


def _outlook(outlook: Outlook | None) -> Content | None:
    if outlook is None:
        return None
    return {
        "pace": None if outlook.pace is None else _pace(outlook.pace),
        "needed": _estimate(outlook.needed),
        "arrival": _arrival(outlook.arrival),
    }


def _pace(pace: Pace) -> Content:
    estimates = {name: _estimate(getattr(pace, name)) for name in ("monthly", "low", "high", "before")}
    return {**estimates, "weeks": pace.weeks, "slowing": pace.slowing}


def _arrival(arrival: Arrival) -> Content:
    days = {name: _day(getattr(arrival, name)) for name in ("day", "earliest", "latest")}
    return {"coming": str(arrival.coming), **days}


def _total(total: Total, rows: list[Content]) -> Content:
    known = [row["new"] for row in rows if row["new"] is not None]
    return {
        "precincts": total.precincts,
        "without_data": list(total.without_data),
        "registered": total.registered,
        "population": total.population,
        "target": total.target,
        "missing": total.missing,
        "reports": total.reports,
        "compliance": ratio(total.registered, total.target),
        "reports_per_1000": ratio(total.reports, total.registered, 1000),
        "new": sum(known) if known else None,
        "without_new": [row["precinct"] for row in rows if row["new"] is None],
    }
