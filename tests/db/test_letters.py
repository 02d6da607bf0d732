"""Letters: written with what they tell of, sent once, lost never."""

from __future__ import annotations

from threading import Thread

import pytest

from data_access.desk import Desk, events, holds, outbox, requests
from data_access.mail import Post
from domain.errors import Forbidden, NotFound
from domain.footage.case import Case, Hold
from domain.footage.draft import Contact, Delivery, Facts
from domain.footage.states import Resolution, Status
from domain.people import ANONYMOUS, Actor, Role
from services.footage import alarms, delivery, letters, mailing
from tests.dated import at, filed, moved
from tests.mail import Mailbox, free_port, mail_server

DAY, NOW = "2026-11-10", at("2026-11-10")
FROM = "Ciudad <grabaciones@ciudad.cl>"
CLERK = Actor(7, "clerk@ciudad.cl", frozenset({Role.OPERATOR}))


@pytest.fixture
def box() -> Mailbox:
    return Mailbox(free_port())


def statuses(desk: Desk) -> list[str]:
    with desk.engine.connect() as connection:
        return [entry.status for entry in outbox.entries(connection)]


def texts(desk: Desk) -> list[outbox.Letter]:
    with desk.engine.connect() as connection:
        return [outbox.read(connection, desk.seal, entry.id) for entry in outbox.entries(connection)]


def send(desk: Desk, box: Mailbox, now: int = NOW) -> mailing.Round:
    return mailing.send_waiting(desk, Post(box.url, FROM), now)


def test_a_request_is_acknowledged_by_a_letter_that_tells_nothing_of_who_asked(desk: Desk, box: Mailbox) -> None:
    case = filed(desk, DAY)
    with mail_server(box):
        assert send(desk, box) == mailing.Round(sent=1)
    (letter,) = box.letters
    text = letter.get_content()
    assert (letter["To"], letter["From"]) == ("ana@example.org", FROM)
    assert f"{case.folio[:4]}-{case.folio[4:]}" in letter["Subject"]
    assert "10 nov 2026" in text
    assert "12 nov 2026" in text  # Act 19.628, two business days
    assert "Ana" not in text
    assert statuses(desk) == ["sent"]


