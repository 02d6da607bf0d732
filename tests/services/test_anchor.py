"""The published ends of the chain and the published keys: both are missed once somebody writes the chain anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data_access.chaining import FIRST
from data_access.desk import Desk, events, signing
from domain.people import ANONYMOUS
from services import clock
from services.footage import anchor
from services.footage.filing import file
from tests.filing import NOW, a_filing

DAY = 86_400


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def published(desk: Desk, now: int) -> dict[str, str]:
    with desk.engine.connect() as connection:
        return dict(anchor.days(connection, now))  # type: ignore[arg-type]


def noted(desk: Desk, at: int) -> str:
    with desk.writing() as connection:
        return events.append(connection, "", at, "system", "noted")


def test_nothing_is_published_of_a_desk_that_nobody_wrote_to(desk: Desk) -> None:
    assert published(desk, NOW) == {}
    file(desk, ANONYMOUS, a_filing())
    assert published(desk, NOW) == {}  # its day is not over


def test_every_day_that_is_over_has_a_seal_of_the_last_event_until_then(desk: Desk) -> None:
    first = noted(desk, NOW)
    last = noted(desk, NOW + 3 * DAY)
    found = published(desk, NOW + 4 * DAY)
    heads = {"2026-12-01": first, "2026-12-02": first, "2026-12-03": first, "2026-12-04": last}
    assert found == {day: anchor.seal(date.fromisoformat(day), head) for day, head in heads.items()}


def test_a_day_without_events_looks_like_any_other(desk: Desk) -> None:
    noted(desk, NOW)
    noted(desk, NOW + 3 * DAY)
    found = published(desk, NOW + 5 * DAY)
    assert len(set(found.values())) == len(found) == 5


def test_what_was_published_stays_in_the_chain_and_what_nobody_published_does_not(desk: Desk) -> None:
    head = noted(desk, NOW)
    before = published(desk, NOW + 2 * DAY)
    noted(desk, NOW + 2 * DAY)
    with desk.engine.connect() as connection:
        for told in (head, *before.values()):
            assert anchor.known(connection, told, NOW + 9 * DAY)
        for other in (FIRST, anchor.seal(date(2026, 12, 1), "1" * 64)):
            assert not anchor.known(connection, other, NOW + 9 * DAY)
    assert before.items() <= published(desk, NOW + 9 * DAY).items()


def test_the_keys_are_told_before_there_is_any_release(desk: Desk, tmp_path: Path) -> None:
    current, former = signing.publics(("a newer key", "a former key"))
    told = anchor.keys(replace(desk, signing=("a newer key", "a former key")), tmp_path)
    assert told == [(current, "current"), (former, "former")]
    assert anchor.keys(replace(desk, signing=()), tmp_path) == []
