"""The public pages on a cheap telephone: Chromium with a processor six times slower on a slow third-generation line.

Time to first figures is the browser's own first contentful paint, as the figures come with the first response; weight
is every byte that came over the line, for a first visit with nothing kept. Before it each page was asked for once, as
the server draws a map for the first who asks and keeps it; how long that took is told apart.

Measured are the demo city, the same with 432 cameras on the pages that show them, and, where its files lie beside the
repository, Mexico City with 1,600 neighbourhoods. The release of the latter is written without its audit, which
`benchmarks.releases` measures and no page waits for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from benchmarks.household import wait
from benchmarks.measure import table
from benchmarks.painting import QUIET, chromium
from benchmarks.releases import FILES, mexico
from config.place import place
from config.settings import Settings
from data_access.demo import registers
from data_access.desk import Desk
from data_access.migrate import DESK, upgrade
from data_access.releases.auditing import Found
from data_access.releases.mending import Draft
from data_access.releases.tables import filled
from data_access.store import Store
from domain.people import SYSTEM
from services import clock, demo, release_building, releases

ROWS, RUNS, PORT = 120_000, 5, 8302
PAGES = ("/", "/zones", "/trends", "/data", "/footage")
LARGE = ("/", "/zones", "/trends")
WATCHED, CAMERAS = ("/cameras", "/footage/new", "/footage/new?kind=party"), 432
SLOWER = 6
Publish = Callable[[Store, Desk], None]
LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
PAINTED = """() => new Promise(done => new PerformanceObserver((list, watching) => {
  const found = list.getEntriesByName("first-contentful-paint")[0];
  if (found) { watching.disconnect(); done(found.startTime); }
}).observe({type: "paint", buffered: true}))"""


def run() -> None:
    _measured("Demo city", _demo, PAGES)
    _measured(f"{CAMERAS} cameras", _watched, WATCHED)
    if FILES.is_dir():
        _measured("Mexico City", _mexico, LARGE)


def _measured(city: str, publish: Publish, pages: Sequence[str]) -> None:
    with _served(publish) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        lines = [[page, _asked(address + page), *_visits(browser, address + page)] for page in pages]
        browser.close()
    heads = ["page", "drawn first, ms", "first figures, ms", "all loaded, ms", "kB", "requests"]
    table(f"{city}, a telephone {SLOWER} times slower, {LINE['latency']} ms and 400 kbit/s", heads, lines)


def _asked(address: str) -> float:
    """How long the first answer of all takes, without the line."""
    start = perf_counter()
    urlopen(address, timeout=60).read()
    return 1000 * (perf_counter() - start)


def _demo(store: Store, desk: Desk) -> None:
    demo.load(store, SYSTEM, demo.Wanted(date(2026, 9, 30), rows=ROWS), production=False)
    releases.publish_demo(store, desk)


def _watched(store: Store, desk: Desk) -> None:
    """The demo city with as many cameras as New Orleans publishes."""
    usual, registers.CAMERAS = registers.CAMERAS, CAMERAS
    try:
        with desk.writing() as connection:
            registers.load(connection, place(), date(2026, 9, 30), 7, "system", clock.now())
    finally:
        registers.CAMERAS = usual
    _demo(store, desk)


def _mexico(store: Store, desk: Desk) -> None:
    mexico(store)
    audited = release_building.passing
    release_building.passing = _unaudited
    try:
        made = releases.build(store, desk, SYSTEM)
    finally:
        release_building.passing = audited
    releases.approve(store, releases.SECOND, made.number)


def _unaudited(counts: Any, ground: Any, before: Any, *_: Any) -> Draft:
    return Draft(counts, ground, filled(counts, ground, before), Found(0, 0, 0, ()))


@contextmanager
def _served(publish: Publish) -> Iterator[str]:
    """The public alone over a release, on loopback until the block ends."""
    with TemporaryDirectory() as folder:
        settings = Settings(Path(folder), f"sqlite:///{folder}/atalaya.sqlite", "a bench")
        store, desk = Store.open(settings), Desk.open(settings)
        upgrade(store.engine)
        upgrade(desk.engine, DESK)
        publish(store, desk)
        told = {"ATALAYA_HOME": folder, "ATALAYA_FACE": "public", "ATALAYA_WORKERS": "1", "PORT": str(PORT)}
        nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
        atalaya = str(Path(sys.executable).with_name("atalaya"))
        process = subprocess.Popen([atalaya, "serve"], env={**os.environ, **told, **nowhere}, stdout=subprocess.DEVNULL)
        try:
            wait(f"http://127.0.0.1:{PORT}")
            yield f"http://127.0.0.1:{PORT}"
        finally:
            process.terminate()
            process.wait(30)


def _visits(browser: Browser, address: str) -> list[float]:
    """Medians of several first visits."""
    seen = [_visit(browser, address) for _ in range(RUNS)]
    return [median(part) for part in zip(*seen, strict=True)]


def _visit(browser: Browser, address: str) -> tuple[float, float, float, int]:
    with browser.new_context(viewport={"width": 360, "height": 640}, device_scale_factor=2) as context:
        page = context.new_page()
        line, weights = context.new_cdp_session(page), list[Any]()
        line.send("Network.enable")
        line.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
        line.send("Network.emulateNetworkConditions", LINE)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address)
        painted = page.evaluate(PAINTED)
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        return painted, loaded, sum(weights) / 1000, len(weights)
