"""Confirming an e-mail address: what goes to it before, the code, and everybody who has another one."""

from __future__ import annotations

import re

import pytest

from data_access.desk import Desk, events, outbox
from domain.errors import Illegal, NotFound, Throttled
from domain.footage.draft import Contact, Facts
from domain.footage.states import Status
from domain.footage.view import Mail
from domain.people import ANONYMOUS, Role
from services import clock
from services.footage import address, following, moving
from services.footage.filing import COUNTER, file
from tests.filing import NOW, a_draft, a_filing
from tests.footage import WORDS, case_of, person

HERE, OTHER = "192.0.2.7", "198.51.100.9"
CLERK = person(Role.OPERATOR)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def letters(desk: Desk) -> list[tuple[str, str, str]]:
    """(template, status, to whom) of every letter."""
    with desk.engine.connect() as connection:
        found = outbox.entries(connection)
        return [(one.template, one.status, outbox.read(connection, desk.seal, one.id).to) for one in found]


def code(desk: Desk) -> str:
    """The code of the newest letter that asks for one."""
    with desk.engine.connect() as connection:
        asked = [one for one in outbox.entries(connection) if one.template == "address"]
        text = outbox.read(connection, desk.seal, max(one.id for one in asked)).text
    return re.findall(r"(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}", text)[0]


def state(desk: Desk, folio: str) -> Mail:
    with desk.engine.connect() as connection:
        return address.state(connection, desk, case_of(desk, folio))


def test_nothing_goes_to_an_address_before_its_owner_says_so(desk: Desk) -> None:
    told = file(desk, ANONYMOUS, a_filing())
    assert told.mail is Mail.WAITING
    assert sorted(letters(desk)) == [("acknowledgement", "kept", ""), ("address", "waiting", "ana@example.org")]
    following.withdraw(desk, told.code, HERE)
    assert [to for template, _, to in letters(desk) if template != "address"] == ["", ""]


def test_once_confirmed_letters_go_out(desk: Desk) -> None:
    told = file(desk, ANONYMOUS, a_filing())
    following.confirm_address(desk, code(desk).lower().replace("-", " "), OTHER)
    following.withdraw(desk, told.code, HERE)
    assert letters(desk)[-2:] == [
        ("confirmed", "waiting", "ana@example.org"),
        ("withdrawn", "waiting", "ana@example.org"),
    ]
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole
        assert code(desk).replace("-", "")[8:] not in str(events.of(connection, told.folio))


def test_a_code_works_once_and_wrong_ones_are_answered_alike(desk: Desk) -> None:
    told, other = file(desk, ANONYMOUS, a_filing()), file(desk, ANONYMOUS, a_filing())
    good = code(desk)
    for wrong in (
        "",
        "x",
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        told.folio + good.replace("-", "")[8:],
        "9" * 999,
    ):
        with pytest.raises(NotFound) as refusal:
            following.confirm_address(desk, wrong, HERE)
        assert refusal.value.code == "footage.address"
    following.confirm_address(desk, good, HERE)
    with pytest.raises(NotFound):
        following.confirm_address(desk, good, HERE)
    assert (state(desk, told.folio), state(desk, other.folio)) == (Mail.WAITING, Mail.CONFIRMED)


def test_who_guesses_waits(sqlite_desk: Desk) -> None:
    file(sqlite_desk, ANONYMOUS, a_filing())
    for _ in range(address.TRIES):
        with pytest.raises(NotFound):
            following.confirm_address(sqlite_desk, "guess", HERE)
    with pytest.raises(Throttled):
        following.confirm_address(sqlite_desk, code(sqlite_desk), HERE)
    following.confirm_address(sqlite_desk, code(sqlite_desk), OTHER)


def test_a_newer_letter_ends_the_code_before_and_there_are_three(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = file(desk, ANONYMOUS, a_filing())
    first = code(desk)
    assert following.mail_again(desk, told.code, HERE).mail is Mail.WAITING
    with pytest.raises(NotFound):
        following.confirm_address(desk, first, HERE)
    assert following.mail_again(desk, told.code, HERE).mail is Mail.SPENT
    with pytest.raises(Illegal):
        following.mail_again(desk, told.code, HERE)
    last = code(desk)
    monkeypatch.setattr(clock, "now", lambda: NOW + address.DAYS * 86_400 + 1)
    with pytest.raises(NotFound):
        following.confirm_address(desk, last, HERE)


def test_the_letter_tells_nobody_that_footage_was_asked_for(sqlite_desk: Desk) -> None:
    for language in ("es", "en"):
        file(sqlite_desk, ANONYMOUS, a_filing(draft=a_draft(facts=Facts.PRIVATE), language=language))
    with sqlite_desk.engine.connect() as connection:
        asked = [one for one in outbox.entries(connection) if one.template == "address"]
        said = " ".join(str(outbox.read(connection, sqlite_desk.seal, one.id)) for one in asked).lower()
    assert not any(
        word in said for word in ("graba", "cámara", "solicitud", "footage", "recording", "camera", "violen")
    )


@pytest.mark.parametrize("site", ["", "https://seguridad.ciudad.cl"])
def test_the_letter_leads_to_the_site_of_the_settings_alone(desk: Desk, site: str) -> None:
    object.__setattr__(desk, "site", site)
    file(desk, ANONYMOUS, a_filing())
    with desk.engine.connect() as connection:
        text = outbox.read(connection, desk.seal, 2).text
    assert (f"{site}/confirm#" in text) == bool(site)
    assert "/confirm" in text


@pytest.mark.parametrize("channel", [COUNTER, "phone"])
def test_what_the_desk_took_down_and_who_has_no_address_need_no_code(desk: Desk, channel: str) -> None:
    told = file(desk, CLERK, a_filing(channel=channel))
    bare = file(desk, ANONYMOUS, a_filing(draft=a_draft(contact=Contact(in_person=True))))
    assert (told.mail, bare.mail) == (Mail.CONFIRMED, Mail.NONE)
    assert letters(desk) == [("acknowledgement", "waiting", "ana@example.org"), ("acknowledgement", "kept", "")]
    case = case_of(desk, bare.folio)
    moving.move(desk, CLERK, bare.folio, case.version, Status.CLARIFICATION, None, {"question": WORDS})
    assert letters(desk)[-1] == ("clarification", "kept", "")
