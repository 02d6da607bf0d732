"""Adoption of a whole country: 400 precincts, five years of daily registrations, beside a table in pandas.

The times are the server's own, from a request's arrival to its whole answer, in one process and signed in. Told apart
are the first request of each kind, which finds nothing kept, and the processor's part, which a busy machine does not
lengthen. pandas gets the same rows in the same run: the table of the last day alone, read anew from the file, and from
a frame that is held in memory.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import shapely
from dash._utils import split_callback_id
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from app import create_app
from benchmarks.measure import table
from config.settings import Settings
from data_access.engine import writing
from data_access.migrate import upgrade
from data_access.schema import areas
from data_access.store import Store
from domain.people import SYSTEM, Role
from domain.tables import Kind, Terms
from services import accounts, sign_in, tables

PRECINCTS, YEARS, SIDE = 400, 5, 20
LAST = date(2026, 10, 31)
RUNS = 40
LIFETIME = sign_in.Lifetime(idle=3600, longest=36_000)


def run() -> None:
    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=f"sqlite:///{folder}/atalaya.sqlite", secret_key="a bench")
        store = Store.open(settings)
        upgrade(store.engine)
        people = _country(store)
        file = _registrations(Path(folder) / "registrations.csv", people)
        seconds = _timed(lambda: tables.deliver(store, SYSTEM, file, Terms(Kind.REGISTRATIONS)))
        _deliver_the_rest(store, Path(folder), people)
        rows = PRECINCTS * len(_days())
        table(f"{rows:,} rows of registrations", ["", "seconds"], [["delivered, judged and stored", seconds]])
        browser = Browser(settings, store)
        lines = [_line(name, ask) for name, ask in browser.questions().items()]
        lines += [_line(name, work) for name, work in _pandas(file, people).items()]
        table("Server time", ["ms", "first", "median", "p95", "processor"], lines)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _line(name: str, work: Callable[[], object]) -> list[object]:
    first, runs = _timed(work) * 1000, RUNS
    before = time.process_time()
    times = np.array([_timed(work) * 1000 for _ in range(runs)])
    busy = (time.process_time() - before) / runs * 1000
    return [name, first, float(np.median(times)), float(np.quantile(times, 0.95)), busy]


# --- a country -------------------------------------------------------------------------------------------------


def _days() -> list[date]:
    first = LAST.replace(year=LAST.year - YEARS)
    return [first + timedelta(days=n) for n in range(1, (LAST - first).days + 1)]


def _code(number: int) -> str:
    return f"p{number:03d}"


def _country(store: Store) -> dict[str, int]:
    """Squares side by side; people by precinct."""
    people = dict(
        zip(map(_code, range(PRECINCTS)), np.random.default_rng(1).integers(30_000, 300_000, PRECINCTS), strict=True)
    )
    rows = [
        {
            "code": code,
            "name": f"Precinct {number}",
            "level": "precinct",
            "origin": "bench",
            "synthetic": False,
            "geometry": shapely.to_wkb(_square(number)),
        }
        for number, code in enumerate(people)
    ]
    with writing(store.engine) as connection:
        connection.execute(insert(areas), rows)
    return {code: int(number) for code, number in people.items()}


def _square(number: int) -> Any:
    west, south = -70.8 + number % SIDE * 0.02, -33.7 + number // SIDE * 0.02
    return shapely.box(west, south, west + 0.02, south + 0.02)


def _registrations(path: Path, people: dict[str, int]) -> Path:
    """Cumulative counts by precinct and day, growing by negative binomial days towards a twentieth of the people."""
    rng, days = np.random.default_rng(2), [day.isoformat() for day in _days()]
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(["precinct", "date", "registered", "reports"])
        for code, number in people.items():
            heat = rng.gamma(2.0, number / 20 / len(days) / 2, len(days))
            counts = np.cumsum(rng.poisson(heat))
            write.writerows(zip([code] * len(days), days, counts.tolist(), (counts // 5).tolist(), strict=True))
    return path


def _deliver_the_rest(store: Store, folder: Path, people: dict[str, int]) -> None:
    populations, goals = folder / "populations.csv", folder / "goals.csv"
    lines = [f"{code},{number},2024,census" for code, number in people.items()]
    populations.write_text("\n".join(["precinct,people,year,source", *lines]) + "\n", encoding="utf-8")
    goals.write_text("measure,share,rounding,due,source\nconnected,0.10,ceiling,2027-10-31,bench\n", encoding="utf-8")
    for path, kind in ((populations, Kind.POPULATIONS), (goals, Kind.GOALS)):
        assert tables.deliver(store, SYSTEM, path, Terms(kind)).stored, "the bench's own tables are good"


# --- asking ----------------------------------------------------------------------------------------------------


class Browser:
    """What a signed-in analyst's browser sends, answered in this process."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.app = create_app(settings)
        self.client: FlaskClient = self.app.server.test_client()
        accounts.add(store, SYSTEM, "bench@example.org", [Role.ANALYST], password="cuatro palabras sin nexo")
        account = next(iter(accounts.every(store, SYSTEM)))
        secret = sign_in.open_session(store, account, LIFETIME)
        known = sign_in.session(store, secret, LIFETIME)
        assert known is not None
        with self.client.session_transaction() as session:
            session.update(_user_id=known.uniquifier, secret=secret, csrf_token="bench")
        signer = URLSafeTimedSerializer(str(self.app.server.secret_key), salt="wtf-csrf-token")
        self.client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps("bench")

    def questions(self) -> dict[str, Callable[[], object]]:
        days = iter(list(islice(reversed(_days()), 1, 500)))
        return {
            "the page, last day": lambda: self.page(""),
            "the page, another day each time": lambda: self.page(f"?day={next(days).isoformat()}"),
            "the page with one precinct close by": lambda: self.page("?precinct=p007"),
            "JSON twin": lambda: self.get("/api/v1/adoption"),
            "JSON twin, another day each time": lambda: self.get(f"/api/v1/adoption?day={next(days).isoformat()}"),
            "CSV of the table": lambda: self.get("/export/adoption.csv"),
        }

    def page(self, search: str) -> bytes:
        """The layout, as Dash asks for it."""
        output = next(name for name in self.app.callback_map if "_pages_content.children" in name)
        told = {"pathname": "/adoption", "search": search}
        known = self.app.callback_map[output]
        filled = {
            part: [{**one, "value": told.get(one["property"])} for one in known[part]] for part in ("inputs", "state")
        }
        body = {"output": output, "outputs": split_callback_id(output), **filled, "changedPropIds": []}
        found = self.client.post("/_dash-update-component", json=body)
        assert found.status_code == 200, found.data[:500]
        assert b"adoption-cards" in found.data, "the page was drawn"
        return found.data

    def get(self, address: str) -> bytes:
        found = self.client.get(address)
        assert found.status_code == 200, found.data[:500]
        return found.data


# --- what one would do otherwise -------------------------------------------------------------------------------


def _pandas(file: Path, people: dict[str, int]) -> dict[str, Callable[[], object]]:
    held = pd.read_csv(file)
    known = pd.Series(people, name="people")

    def standing(frame: pd.DataFrame) -> pd.DataFrame:
        last = frame.sort_values("date").groupby("precinct").last().join(known)
        last["target"] = np.ceil(last["people"] * 0.1)
        last["compliance"] = last["registered"] / last["target"]
        return last.sort_values("compliance", ascending=False)

    return {
        "pandas, from the file": lambda: standing(pd.read_csv(file)),
        "pandas, from memory": lambda: standing(held),
    }


if __name__ == "__main__":
    run()
