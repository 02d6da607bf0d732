"""Deadlines by the law of the place: the published vectors, and what must hold for every day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.jurisdiction import codes, jurisdiction
from domain.footage.case import Link
from domain.footage.deadlines import Days, Term, Track, is_business_day, on_or_before
from domain.footage.draft import Authority
from locales import LANGUAGES
from services.footage import terms
from services.footage.terms import Pause

CHILE, MENDOZA = jurisdiction("chile"), jurisdiction("argentina-mendoza")
SUBJECT, INFORMATION, PRESERVE = (Track.SUBJECT,), (Track.INFORMATION,), (Track.PRESERVE,)
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def day(written: str) -> date:
    return date.fromisoformat(written)


@pytest.mark.parametrize(
    ("days", "kind", "received", "due"),
    [
        (20, Days.BUSINESS, "2026-12-01", "2026-12-31"),
        (30, Days.BUSINESS, "2026-12-01", "2027-01-15"),
        (30, Days.CALENDAR, "2026-12-01", "2026-12-31"),
        (60, Days.CALENDAR, "2026-12-01", "2027-01-30"),
        (20, Days.BUSINESS, "2026-09-10", "2026-10-09"),
    ],
)
def test_the_vectors_of_chile(days: int, kind: Days, received: str, due: str) -> None:
    received_on = day(received)
    assert Term(days, kind).due(received_on, terms.calendar(CHILE, received_on)) == day(due)


@pytest.mark.parametrize(
    ("tracks", "received", "extended", "due"),
    [
        (SUBJECT, "2026-12-01", False, "2026-12-31"),
        (SUBJECT, "2026-12-01", True, "2027-01-30"),
        (SUBJECT, "2026-11-30", False, "2026-12-02"),  # the law before: two business days, never extended
        (SUBJECT, "2026-11-30", True, "2026-12-02"),
        (INFORMATION, "2026-12-01", False, "2026-12-31"),
        (INFORMATION, "2026-12-01", True, "2027-01-15"),
        (SUBJECT + INFORMATION, "2026-09-10", False, "2026-09-14"),  # the stricter of the two
        (SUBJECT + INFORMATION, "2027-09-01", False, "2027-09-30"),  # 20 business days, a day before the thirtieth
        (PRESERVE, "2026-12-01", False, None),
    ],
)
def test_a_request_is_due_by_the_strictest_law(
    tracks: tuple[Track, ...], received: str, extended: bool, due: str | None
) -> None:
    assert terms.due(CHILE, tracks, day(received), extended) == (None if due is None else day(due))


def test_the_bridge_of_2027_is_a_day_off() -> None:
    assert day("2027-09-17") in terms.calendar(CHILE, day("2027-09-01"))
    assert not is_business_day(day("2026-12-08"), terms.calendar(CHILE, day("2026-12-01")))


def test_argentina_counts_ten_days_for_ones_own_data() -> None:
    assert terms.due(MENDOZA, SUBJECT, day("2026-12-01")) == day("2026-12-11")
    assert not terms.may_extend(MENDOZA, SUBJECT, day("2026-12-01"))
    assert terms.may_extend(MENDOZA, INFORMATION, day("2026-12-01"))


def test_a_pause_moves_public_information_and_not_ones_own_data() -> None:
    received, pause = day("2026-12-01"), Pause(day("2026-12-02"), day("2026-12-04"))
    assert terms.due(CHILE, SUBJECT, received, pauses=(pause,)) == day("2026-12-31")
    assert terms.due(CHILE, INFORMATION, received, pauses=(pause,)) == day("2027-01-05")  # two business days on


def test_a_pause_lasts_no_longer_than_the_law_lets_it() -> None:
    received = day("2027-03-01")
    five = terms.due(CHILE, INFORMATION, received, pauses=(Pause(day("2027-03-02"), day("2027-03-09")),))
    many = terms.due(CHILE, INFORMATION, received, pauses=(Pause(day("2027-03-02"), day("2027-04-30")),))
    assert five == many


def test_pauses_are_read_from_the_moves() -> None:
    def moved(number: int, before: str, after: str) -> Link:
        at = int(datetime(2026, 12, number, 15, tzinfo=UTC).timestamp())
        return Link(number, at, "x", "move", before, after, {}, "")

    events = [
        moved(1, "received", "clarification"),
        moved(3, "clarification", "in_review"),
        moved(4, "in_review", "searching"),
        moved(9, "received", "clarification"),
    ]
    assert terms.pauses(CHILE, events) == (Pause(day("2026-12-01"), day("2026-12-03")),)


@pytest.mark.parametrize(
    ("at", "last"),
    [
        ("2026-09-05T12:00:00", "2026-09-06T03:59:59"),  # clocks go forward at this midnight
        ("2026-04-04T12:00:00", "2026-04-05T03:59:59"),  # and back: the last hour comes twice
        ("2026-12-01T12:00:00", "2026-12-02T02:59:59"),
    ],
)
def test_a_day_ends_with_its_last_local_second(at: str, last: str) -> None:
    local = terms.today(CHILE, int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()))
    end = terms.end_of(CHILE, local)
    assert datetime.fromtimestamp(end - 1, UTC) == datetime.fromisoformat(last).replace(tzinfo=UTC)
    assert terms.today(CHILE, end - 1) == local
    assert terms.today(CHILE, end) == local + timedelta(days=1)


@pytest.mark.parametrize("code", codes())
@given(received=DAYS)
def test_what_holds_on_every_day(code: str, received: date) -> None:
    law = jurisdiction(code)
    off = terms.calendar(law, received)
    for tracks in (SUBJECT, INFORMATION, SUBJECT + INFORMATION):
        due = terms.due(law, tracks, received)
        assert due is not None
        assert received < due <= terms.due(law, tracks, received, extended=True)
        assert due == min(terms.due(law, (track,), received) for track in tracks)
        assert is_business_day(on_or_before(due, off), off)
        held = terms.hold_until(law, tracks, received)
        assert due < held <= received + timedelta(days=law.most_held_days)
        assert terms.hold_until(law, tracks, received, closed=received) <= held
    assert is_business_day(terms.due(law, INFORMATION, received), off)


@given(received=DAYS, later=st.integers(1, 40))
def test_who_comes_later_is_not_answered_sooner(received: date, later: int) -> None:
    after = received + timedelta(days=later)
    if received >= date(2026, 12, 1) or after < date(2026, 12, 1):
        assert terms.due(CHILE, SUBJECT, received) <= terms.due(CHILE, SUBJECT, after)
    assert terms.due(CHILE, INFORMATION, received) <= terms.due(CHILE, INFORMATION, after)


@pytest.mark.parametrize("code", codes())
def test_a_profile_says_everything_in_both_languages(code: str) -> None:
    law = jurisdiction(code)
    texts = [law.name, law.undertaking.text, law.notice.text, law.help, law.confirm]
    texts += [rule.law for rule in law.rules] + [appeal.body for appeal in law.appeals]
    texts += [ground.text for ground in law.grounds] + [one.text for one in law.authorities]
    assert all(set(text) == set(LANGUAGES) and all(text.values()) for text in texts)
    assert len({ground.code for ground in law.grounds}) == len(law.grounds)
    assert {appeal.track for appeal in law.appeals} == set(SUBJECT + INFORMATION)
    assert {ground.track for ground in law.grounds} == {*SUBJECT, *INFORMATION, Track.AUTHORITY}
    assert {one.code for one in law.authorities} == set(Authority)


def test_a_municipality_may_add_and_take_away_days_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    added, taken = day("2026-12-24"), day("2026-12-08")
    own = replace(CHILE, code="own", closed=frozenset({added}), open=frozenset({taken}))
    monkeypatch.setattr(terms, "jurisdiction", lambda _code: own)
    off = terms.calendar(own, added)
    assert added in off
    assert taken not in off
