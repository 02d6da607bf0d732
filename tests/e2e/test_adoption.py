"""A commander follows adoption: their own precinct first, compared, close by, and the sheets of closed months."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from domain.people import Role
from tests.e2e.conftest import SignIn
from tests.e2e.test_axe import TELEPHONE, in_both_schemes, violations
from tests.serving import Served

SAID = {
    "es": {
        "title": "¿Quién está conectado?",
        "unit": "una dirección no es una persona",
        "own": "su zona",
        "launch": "Desde el lanzamiento",
        "months": "Meses desde el lanzamiento",
        "even": "¿Es pareja la cobertura?",
        "share": "Compartir",
        "sheets": "Hojas de revisión mensual",
    },
    "en": {
        "title": "Who is connected?",
        "unit": "an address is not a person",
        "own": "your precinct",
        "launch": "Since launch",
        "months": "Months since launch",
        "even": "Is coverage even?",
        "share": "Share",
        "sheets": "Monthly revision sheets",
    },
}


def opened(signed_in: SignIn, role: Role, language: str, query: str = "") -> Page:
    page = signed_in(role, f"/adoption{query}", language)
    expect(page.locator("#adoption-sentence")).not_to_be_empty()
    return page


@pytest.mark.parametrize("language", list(SAID))
def test_a_commander_follows_their_precinct_to_its_revision_sheet(
    signed_in: SignIn, served: Served, language: str
) -> None:
    said = SAID[language]
    page = opened(signed_in, Role.COMMANDER, language)
    expect(page.locator("h1")).to_have_text(said["title"])
    expect(page.locator("#adoption-notes")).to_contain_text(said["unit"])
    expect(page.locator("#adoption-table tbody tr").first).to_contain_text(said["own"])
    _compare_two(page, said)
    _look_close(page, said)
    assert violations(page) == []
    page.locator("details.share summary").click()
    assert violations(page) == []
    page.get_by_role("link", name=said["sheets"]).click()
    page.wait_for_url("**/adoption/revisions")
    expect(page.locator("h1").first).to_be_visible()
    assert violations(page) == []
    sheet = page.get_by_role("link", name=re.compile("^PDF|PDF$")).first.get_attribute("href")
    answer = page.request.get(f"{served.address}{sheet}")
    assert (answer.headers["content-type"], answer.body()[:5]) == ("application/pdf", b"%PDF-")


def _compare_two(page: Page, said: dict[str, str]) -> None:
    """All but two precincts are taken out of the comparison, which is then counted from each launch."""
    chips = page.locator("#adoption-chosen .chip")
    expect(chips.first).to_be_visible()
    for left in range(chips.count() - 1, 1, -1):
        chips.last.click()
        expect(chips).to_have_count(left)
    expect(page.locator(".line-end")).to_have_count(2)
    page.get_by_role("button", name=said["launch"]).click()
    expect(page.get_by_role("button", name=said["launch"])).to_have_attribute("aria-pressed", "true")
    page.locator("#adoption-compare-table summary").click()
    expect(page.locator("#adoption-compare-table")).to_contain_text(said["months"])
    assert re.search(r"compare=[\w-]+,[\w-]+&align=launch", page.url)


def _look_close(page: Page, said: dict[str, str]) -> None:
    """The second of the commander's own precincts, from the table; the mark follows."""
    day = page.locator("#adoption-day-box").input_value()
    assert f"day={day}&" in page.evaluate("window.atalaya.link()")
    row = page.locator("#adoption-table tbody tr.own").nth(1)
    name = row.locator("a").inner_text()
    row.locator("a").click()
    expect(page.locator(".precinct-title")).to_have_text(name)
    expect(page.locator("#adoption-table tr.chosen")).to_contain_text(name)
    expect(page.locator("#adoption-precinct option:checked")).to_have_text(name)
    expect(page.locator("#adoption-close")).to_contain_text(said["even"])
    assert "precinct=" in page.url


def test_a_commander_gets_no_details_of_others(signed_in: SignIn) -> None:
    page = opened(signed_in, Role.COMMANDER, "en")
    own, every = page.locator("#adoption-table tbody tr.own"), page.locator("#adoption-table tbody tr")
    expect(own.first).to_be_visible()
    assert own.count() < every.count()
    expect(page.locator("#adoption-table tbody a")).to_have_count(own.count())
    expect(page.locator("#adoption-precinct option")).to_have_count(own.count())
    expect(every.last.locator("td").last).to_have_text("–")


def test_another_day_changes_every_figure_and_stays_in_the_link(signed_in: SignIn) -> None:
    page = opened(signed_in, Role.ANALYST, "en", "?precinct=san-joaquin")
    expect(page.locator("#adoption-cards")).not_to_be_empty()
    before = page.locator("#adoption-cards").inner_text()
    page.locator("#adoption-day-box").fill("2026-07-31")
    expect(page.locator("#adoption-sentence")).to_contain_text("31 Jul 2026")
    expect(page.locator("#adoption-cards")).not_to_have_text(before)
    expect(page.locator(".precinct-title")).to_have_text("San Joaquín")
    expect(page.locator("#adoption-close")).to_contain_text("31 Jul 2026")
    assert "day=2026-07-31" in page.url
    page.reload()
    expect(page.locator("#adoption-sentence")).to_contain_text("31 Jul 2026")


def test_a_precinct_is_chosen_on_the_map_and_a_heading_sorts(signed_in: SignIn) -> None:
    page = opened(signed_in, Role.ANALYST, "en")
    page.locator("#adoption-map path[data-precinct=el-bosque]").click()
    expect(page.locator(".precinct-title")).to_have_text("El Bosque")
    page.locator("#adoption-table th.population button").click()
    expect(page.locator("#adoption-table th.population")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#adoption-table tbody tr").first).to_contain_text("La Pintana")
    page.locator("#adoption-table th.population button").click()
    expect(page.locator("#adoption-table tbody tr").first).to_contain_text("San Ramón")


def test_a_telephone_shows_it_all_without_violation(signed_in: SignIn) -> None:
    page = opened(signed_in, Role.COMMANDER, "es")
    page.set_viewport_size(TELEPHONE)
    assert in_both_schemes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == TELEPHONE["width"]
