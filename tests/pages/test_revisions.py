"""The page of closed months, its sheets and its record: what they say, to whom, in which language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner, Result
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import text

from commands import main
from data_access.store import Store
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from services import clock, revisions
from tests.adoption import DAY, south, tell
from tests.pages.test_imports import opened

SignIn = Callable[..., FlaskClient]
PAGE, OCTOBER = "/adoption/revisions", "2026-10"
SHEET, RECORD, CLOSE = f"{PAGE}/{OCTOBER}.pdf", f"{PAGE}/{OCTOBER}.json", f"{PAGE}/{OCTOBER}/close"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the middle of November 2026."""
    at = int(datetime(2026, 11, 15, 12, tzinfo=UTC).timestamp())
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def city(sqlite_store: Store) -> Store:
    """The South Precinct, with a September that is not closed."""
    south(sqlite_store)
    tell(sqlite_store, [("san-miguel", date(2026, 9, 30), 7000)])
    return sqlite_store


@pytest.fixture
def closed(city: Store) -> Store:
    revisions.close(city, SYSTEM, OCTOBER)
    return city


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            (
                "¿Qué se dijo al final de cada mes?",
                "Ya terminó septiembre de 2026 y aún no se ha cerrado.",
                "cerrado el 15 nov 2026",
                "Cerrar septiembre de 2026",
                "7.733",
                "71,6 %",
                "Hoy el registro dice lo mismo.",
                "por el sistema",
                "PDF en ambos",
                "Una dirección no es una persona",
            ),
        ),
        (
            "en",
            (
                "What was said at the end of each month?",
                "September 2026 is over and not yet closed.",
                "closed on 15 Nov 2026",
                "Close September 2026",
                "7,733",
                "71.6 %",
                "The record says the same today.",
                "by the system",
                "PDF in both",
                "An address is not a person",
            ),
        ),
    ],
)
def test_the_page_shows_what_is_closed_and_what_is_open(
    portal: Dash, closed: Store, signed_in: SignIn, language: str, said: tuple[str, ...]
) -> None:
    analyst = signed_in(Role.ANALYST)
    analyst.set_cookie("language", language)
    shown = opened(portal, analyst, PAGE)
    for part in said:
        assert part in shown, part
    assert revisions.read(closed, SYSTEM, OCTOBER).short in shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "San Miguel, direcciones registradas: se cerró con 7.733, ahora el registro dice 7.741, +8."),
        ("en", "San Miguel, registered addresses: closed 7,733, the record now says 7,741, +8."),
    ],
)
def test_a_later_correction_is_told_in_words_and_in_the_table(
    portal: Dash, closed: Store, signed_in: SignIn, language: str, said: str
) -> None:
    tell(closed, [("san-miguel", DAY, 7741)])
    analyst = signed_in(Role.ANALYST)
    analyst.set_cookie("language", language)
    shown = opened(portal, analyst, PAGE)
    assert said in shown
    assert ("now 7,741" if language == "en" else "ahora 7.741") in shown
    assert ("7,733" if language == "en" else "7.733") in shown


def test_a_month_is_closed_by_a_form_and_then_shown(portal: Dash, city: Store, signed_in: SignIn) -> None:
    analyst = signed_in(Role.ANALYST)
    answer = analyst.post(CLOSE)
    assert (answer.status_code, answer.location) == (302, f"{PAGE}?month={OCTOBER}")
    assert "cerrado el 15 nov 2026" in opened(portal, analyst, PAGE, f"?month={OCTOBER}")
    again = analyst.post(CLOSE)
    assert again.status_code == 409
    assert "ya está cerrado" in again.text
    early = analyst.post(f"{PAGE}/2026-11/close")
    assert early.status_code == 400
    assert "aún no termina" in early.text


def test_closing_needs_the_token_against_forgery(city: Store, signed_in: SignIn) -> None:
    analyst = signed_in(Role.ANALYST)
    del analyst.environ_base["HTTP_X_CSRFTOKEN"]
    assert analyst.post(CLOSE).status_code == 403
    assert all(month.closing is None for month in revisions.listing(city, SYSTEM))


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_its_permissions_say(closed: Store, signed_in: SignIn, role: Role) -> None:
    browser, held = signed_in(role, precincts=("san-ramon",)), PERMISSIONS[role]
    reads = 200 if Permission.ADOPTION in held else 403
    assert browser.get(SHEET).status_code == reads
    assert browser.get(f"{SHEET}?precinct=san-ramon").status_code == reads
    assert browser.get(RECORD).status_code == (403 if role == Role.COMMANDER else reads)
    assert browser.post(f"{PAGE}/2026-09/close").status_code == (302 if Permission.TABLES in held else 403)


def test_only_who_may_close_sees_how(portal: Dash, city: Store, signed_in: SignIn) -> None:
    assert "Sí, cerrarlo" in opened(portal, signed_in(Role.ANALYST), PAGE)
    read = opened(portal, signed_in(Role.INSPECTOR), PAGE)
    assert "Sí, cerrarlo" not in read
    assert "Ya terminó octubre de 2026 y aún no se ha cerrado." in read


