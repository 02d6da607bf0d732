"""What is published of requests for footage: rounded first, never finer than a quarter, no ground in a month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.requests import Appeal, Asked, Codes, Kept, Line, quarters, statistics
from domain.footage.states import Resolution

CODES = Codes(("party", "authority"), ("web", "import"), ("offline", "no_camera"), ("rights",), ("upheld", "reversed"))
Q3 = "2026-Q3"
DAY = date(2026, 8, 3)


def asked(count: int, **told: object) -> list[Asked]:
    plain: dict[str, object] = {"kind": "party", "channel": "web", "received": DAY, "answered": DAY + timedelta(days=9)}
    return [Asked(**{**plain, "resolution": Resolution.FULL, **told}) for _ in range(count)]  # type: ignore[arg-type]


def told(requests: list[Asked], appeals: list[Appeal] | None = None, holds: list[Kept] | None = None) -> dict:
    lines = statistics(requests, appeals or [], holds or [], CODES, [Q3])
    return {(line.measure, line.item): line.value if line.count is None else line.count for line in lines}


@pytest.mark.parametrize(
    ("first", "today", "found"),
    [
        (date(2026, 1, 9), date(2026, 7, 29), ["2026-Q1"]),  # the second ended 29 days ago
        (date(2026, 1, 9), date(2026, 7, 30), ["2026-Q1", "2026-Q2"]),
        (date(2025, 12, 31), date(2026, 5, 1), ["2025-Q4", "2026-Q1"]),
        (date(2026, 11, 1), date(2026, 11, 2), []),
    ],
)
def test_a_quarter_is_published_thirty_days_after_its_end(first: date, today: date, found: list[str]) -> None:
    assert quarters(first, today, 30) == found


def test_requests_count_when_they_came_and_answers_when_they_were_given() -> None:
    late = asked(10, answered=date(2026, 10, 2))
    early = asked(20, received=date(2026, 6, 30))
    found = told(late + early)
    assert found["received_by_kind", "all"] == 10
    assert found["answered_by_resolution", "delivered_full"] == 20


def test_codes_that_nobody_used_are_told_as_nought() -> None:
    found = told(asked(10))
    assert found["received_by_kind", "authority"] == found["refused_by_ground", "rights"] == 0
    assert found["answered_by_resolution", "abandoned"] == 0


@pytest.mark.parametrize(("count", "shown"), [(29, None), (30, None), (32, None), (33, 9.0), (40, 9.0)])
def test_a_median_is_given_where_the_rounded_count_says_that_there_are_thirty(count: int, shown: float | None) -> None:
    found = told(asked(count))
    assert (found["days", "median"], found["days", "p90"]) == (shown, shown)


def test_a_history_of_months_says_nothing_of_days() -> None:
    found = told(asked(100, channel="import", timed=False))
    assert found["days", "requests"] == 0
    assert found["days", "median"] is None
    assert found["received_by_channel", "import"] == 100


def test_shares_are_computed_from_what_is_shown_and_told_of_thirty_and_more() -> None:
    in_time, late = asked(22, due=DAY + timedelta(days=9)), asked(12, due=DAY + timedelta(days=8))
    found = told(in_time + late)
    assert (found["within_legal_time", "part"], found["within_legal_time", "whole"]) == (20, 35)
    assert found["within_legal_time", "percent"] == 57
    few = told(in_time + late[:10])
    assert (few["within_legal_time", "part"], few["within_legal_time", "whole"]) == (20, 30)
    assert few["within_legal_time", "percent"] is None  # there may have been 28
    assert found["preserved", "percent"] is None  # of none


def test_what_was_charged_is_told_of_thirty_and_more_and_how_often_always() -> None:
    few, many = asked(8, cost=1_500) + asked(50), asked(40, cost=1_500)
    assert (told(few)["charged", "requests"], told(few)["charged", "amount"]) == (10, None)
    assert (told(many)["charged", "requests"], told(many)["charged", "amount"]) == (40, 60_000.0)
    assert told(asked(50))["charged", "requests"] == 0


def test_reasons_grounds_appeals_and_what_stands_at_the_end() -> None:
    requests = asked(12, resolution=Resolution.NOT_HELD, reason="offline")
    requests += asked(7, resolution=Resolution.DENIED, ground="rights", to_hold=2, held=1)
    requests += asked(5, answered=None, resolution=None, received=date(2026, 7, 1))
    appeals = [Appeal(DAY, date(2026, 9, 1), "reversed")] * 6 + [Appeal(DAY)] * 4
    holds = [Kept(DAY)] * 8 + [Kept(DAY, date(2026, 9, 1))] * 9 + [Kept(date(2026, 10, 1))] * 9
    found = told(requests, appeals, holds)
    assert found["not_held_by_reason", "offline"] == 10
    assert found["refused_by_ground", "rights"] == 5
    assert (found["preserved", "part"], found["preserved", "whole"], found["preserved", "percent"]) == (5, 15, None)
    assert (found["appeals", "made"], found["appeals_decided", "reversed"]) == (10, 5)
    assert (found["at_the_end", "holds"], found["at_the_end", "open"]) == (10, 5)
    assert found["at_the_end", "oldest_days"] == 90


@given(st.lists(st.sampled_from(["offline", "no_camera"]), max_size=60), st.sampled_from(["offline", "no_camera"]))
def test_one_request_more_changes_a_count_by_five_or_not_at_all(reasons: list[str], added: str) -> None:
    def lines(found: list[str]) -> list[Line]:
        requests = [one for reason in found for one in asked(1, resolution=Resolution.NOT_HELD, reason=reason)]
        return statistics(requests, [], [], CODES, [Q3])

    for before, after in zip(lines(reasons), lines([*reasons, added]), strict=True):
        assert (before.measure, before.item) == (after.measure, after.item)
        if before.count is not None and after.count is not None:
            assert after.count - before.count in (0, 5)
            assert before.count % 5 == 0


def test_no_cell_is_finer_than_a_quarter() -> None:
    assert {len(line.quarter) for line in statistics(asked(9), [], [], CODES, [Q3])} == {len(Q3)}
