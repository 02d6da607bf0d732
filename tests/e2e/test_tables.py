"""An analyst delivers a table: told what is wrong row by row, they mend it, deliver it, and withdraw it again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from data_access.engine import make_engine
from data_access.store import Store
from domain.people import SYSTEM, Role
from services import accounts
from tests.e2e.conftest import sign_in
from tests.e2e.test_axe import in_both_schemes
from tests.serving import Served, serving
from tests.tabling import city, written

EMAIL, PASSWORD = "ana@ciudad.cl", "cuatro palabras sin nexo"
RIGHT = [("San Miguel", "2026-09-30", "7.700"), ("San Miguel", "2026-10-31", "7.733")]
WRONG = [*RIGHT, ("San Migel", "2026-10-31", "5"), ("La Cisterna", "2026-10-31", "-5")]
WORDS = {
    "es": ("2 problemas", "¿Es San Miguel?", "2 datos nuevos", "guardada", "retirada"),
    "en": ("2 problems", "Is it San Miguel?", "2 new facts", "stored", "withdrawn"),
}


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal with three precincts and an analyst."""
    home = tmp_path_factory.mktemp("town")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    store = Store(engine, home)
    city(store)
    accounts.add(store, SYSTEM, EMAIL, [Role.ANALYST], password=PASSWORD)
    engine.dispose()
    with serving(home, "", ATALAYA_WORKERS="1") as served:
        yield served


def enter(context: BrowserContext, town: Served, language: str) -> Page:
    sign_in(context, town, EMAIL, PASSWORD)
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    context.add_cookies([{"name": "language", "value": language, "url": town.address}])
    page.goto(f"{town.address}/tables")
    return page


def choose(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("[data-upload=choose]").click()
    chooser.value.set_files(path)


def clean(page: Page) -> None:
    page.locator("h1").wait_for()
    assert in_both_schemes(page) == []


@pytest.mark.parametrize("language", WORDS)
def test_a_table_is_told_wrong_mended_delivered_and_withdrawn(
    language: str, context: BrowserContext, town: Served, tmp_path: Path
) -> None:
    wrong, near, new, stored, withdrawn = WORDS[language]
    page = enter(context, town, language)
    clean(page)
    choose(page, written(tmp_path / "octubre.csv", WRONG))
    look = page.locator("#tables-look")
    expect(look).to_contain_text(wrong)
    expect(look.locator(".tables-problems tbody tr")).to_have_count(2)
    expect(look).to_contain_text(near)
    expect(page.locator("#tables-deliver")).to_be_disabled()
    clean(page)
    with page.expect_download() as table:
        look.locator("a[href*='problems.csv']").click()
    assert "negative" in Path(table.value.path()).read_text(encoding="utf-8")

    page.locator(".tables-file a").click()
    choose(page, written(tmp_path / "octubre.csv", RIGHT))
    expect(page.locator("#tables-verdict")).to_contain_text(new)
    page.locator("#tables-deliver").click()
    expect(page.locator(".tables-report .import-status")).to_have_text(stored)
    clean(page)

    page.locator(".undo > summary").click()
    page.locator(".undo button").click()
    expect(page.locator(".tables-report .import-status")).to_have_text(withdrawn)
    expect(page.locator(".imports-table .import-status").first).to_have_text(withdrawn)
    clean(page)
