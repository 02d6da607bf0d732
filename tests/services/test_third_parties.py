"""Third parties who were told: two business days to hear of it and three to oppose, where the law says so."""

from __future__ import annotations

from datetime import date

import pytest

from data_access.desk import Desk, events
from domain.errors import Illegal, Invalid
from domain.footage.case import Case
from domain.footage.draft import Kind as Asked
from domain.footage.handling import OPPOSITIONS, Kind
from domain.footage.states import Status
from domain.people import Role
from services.footage import cases, filing, moving
from tests.dated import at, filed, moved
from tests.filing import a_draft, a_filing
from tests.footage import case_of, person, piece

KEEPER = person(Role.CUSTODIAN)
TOLD, FROM = "2026-12-14", date(2026, 12, 22)  # a Monday; the fifth business day is the next Monday


def waiting(desk: Desk, law: str = "chile") -> Case:
    """A case with its master whose third parties were told."""
    if law == "chile":
        case = filed(desk, "2026-12-02", kind=Asked.INFORMATION)
    else:
        with desk.writing() as connection:
            asked = a_filing(draft=a_draft(kind=Asked.INFORMATION), law=law)
            case = filing.enter(connection, desk, asked, filing.REQUESTER, at("2026-12-02"))
    piece(desk, case, Kind.MASTER)
    return moved(desk, case, Status.THIRD_PARTY, TOLD, words={"third_parties": "Se avisó a la otra conductora."})


def go_on(desk: Desk, case: Case, **told: str) -> Case:
    return moving.move(desk, KEEPER, case.folio, case.version, Status.REDACTION, None, told)


@pytest.mark.parametrize(("day", "waits"), [(TOLD, True), ("2026-12-21", True), ("2026-12-22", False)])
def test_a_case_goes_on_when_the_term_to_oppose_is_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, day: str, waits: bool
) -> None:
    case = waiting(desk)
    monkeypatch.setattr("services.clock.now", lambda: at(day))
    sheet = cases.sheet(desk, KEEPER, case.folio)
    (offer,) = [one for one in sheet.offers if one.after is Status.REDACTION]
    assert (sheet.go_on_from, offer.hindrance) == (FROM, "footage.opposing" if waits else "")
    if waits:
        with pytest.raises(Illegal) as refusal:
            go_on(desk, case, opposition="silent")
        assert (refusal.value.code, case_of(desk, case.folio)) == ("footage.opposing", case)
    else:
        assert go_on(desk, case, opposition="silent").status is Status.REDACTION
        assert cases.sheet(desk, KEEPER, case.folio).go_on_from is None


@pytest.mark.parametrize("said", OPPOSITIONS)
def test_what_they_said_is_told_with_the_move(desk: Desk, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    case = waiting(desk)
    monkeypatch.setattr("services.clock.now", lambda: at("2026-12-22"))
    for told in ({}, {"opposition": "perhaps"}):
        with pytest.raises(Invalid) as refusal:
            go_on(desk, case, **told)
        assert set(refusal.value.details["fields"]) == {"opposition"}
    go_on(desk, case, opposition=said)
    with desk.engine.connect() as connection:
        assert events.of(connection, case.folio)[-1].details["opposition"] == said


def test_where_the_law_sets_no_such_terms_nothing_waits_and_nothing_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = waiting(desk, "argentina-mendoza")
    monkeypatch.setattr("services.clock.now", lambda: at(TOLD))
    sheet = cases.sheet(desk, KEEPER, case.folio)
    (offer,) = [one for one in sheet.offers if one.after is Status.REDACTION]
    assert (sheet.go_on_from, offer.hindrance, offer.fields) == (None, "", ())
    assert go_on(desk, case).status is Status.REDACTION
