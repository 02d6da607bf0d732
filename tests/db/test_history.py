"""Requests from before there was a desk: taken whole or not at all, once, and nothing of persons with them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from data_access.desk import Desk, events, queue
from data_access.desk_schema import requests
from domain.errors import Forbidden, Invalid, NotFound
from domain.footage.case import Wanted
from domain.people import SYSTEM, Actor, Role
from services.footage import history, retention, statistics
from tests.dated import at, filed

HEADS = ("Item Number", "Signal Code", "Upon Researching the above item :")
FOUND, NONE = "Relevant video was found", "No relevant video was found"
NOW = at("2026-11-22")


def table(path: Path, *rows: tuple[str, str, str], heads: tuple[str, ...] = HEADS) -> Path:
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    book.save(path)
    return path


def take(desk: Desk, path: Path, actor: Actor = SYSTEM) -> history.Taken:
    return history.take(desk, actor, path, "new-orleans", "chile")


def test_a_table_is_taken_once_and_its_repeats_are_requests_of_their_own(desk: Desk, tmp_path: Path) -> None:
    rows = [("A-00001-22", "21", FOUND), ("A-00001-22", "21", NONE), ("B-00002-22", "42", NONE)]
    path = table(tmp_path / "a.xlsx", *rows)
    assert take(desk, path) == history.Taken(3, 3, 0)
    assert take(desk, path) == history.Taken(3, 0, 0)
    more = table(tmp_path / "b.xlsx", *rows, ("C-00009-22", "67", FOUND))
    assert take(desk, more) == history.Taken(4, 1, 0)
    with desk.engine.connect() as connection:
        found = connection.execute(select(requests).order_by(requests.c.id)).all()
        assert events.verify(connection).whole
    assert [(row.status, row.resolution) for row in found[:2]] == [
        ("delivered", "delivered_full"),
        ("closed", "not_held"),
    ]
    assert [row.sensitive for row in found] == [False, False, True, False]
    assert {(row.sealed, row.document, row.synthetic) for row in found} == {(None, None, False)}
    assert not any("00001" in str(value) for row in found for value in row)


def test_a_row_that_does_not_tell_its_month_is_of_the_month_before_it(desk: Desk, tmp_path: Path) -> None:
    rows = [("C-00001-22", "21", FOUND), ("RTCC 31028", "21", FOUND), ("L-31028-21", "21", FOUND)]
    assert take(desk, table(tmp_path / "a.xlsx", *rows)).unclear == 2
    with desk.engine.connect() as connection:
        assert len(set(connection.scalars(select(requests.c.received_at)))) == 1


@pytest.mark.parametrize(
    ("rows", "heads", "code"),
    [
        ([("A-00001-22", "21", FOUND), ("A-00002-22", "21", "Perhaps")], HEADS, "history.rows"),
        ([("", "21", FOUND)], HEADS, "history.rows"),
        ([("A-00001-22", "21", FOUND)], ("Item", *HEADS[1:]), "history.columns"),
        ([], HEADS, "history.empty"),
    ],
)
def test_a_table_with_a_row_that_cannot_be_understood_is_not_taken(
    sqlite_desk: Desk, tmp_path: Path, rows: list, heads: tuple, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        take(sqlite_desk, table(tmp_path / "a.xlsx", *rows, heads=heads))
    assert refused.value.code == code
    with sqlite_desk.engine.connect() as connection:
        assert connection.scalars(select(requests.c.id)).all() == []
        assert events.verify(connection).count == 0


def test_what_is_no_table_is_refused(sqlite_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no table at all")
    for path in (tmp_path / "a.xlsx", tmp_path / "missing.xlsx"):
        with pytest.raises(Invalid, match="unreadable"):
            take(sqlite_desk, path)
    with pytest.raises(NotFound):
        history.take(sqlite_desk, SYSTEM, tmp_path / "a.xlsx", "atlantis", "chile")
    with pytest.raises(Forbidden):
        take(sqlite_desk, tmp_path / "a.xlsx", Actor(1, "a@b.cl", frozenset({Role.APPROVER})))


def test_thousands_of_real_requests_are_taken_counted_and_left_alone(sqlite_desk: Desk, shared_data: Path) -> None:
    path = shared_data / "new-orleans-rtcc" / "rtcc_dump_2022.xlsx"
    taken = take(sqlite_desk, path)
    assert (taken.rows, taken.new) == (7_602, 7_602)
    assert take(sqlite_desk, path).new == 0
    case = filed(sqlite_desk, "2026-11-20")
    with sqlite_desk.engine.connect() as connection:
        lines, total = queue.lines(connection, Wanted(), NOW, 0, 50)
        assert ([line.folio for line in lines], total) == ([case.folio], 1)
        counts = queue.counts(connection, NOW)
        assert (counts.open, counts.by_status["delivered"], counts.by_status["closed"]) == (1, 5_001, 2_601)
        assert events.verify(connection).whole
    assert retention.retain(sqlite_desk, NOW, dry=True) == []
    part = statistics.part(sqlite_desk, "America/Santiago", NOW)
    found = Counter({(quarter, item): count for quarter, measure, item, count, _ in part.rows if measure == RECEIVED})
    received = {quarter: count for (quarter, item), count in found.items() if item == "import" and count}
    assert received == {"2022-Q1": 2_195, "2022-Q2": 2_130, "2022-Q3": 1_950, "2022-Q4": 1_325}
    answered = [count for _, measure, item, count, _ in part.rows if (measure, item) == ("days", "requests")]
    assert set(answered) == {0}  # a history tells months and no days


RECEIVED = "received_by_channel"
