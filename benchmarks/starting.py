"""A newcomer's wait: `make run` in a fresh clone, a second `make run`, and the first view of the heat map.

The page's weight is what crosses the wire with an empty cache; it is interactive once its heat is painted and a
control answers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.household import wait
from benchmarks.measure import table
from benchmarks.painting import QUIET, chromium

HERE = Path(__file__).parent.parent
PORT = 8059
ADDRESS = f"http://127.0.0.1:{PORT}"
VISITS = 7
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .reduce((sum, entry) => sum + entry.transferSize, 0) / 1e6"""
PAINTED = """() => {
  const image = document.querySelector("#map-now img.leaflet-image-layer");
  return image && image.complete && image.naturalWidth > 1 && document.querySelector("[data-do]");
}"""


def run() -> None:
    with TemporaryDirectory() as folder:
        clone = Path(folder) / "atalaya"
        subprocess.run(["git", "clone", "--quiet", str(HERE), str(clone)], check=True)
        lines = []
        for title in ("fresh clone", "second time"):
            start = time.perf_counter()
            with made_run(clone):
                lines.append([title, time.perf_counter() - start])
                if title == "second time":
                    weight, seconds = first_views()
        table("`make run` to first page", ["", "seconds"], lines)
        table("First view of the heat map, empty cache", ["MB on the wire", "ms to painted heat"], [[weight, seconds]])


@contextmanager
def made_run(clone: Path) -> Iterator[None]:
    """`make run` on loopback until the block ends."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ATALAYA_", "DATABASE_"))}
    environment |= {"PORT": str(PORT)}
    process = subprocess.Popen(
        ["make", "run"], cwd=clone, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        wait(ADDRESS, 600)
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def first_views() -> tuple[float, float]:
    """Weight in MB and median time to painted heat in ms, over visits with an empty cache."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        views = np.array([_visit(browser) for _ in range(VISITS)])
        browser.close()
    weight, milliseconds = np.median(views, axis=0)
    return float(weight), float(milliseconds)


def _visit(browser: Browser) -> tuple[float, float]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{ADDRESS}/login")
    page.fill("input[name=email]", "inspector@demo.atalaya")
    page.fill("input[name=password]", "demo-atalaya-2026")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    start = time.perf_counter()
    page.goto(f"{ADDRESS}/map")
    page.wait_for_function(PAINTED)
    milliseconds = (time.perf_counter() - start) * 1000
    page.wait_for_load_state("networkidle")
    weight = page.evaluate(WEIGHT)
    context.close()
    return weight, milliseconds


if __name__ == "__main__":
    run()
