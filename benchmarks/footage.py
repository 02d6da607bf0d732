"""A real history of requests: 7,602 of New Orleans, read from ../shared/data. How long the desk takes at that size."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import median_ms, table
from data_access.desk import Desk, events
from data_access.engine import make_engine
from data_access.migrate import DESK, upgrade
from domain.footage.case import ALL, Wanted
from domain.people import SYSTEM
from services import clock
from services.footage import cases, history, retention, statistics

FILE = Path(__file__).parent.parent.parent / "shared" / "data" / "new-orleans-rtcc" / "rtcc_dump_2022.xlsx"
ZONE = "America/Santiago"


def run() -> None:
    if not FILE.exists():
        print("\nfootage: left out, the requests of New Orleans are not there")
        return
    with TemporaryDirectory() as folder:
        desk = Desk(make_engine(f"sqlite:///{folder}/desk.sqlite"), Path(folder) / "desk", ("a key of the bench",))
        upgrade(desk.engine, DESK)
        measure(desk)
        desk.engine.dispose()


def measure(desk: Desk) -> None:
    start = time.perf_counter()
    taken = history.take(desk, SYSTEM, FILE, "new-orleans", "chile")
    seconds = time.perf_counter() - start
    again = history.take(desk, SYSTEM, FILE, "new-orleans", "chile")
    assert (taken.new, again.new) == (taken.rows, 0), "some were lost or doubled"
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole, "the chain is broken"
    now = clock.now()
    rows = [
        ("Taken in, seconds", seconds),
        ("A page of the queue, open cases, ms", median_ms(lambda: cases.listing(desk, SYSTEM, Wanted()))),
        ("The last page of all, ms", median_ms(lambda: cases.listing(desk, SYSTEM, Wanted(status=ALL), 7_550))),
        ("The statistics, ms", median_ms(lambda: statistics.part(desk, ZONE, now))),
        ("A look at what is due to be deleted, ms", median_ms(lambda: retention.retain(desk, now, dry=True))),
    ]
    table(f"{taken.rows:,} real requests", ["", "time"], rows)


if __name__ == "__main__":
    run()
