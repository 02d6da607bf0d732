"""From a changed filter to painted heat in Chromium, over 8 million incidents: what an inspector waits for."""

from __future__ import annotations

import os
import random
import shutil

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.city import TYPES
from benchmarks.household import Household, served
from benchmarks.measure import table

ROWS = 8_000_000
CHANGES = 60
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

# Sets the types, waits until the heat's image has loaded, and then for the frame that shows it.
CHANGE = """(types) => new Promise((done, fail) => {
  const image = document.querySelector("#map-now img.leaflet-image-layer");
  const start = performance.now();
  image.addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() - start))), {once: true});
  image.addEventListener("error", () => fail(new Error("no image")), {once: true});
  setTimeout(() => fail(new Error("the image did not change")), 10000);
  window.dash_clientside.set_props("filter-type", {value: types});
})"""


def chromium() -> str:
    """The Chromium to drive: named in CHROMIUM, or the system's."""
    named = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not named:
        raise SystemExit("No Chromium was found; set CHROMIUM to one.")
    return named


def sign_in(page: Page, house: Household) -> None:
    page.goto(f"{house.address}/login")
    page.fill("input[name=email]", house.email)
    page.fill("input[name=password]", house.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def run(rows: int = ROWS) -> None:
    chance = random.Random(1)
    with served(rows) as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        sign_in(page, house)
        span = f"from={house.city.snapshot.first}&to={house.city.snapshot.date_of(house.city.snapshot.days)}"
        lines = []
        for title, query in (("28 days", ""), ("fifteen years", span)):
            page.goto(f"{house.address}/map?{query}")
            page.wait_for_selector("#map-now img.leaflet-image-layer")
            page.wait_for_load_state("networkidle")
            times = []
            for _ in range(CHANGES):
                times.append(page.evaluate(CHANGE, chance.sample(TYPES, 3)))
                page.wait_for_timeout(400)  # the time to look, and for the numbers to follow
            lines.append([title, float(np.median(times)), float(np.quantile(times, 0.95)), float(max(times))])
        browser.close()
    table(f"Filter change to painted heat, {rows / 1e6:g} million incidents", ["ms", "median", "p95", "slowest"], lines)


if __name__ == "__main__":
    run()
