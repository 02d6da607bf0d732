"""Fifty people change filters on two workers over 8 million incidents: the numbers and the heat image of each change.

Every person changes the filter once in two seconds on average and waits for both answers. Requests go to loopback
only, a fixed number of them.
"""

from __future__ import annotations

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import requests

from benchmarks.city import TYPES, VEHICLES
from benchmarks.household import Household, served
from benchmarks.measure import table
from domain.people import Actor, Role
from services.ground import scope_of

ROWS = 8_000_000
PEOPLE, CHANGES, PAUSE = 50, 15, 2.0


def run(rows: int = ROWS) -> None:
    with served(rows) as house, ThreadPoolExecutor(PEOPLE) as people:
        seen = list(people.map(lambda number: _person(house, number), range(PEOPLE)))
    times = np.array([change for changes in seen for change in changes]) * 1000
    lines = [
        [name, float(np.median(column)), float(np.quantile(column, 0.95)), float(column.max())]
        for name, column in zip(("numbers", "heat image", "both"), (*times.T, times.sum(axis=1)), strict=True)
    ]
    title = f"{PEOPLE} people, {len(times):,} changes, {rows / 1e6:g} million incidents, no error"
    table(title, ["ms", "median", "p95", "slowest"], lines)


def _person(house: Household, number: int) -> list[tuple[float, float]]:
    """Sign in, then change the filter a number of times; seconds for the numbers and for the image."""
    chance = random.Random(number)
    session = signed_in(house)
    known = session.get(f"{house.address}/api/v1/incidents/summary", timeout=30).json()
    scope = scope_of(Actor(0, house.email, frozenset({Role.INSPECTOR})))
    changes = []
    for _ in range(CHANGES):
        time.sleep(chance.uniform(0, 2 * PAUSE))
        query = _question(chance, house)
        start = time.perf_counter()
        session.get(f"{house.address}/api/v1/incidents/summary", params=query, timeout=30).raise_for_status()
        between = time.perf_counter()
        address = f"{house.address}/heat/{known['snapshot']}/{scope}/now.png"
        session.get(address, params=query, timeout=30).raise_for_status()
        changes.append((between - start, time.perf_counter() - between))
    return changes


def signed_in(house: Household) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{house.address}/login", timeout=30).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, "the sign-in page has a token"
    form = {"email": house.email, "password": house.password, "csrf_token": token[1]}
    session.post(f"{house.address}/login", data=form, headers={"Origin": house.address}, timeout=30).raise_for_status()
    return session


def _question(chance: random.Random, house: Household) -> dict[str, str]:
    """Six months somewhere in the fifteen years, three types, two vehicles."""
    snapshot = house.city.snapshot
    start = snapshot.first + timedelta(days=chance.randrange(snapshot.days - 182))
    return {
        "from": start.isoformat(),
        "to": (start + timedelta(days=181)).isoformat(),
        "type": ",".join(chance.sample(TYPES, 3)),
        "vehicle": ",".join(chance.sample(VEHICLES, 2)),
    }


if __name__ == "__main__":
    run()
