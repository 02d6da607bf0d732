"""What the share menu hands out is what is on screen."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from PIL import Image
from playwright.sync_api import Page, expect

from domain.people import Role
from tests.e2e.conftest import SignIn


def taken(page: Page, name: str) -> tuple[str, bytes]:
    """The name and the content of a file of the share menu."""
    menu = page.locator("details.share")
    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_role("link", name=name, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_table_has_as_many_rows_as_the_page_says(signed_in: SignIn) -> None:
    page = signed_in(Role.INSPECTOR, "/map?lang=en&from=2026-10-01&to=2026-10-07&type=robbery")
    expect(page.locator("#sentence")).to_contain_text("incidents")
    name, data = taken(page, "Download CSV")
    assert name == "atalaya-incidents_2026-10-01_2026-10-07.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    expect(page.locator("#sentence strong").first).to_have_text(f"{len(rows)} incidents")
    assert {row["type"].partition(".")[0] for row in rows} == {"robbery"}


def test_the_picture_is_of_the_map_that_is_shown(signed_in: SignIn) -> None:
    page = signed_in(Role.OPERATOR, "/map?lang=en&from=2026-10-01&to=2026-10-28&compare=previous")
    expect(page.locator("#maps.two")).to_be_visible()
    name, data = taken(page, "Download picture")
    assert name == "atalaya-map_2026-10-01_2026-10-28.png"
    assert Image.open(io.BytesIO(data)).width == 1600
    page.locator("#compare-view label", has_text="Change").click()
    expect(page.locator("#maps.changing")).to_be_visible()
    link = page.locator("a[data-export$='map.png']")
    expect(link).to_have_attribute("href", "/export/map.png?from=2026-10-01&to=2026-10-28&compare=previous&side=change")
    assert parse_qs(urlsplit(str(link.get_attribute("href"))).query)["side"] == ["change"]
    _, change = taken(page, "Download picture")
    assert change != data
