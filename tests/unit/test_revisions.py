"""What is written down when a month is closed: exact, in one way, and told apart from what was changed since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adoption import (
    Adoption,
    Arrival,
    Coming,
    Curve,
    Goal,
    Outlook,
    Pace,
    Population,
    Rounding,
    Standing,
    total,
)
from domain.errors import Invalid
from domain.revisions import Closing, canonical, content, differences, digest, last_day, months, ratio
from tests.adoption import DAY, SOUTH, TOTAL

GOAL = Goal("", Decimal("0.10"), Rounding.CEILING, None, date(2027, 4, 30), "", "programme")
PACE = Pace(412.25, 380.0, 445.5, 12, None, False)


def adoption(**changes: int) -> Adoption:
    """The South Precinct; `changes` are other counts of registered addresses by code."""
    rows = [
        Standing(code, changes.get(code, n), DAY, None, reports, Population(code, people, 2017, "census"), GOAL, place)
        for place, (code, _, n, people, *_, reports) in enumerate(SOUTH, 1)
    ]
    outlook = Outlook(PACE, 500.125, Arrival(Coming.DATED, date(2027, 3, 1), date(2027, 2, 1), None))
    return Adoption(
        day=DAY,
        first=date(2026, 1, 31),
        last=DAY,
        rows=tuple(rows),
        total=total(rows),
        outlooks={row.precinct: outlook for row in rows},
        own=frozenset(),
        populations=(Population("", 850000, None, "text"),),
        default_goal=GOAL,
        synthetic=False,
        names={code: name for code, name, *_ in SOUTH},
    )


def closing(said: dict[str, object]) -> Closing:
    text = canonical(said)
    return Closing("2026-10", False, 5, "ana@ciudad.cl", digest(text), text, said)


def test_the_south_precinct_is_written_down_to_the_last_digit() -> None:
    said = content(adoption(), [], 5, "ana@ciudad.cl")
    row = said["precincts"][0]
    assert [
        (r["precinct"], r["name"], r["registered"], r["population"]["people"], r["target"], r["missing"], r["reports"])
        for r in said["precincts"]
    ] == [(*row[:6], row[7]) for row in SOUTH]
    assert (row["compliance"], row["reports_per_1000"]) == ("0.716284", "123.626018")
    assert row["goal"]["share"] == "0.10"
    told = said["total"]
    assert (told["registered"], told["population"], told["target"], told["missing"], told["reports"]) == (
        *TOTAL[:4],
        TOTAL[5],
    )
    assert row["outlook"]["pace"]["monthly"] == "412.250"
    assert row["outlook"]["needed"] == "500.125"
    assert row["outlook"]["arrival"] == {
        "coming": "dated",
        "day": "2027-03-01",
        "earliest": "2027-02-01",
        "latest": None,
    }


def test_the_text_has_one_form_and_its_hash_is_anybodys_to_compute() -> None:
    said = content(adoption(), [], 5, "ana@ciudad.cl")
    text = canonical(said)
    shuffled = json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert canonical(shuffled) == text
    assert digest(text) == hashlib.sha256(text.encode()).hexdigest()
    assert not any(isinstance(value, float) for value in leaves(json.loads(text)))


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def test_a_changed_text_hash_or_column_is_found() -> None:
    closed = closing(content(adoption(), [], 5, "ana@ciudad.cl"))
    assert closed.intact
    forged = closed.text.replace("7733", "7734", 1)
    for wrong in (
        replace(closed, text=forged),
        replace(closed, sha256="0" * 64),
        replace(closed, text=closed.text + " "),
        replace(closed, month="2026-09"),
        replace(closed, actor="eva@ciudad.cl"),
        replace(closed, synthetic=True),
        replace(closed, closed_at=6),
        replace(closed, text="no JSON", sha256=digest("no JSON")),
        replace(closed, text="[]", sha256=digest("[]")),
    ):
        assert not wrong.intact


def test_new_addresses_need_two_ends_of_months_or_a_launch() -> None:
    ends = tuple(last_day(month) for month in ("2026-07", "2026-08", "2026-09", "2026-10"))
    curve = Curve("san-miguel", None, ends, (7000, None, 7500, 7733), None)
    row = content(adoption(), [curve], 5, "")["precincts"][0]
    assert [one["new"] for one in row["months"]] == [None, None, None, 233]
    assert row["new"] == 233
    launched = adoption()
    first = replace(launched.rows[0], goal=replace(GOAL, starts=date(2026, 7, 15)))
    said = content(replace(launched, rows=(first, *launched.rows[1:])), [curve], 5, "")
    assert said["precincts"][0]["months"][0] == {"month": "2026-07", "new": 7000}
    assert said["total"]["new"] == 233
    assert said["total"]["without_new"] == [row[0] for row in SOUTH[1:]]


def test_no_more_than_twelve_months_are_kept() -> None:
    ends = tuple(last_day(month) for month in reversed(months(date(2025, 1, 1), DAY)))
    curve = Curve("san-miguel", None, ends, tuple(range(len(ends))), None)
    row = content(adoption(), [curve], 5, "")["precincts"][0]
    assert [one["month"] for one in row["months"]] == [f"{end:%Y-%m}" for end in ends[-12:]]


def test_what_the_record_says_since_is_told_by_precinct_and_figure() -> None:
    closed = content(adoption(), [], 5, "")
    assert differences(closed, content(adoption(), [], 5, "")) == ()
    (one,) = differences(closed, content(adoption(**{"san-miguel": 7741}), [], 5, ""))
    assert (one.name, one.figure, one.closed, one.now, one.change) == ("San Miguel", "registered", 7733, 7741, 8)


def test_a_precinct_that_came_later_or_went_differs_in_everything_it_had() -> None:
    whole = adoption()
    fewer = content(replace(whole, rows=whole.rows[:6]), [], 5, "")
    gone = differences(content(whole, [], 5, ""), fewer)
    assert {(one.precinct, one.now) for one in gone} == {("el-bosque", None)}
    come = differences(fewer, content(whole, [], 5, ""))
    assert {(one.precinct, one.closed, one.change) for one in come} == {("el-bosque", None, None)}
    assert {one.figure for one in come} == {"registered", "population", "target", "reports"}
    assert len(differences(content(whole, [], 5, ""), None)) == 7 * 4


def test_a_reader_sees_the_outlooks_of_their_own_precincts_alone() -> None:
    closed = closing(content(adoption(), [], 5, "ana@ciudad.cl"))
    clipped = closed.clipped({code: code == "san-ramon" for code, *_ in SOUTH})
    seen = [row["precinct"] for row in clipped.content["precincts"] if row["outlook"] is not None]
    assert seen == ["san-ramon"]
    assert [row["registered"] for row in clipped.content["precincts"]] == [row[2] for row in SOUTH]


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "26-10", "2026-1", "2026-10-01", "", "２０２６-10", "2026-10\n"]
)
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(Invalid, match=r"revisions\.month"):
        last_day(month)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 1000))
def test_months_follow_one_another_without_a_gap(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    found = [last_day(month) for month in reversed(months(first, last))]
    assert all(first <= end <= last for end in found)
    assert all(28 <= (after - before).days <= 31 for before, after in pairwise(found))
    following = date.fromordinal(last.toordinal() + 1)
    assert (f"{following:%Y-%m}" != f"{last:%Y-%m}") == (last in found)


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_ratio_is_exact_to_its_last_place(part: int, whole: int) -> None:
    found = ratio(part, whole)
    assert found is not None
    assert abs(Decimal(found) * whole - part) * 2 <= Decimal("0.000001") * whole
    assert (ratio(part, 0), ratio(None, whole)) == (None, None)
