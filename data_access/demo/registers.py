"""The registers of the demo city: cameras on the corners of its avenues, two algorithms, an agreement; all invented."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from sqlalchemy import Connection

from config.place import Place
from data_access.demo.city import corner_names
from data_access.demo.streets import Corners, build
from data_access.demo.tables import FOLDER, tables
from data_access.desk import registers
from domain.registers import agreements as agreement_rules
from domain.registers import algorithms as algorithm_rules
from domain.registers import cameras as camera_rules
from domain.registers.cameras import LETTERS, Precision, Status
from domain.registers.fields import Problem, Value

FILE = FOLDER / "registers.toml"
CAMERAS = 120
COUNTING = "conteo-de-vehiculos"
LIFE = 730  # days that an entry is valid
YEAR = 365 * 86_400  # seconds
BEFORE: Mapping[str, Value] = {"status": Status.ACTIVE, "removed": None, "certified": None}  # of the first version
MIX: Mapping[str, Mapping[str, float]] = {
    "type": {"dome": 0.4, "ptz": 0.35, "fixed": 0.2, "plate_portal": 0.05},
    "precision": {Precision.CORNER: 0.75, Precision.BLOCK: 0.18, Precision.SECTOR: 0.07},
    "status": {Status.ACTIVE: 0.91, Status.FAULTY: 0.05, Status.REMOVED: 0.04},
}

Entries = dict[str, dict[str, Value]]


def load(desk: Connection, place: Place, today: date, seed: int, actor: str, now: int) -> int:
    """Put the demo's registers in the place of those there are; returns the number of cameras.

    Each camera has a first version a year ago, so that the panel of use has months to tell. The same values give the
    same registers.
    """
    registers.remove_synthetic(desk)
    found = cameras(place, today, seed)
    before = {code: {**entry, **BEFORE} for code, entry in found.items()}
    registers.add_cameras(desk, before, now - YEAR, actor, synthetic=True)
    registers.add_cameras(desk, found, now, actor, synthetic=True)
    registers.add_algorithms(desk, algorithms(), now, actor, synthetic=True)
    registers.add_agreements(desk, agreements(), now - YEAR, actor, synthetic=True)
    return len(found)


def cameras(place: Place, today: date, seed: int) -> Entries:
    """Checked entries by code."""
    rng = np.random.default_rng([seed, 4])
    book = tables()
    town = build(place, book, np.random.default_rng(seed))
    found: Entries = {}
    shares = rng.multinomial(CAMERAS, [1 / len(town.corners)] * len(town.corners))
    for commune, corners, count in zip(place.communes, town.corners, shares.tolist(), strict=True):
        names = corner_names(corners, book)
        for corner in _chosen(corners, count, rng):
            lon, lat = town.plane.degrees(corners.xy[corner]).tolist()
            point = {"lon": round(lon, 5), "lat": round(lat, 5), "name": names[corner], "sector": commune.code}
            found[_code(rng)] = _checked(point, len(found), today, rng)
    return found


def algorithms() -> Entries:
    """Checked entries by code."""
    return _written("algorithm", algorithm_rules.check)


def agreements() -> Entries:
    """Checked entries by code."""
    return _written("agreement", agreement_rules.check)


def _written(subject: str, check: Callable[[Mapping[str, object]], tuple[dict[str, Value], list[Problem]]]) -> Entries:
    found: Entries = {}
    for code, told in _told()[subject].items():
        entry, problems = check(told)
        if problems:
            raise ValueError(f"{FILE.name}: {code}: {problems[0]}")
        found[code] = entry
    return found


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _chosen(corners: Corners, count: int, rng: Generator) -> list[int]:
    """Different corners, more of them where there is commerce."""
    weights = corners.weights["commerce"]
    return [int(one) for one in rng.choice(len(weights), count, replace=False, p=weights / weights.sum())]


def _code(rng: Generator) -> str:
    return "CAM-" + "".join(LETTERS[at] for at in rng.integers(len(LETTERS), size=8).tolist())


def _checked(point: Mapping[str, Any], number: int, today: date, rng: Generator) -> dict[str, Value]:
    mixed = {name: list(mix)[int(rng.choice(len(mix), p=list(mix.values())))] for name, mix in MIX.items()}
    installed = today - timedelta(days=int(rng.integers(400, 2400)))
    removed = today - timedelta(days=int(rng.integers(10, 200))) if mixed["status"] == Status.REMOVED else None
    given = {
        **_told()["camera"],
        **point,
        **mixed,
        "retention_days": 30 if rng.random() < 0.85 else 14,
        "face_recognition": False,
        "plate_reading": mixed["type"] == "plate_portal",
        "analytics": [COUNTING] if rng.random() < 0.1 else [],
        "privacy_mask": bool(rng.random() < 0.8),
        "sign": bool(rng.random() < 0.9),
        "installed": installed.isoformat(),
        "valid_until": (today + timedelta(days=int(rng.integers(20, LIFE)))).isoformat(),
        "removed": removed.isoformat() if removed else None,
        "uptime": round(float(rng.beta(60, 1.5)), 3),
        "certified": (today - timedelta(days=int(rng.choice([12, 40], p=[0.9, 0.1])))).isoformat(),
        "reference": f"D{number + 1:03d}",
    }
    entry, problems = camera_rules.check(given, today)
    if problems:
        raise ValueError(f"the demo's camera {number}: {problems[0]}")
    return entry
