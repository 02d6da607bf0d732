"""Releases: the demo city, and all incidents of Mexico City of several years with its neighbourhoods as zones.

Mexico City is measured where its files lie beside the repository. Told are what is counted, written and audited; the
audit begins anew with every round in which zones are joined or numbers left out.
"""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import table
from config.settings import Settings
from data_access import area_layers
from data_access.desk import Desk
from data_access.migrate import DESK, upgrade
from data_access.store import Store
from domain.people import SYSTEM
from services import areas, demo, imports, releases
from services.imports import Reading

FILES = Path(__file__).parent.parent.parent / "shared" / "data" / "cdmx-carpetas-2019-2024"
LAST = date(2026, 10, 31)


@dataclass
class Steps:
    """When each step of a build began."""

    at: dict[str, float] = field(default_factory=dict)

    def __call__(self, _done: int, _total: int, step: str) -> None:
        self.at.setdefault(step, time.perf_counter())


def run() -> None:
    heads = ["", "incidents", "count, s", "audit, s", "whole, s", "numbers", "small", "asked", "left out", "ZIP, kB"]
    rows = [_measured("demo city", _demo)]
    if FILES.is_dir():
        rows.append(_measured("Mexico City", _mexico))
    table("Releases", heads, rows)


def _measured(name: str, fill: Any) -> list[object]:
    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=f"sqlite:///{folder}/atalaya.sqlite", secret_key="a bench")
        store, desk = Store.open(settings), Desk.open(settings)
        upgrade(store.engine)
        upgrade(desk.engine, DESK)
        count = fill(store)
        steps, start = Steps(), time.perf_counter()
        made = releases.build(store, desk, SYSTEM, progress=steps)
        end = time.perf_counter()
        audit, archive = made.log["audit"], releases.draft(store, SYSTEM, made.number).archive()
        changes = [change["en"] for change in made.log["changes"] if "Left out" in change["en"]]
        spent = [steps.at["audit"] - steps.at["count"], steps.at["write"] - steps.at["audit"], end - start]
        told = [audit["numbers"], audit["small"], audit["asked"], len(changes), archive.stat().st_size // 1000]
        return [name, count, *spent, *told]


def _demo(store: Store) -> int:
    return demo.load(store, SYSTEM, demo.Wanted(LAST), production=False)[0]


def _mexico(store: Store) -> int:
    """Boroughs and neighbourhoods with their residents, then the incidents."""
    shapes = json.loads(gzip.decompress((FILES / "colonias_geo.json.gz").read_bytes()))
    people = json.loads((FILES / "colonia_population.json").read_bytes())
    for feature in shapes["features"]:
        told = feature["properties"]
        told["population"] = people.get(f"{told['alcaldia']}||{told['colonia']}", {}).get("population")
    path = store.home / "colonias.geojson"
    path.write_text(json.dumps(shapes), encoding="utf-8")
    areas.bring(store, SYSTEM, area_layers.Wanted(path, "precinct", name="alcaldia", dissolve="alcaldia"))
    zones = area_layers.Wanted(path, "zone", name="colonia", population="population", parent="alcaldia")
    areas.bring(store, SYSTEM, zones)
    batch = imports.load(store, SYSTEM, sorted(FILES.glob("*.tar.gz")), Reading(profile="mexico-city"))
    return int(batch.stored)


if __name__ == "__main__":
    run()
