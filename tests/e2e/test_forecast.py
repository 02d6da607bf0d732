"""An analyst reads the coming week, looks at a past one, runs a forecast and stops it, switches the model off."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data_access.engine import make_engine
from data_access.store import Store
from domain.forecast.sealed import Target
from domain.people import SYSTEM, Role
from services import clock, demo
from services.forecast import place, runs, scoring
from tests.e2e.conftest import SignIn
from tests.e2e.test_axe import TELEPHONE, in_both_schemes, violations
from tests.serving import Served, serving

ROWS, WEEKS = 20_000, 9
STREET = Target.of(["robbery.street"])
SLOW = 300_000  # milliseconds: a run stops when the step under way has ended, on a machine that does other things

SAID = {
    "es": {
        "expected": "se esperan unos",
        "why": "Por qué",
        "doubt": "Qué tan seguro es",
        "tracking": "Seguimiento",
        "came": "hechos en el",
        "earlier": "Semana anterior",
        "runs": "Ejecuciones",
        "holds": "sellos están intactos",
        "run": "Ejecutar ahora",
        "cancel": "Cancelar",
        "nothing": "no se selló nada",
        "off": "Apagar…",
        "yes_off": "Sí, apagarlo",
        "is_off": "El modelo principal está apagado",
        "on": "Encender…",
        "yes_on": "Sí, encenderlo",
        "reason": "Se prueba el interruptor en la reunión.",
        "exposure": "Exposición",
        "bounds": "Qué lo mantiene en sus límites",
    },
    "en": {
        "expected": "incidents expected",
        "why": "Why",
        "doubt": "How sure that is",
        "tracking": "Tracking",
        "came": "incidents in the",
        "earlier": "Earlier week",
        "runs": "Runs",
        "holds": "seals hold",
        "run": "Run now",
        "cancel": "Cancel",
        "nothing": "nothing was sealed",
        "off": "Switch off…",
        "yes_off": "Yes, switch it off",
        "is_off": "The main model is switched off",
        "on": "Switch on…",
        "yes_on": "Yes, switch it on",
        "reason": "Trying the switch in the meeting.",
        "exposure": "Exposure",
        "bounds": "What holds it in bounds",
    },
}


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small demo city until yesterday with some weeks of forecasts, the models fitted once."""
    home = tmp_path_factory.mktemp("forecasts")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    store = Store(engine, home)
    demo.load(store, SYSTEM, demo.Wanted(demo.yesterday(), rows=ROWS), production=False)
    _forecast(store)
    engine.dispose()
    with serving(home, "", ATALAYA_WORKERS="1") as served:
        yield served


def _forecast(store: Store) -> None:
    zone = place.zone_of(store)
    coming = place.coming_week(clock.now(), zone)
    weeks = [coming - timedelta(days=7 * back) for back in range(WEEKS, -1, -1)]
    fitted = runs.fit(store, SYSTEM, STREET, weeks[0])
    for week in weeks:
        early = place.begins_at(week, zone) - 3600
        runs.run(store, SYSTEM, STREET, week, now=partial(int, early), fitted=fitted)
    scoring.score(store, SYSTEM, STREET)


def opened(signed_in: SignIn, served: Served, role: Role, language: str, path: str = "/forecast") -> Page:
    page = signed_in(role)
    page.context.add_cookies([{"name": "language", "value": language, "url": served.address}])
    page.goto(f"{served.address}{path}")
    expect(page.locator("h1")).to_be_visible()
    return page


@pytest.mark.parametrize("language", list(SAID))
def test_an_analyst_reads_looks_back_runs_and_switches(signed_in: SignIn, served: Served, language: str) -> None:
    said = SAID[language]
    page = opened(signed_in, served, Role.ANALYST, language)
    expect(page.locator("#forecast-sentence")).to_contain_text(said["expected"])
    _open_a_place(page, said)
    assert violations(page) == []
    _look_back(page, said)
    assert violations(page) == []
    page.locator(".forecast-ways").get_by_role("link", name=said["exposure"]).click()
    expect(page.locator("#forecast-guards")).to_contain_text(said["bounds"])
    assert violations(page) == []
    _run_and_cancel(page, said)
    assert violations(page) == []
    _switch_off_and_on(page, said)


