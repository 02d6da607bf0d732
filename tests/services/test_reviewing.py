"""The weekly review: the same lot for everybody, known to nobody beforehand; who may mark what; marks stay."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.desk import Desk, events, texts
from data_access.store import Store
from domain.audit import Wanted
from domain.errors import Forbidden, Invalid, NotFound
from domain.footage.review import SHARE, Verdict, View, draw, named, week
from domain.people import Permission, Role
from services import audit, clock
from services.footage import cases, reviewing
from tests.footage import WORDS, case_of, file, person

ZONE = "America/Santiago"
HERE = ZoneInfo(ZONE)
AUDITOR = person(Role.AUDITOR)
LOOKING = person(Role.OPERATOR)
LAST = week(date(2026, 11, 18), HERE)
NOW = LAST.end + 3 * 86_400


def seen(number: int) -> View:
    return View(number, number, "ana@ciudad.cl", "F", "identity", "verify", f"{number:064x}")


# --- the lot ---------------------------------------------------------------------------------------------------


@given(st.integers(0, 400), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_one_in_twenty_is_drawn_and_one_at_least_the_same_for_whoever_asks(count: int, head: str) -> None:
    views = [seen(number) for number in range(count)]
    drawn = draw(views, "2026-W47", head)
    assert len(drawn) == -(-count // SHARE)
    assert set(drawn) <= set(views)
    assert list(drawn) == sorted(drawn, key=lambda view: view.at)
    assert draw(views[::-1], "2026-W47", head) == drawn


def test_another_end_of_the_chain_or_another_week_draws_others() -> None:
    views = [seen(number) for number in range(400)]
    drawn = {draw(views, name, head) for name in ("2026-W46", "2026-W47") for head in ("0" * 64, "1" * 64)}
    assert len(drawn) == 4


def test_every_view_is_drawn_sometimes() -> None:
    views = [seen(number) for number in range(20)]
    assert {view for head in range(400) for view in draw(views, "2026-W47", str(head))} == set(views)


@pytest.mark.parametrize("name", ["2026-W54", "2026-W00", "2026", "W47", "x" * 500, "2026-11-18", "9999-W60"])
def test_what_is_no_week_is_none(name: str) -> None:
    assert named(name, HERE) is None


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_the_week_of_its_name(day: date) -> None:
    found = week(day, HERE)
    assert found.first <= day <= found.last
    assert named(found.name, HERE) == found
    assert found.start <= datetime(day.year, day.month, day.day, 12, tzinfo=HERE).timestamp() < found.end


# --- the desk --------------------------------------------------------------------------------------------------


@pytest.fixture
def looked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """Twenty-five views in the last week and one in this; the folio."""
    monkeypatch.setattr(clock, "now", lambda: LAST.start + 3_600)
    folio = file(desk).folio
    for number in range(25):
        monkeypatch.setattr(clock, "now", lambda at=LAST.start + 7_200 + number: at)
        cases.identity(desk, LOOKING, folio, "verify")
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cases.identity(desk, LOOKING, folio, "contact")
    return folio


def test_of_a_week_that_is_over_the_same_views_are_shown_whatever_happens_later(
    desk: Desk, store: Store, looked: str
) -> None:
    found = reviewing.review(desk, store, AUDITOR, ZONE)
    assert (found.week, found.views, len(found.drawn), found.open) == (LAST, 25, 2, 2)
    assert {(view.actor, view.folio, view.purpose) for view in found.drawn} == {(LOOKING.email, looked, "verify")}
    cases.identity(desk, LOOKING, looked, "deliver")
    assert reviewing.review(desk, store, AUDITOR, ZONE, LAST.name) == found
    assert [one.views for one in reviewing.recent(desk, store, AUDITOR, ZONE)] == [25, *[0] * 7]


def test_marks_are_added_to_the_audit_log_and_none_goes(desk: Desk, store: Store, looked: str) -> None:
    first, other = reviewing.review(desk, store, AUDITOR, ZONE).drawn
    told = [{"verdict": "follow_up", "note": WORDS}, {"verdict": "in_order", "note": ""}]
    for one in told:
        reviewing.mark(desk, store, AUDITOR, ZONE, LAST.name, first.id, one)
    found = reviewing.review(desk, store, AUDITOR, ZONE)
    assert [(mark.verdict, mark.note, mark.actor) for mark in found.of(first)] == [
        (Verdict.FOLLOW_UP, WORDS, AUDITOR.email),
        (Verdict.IN_ORDER, "", AUDITOR.email),
    ]
    assert (found.of(other), found.open) == ((), 1)
    assert WORDS not in repr(audit.read(store, AUDITOR, Wanted()))
    assert WORDS not in repr(cases.sheet(desk, LOOKING, looked))
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole


def test_what_tells_of_a_case_is_shown_in_the_audit_log_to_who_sees_cases(
    desk: Desk, store: Store, looked: str
) -> None:
    view = reviewing.review(desk, store, AUDITOR, ZONE).drawn[0]
    reviewing.mark(desk, store, AUDITOR, ZONE, LAST.name, view.id, {"verdict": "in_order"})
    audit.record(store, AUDITOR, "export.summary")
    admin = person(Role.ADMINISTRATOR)
    for wanted in (Wanted(), Wanted(action="footage"), Wanted(action="footage.reviewed")):
        found, total = audit.read(store, admin, wanted)
        assert (looked in repr(found), total) == (False, 0 if wanted.action else 1)
        assert looked in repr(audit.read(store, AUDITOR, wanted)[0])
    assert audit.actions(store, admin) == ("export.summary",)
    assert audit.actions(store, AUDITOR) == ("export.summary", "footage.reviewed")


def test_a_note_goes_with_the_words_of_its_case_and_its_mark_stays(desk: Desk, store: Store, looked: str) -> None:
    view = reviewing.review(desk, store, AUDITOR, ZONE).drawn[0]
    reviewing.mark(desk, store, AUDITOR, ZONE, LAST.name, view.id, {"verdict": "follow_up", "note": WORDS})
    with desk.writing() as connection:
        texts.forget(connection, case_of(desk, looked))
    (mark,) = reviewing.review(desk, store, AUDITOR, ZONE).of(view)
    assert (mark.verdict, mark.note) == (Verdict.FOLLOW_UP, "")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"verdict": "fine"},
        {"verdict": "follow_up"},
        {"verdict": "follow_up", "note": "x"},
        {"verdict": "in_order", "note": "x" * 501},
    ],
)
def test_a_mark_says_which_and_one_to_follow_up_says_why(
    desk: Desk, store: Store, looked: str, told: dict[str, str]
) -> None:
    view = reviewing.review(desk, store, AUDITOR, ZONE).drawn[0]
    with pytest.raises(Invalid, match=r"footage\.incomplete"):
        reviewing.mark(desk, store, AUDITOR, ZONE, LAST.name, view.id, told)
    assert reviewing.review(desk, store, AUDITOR, ZONE).open == 2


def test_only_what_was_drawn_of_a_week_that_is_over_is_marked(desk: Desk, store: Store, looked: str) -> None:
    drawn = {view.id for view in reviewing.review(desk, store, AUDITOR, ZONE).drawn}
    with desk.engine.connect() as connection:
        others = [link.id for link in events.of(connection, looked) if link.id not in drawn]
    this = week(LAST.first + timedelta(weeks=1), HERE).name
    for name, view in [*((LAST.name, id) for id in others), (this, min(drawn)), ("2026-W99", min(drawn))]:
        with pytest.raises(NotFound):
            reviewing.mark(desk, store, AUDITOR, ZONE, name, view, {"verdict": "in_order"})


@pytest.mark.parametrize("role", list(Role))
def test_only_who_audits_reviews(sqlite_desk: Desk, sqlite_store: Store, role: Role) -> None:
    asks = (
        lambda who: reviewing.recent(sqlite_desk, sqlite_store, who, ZONE),
        lambda who: reviewing.review(sqlite_desk, sqlite_store, who, ZONE),
        lambda who: reviewing.mark(sqlite_desk, sqlite_store, who, ZONE, LAST.name, 1, {"verdict": "in_order"}),
    )
    who = person(role)
    for ask in asks:
        if Permission.REVIEW in who.permissions:
            assert role is Role.AUDITOR
            continue
        with pytest.raises(Forbidden):
            ask(who)


def test_nobody_reviews_a_view_of_their_own(desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    both = person(Role.AUDITOR, Role.OPERATOR)
    monkeypatch.setattr(clock, "now", lambda: LAST.start + 3_600)
    cases.identity(desk, both, file(desk).folio, "verify")
    monkeypatch.setattr(clock, "now", lambda: NOW)
    (view,) = reviewing.review(desk, store, both, ZONE).drawn
    with pytest.raises(Forbidden, match=r"footage\.own_view"):
        reviewing.mark(desk, store, both, ZONE, LAST.name, view.id, {"verdict": "in_order"})
