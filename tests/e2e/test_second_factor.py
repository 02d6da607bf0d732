"""A custodian comes in for the first time, sets up a second factor, and comes in again, in a browser."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from data_access.engine import make_engine
from data_access.store import Store
from domain.people import FRESH, SYSTEM, Role
from locales import LANGUAGES, Words
from services import accounts, second_factor
from tests.e2e.conftest import sign_in
from tests.e2e.test_axe import TELEPHONE, in_both_schemes, violations
from tests.serving import Served, serving

PASSWORD = "cuatro palabras sin nexo"
STEP = 30


@pytest.fixture(scope="module")
def home(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record without data, with a custodian for each language and one more."""
    home = tmp_path_factory.mktemp("factor")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    with _store(home) as store:
        for name in (*LANGUAGES, "again"):
            accounts.add(store, SYSTEM, f"{name}@ciudad.cl", [Role.CUSTODIAN], password=PASSWORD)
        accounts.set_language(store, accounts.one(store, SYSTEM, "en@ciudad.cl").actor, "en")
    return home


@pytest.fixture(scope="module")
def portal(home: Path) -> Iterator[Served]:
    with serving(home, "", ATALAYA_WORKERS="1") as served:
        yield served


@contextmanager
def _store(home: Path) -> Iterator[Store]:
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    yield Store(engine, home)
    engine.dispose()


def _password(page: Page, served: Served, language: str, path: str = "/login") -> None:
    page.goto(f"{served.address}{path}")
    page.locator("#email").fill(f"{language}@ciudad.cl")
    page.locator("#password").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator("#code")).to_be_focused()


def _code(key: str, later: int = 0) -> str:
    """What the app shows, or will show so many half minutes later."""
    return str(TOTP(key.replace(" ", "")).generate(time=int(time.time()) + later * STEP).token)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_factor_from_the_first_sign_in_to_new_recovery_codes(
    language: str, browser: Browser, portal: Served
) -> None:
    words = Words(language)
    with browser.new_context(locale=language, viewport=TELEPHONE) as context:  # type: ignore[arg-type]
        page = context.new_page()
        _password(page, portal, language)
        expect(page.locator("h1")).to_have_text(words.text("accounts.factor.title"))
        assert in_both_schemes(page) == []
        key = page.locator("#key").inner_text()
        page.locator("#code").fill("000000")
        page.locator("button[type=submit]").click()
        expect(page.locator("#refusal")).to_have_text(words.text("errors.second_factor.wrong"))
        expect(page.locator("#key")).to_have_text(key)
        page.locator("#code").fill(_code(key, -1))
        page.locator("button[type=submit]").click()
        expect(page.locator(".codes li")).to_have_count(10)
        assert in_both_schemes(page) == []
        page.get_by_role("link", name=words.text("accounts.factor.onward")).click()
        expect(page.locator("#main h1")).to_be_visible()
    with browser.new_context(locale=language, viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        _password(page, portal, language, "/login?next=/account")
        expect(page.locator("#key")).to_have_count(0)
        assert in_both_schemes(page) == []
        page.locator("#code").fill(_code(key))
        page.locator("button[type=submit]").click()
        page.wait_for_url("**/account")
        expect(page.locator("#own-factor")).to_contain_text("10")
        page.get_by_role("button", name=words.text("accounts.factor.codes")).click()
        expect(page.locator("#own-factor .codes li")).to_have_count(10)
        assert in_both_schemes(page) == []


def test_what_was_refused_is_sent_again_after_password_and_code(browser: Browser, portal: Served, home: Path) -> None:
    """The question stands over any page; what was pressed is not lost behind it."""
    with _store(home) as store, browser.new_context(locale="en-GB") as context:
        account, secret = accounts.one(store, SYSTEM, "again@ciudad.cl"), (home / "secret_key").read_text()
        offer = second_factor.begin(account, secret)
        codes = second_factor.confirm(store, account, secret, offer.kept, _code(offer.key))
        page = context.new_page()
        _password(page, portal, "again", "/login?next=/account")
        page.locator("#code").fill(codes[0])
        page.locator("button[type=submit]").click()
        page.wait_for_url("**/account")
        expect(page.locator("#own-make")).to_be_visible()
        with store.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE sessions SET created_at = created_at - {FRESH + 1}")
        page.locator("#own-make").click()
        asked = page.locator("#again")
        expect(asked).to_be_visible()
        assert violations(page) == []
        asked.locator("[name=password]").fill(PASSWORD)
        for code in codes[:2]:  # the first one was used at the door
            asked.locator("[name=code]").fill(code)
            asked.locator("button").first.click()
            if code == codes[0]:
                told = asked.locator("[data-told]").first
                expect(told).to_have_text(Words("es").text("errors.second_factor.wrong"))
        expect(page.locator(".secret code")).to_have_text(re.compile("^atl_"))
        expect(asked).to_have_count(0)


def test_near_its_end_a_session_says_so_and_goes_on(browser: Browser, portal: Served, home: Path) -> None:
    with _store(home) as store, browser.new_context(locale="en-GB") as context:
        accounts.add(store, SYSTEM, "ana@ciudad.cl", [Role.AUDITOR], password=PASSWORD)
        sign_in(context, portal, "ana@ciudad.cl", PASSWORD)
        page = context.new_page()
        page.goto(f"{portal.address}/account")
        expect(page.locator("#own-make")).to_be_visible()
        expect(page.locator("#session-ends")).to_be_empty()
        with store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE sessions SET seen_at = seen_at - 1700")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("#session-ends button")).to_be_visible()
        assert violations(page) == []
        page.locator("#session-ends button").click()
        expect(page.locator("#session-ends")).to_be_empty()
