"""A person links their identity of the city's own directory, goes out, and comes in by it, in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from data_access.engine import make_engine
from data_access.store import Store
from domain.people import SYSTEM, Role
from locales import Words
from services import accounts
from tests.e2e.test_axe import TELEPHONE, in_both_schemes
from tests.provider import Directory, directory
from tests.serving import Served, serving

EMAIL, PASSWORD = "ana@ciudad.cl", "cuatro palabras sin nexo"


@pytest.fixture(scope="module")
def house() -> Iterator[Directory]:
    with directory() as found:
        yield found


@pytest.fixture(scope="module")
def portal(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, house: Directory) -> Iterator[Served]:
    """A record without data, with one account."""
    home = tmp_path_factory.mktemp("directory")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    accounts.add(Store(engine, home), SYSTEM, EMAIL, [Role.AUDITOR], password=PASSWORD)
    engine.dispose()
    with serving(home, "", ATALAYA_WORKERS="1", **house.settings("ATALAYA_STAFF_OIDC")) as served:
        yield served


def test_a_person_links_their_identity_and_comes_in_by_it(browser: Browser, portal: Served, house: Directory) -> None:
    """The directory is another site to the browser: what it keeps must come back with it from there."""
    words, here = Words("es"), portal.address.replace("127.0.0.1", "localhost")
    with browser.new_context(locale="es", viewport=TELEPHONE) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{here}/login?next=/account")
        assert in_both_schemes(page) == []
        page.locator("#email").fill(EMAIL)
        page.locator("#password").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        page.get_by_role("button", name=words.text("accounts.directory.link")).click()
        unlink = page.get_by_role("button", name=words.text("accounts.directory.unlink"))
        expect(unlink).to_be_visible()
        assert page.url == f"{here}/account"
        assert in_both_schemes(page) == []
        page.locator("details.account summary").click()
        page.get_by_role("button", name=words.text("ui.sign_out"), exact=True).click()
        page.wait_for_url(f"{here}/")
        page.goto(f"{here}/login?next=/account")
        page.get_by_role("link", name=words.text("accounts.sign_in.by", name=house.provider.name)).click()
        page.wait_for_url(f"{here}/account")
        unlink.click()
        expect(page.get_by_role("button", name=words.text("accounts.directory.link"))).to_be_visible()
        context.clear_cookies()
        page.goto(f"{here}/login?next=/account")
        page.get_by_role("link", name=words.text("accounts.sign_in.by", name=house.provider.name)).click()
        expect(page.locator("#refusal")).to_have_text(words.text("errors.directory.unknown"))
        assert in_both_schemes(page) == []
