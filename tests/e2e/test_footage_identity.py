"""A resident says who they are through a provider, files, and follows the request; the desk sees it confirmed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.engine import make_engine
from data_access.store import Store
from domain.people import Role
from locales import Words
from services import accounts
from services.accounts import DEMO_PASSWORD
from tests.e2e.test_axe import violations
from tests.provider import Directory, clave_unica
from tests.serving import Served, serving

READING = 4_100  # milliseconds; faster than anybody reads is refused
WORDS = Words("es")


@pytest.fixture(scope="module")
def house() -> Iterator[Directory]:
    with clave_unica() as found:
        yield found


@pytest.fixture(scope="module")
def on(
    house: Directory, sqlite_template: Path, sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("identity")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    shutil.copyfile(sqlite_desk_template, home / "desk.sqlite")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    accounts.ensure_demo(Store(engine, home))
    engine.dispose()
    with serving(home, "", ATALAYA_WORKERS="1", **house.settings("ATALAYA_RESIDENT_OIDC")) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="es-CL", viewport={"width": 390, "height": 844}) as context:
        context.set_default_timeout(30_000)
        found = context.new_page()
        found.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
        found.on("console", lambda told: pytest.fail(told.text) if told.type == "error" else None)
        yield found


def clean(page: Page) -> None:
    """Nothing that axe finds, and nothing that runs out of the screen."""
    expect(page.locator("h1").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_who_identified_themselves_types_no_name_and_is_known_at_the_desk(on: Served, page: Page) -> None:
    page.goto(f"{on.address}/footage/new?kind=party")
    clean(page)
    page.get_by_role("link", name=WORDS.text("footage_form.identity.ask", provider="ClaveÚnica")).click()
    expect(page.get_by_text("Rosa Inés Pardo Soto").first).to_be_visible()
    assert (page.locator("#name").count(), "code=" in page.url) == (0, False)
    clean(page)
    _fill(page)
    page.locator("#send").click()
    code = page.locator("#code").inner_text()
    folio = page.locator("dl strong").inner_text()
    clean(page)

    page.goto(f"{on.address}/footage/follow")
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("[aria-current=step]")).to_contain_text(WORDS.text("footage_public.status.received"))
    clean(page)
    page.goto(f"{on.address}/footage/new?kind=party")
    expect(page.locator("#name")).to_be_visible()

    _sign_in(page, on)
    page.goto(f"{on.address}/desk/case/{folio}")
    expect(page.locator("#desk-case-about")).to_contain_text("Confirmada por ClaveÚnica")
    expect(page.locator("#desk-identify")).to_have_count(0)
    page.locator("#identity-purpose").select_option("contact")
    page.locator("#desk-case-identity button[type=submit]").click()
    told = page.locator("#desk-identity-shown")
    expect(told).to_contain_text("Rosa Inés Pardo Soto")
    expect(told).to_contain_text(WORDS.text("desk.stated.whole", provider="ClaveÚnica"))
    clean(page)


def _fill(page: Page) -> None:
    page.locator("#day1").fill((datetime.now(UTC) - timedelta(days=2)).date().isoformat())
    page.locator("#from1").fill("18:00")
    page.locator("#to1").fill("18:30")
    page.locator("#corner").fill("Gran Avenida con Salesianos")
    page.locator("#commune").select_option("san-miguel")
    page.get_by_label(WORDS.text("footage_form.facts.theft")).check()
    page.locator("#story").fill("Me llevaron la bicicleta frente a la farmacia.")
    page.get_by_label(WORDS.text("footage_form.involvement.affected")).check()
    page.locator("#email").fill("rosa@example.org")
    page.get_by_label(WORDS.text("footage_form.delivery.download")).check()
    page.locator("#undertaking").check()
    page.locator("#notice").check()
    page.wait_for_timeout(READING)


def _sign_in(page: Page, on: Served) -> None:
    page.goto(f"{on.address}/login")
    page.locator("#email").fill(f"{Role.OPERATOR}@demo.atalaya")
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)
