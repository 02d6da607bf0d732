"""Filing a request: everything of it or nothing, once, within limits, and nobody's name in the open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from data_access.desk import Desk, events, evidence, holds, outbox, requests
from data_access.desk_schema import cameras
from domain.errors import Forbidden, Invalid, Throttled
from domain.footage.codes import ALPHABET
from domain.footage.draft import Contact, Draft, Facts, Kind, Place
from domain.footage.states import Status
from domain.footage.view import Receipt
from domain.footage.when import Segment
from domain.people import ANONYMOUS, Actor, Role
from services import clock
from services.footage import documents, filing
from services.footage.filing import COUNTER, file
from services.footage.uploads import Upload
from tests.filing import NOW, a_draft, a_filing

CLERK = Actor(3, "clerk@example.org", frozenset({Role.OPERATOR}))


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def counts(desk: Desk) -> dict[str, int]:
    with desk.engine.connect() as connection:
        tables = ("footage_requests", "case_events", "holds", "outbox", "evidence")
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def whole(desk: Desk) -> bool:
    with desk.engine.connect() as connection:
        return events.verify(connection).whole


def test_a_request_is_filed_with_its_event_its_hold_and_its_letter(desk: Desk) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    assert receipt.due == date(2026, 12, 31)
    assert receipt.received == date(2026, 12, 1)
    assert len(receipt.code) == 24
    assert set(receipt.folio + receipt.code) <= set(ALPHABET)
    with desk.engine.connect() as connection:
        case = requests.by_secret(connection, sha256(receipt.code.encode()).hexdigest())
        assert case is not None
        assert (case.folio, case.status, case.channel) == (receipt.folio, Status.RECEIVED, "web")
        (hold,) = holds.of(connection, case.id)
        assert (hold.camera, hold.starts, hold.ends) == ("C7", NOW - 86_700, NOW - 84_900)
        assert [link.action for link in events.of(connection, case.folio)] == [
            "filed",
            "hold_requested",
            "letter",
            "address_asked",
        ]
        written = outbox.of_case(connection, case.id)
        assert [(one.template, one.status) for one in written] == [("acknowledgement", "kept"), ("address", "waiting")]
        assert outbox.read(connection, desk.seal, written[1].id).to == "ana@example.org"
        who = requests.who(connection, desk.seal, case)
    assert who is not None
    assert who["document"] == "12345678-5"
    assert whole(desk)


def test_nothing_about_who_asks_lies_open(desk: Desk) -> None:
    receipt = file(desk, ANONYMOUS, a_filing())
    with desk.engine.connect() as connection:
        lying = []
        for table in counts(desk) | {"tries": 0}:
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                lying += [bytes(cell) if isinstance(cell, memoryview) else str(cell).encode() for cell in row]
    for secret in ("Ana", "12345678", "ana@example.org", "asaltaron", "192.0.2.7", receipt.code):
        assert not any(secret.encode() in part for part in lying), secret


def test_a_double_click_files_once_and_is_answered_the_same(desk: Desk) -> None:
    filed = a_filing()
    first, second = file(desk, ANONYMOUS, filed), file(desk, ANONYMOUS, filed)
    assert second == replace(first, again=True)
    assert counts(desk)["footage_requests"] == 1


def test_a_form_sent_again_later_is_not_told_its_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    filed = a_filing()
    first = file(desk, ANONYMOUS, filed)
    monkeypatch.setattr(clock, "now", lambda: NOW + filing.SHOWN_AGAIN + 1)
    assert file(desk, ANONYMOUS, filed) == replace(first, again=True, code="")


def test_a_double_click_over_a_change_of_keys_is_answered_the_same(desk: Desk) -> None:
    filed = a_filing()
    first = file(desk, ANONYMOUS, filed)
    renewed = Desk(desk.engine, desk.home, ("a newer key", *desk.keys))
    assert file(renewed, ANONYMOUS, filed) == replace(first, again=True)


@pytest.mark.parametrize("once", ["", "1", "a" * 15])
def test_a_form_whose_number_could_be_guessed_is_refused(sqlite_desk: Desk, once: str) -> None:
    with pytest.raises(Invalid, match=r"footage\.form"):
        file(sqlite_desk, ANONYMOUS, a_filing(once=once))
    assert counts(sqlite_desk)["footage_requests"] == 0


def test_a_visitor_files_five_a_day_and_one_whose_browser_did_no_work_two(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        file(desk, ANONYMOUS, a_filing(draft=a_draft(document=f"P{number}", document_type="passport")))
    other = a_draft(document="P9", document_type="passport")
    with pytest.raises(Throttled, match=r"footage\.too_many") as refused:
        file(desk, ANONYMOUS, a_filing(draft=other))
    assert refused.value.details["seconds"] == 86_400
    file(desk, ANONYMOUS, a_filing(draft=other, source="192.0.2.8", slow=True))
    monkeypatch.setattr(clock, "now", lambda: NOW + 86_401)
    assert file(desk, ANONYMOUS, a_filing(draft=a_draft(document="P8", document_type="passport"))).code


def test_addresses_of_one_network_are_one_visitor(sqlite_desk: Desk) -> None:
    for number in range(2):
        draft = a_draft(document=f"P{number}", document_type="passport")
        file(sqlite_desk, ANONYMOUS, a_filing(draft=draft, source=f"2001:db8::{number}", slow=True))
    with pytest.raises(Throttled):
        file(sqlite_desk, ANONYMOUS, a_filing(draft=a_draft(document="P3"), source="2001:db8::9", slow=True))


def test_three_requests_of_one_document_may_be_open_at_once(desk: Desk) -> None:
    for number in range(3):
        file(desk, ANONYMOUS, a_filing(source=f"192.0.2.{number}"))
    with pytest.raises(Throttled, match=r"footage\.too_many_open"):
        file(desk, ANONYMOUS, a_filing(source="192.0.2.9"))
    assert file(desk, CLERK, a_filing(channel=COUNTER)).code
    assert file(desk, ANONYMOUS, a_filing(draft=a_draft(document="11111111-1"), source="192.0.2.9")).code


def test_who_asks_again_for_the_same_footage_is_found_and_only_staff_is_told(desk: Desk) -> None:
    first = file(desk, ANONYMOUS, a_filing())
    second = file(desk, ANONYMOUS, a_filing())
    at_counter = file(desk, CLERK, a_filing(channel=COUNTER))
    assert (second.duplicate_of, at_counter.duplicate_of) == ("", first.folio)
    with desk.engine.connect() as connection:
        assert events.of(connection, second.folio)[0].details["duplicate_of"] == first.folio


def test_another_time_or_another_place_is_no_duplicate(sqlite_desk: Desk) -> None:
    file(sqlite_desk, ANONYMOUS, a_filing())
    later = a_draft(segments=(Segment(date(2026, 11, 30), NOW - 85_200, NOW - 84_000),))
    elsewhere = a_draft(place=Place(cameras=("C8",)))
    for draft in (later, elsewhere):
        assert not file(sqlite_desk, CLERK, a_filing(draft=draft, channel=COUNTER)).duplicate_of


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_only_the_intake_files_at_the_counter(sqlite_desk: Desk, role: Role) -> None:
    with pytest.raises(Forbidden):
        file(sqlite_desk, Actor(4, "x@example.org", frozenset({role})), a_filing(channel=COUNTER))
    with pytest.raises(Forbidden):
        file(sqlite_desk, ANONYMOUS, a_filing(channel="phone"))
    assert counts(sqlite_desk)["footage_requests"] == 0


def test_a_clerk_is_named_in_the_chain_and_a_resident_is_not(sqlite_desk: Desk) -> None:
    receipts = [file(sqlite_desk, CLERK, a_filing(channel=COUNTER)), file(sqlite_desk, ANONYMOUS, a_filing())]
    with sqlite_desk.engine.connect() as connection:
        actors = [events.of(connection, receipt.folio)[0].actor for receipt in receipts]
    assert actors == ["clerk@example.org", "requester"]


def test_a_request_that_names_no_camera_holds_whichever_sees_the_place(sqlite_desk: Desk) -> None:
    receipt = file(sqlite_desk, ANONYMOUS, a_filing(draft=a_draft(place=Place(corner="Una esquina"))))
    with sqlite_desk.engine.connect() as connection:
        case = requests.by_folio(connection, receipt.folio)
        assert case is not None
        assert [hold.camera for hold in holds.of(connection, case.id)] == [""]


def test_footage_is_held_for_each_camera_and_each_stretch(sqlite_desk: Desk) -> None:
    stretches = tuple(Segment(date(2026, 11, 30), NOW - 9_000 * n, NOW - 9_000 * n + 600) for n in (1, 2, 3))
    draft = a_draft(segments=stretches, place=Place(cameras=("C7", "C8")))
    file(sqlite_desk, ANONYMOUS, a_filing(draft=draft))
    assert counts(sqlite_desk)["holds"] == 6


@pytest.mark.parametrize(
    ("days", "within"),
    [(None, 86_400), (30, 86_400), (2, 43_200), (1, 3_600)],  # the footage is a day old
)
def test_a_hold_must_be_confirmed_before_the_camera_overwrites_the_footage(
    sqlite_desk: Desk, days: int | None, within: int
) -> None:
    with sqlite_desk.engine.begin() as connection:
        camera = {"code": "C7", "at": 1, "actor": "a", "active": True, "entry": "{}", "synthetic": False}
        connection.execute(insert(cameras), [camera | {"retention_days": 99}, camera | {"retention_days": days}])
    file(sqlite_desk, ANONYMOUS, a_filing())
    with sqlite_desk.engine.connect() as connection:
        (hold,) = holds.of(connection, 1)
    assert hold.confirm_by == NOW + within
    assert (hold.late(NOW + within), hold.late(NOW + within + 1)) == (False, True)


def test_who_only_wants_it_kept_has_no_legal_day_and_a_hold_with_an_end(sqlite_desk: Desk) -> None:
    bare = a_draft()
    draft = Draft(Kind.PRESERVE, bare.segments, bare.place, Contact(in_person=True), notice="2026-11")
    receipt = file(sqlite_desk, ANONYMOUS, a_filing(draft=draft))
    assert receipt.due is None
    assert receipt.preserved_until == date(2027, 1, 30)
    with sqlite_desk.engine.connect() as connection:
        assert connection.execute(text("SELECT status FROM outbox")).scalar() == "kept"


def test_a_delicate_case_is_marked_and_its_letter_says_nothing(sqlite_desk: Desk) -> None:
    file(sqlite_desk, ANONYMOUS, a_filing(draft=a_draft(facts=Facts.PRIVATE)))
    with sqlite_desk.engine.connect() as connection:
        assert connection.execute(text("SELECT sensitive FROM footage_requests")).scalar() == 1
        letter = outbox.read(connection, sqlite_desk.seal, 2)  # the one that goes out
    assert not {"grabación", "cámara", "video"} & set((letter.subject + letter.text).lower().split())


def test_an_upload_is_kept_encrypted_and_one_of_a_form_sent_twice_is_erased(desk: Desk) -> None:
    filed = a_filing(uploads=[Upload("poder.pdf", "application/pdf", b"%PDF- the mandate")])
    file(desk, ANONYMOUS, filed)
    file(desk, ANONYMOUS, filed)
    kept = [path for path in (desk.home / "evidence").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert b"mandate" not in kept[0].read_bytes()
    with desk.engine.connect() as connection:
        (piece,) = evidence.listing(connection, desk, 1)
        assert b"".join(evidence.read(connection, desk, piece.id)) == b"%PDF- the mandate"


def test_a_filing_that_fails_leaves_nothing_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("services.footage.letters.acknowledge", fail)
    with pytest.raises(RuntimeError):
        file(desk, ANONYMOUS, a_filing(uploads=[Upload("poder.pdf", "application/pdf", b"%PDF-")]))
    assert set(counts(desk).values()) == {0}
    assert [path for path in Path(desk.home).rglob("*") if path.is_file()] == []


def test_two_hundred_at_once_are_all_filed_each_once(desk: Desk) -> None:
    """Every form is sent twice, as by a double click, by twenty visitors' threads."""
    forms = [
        a_filing(draft=a_draft(document=f"P{number}", document_type="passport"), source=f"198.51.{number % 250}.1")
        for number in range(200)
    ]
    with ThreadPoolExecutor(20) as pool:
        answered: list[Receipt] = list(pool.map(lambda form: file(desk, ANONYMOUS, form), [*forms, *forms]))
    first, second = answered[:200], answered[200:]
    assert len({receipt.folio for receipt in first}) == len({receipt.code for receipt in first}) == 200
    assert [(one.folio, one.code) for one in first] == [(one.folio, one.code) for one in second]
    assert counts(desk) == {
        "footage_requests": 200,
        "case_events": 800,
        "holds": 200,
        "outbox": 400,
        "evidence": 0,
    }
    assert whole(desk)


