"""Real files from end to end: every row accounted for, known again, and undone; skipped where they are not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from data_access.importing.storing import batches
from data_access.importing.understanding import profile as profiles
from data_access.schema import areas, incidents
from data_access.store import Store
from domain.people import SYSTEM
from services import imports
from services.imports import Reading
from tests.importing import count, load

# profile: (files, rows, skipped lines, rows with a point)
SETS: dict[str, tuple[list[str], int, int, int]] = {
    "mexico-city": (["cdmx-carpetas-2019-2024/milpa_alta.tar.gz"], 12_838, 0, 12_838),
    "medellin": (
        [
            "medellin-transporte-y-homicidios/data_dash.csv.gz",
            "medellin-transporte-y-homicidios/medellin_homicides.csv.gz",
        ],
        29_738,
        0,
        28_947,
    ),
    "vancouver": (["vancouver-2020/vancouver_crimes_2020.zip"], 37_512, 0, 33_761),
    "colombia": (["colombia-policia-2021/hurto_de_automotores_2021.csv.gz"], 9_084, 0, 0),
    "police-uk": (["west-yorkshire-2016-07/2016-07-west-yorkshire-street.csv.gz"], 27_176, 0, 25_829),
    "new-york": (["nyc-robo-vehiculos-intervalos/nycvehiclethefts.rda"], 35_746, 0, 35_746),
}


@pytest.mark.parametrize("name", SETS)
def test_every_row_of_a_real_file_is_accounted_for(sqlite_store: Store, shared_data: Path, name: str) -> None:
    files, rows, skipped, points = SETS[name]
    paths = [shared_data / file for file in files]
    profile = profiles.load(name)
    batch = load(sqlite_store, *paths, profile=profile)
    assert (batch.rows, batch.report["skipped"]) == (rows, skipped)
    assert batch.rejected == 0
    assert batch.report["located"].get("point", 0) == points
    assert count(sqlite_store) == batch.stored
    again = load(sqlite_store, *paths, profile=profile)
    assert (again.rows, again.stored, again.duplicates, again.updated) == (rows, 0, rows, 0)


def test_snapshots_of_one_source_over_the_years_add_up(store: Store, shared_data: Path) -> None:
    paths = sorted((shared_data / "charlottesville-snapshots").glob("*.csv.gz"))
    profile = profiles.load("charlottesville")
    found = [load(store, path, profile=profile) for path in paths]
    assert [batch.stored for batch in found] == [30_977, 1_708, 492, 4_046]
    assert [batch.duplicates for batch in found] == [0, 28_644, 29_753, 25_429]
    assert all(0 < batch.updated < 1000 for batch in found[1:])
    with store.engine.begin() as connection:
        for batch in reversed(found):
            batches.undo(connection, batch.id, 0)
    assert count(store) == 0


def test_a_city_is_explorable_once_it_is_loaded(store: Store, shared_data: Path) -> None:
    paths = [shared_data / "cdmx-carpetas-2019-2024" / f"{name}.tar.gz" for name in ("milpa_alta", "tlahuac")]
    batch = imports.load(store, SYSTEM, paths, Reading(profile="mexico-city"))
    assert store.snapshot().manifest["rows"] == batch.stored == batch.rows
    with store.engine.connect() as connection:
        names = set(connection.scalars(select(areas.c.name)))
        sensitive = connection.scalar(select(func.count()).select_from(incidents).where(incidents.c.sensitive))
    assert names == {"MILPA ALTA", "TLAHUAC"}
    assert sensitive > 1000
