"""A resident asks for footage, keeps the code, follows the request, answers and withdraws: in a browser, by keyboard
where it matters, in both languages. Only the public face is served."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from config.settings import Settings
from data_access.desk import Desk
from domain.footage.states import Status
from domain.people import Actor, Role
from locales import Words
from services.footage import cases, moving
from tests.e2e.test_axe import violations
from tests.serving import Served, environment, serving

CLERK = Actor(id=1, email="ventanilla@ciudad.cl", roles=frozenset({Role.OPERATOR}))
READING = 4_100  # milliseconds; faster than anybody reads is refused
WIDTHS = {"desk": {"width": 1440, "height": 900}, "telephone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def home(sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a portal that has a desk and nothing else."""
    found = tmp_path_factory.mktemp("public")
    shutil.copyfile(sqlite_desk_template, found / "desk.sqlite")
    return found


@pytest.fixture(scope="module")
def public(home: Path) -> Iterator[Served]:
    """The public face alone; it has no record to open."""
    with serving(
        home, f"sqlite:///{home / 'none' / 'nothing.sqlite'}", ATALAYA_FACE="public", ATALAYA_WORKERS="1"
    ) as on:
        yield on


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """The same desk, as staff open it."""
    found = Desk.open(Settings.from_environment(environment(home, "")))
    yield found
    found.engine.dispose()


@pytest.fixture(params=[("es", "light", "telephone"), ("en", "dark", "desk")], ids=["es", "en"])
def visit(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, Words]]:
    language, scheme, width = request.param
    locale = {"es": "es-CL", "en": "en-GB"}[language]
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport=WIDTHS[width])
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    yield page, Words(language)
    context.close()


