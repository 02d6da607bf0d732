"""A page used by the keyboard alone: Tab to a control, and type. Whatever cannot be reached so fails the test."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

MOST = 120  # stops of a page


def reach(page: Page, selector: str) -> None:
    """Go on with Tab until a control has the focus, which must then be in sight."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"no way to {selector} by the keyboard")


def enter(page: Page, selector: str = "") -> None:
    """Enter, on a control that is reached first if one is named, and wait for where it leads."""
    if selector:
        reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, selector: str, text: str) -> None:
    reach(page, selector)
    page.keyboard.type(text)


def tick(page: Page, selector: str) -> None:
    reach(page, selector)
    page.keyboard.press("Space")
    expect(page.locator(selector)).to_be_checked()


def pick(page: Page, first: str, wanted: str) -> None:
    """One of several: Tab to the first, then arrows."""
    reach(page, first)
    page.keyboard.press("Space")
    for _ in range(20):
        if page.locator(wanted).is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no way to {wanted} by arrows")


def day(page: Page, selector: str, wanted: date) -> None:
    """The parts of a date are typed in the order that the browser shows them in."""
    reach(page, selector)
    for order in ("%m%d%Y", "%d%m%Y", "%Y%m%d"):
        page.keyboard.type(wanted.strftime(order))
        if page.locator(selector).input_value() == wanted.isoformat():
            return
        for _ in range(3):
            page.keyboard.press("Backspace")
            page.keyboard.press("ArrowLeft")
    raise AssertionError(f"no date can be typed into {selector}")


def time(page: Page, selector: str, hour: int, minute: int) -> None:
    reach(page, selector)
    for typed in (f"{(hour - 1) % 12 + 1:02}{minute:02}{'PM' if hour > 11 else 'AM'}", f"{hour:02}{minute:02}"):
        page.keyboard.type(typed)
        if page.locator(selector).input_value() == f"{hour:02}:{minute:02}":
            return
        for _ in range(3):
            page.keyboard.press("Backspace")
            page.keyboard.press("ArrowLeft")
    raise AssertionError(f"no time can be typed into {selector}")