def test_a_commander_gets_the_table_and_the_page_of_their_own(portal: Dash, closed: Store, signed_in: SignIn) -> None:
    commander = signed_in(Role.COMMANDER, precincts=("san-ramon",))
    whole, own = commander.get(SHEET), commander.get(f"{SHEET}?precinct=san-ramon")
    assert whole.data == own.data
    other = commander.get(f"{SHEET}?precinct=san-miguel")
    assert other.status_code == 403
    assert "hoja de esa zona" in other.text
    shown = opened(portal, commander, PAGE)
    assert "Solo de San Ramón" in shown
    assert RECORD not in shown
    assert "7.733" in shown


def test_the_sheet_is_shown_or_saved_and_kept_by_no_cache(closed: Store, signed_in: SignIn) -> None:
    analyst = signed_in(Role.ANALYST)
    shown, saved = analyst.get(SHEET), analyst.get(f"{SHEET}?download=1")
    assert shown.mimetype == "application/pdf"
    assert shown.data.startswith(b"%PDF")
    assert shown.headers["Content-Disposition"] == "inline; filename=atalaya-revision_2026-10.pdf"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.data == shown.data
    assert shown.headers["Cache-Control"] == "no-store"
    by_language = {lang: analyst.get(f"{SHEET}?lang={lang}").data for lang in ("es", "en", "both", "xx")}
    assert by_language["es"] == by_language["xx"] == shown.data
    assert len(set(by_language.values())) == 3


def test_the_record_is_what_was_hashed(closed: Store, signed_in: SignIn) -> None:
    answer = signed_in(Role.AUDITOR).get(RECORD)
    digest = hashlib.sha256(answer.data).hexdigest()
    assert digest == answer.headers["X-SHA256"] == revisions.read(closed, SYSTEM, OCTOBER).sha256
    assert json.loads(answer.data)["total"]["target"] == 83191


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{PAGE}/2026-09.pdf", 404),  # open
        (f"{PAGE}/2026-13.pdf", 400),
        (f"{PAGE}/x.json", 400),
        (f"{SHEET}?precinct=nowhere", 404),
        (f"{SHEET}?precinct={'9' * 4000}", 404),
    ],
)
def test_a_strange_address_is_told_as_a_page(closed: Store, signed_in: SignIn, address: str, status: int) -> None:
    answer = signed_in(Role.ANALYST).get(address)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


@pytest.mark.parametrize("search", ["?month=2026-09", "?month=x", "?month=2031-01", "?other=1"])
def test_a_strange_query_is_a_page(portal: Dash, closed: Store, signed_in: SignIn, search: str) -> None:
    opened(portal, signed_in(Role.ANALYST), PAGE, search)


@pytest.mark.parametrize("address", [SHEET, RECORD])
def test_nobody_gets_anything_without_signing_in(closed: Store, client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (302, 401)
    assert b"7733" not in answer.data


def test_nothing_delivered_is_said(portal: Dash, signed_in: SignIn) -> None:
    assert "Ningún mes de los datos ha terminado" in opened(portal, signed_in(Role.ANALYST), PAGE)


def test_a_changed_month_is_told_and_does_not_hide_the_others(portal: Dash, closed: Store, signed_in: SignIn) -> None:
    revisions.close(closed, SYSTEM, "2026-09")
    with closed.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER adoption_closings_update"))
        connection.execute(text("UPDATE adoption_closings SET content = 'other' WHERE month = '2026-10'"))
    analyst = signed_in(Role.ANALYST)
    shown = opened(portal, analyst, PAGE)
    assert "ya no tiene su huella" in shown
    assert "Adopción al final de septiembre de 2026" in opened(portal, analyst, PAGE, "?month=2026-09")
    assert analyst.get(SHEET).status_code == 400


# --- the command line ------------------------------------------------------------------------------------------


@pytest.fixture
def run(city: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The operator's environment: this test's record, and a system that speaks English."""
    monkeypatch.setenv("ATALAYA_HOME", str(city.home))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return lambda *words: CliRunner().invoke(main, ["adoption", *words])


def test_an_operator_closes_lists_checks_and_prints(city: Store, run: Callable[..., Result]) -> None:
    assert run("verify").output == "No month has been closed.\n"
    closing = run("close", OCTOBER)
    assert closing.exit_code == 0, closing.output
    assert "2026-10 closed: 7 precincts" in closing.output
    again = run("close", OCTOBER)
    assert (again.exit_code, "closed already" in again.output) == (1, True)
    listed = run("revisions").output.splitlines()
    assert listed[0].startswith("2026-10  15 Nov 2026")
    assert listed[1] == "2026-09  open"
    path = city.home / "hoja.pdf"
    written = run("sheet", OCTOBER, "--precinct", "san-ramon", "--language", "both", "--output", str(path))
    assert written.exit_code == 0, written.output
    assert path.read_bytes().startswith(b"%PDF")
    assert run("sheet", OCTOBER, "--precinct", "nowhere").exit_code == 1


def test_checking_fails_where_a_month_was_changed(city: Store, run: Callable[..., Result]) -> None:
    run("close", OCTOBER)
    assert run("verify").exit_code == 0
    with city.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER adoption_closings_update"))
        connection.execute(text("UPDATE adoption_closings SET sha256 = '0'"))
    checked = run("verify")
    assert checked.exit_code == 1
    assert "CHANGED" in checked.output