def clean(page: Page) -> None:
    """Nothing that axe finds, and nothing that runs out of the screen."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_resident_asks_follows_answers_and_withdraws(public: Served, desk: Desk, visit: tuple[Page, Words]) -> None:
    page, words = visit
    page.goto(f"{public.address}/footage")
    clean(page)
    page.get_by_role("link", name=words.text("footage_public.ask"), exact=True).click()
    clean(page)
    page.get_by_role("link", name=words.text("footage_form.kind.party")).click()
    clean(page)
    _fill(page, words)
    page.locator("#document").fill("12.345.678-4")
    page.locator("#send").click()

    expect(page.locator("#wrong")).to_be_focused()
    expect(page.locator("#story")).to_have_value("Me llevaron la bicicleta frente a la farmacia.")
    clean(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#document")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("12.345.678-5")
    page.wait_for_timeout(READING)
    page.keyboard.press("Enter")

    code = page.locator("#code").inner_text()
    clean(page)
    folio = page.locator("dl strong").inner_text().replace("-", "")
    assert code.replace("-", "") not in page.url

    _open(page, public, words, code)
    expect(page.locator("[aria-current=step]")).to_contain_text(words.text("footage_public.status.received"))
    clean(page)

    case = cases.sheet(desk, CLERK, folio).case
    asked = {"question": "¿Por qué vereda de la avenida iba usted?"}
    moving.move(desk, CLERK, folio, case.version, Status.CLARIFICATION, None, asked)
    _open(page, public, words, code)
    expect(page.get_by_text(asked["question"])).to_be_visible()
    clean(page)
    page.get_by_role("button", name=words.text("footage_public.act.answer_send")).click()
    expect(page.locator("#wrong")).to_be_focused()
    page.locator("#answer").fill("Iba por la vereda norte, hacia el poniente.")
    page.get_by_role("button", name=words.text("footage_public.act.answer_send")).click()
    expect(page.get_by_text(words.text("footage_public.act.done_answer"))).to_be_visible()

    page.get_by_text(words.text("footage_public.act.withdraw"), exact=True).first.click()
    page.locator("#sure").check()
    page.get_by_role("button", name=words.text("footage_public.act.withdraw_send"), exact=True).click()
    expect(page.get_by_text(words.text("footage_public.act.done_withdraw"))).to_be_visible()
    clean(page)
    assert cases.sheet(desk, CLERK, folio).case.resolution == "withdrawn"


def test_asking_that_it_is_kept_takes_three_answers(public: Served, visit: tuple[Page, Words]) -> None:
    page, words = visit
    page.goto(f"{public.address}/footage/new?kind=preserve")
    clean(page)
    _when_and_where(page)
    page.locator("#in_person").check()
    page.locator("#notice").check()
    page.wait_for_timeout(READING)
    page.get_by_role("button", name=words.text("footage_form.send_preserve")).click()
    expect(page.locator(".outlook.kept")).to_be_visible()
    expect(page.locator("#code")).to_be_visible()


@pytest.mark.parametrize("path", ["/footage/represent", "/footage/new?print=1", "/footage/follow", "/verify"])
def test_the_other_pages_are_clean(public: Served, visit: tuple[Page, Words], path: str) -> None:
    page, _ = visit
    page.goto(f"{public.address}{path}")
    clean(page)
    page.set_viewport_size({"width": 320, "height": 480})  # what four times the size leaves of a desk's screen
    clean(page)


def test_a_file_is_checked_in_the_browser_and_sent_nowhere(
    public: Served, visit: tuple[Page, Words], tmp_path: Path
) -> None:
    page, words = visit
    file = tmp_path / "grabacion.mp4"
    file.write_bytes(b"a recording" * 1000)
    digest = sha256(file.read_bytes()).hexdigest()
    page.goto(f"{public.address}/verify")
    sent: list[str] = []
    page.on("request", lambda request: None if request.url.endswith("/tower.svg") else sent.append(request.url))
    page.locator("#file").set_input_files(file)
    page.locator("#hash").fill(digest.upper())
    page.locator("#verify button").click()
    expect(page.locator("#verify-told")).to_have_text(words.text("footage_public.verify.same").format(hash=digest))
    page.locator("#hash").fill("0" * 64)
    page.locator("#verify button").click()
    expect(page.locator("#verify-told")).to_have_text(words.text("footage_public.verify.other").format(hash=digest))
    assert sent == []
    clean(page)


def test_without_scripts_the_form_says_what_to_do(public: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="es-CL")
    page, words = context.new_page(), Words("es")
    page.goto(f"{public.address}/footage/new?kind=preserve")
    _when_and_where(page)
    page.locator("#in_person").check()
    page.locator("#notice").check()
    page.wait_for_timeout(READING)
    page.locator("#send").click()
    expect(page.get_by_text(words.text("footage_form.gate.wait", seconds=30))).to_be_visible()
    expect(page.locator("#corner")).to_have_value("Gran Avenida con Salesianos")
    context.close()


def _when_and_where(page: Page) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    page.locator("#day1").fill(yesterday)
    page.locator("#from1").fill("18:00")
    page.locator("#to1").fill("18:30")
    page.locator("#corner").fill("Gran Avenida con Salesianos")
    page.locator("#commune").select_option("san-miguel")


def _fill(page: Page, words: Words) -> None:
    _when_and_where(page)
    page.get_by_label(words.text("footage_form.facts.theft")).check()
    page.locator("#story").fill("Me llevaron la bicicleta frente a la farmacia.")
    page.get_by_label(words.text("footage_form.involvement.affected")).check()
    page.locator("#name").fill("Rosa Inés Pardo")
    page.locator("#document_type").select_option("rut")
    page.locator("#email").fill("rosa@example.org")
    page.get_by_label(words.text("footage_form.delivery.counter")).check()
    page.locator("#undertaking").check()
    page.locator("#notice").check()


def _open(page: Page, public: Served, words: Words, code: str) -> None:
    page.goto(f"{public.address}/footage/follow")
    page.locator("#code").fill(code)
    page.get_by_role("button", name=words.text("footage_public.code.look")).click()
    expect(page.locator(".steps")).to_be_visible()
