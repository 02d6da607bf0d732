"""An analyst loads a file of their own, sees it on the map, and takes it out again."""

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
from tests.e2e.test_axe import in_both_schemes, violations
from tests.serving import Served, serving

EMAIL, PASSWORD = "ana@ciudad.cl", "cuatro palabras sin nexo"
SPOTS = [(-33.40 - 0.002 * number, -70.60 - 0.002 * number) for number in range(30)]
ROWS = [
    f"{number};{1 + number % 28:02}/10/2026;{number % 24:02}:15;Robo con intimidación;Moto;{lat:.4f};{lon:.4f};Ana Díaz"
    for number, (lat, lon) in enumerate(SPOTS)
]
WRONG = "99;31/02/2026;10:00;Hurto;A pie;-33.41;-70.61;Eva Soto"
FILE = "\n".join(["Folio;Fecha;Hora;Suceso;Medio de transporte;Latitud;Longitud;Nombre víctima", *ROWS, WRONG, ""])


@pytest.fixture(scope="module")
def empty(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal without data, with an analyst."""
    home = tmp_path_factory.mktemp("empty")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    store = Store(engine, home)
    accounts.add(store, SYSTEM, EMAIL, [Role.ANALYST], password=PASSWORD)
    accounts.set_language(store, accounts.every(store, SYSTEM)[0].actor, "en")
    engine.dispose()
    with serving(home, "", ATALAYA_WORKERS="1") as served:
        yield served


@pytest.fixture
def page(context: BrowserContext, empty: Served) -> Page:
    sign_in(context, empty, EMAIL, PASSWORD)
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")  # a drawer half in sight has no contrast
    return page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hechos octubre.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def drawn(page: Page) -> None:
    expect(page.locator("[data-dash-is-loading]")).to_have_count(0)


def choose(page: Page, served: Served, file: Path) -> None:
    page.goto(f"{served.address}/imports")
    page.get_by_role("link", name="Load a file").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)
    page.wait_for_url("**/imports/load?upload=*")


def pick(page: Page, column: str, field: str) -> None:
    """Say what a column holds, with the keyboard alone."""
    box = page.get_by_role("combobox", name=f"What the column {column} holds")
    if not box.count():
        box = page.get_by_label(f"What the column {column} holds").first
    box.focus()
    box.press("Enter")
    page.get_by_role("option", name=field, exact=True).click()


def test_a_file_is_loaded_seen_on_the_map_and_undone(page: Page, empty: Served, file: Path) -> None:
    choose(page, empty, file)

    # The column of the type has a name that says nothing: the analyst says it.
    expect(page.get_by_text("Say at least which column holds the type", exact=False).first).to_be_visible()
    expect(page.get_by_role("button", name="Load", exact=True)).to_be_disabled()
    pick(page, "Suceso", "Type of crime")
    expect(page.locator("#load-verdict")).to_have_text("Of the first 31 rows 30 are understood.")
    preview = page.locator("#load-preview")
    expect(preview.get_by_text("Line 32:")).to_be_visible()
    expect(preview).to_contain_text("31/02/2026")
    expect(preview).to_contain_text("Nombre víctima")
    expect(page.locator("body")).not_to_contain_text("Ana Díaz")
    drawn(page)
    assert violations(page) == []

    page.get_by_label("Name of the source").fill("Denuncias de octubre")
    page.get_by_role("button", name="Load", exact=True).click()
    page.wait_for_url("**/imports/load?job=*")
    expect(page.get_by_text("Denuncias de octubre: 30 incidents stored.")).to_be_visible(timeout=120_000)

    page.get_by_role("link", name="See the report").click()
    report = page.get_by_role("dialog", name="Import 1")
    expect(report).to_contain_text("Rows 31 = stored 30 + duplicates 0 + rejected 1")
    expect(report).to_contain_text("One column was dropped: Nombre víctima.")
    drawn(page)
    assert violations(page) == []
    with page.expect_download() as download:
        report.get_by_role("link", name="Download the rejected rows").click()
    rejected = Path(download.value.path()).read_text("utf-8-sig")
    assert "31/02/2026" in rejected
    assert "Eva Soto" not in rejected

    page.goto(f"{empty.address}/map?from=2026-10-01&to=2026-10-28")
    expect(page.locator("#sentence")).to_contain_text("30 incidents")

    page.goto(f"{empty.address}/imports?batch=1")
    page.get_by_text("Undo this import").click()
    page.get_by_role("button", name="Yes, undo it").click()
    expect(page.get_by_role("dialog", name="Import 1")).to_contain_text("undone")
    page.keyboard.press("Escape")
    page.wait_for_url("**/imports")
    expect(page.locator(".imports-table")).to_contain_text("undone")
    page.goto(f"{empty.address}/map?from=2026-10-01&to=2026-10-28")
    expect(page.locator("#sentence")).to_contain_text("0 incidents")


def test_an_empty_file_is_refused_in_a_notice_and_the_page_stays(page: Page, empty: Served, tmp_path: Path) -> None:
    file = tmp_path / "nothing.csv"
    file.write_text("")
    page.goto(f"{empty.address}/imports/load")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)
    expect(page.get_by_text("“nothing.csv” is empty.", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()


@pytest.mark.parametrize("path", ["/imports", "/imports/load", "/imports/load?job=1", "/imports?batch=1"])
def test_axe_finds_nothing_on_the_pages_of_imports(page: Page, empty: Served, path: str) -> None:
    page.goto(f"{empty.address}{path}")
    page.wait_for_selector("h1")
    drawn(page)
    assert in_both_schemes(page) == []
