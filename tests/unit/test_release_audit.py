"""The audit of a year's tables says what programs over everything that is known say, number by number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.disclosure import System, Verdict, audit
from data_access.areas import Area
from data_access.releases import auditing, tables
from data_access.releases.auditing import Outside
from data_access.releases.counting import FAMILIES, FAMILY, SENSITIVE, TYPES, Counts
from data_access.releases.ground import Ground, Zone
from domain.release.lattice import ALL, BANDS
from tests.unit.test_disclosure import given_away

MONTHS = tuple(f"2024-{month:02}" for month in range(1, 13))
PLACES = 5  # two zones in the north, what of it lies in none, the south, and the unknown
NORTH = (0, 1, 2)


def area(number: int, code: str, level: str, parent: str | None = None) -> Area:
    return Area(number, code, code, level, parent, 900, None, "", False, True)


GROUND = Ground(
    (area(1, "north", "precinct"), area(2, "s", "precinct")),
    (area(3, "a", "zone", "north"), area(4, "b", "zone", "north")),
    {},
    tuple(
        Zone(code, code, precinct, 900, (code,)) for code, precinct in zip("abs", ("north", "north", "s"), strict=True)
    ),
)


def counted(seed: int, incidents: int) -> Counts:
    """A year of a town with few types; most months and places have a few of each."""
    rng = np.random.default_rng(seed)
    month, kind = rng.integers(12, size=incidents), rng.choice([0, 1, 2, len(TYPES) - 1], incidents)
    place, band = rng.choice(PLACES, incidents, p=[0.4, 0.2, 0.1, 0.2, 0.1]), rng.integers(len(BANDS), size=incidents)
    precinct = np.where(np.isin(place, NORTH), 0, place - len(NORTH) + 1)
    family = FAMILY[kind]
    made = {
        "types": np.zeros((12, len(TYPES)), np.int64),
        "precincts": np.zeros((12, 3, len(FAMILIES)), np.int64),
        "places": np.zeros((1, PLACES, len(FAMILIES)), np.int64),
        "bands": np.zeros((1, len(FAMILIES), len(BANDS)), np.int64),
    }
    np.add.at(made["types"], (month, kind), 1)
    np.add.at(made["precincts"], (month, precinct, family), 1)
    np.add.at(made["places"], (0, place, family), 1)
    np.add.at(made["bands"], (0, family, band), 1)
    return Counts(MONTHS, ("2024",), **made, sensitive=np.zeros((1, len(SENSITIVE)), np.int64))


def stories(counts: Counts, seed: int) -> list[Outside]:
    """A few exact numbers that somebody else tells, so that some of the published ones give way."""
    rng = np.random.default_rng(seed)
    told = []
    for month, precinct, family in rng.permutation(np.argwhere(counts.precincts[:, :2] > 0))[:3].tolist():
        count = int(counts.precincts[month, precinct, family])
        told.append(Outside(MONTHS[month], GROUND.precincts[precinct].code, FAMILIES[family], count))
    return [*told, Outside("2024", ALL, ALL, int(counts.precincts.sum()))]


@given(st.integers(0, 10_000), st.integers(20, 35))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rooms_and_joined_tables_change_no_verdict(monkeypatch: pytest.MonkeyPatch, seed: int, incidents: int) -> None:
    counts = counted(seed, incidents)
    seen: list[tuple[System, Verdict]] = []

    def watched(system: System, *others: Any) -> Verdict:
        seen.append((system, audit(system, *others)))
        return seen[-1][1]

    monkeypatch.setattr(auditing, "audit", watched)
    found = auditing.audited(counts, GROUND, tables.filled(counts, GROUND, {}), outside=stories(counts, seed))
    (system, verdict) = seen[-1]
    assert found.small == len(verdict.cells) > 10
    some = np.union1d(np.flatnonzero(verdict.failing)[:6], np.arange(seed % 5, len(verdict.cells), 6))
    assert verdict.failing[some].tolist() == [given_away(system, int(cell)) for cell in verdict.cells[some]]
    assert len(found.open) == int(verdict.failing.sum())
