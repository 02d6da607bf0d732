"""A person explores: every part of the page answers the same question, and the address is the question."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from domain.people import Role
from tests.e2e.conftest import SignIn
from tests.serving import Served

DESK = {"width": 1440, "height": 900}
TELEPHONE = {"width": 390, "height": 844}


def asked(page: Page) -> dict[str, str]:
    """The question that the address holds."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def total(page: Page) -> int:
    return number(page.locator(".total .big").inner_text())


def counts(bars: Locator) -> int:
    """What the bars of a ranking sum to, those folded away included."""
    return sum(number(text) for text in bars.locator(".bar-count").all_text_contents())


def shown(page: Page, before: int) -> int:
    """The total once it has changed."""
    expect(page.locator(".total .big")).not_to_have_text(f"{before:,}")
    return total(page)


def scale(page: Page) -> str:
    return page.locator("#map-now .leaflet-control-scale-line").inner_text()


def closer(page: Page) -> None:
    """Zoom in, until the map has moved."""
    before = scale(page)
    page.locator("#map-now .leaflet-control-zoom-in").click()
    expect(page.locator("#map-now .leaflet-control-scale-line")).not_to_have_text(before)


def ready(page: Page) -> None:
    """The map has asked for its heat: the page listens."""
    expect(page.locator("#map-now .heat-image")).to_have_attribute("src", re.compile("^/heat/"))


@pytest.fixture
def heat_map(signed_in: SignIn) -> Page:
    page = signed_in(Role.ANALYST, "/map")
    page.set_viewport_size(DESK)
    ready(page)
    return page


def test_every_figure_of_the_page_agrees_with_the_total(heat_map: Page) -> None:
    page, everything = heat_map, total(heat_map)
    assert everything > 0
    for kind in ("type", "vehicle", "precinct", "item"):
        assert counts(page.locator(f"[aria-labelledby=by-{kind}-title]")) == everything, kind
    cells = page.locator(".matrix tbody td").all_text_contents()
    unknown = page.locator("[aria-labelledby=matrix-title] > p").inner_text()
    assert sum(map(number, cells)) + number(unknown) == everything
    weeks = page.locator(".series tbody td").all_text_contents()
    assert sum(map(number, weeks)) == everything
    assert f"{everything:,} incidents" in page.locator("#sentence").inner_text()
    point, unmapped, stated = map(number, re.findall(r"[\d,]+", page.locator(".located .quiet-text").inner_text()))
    assert point + unmapped == stated == everything


def test_the_json_twin_gives_the_same_total(heat_map: Page, served: Served) -> None:
    everything = total(heat_map)
    heat_map.locator(".bar[data-key=vehicle][data-value=motorcycle]").click()
    less = shown(heat_map, everything)
    twin = heat_map.request.get(f"{served.address}/api/v1/incidents/summary", params=asked(heat_map))
    assert twin.json()["total"] == less


def test_a_bar_narrows_the_question_and_its_chip_widens_it(heat_map: Page) -> None:
    page, everything = heat_map, total(heat_map)
    bar = page.locator(".bar[data-key=type]").first
    count, code = number(bar.locator(".bar-count").inner_text()), bar.get_attribute("data-value")
    bar.click()
    assert shown(page, everything) == count
    assert asked(page) == {"type": code}
    page.locator(".chip").click()
    assert shown(page, count) == everything
    assert asked(page) == {}


