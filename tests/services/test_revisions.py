"""A closed month stays as it was, whatever is delivered, corrected or withdrawn afterwards; and who may do what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from data_access.store import Store
from domain.audit import Wanted
from domain.errors import Forbidden, Invalid, NotFound, Stale
from domain.people import ANONYMOUS, PERMISSIONS, SYSTEM, Actor, Permission, Role
from domain.revisions import Difference
from domain.tables import Kind, Status, Terms
from services import adoption as live
from services import audit, clock, revisions, tables
from tests.adoption import DAY, SOUTH, goal, people, precincts, south, tell

OCTOBER = "2026-10"
ANALYST = Actor(1, "analyst@ciudad.cl", frozenset({Role.ANALYST}))
COMMANDER = Actor(2, "commander@ciudad.cl", frozenset({Role.COMMANDER}), frozenset({"san-ramon"}))


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the middle of November 2026."""
    at = int(datetime(2026, 11, 15, 12, tzinfo=UTC).timestamp())
    monkeypatch.setattr(clock, "now", lambda: at)


def deliver(store: Store, folder: Path, *lines: str, kind: Kind = Kind.REGISTRATIONS) -> int:
    """Hand a table in as a person does."""
    path = folder / "tabla.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    delivery = tables.deliver(store, ANALYST, path, Terms(kind))
    assert delivery.status == Status.STORED, delivery.problems
    return delivery.id


def changes(store: Store) -> tuple[Difference, ...]:
    return revisions.compare(store, ANALYST, OCTOBER)[1]


def test_corrections_and_withdrawals_never_change_a_closed_month(store: Store, tmp_path: Path) -> None:
    precincts(store, {"san-miguel": "San Miguel", "san-ramon": "San Ramón"})
    deliver(store, tmp_path, "precinct,population,source", "San Miguel,107954,census", kind=Kind.POPULATIONS)
    deliver(store, tmp_path, "measure,share,rounding,source", "connected,0.10,ceiling,programme", kind=Kind.GOALS)
    first = deliver(
        store,
        tmp_path,
        "precinct,date,registered,reports",
        "San Miguel,2026-10-31,7733,956",
        "San Ramón,2026-10-31,990,330",
    )
    closed = revisions.close(store, ANALYST, OCTOBER)
    assert changes(store) == ()

    deliver(store, tmp_path, "precinct,date,registered,reports", "San Miguel,2026-10-31,7741,956")
    (one,) = changes(store)
    assert (one.name, one.figure, one.closed, one.now, one.change) == ("San Miguel", "registered", 7733, 7741, 8)
    assert live.standing(store, ANALYST, DAY).rows[0].registered == 7741
    assert revisions.read(store, ANALYST, OCTOBER).text == closed.text

    deliver(store, tmp_path, "precinct,population,source", "San Miguel,120000,census", kind=Kind.POPULATIONS)
    changed = {one.figure: (one.closed, one.now) for one in changes(store)}
    assert changed == {"registered": (7733, 7741), "population": (107954, 120000), "target": (10796, 12000)}

    tables.withdraw(store, ANALYST, first)
    gone = {(one.precinct, one.figure): one.now for one in changes(store)}
    assert gone["san-ramon", "registered"] is None
    for delivery in tables.deliveries(store, ANALYST)[0]:
        if delivery.status == Status.STORED:
            tables.withdraw(store, ANALYST, delivery.id)
    assert all(one.now is None for one in changes(store))
    assert [one.closing and one.closing.sha256 for one in revisions.listing(store, ANALYST)] == [closed.sha256]
    assert revisions.read(store, ANALYST, OCTOBER) == closed
    assert all(one.intact for one in revisions.verify(store, ANALYST))


def test_the_south_precinct_is_closed_to_the_last_digit_and_told_on_the_record(store: Store) -> None:
    south(store)
    closed = revisions.close(store, ANALYST, OCTOBER)
    told = [(row["precinct"], row["registered"], row["target"], row["missing"]) for row in closed.content["precincts"]]
    assert told == [(code, registered, target, missing) for code, _, registered, _, target, missing, *_ in SOUTH]
    assert revisions.read(store, ANALYST, OCTOBER) == closed
    (event,), _ = audit.read(store, SYSTEM, Wanted(action="adoption.close"))
    assert (event.actor, event.object, event.details) == (ANALYST.email, OCTOBER, {"sha256": closed.sha256})


