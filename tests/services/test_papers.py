"""Official letters: what they say, in both languages, who prints them, and that they are no older than their case."""

from __future__ import annotations

import pypdfium2
import pytest

from components import letter_sheet
from data_access.desk import Desk
from domain.errors import Forbidden, Invalid, NotFound
from domain.footage.draft import Delivery, Facts
from domain.footage.handling import Kind
from domain.footage.papers import Paper, Print
from domain.footage.states import Resolution, Status
from domain.people import ANONYMOUS, PERMISSIONS, Actor, Permission, Role
from services.footage import filing, following, letters, moving, papers
from tests import dated
from tests.filing import a_draft, a_filing
from tests.footage import WORDS, case_of, person, piece, prepared

ZONE, BOTH = "America/Santiago", ("es", "en")
CLERK, LAWYER = person(Role.OPERATOR), person(Role.TRANSPARENCY)


def text(prints: list[Print]) -> str:
    """What the PDF says."""
    document = pypdfium2.PdfDocument(letter_sheet.pdf(prints, "Gran Ciudad", ZONE))
    found = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    document.close()
    return " ".join(" ".join(found).split())


def refused(desk: Desk, day: str = "2026-12-14") -> str:
    case = dated.filed(desk, "2026-12-10")
    dated.moved(desk, case, Status.REVIEW, "2026-12-10")
    told = {"ground": "investigation"}
    return dated.moved(desk, case, Status.CLOSED, day, Resolution.DENIED, told, {"text": WORDS}).folio


def test_a_refusal_says_its_ground_its_reasons_and_where_to_turn_in_both_languages(desk: Desk) -> None:
    said = text(papers.printed(desk, LAWYER, refused(desk), "refusal", BOTH))
    assert "Impediría una investigación" in said
    assert "It would hinder an investigation" in said
    assert said.count(WORDS[:40]) == 2
    assert "27 Jan 2027" in said
    assert "27 ene 2027" in said
    assert "Ana" not in said


@pytest.mark.parametrize(
    ("how", "told"), [(Resolution.PARTIAL, "in part"), (Resolution.VIEWING, "only be seen at the office")]
)
def test_an_answer_that_gives_less_is_an_official_letter_with_its_act_and_appeals(
    sqlite_desk: Desk, how: Resolution, told: str
) -> None:
    case = dated.filed(sqlite_desk, "2026-12-10")
    dated.moved(sqlite_desk, case, Status.READY, "2026-12-14", how, None, {"act": WORDS})
    dated.moved(sqlite_desk, case, Status.DELIVERED, "2026-12-20")
    said = text(papers.printed(sqlite_desk, CLERK, case.folio, "refusal", BOTH))
    assert told in said
    assert said.count(WORDS[:40]) == 2
    assert "27 ene 2027" in said
    assert {one.template for one in letters.of_case(sqlite_desk, CLERK, case)} >= {"ready", "delivered"}


def test_a_full_answer_is_no_refusal(sqlite_desk: Desk) -> None:
    case = dated.filed(sqlite_desk, "2026-12-10")
    dated.moved(sqlite_desk, case, Status.READY, "2026-12-14", Resolution.FULL, None, {"act": WORDS})
    with pytest.raises(NotFound):
        papers.printed(sqlite_desk, CLERK, case.folio, "refusal", ["es"])


def test_the_acknowledgement_is_what_it_was_on_the_day_whatever_became_of_the_case(desk: Desk) -> None:
    folio = refused(desk)
    (printed,) = papers.printed(desk, CLERK, folio, "acknowledgement", ["en"])
    said = text([printed])
    assert "10 Dec 2026" in said
    assert "9 Jan 2027" in said  # the first legal day
    assert printed.at == dated.at("2026-12-10")


def test_a_receipt_names_each_file_with_its_hash_and_nobody_of_the_desk(desk: Desk) -> None:
    case = prepared(desk, Status.READY)
    with pytest.raises(NotFound):
        papers.printed(desk, CLERK, case.folio, "receipt", ["es"])
    made = piece(desk, case, Kind.REDACTED, content=b"another")
    told = {"received": "in_person", "identity": "seen"}
    moving.move(desk, CLERK, case.folio, case.version, Status.DELIVERED, None, told)
    said = text(papers.printed(desk, CLERK, case.folio, "receipt", BOTH)).replace(" ", "")
    assert said.count(made.sha256) == 2
    assert CLERK.email not in said


@pytest.mark.parametrize("role", Role)
def test_who_reads_cases_prints_letters_and_nobody_else(sqlite_desk: Desk, role: Role) -> None:
    folio = dated.filed(sqlite_desk, "2026-12-10").folio
    if Permission.CASES in PERMISSIONS[role]:
        assert papers.printed(sqlite_desk, person(role), folio, "acknowledgement", ["es"])
        return
    for actor in (person(role), ANONYMOUS):
        with pytest.raises(Forbidden):
            papers.printed(sqlite_desk, actor, folio, "acknowledgement", ["es"])


@pytest.mark.parametrize(("paper", "languages"), [("../x", ["es"]), ("receipt", []), ("receipt", ["xx"]), ("", ["es"])])
def test_what_is_no_letter_is_refused(sqlite_desk: Desk, paper: str, languages: list[str]) -> None:
    folio = dated.filed(sqlite_desk, "2026-12-10").folio
    with pytest.raises(Invalid):
        papers.printed(sqlite_desk, CLERK, folio, paper, languages)


def test_who_has_the_code_prints_their_letters_even_in_a_delicate_case(desk: Desk) -> None:
    told = filing.file(desk, ANONYMOUS, a_filing(draft=a_draft(facts=Facts.PRIVATE, delivery=Delivery.COUNTER)))
    assert following.look_up(desk, told.code, "192.0.2.1").papers == (Paper.ACKNOWLEDGEMENT,)
    printed = following.paper(desk, told.code, "192.0.2.1", "acknowledgement", "en")
    assert "footage" in text([printed])
    for wrong in ("", "x" * 24):
        with pytest.raises(NotFound):
            following.paper(desk, wrong, "192.0.2.1", "acknowledgement", "en")
    clerk = Actor(3, "otra@ciudad.cl", frozenset({Role.OPERATOR}))
    with pytest.raises(Forbidden):
        papers.printed(desk, clerk, case_of(desk, told.folio).folio, "acknowledgement", ["es"])
