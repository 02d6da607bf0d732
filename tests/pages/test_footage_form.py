"""The form that asks for footage over HTTP: what is wrong is told by field, nothing typed is lost, machines wait."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from data_access.desk import Desk, events, outbox
from data_access.desk_schema import evidence, requests
from domain.footage.draft import OPEN, Kind
from domain.people import SYSTEM
from services import clock
from services.footage import cases, letters, uploads
from services.footage.gate import WAIT
from tests.forms import Form, form

NOW = int(datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("America/Santiago")).timestamp())
PLACE = {"corner": "Gran Avenida con Salesianos", "commune": "san-miguel"}
WHEN = {"day1": "2026-11-20", "from1": "18:00", "to1": "18:30"}
PRESERVE = {**WHEN, **PLACE, "email": "rosa@example.org", "notice": "2026-11"}
PARTY = {
    **PRESERVE,
    "facts": "theft",
    "involvement": "affected",
    "story": "Me llevaron la bicicleta frente a la farmacia.",
    "name": "Rosa Inés Pardo",
    "document_type": "rut",
    "document": "12.345.678-5",
    "delivery": "counter",
    "undertaking": "2026-11",
}
CODE = re.compile(r'id="code" class="code">([0-9A-Z-]{29})<')


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The clock of the services; a test moves it."""
    told = {"now": NOW}
    monkeypatch.setattr(clock, "now", lambda: told["now"])
    return told


def opened(client: FlaskClient, kind: str = "party", **query: str) -> Form:
    answer = client.get("/footage/new", query_string={"kind": kind, **query}, follow_redirects=True)
    assert answer.status_code == 200
    return form(answer.text, "footage")


def send(client: FlaskClient, tick: dict[str, int], typed: dict[str, str], kind: str = "party") -> TestResponse:
    """Open the form, let its work be done, wait a while, and send it."""
    page = opened(client, kind)
    tick["now"] += 30
    return client.post(page.action, data=page.filled(**typed, proof=page.solved()))


def filed(desk: Desk) -> int:
    with desk.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(requests)) or 0


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", list(OPEN))
def test_every_kind_has_its_form_in_both_languages(client: FlaskClient, kind: str, language: str) -> None:
    page = opened(client, kind, lang=language)
    assert {"day1", "from1", "to1", "corner", "email", "notice"} <= set(page.values) | page.ids
    assert ("story" in page.ids) is (kind != Kind.PRESERVE)
    assert ("represented" in page.ids) is (kind == Kind.REPRESENTATIVE)
    assert ("plate" in page.ids) is (kind in (Kind.PARTY, Kind.CRASH, Kind.REPRESENTATIVE))


