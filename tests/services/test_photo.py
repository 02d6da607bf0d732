"""The photo of who asks: only where the desk asked for one, for few eyes, and gone when the case is closed."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from data_access.desk import Desk, events, evidence, views
from domain.errors import Forbidden, Illegal, Invalid, NotFound
from domain.footage.handling import Kind, Use
from domain.footage.states import Status
from domain.people import ANONYMOUS, Permission, Role
from services import clock
from services.footage import cases, custody, following, moving, retention, uploads
from services.footage.filing import file
from services.footage.uploads import Upload
from tests.filing import NOW, a_draft, a_filing
from tests.footage import WORDS, case_of, person

HERE, DAY = "192.0.2.7", 86_400
CLERK = person(Role.OPERATOR)


def picture(format: str = "JPEG", **known: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 150)).save(written, format, **known)
    return written.getvalue()


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def asked(desk: Desk, photo: str = "asked") -> tuple[str, str]:
    """A request with a question, and a photo asked for or not: its code and folio."""
    told = file(desk, ANONYMOUS, a_filing())
    case = case_of(desk, told.folio)
    question = {"question": WORDS, "photo": photo}
    moving.move(desk, CLERK, told.folio, case.version, Status.CLARIFICATION, None, question)
    return told.code, told.folio


def pieces(desk: Desk, folio: str) -> list[tuple[Kind, str, str]]:
    with desk.engine.connect() as connection:
        found = evidence.listing(connection, desk, case_of(desk, folio).id)
        return [(one.kind, one.name, one.id) for one in found if one.destroyed_at is None]


def test_a_photo_comes_with_the_answer_sealed_and_without_anybodys_name(desk: Desk) -> None:
    code, folio = asked(desk)
    assert following.look_up(desk, code, HERE).photo
    photo = uploads.photograph(picture(exif=b"Exif\0\0somewhere"))
    following.answer(desk, code, HERE, WORDS, photo)
    assert case_of(desk, folio).status is Status.REVIEW
    ((kind, name, id),) = pieces(desk, folio)
    assert (kind, name) == (Kind.PHOTO, "foto.jpg")
    assert photo.content not in evidence.path(desk, id).read_bytes()
    assert not following.look_up(desk, code, HERE).photo
    assert custody.verify(desk, CLERK, folio, id)
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole


@pytest.mark.parametrize("photo", ["", None])
def test_a_photo_that_nobody_asked_for_is_not_kept_and_moves_nothing(desk: Desk, photo: str | None) -> None:
    if photo is None:
        code = file(desk, ANONYMOUS, a_filing(draft=a_draft(document="P1", document_type="passport"))).code
    else:
        code, _ = asked(desk, photo)
    before = following.look_up(desk, code, HERE)
    assert not before.photo
    with pytest.raises(Illegal):
        following.answer(desk, code, HERE, WORDS, Upload("foto.jpg", "image/jpeg", picture()))
    assert following.look_up(desk, code, HERE) == before
    assert [path for path in desk.home.rglob("*") if path.is_file()] == []


def test_an_answer_needs_no_photo_and_a_second_question_asks_anew(desk: Desk) -> None:
    code, folio = asked(desk)
    following.answer(desk, code, HERE, WORDS)
    assert (case_of(desk, folio).status, pieces(desk, folio)) == (Status.REVIEW, [])


def test_the_desk_may_ask_for_a_photo_and_for_nothing_else(desk: Desk) -> None:
    told = file(desk, ANONYMOUS, a_filing())
    version = case_of(desk, told.folio).version
    question = {"question": WORDS, "photo": "of the house"}
    with pytest.raises(Invalid, match=r"footage\.incomplete"):
        moving.move(desk, CLERK, told.folio, version, Status.CLARIFICATION, None, question)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 %%EOF", "kind"),
        (b"GIF89a", "kind"),
        (picture("BMP"), "kind"),
        (b"\xff\xd8\xffnot a picture", "broken"),
        (b"\xff\xd8\xff" + bytes(uploads.BYTES), "large"),
    ],
)
def test_only_pictures_of_some_size_are_photos(content: bytes, code: str) -> None:
    with pytest.raises(uploads.Unfit, match=code):
        uploads.photograph(content)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_see_who_asks_opens_it_and_says_what_for(sqlite_desk: Desk, role: Role) -> None:
    code, folio = asked(sqlite_desk)
    following.answer(sqlite_desk, code, HERE, WORDS, uploads.photograph(picture()))
    ((_, _, id),) = pieces(sqlite_desk, folio)
    who = person(role)
    if Permission.IDENTITY not in who.permissions:
        with pytest.raises(Forbidden):
            custody.use(sqlite_desk, who, folio, id, Use.SEARCH)
        with pytest.raises(Forbidden):
            custody.read(sqlite_desk, who, folio, id, Use.SEARCH)
        return
    with pytest.raises(Invalid):
        custody.use(sqlite_desk, who, folio, id, "curiosity")
    custody.use(sqlite_desk, who, folio, id, Use.SEARCH)
    assert b"".join(custody.read(sqlite_desk, who, folio, id, Use.SEARCH)[1])[:3] == b"\xff\xd8\xff"
    with sqlite_desk.engine.connect() as connection:
        last = events.of(connection, folio)[-1]
    assert (last.actor, last.details["use"], last.details["kind"]) == (who.email, "search", "photo")


@pytest.mark.parametrize("role", list(Role))
def test_nobody_at_the_desk_hands_in_a_photo(sqlite_desk: Desk, role: Role) -> None:
    _, folio = asked(sqlite_desk)
    with pytest.raises((Forbidden, Invalid)):
        custody.keep(sqlite_desk, person(role), folio, "photo", "x.jpg", BytesIO(picture()), 1, {})
    assert pieces(sqlite_desk, folio) == []


def test_it_goes_when_the_case_is_closed_though_the_footage_is_still_held(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, folio = asked(desk)
    following.answer(desk, code, HERE, WORDS, uploads.photograph(picture()))
    assert retention.retain(desk, NOW + 300 * DAY, dry=True) == []
    following.withdraw(desk, code, HERE)
    gone = retention.retain(desk, NOW + 60)
    assert [(one.what, one.due) for one in gone] == [("photo", NOW)]
    assert pieces(desk, folio) == []
    assert [path for path in desk.home.rglob("*") if path.is_file()] == []
    with desk.engine.connect() as connection:
        assert events.of(connection, folio)[-1].action == "destroy"


def test_a_view_of_it_is_drawn_for_the_weekly_review(desk: Desk) -> None:
    code, folio = asked(desk)
    following.answer(desk, code, HERE, WORDS, uploads.photograph(picture()))
    ((_, _, id),) = pieces(desk, folio)
    custody.read(desk, CLERK, folio, id, Use.SEARCH)
    cases.identity(desk, CLERK, folio, "verify")
    with desk.engine.connect() as connection:
        found = views.between(connection, NOW, NOW + 1)
    assert [(one.what, one.purpose, one.folio) for one in found] == [
        ("photo", "search", folio),
        ("identity", "verify", folio),
    ]


def test_a_wrong_code_hands_in_nothing(desk: Desk) -> None:
    asked(desk)
    with pytest.raises(NotFound):
        following.answer(desk, "0" * 24, HERE, WORDS, uploads.photograph(picture()))
    assert [path for path in desk.home.rglob("*") if path.is_file()] == []
