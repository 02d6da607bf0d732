"""Downloading by the code of the request: the same link, the same three times, the same ten days."""

from __future__ import annotations

import pytest

from data_access.desk import Desk, events, requests
from domain.errors import Illegal, NotFound, Throttled
from domain.footage.case import Case
from domain.footage.custody import DAYS, DOWNLOADS
from domain.footage.draft import Delivery
from domain.footage.handling import Kind
from domain.footage.states import Resolution, Status
from domain.people import ANONYMOUS, Role
from services import clock
from services.footage import delivery, filing, following, moving
from tests.filing import a_draft, a_filing
from tests.footage import VIDEO, case_of, person, piece

HERE, CLERK = "192.0.2.9", person(Role.OPERATOR)


def ready(
    desk: Desk, way: Delivery = Delivery.DOWNLOAD, how: Resolution = Resolution.FULL, seen: bool = True
) -> tuple[str, Case, str]:
    """(code, case, file) of a request whose recording is ready."""
    told = filing.file(desk, ANONYMOUS, a_filing(draft=a_draft(delivery=way)))
    case = case_of(desk, told.folio)
    with desk.writing() as connection:
        events.append(connection, told.folio, case.received_at, "system", "moved", {}, case.status, Status.READY)
        requests.change(connection, case, status=str(Status.READY), resolution=str(how))
    if seen:
        moving.identify(desk, CLERK, told.folio, {"proof": "in_person"})
    return told.code, case_of(desk, told.folio), piece(desk, case, Kind.REDACTED).id


def fetched(desk: Desk, code: str, id: str) -> bytes:
    return b"".join(following.download(desk, code, HERE, id)[1])


def test_who_has_the_code_downloads_three_times_and_the_case_is_delivered(desk: Desk) -> None:
    code, case, id = ready(desk)
    (offer,) = following.look_up(desk, code, HERE).downloads
    assert (offer.id, offer.left, offer.until) == (id, DOWNLOADS, None)
    for left in (2, 1):
        assert fetched(desk, code, id) == VIDEO
        assert [one.left for one in following.look_up(desk, code, HERE).downloads] == [left]
    assert fetched(desk, code, id) == VIDEO
    assert following.look_up(desk, code, HERE).downloads == ()
    with pytest.raises(Illegal, match=r"footage\.no_download"):
        fetched(desk, code, id)
    assert case_of(desk, case.folio).status is Status.DELIVERED
    with desk.engine.connect() as connection:
        done = [(link.action, link.actor) for link in events.of(connection, case.folio)]
        assert events.verify(connection).whole
    assert done.count(("link_made", "requester")) == 1
    assert done.count(("copy", "requester")) == DOWNLOADS


def test_a_link_of_the_desk_and_the_code_share_their_times(sqlite_desk: Desk) -> None:
    code, case, id = ready(sqlite_desk)
    secret = delivery.link(sqlite_desk, CLERK, case.folio, id)
    fetched(sqlite_desk, code, id)
    delivery.download(sqlite_desk, secret)
    assert [one.left for one in following.look_up(sqlite_desk, code, HERE).downloads] == [1]
    fetched(sqlite_desk, code, id)
    with pytest.raises(NotFound):
        delivery.download(sqlite_desk, secret)


def test_every_file_of_what_is_ready_can_be_had_after_the_first(sqlite_desk: Desk) -> None:
    code, case, id = ready(sqlite_desk)
    other = piece(sqlite_desk, case, Kind.REDACTED, content=b"another street").id
    fetched(sqlite_desk, code, id)
    assert fetched(sqlite_desk, code, other) == b"another street"


def test_ten_days_after_the_first_time_it_is_over(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, id = ready(sqlite_desk)
    fetched(sqlite_desk, code, id)
    later = clock.now() + DAYS * 86_400
    monkeypatch.setattr(clock, "now", lambda: later)
    assert following.look_up(sqlite_desk, code, HERE).downloads == ()
    with pytest.raises(Illegal, match=r"footage\.no_download"):
        fetched(sqlite_desk, code, id)


@pytest.mark.parametrize(
    "changed",
    [{"way": Delivery.COUNTER}, {"way": Delivery.VIEWING}, {"how": Resolution.VIEWING}, {"seen": False}],
)
def test_what_is_not_for_downloading_is_neither_offered_nor_given(
    sqlite_desk: Desk, changed: dict[str, object]
) -> None:
    code, _, id = ready(sqlite_desk, **changed)  # type: ignore[arg-type]
    assert following.look_up(sqlite_desk, code, HERE).downloads == ()
    with pytest.raises(Illegal, match=r"footage\.no_download"):
        fetched(sqlite_desk, code, id)


@pytest.mark.parametrize("at", [one for one in Status if one not in delivery.HANDED])
def test_in_no_other_state_is_anything_given(sqlite_desk: Desk, at: Status) -> None:
    code, case, id = ready(sqlite_desk)
    with sqlite_desk.writing() as connection:
        requests.change(connection, case, status=str(at))
    with pytest.raises(Illegal, match=r"footage\.no_download"):
        fetched(sqlite_desk, code, id)


def test_neither_a_master_nor_a_file_of_another_case_is_given(sqlite_desk: Desk) -> None:
    code, case, _ = ready(sqlite_desk)
    _, _, others = ready(sqlite_desk)
    for id in (piece(sqlite_desk, case, Kind.MASTER).id, others, "", "x" * 5_000):
        with pytest.raises(Illegal, match=r"footage\.no_download"):
            fetched(sqlite_desk, code, id)
    assert case_of(sqlite_desk, case.folio).status is Status.READY


def test_a_guesser_gets_nothing_and_is_slowed_down(sqlite_desk: Desk) -> None:
    code, _, id = ready(sqlite_desk)
    for _ in range(following.TRIES):
        with pytest.raises(NotFound, match=r"footage\.code"):
            fetched(sqlite_desk, "0" * 24, id)
    with pytest.raises(Throttled):
        fetched(sqlite_desk, code, id)
