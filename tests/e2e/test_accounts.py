"""People come in, are added, changed and kept out, in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from domain.people import Role
from services.accounts import DEMO_PASSWORD
from tests.e2e.conftest import SignIn
from tests.e2e.test_axe import in_both_schemes
from tests.serving import Served


def _as_it_opens(page: Page) -> None:
    expect(page.locator("h1")).to_be_visible()


def _editing(page: Page) -> None:
    page.locator("#account-list tbody button").first.click()
    expect(page.locator("#account-roles")).to_be_visible()


def _token_made(page: Page) -> None:
    page.locator("#own-make").click()
    expect(page.locator(".secret code")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("/accounts", _as_it_opens),
        ("/accounts", _editing),
        ("/audit", _as_it_opens),
        ("/account", _token_made),
        ("/password", _as_it_opens),
        ("/nothing", _as_it_opens),
    ],
)
def test_no_page_of_accounts_has_a_violation(path: str, act: Callable[[Page], None], signed_in: SignIn) -> None:
    page = signed_in(Role.ADMINISTRATOR, path)
    act(page)
    assert in_both_schemes(page) == []


def test_who_is_added_signs_in_and_is_on_the_record(signed_in: SignIn, browser: Browser, served: Served) -> None:
    page = signed_in(Role.ADMINISTRATOR, "/accounts")
    page.locator("#account-add").click()
    page.locator("#account-email").fill("nueva@ciudad.cl")
    page.locator("#account-roles").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#account-name").focus()
    page.locator(".account-form").get_by_role("button", name="Add an account").click()
    password = page.locator(".secret code").inner_text()
    with browser.new_context(locale="en-GB") as other:
        new = other.new_page()
        new.goto(f"{served.address}/map")
        new.locator("#email").fill("nueva@ciudad.cl")
        new.locator("#password").fill(password)
        new.locator("button[type=submit]").click()
        new.wait_for_url("**/password")  # it was made for them
        new.locator("#old").fill(password)
        for field in ("#new", "#again"):
            new.locator(field).fill("cuatro palabras sin nexo")
        new.locator("button[type=submit]").click()
        expect(new.locator(".done")).to_be_visible()
        new.goto(f"{served.address}/map")
        expect(new.locator("#sentence")).to_be_visible()
    page.goto(f"{served.address}/audit?actor=nueva")
    expect(page.locator("tbody")).to_contain_text("Sign-in")


def test_a_session_that_ended_elsewhere_leads_to_sign_in_and_back(signed_in: SignIn, served: Served) -> None:
    page = signed_in(Role.INSPECTOR, "/map?type=robbery")
    expect(page.locator("#sentence")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate("dash_clientside.set_props('place-at', {data: {lon: -70.6, lat: -33.4}})")
    page.wait_for_url("**/login?next=**")
    page.locator("#email").fill("inspector@demo.atalaya")
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/map?type=robbery*")


def test_signing_out_leads_to_the_front_door(signed_in: SignIn, served: Served) -> None:
    page = signed_in(Role.OPERATOR, "/map")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{served.address}/map")
    expect(page.locator("#email")).to_be_visible()


def test_a_refused_callback_is_told_and_the_page_stays(signed_in: SignIn) -> None:
    page = signed_in(Role.INSPECTOR, "/map")
    expect(page.locator("#sentence")).not_to_be_empty()
    sentence = page.locator("#sentence").inner_text()
    page.evaluate("dash_clientside.set_props('place-at', {data: {lon: 'x', lat: {}}})")
    expect(page.locator(".mantine-Notification-root")).to_be_visible()
    assert page.locator("#sentence").inner_text() == sentence


@pytest.mark.parametrize("path", ["/login", "/map?compare=previous", "/imports", "/account"])
def test_nothing_breaks_the_policy_and_nothing_leaves_for_elsewhere(
    path: str, signed_in: SignIn, served: Served
) -> None:
    page = signed_in(Role.ANALYST)
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            told.append(message.text)

    def see(response: Response) -> None:
        if not response.url.startswith((served.address, "data:", "blob:")):
            told.append(response.url)

    page.on("console", hear)
    page.on("response", see)
    page.goto(f"{served.address}{path}")
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_timeout(1000)
    assert told == []
