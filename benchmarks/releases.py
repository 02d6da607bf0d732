"""Releases: the demo city, and all incidents of Mexico City, six years and one, with its neighbourhoods as zones.

Mexico City is measured where its files lie beside the repository. Told are what is counted, written and audited, how
many small numbers the audit had to ask for one by one, and what was joined or left out until it passed. Seconds are
those of one processor.
"""

from __future__ import annotations

import atexit
import gzip
import json
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from benchmarks.measure import table
from config.settings import Settings
from data_access import area_layers
from data_access.desk import Desk
from data_access.migrate import DESK, upgrade
from data_access.schema import incidents
from data_access.store import Store
from domain.people import SYSTEM
from services import areas, demo, imports, releases
from services.imports import Reading

FILES = Path(__file__).parent.parent.parent / "shared" / "data" / "cdmx-carpetas-2019-2024"
LAST = date(2026, 10, 31)
MEXICO = ZoneInfo("America/Mexico_City")
YEAR = 2023  # the one that is left for the build of a single year
HEADS = ["", "incidents", "count, s", "audit, s", "write, s", "numbers", "small", "asked", "zones joined", "left out"]


@dataclass
class Steps:
    """When each step of a build began, in seconds of one processor: machines are shared."""

    at: dict[str, float] = field(default_factory=dict)

    def __call__(self, _done: int, _total: int, step: str) -> None:
        self.at.setdefault(step, time.process_time())


def run() -> None:
    rows = [_measured(*_demo())]
    if FILES.is_dir():
        store, desk = _opened()
        rows.append(_measured("Mexico City, 6 years", mexico(store), store, desk))
        rows.append(_measured("Mexico City, 1 year", _one_year(store), store, desk))
    table("Releases", HEADS, rows)
    if FILES.is_dir():
        audit = HEADS.index("audit, s")
        print(f"\nThe audit of six years takes {rows[1][audit] / rows[2][audit]:.1f} times as long as that of one.")


def _opened() -> tuple[Store, Desk]:
    folder = Path(mkdtemp())
    atexit.register(rmtree, folder)
    settings = Settings(home=folder, database_url=f"sqlite:///{folder}/atalaya.sqlite", secret_key="a bench")
    store, desk = Store.open(settings), Desk.open(settings)
    upgrade(store.engine)
    upgrade(desk.engine, DESK)
    return store, desk


def _measured(name: str, rows: int, store: Store, desk: Desk) -> list[Any]:
    steps = Steps()
    made = releases.build(store, desk, SYSTEM, progress=steps)
    end, at, audit = time.process_time(), steps.at, made.log["audit"]
    spent = [at["audit"] - at["count"], at["write"] - at["audit"], end - at["write"]]
    told = [audit[what] for what in ("numbers", "small", "asked", "joined", "left_out")]
    return [name, rows, *spent, *told]


def _demo() -> tuple[str, int, Store, Desk]:
    store, desk = _opened()
    return "demo city", demo.load(store, SYSTEM, demo.Wanted(LAST), production=False)[0], store, desk


def _one_year(store: Store) -> int:
    """Leave one calendar year of incidents."""
    start, end = (int(datetime(year, 1, 1, tzinfo=MEXICO).timestamp()) for year in (YEAR, YEAR + 1))
    within = incidents.c.occurred_from.between(start, end - 1)
    with store.engine.begin() as connection:
        connection.execute(delete(incidents).where(~within))
        return int(connection.scalar(select(func.count()).select_from(incidents)) or 0)


def mexico(store: Store) -> int:
    """Boroughs and neighbourhoods with their residents, then the incidents."""
    shapes = json.loads(gzip.decompress((FILES / "colonias_geo.json.gz").read_bytes()))
    people = json.loads((FILES / "colonia_population.json").read_bytes())
    for feature in shapes["features"]:
        told = feature["properties"]
        told["population"] = people.get(f"{told['alcaldia']}||{told['colonia']}", {}).get("population")
    path = store.home / "colonias.geojson"
    path.write_text(json.dumps(shapes), encoding="utf-8")
    zones = area_layers.Wanted(path, "zone", name="colonia", population="population", dissolve="alcaldia")
    areas.bring(store, SYSTEM, zones)
    batch = imports.load(store, SYSTEM, sorted(FILES.glob("*.tar.gz")), Reading(profile="mexico-city"))
    return int(batch.stored)


if __name__ == "__main__":
    run()