def _open_a_place(page: Page, said: dict[str, str]) -> None:
    """From the keyboard; the map, the table and the address follow. Then how sure the forecast is."""
    expect(page.locator(".cell-image")).to_have_attribute("src", re.compile("show=risk.*ground=light"))
    button = page.locator("#forecast-places button").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#forecast-place-2")).to_contain_text(said["why"])
    expect(page.locator("tr.chosen th")).to_have_text("2")
    expect(page.locator(".place-tip.chosen")).to_have_text("2")
    assert "place=2" in page.url
    assert re.search(r"week=\d{4}-\d\d-\d\d&place=2", page.evaluate("window.atalaya.link()"))
    page.get_by_role("button", name=said["doubt"]).click()
    expect(page.locator(".cell-image")).to_have_attribute("src", re.compile("show=doubt"))
    page.reload()
    expect(page.locator("#forecast-place-2")).to_be_visible()
    expect(page.locator(".cell-image")).to_have_attribute("src", re.compile("show=doubt"))


def _look_back(page: Page, said: dict[str, str]) -> None:
    """A week before the newest: the sentence and the picture are of that."""
    page.locator(".forecast-ways").get_by_role("link", name=said["tracking"]).click()
    expect(page.locator("#forecast-past-told .sentence")).to_contain_text(said["came"])
    newest = page.locator(".cell-image").get_attribute("src")
    page.get_by_role("link", name=said["earlier"]).click()
    expect(page.locator(".cell-image")).not_to_have_attribute("src", newest or "")
    assert re.search(r"week=\d{4}-\d\d-\d\d&area=5", page.url)
    page.locator("#forecast-weekly-table summary").click()
    expect(page.locator("#forecast-weekly-table tbody tr").first).to_be_visible()


def _run_and_cancel(page: Page, said: dict[str, str]) -> None:
    page.locator(".forecast-ways").get_by_role("link", name=said["runs"]).click()
    page.locator("#forecast-sealed .button").click()
    expect(page.locator(".notice.done")).to_contain_text(said["holds"])
    before = page.locator(".sealed tbody tr").count()
    page.get_by_role("button", name=said["run"]).click()
    expect(page.locator("#forecast-job-card")).to_be_visible()
    page.get_by_role("button", name=said["cancel"], exact=True).click()
    expect(page.locator("#forecast-progress")).to_contain_text(said["nothing"], timeout=SLOW)
    page.reload()
    expect(page.locator(".sealed tbody tr")).to_have_count(before)


def _switch_off_and_on(page: Page, said: dict[str, str]) -> None:
    """Each with its reason; every page tells of it."""
    page.get_by_text(said["off"]).click()
    page.locator("#forecast-reason-off").fill(said["reason"])
    page.get_by_role("button", name=said["yes_off"]).click()
    expect(page.locator("#forecast-log")).to_contain_text(said["reason"])
    page.goto(page.url.split("/runs")[0])
    expect(page.locator("#forecast-state")).to_contain_text(said["is_off"])
    expect(page.locator("#forecast-state")).to_contain_text(said["reason"])
    page.locator(".forecast-ways").get_by_role("link", name=said["runs"]).click()
    page.get_by_text(said["on"]).click()
    page.locator("#forecast-reason-on").fill(said["reason"])
    page.get_by_role("button", name=said["yes_on"]).click()
    expect(page.locator("#forecast-off")).to_be_visible()


@pytest.mark.parametrize("path", ["/forecast?place=1", "/forecast/tracking", "/forecast/exposure", "/forecast/runs"])
def test_a_telephone_shows_it_all_without_violation(signed_in: SignIn, served: Served, path: str) -> None:
    role = Role.ANALYST if path.endswith("runs") else Role.COMMANDER  # who sees the forms, and who their own alone
    page = opened(signed_in, served, role, "es", path)
    page.set_viewport_size(TELEPHONE)
    expect(page.locator(".forecast-page")).to_be_visible()
    assert in_both_schemes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == TELEPHONE["width"]


def test_a_commander_reads_and_presses_nothing(signed_in: SignIn, served: Served) -> None:
    page = opened(signed_in, served, Role.COMMANDER, "en", "/forecast/runs")
    expect(page.locator(".sealed tbody tr").first).to_be_visible()
    expect(page.get_by_role("button", name="Run now")).to_have_count(0)
    expect(page.get_by_text("Switch off…")).to_have_count(0)
