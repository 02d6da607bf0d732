"""A request goes its whole way in a browser, in both languages: a resident files it by the keyboard alone and follows
it, five persons at the desk bring it to the download; and what somebody typed stays when somebody else was faster."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from config.settings import Settings
from data_access.desk import Desk, signing
from data_access.engine import make_engine
from data_access.store import Store
from domain.footage import codes
from domain.footage.handling import CHECKLIST
from domain.footage.states import Status
from domain.people import FRESH, Role
from locales import Words
from services import accounts
from services.accounts import DEMO_PASSWORD
from services.footage import custody, moving
from tests.e2e import keyboard
from tests.e2e.test_axe import violations
from tests.footage import VIDEO, WORDS, case_of, file, person, prepared
from tests.serving import Served, environment, serving

LOOKS = {
    "es": ("es-CL", "light", {"width": 390, "height": 844}),
    "en": ("en-GB", "dark", {"width": 1440, "height": 900}),
}
READING = 4_100  # milliseconds; faster than anybody reads is refused
QUESTION = "¿Por qué vereda de la avenida iba usted?"
Enter = Callable[[Role, str], Page]


@pytest.fixture(scope="module")
def home(sqlite_template: Path, sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal with its people and an empty desk."""
    found = tmp_path_factory.mktemp("desk")
    shutil.copyfile(sqlite_template, found / "atalaya.sqlite")
    shutil.copyfile(sqlite_desk_template, found / "desk.sqlite")
    engine = make_engine(f"sqlite:///{found / 'atalaya.sqlite'}")
    accounts.ensure_demo(Store(engine, found))
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def on(home: Path) -> Iterator[Served]:
    with serving(home, "", ATALAYA_WORKERS="1") as served:
        yield served


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """The same desk, as the portal opens it."""
    found = Desk.open(Settings.from_environment(environment(home, "")))
    yield found
    found.engine.dispose()


