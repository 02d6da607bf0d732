"""axe-core finds no violation: every page, both colour schemes, both languages, desk and telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.people import Role
from tests.e2e.conftest import SignIn
from tests.serving import Served

TELEPHONE = {"width": 390, "height": 844}
VIOLATIONS = {"resultTypes": ["violations"]}  # what is as it should be is not told
COLOURS = VIOLATIONS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SCHEMES = {"light": VIOLATIONS, "dark": COLOURS}  # what is looked at in each: the rest hangs on neither
FADE = 100  # milliseconds


def violations(page: Page, options: dict[str, Any] = VIOLATIONS) -> list[str]:
    """What axe-core says, a line for each element."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def in_both_schemes(page: Page) -> list[str]:
    """The same in light and in dark."""
    found = []
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.wait_for_timeout(FADE)
        found += [f"{scheme}: {line}" for line in violations(page, options)]
    return found


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
def test_the_heat_map_has_no_violation(signed_in: SignIn, path: str, act: Callable[[Page], None]) -> None:
    page = signed_in(Role.ANALYST, path)
    expect(page.locator("#sentence")).to_be_visible()
    act(page)
    assert in_both_schemes(page) == []


def test_the_heat_map_has_no_violation_on_a_telephone(signed_in: SignIn) -> None:
    page = signed_in(Role.INSPECTOR, "/map")
    page.set_viewport_size(TELEPHONE)
    expect(page.locator("#sentence")).to_be_visible()
    assert in_both_schemes(page) == []
    page.locator(".sheet-opener").click()
    assert in_both_schemes(page) == []


def test_the_page_of_releases_has_no_violation(signed_in: SignIn) -> None:
    page = signed_in(Role.ANALYST, "/releases")
    expect(page.locator(".releases-page")).to_be_visible()
    assert in_both_schemes(page) == []
    page.set_viewport_size(TELEPHONE)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/", "/login"])
def test_what_anybody_may_open_has_no_violation(browser: Browser, served: Served, path: str) -> None:
    with browser.new_context(locale="es-CL") as context:
        page = context.new_page()
        page.goto(served.address + path)
        expect(page.locator("h1")).to_be_visible()
        assert in_both_schemes(page) == []


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
            assert (address, in_both_schemes(page)) == (address, [])
        looked |= rail
        page.close()  # so that it asks for nothing while the next person signs in
    assert len(looked) >= 15
