"""The public face in a real browser: in both languages and schemes, without JavaScript, on a telephone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_axe import TELEPHONE, violations
from tests.serving import Served, serving

PAGES = (
    "/",
    "/zones",
    "/trends",
    "/cameras",
    "/use",
    "/algorithms",
    "/data",
    "/requests",
    "/privacy",
    "/accessibility",
    "/appeals",
    "/footage",
    "/footage/new",
    "/footage/new?kind=crash",
    "/footage/follow",
    "/verify",
)
SIDES = ("top", "right", "bottom", "left")
INK = "rgb(22, 33, 42)"


@pytest.fixture(scope="session")
def public(releases: Path, sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The public alone, served where there is no record."""
    home = tmp_path_factory.mktemp("face")
    shutil.copytree(releases, home / "releases")
    shutil.copyfile(sqlite_desk_template, home / "desk.sqlite")
    with serving(home, "postgresql://nobody@127.0.0.1:1/none", ATALAYA_FACE="public", ATALAYA_WORKERS="1") as served:
        yield served


@pytest.mark.parametrize(("locale", "scheme"), [("es-CL", "light"), ("en-GB", "dark")])
def test_no_page_has_a_violation_or_a_word_for_the_console(
    browser: Browser, public: Served, locale: str, scheme: str
) -> None:
    with browser.new_context(color_scheme=scheme, locale=locale, viewport=TELEPHONE) as context:  # type: ignore[arg-type]
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        for path in (*PAGES, "/zones?period=nothing"):
            page.goto(public.address + path)
            expect(page.locator("h1")).to_be_visible()
            assert (path, violations(page)) == (path, [])
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, f"{path} is wider than a telephone"
        assert [line for line in said if "400" not in line] == []


def test_a_resident_asks_for_a_zone_without_javascript(browser: Browser, public: Served) -> None:
    with browser.new_context(java_script_enabled=False, locale="es-CL", viewport=TELEPHONE) as context:
        page = context.new_page()
        page.goto(public.address)
        page.get_by_role("link", name="Mapa").first.click()
        page.get_by_label("Clase", exact=True).select_option(label="Hurto")
        page.get_by_role("button", name="Mostrar").click()
        expect(page.locator("h2").first).to_contain_text("Hurto")
        expect(page.locator("svg.map path title").first).to_be_attached()
        expect(page.locator("tbody tr").first.locator("td").last).to_contain_text("0")


def test_the_camera_checker_answers_without_javascript(browser: Browser, public: Served) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{public.address}/cameras")
        page.get_by_label("The place").fill("here")
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#point-wrong")).to_contain_text("latitude")
        page.get_by_label("The place").fill("-33.9, -70.1")
        page.get_by_role("button", name="Ask").click()
        expect(page.get_by_role("status")).to_contain_text("No")


def test_cameras_are_picked_on_maps_without_javascript_and_by_keyboard(browser: Browser, public: Served) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-GB", viewport=TELEPHONE) as context:
        page = context.new_page()
        page.goto(f"{public.address}/cameras")
        page.locator("svg.map a").first.focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Ask for footage of this camera").click()
        code = page.url.partition("camera=")[2]
        page.locator(".kinds a[href*=preserve]").click()
        expect(page.locator("#camera")).to_have_value(code)
        page.locator("svg.map input").nth(3).focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        chosen = page.locator("svg.map input:checked").get_attribute("value")
        page.locator("#send").click()
        expect(page.locator("#wrong")).to_be_visible()
        expect(page.locator("#camera")).to_have_value(code)
        expect(page.locator("svg.map input:checked")).to_have_value(chosen or "")


def test_a_press_on_the_map_writes_the_coordinates(browser: Browser, public: Served) -> None:
    with browser.new_context(locale="es-CL", viewport=TELEPHONE) as context:
        page = context.new_page()
        page.goto(f"{public.address}/cameras")
        room = page.locator("svg.map").bounding_box()
        assert room is not None
        page.locator("svg.map").click(position={"x": 5, "y": room["height"] - 5})
        expect(page.locator("#point")).to_have_value(re.compile(r"-33\.\d{5}, -70\.\d{5}"))


def test_the_keyboard_reaches_the_page_and_the_colours_stay_chosen(browser: Browser, public: Served) -> None:
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(public.address)
        page.keyboard.press("Tab")
        expect(page.get_by_text("Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.get_by_role("link", name="Dark").click()
        page.goto(f"{public.address}/zones")
        assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
        assert _background(page) == "rgb(14, 20, 24)"


def test_what_is_printed_is_dark_on_white_and_whole(browser: Browser, public: Served) -> None:
    with browser.new_context(locale="es-CL", color_scheme="dark") as context:
        page = context.new_page()
        page.emulate_media(media="print")
        for path in ("/zones", "/algorithms", "/footage/new?print=1"):
            page.goto(f"{public.address}{path}{'&' if '?' in path else '?'}scheme=dark")
            assert page.evaluate("getComputedStyle(document.body).color") == INK, path
            assert _background(page) == "rgb(255, 255, 255)", path
        sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", margin=dict.fromkeys(SIDES, "12mm"))))
        assert sheets == 2, "the form of the counter is one sheet of paper, on both sides"
        page.goto(f"{public.address}/algorithms")
        for folded in page.locator("details dl").all():
            expect(folded).to_be_visible()


def _background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))
