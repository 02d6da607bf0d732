"""The real files of nine cities: every row is accounted for, and what their publishers say of them holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from data_access.importing.reading.readers import read_any
from data_access.importing.understanding.profile import load
from data_access.importing.understanding.transform import transform
from domain.taxonomy import taxonomy


@dataclass
class Sum:
    rows: int = 0
    rejected: int = 0
    skipped: int = 0
    cases: int = 0
    types: Counter[str] = field(default_factory=Counter)
    located: Counter[str] = field(default_factory=Counter)
    precision: Counter[str] = field(default_factory=Counter)
    labels: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)
    identities: Counter[int] = field(default_factory=Counter)
    dropped: set[str] = field(default_factory=set)

    @property
    def unmapped(self) -> list[str]:
        return sorted(label for _, label, code in self.labels if code is None)

    @property
    def sensitive(self) -> int:
        return sum(count for code, count in self.types.items() if code in taxonomy().sensitive)


def read_all(profile: str, *files: Path) -> Sum:
    total = Sum()
    for file in files:
        for chunk in read_any(file, load(profile).layouts)[1]:
            found = transform(load(profile), chunk)
            assert len(found.rows) + len(found.rejects) + len(found.skipped) == len(chunk.frame)
            total.rows += len(found.rows)
            total.rejected += len(found.rejects)
            total.skipped += len(found.skipped)
            total.cases += found.cases
            total.types.update(found.rows["type"])
            total.located += found.located
            total.precision.update(found.rows["precision"])
            total.labels += found.labels
            total.identities.update(found.rows["identity"].tolist())
            total.dropped |= set(found.dropped)
    return total


def test_mexico_city_s_million_rows_are_all_read_and_all_their_labels_known(shared_data: Path) -> None:
    total = read_all("mexico-city", *sorted((shared_data / "cdmx-carpetas-2019-2024").glob("*.tar.gz")))
    assert (total.rows, total.rejected, total.skipped) == (1_110_565, 0, 0)
    assert total.located == {"point": 1_110_564, "outside": 1}
    assert total.unmapped == []
    assert len({label for kind, label, _ in total.labels if kind == "type"}) >= 314  # 318, some by blanks alone
    assert total.types["family.violence"] == 175_075
    named = ("ABUSO SEXUAL", "ACOSO SEXUAL", "VIOLACION", "ESTUPRO", "INCESTO")
    others = ("VIOLACION DE CORRESPONDENCIA", "VIOLACION DE LA INTIMIDAD", "VIOLACION A LOS DERECHOS HUMANOS")
    sexual = [
        (label, code, count)
        for (kind, label, code), count in total.labels.items()
        if kind == "type" and label.removeprefix("TENTATIVA DE ").startswith(named) and label not in others
    ]
    assert sum(count for _, _, count in sexual) == 32_789
    assert all(code in taxonomy().sensitive for _, code, _ in sexual)
    carried = sum(count for (kind, _, _), count in total.labels.items() if kind == "vehicle")
    assert 35_000 < carried < 46_438  # the source's count holds couriers too, whose vehicle it does not name
    assert 0.08 < total.precision["day"] / total.rows < 0.09


def test_buenos_aires(shared_data: Path) -> None:
    total = read_all("buenos-aires", shared_data / "caba-delitos-2016-2017" / "delitos.zip")
    assert (total.rows, total.rejected, total.unmapped) == (238_188, 0, [])
    assert total.located == {"point": 237_445, "missing": 743}
    assert total.types["robbery.other"] == 132_506
    assert len(total.identities) == 238_188
    assert {code for kind, _, code in total.labels if kind in ("vehicle", "weapon")} == {"unknown"}


def test_medellin_s_three_files_and_the_rows_that_two_of_them_share(shared_data: Path) -> None:
    folder = shared_data / "medellin-transporte-y-homicidios"
    thefts = read_all("medellin", folder / "data_dash.csv.gz")
    mapped = read_all("medellin", folder / "data_to_map.csv.gz")
    homicides = read_all("medellin", folder / "medellin_homicides.csv.gz")
    assert (thefts.rows, mapped.rows, homicides.rows) == (20_378, 19_668, 9_360)
    assert thefts.rejected + mapped.rejected + homicides.rejected == 0
    assert thefts.unmapped + mapped.unmapped + homicides.unmapped == []
    assert not mapped.identities - thefts.identities
    assert thefts.located == {"point": 19_668, "missing": 710}
    assert homicides.located == {"point": 9_279, "missing": 81}
    assert thefts.dropped == homicides.dropped == {"sexo", "edad"}


def test_vancouver_s_withheld_rows_are_not_missing_ones(shared_data: Path) -> None:
    total = read_all("vancouver", shared_data / "vancouver-2020" / "vancouver_crimes_2020.zip")
    assert (total.rows, total.rejected, total.unmapped) == (37_512, 0, [])
    assert total.located == {"point": 33_761, "withheld": 3_750, "missing": 1}
    assert total.precision["day"] >= 3_750


def test_colombia_s_spreadsheet_without_its_total_and_its_list_without_its_persons(shared_data: Path) -> None:
    folder = shared_data / "colombia-policia-2021"
    persons = read_all("colombia", folder / "hurto_a_personas_1.xlsx")
    assert (persons.rows, persons.rejected, persons.skipped, persons.cases) == (89_240, 0, 5, 280_293)
    assert persons.dropped == {"GENERO", "*AGRUPA EDAD PERSONA"}
    cars = read_all("colombia", folder / "hurto_de_automotores_2021.csv.gz")
    assert (cars.rows, cars.rejected, cars.unmapped, persons.unmapped) == (9_084, 0, [], [])
    assert {code: count for (kind, _, code), count in cars.labels.items() if code == "foot"} == {"foot": 8_194}
    assert len(cars.dropped) == 7


@pytest.mark.parametrize(
    ("day", "rows"), [("2018-07-21", 30_977), ("2018-08-28", 30_352), ("2018-11-26", 30_245), ("2019-09-28", 29_475)]
)
def test_charlottesville(shared_data: Path, day: str, rows: int) -> None:
    total = read_all("charlottesville", shared_data / "charlottesville-snapshots" / f"crime_raw_{day}.csv.gz")
    assert (total.rows, total.rejected, total.unmapped) == (rows, 0, [])
    assert len(total.identities) == rows


def test_charlottesville_s_incidents_keep_their_identity_and_their_time_from_file_to_file(shared_data: Path) -> None:
    seen: list[dict[str, int]] = []
    for day in ("2018-07-21", "2018-08-28"):
        path = shared_data / "charlottesville-snapshots" / f"crime_raw_{day}.csv.gz"
        parts = [transform(load("charlottesville"), c).rows for c in read_any(path, load("charlottesville").layouts)[1]]
        seen.append({row.external_id: row.occurred_from for part in parts for row in part.itertuples()})
    shared = seen[0].keys() & seen[1].keys()
    assert len(shared) == 28_644
    differ = [name for name in shared if seen[0][name] != seen[1][name]]
    assert len(differ) <= 1, differ


def test_chicago(shared_data: Path) -> None:
    total = read_all("chicago", shared_data / "chicago-2016-2017-forecast" / "CHI_Crime.zip")
    assert (total.rows, total.rejected, total.unmapped) == (321_877, 0, [])
    assert total.located == {"point": 321_877}
    assert total.types["theft.other"] == 124_630
    assert total.rows - len(total.identities) == 916


def test_new_york_s_windows(shared_data: Path) -> None:
    total = read_all("new-york", shared_data / "nyc-robo-vehiculos-intervalos" / "nycvehiclethefts.rda")
    assert (total.rows, total.rejected, len(total.identities)) == (35_746, 0, 35_746)
    assert total.precision["minute"] == 2_852 + 512  # no end, or one that is the beginning


def test_the_united_kingdom_s_street_crime_and_one_force_s_extract(shared_data: Path) -> None:
    street = read_all("police-uk", shared_data / "west-yorkshire-2016-07" / "2016-07-west-yorkshire-street.csv.gz")
    assert (street.rows, street.rejected, street.unmapped) == (27_176, 0, [])
    assert street.located == {"point": 25_829, "missing": 1_347}
    assert street.rows - len(street.identities) == 2_289
    assert street.precision == {"month": 27_176}
    assert street.sensitive == 6_000
    extract = read_all("police-uk", shared_data / "lancashire-asb-2022" / "lancashire_asb.tab.gz")
    assert (extract.rows, extract.rejected) == (56_434, 0)
    assert extract.rows - len(extract.identities) == 20_100
