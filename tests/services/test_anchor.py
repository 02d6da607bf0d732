"""The published end of the chain: it stays in the chain, and is missed once somebody writes the chain anew."""

from __future__ import annotations

import pytest

from data_access.desk import Desk, events
from domain.people import ANONYMOUS
from services import clock
from services.footage import anchor
from services.footage.filing import file
from tests.filing import NOW, a_filing

ZONE, MONTH = "America/Santiago", 31 * 86_400


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def published(desk: Desk, now: int) -> list[tuple[object, ...]]:
    with desk.engine.connect() as connection:
        return [tuple(row) for part in anchor.parts(connection, ZONE, now) for row in part.rows]


def test_nothing_is_published_of_a_desk_that_nobody_wrote_to(desk: Desk) -> None:
    assert published(desk, NOW) == []
    file(desk, ANONYMOUS, a_filing())
    assert published(desk, NOW) == []  # its month is not over


def test_the_end_of_a_closed_month_is_published_and_stays_in_the_chain(desk: Desk) -> None:
    file(desk, ANONYMOUS, a_filing())
    ((month, head),) = published(desk, NOW + MONTH)
    assert month == "2026-12"
    with desk.writing() as connection:
        assert head == events.head(connection)
        events.append(connection, "", NOW + MONTH, "system", "noted")
        assert events.missing(connection, [str(head), "f" * 64]) == ("f" * 64,)
    assert published(desk, NOW + MONTH) == [("2026-12", head)]