def test_a_copied_address_shows_the_same_question_in_every_control(heat_map: Page, served: Served) -> None:
    question = "from=2026-09-01&to=2026-09-30&type=robbery.street&hours=18-23&days=5-7&compare=year"
    heat_map.goto(f"{served.address}/map?{question}")
    expect(heat_map.locator("#facet-compare")).to_have_text("Same period last year")
    expect(heat_map.locator("#filter-from")).to_have_value("2026-09-01")
    expect(heat_map.locator("#filter-to")).to_have_value("2026-09-30")
    chosen = heat_map.locator("#filter-sheet input:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    assert chosen == ["robbery.street", "18", "19", "20", "21", "22", "23", "5", "6", "7", "year"]
    assert heat_map.url.endswith(question)


def test_a_family_of_types_is_chosen_at_once_and_said_as_one(heat_map: Page) -> None:
    heat_map.locator(".facet-type > summary").click()
    heat_map.locator(".family", has_text="Robbery").click()
    expect(heat_map.locator("#sentence")).to_contain_text("Robbery, ")
    expect(heat_map.locator(".chip")).to_have_text(["Robbery"])
    assert set(asked(heat_map)["type"].split(",")) > {"robbery.street", "robbery.home"}


def test_hours_of_a_part_of_the_day_join_single_hours(heat_map: Page) -> None:
    heat_map.locator(".facet-more > summary").click()
    heat_map.locator(".part", has_text="Night").click()
    heat_map.locator(".hours label", has_text="06").click()
    expect(heat_map.locator(".chip")).to_have_text(["between the hours 0-6"])
    assert asked(heat_map) == {"hours": "0-6"}


def test_a_drawn_area_holds_back_what_lies_outside(heat_map: Page) -> None:
    everything = total(heat_map)
    heat_map.locator("[data-draw=rectangle]").click()
    expect(heat_map.locator("[data-draw=rectangle]")).to_have_attribute("aria-pressed", "true")
    box = heat_map.locator("#map-now").bounding_box()
    assert box is not None
    heat_map.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    heat_map.mouse.down()
    heat_map.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.8, steps=5)
    heat_map.mouse.up()
    inside = shown(heat_map, everything)
    assert 0 < inside < everything
    assert asked(heat_map)["area"].count(";") == 3
    expect(heat_map.locator("#place-panel")).to_be_empty()  # the corners asked for no place
    heat_map.locator(".map-tools [data-do=clear]").click()
    assert shown(heat_map, inside) == everything


def test_a_click_on_the_map_tells_what_happened_there(heat_map: Page) -> None:
    heat_map.locator("#map-now").click(position={"x": 300, "y": 300})
    panel = heat_map.locator(".place-panel")
    expect(panel).to_contain_text("Within 250 m of 33.")
    panel.get_by_role("button", name="Close").click()
    expect(heat_map.locator("#place-panel")).to_be_empty()


def test_compared_maps_show_one_place_and_one_change_map_takes_their_room(heat_map: Page) -> None:
    heat_map.locator(".facet-compare > summary").click()
    heat_map.get_by_label("Period before", exact=True).click()
    expect(heat_map.locator("#map-before")).to_be_visible()
    expect(heat_map.locator("#map-before-heat, .map-frame:nth-child(2) .heat-image")).to_have_attribute(
        "src", re.compile(r"/before\.png\?")
    )
    closer(heat_map)
    expect(heat_map.locator("#map-before .leaflet-control-scale-line")).to_have_text(scale(heat_map))
    expect(heat_map.locator("#sentence")).to_contain_text("usual variation")
    heat_map.locator("#compare-view label", has_text="Change").click()
    expect(heat_map.locator("#map-before")).to_be_hidden()
    expect(heat_map.locator("#map-now .heat-image")).to_have_attribute("src", re.compile(r"/change\.png\?"))


def test_the_map_keeps_its_place_when_the_question_changes(heat_map: Page) -> None:
    closer(heat_map)
    before = scale(heat_map)
    box, everything = heat_map.locator("#map-now").bounding_box(), total(heat_map)
    heat_map.locator("[data-preset='7']").click()
    shown(heat_map, everything)
    assert scale(heat_map) == before
    assert heat_map.locator("#map-now").bounding_box() == box


def test_the_heat_is_asked_for_before_the_numbers_come_back(heat_map: Page) -> None:
    """The image's address is built in the browser: one filter change is one image and one callback."""
    seen: list[str] = []

    def note(request: Request) -> None:
        kinds = [kind for kind in ("/heat/", "/_dash-update-component") if kind in request.url]
        seen.extend(kinds)

    heat_map.on("request", note)
    heat_map.locator("[data-preset='7']").click()
    expect(heat_map.locator("#facet-period")).to_have_text("7 days")
    assert sorted(seen) == ["/_dash-update-component", "/heat/"]


def test_incidents_are_paged_and_sorted_by_the_server(heat_map: Page) -> None:
    heat_map.locator("#list-kind label", has_text="Incidents").click()
    whens = heat_map.locator(".incidents tbody td:first-child")
    expect(whens).to_have_count(25)
    first = whens.first.inner_text()
    heat_map.get_by_role("button", name="Next page").click()
    expect(heat_map.locator(".pager")).to_contain_text("26 to 50")
    heat_map.locator(".incidents th button", has_text="When").click()
    expect(heat_map.locator(".incidents th[aria-sort=ascending]")).to_contain_text("When")
    expect(whens.first).not_to_have_text(first)
    expect(heat_map.locator(".pager")).to_contain_text("1 to 25")


