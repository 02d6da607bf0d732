"""The staff desk over HTTP: what forms answer, what is never in a page, files that open for one person alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import text

from components import footage_case
from components.footage_case import Ground
from data_access.desk import Desk, events, evidence, holds, outbox, registers
from data_access.engine import writing
from data_access.store import Store
from domain.footage.case import Case
from domain.footage.draft import Kind as Asked
from domain.footage.draft import Place, Stated
from domain.footage.handling import CHECKLIST, Kind
from domain.footage.states import Resolution, Status
from domain.footage.view import Mail
from domain.people import ANONYMOUS, Permission, Role
from domain.registers.cameras import check
from locales import LANGUAGES, Words
from services import clock
from services.footage import address, cases, filing, moving
from tests import dated
from tests.filing import a_draft, a_filing
from tests.footage import VIDEO, WORDS, case_of, file, person, piece, prepared, standing
from tests.pages.conftest import fire
from tests.registering import camera

SignIn = Callable[..., FlaskClient]
NEVER = ("Ana Soto", "12345678", "ana@example.org", "Me asaltaron")  # who asks


def drawn(app: Dash, client: FlaskClient, path: str, search: str = "") -> str:
    """The text of a page as the browser gets it."""
    router = next(output for output in app.callback_map if output.startswith(".._pages_content."))
    answer = fire(app, client, router, _pages_location_pathname=path, _pages_location_search=search)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json, ensure_ascii=False)


def send(client: FlaskClient, case: Case, act: str, **told: Any) -> Any:
    return client.post(f"/desk/case/{case.folio}/{act}", data=told)


# --- who it is, once more --------------------------------------------------------------------------------------


def test_a_delivery_asks_for_the_password_that_was_given_long_ago_and_for_the_right_one(
    client: FlaskClient, signed_in: SignIn, sqlite_desk: Desk, sqlite_store: Store
) -> None:
    case, clerk = prepared(sqlite_desk, Status.READY), signed_in(Role.OPERATOR)
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET created_at = created_at - 601"))
    told = {"version": case.version, "after": "delivered", "received": "in_person", "identity": "seen"}
    stale = send(clerk, case, "move", **told)
    assert (stale.status_code, stale.json["error"], stale.json["again"]) == (403, "sign_in.again", True)
    assert case_of(sqlite_desk, case.folio) == case
    before = clerk.get_cookie("session").value
    wrong = clerk.post("/again", data={"password": "otra"}, headers={"Accept": "application/json"})
    assert (wrong.status_code, wrong.json["error"]) == (400, "sign_in.refused")
    assert send(clerk, case, "move", **told).status_code == 403
    assert clerk.post("/again", data={"password": "cuatro palabras sin nexo"}).status_code == 200
    clerk.environ_base["HTTP_X_CSRFTOKEN"] = clerk.get_cookie("csrf").value
    assert send(clerk, case, "move", **told).status_code == 200
    client.set_cookie("session", before)
    assert client.get("/desk").status_code == 302  # the session of before has ended
    assert client.post("/again", data={"password": "x"}).status_code in (401, 403)


# --- who asks, on the public's pages ---------------------------------------------------------------------------


def test_opening_the_link_of_the_letter_confirms_nothing_and_pressing_the_button_does(
    client: FlaskClient, sqlite_desk: Desk
) -> None:
    case = file(sqlite_desk)
    with sqlite_desk.engine.connect() as connection:
        text = outbox.read(connection, sqlite_desk.seal, 2).text
    code = re.findall(r"(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}", text)[0]
    page = client.get("/confirm")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    assert client.post("/confirm", data={"link": code}).status_code == 403
    wrong = client.post("/confirm", data={"link": "x", "csrf_token": token})
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (404, True)
    with sqlite_desk.engine.connect() as connection:
        assert address.state(connection, sqlite_desk, case) is Mail.WAITING
    assert client.post("/confirm", data={"link": code, "csrf_token": token}).status_code == 200
    with sqlite_desk.engine.connect() as connection:
        assert address.state(connection, sqlite_desk, case) is Mail.CONFIRMED


# --- pages -----------------------------------------------------------------------------------------------------


def test_the_queue_shows_cases_by_deadline_and_keeps_its_filter_in_the_address(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk
) -> None:
    first, second = file(sqlite_desk), standing(sqlite_desk, Status.SEARCHING)
    client = signed_in(Role.CUSTODIAN)
    text = drawn(portal, client, "/desk")
    assert first.folio in text
    assert second.folio in text
    some = drawn(portal, client, "/desk", "?status=searching&officer=&due=10&start=junk")
    assert first.folio not in some
    assert second.folio in some
    assert all(secret not in text + some for secret in NEVER)


@pytest.mark.parametrize("role", [role for role in Role if Permission.CASES in person(role).permissions])
@pytest.mark.parametrize(
    ("status", "closed"), [*((one, Resolution.DENIED) for one in Status), (Status.CLOSED, Resolution.NOT_COLLECTED)]
)
def test_a_case_is_drawn_in_every_state_for_every_role_without_who_asks(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk, status: Status, closed: Resolution, role: Role
) -> None:
    case = prepared(sqlite_desk, status, closed)
    for search in ("", "?lang=en"):
        text = drawn(portal, signed_in(role), f"/desk/case/{case.folio}", search)
        assert "page-error" not in text
        assert all(secret not in text for secret in NEVER)
        assert str(sqlite_desk.home) not in text


def test_a_request_that_repeats_another_leads_to_it(portal: Dash, signed_in: SignIn, sqlite_desk: Desk) -> None:
    first, second = (filing.file(sqlite_desk, ANONYMOUS, a_filing()).folio for _ in range(2))
    client = signed_in(Role.CUSTODIAN)
    assert f"/desk/case/{first}" in drawn(portal, client, f"/desk/case/{second}")
    assert f"/desk/case/{second}" not in drawn(portal, client, f"/desk/case/{first}").replace(f"case/{first}", "")


def test_a_folio_is_read_as_it_is_typed_and_an_unknown_one_told(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk
) -> None:
    case, client = file(sqlite_desk), signed_in(Role.OPERATOR)
    typed = f"{case.folio[:4]}-{case.folio[4:]}".lower()
    assert "desk-case-status" in drawn(portal, client, f"/desk/case/{typed}")
    assert "page-error" in drawn(portal, client, "/desk/case/NOWHERE1")


def test_only_the_moves_that_may_be_made_are_forms(portal: Dash, signed_in: SignIn, sqlite_desk: Desk) -> None:
    case = file(sqlite_desk)

    def forms(role: Role) -> set[str]:
        text = drawn(portal, signed_in(role), f"/desk/case/{case.folio}")
        return set(re.findall(r'data-desk=\\"move-([\w-]+)\\"', text))

    assert forms(Role.OPERATOR) == {"identity_pending", "clarification", "in_review"}
    assert forms(Role.APPROVER) == forms(Role.AUDITOR) == set()


def test_third_parties_who_were_told_are_waited_for_in_sight(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = dated.filed(sqlite_desk, "2026-12-02", kind=Asked.INFORMATION)
    piece(sqlite_desk, case, Kind.MASTER)
    case = dated.moved(sqlite_desk, case, Status.THIRD_PARTY, "2026-12-14")
    page = f"/desk/case/{case.folio}"
    for day, waits in (("2026-12-21", True), ("2026-12-22", False)):
        monkeypatch.setattr("services.clock.now", lambda day=day: dated.at(day))
        client = signed_in(Role.CUSTODIAN)
        text = drawn(portal, client, page)
        assert "puede seguir desde el 22 dic 2026" in text
        assert ("todavía corre el plazo" in text, "move-redaction" in text) == (waits, not waits)
    told = {"version": case.version, "after": "redaction", "opposition": "opposed"}
    assert send(client, case, "move", **told).status_code == 200
    assert "Qué dijeron los terceros: Se opusieron" in drawn(portal, client, page)


def test_a_custodian_names_the_camera_of_a_request_for_a_corner(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk
) -> None:
    draft = a_draft(place=Place(corner="Gran Avenida con Salesianos"))
    with sqlite_desk.writing() as connection:
        entry = check(camera(), draft.segments[0].day)[0]
        registers.add_cameras(connection, {"CAM-1": entry}, 1, "x@ciudad.cl")
        case = filing.enter(connection, sqlite_desk, a_filing(draft=draft), filing.REQUESTER, clock.now())
        (blank,) = holds.of(connection, case.id)
    client, page = signed_in(Role.CUSTODIAN), f"/desk/case/{case.folio}"
    text = drawn(portal, client, page)
    assert f'data-desk=\\"place-{blank.id}\\"' in text
    assert 'option value=\\"CAM-1\\"' in text
    assert "place-" not in drawn(portal, signed_in(Role.TRANSPARENCY), page)
    told = {"camera": "CAM-1", "starts": "2026-11-30T11:50", "ends": "2026-11-30T12:30"}
    wrong = send(client, case, f"hold/{blank.id}/place", **told | {"starts": "soon"})
    assert (wrong.status_code, set(wrong.json["fields"])) == (400, {"starts"})
    assert send(client, case, f"hold/{blank.id}/place", **told).status_code == 200
    with sqlite_desk.engine.connect() as connection:
        (hold,) = [one for one in holds.of(connection, case.id) if one.released_at is None]
    assert (hold.camera, hold.ends - hold.starts) == ("CAM-1", 2_400)


# --- forms -----------------------------------------------------------------------------------------------------


def test_a_move_is_made_over_http(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, client = file(sqlite_desk), signed_in(Role.OPERATOR)
    told = {"version": case.version, "after": "in_review", "resolution": "", "officer": "ana@ciudad.cl"}
    assert send(client, case, "move", **told).status_code == 200
    moved = case_of(sqlite_desk, case.folio)
    assert (moved.status, moved.officer) == (Status.REVIEW, "ana@ciudad.cl")


def test_what_is_wrong_comes_back_by_field_in_the_readers_language(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, client = prepared(sqlite_desk, Status.REDACTION), signed_in(Role.REDACTOR)
    told = {"version": case.version, "after": "approval", "checked_faces": "hidden", "checked_plates": "x"}
    answer = client.post(f"/desk/case/{case.folio}/move?lang=en", data=told)
    assert answer.status_code == 400
    assert set(answer.json["fields"]) == {f"checked_{part}" for part in CHECKLIST} - {"checked_faces"}
    assert answer.json["fields"]["checked_plates"] == "Choose one of the list."
    assert "parts" not in answer.json


def test_who_comes_second_is_shown_the_case_as_it_is_now(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, client = file(sqlite_desk), signed_in(Role.OPERATOR)
    told = {"version": case.version, "after": "clarification", "question": WORDS}
    assert send(client, case, "move", **told).status_code == 200
    answer = send(client, case, "move", **told)
    assert answer.status_code == 409
    assert answer.json["version"] == case.version + 1
    assert set(answer.json["parts"]) == {f"desk-case-{name}" for name in ("status", "about", "chain", "history")}
    assert "Falta un dato" in answer.json["parts"]["desk-case-status"]
    assert "<form" not in "".join(answer.json["parts"].values()), "a form that is redrawn would lose what was typed"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"version": "x", "after": "in_review"},
        {"version": "1", "after": "nowhere"},
        {"version": "1", "after": "closed", "resolution": "nothing"},
        {"version": "9" * 40, "after": "in_review"},
    ],
    ids=str,
)
def test_a_form_that_is_none_of_the_pages_is_a_bad_request(
    signed_in: SignIn, sqlite_desk: Desk, told: dict[str, str]
) -> None:
    case = file(sqlite_desk)
    assert send(signed_in(Role.OPERATOR), case, "move", **told).status_code == 400
    assert send(signed_in(Role.OPERATOR), case, "nothing").status_code == 404
    assert case_of(sqlite_desk, case.folio) == case


@pytest.mark.parametrize(
    "act", ["move", "agree", "assign", "extend", "note", "conflict", "identity", "viewing", "hold/1/confirm"]
)
def test_no_form_works_without_the_token_or_from_another_site(signed_in: SignIn, sqlite_desk: Desk, act: str) -> None:
    case, client = file(sqlite_desk), signed_in(Role.OPERATOR, Role.CUSTODIAN, Role.TRANSPARENCY)
    address = f"/desk/case/{case.folio}/{act}"
    assert client.post(address, headers={"Origin": "https://evil.example"}).status_code == 403
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    assert client.post(address).status_code == 403
    assert case_of(sqlite_desk, case.folio) == case


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_case_tells_who_has_an_interest_in_it_its_state_and_dates(
    sqlite_desk: Desk, language: str
) -> None:
    case, actor = file(sqlite_desk), person(Role.TRANSPARENCY)
    moving.conflict(sqlite_desk, actor, case.folio)
    words = Words(language)
    parts = footage_case.page(
        cases.sheet(sqlite_desk, actor, case.folio), Ground(words, "America/Santiago", 0, actor.email, {})
    )
    assert {id for id, drawn in parts.items() if drawn} == {"desk-case-status", "desk-case-moves"}
    assert words.text("desk.involved") in parts["desk-case-moves"]
    assert "<form" not in "".join(parts.values())


def test_who_asks_is_shown_after_the_question_what_for(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case = file(sqlite_desk)
    for role in Role:
        answer = send(signed_in(role), case, "identity", purpose="verify")
        assert ("Ana Soto" in answer.text) == (Permission.IDENTITY in person(role).permissions), role
    refused = send(signed_in(Role.OPERATOR), case, "identity", purpose="")
    assert (refused.status_code, "Ana Soto" in refused.text) == (400, False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("document", "told"), [("12345678-5", "whole"), ("", "name")])
def test_what_a_provider_said_of_who_asks_is_told_and_of_whom_only_after_what_for(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk, language: str, document: str, told: str
) -> None:
    said = Stated("ClaveÚnica", "https://accounts.example", "person-7", 1, "Ana Soto", "rut" * bool(document), document)
    filed = filing.file(sqlite_desk, ANONYMOUS, a_filing(draft=a_draft(stated=said)))
    client, words = signed_in(Role.OPERATOR), Words(language)
    client.set_cookie("language", language)
    page = drawn(portal, client, f"/desk/case/{filed.folio}")
    confirmed = words.text("desk.confirmed", provider="ClaveÚnica", when="").strip(", ")
    assert ((confirmed in page), ("desk-identify" in page)) == (bool(document), not document)
    assert all(secret not in page for secret in (*NEVER, "person-7", "accounts.example"))
    shown = send(client, case_of(sqlite_desk, filed.folio), "identity", purpose="verify").text
    assert words.text(f"desk.stated.{told}", provider="ClaveÚnica") in json.loads(shown)["shown"]


def test_an_answer_of_a_stranger_cannot_put_a_script_into_the_page(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk
) -> None:
    case, client = file(sqlite_desk), signed_in(Role.OPERATOR)
    assert send(client, case, "note", note="<script>alert(1)</script>").status_code == 200
    page = drawn(portal, client, f"/desk/case/{case.folio}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- files -----------------------------------------------------------------------------------------------------


def test_a_file_is_sent_opened_and_fetched_by_who_opened_it(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, keeper = standing(sqlite_desk, Status.SEARCHING), signed_in(Role.CUSTODIAN)
    told = {"kind": "master", "name": "../calle.mp4", "tool": "VMS 4", "device": "NVR 1"}
    address = f"/desk/case/{case.folio}/evidence"
    sent = keeper.post(address, query_string=told, data=VIDEO, content_type="application/octet-stream")
    assert sent.status_code == 200, sent.text
    with sqlite_desk.engine.connect() as connection:
        (kept,) = evidence.listing(connection, sqlite_desk, case.id)
    opened = keeper.post(f"{address}/{kept.id}/open", data={"use": "search"})
    link = re.findall(r'href="([^"]+)"', opened.json["shown"])[0]
    answer = keeper.get(link)
    assert answer.data == VIDEO
    assert answer.headers["Content-Disposition"] == "attachment; filename=calle.mp4"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert signed_in(Role.REDACTOR).get(link).status_code == 403, "another person's ticket"
    assert keeper.get(link).data == VIDEO
    with sqlite_desk.engine.connect() as connection:
        views = [one.details["use"] for one in events.of(connection, case.folio) if one.action == "view"]
    assert views == ["search", "search"], "every time that it was fetched"
    assert keeper.post(f"{address}/{kept.id}/open", data={"use": "curiosity"}).status_code == 400
    same = keeper.post(f"{address}/{kept.id}/verify")
    assert "coincide" in same.json["shown"]


def test_a_ticket_ends_and_cannot_be_made(
    signed_in: SignIn, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, keeper = standing(sqlite_desk, Status.SEARCHING), signed_in(Role.CUSTODIAN)
    kept = piece(sqlite_desk, case, Kind.MASTER)
    opened = keeper.post(f"/desk/case/{case.folio}/evidence/{kept.id}/open", data={"use": "search"})
    link = re.findall(r'href="([^"]+)"', opened.json["shown"])[0]
    for wrong in (link[:-2], link + "x", "/desk/evidence/WzEsIkEiLCJCIl0"):
        assert keeper.get(wrong).status_code == 404
    monkeypatch.setattr("web.footage_desk.LASTING", -1)
    assert keeper.get(link).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if Permission.CASES in person(role).permissions])
def test_files_are_opened_by_whom_the_table_names(signed_in: SignIn, sqlite_desk: Desk, role: Role) -> None:
    case = standing(sqlite_desk, Status.REDACTION)
    kept = piece(sqlite_desk, case, Kind.MASTER)
    answer = signed_in(role).post(f"/desk/case/{case.folio}/evidence/{kept.id}/open", data={"use": "decide"})
    allowed = person(role).permissions & {Permission.CUSTODY, Permission.REDACT, Permission.APPROVE, Permission.LEGAL}
    assert answer.status_code == (200 if allowed else 403)


def test_a_file_that_is_too_large_or_unknown_is_told_at_its_field(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, keeper = standing(sqlite_desk, Status.SEARCHING), signed_in(Role.CUSTODIAN)
    told = {"kind": "master", "name": "x.exe", "tool": "VMS 4", "device": "NVR 1"}
    answer = keeper.post(f"/desk/case/{case.folio}/evidence", query_string=told, data=b"MZ")
    assert (answer.status_code, set(answer.json["fields"])) == (400, {"file"})
    assert not list(sqlite_desk.home.rglob("*")) or not [one for one in sqlite_desk.home.rglob("*") if one.is_file()]


def test_the_receipt_and_the_manifest_name_hashes_and_nobody_who_asks(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, clerk = prepared(sqlite_desk, Status.READY), signed_in(Role.OPERATOR)
    paper = f"/desk/case/{case.folio}/paper/receipt.pdf"
    assert clerk.get(paper).status_code == 404
    told = {"version": case.version, "after": "delivered", "received": "in_person", "identity": "seen"}
    assert send(clerk, case, "move", **told).status_code == 200
    receipt = clerk.get(paper, query_string={"lang": "both"})
    assert (receipt.mimetype, receipt.headers["Cache-Control"]) == ("application/pdf", "no-store")
    document = pypdfium2.PdfDocument(receipt.data)
    said = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    manifest = clerk.get(f"/desk/case/{case.folio}/manifest")
    with sqlite_desk.engine.connect() as connection:
        hashes = {one.kind: one.sha256 for one in evidence.listing(connection, sqlite_desk, case.id)}
    assert said.count(hashes[Kind.REDACTED]) == 2
    assert {one["sha256"] for one in manifest.json["manifest"]["files"]} == set(hashes.values())
    assert all(secret not in said + manifest.text for secret in NEVER)


# --- the link of who asks --------------------------------------------------------------------------------------


def test_who_asks_downloads_by_the_link_alone(client: FlaskClient, signed_in: SignIn, sqlite_desk: Desk) -> None:
    case = prepared(sqlite_desk, Status.READY)
    with sqlite_desk.engine.connect() as connection:
        made = next(o for o in evidence.listing(connection, sqlite_desk, case.id) if o.kind is Kind.REDACTED)
    clerk = signed_in(Role.OPERATOR)
    address = f"/desk/case/{case.folio}/evidence/{made.id}/link"
    assert clerk.post(address).json["error"] == "footage.unidentified"
    assert clerk.post(f"/desk/case/{case.folio}/identify", data={"proof": "in_person"}).status_code == 200
    shown = clerk.post(address).json["shown"]
    secret = re.findall(r"/footage/download#([\w-]+)", shown)[0]
    page = client.get("/footage/download")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    answers = [client.post("/footage/download", data={"link": secret, "csrf_token": token}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 404]
    assert answers[0].data == VIDEO
    wrong = client.post("/footage/download", data={"link": "x", "csrf_token": token})
    assert (wrong.status_code, wrong.text.count("no sirve")) == (404, answers[3].text.count("no sirve"))
    assert client.post("/footage/download", data={"link": secret}).status_code == 403
    done = case_of(sqlite_desk, case.folio)
    assert (done.status, done.resolution) == (Status.DELIVERED, Resolution.FULL)
    with sqlite_desk.engine.connect() as connection:
        assert secret not in repr(events.of(connection, case.folio))


def test_letters_are_listed_printed_and_handed_over(portal: Dash, signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, other = file(sqlite_desk), file(sqlite_desk)
    clerk = signed_in(Role.OPERATOR)
    assert "Acuse de recibo" in drawn(portal, clerk, f"/desk/case/{case.folio}")
    letter = clerk.get(f"/desk/case/{case.folio}/letter/1")
    assert letter.status_code == 200
    assert all(secret not in letter.text for secret in NEVER)
    assert clerk.get(f"/desk/case/{other.folio}/letter/1").status_code == 404
    assert signed_in(Role.REDACTOR).post(f"/desk/case/{case.folio}/letter/1/handed").status_code == 403
    assert clerk.post(f"/desk/case/{case.folio}/letter/1/handed").status_code == 200
    with sqlite_desk.engine.connect() as connection:
        assert events.of(connection, case.folio)[-1].action == "letter_handed"


def test_a_letter_whose_text_was_deleted_is_named_and_leads_nowhere(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk
) -> None:
    case, clerk = file(sqlite_desk), signed_in(Role.OPERATOR)
    there = f'/desk/case/{case.folio}/letter/1\\"'
    assert there in drawn(portal, clerk, f"/desk/case/{case.folio}")
    with writing(sqlite_desk.engine) as connection:
        outbox.forget_letter(connection, 1)
    page = drawn(portal, clerk, f"/desk/case/{case.folio}")
    assert "Acuse de recibo" in page
    assert there not in page


def test_a_viewing_is_appointed_for_a_moment_to_come(signed_in: SignIn, sqlite_desk: Desk) -> None:
    case, clerk = prepared(sqlite_desk, Status.READY), signed_in(Role.OPERATOR)
    for wrong in ("", "junk", "2020-01-01T10:00"):
        answer = send(clerk, case, "viewing", at=wrong)
        assert (answer.status_code, set(answer.json["fields"])) == (400, {"at"})
    assert send(clerk, case, "viewing", at="2090-01-01T10:00").status_code == 200
    assert send(signed_in(Role.REDACTOR), case, "viewing", at="2090-01-01T10:00").status_code == 403


def test_the_second_person_sees_what_the_first_agreed_to(portal: Dash, signed_in: SignIn, sqlite_desk: Desk) -> None:
    case = standing(sqlite_desk, Status.REVIEW)
    told = {"version": case.version, "resolution": "denied", "ground": "investigation"}
    assert send(signed_in(Role.TRANSPARENCY), case, "agree", **told).status_code == 200
    page = drawn(portal, signed_in(Role.APPROVER), f"/desk/case/{case.folio}")
    assert "dio su acuerdo (denegada)" in page
    assert page.count("Impediría una investigación") == 2, "agreed to, and in the list to choose from"


# --- statistics ------------------------------------------------------------------------------------------------


def test_the_statistics_are_a_page_and_a_table_for_who_reads_cases(
    portal: Dash, signed_in: SignIn, sqlite_desk: Desk
) -> None:
    dated.filed(sqlite_desk, "2026-02-10")
    moved = dated.moved(sqlite_desk, dated.filed(sqlite_desk, "2026-02-11", once="two"), Status.REVIEW, "2026-02-12")
    told = {"ground": "secrecy"}
    dated.moved(sqlite_desk, moved, Status.CLOSED, "2026-02-12", Resolution.DENIED, told, {"text": WORDS})
    client = signed_in(Role.AUDITOR)
    for language in ("es", "en"):
        client.set_cookie("language", language)
        page = drawn(portal, client, "/desk/statistics")
        assert Words(language).text("public.requests.quarter", quarter="1", year="2026") in page
        assert Words(language).text("requests.measures.refused_by_ground") in page
    lines = client.get("/desk/statistics.csv").text.lstrip("\ufeff").splitlines()
    assert lines[0] == "quarter,measure,item,count,value"
    assert "2026-Q1,received_by_kind,all,0," in lines  # two, rounded
    assert "2026-Q1,refused_by_ground,secrecy,0," in lines
    assert signed_in(Role.ANALYST).get("/desk/statistics.csv").status_code == 403
    assert signed_in(Role.ANALYST).get("/desk/statistics").status_code == 403
