"""What a person sees and takes of surveys, in both languages, on a desk and on a telephone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.people import Role
from tests.e2e.conftest import SignIn

TELEPHONE = {"width": 390, "height": 844}


def address(page: Page, path: str) -> str:
    """Another page of the same portal."""
    return "/".join(page.url.split("/", 3)[:3]) + path


def table(page: Page, name: str) -> list[dict[str, str]]:
    """The rows of what the share menu hands out."""
    menu = page.locator("details.share")
    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_role("link", name=name, exact=True).click()
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize(
    ("language", "title", "trust", "download", "next_page"),
    [
        ("en", "How much stays in the dark?", "more trust, not more crime", "Download CSV", "Perception"),
        ("es", "¿Cuánto queda a oscuras?", "más confianza y no más delito", "Descargar CSV", "Percepción"),
    ],
)
def test_the_dark_figure_is_read_and_taken_and_leads_on_to_perception(
    signed_in: SignIn, language: str, title: str, trust: str, download: str, next_page: str
) -> None:
    page = signed_in(Role.COMMANDER, "/dark-figure", language)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".survey-box")).to_contain_text(trust)
    expect(page.locator(".survey-year")).to_have_count(3)
    expect(page.locator(".layer.goal")).to_be_visible()
    shares = {row["year"]: row for row in table(page, download) if (row["item"], row["unit"]) == ("any", "event")}
    last = round(float(shares["2025"]["not_reported_percent"]))
    expect(page.locator(".sentence")).to_contain_text(f" {last} ")
    page.locator(".rail-link", has_text=next_page).click()
    expect(page.locator(".survey-areas").first).to_be_visible()


def test_a_telephone_scrolls_tables_and_never_the_page(signed_in: SignIn) -> None:
    page = signed_in(Role.INSPECTOR, "/dark-figure")
    page.set_viewport_size(TELEPHONE)
    for path in ("/dark-figure", "/perception"):
        page.goto(address(page, path))
        expect(page.locator(".survey-page .table").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == TELEPHONE["width"]