@pytest.mark.parametrize("typed", ["12345678-5", "12.345.678-5", "123456785", " 12 345 678 - 5 ", "1234567８-5"])
def test_a_rut_is_kept_in_one_form(typed: str) -> None:
    assert documents.chilean(typed) == "12345678-5"


@pytest.mark.parametrize("rut", ["11111111-1", "76086428-5", "12345678-5", "10000013-K", "1000005-K"])
def test_the_ruts_of_the_specification_and_those_that_end_in_k_pass(rut: str) -> None:
    assert documents.chilean(rut.lower()) == rut


@pytest.mark.parametrize("typed", ["12345678-4", "11111111-2", "1-9", "", "abc", "123456789012"])
def test_what_is_no_rut_is_refused(typed: str) -> None:
    assert documents.chilean(typed) is None


# --- what the desk files for others ------------------------------------------------------------------------------


def test_a_letter_that_lay_counts_from_when_it_came_and_is_held_from_now(desk: Desk) -> None:
    came = NOW - 9 * 86_400
    filed = a_filing(channel="letter", received=came)
    receipt = file(desk, CLERK, filed)
    assert (receipt.received, receipt.due) == (
        date(2026, 11, 22),
        date(2026, 11, 24),
    )  # two business days till December
    assert file(desk, CLERK, filed).code == receipt.code
    with desk.engine.connect() as connection:
        case = requests.by_folio(connection, receipt.folio)
        assert case is not None
        assert (case.received_at, case.channel) == (came, "letter")
        assert [hold.placed_at for hold in holds.of(connection, case.id)] == [NOW]
        assert {link.at for link in events.of(connection, case.folio)} == {NOW}
        letter = outbox.read(connection, desk.seal, outbox.of_case(connection, case.id)[0].id)
    assert "22 nov 2026" in letter.text or "22 de noviembre" in letter.text
    assert letter.to == "ana@example.org"
    assert whole(desk)


@pytest.mark.parametrize(
    ("actor", "values"),
    [
        (CLERK, {"channel": "letter", "received": NOW + 1}),
        (CLERK, {"channel": "pigeon"}),
        (CLERK, {"channel": "import"}),
        (ANONYMOUS, {"received": NOW - 60}),
    ],
)
def test_no_request_comes_from_the_future_by_an_unknown_way_or_backdated_over_the_web(
    sqlite_desk: Desk, actor: Actor, values: dict[str, object]
) -> None:
    with pytest.raises(Invalid, match=r"footage\.form"):
        file(sqlite_desk, actor, a_filing(**values))
    assert counts(sqlite_desk)["footage_requests"] == 0


def test_nobody_orders_footage_over_the_web(desk: Desk) -> None:
    order = a_draft(kind=Kind.AUTHORITY, body="court", order="RIT 431-2026")
    with pytest.raises(Invalid, match=r"footage\.form"):
        filing.file(desk, ANONYMOUS, a_filing(draft=order))
