"""A request that named a corner alone: a custodian holds the camera that saw it, and the hold on all cameras goes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from data_access.desk import Desk, events, holds, registers
from domain.errors import Forbidden, Invalid, NotFound, Stale
from domain.footage.case import Case, Hold
from domain.footage.draft import Place
from domain.footage.when import Segment
from domain.people import Role
from domain.registers.cameras import check
from services import clock
from services.footage import custody, filing, placing
from tests.filing import NOW, a_draft, a_filing
from tests.footage import WORDS, person
from tests.registering import camera

KEEPER, HOUR, DAY = person(Role.CUSTODIAN), 3_600, 86_400
START, END = NOW - DAY, NOW - DAY + 1_200  # of what is asked for


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def asked(desk: Desk, *stretches: tuple[int, int]) -> Case:
    """A request for a corner; the register has two cameras, one of which keeps footage for two days."""
    day = a_draft().segments[0].day
    segments = tuple(Segment(day, *one) for one in stretches or ((START, END),))
    draft = a_draft(place=Place(corner="Gran Avenida con Salesianos"), segments=segments)
    with desk.writing() as connection:
        entries = {code: check(camera(retention_days=days), day)[0] for code, days in (("CAM-1", "30"), ("CAM-2", "2"))}
        registers.add_cameras(connection, entries, NOW, "x@ciudad.cl")
        return filing.enter(connection, desk, a_filing(draft=draft), filing.REQUESTER, NOW)


def kept(desk: Desk, case: Case) -> list[Hold]:
    with desk.engine.connect() as connection:
        return [one for one in holds.of(connection, case.id) if one.released_at is None]


def place(desk: Desk, case: Case, hold: Hold, **told: object) -> None:
    given = {"camera": "CAM-1", "starts": START, "ends": END, **told}
    placing.place(desk, KEEPER, case.folio, hold.id, **given)  # type: ignore[arg-type]


def test_the_hold_is_on_the_camera_and_no_longer_on_all(desk: Desk) -> None:
    case = asked(desk)
    (blank,) = kept(desk, case)
    assert blank.camera == ""
    custody.prolong(desk, KEEPER, case.folio, blank.id, {"reason": WORDS})
    (blank,) = kept(desk, case)
    place(desk, case, blank)
    (hold,) = kept(desk, case)
    assert (hold.camera, hold.starts, hold.ends, hold.confirmed_at) == ("CAM-1", START, END, None)
    assert (hold.until, hold.kept_until) == (blank.until, blank.kept_until)
    assert hold.confirm_by == NOW + DAY
    with desk.engine.connect() as connection:
        links = events.of(connection, case.folio)[-2:]
        assert events.verify(connection).whole
    assert [(one.action, one.actor, one.details["hold"]) for one in links] == [
        ("hold_placed", KEEPER.email, hold.id),
        ("release", KEEPER.email, blank.id),
    ]


def test_one_more_camera_is_held_beside_the_first(desk: Desk) -> None:
    case = asked(desk)
    place(desk, case, kept(desk, case)[0])
    place(desk, case, kept(desk, case)[0], camera="CAM-2", starts=START - HOUR, ends=END + HOUR)
    assert [one.camera for one in kept(desk, case)] == ["CAM-1", "CAM-2"]
    first, second = kept(desk, case)
    assert second.confirm_by < first.confirm_by  # half of what is left until the camera overwrites it
    with pytest.raises(Stale):  # sent twice
        place(desk, case, first, camera="CAM-2", starts=START - HOUR, ends=END + HOUR)


def test_naming_the_camera_puts_no_review_off(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = asked(sqlite_desk)
    monkeypatch.setattr(clock, "now", lambda: NOW + 130 * DAY)
    place(sqlite_desk, case, kept(sqlite_desk, case)[0])
    (hold,) = kept(sqlite_desk, case)
    with pytest.raises(Forbidden) as refusal:
        custody.prolong(sqlite_desk, KEEPER, case.folio, hold.id, {"reason": WORDS})
    assert refusal.value.code == "footage.review"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"camera": "CAM-9"}, {"camera": "camera"}),
        ({"camera": " "}, {"camera": "missing"}),
        ({"starts": None, "ends": None}, {"starts": "missing", "ends": "missing"}),
        ({"starts": END, "ends": START}, {"ends": "order"}),
        ({"starts": START - HOUR - 60}, {"starts": "far", "ends": "far"}),
        ({"ends": END + HOUR + 60}, {"starts": "far", "ends": "far"}),
    ],
)
def test_what_cannot_be_held_is_told_by_field_and_the_first_hold_stays(
    sqlite_desk: Desk, told: Mapping[str, object], wrong: dict[str, str]
) -> None:
    case = asked(sqlite_desk)
    (blank,) = kept(sqlite_desk, case)
    with pytest.raises(Invalid) as refusal:
        place(sqlite_desk, case, blank, **told)
    assert refusal.value.details["fields"] == wrong
    assert kept(sqlite_desk, case) == [blank]


def test_a_hold_gives_way_only_to_one_near_what_it_is_for(sqlite_desk: Desk) -> None:
    later = (START + 12 * HOUR, END + 12 * HOUR)
    case = asked(sqlite_desk, (START, END), later)
    first, second = kept(sqlite_desk, case)
    with pytest.raises(Invalid):
        place(sqlite_desk, case, first, starts=later[0], ends=later[1])
    place(sqlite_desk, case, second, starts=later[0], ends=later[1])
    assert [one.camera for one in kept(sqlite_desk, case)] == ["", "CAM-1"]


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.CUSTODIAN])
def test_it_is_the_custodians(sqlite_desk: Desk, role: Role) -> None:
    case = asked(sqlite_desk)
    (blank,) = kept(sqlite_desk, case)
    with pytest.raises(Forbidden):
        placing.place(sqlite_desk, person(role), case.folio, blank.id, "CAM-1", START, END)


def test_a_hold_that_was_let_go_or_is_another_cases_is_not_there(sqlite_desk: Desk) -> None:
    case, other = asked(sqlite_desk), asked(sqlite_desk)
    (blank,) = kept(sqlite_desk, case)
    place(sqlite_desk, case, blank)
    for one in (case, other):
        with pytest.raises(NotFound):
            place(sqlite_desk, one, blank, camera="CAM-2")