def test_a_month_is_closed_once(sqlite_store: Store) -> None:
    south(sqlite_store)
    revisions.close(sqlite_store, ANALYST, OCTOBER)
    with pytest.raises(Stale, match=r"revisions\.closed"):
        revisions.close(sqlite_store, SYSTEM, OCTOBER)


def test_of_two_who_close_at_once_one_is_told(store: Store) -> None:
    south(store)
    together = Barrier(2)

    def close(actor: Actor) -> str:
        together.wait()
        try:
            return revisions.close(store, actor, OCTOBER).actor
        except Stale as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(close, (ANALYST, SYSTEM)))
    (only,) = [month.closing for month in revisions.listing(store, ANALYST)]
    assert only is not None
    assert {only.actor, "revisions.closed"} == set(told)


@pytest.mark.parametrize(
    ("month", "wrong"),
    [
        ("2026-11", Invalid),  # not over
        ("2031-01", Invalid),
        ("2026-09", Invalid),  # before the data
        ("2026-13", Invalid),
        ("../etc", Invalid),
    ],
)
def test_a_month_outside_the_data_or_not_over_is_not_closed(sqlite_store: Store, month: str, wrong: type) -> None:
    south(sqlite_store)
    tell(sqlite_store, [("san-miguel", date(2026, 11, 14), 8000)])
    with pytest.raises(wrong):
        revisions.close(sqlite_store, ANALYST, month)
    assert [one.closing for one in revisions.listing(sqlite_store, ANALYST)] == [None]


def test_a_month_whose_last_day_the_data_do_not_reach_waits(sqlite_store: Store) -> None:
    precincts(sqlite_store, {"a": "A"})
    tell(sqlite_store, [("a", date(2026, 10, 30), 5)])
    assert revisions.listing(sqlite_store, ANALYST) == ()
    with pytest.raises(Invalid, match=r"adoption\.day"):
        revisions.close(sqlite_store, ANALYST, OCTOBER)


@pytest.mark.parametrize(("hour", "may"), [(11, False), (13, True)])
def test_a_month_is_over_when_it_is_over_on_every_clock(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, hour: int, may: bool
) -> None:
    south(sqlite_store)
    monkeypatch.setattr(clock, "now", lambda: int(datetime(2026, 11, 1, hour, tzinfo=UTC).timestamp()))
    assert len(revisions.listing(sqlite_store, ANALYST)) == may
    if not may:
        with pytest.raises(Invalid, match=r"revisions\.early"):
            revisions.close(sqlite_store, ANALYST, OCTOBER)


def test_nothing_delivered_is_nothing_to_close(sqlite_store: Store) -> None:
    with pytest.raises(NotFound, match=r"adoption\.none"):
        revisions.listing(sqlite_store, ANALYST)
    with pytest.raises(NotFound, match=r"adoption\.none"):
        revisions.close(sqlite_store, ANALYST, OCTOBER)
    with pytest.raises(NotFound, match=r"revisions\.none"):
        revisions.read(sqlite_store, ANALYST, OCTOBER)


def test_older_months_may_be_closed_later_and_months_are_listed_newest_first(sqlite_store: Store) -> None:
    precincts(sqlite_store, {"a": "A"})
    people(sqlite_store, [("a", 1000, 2024, "census")])
    goal(sqlite_store)
    tell(sqlite_store, [("a", date(2026, 7, 31), 10), ("a", date(2026, 8, 31), 30), ("a", date(2026, 10, 31), 70)])
    revisions.close(sqlite_store, ANALYST, "2026-08")
    months = [(one.month, one.closing is not None) for one in revisions.listing(sqlite_store, ANALYST)]
    assert months == [("2026-10", False), ("2026-09", False), ("2026-08", True), ("2026-07", False)]
    assert [one.month for one in revisions.close_all(sqlite_store, SYSTEM)] == ["2026-07", "2026-09", "2026-10"]
    read = [revisions.read(sqlite_store, ANALYST, one.month) for one in revisions.listing(sqlite_store, ANALYST)]
    new = {one.month: one.content["precincts"][0]["new"] for one in read}
    assert new == {"2026-07": None, "2026-08": 20, "2026-09": None, "2026-10": None}
    said = revisions.read(sqlite_store, ANALYST, "2026-09").content["precincts"][0]
    assert (said["registered"], said["observed"]) == (30, "2026-08-31")