@pytest.fixture(params=sorted(LOOKS))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def enter(browser: Browser, on: Served, language: str) -> Iterator[Enter]:
    """A browser for each person: `enter(Role.OPERATOR, "/desk")` is what they look at."""
    opened: dict[Role, BrowserContext] = {}
    locale, scheme, size = LOOKS[language]

    def go(role: Role, path: str) -> Page:
        if role not in opened:
            opened[role] = browser.new_context(locale=locale, color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
            opened[role].set_default_timeout(30_000)
            page = opened[role].new_page()
            page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
            page.goto(f"{on.address}/login")
            page.locator("#email").fill(f"{role}@demo.atalaya")
            page.locator("#password").fill(DEMO_PASSWORD)
            page.locator("button[type=submit]").click()
            page.wait_for_url(lambda url: "/login" not in url)
            opened[role].add_cookies([{"name": "language", "value": language, "url": on.address}])
        page = opened[role].pages[0]
        page.goto(f"{on.address}{path}")
        expect(page.locator("#desk-case-status p, .desk-cards, .desk-empty, .desk-intake > *").first).to_be_visible()
        return page

    yield go
    for context in opened.values():
        context.close()


@pytest.fixture
def resident(browser: Browser, language: str) -> Iterator[Page]:
    """The browser of somebody who has no account; its scheme and size are the other ones."""
    locale, scheme = LOOKS[language][0], LOOKS["en" if language == "es" else "es"][1]
    with browser.new_context(locale=locale, color_scheme=scheme) as context:  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
        yield page


def clean(page: Page) -> None:
    """Nothing that axe finds, and nothing that runs out of the screen, once the page is drawn."""
    expect(page.locator("h1").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def step(page: Page, key: str, **told: str) -> None:
    """Open a form, fill it in, press its button, and wait for the case as it is then."""
    form = _opened(page, key)
    for name, value in told.items():
        control = form.locator(f"[name={name}]")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") == "checkbox":
            control.check()
        else:
            control.fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    expect(page.locator("#desk-case-status p").first).to_be_visible()


def _opened(page: Page, key: str):  # type: ignore[no-untyped-def]
    page.locator(f"#desk-{key} > summary").click()
    form = page.locator(f"#desk-{key} form")
    expect(form).to_be_visible()
    return form


def hand_in(page: Page, kind: str, **told: str) -> None:
    form = _opened(page, f"upload-{kind}")
    for name, value in told.items():
        form.locator(f"input[name={name}]").fill(value)
    if kind == "redacted":
        form.locator("[name=parent]").select_option(index=0)
    form.locator("input[type=file]").set_input_files({"name": f"{kind}.mp4", "mimeType": "video/mp4", "buffer": VIDEO})
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    expect(page.locator("#desk-case-evidence")).to_contain_text(f"{kind}.mp4")


def test_a_resident_asks_and_five_persons_bring_it_to_the_download(
    enter: Enter, resident: Page, desk: Desk, language: str, on: Served
) -> None:
    words = Words(language)
    folio, code = _filed(resident, on, words)
    _shown_once(resident, on, code)
    _follow(resident, on, words, code, "wanting")  # to download it, they must say who they are
    path = f"/desk/case/{folio}"

    page = enter(Role.OPERATOR, "/desk")
    clean(page)
    page.locator(f"a[href='{path}']").click()
    expect(page.locator("#desk-case-status")).to_contain_text(words.text("desk.status.identity_pending"))
    clean(page)

    _opened(page, "move-clarification").locator("button[type=submit]").click()
    wrong = page.locator("#move-clarification-question-wrong")
    expect(wrong).to_have_text(words.text("desk.wrong.missing"))
    expect(page.locator("#move-clarification-question")).to_be_focused()
    clean(page)
    with page.expect_navigation():
        page.locator("#move-clarification-question").fill(QUESTION)
        page.locator("#desk-move-clarification button[type=submit]").click()

    _answer(resident, on, words, code)
    page.goto(f"{on.address}{path}")
    page.locator("#desk-case-identity select").select_option("verify")
    page.locator("#desk-case-identity button").click()
    expect(page.locator("#desk-identity-shown")).to_contain_text("Rosa Inés Pardo")
    clean(page)

    step(enter(Role.TRANSPARENCY, path), "move-searching", basis=WORDS)
    page = enter(Role.CUSTODIAN, path)
    expect(page.locator(".desk-waiting")).to_contain_text(words.text("errors.footage.no_master"))
    hold = page.locator(".desk-hold").first
    hold.locator("summary").first.click()
    hold.locator("[name=reference]").fill("CLIP-7")
    hold.locator("[name=sha256]").fill("ab" * 32)
    with page.expect_navigation():
        hold.locator("button[type=submit]").first.click()
    hand_in(page, "master", tool="VMS 4.2", device="NVR 3")
    step(page, "move-redaction")
    _follow(resident, on, words, code, "protecting")

    page = enter(Role.REDACTOR, path)
    hand_in(page, "redacted", tool="Blur 4.1")
    clean(page)
    step(page, "move-approval", **{f"checked_{part}": "hidden" for part in CHECKLIST})
    page = enter(Role.APPROVER, path)
    step(page, "move-ready-delivered_full", act=WORDS)
    expect(page.locator("#desk-case-chain table")).to_be_visible()
    clean(page)

    page = enter(Role.OPERATOR, path)
    step(page, "identify", proof="remote")
    link = page.locator("[id^=desk-link-]").first
    link.locator("summary").click()
    link.locator("button").click()
    address = link.locator("code").inner_text()
    clean(page)
    _downloads(resident, address)
    assert case_of(desk, folio).status is Status.DELIVERED
    _follow(resident, on, words, code, "delivered")
    page.goto(f"{on.address}{path}")
    printed = page.request.get(f"{on.address}{path}/paper/receipt.pdf")
    assert printed.body()[:5] == b"%PDF-"
    clean(page)


def _filed(page: Page, on: Served, words: Words) -> tuple[str, str]:
    """The form by the keyboard alone, from the front page on; the folio and the code that are shown."""
    page.goto(on.address)
    keyboard.enter(page, "main a[href='/footage']")
    keyboard.enter(page, "main a[href='/footage/new']")
    keyboard.enter(page, "main a[href='/footage/new?kind=party']")
    keyboard.day(page, "#day1", (datetime.now(UTC) - timedelta(days=2)).date())
    keyboard.time(page, "#from1", 18, 0)
    keyboard.time(page, "#to1", 18, 30)
    keyboard.write(page, "#corner", "Gran Avenida con Salesianos")
    keyboard.write(page, "#commune", "San Mig")
    keyboard.pick(page, "#facts", "[name=facts][value=theft]")
    keyboard.write(page, "#story", "Me llevaron la bicicleta frente a la farmacia.")
    keyboard.pick(page, "#involvement", "[name=involvement][value=affected]")
    keyboard.write(page, "#name", "Rosa Inés Pardo")
    keyboard.write(page, "#document_type", "RUT")
    keyboard.write(page, "#document", "12.345.678-5")
    keyboard.tick(page, "#in_person")
    keyboard.pick(page, "#delivery", "[name=delivery][value=download]")
    keyboard.tick(page, "#undertaking")
    keyboard.tick(page, "#notice")
    page.wait_for_timeout(READING)
    keyboard.enter(page, "#send")
    expect(page.locator("h1")).to_have_text(words.text("footage_public.result.title"))
    clean(page)
    return codes.read(page.locator("dl strong").inner_text()), page.locator("#code").inner_text()


def _shown_once(page: Page, on: Served, code: str) -> None:
    """Nothing keeps the page with the code: the way back to it leads nowhere."""
    page.goto(f"{on.address}/footage")
    assert code not in page.content()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    expect(page.locator("#code")).to_have_count(0)


def _follow(page: Page, on: Served, words: Words, code: str, status: str) -> None:
    page.goto(f"{on.address}/footage/follow")
    keyboard.write(page, "#code", code)
    keyboard.enter(page)
    expect(page.locator("[aria-current=step]")).to_contain_text(words.text(f"footage_public.status.{status}"))
    assert code not in page.url
    clean(page)


def _answer(page: Page, on: Served, words: Words, code: str) -> None:
    _follow(page, on, words, code, "wanting")
    expect(page.get_by_text(QUESTION)).to_be_visible()
    keyboard.write(page, "#answer", "Iba por la vereda norte, hacia el poniente.")
    keyboard.enter(page, "button")
    expect(page.get_by_text(words.text("footage_public.act.done_answer"))).to_be_visible()
    clean(page)


def _downloads(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#link")).not_to_have_value("")
    assert "#" not in page.url
    clean(page)
    with page.expect_download() as download:
        page.locator("form[action='/footage/download'] button").click()
    assert download.value.path().read_bytes() == VIDEO


def test_a_clerk_files_what_came_by_letter_and_prints_its_code(enter: Enter, desk: Desk, language: str) -> None:
    words, day = Words(language), (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d")
    page = enter(Role.OPERATOR, "/desk")
    page.locator("a[href='/desk/new']").click()
    expect(page.locator("#desk-new a[href='/desk/new?kind=preserve']")).to_be_visible()
    clean(page)
    page.locator("#desk-new a[href='/desk/new?kind=preserve']").click()
    page.locator("#corner").fill("Gran Avenida con Salesianos")
    page.locator("#desk-new button[type=submit]").click()
    expect(page.locator("#wrong")).to_be_focused()
    expect(page.locator("#corner")).to_have_value("Gran Avenida con Salesianos")
    clean(page)
    page.locator("[name=channel][value=letter]").check()
    for name, typed in {"day1": day, "from1": "10:00", "to1": "10:30", "phone": "+56912345678"}.items():
        page.locator(f"#{name}").fill(typed)
    if page.locator("#commune").count():
        page.locator("#commune").select_option(index=1)
    page.locator("#notice").check()
    page.locator("#desk-new button[type=submit]").click()
    code = page.locator("#code")
    expect(code).to_be_visible()
    expect(page.locator("#desk-new > div")).to_be_focused()
    clean(page)
    page.emulate_media(media="print")
    expect(code).to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_navigation():
        page.locator("#desk-new a[href^='/desk/case/']").click()
    expect(page.locator("#desk-case-about")).to_contain_text(words.text("desk.channels.letter"))


def test_what_was_typed_stays_when_somebody_else_was_faster(enter: Enter, desk: Desk, language: str) -> None:
    words, case = Words(language), file(desk)
    page = enter(Role.OPERATOR, f"/desk/case/{case.folio}")
    form = _opened(page, "move-clarification")
    form.locator("textarea").fill("¿Por qué vereda iba usted esa tarde?")
    told = {"officer": "otra@ciudad.cl"}
    moving.assign(desk, person(Role.OPERATOR, name="otra"), case.folio, case.version, told)
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-told]")).to_have_text(words.text("errors.footage.stale"))
    expect(form.locator("textarea")).to_have_value("¿Por qué vereda iba usted esa tarde?")
    expect(page.locator("#desk-case-about")).to_contain_text("otra@ciudad.cl")
    clean(page)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    expect(page.locator("#desk-case-status")).to_contain_text(words.text("desk.status.clarification"))


def test_what_was_typed_stays_while_the_password_is_asked_for_again(
    enter: Enter, desk: Desk, home: Path, language: str
) -> None:
    words, case = Words(language), prepared(desk, Status.READY)
    page = enter(Role.OPERATOR, f"/desk/case/{case.folio}")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE sessions SET created_at = created_at - {FRESH + 1}")
    engine.dispose()
    form = _opened(page, "move-delivered")
    form.locator("[name=received]").select_option("proxy")
    form.locator("[name=identity]").check()
    form.locator("button[type=submit]").click()
    asked = page.locator("#again")
    expect(asked).to_be_visible()
    clean(page)
    asked.locator("input[type=password]").fill("no es esta")
    asked.locator("button").first.click()
    expect(asked.locator("[data-told]").first).to_have_text(words.text("errors.sign_in.refused"))
    expect(form.locator("[name=received]")).to_have_value("proxy")
    asked.locator("input[type=password]").fill(DEMO_PASSWORD)
    with page.expect_navigation():
        asked.locator("button").first.click()
    expect(page.locator("#desk-case-status")).to_contain_text(words.text("desk.status.delivered"))
    assert case_of(desk, case.folio).status is Status.DELIVERED


def test_a_manifest_is_believed_only_as_it_was_signed_and_with_a_published_key(
    on: Served, desk: Desk, resident: Page, language: str, tmp_path: Path
) -> None:
    page, words = resident, Words(language)
    said = {"made_at": 1_796_137_200, "folio": "AB12CD34", "files": [{"sha256": "0" * 64, "name": "ñandú \n €"}]}
    own = signing.sign(desk.signing, custody.canonical(said))
    other = signing.sign(("another key",), custody.canonical(said))
    page.goto(f"{on.address}/verify")
    form = page.locator("#manifest")
    for told, made, key in (
        (said, own, "signed"),
        (said | {"folio": "AB12CD35"}, own, "changed"),
        (said, other, "stranger"),
        ({}, own, "malformed"),
    ):
        file = tmp_path / f"{key}.json"
        file.write_text(json.dumps({"manifest": told, "signature": made.signature, "public_key": made.public}))
        form.locator("input").set_input_files(file)
        form.locator("button").click()
        start = words.text(f"footage_public.verify.manifest.{key}").partition("{")[0]
        expect(page.locator("#manifest-told")).to_contain_text(start)
    clean(page)