def test_who_may_not_see_rows_is_not_offered_them(signed_in: SignIn) -> None:
    page = signed_in(Role.OPERATOR, "/map")
    expect(page.locator("#places table")).to_be_visible()
    expect(page.locator("#list-kind label")).to_have_text(["Precincts"])
    assert page.locator("a[data-export]").count() == 2  # the counts and the picture


def test_a_commander_sees_own_precincts_only(signed_in: SignIn) -> None:
    page = signed_in(Role.COMMANDER, "/map?precinct=providencia")
    ready(page)
    expect(page.locator("#map-notices")).to_contain_text("your account may not see")
    expect(page.locator(".empty")).to_be_visible()  # not more than was asked for
    page.locator("[data-do=reset]").first.click()
    expect(page.locator("#places tbody th").first).to_be_visible()
    own = page.locator(".section-precinct label").all_text_contents()
    assert 0 < len(own) < 10
    assert set(page.locator("#places tbody th").all_text_contents()) == set(own)


def test_an_empty_answer_says_what_to_do_next(signed_in: SignIn) -> None:
    page = signed_in(Role.INSPECTOR, "/map?from=2001-01-01&to=2001-02-01")
    expect(page.locator(".empty")).to_contain_text("outside the data")
    page.locator(".empty [data-preset='28']").click()
    expect(page.locator(".total .big")).to_be_visible()


def test_a_telephone_filters_in_a_sheet_with_one_button(signed_in: SignIn) -> None:
    page = signed_in(Role.INSPECTOR, "/map")
    page.set_viewport_size(TELEPHONE)
    expect(page.locator(".facets")).to_be_hidden()
    page.locator(".sheet-opener").click()
    expect(page.locator("#sheet-show")).to_have_text(re.compile(r"^Show [\d,]+ incidents$"))
    before = page.locator("#sheet-show").inner_text()
    page.locator(".facet-vehicle > summary").click()
    page.locator(".facet-vehicle").get_by_label("Motorcycle").check()
    expect(page.locator("#sheet-show")).not_to_have_text(before)
    page.locator("#sheet-show").click()
    expect(page.locator(".facets")).to_be_hidden()
    page.wait_for_url("**/map?vehicle=motorcycle")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= TELEPHONE["width"]


def test_a_keyboard_reaches_the_filters_and_leaves_them(heat_map: Page) -> None:
    heat_map.keyboard.press("Tab")
    expect(heat_map.locator(".skip-link")).to_be_focused()
    heat_map.locator(".facet-vehicle > summary").focus()
    heat_map.keyboard.press("Enter")
    expect(heat_map.locator(".facet-vehicle")).to_have_attribute("open", "")
    heat_map.keyboard.press("Tab")
    heat_map.keyboard.press("Space")
    expect(heat_map.locator(".chip")).to_have_count(1)
    heat_map.keyboard.press("Escape")
    expect(heat_map.locator(".facet-vehicle")).not_to_have_attribute("open", "")
    expect(heat_map.locator(".facet-vehicle > summary")).to_be_focused()


def test_colours_and_language_are_remembered(heat_map: Page) -> None:
    heat_map.locator(".header [data-scheme=dark]").click()
    expect(heat_map.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(heat_map.locator("#map-now .heat-image")).to_have_attribute("src", re.compile("ground=dark"))
    heat_map.locator(".header [data-language=es]").click()
    expect(heat_map.locator("h1")).to_have_text("¿Dónde y cuándo?")
    expect(heat_map.locator("html")).to_have_attribute("lang", "es")
    expect(heat_map.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_nothing_is_asked_of_another_site_and_no_script_is_refused(signed_in: SignIn, served: Served) -> None:
    page = signed_in(Role.ANALYST)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda line: seen.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(f"{served.address}/map?compare=previous")
    expect(page.locator("#sentence")).to_be_visible()
    page.locator("#map-now").click(position={"x": 300, "y": 300})
    expect(page.locator(".place-panel")).to_be_visible()
    assert [line for line in seen if not line.startswith((served.address, "data:", "blob:"))] == []
