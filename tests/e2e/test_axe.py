"""axe-core finds no violation: every page, both colour schemes, both languages, desk and telephone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.people import Role
from tests.e2e.conftest import SignIn
from tests.serving import Served

TELEPHONE = {"width": 390, "height": 844}
VIOLATIONS = {"resultTypes": ["violations"]}  # what is as it should be is not told
SCHEMES = ("light", "dark")


def violations(page: Page) -> list[str]:
    """What axe-core says, a line for each element."""
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def _as_it_opens(page: Page) -> None:
    pass


def _filters_open(page: Page) -> None:
    for facet in page.locator("details.facet").all():
        facet.evaluate("facet => { facet.open = true }")


def _rows_listed(page: Page) -> None:
    page.locator("#list-kind label", has_text="Incidents").click()
    expect(page.locator(".incidents tbody tr").first).to_be_visible()


def _place_asked(page: Page) -> None:
    page.locator("#map-now").click(position={"x": 300, "y": 300})
    expect(page.locator(".place-panel")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("/map", _as_it_opens),
        ("/map", _filters_open),
        ("/map", _rows_listed),
        ("/map", _place_asked),
        ("/map?compare=previous&type=robbery", _as_it_opens),
        ("/map?from=2001-01-01&to=2001-02-01", _as_it_opens),
    ],
)
def test_the_heat_map_has_no_violation(signed_in: SignIn, scheme: str, path: str, act: Callable[[Page], None]) -> None:
    page = signed_in(Role.ANALYST, path)
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("#sentence")).to_be_visible()
    act(page)
    page.wait_for_timeout(400)  # colours fade in
    assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_heat_map_has_no_violation_on_a_telephone(signed_in: SignIn, scheme: str) -> None:
    page = signed_in(Role.INSPECTOR, "/map")
    page.set_viewport_size(TELEPHONE)
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("#sentence")).to_be_visible()
    assert violations(page) == []
    page.locator(".sheet-opener").click()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_of_releases_has_no_violation(signed_in: SignIn, scheme: str) -> None:
    page = signed_in(Role.ANALYST, "/releases")
    page.emulate_media(color_scheme=scheme)
    expect(page.locator(".releases-page")).to_be_visible()
    page.wait_for_timeout(400)  # colours fade in
    assert violations(page) == []
    page.set_viewport_size(TELEPHONE)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", ["/", "/login"])
def test_what_anybody_may_open_has_no_violation(browser: Browser, served: Served, path: str, scheme: str) -> None:
    with browser.new_context(color_scheme=scheme, locale="es-CL") as context:
        page = context.new_page()
        page.goto(served.address + path)
        expect(page.locator("h1")).to_be_visible()
        assert violations(page) == []


def test_every_page_of_every_rail_has_no_violation(context: BrowserContext, signed_in: SignIn, served: Served) -> None:
    """Each page once, with who can do most there: analysts first."""
    looked = set[str]()
    for role in sorted(Role, key=lambda role: role is not Role.ANALYST):
        context.clear_cookies()
        page = signed_in(role)
        page.locator(".rail-link").first.wait_for(state="attached")
        rail = {str(link.get_attribute("href")) for link in page.locator(".rail-link").all()}
        for address in sorted(rail - looked):
            page.goto(served.address + address)
            expect(page.locator("h1").first).to_be_visible()
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.wait_for_timeout(100)
                assert (address, scheme, violations(page)) == (address, scheme, [])
        looked |= rail
        page.close()  # so that it asks for nothing while the next person signs in
    assert len(looked) >= 15
