"""Staff keep the registers: an entry is told wrong, mended and saved; a city's table is checked and taken."""

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
from tests.e2e.test_tables import EMAIL, PASSWORD, choose, clean
from tests.registering import CAMERA, COMMON, table
from tests.serving import Served, serving
from tests.tabling import city

CHOSEN = {
    "es": {"precision": "Esquina", "type": "Domo", "status": "Activa", "no": "No"},
    "en": {"precision": "Corner", "type": "Dome", "status": "Active", "no": "No"},
}
WORDS = {
    "es": ("“mañana” no es un número", "versión 1", "“oeste” no es un número", "2 cámaras nuevas"),
    "en": ("“mañana” is no number", "version 1", "“oeste” is no number", "2 new cameras"),
}


@pytest.fixture(scope="module")
def town(
    sqlite_template: Path, sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A portal with an analyst and empty registers."""
    home = tmp_path_factory.mktemp("town")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    shutil.copyfile(sqlite_desk_template, home / "desk.sqlite")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    store = Store(engine, home)
    city(store)
    accounts.add(store, SYSTEM, EMAIL, [Role.ANALYST], password=PASSWORD)
    engine.dispose()
    with serving(home, "", ATALAYA_WORKERS="1") as served:
        yield served


def enter(context: BrowserContext, town: Served, language: str, path: str) -> Page:
    sign_in(context, town, EMAIL, PASSWORD)
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    context.add_cookies([{"name": "language", "value": language, "url": town.address}])
    page.goto(town.address + path)
    return page


def field(name: str, language: str = "") -> str:
    """The selector of a field; Dash writes the parts of its id in the order of the alphabet."""
    return f"""[id='{{"language":"{language}","name":"{name}","type":"register-field"}}']"""


def fill(page: Page, language: str, given: dict[str, str]) -> None:
    page.locator(field(next(iter(given)))).wait_for(state="attached")
    for details in page.locator("details.card").all():
        details.evaluate("details => { details.open = true }")
    for name, value in given.items():
        part = page.locator(field(name))
        known = CHOSEN[language].get(name) or (CHOSEN[language]["no"] if value == "no" else None)
        if known is None:
            part.fill(value)
        else:
            part.click()
            page.get_by_role("option", name=known, exact=True).click()


@pytest.mark.parametrize("language", WORDS)
def test_a_camera_is_told_wrong_mended_and_saved(language: str, context: BrowserContext, town: Served) -> None:
    wrong, version, _, _ = WORDS[language]
    page = enter(context, town, language, "/registers")
    clean(page)
    page.locator("a.button").click()
    given = {name: value for name, value in CAMERA.items() if name not in ("valid_until", "uptime")}
    fill(page, language, {**given, "certified": "2026-11-01", "uptime": "mañana"})
    page.locator("#register-save").click()
    alert = page.locator(".register-wrong")
    expect(alert).to_contain_text(wrong)
    expect(page.locator(field("name"))).to_have_value(CAMERA["name"])
    clean(page)
    fill(page, language, {"valid_until": CAMERA["valid_until"], "uptime": "98,5 %"})
    page.locator("#register-save").click()
    expect(page.locator("[role=status]").filter(has_text=version)).to_be_visible()
    expect(page.locator("tbody").first).to_contain_text(CAMERA["name"])
    clean(page)


@pytest.mark.parametrize("language", WORDS)
def test_a_table_is_told_wrong_row_by_row_then_taken(
    language: str, context: BrowserContext, town: Served, tmp_path: Path
) -> None:
    *_, unreadable, new = WORDS[language]
    rows = [(f"{language}1", f"Uno {language}", "-70.65", "-33.50"), (f"{language}2", "Dos", "-70.66", "-33.51")]
    page = enter(context, town, language, "/registers?view=import")
    clean(page)
    choose(page, table(tmp_path / "camaras.csv", [*rows, ("9", "Tres", "oeste", "-33.5")]))
    fill(page, language, {name: value for name, value in COMMON.items() if name not in ("precision", "status")})
    page.locator("#register-look").click()
    expect(page.locator("#register-seen")).to_contain_text(unreadable)
    expect(page.locator("#register-take")).to_be_disabled()
    clean(page)
    page.locator(".tables-file a").click()
    choose(page, table(tmp_path / "camaras.csv", rows))
    fill(page, language, {name: value for name, value in COMMON.items() if name not in ("precision", "status")})
    page.locator("#register-look").click()
    expect(page.locator("#register-seen")).to_contain_text(new)
    page.locator("#register-take").click()
    expect(page.locator("tbody").first).to_contain_text(f"Uno {language}")
