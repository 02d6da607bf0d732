"""A served demo city and a browser to visit it with."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from data_access.engine import make_engine
from data_access.store import Store
from domain.people import SYSTEM, Role
from services import demo
from services.accounts import DEMO_PASSWORD
from tests.conftest import Once
from tests.serving import Served, serving

expect.set_options(timeout=15_000)  # a busy machine is not a failure

UNTIL = date(2026, 10, 31)
ROWS = 60_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one that CHROMIUM names, else the system's, else Playwright's own."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_home(once: Once, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a portal with a small demo city until the end of October 2026."""

    def make(home: Path) -> Path:
        shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
        engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
        demo.load(Store(engine, home), SYSTEM, demo.Wanted(UNTIL, rows=ROWS), production=False)
        engine.dispose()
        return home

    return Path(shutil.copytree(once("demo", make), tmp_path_factory.mktemp("demo") / "home"))


@pytest.fixture(scope="session")
def served(demo_home: Path) -> Iterator[Served]:
    """The demo city, served as on one's own machine."""
    with serving(demo_home, "", ATALAYA_WORKERS="1") as served:
        yield served


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here; it speaks English and fits a desk."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


def sign_in(context: BrowserContext, served: Served, email: str, password: str) -> None:
    """Fill in the form without drawing it, or the page behind it that a test has not asked for."""
    form = context.request.get(f"{served.address}/login").text()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token is not None
    told = {"email": email, "password": password, "csrf_token": token[1]}
    answer = context.request.post(f"{served.address}/login", form=told, max_redirects=0)
    assert answer.status == 302, "the portal let nobody in"


SignIn = Callable[..., Page]


@pytest.fixture
def signed_in(context: BrowserContext, served: Served) -> SignIn:
    """`signed_in(Role.ANALYST, "/map?type=robbery")` is a page that a person of the demo city looks at."""

    def enter(role: Role, path: str = "/staff", language: str = "en") -> Page:
        sign_in(context, served, f"{role}@demo.atalaya", DEMO_PASSWORD)
        context.add_cookies([{"name": "language", "value": language, "url": served.address}])  # not the account's own
        page = context.new_page()
        page.goto(f"{served.address}{path}")
        return page

    return enter