def test_the_demos_months_and_real_ones_never_mix(sqlite_store: Store) -> None:
    precincts(sqlite_store, {"a": "A"})
    tell(sqlite_store, [("a", date(2026, 9, 30), 5), ("a", DAY, 9)], synthetic=True)
    assert len(revisions.close_all(sqlite_store, SYSTEM)) == 2
    assert revisions.read(sqlite_store, ANALYST, OCTOBER).synthetic
    tell(sqlite_store, [("a", DAY, 100)])
    assert [(one.month, one.closing) for one in revisions.listing(sqlite_store, ANALYST)] == [(OCTOBER, None)]
    assert revisions.close(sqlite_store, ANALYST, OCTOBER).content["precincts"][0]["registered"] == 100
    assert [one.month for one in revisions.verify(sqlite_store, ANALYST)] == [OCTOBER]


def test_a_commander_sees_the_whole_table_and_the_sheet_of_their_own(sqlite_store: Store) -> None:
    south(sqlite_store)
    revisions.close(sqlite_store, ANALYST, OCTOBER)
    found = revisions.read(sqlite_store, COMMANDER, OCTOBER)
    assert [row["registered"] for row in found.content["precincts"]] == [row[2] for row in SOUTH]
    assert [row["precinct"] for row in found.content["precincts"] if row["outlook"]] == ["san-ramon"]
    assert revisions.sheet(sqlite_store, COMMANDER, OCTOBER)[1] == ("san-ramon",)
    assert revisions.sheet(sqlite_store, COMMANDER, OCTOBER, "san-ramon")[1] == ("san-ramon",)
    for other in ("san-miguel", "nowhere"):
        with pytest.raises(Forbidden, match=r"revisions\.precinct"):
            revisions.sheet(sqlite_store, COMMANDER, OCTOBER, other)
    with pytest.raises(Forbidden, match=r"revisions\.whole"):
        revisions.whole(sqlite_store, COMMANDER, OCTOBER)
    assert len(revisions.sheet(sqlite_store, ANALYST, OCTOBER)[1]) == 7
    with pytest.raises(NotFound, match=r"revisions\.unknown"):
        revisions.sheet(sqlite_store, ANALYST, OCTOBER, "nowhere")


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_its_permissions_say(sqlite_store: Store, role: Role) -> None:
    south(sqlite_store)
    actor = Actor(9, "who@ciudad.cl", frozenset({role}), frozenset({"san-ramon"}))
    held = PERMISSIONS[role]
    allowed(lambda: revisions.close(sqlite_store, actor, OCTOBER), Permission.TABLES in held)
    allowed(lambda: revisions.close_all(sqlite_store, actor), Permission.TABLES in held)
    if Permission.TABLES not in held:
        revisions.close(sqlite_store, SYSTEM, OCTOBER)
    for ask in (revisions.read, revisions.sheet, revisions.compare):
        allowed(lambda ask=ask: ask(sqlite_store, actor, OCTOBER), Permission.ADOPTION in held)
    for told in (revisions.listing, revisions.verify):
        allowed(lambda told=told: told(sqlite_store, actor), Permission.ADOPTION in held)
    allowed(
        lambda: revisions.whole(sqlite_store, actor, OCTOBER), Permission.ADOPTION in held and role != Role.COMMANDER
    )


def allowed(act: object, may: bool) -> None:
    assert callable(act)
    if may:
        act()
        return
    with pytest.raises(Forbidden):
        act()


def test_nobody_sees_a_closed_month_without_signing_in(sqlite_store: Store) -> None:
    with pytest.raises(Forbidden):
        revisions.read(sqlite_store, ANONYMOUS, OCTOBER)
    with pytest.raises(Forbidden):
        revisions.whole(sqlite_store, ANONYMOUS, OCTOBER)


def test_what_was_changed_behind_the_portals_back_is_found_and_not_given_out(sqlite_store: Store) -> None:
    south(sqlite_store)
    revisions.close(sqlite_store, ANALYST, OCTOBER)
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER adoption_closings_update"))
        connection.execute(text("UPDATE adoption_closings SET content = replace(content, '7733', '9733')"))
    assert [(one.month, one.intact) for one in revisions.verify(sqlite_store, ANALYST)] == [(OCTOBER, False)]
    for ask in (revisions.read, revisions.whole, revisions.sheet, revisions.compare):
        with pytest.raises(Invalid, match=r"revisions\.tampered"):
            ask(sqlite_store, ANALYST, OCTOBER)
    assert [one.month for one in revisions.listing(sqlite_store, ANALYST)] == [OCTOBER]