def test_the_public_has_no_form_for_the_order_of_an_authority(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    assert "authority" not in client.get("/footage/new").text
    assert 'name="order"' not in client.get("/footage/new?kind=authority").text
    send(client, tick, PARTY | {"kind": "authority", "body": "court", "order": "12-2026"})
    with sqlite_desk.engine.connect() as connection:
        assert connection.scalars(select(requests.c.kind)).all() == ["party"]


@pytest.mark.parametrize("path", ["/footage", "/footage/new", "/footage/new?print=1", "/footage/follow", "/verify"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_is_written_without_scripts_of_others(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, query_string={"lang": language} if "?" not in path else None)
    assert answer.status_code == 200
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert 'style="' not in answer.text


def test_a_good_form_is_filed_and_its_code_is_shown_once(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    answer = send(client, tick, PARTY)
    assert answer.status_code == 200
    assert CODE.search(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert filed(sqlite_desk) == 1


def test_the_sheet_of_paper_asks_everything_and_sends_nothing(client: FlaskClient) -> None:
    page = client.get("/footage/new?print=1").text
    assert "<form" not in page
    assert {"kind", "day3", "story", "relation", "document", "delivery"} <= form(page).ids


def test_what_is_wrong_is_told_at_its_field_and_everything_typed_stays(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    typed = PARTY | {"to1": "17:00", "document": "12.345.678-4", "looks": 'una <b>"chaqueta"</b> roja & gris'}
    typed |= {"day2": "2026-11-19", "indoors": "yes", "delivery": "viewing"}
    answer = send(client, tick, typed)
    page = form(answer.text, "footage")
    assert answer.status_code == 422
    assert {name: page.values[name] for name in typed} == {name: [value] for name, value in typed.items()}
    for name in ("to1", "from2", "document"):
        assert f'href="#{name}"' in answer.text
        assert re.search(rf'id="{name}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="{name}"', answer.text)
        assert f'id="{name}-wrong"' in answer.text
    assert filed(sqlite_desk) == 0


def test_every_link_of_the_summary_leads_to_a_field(client: FlaskClient, tick: dict[str, int]) -> None:
    for kind in OPEN:
        answer = send(client, tick, {}, kind)
        linked = set(re.findall(r'href="#([a-z_0-9]+)"', answer.text.partition('id="wrong"')[2].partition("</div>")[0]))
        assert linked
        assert linked <= form(answer.text).ids


@pytest.mark.parametrize(
    ("day", "found"), [("2026-11-20", "kept"), ("2026-10-24", "hurry"), ("2026-10-10", "gone"), ("", None), ("x", None)]
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_whether_it_may_still_exist_is_told_beside_the_day_before_anything_is_filed(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int], day: str, found: str | None, language: str
) -> None:
    client.set_cookie("language", language)
    answer = send(client, tick, PARTY | {"day1": day, "story": ""})
    told = re.findall(r'class="outlook (\w+)"', answer.text)
    assert (answer.status_code, told, filed(sqlite_desk)) == (422, [found] if found else [], 0)
    assert answer.text.find("outlook") < answer.text.find('id="corner"') if found else True


@pytest.mark.parametrize(("language", "gone"), [("es", "23 de octubre de 2026"), ("en", "23 October 2026")])
def test_the_form_says_from_which_day_on_footage_is_probably_gone(
    client: FlaskClient, tick: dict[str, int], language: str, gone: str
) -> None:
    page = client.get("/footage/new", query_string={"kind": "party", "lang": language}).text
    assert gone in page
    assert "26" in page.partition(gone)[0][-200:], "four days before"


def test_a_private_request_to_keep_it_is_delicate_and_its_letter_only_news(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    typed = PRESERVE | {"private": "yes"}
    answer = send(client, tick, typed, "preserve")
    assert (answer.status_code, 'href="#safe"' in answer.text) == (422, True)
    assert CODE.search(send(client, tick, typed | {"safe": "yes"}, "preserve").text)
    with sqlite_desk.writing() as connection:
        case = cases.found(connection, SYSTEM, str(connection.scalar(select(requests.c.folio))))
        assert case.sensitive
        events.append(connection, case.folio, NOW, "requester", letters.CONFIRMED, {})
        number = letters.enqueue(connection, sqlite_desk, case, "withdrawn", NOW)
        letter = outbox.read(connection, sqlite_desk.seal, number)
    assert letter.to == "rosa@example.org"
    assert "grabaci" not in (letter.subject + letter.text).lower()


def test_a_night_with_an_hour_twice_asks_which_one(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    typed = PRESERVE | {"day1": "2026-04-04", "from1": "23:10", "to1": "23:40"}
    answer = send(client, tick, typed, "preserve")
    assert 'name="hour1"' in answer.text
    page = form(answer.text, "footage")
    tick["now"] += 10
    again = client.post(page.action, data=page.filled(hour1="second", proof=page.solved()))
    assert "outlook gone" in again.text
    assert filed(sqlite_desk) == 1


@pytest.mark.parametrize(("day", "shade"), [("2026-11-20", "kept"), ("2026-10-28", "hurry"), ("2026-09-01", "gone")])
def test_how_long_the_footage_lasts_is_told_and_what_is_old_is_taken_too(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int], day: str, shade: str
) -> None:
    assert f"outlook {shade}" in send(client, tick, PRESERVE | {"day1": day}, "preserve").text
    assert filed(sqlite_desk) == 1


def test_sent_twice_it_is_filed_once_and_answered_the_same(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    page = opened(client)
    tick["now"] += 30
    sent = page.filled(**PARTY, proof=page.solved())
    first, second = (client.post(page.action, data=sent) for _ in range(2))
    assert CODE.findall(first.text) == CODE.findall(second.text) != []
    assert filed(sqlite_desk) == 1


def test_the_safe_path_keeps_no_address_that_is_not_safe(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    answer = send(client, tick, PARTY | {"facts": "private"})
    assert 'href="#safe"' in answer.text
    assert 'data-leave="1"' in answer.text
    assert send(client, tick, PARTY | {"facts": "private", "email": "", "in_person": "yes"}).status_code == 200
    assert filed(sqlite_desk) == 1


# --- machines


def test_a_form_that_comes_at_once_is_asked_for_again(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    page = opened(client)
    answer = client.post(page.action, data=page.filled(**PARTY, proof=page.solved()))
    assert answer.status_code == 422
    assert form(answer.text, "footage").values["story"] == [PARTY["story"]]
    assert filed(sqlite_desk) == 0


def test_without_scripts_one_waits_and_is_heard(client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]) -> None:
    page = opened(client)
    tick["now"] += 60
    answer = client.post(page.action, data=page.filled(**PARTY))
    assert answer.status_code == 422
    assert filed(sqlite_desk) == 0
    page = form(answer.text, "footage")
    tick["now"] += WAIT
    assert CODE.search(client.post(page.action, data=page.values).text)
    assert filed(sqlite_desk) == 1


@pytest.mark.parametrize("changed", [{"website": "https://example.org"}, {"ticket": "forged"}, {"ticket": ""}])
def test_what_no_person_sends_is_not_filed(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int], changed: dict[str, str]
) -> None:
    assert send(client, tick, PARTY | changed).status_code == 422
    assert filed(sqlite_desk) == 0


@pytest.mark.parametrize("changed", [{"csrf_token": ""}, {"csrf_token": "forged"}])
def test_a_forged_form_is_refused(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int], changed: dict[str, str]
) -> None:
    assert send(client, tick, PARTY | changed).status_code in (400, 403)
    assert filed(sqlite_desk) == 0


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://example.org"}]
)
def test_what_another_site_makes_a_browser_send_is_refused(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int], headers: dict[str, str]
) -> None:
    page = opened(client)
    tick["now"] += 30
    answer = client.post(page.action, data=page.filled(**PARTY, proof=page.solved()), headers=headers)
    assert answer.status_code == 403
    assert filed(sqlite_desk) == 0


def test_after_so_many_a_day_the_form_says_so_and_keeps_what_was_typed(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    answers = [send(client, tick, PRESERVE, "preserve") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert form(answers[-1].text, "footage").values["corner"] == [PLACE["corner"]]
    assert filed(sqlite_desk) == 5


def test_what_the_form_does_not_know_is_refused(client: FlaskClient) -> None:
    assert client.get("/footage/new?kind=everything").status_code == 400
    assert client.get("/footage/new?print=2").status_code == 400


# --- files


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(written, "JPEG")
    return written.getvalue()


REPRESENTATIVE = PARTY | {"relation": "lawyer", "represented": "Luis Pardo Soto"}


def attach(client: FlaskClient, tick: dict[str, int], *files: tuple[bytes, str]) -> TestResponse:
    page = opened(client, "representative")
    assert page.action == "/footage/represent"
    tick["now"] += 30
    named = {f"file{number}": (BytesIO(content), name) for number, (content, name) in enumerate(files, 1)}
    data = page.filled(**REPRESENTATIVE, proof=page.solved()) | named
    return client.post(page.action, data=data, content_type="multipart/form-data")


def test_what_is_attached_is_kept_encrypted_with_the_request(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    assert attach(client, tick, (picture(), "poder.jpg"), (b"%PDF-1.7\n%%EOF\n", "poder.pdf")).status_code == 200
    with sqlite_desk.engine.connect() as connection:
        kept = connection.execute(select(evidence.c.media, evidence.c.kind)).all()
    assert sorted(kept) == [("application/pdf", "upload"), ("image/jpeg", "upload")]
    assert not any(b"PDF" in path.read_bytes() for path in sqlite_desk.home.rglob("*") if path.is_file())


def test_what_is_no_document_is_refused_at_its_field(
    client: FlaskClient, sqlite_desk: Desk, tick: dict[str, int]
) -> None:
    answer = attach(client, tick, (b"MZ this is a program", "poder.pdf"))
    assert answer.status_code == 422
    assert 'href="#file1"' in answer.text
    assert form(answer.text, "footage").values["represented"] == ["Luis Pardo Soto"]
    assert filed(sqlite_desk) == 0


def test_no_file_is_looked_at_before_the_form_passed_the_gate(
    client: FlaskClient, tick: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "checked", lambda _: pytest.fail("a file was opened"))
    page = opened(client, "representative")
    tick["now"] += 30
    data = page.filled(**REPRESENTATIVE) | {"file1": (BytesIO(picture()), "poder.jpg")}
    assert client.post(page.action, data=data, content_type="multipart/form-data").status_code == 422


def test_the_other_forms_take_no_large_bodies(client: FlaskClient, tick: dict[str, int]) -> None:
    page = opened(client)
    answer = client.post(page.action, data=page.filled(story="x" * 70_000))
    assert answer.status_code == 413


# --- following


def followed(client: FlaskClient, code: str, **more: str) -> TestResponse:
    page = form(client.get("/footage/follow").text)
    return client.post("/footage/follow", data=page.filled(code=code, **more))


@pytest.fixture
def code(client: FlaskClient, tick: dict[str, int]) -> str:
    found = CODE.search(send(client, tick, PARTY).text)
    assert found is not None
    return found[1]


def test_with_the_code_one_sees_where_the_request_is_and_nothing_else(client: FlaskClient, code: str) -> None:
    page = followed(client, code.lower().replace("-", " "))
    assert page.status_code == 200
    assert 'aria-current="step"' in page.text
    for secret in ("Rosa", "12345678", "12.345.678", "Salesianos", "18:00", "bicicleta", "rosa@example.org"):
        assert secret not in page.text


def test_wrong_and_unknown_codes_get_the_very_same_answer(client: FlaskClient, code: str) -> None:
    changed = ("0" if code[0] != "0" else "1") + code[1:]
    texts = []
    for tried in (changed, "Z" * 29, "!" * 29, "1" * 24):
        answer = followed(client, tried)
        assert answer.status_code == 200
        texts.append(re.sub(r'(name="(code|csrf_token)"[^>]*|value="[^"]*")', "", answer.text))
    assert len(set(texts)) == 1


def test_who_guesses_is_made_to_wait(client: FlaskClient, code: str) -> None:
    answers = [followed(client, "Z" * 24).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert followed(client, code).status_code == 429


def test_the_code_is_in_no_address_and_no_log(client: FlaskClient, code: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        page = followed(client, code)
    assert code not in caplog.text
    assert not re.search(rf'(href|action|src)="[^"]*{code}', page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.history
    assert all(code.replace("-", "") not in str(value).replace("-", "") for value in page.headers.values())


def test_one_may_withdraw_once_one_says_so(client: FlaskClient, code: str, sqlite_desk: Desk) -> None:
    assert 'id="sure-wrong"' in followed(client, code, act="withdraw").text
    done = followed(client, code, act="withdraw", sure="yes")
    assert done.status_code == 200
    assert 'role="status"' in done.text
    with sqlite_desk.engine.connect() as connection:
        assert connection.scalar(select(requests.c.resolution)) == "withdrawn"
    assert followed(client, code, act="withdraw", sure="yes").status_code == 409


def test_what_is_only_to_be_kept_is_renewed_once_from_its_page(
    client: FlaskClient, tick: dict[str, int], sqlite_desk: Desk
) -> None:
    found = CODE.search(send(client, tick, PRESERVE, Kind.PRESERVE).text)
    assert found is not None
    assert "22 de marzo de 2027" in followed(client, found[1]).text  # the day that it would be kept until
    done = followed(client, found[1], act="renew")
    assert (done.status_code, 'role="status"' in done.text) == (200, True)
    assert 'value="renew"' not in done.text
    assert followed(client, found[1], act="renew").status_code == 409


@pytest.mark.parametrize(
    "act",
    [
        {"act": "approve"},
        {"act": "renew"},
        {"act": "answer", "answer": "x" * 30},
        {"act": "appeal", "appeal": "x" * 30},
    ],
)
def test_an_act_that_may_not_be_now_changes_nothing(
    client: FlaskClient, code: str, sqlite_desk: Desk, act: dict[str, str]
) -> None:
    assert followed(client, code, **act).status_code in (409, 422)
    with sqlite_desk.engine.connect() as connection:
        assert connection.scalar(select(requests.c.status)) == "received"


def test_following_from_another_site_is_refused(client: FlaskClient, code: str) -> None:
    page = form(client.get("/footage/follow").text)
    sent = page.filled(code=code, act="withdraw", sure="yes")
    assert client.post("/footage/follow", data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/footage/follow", data={**sent, "csrf_token": "x"}).status_code in (400, 403)