def test_a_letter_is_there_only_where_what_it_tells_of_is(desk: Desk) -> None:
    case = filed(desk, DAY)

    def undone() -> None:
        with desk.writing() as connection:
            letters.enqueue(connection, desk, case, "ready", NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undone()
    assert [entry.template for entry in letters.of_case(desk, CLERK, case)] == ["acknowledgement"]


def test_nothing_is_lost_while_the_server_is_down(desk: Desk, box: Mailbox) -> None:
    for number in range(3):
        filed(desk, DAY, once=f"n{number}")
    later = NOW
    for _ in range(12):
        assert send(desk, box, later).down
        assert send(desk, box, later + 1) == mailing.Round()  # it is left alone for a while
        later += outbox.LONGEST_DELAY
    with mail_server(box):
        assert send(desk, box, later).sent == 3
        assert send(desk, box, later + 86_400).sent == 0
    assert len({letter["Message-ID"] for letter in box.letters}) == len(box.letters) == 3


def test_a_letter_that_the_server_postpones_is_tried_later_and_holds_up_no_other(desk: Desk, box: Mailbox) -> None:
    filed(desk, DAY, contact=Contact(email="slow@example.org"))
    filed(desk, DAY, once="two")
    box.refuse["slow@example.org"] = "451 not now"
    with mail_server(box):
        assert send(desk, box) == mailing.Round(sent=1)
        assert send(desk, box, NOW + outbox.FIRST_DELAY - 1).sent == 0
        box.refuse.clear()
        assert send(desk, box, NOW + outbox.FIRST_DELAY).sent == 1
    assert box.recipients == ["ana@example.org", "slow@example.org"]


def test_a_letter_that_can_never_be_delivered_is_kept_and_told(desk: Desk, box: Mailbox) -> None:
    case = filed(desk, DAY, contact=Contact(email="gone@example.org"))
    box.refuse["gone@example.org"] = "550 nobody here"
    with mail_server(box):
        assert send(desk, box) == mailing.Round(failed=1)
        assert send(desk, box, NOW + 10**6) == mailing.Round()
    (entry,) = letters.of_case(desk, CLERK, case)
    assert entry.status == "failed"
    assert "recibimos" in letters.read(desk, CLERK, entry.id).subject


def test_a_letter_is_taken_again_when_its_worker_died(desk: Desk, box: Mailbox) -> None:
    filed(desk, DAY)
    with desk.engine.begin() as connection:
        assert outbox.claim(connection, NOW) is not None  # and nothing more
    with mail_server(box):
        assert send(desk, box).sent == 0
        assert send(desk, box, NOW + outbox.FIRST_DELAY).sent == 1


def test_a_letter_whose_fate_is_unknown_goes_again_under_the_same_number(desk: Desk, box: Mailbox) -> None:
    filed(desk, DAY)
    box.hang_up = True
    with mail_server(box):
        assert send(desk, box).down
        box.hang_up = False
        assert send(desk, box, NOW + outbox.FIRST_DELAY).sent == 1
    assert len({letter["Message-ID"] for letter in box.letters}) == 1


def test_two_workers_send_every_letter_once(desk: Desk, box: Mailbox) -> None:
    for number in range(12):
        filed(desk, DAY, once=f"n{number}")
    with mail_server(box):
        workers = [Thread(target=send, args=(desk, box)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert len({letter["Message-ID"] for letter in box.letters}) == len(box.letters) == 12
    assert set(statuses(desk)) == {"sent"}


def test_an_address_that_would_write_into_the_header_reaches_no_server(desk: Desk, box: Mailbox) -> None:
    filed(desk, DAY, contact=Contact(email="ana@example.org\r\nBcc: all@example.org"))
    with mail_server(box):
        assert send(desk, box) == mailing.Round(failed=1)
    assert box.letters == []


def test_a_hold_that_nobody_confirmed_in_time_is_told_to_the_supervisor_once(desk: Desk) -> None:
    case, other = filed(desk, DAY), filed(desk, DAY, once="two")
    with desk.writing() as connection:
        for hold in holds.of(connection, other.id):
            holds.confirm(connection, hold, NOW, "keeper@ciudad.cl", "CLIP-7", "ab" * 32)
    (hold,) = _holds(desk, case)
    assert alarms.late_holds(desk, "jefa@ciudad.cl", hold.confirm_by) == []
    assert alarms.late_holds(desk, "jefa@ciudad.cl", hold.confirm_by + 1) == [case.folio]
    assert alarms.late_holds(desk, "jefa@ciudad.cl", hold.confirm_by + 9) == []
    (told,) = [letter for letter in texts(desk) if letter.to == "jefa@ciudad.cl"]
    assert f"{case.folio[:4]}-{case.folio[4:]}" in told.subject
    assert "Ana" not in told.text
    moved(desk, case, Status.CLOSED, DAY, Resolution.WITHDRAWN)
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole


def test_a_case_that_is_closed_alarms_nobody(desk: Desk) -> None:
    case = filed(desk, DAY)
    moved(desk, case, Status.CLOSED, DAY, Resolution.WITHDRAWN)
    assert alarms.late_holds(desk, "jefa@ciudad.cl", NOW + 10**7) == []


def _holds(desk: Desk, case: Case) -> tuple[Hold, ...]:
    with desk.engine.connect() as connection:
        return holds.of(connection, case.id)


def test_who_has_no_address_is_handed_their_letter(desk: Desk, box: Mailbox) -> None:
    case = filed(desk, DAY, contact=Contact(in_person=True))
    with mail_server(box):
        assert send(desk, box) == mailing.Round()
    (entry,) = letters.of_case(desk, CLERK, case)
    assert entry.status == "kept"
    letters.handed_over(desk, CLERK, entry.id)
    assert letters.of_case(desk, CLERK, case)[0].status == "sent"


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_delicate_case_is_told_in_words_that_say_nothing(desk: Desk, language: str) -> None:
    case = filed(desk, DAY, facts=Facts.PRIVATE, language=language)
    moved(desk, case, Status.CLOSED, DAY, Resolution.NOT_HELD, {"reason": "offline"})
    for letter in texts(desk):
        said = f"{letter.subject} {letter.text}".lower()
        told = ("graba", "cámara", "solicitud", "footage", "recording", "camera", "request", "violen")
        assert not any(word in said for word in told)


def test_a_delicate_case_without_a_safe_address_gets_no_message(desk: Desk) -> None:
    filed(desk, DAY, facts=Facts.PRIVATE, contact=Contact(phone="+56 9 1234 5678"))
    assert statuses(desk) == ["kept"]


def test_a_refusal_says_its_ground_the_reasons_and_where_to_turn(desk: Desk) -> None:
    case = filed(desk, "2026-12-10", language="en")
    moved(desk, case, Status.REVIEW, "2026-12-10")
    words = {"text": "Another procedure on these facts is under way, and showing this would {spoil} it."}
    moved(desk, case, Status.CLOSED, "2026-12-14", Resolution.DENIED, {"ground": "investigation"}, words)
    letter = texts(desk)[-1]
    assert "It would hinder an investigation or a sanction" in letter.text
    assert words["text"] in letter.text
    assert "Personal Data Protection Agency, until 27 Jan 2027" in letter.text  # 30 business days


@pytest.mark.parametrize(
    ("before", "after", "resolution", "template"),
    [
        (Status.RECEIVED, Status.CLARIFICATION, None, "clarification"),
        (Status.RECEIVED, Status.REVIEW, None, None),
        (Status.SEARCHING, Status.REDACTION, None, None),
        (Status.APPROVAL, Status.READY, Resolution.FULL, "ready"),
        (Status.READY, Status.DELIVERED, None, "delivered"),
        (Status.READY, Status.CLOSED, Resolution.NOT_COLLECTED, "not_collected"),
        (Status.SEARCHING, Status.CLOSED, Resolution.WITHDRAWN, "withdrawn"),
        (Status.CLOSED, Status.APPEAL, None, "appeal_received"),
        (Status.APPEAL, Status.CLOSED, None, "appeal_decided"),
        (Status.APPEAL, Status.SEARCHING, None, "appeal_decided"),
    ],
)
def test_each_move_that_concerns_who_asked_has_its_letter(
    before: Status, after: Status, resolution: Resolution | None, template: str | None
) -> None:
    assert letters.template_of(before, after, resolution) == template


@pytest.mark.parametrize(
    ("way", "how", "told", "appeals"),
    [
        (Delivery.COUNTER, Resolution.FULL, "retirarla en la oficina", False),
        (Delivery.DOWNLOAD, Resolution.FULL, "descargarla", False),
        (Delivery.DOWNLOAD, Resolution.PARTIAL, "en parte", True),
        (Delivery.VIEWING, Resolution.FULL, "se muestra en la oficina", False),
        (Delivery.DOWNLOAD, Resolution.VIEWING, "se muestra en la oficina", True),
    ],
)
def test_what_is_ready_is_told_by_how_it_is_handed_over_with_the_act(
    sqlite_desk: Desk, way: Delivery, how: Resolution, told: str, appeals: bool
) -> None:
    case = filed(sqlite_desk, DAY)
    with sqlite_desk.writing() as connection:
        requests.change(connection, case, delivery=str(way))
    moved(sqlite_desk, case, Status.READY, DAY, how, None, {"act": "Se difuminó a dos personas."})
    letter = texts(sqlite_desk)[-1].text
    assert told in letter
    assert "Se difuminó a dos personas." in letter
    assert ("Puede reclamar ante" in letter) is appeals
    assert ("Lleve el documento" in letter) is (way is not Delivery.DOWNLOAD or how is Resolution.VIEWING)


def test_an_appointment_to_see_the_recording_is_told_by_a_letter(desk: Desk) -> None:
    case = filed(desk, DAY)
    moved(desk, case, Status.READY, DAY, Resolution.VIEWING, None, {"act": "Se ve a un niño."})
    delivery.appoint(desk, CLERK, case.folio, at("2090-01-02", 10))
    letter = texts(desk)[-1].text
    assert "lunes, 2 de enero de 2090, 10:00" in letter
    assert "niño" not in letter


def test_in_a_delicate_case_an_appointment_is_only_news(sqlite_desk: Desk) -> None:
    case = filed(sqlite_desk, DAY, facts=Facts.PRIVATE)
    moved(sqlite_desk, case, Status.READY, DAY, Resolution.VIEWING, None, {"act": "Se ve a un niño."})
    judge = Actor(8, "judge@ciudad.cl", frozenset({Role.OPERATOR, Role.TRANSPARENCY}))
    delivery.appoint(sqlite_desk, judge, case.folio, at("2090-01-02", 10))
    assert all("grabaci" not in letter.text and "2090" not in letter.text for letter in texts(sqlite_desk))


def test_every_letter_can_be_written_in_both_languages(sqlite_desk: Desk) -> None:
    said = {"ground": "rights", "outcome": "partly", "body": "Fiscalía", "question": "¿Qué auto?", "reason": "offline"}
    said["viewing"] = str(NOW)
    others = ("reminder", "appeal_decided", "viewing", "partial", "viewing_only")
    for language in ("es", "en"):
        case = filed(sqlite_desk, DAY, once=language, language=language)
        with sqlite_desk.writing() as connection:
            for template in (*letters.MOVES.values(), *letters.ENDINGS.values(), *others):
                letters.enqueue(connection, sqlite_desk, case, template, NOW, said)
    assert all("{" not in letter.subject + letter.text for letter in texts(sqlite_desk))
    with sqlite_desk.engine.connect() as connection:
        assert events.verify(connection).whole


def test_letters_are_read_by_those_who_handle_cases_alone(sqlite_desk: Desk) -> None:
    case = filed(sqlite_desk, DAY)
    (entry,) = letters.of_case(sqlite_desk, CLERK, case)
    assert letters.read(sqlite_desk, CLERK, entry.id).to == ""
    for actor in (ANONYMOUS, Actor(1, "a@b.cl", frozenset({Role.ANALYST}))):
        with pytest.raises(Forbidden):
            letters.read(sqlite_desk, actor, entry.id)
        with pytest.raises(Forbidden):
            letters.handed_over(sqlite_desk, actor, entry.id)
    with pytest.raises(NotFound):
        letters.read(sqlite_desk, CLERK, 99)
